//! `profiler report`: what a profile says, on the terminal or as a page.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::output::report::Report;
use crate::output::{self, SourceView, html, text};
use crate::profile::Profile;
use crate::recommend::Price;
use crate::{import, tour};

/// Show the hottest functions of a profile, and what to change first
///
/// Reads pprof, folded stacks and Hone's own JSON, told apart by their content.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The profile
    #[arg(value_name = "FILE")]
    profile: PathBuf,

    /// How to show it [default: html for an output named .html, else text]
    #[arg(long, value_enum, hide_default_value = true)]
    format: Option<Shape>,

    /// Write this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show the program's source in hot functions, with what the reviewer finds there (HTML only)
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,

    /// Functions in each list
    #[arg(long, value_name = "N", default_value_t = text::TOP)]
    top: usize,

    /// Price of one core for an hour, in any currency: says what the CPU time costs in a month, and what each
    /// recommendation saves
    #[arg(long, value_name = "PRICE", value_parser = parse_price)]
    price_per_core_hour: Option<f64>,

    /// How many machines run the program as the recorded one does
    #[arg(long, value_name = "N", default_value_t = 1, requires = "price_per_core_hour",
          value_parser = clap::value_parser!(u32).range(1..))]
    instances: u32,
}

const EXAMPLES: &str = "\
Examples:
  profiler report profile.pb.gz
  profiler report profile.pb.gz --price-per-core-hour 0.04 --instances 20
  profiler report profile.pb.gz -o cpu.html --source src";

impl Args {
    fn price(&self) -> Option<Price> {
        Price::new(self.price_per_core_hour?, self.instances)
    }

    fn shape(&self) -> Shape {
        let is_html = |path: &PathBuf| {
            path.extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("html"))
        };
        match self.format {
            Some(shape) => shape,
            None if self.output.as_ref().is_some_and(is_html) => Shape::Html,
            None => Shape::Text,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shape {
    Text,
    Json,
    Html,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let shape = args.shape();
    let profile = import::read(&args.profile)?;
    if args.source.is_some() && shape != Shape::Html {
        anyhow::bail!("--source shows source in the HTML report: add --format html");
    }
    let report = Report::of(&profile, args.top);
    let report = match args.price() {
        Some(price) => report.priced(price),
        None => report,
    };
    let text = match shape {
        Shape::Text => text::render(&report, color(args.output.is_none())),
        Shape::Json => report.json() + "\n",
        Shape::Html => html::render_report(&profile, &source(args, &profile)?, report),
    };
    match &args.output {
        Some(path) => output::write_whole(path, text.as_bytes())?,
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

/// Reads the price of a core; what [`Price::new`] refuses is refused here, with the reason.
fn parse_price(text: &str) -> Result<f64, String> {
    let price = text
        .parse()
        .ok()
        .filter(|price| Price::new(*price, 1).is_some());
    price.ok_or_else(|| {
        format!(
            "a price is a number above 0 and at most {:e}: 0.04",
            Price::HIGHEST
        )
    })
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
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write the report")
        }
        _ => Ok(()),
    }
}
