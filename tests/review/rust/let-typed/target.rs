fn f() {
    // ruleid: let-typed
    let a: u8 = 1;
    // ok: let-typed
    let b: u16 = 1;
}
