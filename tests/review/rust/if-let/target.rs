fn f(a: Option<u8>) {
    // ruleid: if-let
    if let Some(x) = a { g(x); }
    // ok: if-let
    if let None = a { g(1); }
    // ruleid: if-let
    if let Some(x) = a { g(x); } else { h(); }
}
