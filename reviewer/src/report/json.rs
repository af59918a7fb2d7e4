//! Our own JSON. `version` rises when a field changes its meaning or goes.

use serde_json::{Value, json};

use super::Report;
use crate::review::{Finding, Position};

/// The review as JSON: findings, problems, what was skipped, counts.
pub fn json(report: &Report<'_>) -> String {
    let review = report.review;
    let stats = &review.stats;
    let document = json!({
        "version": 1,
        "findings": review.findings.iter().map(|finding| self::finding(finding, report)).collect::<Vec<_>>(),
        "problems": review.problems.iter().map(|p| json!({
            "about": p.about, "message": p.message, "fatal": p.fatal,
        })).collect::<Vec<_>>(),
        "skipped": review.skipped.iter().map(|s| json!({
            "path": s.name, "reason": s.reason.to_string(),
        })).collect::<Vec<_>>(),
        "complete": !review.is_incomplete(),
        "stats": {
            "files": stats.files,
            "parsed": stats.parsed,
            "with_syntax_errors": stats.with_syntax_errors,
            "bytes": stats.bytes,
            "rules": report.rules.len(),
        },
    });
    format!("{document:#}\n")
}

fn finding(finding: &Finding, report: &Report<'_>) -> Value {
    let rule = report.rule(&finding.rule);
    let position = |p: Position| json!({"line": p.line, "column": p.column});
    let place = &finding.place;
    json!({
        "rule": finding.rule,
        "title": rule.map(|rule| &rule.title),
        "severity": finding.severity,
        "confidence": finding.confidence,
        "category": rule.map(|rule| &rule.metadata.category),
        "cwe": rule.map(|rule| &rule.metadata.cwe),
        "message": finding.message,
        "help": rule.map(|rule| &rule.metadata.help),
        "fingerprint": finding.fingerprint,
        "path": place.path,
        "start": position(place.start),
        "end": position(place.end),
        "bytes": [place.bytes.start, place.bytes.end],
        "lines": finding.excerpt.text,
        "fix": finding.fix.as_ref().map(|fix| &fix.text),
        "metavariables": finding.metavariables.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
    })
}
