class A {
    // ruleid: generic-arguments-may-be-absent
    Object a = new ArrayList<>();
    // ok: generic-arguments-may-be-absent
    Object b = new HashMap<>();
}
