//! A comparison of profiles, in the formats that it is wanted in. Each is a pure function.

mod markdown;
mod svg;
mod text;

use std::io;
use std::path::PathBuf;

pub use markdown::render as markdown;
pub use svg::render as svg;
pub use text::render as text;

use super::Error;
use crate::compare::{Change, Comparison, Cost, Scale};
use crate::profile::Profile;

/// Where a comparison goes, and in which format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
}

/// A format of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Difference flamegraph: red is more, blue is less.
    Svg,
    /// [`Comparison`] as it is.
    Json,
    /// For a terminal.
    Text,
    /// For a comment on a pull request.
    Markdown,
}

const FORMATS: [(&str, &str, Format); 4] = [
    ("svg", ".svg", Format::Svg),
    ("json", ".json", Format::Json),
    ("text", ".txt", Format::Text),
    ("markdown", ".md", Format::Markdown),
];

impl Output {
    /// Reads `FILE` (the extension decides) or `FORMAT:FILE`.
    ///
    /// # Errors
    /// A sentence where the format is not known: unlike a recording, a comparison can be made again.
    ///
    /// ```
    /// use profiler::output::diff::{Format, Output};
    ///
    /// assert_eq!(Output::parse("change.svg").unwrap().format, Format::Svg);
    /// assert_eq!(Output::parse("markdown:comment").unwrap().format, Format::Markdown);
    /// assert!(Output::parse("change.pb.gz").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Output, String> {
        let named = text.split_once(':').and_then(|(name, path)| {
            let format = FORMATS.iter().find(|format| format.0 == name)?.2;
            Some((format, path))
        });
        let lower = text.to_ascii_lowercase();
        let by_extension = || {
            let format = FORMATS.iter().find(|format| lower.ends_with(format.1))?.2;
            Some((format, text))
        };
        let (format, path) = named
            .filter(|(_, path)| !path.is_empty())
            .or_else(by_extension)
            .ok_or_else(|| {
                format!(
                    "{text}: a comparison is written as .svg, .json, .txt or .md, or as FORMAT:FILE"
                )
            })?;
        Ok(Output {
            format,
            path: path.into(),
        })
    }

    /// Renders the comparison of `before` with `after`, with lists of `top` functions, and writes it.
    ///
    /// # Errors
    /// Where it cannot be drawn or written; what stood there before still stands.
    pub fn write(
        &self,
        comparison: &Comparison,
        before: &[&Profile],
        after: &[&Profile],
        top: usize,
    ) -> Result<(), Error> {
        let render = || -> io::Result<Vec<u8>> {
            Ok(match self.format {
                Format::Svg => svg(comparison, before, after)?,
                Format::Json => json(comparison).into_bytes(),
                Format::Text => text(comparison, top, false).into_bytes(),
                Format::Markdown => markdown(comparison, top).into_bytes(),
            })
        };
        let path = self.path.clone();
        let bytes = render().map_err(|error| Error::Render {
            path: path.clone(),
            error,
        })?;
        super::replace(&self.path, &bytes).map_err(|error| Error::Write { path, error })
    }
}

/// The comparison as JSON; `hone_diff` is the version of its schema.
pub fn json(comparison: &Comparison) -> String {
    serde_json::to_string_pretty(comparison).expect("plain data") + "\n"
}

/// A fraction of the whole as percentage points with a sign.
fn points(fraction: f64) -> String {
    format!("{:+.1}", 100.0 * fraction)
}

/// A fraction of the whole.
fn percent(fraction: f64) -> String {
    format!("{:.1} %", 100.0 * fraction)
}

/// What one list holds, in words.
fn heading(cost: Cost) -> &'static str {
    match cost {
        Cost::Own => "by their own cost",
        Cost::Total => "with what they call",
    }
}

/// The verdict in one or two sentences.
fn verdict(comparison: &Comparison) -> String {
    let changed = comparison.changed().count();
    let of = match comparison.scale {
        Scale::Share => "of the whole",
        Scale::Absolute => "of what everything cost before",
    };
    let detectable = comparison.detectable.map_or(String::new(), |detectable| {
        format!(
            " A change by {:.1} points {of} would have been found in any of them, in 80 of 100 comparisons like this.",
            100.0 * detectable
        )
    });
    match (comparison.detectable, changed) {
        (None, _) => "No verdict: no variance was measured.".to_owned(),
        (_, 0) => format!(
            "No evidence of a change in {} tested costs of functions.{detectable}",
            comparison.tested
        ),
        _ => format!(
            "{changed} of {} costs of functions changed; at most {} of such findings are false on average.{detectable}",
            comparison.functions.len(),
            percent(comparison.alpha)
        ),
    }
}

/// One side in a line.
fn side(side: &crate::compare::Side) -> String {
    let runs = if side.runs == 1 { "run" } else { "runs" };
    let cores = side
        .cores
        .map_or(String::new(), |cores| format!(", {cores:.2} cores busy"));
    let target = if side.target.is_empty() {
        String::new()
    } else {
        format!(" of {}", side.target)
    };
    format!(
        "{} {runs}{target}, {} samples{cores}",
        side.runs,
        super::facts::grouped(side.samples)
    )
}

/// How total CPU changed, where it is known; a warning in words, since shares do not show it.
fn cpu(comparison: &Comparison) -> Option<String> {
    let (before, after) = (comparison.before.cores?, comparison.after.cores?);
    let change = 100.0 * (after / before - 1.0);
    Some(format!(
        "CPU time for each second: {before:.2} -> {after:.2} cores ({change:+.0} %, not tested)"
    ))
}

/// The functions of a list: those that changed, else the largest differences; those of `cost` only.
fn listed(comparison: &Comparison, cost: Cost, proven: bool, top: usize) -> Vec<&Change> {
    let functions = comparison
        .functions
        .iter()
        .filter(|change| change.cost == cost && change.is_proven() == proven);
    functions.take(top).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Options, compare};

    fn comparison() -> (Comparison, Profile, Profile) {
        let before = crate::import::folded("main;f 60000\nmain;<b>|g` 40000\n").unwrap();
        let after = crate::import::folded("main;f 50000\nmain;<b>|g` 50000\n").unwrap();
        let runs = |profile| vec![profile; 3];
        let comparison = compare(&runs(&before), &runs(&after), &Options::default()).unwrap();
        (comparison, before, after)
    }

    #[test]
    fn every_format_names_the_function_and_hostile_names_are_escaped() {
        let (comparison, before, after) = comparison();
        assert!(text(&comparison, 10, false).contains("+10.0"));
        assert!(json(&comparison).contains("\"hone_diff\": 1"));
        let markdown = markdown(&comparison, 10);
        assert!(markdown.contains("`` <b>\\|g` ``"), "{markdown}");
        let svg = String::from_utf8(svg(&comparison, &[&before], &[&after]).unwrap()).unwrap();
        assert!(
            svg.contains("&lt;b&gt;|g` (") && !svg.contains("<b>"),
            "{svg}"
        );
        assert!(svg.contains("+10.00%"), "{svg}");
    }

    #[test]
    fn the_report_fits_a_terminal() {
        let (comparison, ..) = comparison();
        let text = text(&comparison, 10, false);
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
    }
}
