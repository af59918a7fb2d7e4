//! Command line: the only place of this crate that prints, exits, or reads the environment.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods)]

mod baseline;
mod check;
mod config;
mod debug;
mod explain;
mod hook;
mod init;
mod load;
mod manual;
mod migrate;
mod rule_files;
mod rule_sources;
mod rules;
mod schema;
mod write;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::report::inert_line;
use crate::review::Problem;

/// Reviews source code: security, correctness, concurrency, resource and performance defects.
///
/// Works offline on Python, Java, JavaScript, TypeScript, Go and Rust. Exit codes: 0 nothing to report, 1 findings, 2 the job could not
/// be done whole (a bad argument or rule, an unreadable file).
#[derive(Parser)]
#[command(
    name = "reviewer",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  reviewer check                       review the current folder
  reviewer check src tests/test_a.py   review a folder and a file
  reviewer check --config ./rules      review with your own rules, in Semgrep's syntax
  reviewer check --staged              review what a commit would bring in
  reviewer check --fix                 apply the fixes that keep what the program does
  reviewer check --output review.sarif
  reviewer baseline write known.json   list what is there, to see only what is new
  reviewer explain python/mutable-default-argument"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Review files and folders
    Check(Box<check::Args>),
    /// List findings that are there today, so that only new ones are reported
    Baseline(Box<baseline::Args>),
    /// Explain a rule: what it finds, why that is a defect, what to do, with examples
    Explain(explain::Args),
    /// Review what is staged before each commit
    Hook(hook::Args),
    /// List the rules, or test rule files
    Rules(rules::Args),
    /// Write a reviewer.toml to start from
    Init(init::Args),
    /// Show which settings hold
    Config(config::Args),
    /// Show how the engine reads a file: for people who work on rules and on the engine
    Debug(debug::Args),
    /// Come from another reviewer
    Migrate(migrate::Args),
    /// Print the JSON schema of a document: for editors and for programs that read reports
    Schema(schema::Args),
    /// Print the completions for a shell
    Completions(manual::CompletionsArgs),
    /// Write the manual pages
    Man(manual::ManArgs),
}

/// Nothing to report.
const CLEAN: u8 = 0;
/// Findings.
const FINDINGS: u8 = 1;
/// The job could not be done whole.
const INCOMPLETE: u8 = 2;

/// Runs the program.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Hook(args) => hook::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Debug(args) => debug::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(INCOMPLETE)
        }
    }
}

/// Whether colours are wanted on standard output: <https://no-color.org>, `CLICOLOR_FORCE`.
fn color() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    set("CLICOLOR_FORCE").is_some_and(|value| value != "0")
        || (io::stdout().is_terminal()
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb"))
}

/// Whether people see what is printed on standard output.
fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Says on standard error what was not done.
fn print_problems(problems: &[Problem]) {
    for problem in problems {
        eprintln!(
            "{}: {}: {}",
            problem.level(),
            inert_line(&problem.about),
            inert_line(&problem.message)
        );
    }
}

/// Prints a text. A reader that went away, as `head` does, is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
