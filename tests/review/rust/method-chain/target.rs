fn f(a: V) {
    // ruleid: method-chain
    a.iter().map(g).filter(h).collect();
    // ok: method-chain
    a.into_iter().collect();
}
