//! `profiler import`: a profile in another format.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::import;
use crate::output::Output;

/// Convert a profile, Hone's or another tool's
///
/// Reads pprof, folded stacks and Hone's own JSON, told apart by their content.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  profiler import profile.pb.gz -o cpu.svg -o cpu.folded")]
pub(crate) struct Args {
    /// The profile
    #[arg(value_name = "FILE")]
    profile: PathBuf,

    /// Write this file; its extension decides the format: .svg, .html, .folded, .pb.gz, .json (repeatable, also
    /// FORMAT:FILE)
    #[arg(long, short, value_name = "FILE", required = true)]
    output: Vec<String>,
}

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
