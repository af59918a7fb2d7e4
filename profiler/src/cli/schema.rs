//! `profiler schema`: what the fields of the JSON profile mean.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::output::json;

/// Print the JSON schema of profiles that are written as .json
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  profiler schema > profile.schema.json")]
pub(crate) struct Args {}

/// Runs the subcommand.
pub(crate) fn run(_: &Args) -> anyhow::Result<ExitCode> {
    match std::io::stdout().lock().write_all(json::SCHEMA.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write the schema")
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}
