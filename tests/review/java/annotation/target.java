class A {
    // ruleid: annotation
    @Test
    public void a() { }

    // ok: annotation
    @Before
    public void b() { }

    // ruleid: annotation
    @Deprecated @Test void c() { }
}
