//! reviewdog's diagnostics. Its columns count bytes of UTF-8; a fix is a suggestion.

use rules::review::Severity;
use serde_json::{Value, json};

use super::inert::{in_one_line, inert_json_pretty};
use super::steps::{Row, rows};
use super::{Report, address};
use crate::review::{Finding, Place, Position};

/// The review as a result with diagnostics; what was not reviewed is one of them, too.
pub fn rdjson(report: &Report<'_>) -> String {
    let findings = report.review.findings.iter();
    let notes = report.notes().map(|note| {
        json!({
            "message": in_one_line(&note.message),
            "location": {"path": note.about},
            "severity": severity(note.severity),
            "code": {"value": note.id},
        })
    });
    let diagnostics: Vec<_> = findings
        .map(|finding| diagnostic(finding, report))
        .chain(notes)
        .collect();
    inert_json_pretty(&json!({
        "source": {"name": "Hone reviewer"},
        "diagnostics": diagnostics,
    }))
}

fn diagnostic(finding: &Finding, report: &Report<'_>) -> Value {
    let mut code = json!({"value": finding.rule});
    if let Some(url) = report.rule(&finding.rule).and_then(address) {
        code["url"] = json!(url);
    }
    let suggestions: Vec<_> = finding
        .fix
        .iter()
        .map(|fix| json!({"range": range(&fix.place), "text": fix.text}))
        .collect();
    let mut diagnostic = json!({
        "message": in_one_line(&finding.message),
        "location": {"path": finding.place.path, "range": range(&finding.place)},
        "severity": severity(finding.severity),
        "code": code,
        "suggestions": suggestions,
    });
    // reviewdog before 0.18 refuses what it does not know.
    if !finding.path.is_empty() {
        diagnostic["related_locations"] = json!(related(finding));
    }
    diagnostic
}

/// The way of the value up to the reported place. reviewdog shows the code of each in a comment, so a long one is short.
fn related(finding: &Finding) -> Vec<Value> {
    let steps = rows(&finding.path).into_iter().filter_map(|row| match row {
        Row::Step(step) if step.place != finding.place => Some(json!({
            "message": in_one_line(&step.note),
            "location": {"path": step.place.path, "range": range(&step.place)},
        })),
        Row::Step(_) | Row::Left(_) => None,
    });
    steps.collect()
}

fn range(place: &Place) -> Value {
    let position = |at: Position| json!({"line": at.line, "column": at.column_utf8});
    json!({"start": position(place.start), "end": position(place.end)})
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}
