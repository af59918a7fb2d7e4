// ruleid: impl
impl Drop for A { fn drop(&mut self) { } }
// ok: impl
impl Clone for B { fn clone(&self) -> B { B } }
