use std::process::Command;
fn f() {
    // ruleid: associated-function
    Command::new("a");
    // ok: associated-function
    Other::new("a");
}
