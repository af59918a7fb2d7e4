//! Where the report goes, and in which format.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::cli;
use crate::report::{Format, Report, TextStyle, inert_line};
use crate::review::Review;

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct Args {
    /// Format of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: OutputFormat,
    /// Write the report to FILE, or in several formats at once as FORMAT:FILE; can be repeated
    #[arg(long, value_name = "FILE|FORMAT:FILE")]
    output: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum OutputFormat {
    Text,
    Json,
    Sarif,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Format {
        match format {
            OutputFormat::Text => Format::Text,
            OutputFormat::Json => Format::Json,
            OutputFormat::Sarif => Format::Sarif,
        }
    }
}

impl Args {
    /// The files to write, each with its format.
    pub(super) fn files(&self) -> Result<Vec<(Format, PathBuf)>> {
        self.output
            .iter()
            .map(|text| output(text, self.format))
            .collect()
    }

    /// Writes the report to each file of `outputs`; without one, prints it.
    pub(super) fn write(&self, outputs: &[(Format, PathBuf)], report: &Report<'_>) -> Result<()> {
        let plain = TextStyle {
            color: false,
            width: 100,
        };
        if outputs.is_empty() {
            cli::print(&report.render(
                self.format.into(),
                TextStyle {
                    color: cli::color(),
                    ..plain
                },
            ))?;
        }
        for (format, path) in outputs {
            std::fs::write(path, report.render(*format, plain))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        // Whoever reads a file or a machine format still learns what was not done.
        if !outputs.is_empty() || !matches!(self.format, OutputFormat::Text) {
            print_problems(report.review);
        }
        Ok(())
    }
}

/// Says on standard error what was not done.
pub(super) fn print_problems(review: &Review) {
    for problem in &review.problems {
        eprintln!(
            "{}: {}: {}",
            if problem.fatal { "error" } else { "warning" },
            inert_line(&problem.about),
            inert_line(&problem.message)
        );
    }
}

/// Reads `FILE`, in the format of `--format`, or `FORMAT:FILE`.
fn output(text: &str, default: OutputFormat) -> Result<(Format, PathBuf)> {
    let (format, path) = match text.split_once(':') {
        Some((name, path)) => match OutputFormat::from_str(name, false) {
            Ok(format) => (format, path),
            // A path may hold a colon; a short word before one was meant as a format.
            Err(_) if name.contains('/') || name.contains('.') => (default, text),
            Err(_) => {
                bail!("--output {text}: there is no format `{name}`; formats: text, json, sarif")
            }
        },
        None => (default, text),
    };
    if path.is_empty() {
        bail!("--output {text}: the file name is missing");
    }
    Ok((format.into(), PathBuf::from(path)))
}
