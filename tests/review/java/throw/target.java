class A {
    void f() {
        // ruleid: throw
        throw new RuntimeException("a");
    }
    void g() {
        // ok: throw
        throw new Error("a");
    }
}
