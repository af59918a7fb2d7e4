class A { void f() {
    // ruleid: synchronized
    synchronized (this) { g(); }
    // ok: synchronized
    g();
} }
