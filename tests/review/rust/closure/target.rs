fn f() {
    // ruleid: closure
    g(|a| a);
    // ok: closure
    g(|a| b);
}
