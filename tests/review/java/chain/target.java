class A {
    // ruleid: chain
    Object a = P.parse(b).c().get();
    // ruleid: chain
    Object d = P.parse(b).get();
    // ok: chain
    Object e = P.get();
}
