fn f(m: M) {
    // ruleid: let-and-later
    let g = m.lock().unwrap();
    h();
    g.push(1);
}
fn k(m: M) {
    // ok: let-and-later
    let g = m.lock().unwrap();
    h();
}
