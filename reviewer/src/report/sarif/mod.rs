//! SARIF 2.1.0, the OASIS standard that code-scanning services read, within GitHub's limits.

mod flow;
mod result;
mod rule;

use rules::review::Severity;
use serde_json::{Value, json};

use super::Report;
use super::inert::inert_json_pretty;
use crate::review::{Finding, Suppression};
use result::result;
use rule::{MAX_TAGS, descriptor, tags};

/// GitHub refuses a run with more results.
const MAX_RESULTS: usize = 25_000;

/// The review as one SARIF run.
pub fn sarif(report: &Report<'_>) -> String {
    let review = report.review;
    let shown = review.findings.iter().map(|finding| (finding, None));
    let hidden = review.suppressed.iter();
    let results = shown.chain(hidden.map(|hidden| (&hidden.finding, Some(&hidden.by))));
    let (results, left) = most_severe(results.collect(), MAX_RESULTS);
    let notifications: Vec<_> = notifications(report).chain(cuts(report, left)).collect();
    inert_json_pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Hone reviewer",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "hone/reviewer/"},
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder that the review ran in."}}},
            "invocations": [{
                "executionSuccessful": !review.is_incomplete(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results
                .into_iter()
                .map(|(finding, by)| result(finding, by, report))
                .collect::<Vec<_>>(),
        }],
    }))
}

type Result<'a> = (&'a Finding, Option<&'a Suppression>);

/// At most `most` results in the order of `results`, and how many are left out: hidden ones first, then the least severe.
fn most_severe(results: Vec<Result<'_>>, most: usize) -> (Vec<Result<'_>>, usize) {
    let left = results.len().saturating_sub(most);
    if left == 0 {
        return (results, 0);
    }
    let mut numbered: Vec<_> = results.into_iter().enumerate().collect();
    numbered.sort_by_key(|(_, (finding, by))| (by.is_some(), std::cmp::Reverse(finding.severity)));
    numbered.truncate(most);
    numbered.sort_by_key(|(number, _)| *number);
    (
        numbered.into_iter().map(|(_, result)| result).collect(),
        left,
    )
}

fn notifications<'a>(report: &'a Report<'_>) -> impl Iterator<Item = Value> + 'a {
    report.notes().map(|note| {
        notification(
            level(note.severity),
            &format!("{}: {}", note.about, note.message),
        )
    })
}

/// What GitHub's limits cost.
fn cuts(report: &Report<'_>, left: usize) -> Vec<Value> {
    let mut cuts = Vec::new();
    if left > 0 {
        let message = format!(
            "{left} results are left out, the least severe ones: GitHub takes {MAX_RESULTS} of a run."
        );
        cuts.push(notification("warning", &message));
    }
    for rule in report
        .rules
        .iter()
        .filter(|rule| tags(rule).len() > MAX_TAGS)
    {
        let message = format!(
            "rule {}: tags are left out: GitHub takes {MAX_TAGS} of a rule.",
            rule.id
        );
        cuts.push(notification("warning", &message));
    }
    cuts
}

fn notification(level: &str, text: &str) -> Value {
    json!({"level": level, "message": {"text": text}})
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
