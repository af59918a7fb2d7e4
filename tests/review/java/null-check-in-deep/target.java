class A { void f(Object a) {
    // ruleid: null-check-in-deep
    if (a == null) { g(); }
    // ruleid: null-check-in-deep
    if (b && a == null) { g(); }
    // ok: null-check-in-deep
    if (a != null) { g(); }
} }
