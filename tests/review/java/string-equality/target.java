class A {
    boolean f(String a, String b, int c) {
        // ruleid: string-equality
        if (a == b) return true;
        // ok: string-equality
        if (c == 1) return true;
        // ok: string-equality
        if (a == null) return true;
        // ruleid: string-equality
        return "x" == g();
    }
}
