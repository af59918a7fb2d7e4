fn f(a: u8, b: u8) {
    // ruleid: equality
    if a == a { }
    // ok: equality
    if a == b { }
    // ruleid: equality
    g(a.x == a.x);
}
