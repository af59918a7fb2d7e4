//! What was reviewed and what was not, in a few lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use rules::review::{Safety, Severity};

use super::Report;
use super::inert::inert_line;
use crate::review::Finding;

/// The last lines of a text report: counts, and everything that was not reviewed.
pub fn summary(report: &Report<'_>) -> String {
    let review = report.review;
    let mut out = String::new();
    let mut by_severity = BTreeMap::new();
    for finding in &review.findings {
        *by_severity.entry(finding.severity).or_insert(0) += 1;
    }
    let files = plural(review.stats.files, "file");
    let found = match review.findings.len() {
        0 => format!("No findings in {files}"),
        n => {
            let parts = [Severity::Error, Severity::Warning, Severity::Info].into_iter();
            let parts: Vec<_> = parts
                .filter_map(|s| by_severity.get(&s).map(|n| format!("{n} {}", s.name())))
                .collect();
            format!("{} in {files} ({})", plural(n, "finding"), parts.join(", "))
        }
    };
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "{found}; {}.", plural(report.rules.len(), "rule"));
    out += &fixes(&review.findings);
    let mut by_reason = BTreeMap::new();
    for skipped in &review.skipped {
        by_reason
            .entry(skipped.reason)
            .or_insert_with(Vec::new)
            .push(skipped.name.as_str());
    }
    for (reason, names) in by_reason {
        let _ = writeln!(
            out,
            "Not reviewed: {} ({reason}): {}",
            plural(names.len(), "path"),
            some(&names)
        );
    }
    if review.stats.with_syntax_errors > 0 {
        let _ = writeln!(
            out,
            "With syntax errors, reviewed around them: {}.",
            plural(review.stats.with_syntax_errors, "file")
        );
    }
    for problem in &review.problems {
        let kind = if problem.fatal { "error" } else { "warning" };
        let _ = writeln!(
            out,
            "{kind}: {}: {}",
            inert_line(&problem.about),
            inert_line(&problem.message)
        );
    }
    if review.is_incomplete() {
        let _ = writeln!(out, "The review is incomplete: see the errors above.");
    }
    out
}

/// How many findings have a fix, and what applies it.
fn fixes(findings: &[Finding]) -> String {
    let of = |safety| {
        let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
        fixes.filter(|fix| fix.safety == safety).count()
    };
    let counts = [
        (of(Safety::Safe), "--fix"),
        (of(Safety::Unsafe), "--fix --unsafe-fixes"),
    ];
    let parts: Vec<_> = counts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, flags)| format!("{n} with {flags}"))
        .collect();
    match counts.iter().map(|(n, _)| n).sum() {
        0 => String::new(),
        n => format!("{n} can be fixed: {}.\n", parts.join(", ")),
    }
}

/// `1 file`, `2 files`.
pub(crate) fn plural(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// The first few names.
fn some(names: &[&str]) -> String {
    let shown: Vec<_> = names.iter().take(3).map(|name| inert_line(name)).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(3) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
