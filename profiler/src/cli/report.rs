//! `profiler report`: what a profile says, on the terminal or as a page.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::output::report::Report;
use crate::output::{Format, Output, SourceView, html, text};
use crate::profile::Profile;
use crate::{import, tour};

/// Shows the hottest functions of a profile and what to change first.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The profile: pprof, Hone's JSON, or folded stacks.
    profile: PathBuf,
    /// Functions in each list.
    #[arg(long, value_name = "N", default_value_t = text::TOP)]
    top: usize,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
    /// Where to write it instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Source of the program; the HTML report shows it, and the reviewer's findings, in hot functions.
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shape {
    Text,
    Json,
    Html,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let profile = import::read(&args.profile)?;
    if args.source.is_some() && args.format != Shape::Html {
        anyhow::bail!("--source shows source in the HTML report: add --format html");
    }
    let text = match args.format {
        Shape::Text => text::render(
            &Report::of(&profile, args.top),
            color(args.output.is_none()),
        ),
        Shape::Json => Report::of(&profile, args.top).json() + "\n",
        Shape::Html => html::render(&profile, &source(args, &profile)?),
    };
    match &args.output {
        // The HTML report goes through the same door as `record`'s, which replaces files whole.
        Some(path) if args.format == Shape::Html => {
            Output {
                format: Format::Html,
                path: path.clone(),
            }
            .write_with_source(&profile, &source(args, &profile)?)?;
        }
        Some(path) => std::fs::write(path, text)
            .with_context(|| format!("cannot write {}", path.display()))?,
        None => print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn source(args: &Args, profile: &Profile) -> anyhow::Result<SourceView> {
    match &args.source {
        Some(dir) => tour::source_view(profile, dir)
            .with_context(|| format!("cannot read source in {}", dir.display())),
        None => Ok(SourceView::default()),
    }
}

/// Whether standard output takes colour: only a terminal, and not where `NO_COLOR` forbids it.
#[expect(
    clippy::disallowed_methods,
    reason = "the environment is the command line's to read"
)]
pub(crate) fn color(to_stdout: bool) -> bool {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    to_stdout && !forbidden && std::io::stdout().is_terminal()
}

/// Writes to standard output; a reader that stops reading is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write the report")
        }
        _ => Ok(()),
    }
}
