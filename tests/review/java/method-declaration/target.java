class A {
    // ruleid: method-declaration
    public void a() { }
    // ok: method-declaration
    void b() { }
    // ruleid: method-declaration
    @Override public int c(int x) { return x; }
    // ruleid: method-declaration
    public static int d() throws E { return 1; }
}
