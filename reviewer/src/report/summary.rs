//! What was reviewed and what was not, in a few lines.

use std::collections::BTreeMap;
use std::fmt::Write;

use rules::review::{Safety, Severity};

use super::inert::inert_line;
use super::{Report, statistics};
use crate::review::{Cost, Finding, Fix, Suppression};
use crate::source::SkipReason;

/// The last lines of a report for people: counts, everything that was not reviewed, and what else was asked for.
pub fn summary(report: &Report<'_>) -> String {
    let review = report.review;
    let mut out = headline(report) + "\n";
    out += &hidden(report).map_or(String::new(), |hidden| hidden + "\n");
    // Writing to a `String` cannot fail.
    out += &fixes(&review.findings);
    for (reason, names) in skipped(report) {
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
        let kind = problem.level();
        let _ = writeln!(
            out,
            "{kind}: {}: {}",
            inert_line(&problem.about),
            inert_line(&problem.message)
        );
    }
    if review.is_incomplete() {
        out += "The review is incomplete: see the errors above.\n";
    }
    if report.extras.statistics {
        out += &statistics::table(review);
    }
    if report.extras.files {
        out += "\nReviewed:\n";
        for name in &review.reviewed {
            let _ = writeln!(out, "  {}", inert_line(name));
        }
    }
    out
}

/// How many findings there are, in how many files, by how many rules.
pub(super) fn headline(report: &Report<'_>) -> String {
    let review = report.review;
    let of = |severity| {
        let findings = review.findings.iter();
        let n = findings.filter(|f| f.severity == severity).count();
        (n > 0).then(|| format!("{n} {}", severity.name()))
    };
    let severities = [Severity::Error, Severity::Warning, Severity::Info];
    let by_severity: Vec<_> = severities.into_iter().filter_map(of).collect();
    let files = plural(review.stats.files, "file");
    let found = match review.findings.len() {
        0 => format!("No findings in {files}"),
        n => format!(
            "{} in {files} ({})",
            plural(n, "finding"),
            by_severity.join(", ")
        ),
    };
    format!("{found}; {}.", plural(report.rules.len(), "rule"))
}

/// How many findings are hidden, and by what; nothing where none is.
pub(super) fn hidden(report: &Report<'_>) -> Option<String> {
    let suppressed = &report.review.suppressed;
    let by_baseline = suppressed.iter().filter(|s| s.by == Suppression::Baseline);
    let by_baseline = by_baseline.count();
    let parts: Vec<_> = [
        (suppressed.len() - by_baseline, "by comments"),
        (by_baseline, "by the baseline"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, by)| format!("{} {by}", plural(n, "finding")))
    .collect();
    (!parts.is_empty()).then(|| format!("Hidden: {}.", parts.join(", ")))
}

/// What a profile says of a finding.
pub(super) fn measured(cost: Cost) -> String {
    let percent = |share| 100.0 * share;
    format!(
        "measured: {:.1} % in these lines, {:.1} % in the function",
        percent(cost.lines),
        percent(cost.function)
    )
}

/// What to do to mend a finding; where that is to replace code, the new code follows.
pub(super) fn instruction(finding: &Finding, fix: &Fix) -> String {
    let place = match fix.place == finding.place {
        true => "it".into(),
        false => {
            let (start, end) = (fix.place.start, fix.place.end);
            format!(
                "{}:{} to {}:{}",
                start.line, start.column, end.line, end.column
            )
        }
    };
    match fix.text.is_empty() {
        true => format!("Remove {place}."),
        false => format!("Replace {place} with:"),
    }
}

/// The names of what was passed over, by reason.
pub(super) fn skipped<'a>(report: &Report<'a>) -> BTreeMap<SkipReason, Vec<&'a str>> {
    let mut by_reason = BTreeMap::new();
    for skipped in &report.review.skipped {
        let names: &mut Vec<_> = by_reason.entry(skipped.reason).or_default();
        names.push(skipped.name.as_str());
    }
    by_reason
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
