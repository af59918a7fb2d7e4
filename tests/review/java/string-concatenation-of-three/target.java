class A { void f(String x) {
    // ruleid: string-concatenation-of-three
    s.execute("a" + x + "b");
    // ok: string-concatenation-of-three
    s.execute("a" + x);
} }
