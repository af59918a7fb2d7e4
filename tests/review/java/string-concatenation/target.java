class A { void f(String x) {
    // ruleid: string-concatenation
    s.execute("a" + x);
    // ok: string-concatenation
    s.execute("a");
    // ok: string-concatenation
    s.execute(x);
} }
