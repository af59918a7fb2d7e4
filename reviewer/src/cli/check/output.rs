//! Where the report goes, and in which format.

use std::path::{Path, PathBuf};

use ::rules::review::Rule;
use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::cli;
use crate::report::{Extras, Format, Report, TextStyle};
use crate::review::Review;

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Report")]
pub(super) struct Args {
    /// Format of the report [default: text, or what the extension of the output says]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write the report to FILE, or in several formats at once as FORMAT:FILE; can be repeated
    ///
    /// Without --format, the extensions .sarif, .json, .jsonl, .md and .html say the format.
    #[arg(long, value_name = "FILE|FORMAT:FILE")]
    output: Vec<String>,
    /// Count the findings of each rule, in the formats for people and in JSON
    #[arg(long)]
    statistics: bool,
    /// List the files that were reviewed, in the formats for people and in JSON
    #[arg(long)]
    show_files: bool,
}

impl Args {
    /// The files to write, each with its format.
    pub(super) fn files(&self) -> Result<Vec<(Format, PathBuf)>> {
        self.output
            .iter()
            .map(|text| output(text, self.format))
            .collect()
    }

    /// Writes the report to each file of `outputs`; without one, prints it, on standard error where standard output
    /// `is_taken`.
    pub(super) fn write(
        &self,
        outputs: &[(Format, PathBuf)],
        review: &Review,
        rules: &[&Rule],
        is_taken: bool,
    ) -> Result<()> {
        let mut report = Report::new(review, rules);
        report.extras = Extras {
            statistics: self.statistics,
            files: self.show_files,
        };
        let plain = TextStyle {
            color: false,
            width: 100,
        };
        let printed = self.format.unwrap_or(Format::Text);
        if outputs.is_empty() && is_taken {
            eprint!("{}", report.render(printed, plain));
        } else if outputs.is_empty() {
            let color = cli::color();
            cli::print(&report.render(printed, TextStyle { color, ..plain }))?;
        }
        for (format, path) in outputs {
            std::fs::write(path, report.render(*format, plain))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        // Whoever reads a file or a machine format still learns what was not done.
        if !outputs.is_empty() || !matches!(printed, Format::Text | Format::Concise) {
            cli::print_problems(&review.problems);
        }
        Ok(())
    }
}

/// Reads `FILE`, in the format of `--format`, or `FORMAT:FILE`.
fn output(text: &str, format: Option<Format>) -> Result<(Format, PathBuf)> {
    let (format, path) = match text.split_once(':') {
        Some((name, path)) => match Format::from_str(name, false) {
            Ok(format) => (Some(format), path),
            // A path may hold a colon; a short word before one was meant as a format.
            Err(_) if name.contains('/') || name.contains('.') => (format, text),
            Err(_) => bail!(
                "--output {text}: there is no format `{name}`; formats: {}",
                names()
            ),
        },
        None => (format, text),
    };
    if path.is_empty() {
        bail!("--output {text}: the file name is missing");
    }
    let path = PathBuf::from(path);
    let format = match format {
        Some(format) => format,
        None => by_extension(&path)?,
    };
    Ok((format, path))
}

/// The format that the extension of a file says; text where it says none.
fn by_extension(path: &Path) -> Result<Format> {
    let name = path.to_string_lossy();
    Ok(match path.extension().and_then(|e| e.to_str()) {
        _ if name.ends_with(".sarif.json") => Format::Sarif,
        Some("sarif") => Format::Sarif,
        Some("json") => Format::Json,
        Some("jsonl") => Format::Jsonl,
        Some("md") => Format::Markdown,
        Some("html") => Format::Html,
        Some("xml") => bail!(
            "--output {name}: several formats are XML; say which: junit:{name} or checkstyle:{name}"
        ),
        _ => Format::Text,
    })
}

fn names() -> String {
    let values = Format::value_variants()
        .iter()
        .filter_map(Format::to_possible_value);
    let names: Vec<_> = values.map(|value| value.get_name().to_owned()).collect();
    names.join(", ")
}
