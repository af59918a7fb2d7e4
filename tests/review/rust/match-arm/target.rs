fn f(a: Option<u8>) {
    // ruleid: match-arm
    match a {
        Some(x) => g(x),
        None => h(),
    }
    // ok: match-arm
    match a {
        Some(x) => g(x),
        _ => h(),
    }
}
