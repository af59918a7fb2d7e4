class A {
    void f() {
        sink(
            // ruleid: focus-on-an-argument
            a,
            b);
    }
}
