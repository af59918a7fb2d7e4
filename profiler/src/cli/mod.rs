//! Command line: the only place of this crate that prints, exits, or reads the environment.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod report;
mod tour;

use std::process::ExitCode;

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "profiler", version, about)]
enum Command {
    Report(report::Args),
    Tour(tour::Args),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Report(args) => report::run(&args),
        Command::Tour(args) => tour::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("profiler: {error:#}");
        ExitCode::from(2)
    })
}
