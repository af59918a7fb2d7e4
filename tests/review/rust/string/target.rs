fn f() {
    // ruleid: string
    env("a");
    // ruleid: string
    env(r"a");
    // ok: string
    env(a);
}
