class A { boolean f(Object o) {
    // ruleid: instanceof
    if (o instanceof String) { }
    // ok: instanceof
    if (o instanceof Integer) { }
    return false;
} }
