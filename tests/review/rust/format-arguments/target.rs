fn f(a: &str) {
    // ruleid: format-arguments
    execute(format!("a {}", a));
    // ok: format-arguments
    execute("a");
}
