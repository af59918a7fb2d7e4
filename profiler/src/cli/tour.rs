//! `profiler tour`: a service with faults, its profile, and the findings in its source.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use super::report::color;
use crate::output::text;
use crate::tour;

/// Profile and review a small service that has faults, and show the results
///
/// Builds the service `tests/service` with cargo, or takes the program `service` beside this one; attaches to it by its
/// PID; writes a flamegraph, a profile, and a report with the reviewer's findings in the source of the hot functions.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder for the results
    #[arg(long, value_name = "DIR", default_value = "tour")]
    dir: PathBuf,

    /// Seconds to profile
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    secs: u32,
}

/// Runs the subcommand.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment is the command line's to read"
)]
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let options = tour::Options {
        dir: args.dir.clone(),
        duration: Duration::from_secs(args.secs.into()),
        cargo: std::env::var_os("CARGO").map(PathBuf::from),
    };
    let tour = tour::run(&options, &mut |step| eprintln!("{step}"))?;
    println!("{}", text::terminal_report(&tour.profile, color(true)));
    if let Some(reason) = &tour.fallback {
        println!("The service sampled itself: {reason}\n");
    }
    if !tour.source.notes.is_empty() {
        println!("Findings of the reviewer in its source\n");
    }
    for note in &tour.source.notes {
        println!(
            "  {}:{} {} {}\n    {}",
            note.file, note.start_line, note.severity, note.rule, note.message
        );
    }
    println!("\nResults\n");
    for (file, what) in &tour.files {
        println!("  {:<28} {what}", file.display().to_string());
    }
    Ok(ExitCode::SUCCESS)
}
