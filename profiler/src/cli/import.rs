//! `profiler import`: a profile in another format.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::import;
use crate::output::{self, Output};

/// Convert a profile, Hone's or another tool's
///
/// Reads pprof, folded stacks, the text of `perf script` and Hone's own JSON, also under gzip, told apart by their
/// content. What a format has no place for is lost in it; pprof and .json keep everything.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{}\n\n{EXAMPLES}", output::formats_help()))]
pub(crate) struct Args {
    /// The profile
    #[arg(value_name = "FILE")]
    profile: PathBuf,

    /// Write this file; its extension decides the format (repeatable, see below)
    #[arg(long, short, value_name = "FILE", required = true)]
    output: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  profiler import profile.pb.gz -o cpu.svg -o cpu.folded
  perf script > perf.txt; profiler import perf.txt -o cpu.pb.gz";

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let outputs = super::parse_outputs(&args.output);
    outputs.iter().try_for_each(Output::check)?;
    let profile = import::read(&args.profile)?;
    for output in outputs {
        output.write(&profile)?;
        eprintln!("wrote {}", output.path.display());
    }
    Ok(ExitCode::SUCCESS)
}
