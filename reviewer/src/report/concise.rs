//! One line a finding, in the form that terminals and editors make clickable.

use super::inert::{in_one_line, inert_line};
use super::summary::measured;
use super::{Report, summary};

/// Lines of `path:line:column: severity[rule] message`, then the summary.
pub fn concise(report: &Report<'_>) -> String {
    let lines = report.review.findings.iter().map(|finding| {
        let start = finding.place.start;
        let cost = finding
            .cost
            .map_or(String::new(), |cost| format!(" ({})", measured(cost)));
        format!(
            "{}:{}:{}: {}[{}] {}{cost}\n",
            inert_line(&finding.place.path),
            start.line,
            start.column,
            finding.severity.name(),
            inert_line(&finding.rule),
            in_one_line(&finding.message)
        )
    });
    lines.collect::<String>() + &summary(report)
}
