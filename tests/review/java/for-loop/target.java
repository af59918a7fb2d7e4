class A {
    void f(int n) {
        // ruleid: for-loop
        for (int i = 0; i < n; i++) { g(i); }
        // ok: for-loop
        for (int i = 1; i < n; i++) { g(i); }
    }
}
