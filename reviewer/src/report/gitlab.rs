//! GitLab's Code Quality report: a list of issues, in which GitLab tells them apart by their fingerprints alone.

use rules::review::Severity;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::Report;
use super::inert::{in_one_line, inert_json_pretty};

/// The findings, and what was not reviewed, as issues.
pub fn gitlab(report: &Report<'_>) -> String {
    let mut seen = FxHashMap::default();
    let findings = report.review.findings.iter().map(|finding| {
        let path = &finding.place.path;
        let fingerprint = numbered(&finding.fingerprint, &mut seen);
        let (begin, end) = (finding.place.start.line, finding.place.end.line);
        issue(
            finding.severity,
            &finding.rule,
            &finding.message,
            &fingerprint,
            path,
            (begin, end),
        )
    });
    let mut issues: Vec<_> = findings.collect();
    issues.extend(report.notes().map(|note| {
        let fingerprint = format!("{}: {}: {}", note.id, note.about, note.message);
        issue(
            note.severity,
            note.id,
            &note.message,
            &fingerprint,
            note.about,
            (1, 1),
        )
    }));
    inert_json_pretty(&issues)
}

/// A fingerprint that is unique in the report. Files may hold the same code, and a number changes the fewest of theirs
/// when one comes or goes.
fn numbered<'a>(fingerprint: &'a str, seen: &mut FxHashMap<&'a str, u32>) -> String {
    let number = seen.entry(fingerprint).or_default();
    *number += 1;
    match number {
        1 => fingerprint.to_owned(),
        number => format!("{fingerprint}-{number}"),
    }
}

fn issue(
    severity: Severity,
    rule: &str,
    message: &str,
    fingerprint: &str,
    path: &str,
    (begin, end): (usize, usize),
) -> Value {
    let severity = match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "info",
    };
    json!({
        "description": in_one_line(message),
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": begin, "end": end}},
    })
}
