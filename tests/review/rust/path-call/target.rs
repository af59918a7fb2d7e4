use std::process;
use std::process::exit;
fn f() {
    // ruleid: path-call
    std::process::exit(1);
    // ruleid: path-call
    process::exit(1);
    // ruleid: path-call
    exit(1);
    // ok: path-call
    other::exit(1);
}
