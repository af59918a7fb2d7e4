fn f(a: Option<u8>) {
    // ruleid: arms-without-an-ellipsis-between
    match a {
        Some(x) => x,
        None => 0,
    }
    // ok: arms-without-an-ellipsis-between
    match a {
        Some(x) => g(x),
        None => 0,
    }
}
