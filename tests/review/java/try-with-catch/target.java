class A {
    void f() {
        // ruleid: try-with-catch
        try { g(); } catch (IOException e) { }
        // ok: try-with-catch
        try { g(); } catch (IOException e) { h(); }
        // ok: try-with-catch
        try { g(); h(); } catch (Exception x) { } finally { h(); }
    }
}
