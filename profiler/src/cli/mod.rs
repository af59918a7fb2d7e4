//! Command line: the only place of this crate that prints, exits, or reads the environment.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

mod doctor;
mod import;
mod record;
mod report;
mod schema;
mod tour;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::Output;

/// See where running programs spend their CPU time
///
/// Attaches to processes without restarting, stopping or changing them, samples their stacks, and makes flamegraphs,
/// hotspots and recommendations.
#[derive(Debug, Parser)]
#[command(name = "profiler", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Record(record::Args),
    Report(report::Args),
    Import(import::Args),
    Doctor(doctor::Args),
    Schema(schema::Args),
    Tour(tour::Args),
}

const EXAMPLES: &str = "\
Start here:
  profiler tour                                   a service with faults, profiled and reviewed
  profiler record --pid 4711                      10 seconds of a running process
  profiler record --pid 4711 -o cpu.svg           the same, as a flamegraph
  profiler report profile.pb.gz --format html -o cpu.html --source src
  profiler doctor                                 what is permitted here, and what grant is missing";

/// Exit code when the job could not be done.
const FAILED: u8 = 2;

/// Runs the program.
pub fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Record(args) => record::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Tour(args) => tour::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("profiler: {}", message(&error));
        ExitCode::from(FAILED)
    })
}

/// What `--output` names; hints go to standard error.
fn parse_outputs(texts: &[String]) -> Vec<Output> {
    let parse = |text: &String| {
        let (output, hint) = Output::parse(text);
        hint.into_iter().for_each(|hint| eprintln!("{hint}"));
        output
    };
    texts.iter().map(parse).collect()
}

/// The error and its causes; a cause that a message already quotes is not said twice.
fn message(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
