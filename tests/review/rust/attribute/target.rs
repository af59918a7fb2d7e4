// ruleid: attribute
#[test]
fn a() { }

// ok: attribute
fn b() { }
