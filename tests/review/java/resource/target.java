class A { void f() {
    // ruleid: resource
    try (R r = g()) { h(); }
    // ok: resource
    try { h(); } finally { }
} }
