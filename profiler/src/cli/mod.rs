//! Command line: the only place of this crate that prints, exits, or reads the environment.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
