class A { int f(boolean c) {
    // ruleid: if-with-one-statement
    if (c) return 1;
    // ruleid: if-with-one-statement
    if (c) { return 1; }
    return 2;
} }
