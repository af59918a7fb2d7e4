fn f(c: bool) {
    // ruleid: if-else
    if c { g() } else { g() }
    // ok: if-else
    if c { g() } else { h() }
}
