fn f() {
    // ruleid: while-let
    while let Some(a) = b() { c(a); }
    // ok: while-let
    while d { c(1); }
}
