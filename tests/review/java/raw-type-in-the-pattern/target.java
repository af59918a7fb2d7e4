class A { void f() {
    // ruleid: raw-type-in-the-pattern
    List<String> a = b();
    // ruleid: raw-type-in-the-pattern
    List c = b();
    // ok: raw-type-in-the-pattern
    Set d = b();
} }
