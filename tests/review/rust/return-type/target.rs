// ruleid: return-type
fn a() -> Result<u8, E> { x }
// ok: return-type
fn b() -> u8 { 1 }
