class A {
    // ruleid: field-without-modifiers
    Logger a = g();
    // ruleid: field-without-modifiers
    private static final Logger B = g();
    void f() {
        // ruleid: field-without-modifiers
        Logger c = g();
    }
}
