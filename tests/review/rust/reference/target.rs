fn g(a: u8) {
    // ruleid: reference
    f(&a);
    // ok: reference
    f(a);
}
