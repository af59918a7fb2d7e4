use std::process::Command;
fn f() {
    // ruleid: qualified-associated-function
    Command::new("a");
    // ruleid: qualified-associated-function
    std::process::Command::new("a");
    // ok: qualified-associated-function
    Other::new("a");
}
