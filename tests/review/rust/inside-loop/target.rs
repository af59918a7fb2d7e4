fn f(a: V) {
    for i in a {
        // ruleid: inside-loop
        b.clone();
    }
    // ok: inside-loop
    a.clone();
}
