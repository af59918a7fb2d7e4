class A {
    void f(Lock a, Lock b) {
        // ruleid: statements-and-ellipsis
        a.lock();
        g();
        a.unlock();
        // ok: statements-and-ellipsis
        b.lock();
        g();
    }
    void h(Lock a) {
        // ruleid: statements-and-ellipsis
        a.lock();
        try { g(); } finally { a.unlock(); }
    }
}
