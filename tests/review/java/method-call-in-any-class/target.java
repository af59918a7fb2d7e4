class A {
    void f(R r) {
        // ruleid: method-call-in-any-class
        r.exec("a");
        // ruleid: method-call-in-any-class
        R.get().exec("a", b);
        // ok: method-call-in-any-class
        exec("a");
    }
}
