class A {
    void f() {
        // ruleid: assignment-matches-declaration
        int a = make();
        // ruleid: assignment-matches-declaration
        a = make();
        // ok: assignment-matches-declaration
        make();
    }
}
