class A {
    // ruleid: class-literal
    Object a = String.class;
    // ok: class-literal
    Object b = c.d;
}
