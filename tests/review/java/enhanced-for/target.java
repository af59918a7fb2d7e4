class A { void f(L l) {
    // ruleid: enhanced-for
    for (String s : l) { g(s); }
    // ok: enhanced-for
    for (int i = 0; i < 1; i++) { }
} }
