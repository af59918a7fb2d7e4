class A {
    // ruleid: ternary
    int a = c ? b : b;
    // ok: ternary
    int d = c ? b : e;
}
