class A {
    // ruleid: nested-call-argument
    Object a = outer(b, inner(c));
    // ok: nested-call-argument
    Object d = outer(b, other(c));
}
