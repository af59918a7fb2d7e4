fn f(a: Option<u8>) {
    // ruleid: unwrap
    a.unwrap();
    // ruleid: unwrap
    g().h().unwrap();
    // ok: unwrap
    a.unwrap_or(1);
}
