class A {
    void f(int count, final String text) {
        String own = "";
        // ruleid: parameter-without-a-type
        g(text);
        // ok: parameter-without-a-type
        g(count);
        // ok: parameter-without-a-type
        g(own);
    }
}
