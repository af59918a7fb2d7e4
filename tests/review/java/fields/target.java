class A {
    // ruleid: fields
    private int a = 1;
    // ruleid: fields
    private static final String B = "x";
    // ok: fields
    int c = 1;
    // ok: fields
    private int d;
}
