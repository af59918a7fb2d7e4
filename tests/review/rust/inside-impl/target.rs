impl Drop for A {
    fn drop(&mut self) {
        // ruleid: inside-impl
        panic!("a");
    }
}
fn f() {
    // ok: inside-impl
    panic!("a");
}
