fn f() {
    // ruleid: let-untyped
    let a = make();
    // ruleid: let-untyped
    let b: u8 = make();
    // ruleid: let-untyped
    let mut c = make();
    // ok: let-untyped
    let d = other();
}
