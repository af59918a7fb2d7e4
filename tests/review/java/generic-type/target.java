class A { void f() {
    // ruleid: generic-type
    List<String> a = b();
    // ok: generic-type
    List<Integer> c = b();
} }
