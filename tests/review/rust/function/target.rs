// ruleid: function
fn a(x: &str) { }
// ruleid: function
pub fn b(y: u8, x: &str) -> u8 { 1 }
// ok: function
fn c(x: String) { }
