class A {
    void f() {
        // ruleid: variable-declaration
        String a = null;
        // ok: variable-declaration
        String b = "";
        // ruleid: variable-declaration
        final int[] c = null;
    }
}
