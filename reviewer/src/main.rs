//! The `reviewer` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    reviewer::cli::main()
}
