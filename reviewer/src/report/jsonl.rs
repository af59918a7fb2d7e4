//! Our own JSON as lines, for programs that read while it comes and for `grep`.

use serde::Serialize;

use super::Report;
use super::document::{Finding, Outcome, Problem, Skipped, Suppressed};
use super::inert::inert_json;
use super::json::{self, VERSION};

/// One line; its other fields are those of the JSON report.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Finding(Finding<'a>),
    Suppressed(Suppressed<'a>),
    Problem(Problem<'a>),
    Skipped(Skipped<'a>),
    File {
        path: &'a str,
    },
    Summary {
        version: u32,
        #[serde(flatten)]
        outcome: Outcome<'a>,
    },
}

/// An object a line, each with a `type`: findings, suppressed findings, problems, what was skipped, the files that were
/// reviewed where they are asked for; the last one is the summary.
pub fn jsonl(report: &Report<'_>) -> String {
    let review = report.review;
    let findings = review.findings.iter();
    let files = match report.extras.files {
        true => review.reviewed.as_slice(),
        false => &[],
    };
    let summary = Line::Summary {
        version: VERSION,
        outcome: json::outcome(report),
    };
    findings
        .map(|finding| Line::Finding(json::finding(finding, report)))
        .chain(json::suppressed(report).map(Line::Suppressed))
        .chain(json::problems(report).map(Line::Problem))
        .chain(json::skipped(report).map(Line::Skipped))
        .chain(files.iter().map(|path| Line::File { path }))
        .chain([summary])
        .map(|line| inert_json(&line) + "\n")
        .collect()
}
