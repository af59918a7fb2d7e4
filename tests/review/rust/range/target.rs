fn f(a: V) {
    // ruleid: range
    for i in 0..a.len() { g(i); }
    // ok: range
    for i in a { g(i); }
}
