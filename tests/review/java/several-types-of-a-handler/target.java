class A { void f() {
    // ruleid: several-types-of-a-handler
    try { g(); } catch (IOException | RuntimeException e) { h(); }
    // ok: several-types-of-a-handler
    try { g(); } catch (RuntimeException e) { h(); }
} }
