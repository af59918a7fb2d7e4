class A {
    // ruleid: array
    int a = b[0];
    // ok: array
    int c = b.get(0);
}
