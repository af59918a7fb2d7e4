class A {
    void f(S s) {
        // ruleid: inside-method-not-inside-try
        s.close();
        try { g(); } finally {
            // ok: inside-method-not-inside-try
            s.close();
        }
    }
}
