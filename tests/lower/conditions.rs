fn first(a: Option<u8>, b: u8) -> u8 {
    let Some(c) = a else { return b };
    if let Some(d) = a && d > b {
        d
    } else if c == 1 {
        c
    } else {
        let e = if b > 1 { b } else { c };
        e
    }
}
