class A {
    Object f(Object o) {
        // ruleid: cast-and-deep
        return g((String) o);
    }
    Object h(Object o) {
        // ok: cast-and-deep
        return g(o);
    }
}
