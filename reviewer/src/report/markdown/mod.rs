//! GitHub's Markdown, for a job summary or a comment.

mod escape;

use std::fmt::Write;
use std::path::Path;

use rules::review::Severity;

use escape::code;
pub(super) use escape::{block, is_address, link, prose};

use super::inert::in_one_line;
use super::steps::{Row, at, heading, rows};
use super::summary::{headline, hidden, instruction, measured, plural, skipped};
use super::{Report, statistics};
use crate::review::{Finding, Step};
use crate::source;

/// A comment on GitHub has at most 65,536 characters; what is not a finding needs some of them.
const MAX_FINDINGS: usize = 50_000;
/// The most names in a list.
const MAX_NAMES: usize = 100;

/// The headline, what was not reviewed, and the findings as far as a comment has room for them.
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = format!("### {}\n\n", headline(report));
    // Writing to a `String` cannot fail.
    if report.review.is_incomplete() {
        out += "**The review is incomplete**: findings may be missing.\n\n";
    }
    out += &not_done(report);
    out += &findings(report);
    if report.extras.statistics && !report.review.findings.is_empty() {
        out += &rule_counts(report);
    }
    if report.extras.files {
        let names: Vec<_> = report.review.reviewed.iter().map(String::as_str).collect();
        out += &details("Reviewed", &names);
    }
    out
}

fn not_done(report: &Report<'_>) -> String {
    let mut out = String::new();
    for problem in &report.review.problems {
        let kind = problem.level();
        let _ = writeln!(
            out,
            "- **{kind}** {}: {}",
            code(&problem.about),
            prose(&problem.message)
        );
    }
    if let Some(hidden) = hidden(report) {
        let _ = writeln!(out, "- {hidden}");
    }
    let around = report.review.stats.with_syntax_errors;
    if around > 0 {
        let files = plural(around, "file");
        let _ = writeln!(out, "- With syntax errors, reviewed around them: {files}.");
    }
    if !out.is_empty() {
        out += "\n";
    }
    for (reason, names) in skipped(report) {
        out += &details(&format!("Not reviewed: {reason}"), &names);
    }
    out
}

fn findings(report: &Report<'_>) -> String {
    let mut out = String::new();
    for (shown, finding) in report.review.findings.iter().enumerate() {
        let text = self::finding(finding, report);
        if out.len() + text.len() > MAX_FINDINGS {
            let left = report.review.findings.len() - shown;
            let _ = writeln!(
                out,
                "{} more: see the other reports.\n",
                plural(left, "finding")
            );
            break;
        }
        out += &text;
    }
    out
}

fn finding(finding: &Finding, report: &Report<'_>) -> String {
    let place = &finding.place;
    let sign = match finding.severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Info => "ℹ️",
    };
    let at = format!("{}:{}:{}", place.path, place.start.line, place.start.column);
    let mut out = format!(
        "#### {sign} {} {}\n\n{} {}\n\n",
        finding.severity.name(),
        code(&finding.rule),
        code(&at),
        prose(&finding.message)
    );
    let language = source::language(Path::new(&place.path)).map_or("", |language| language.name());
    out += &block(language, &finding.excerpt.text);
    if !finding.path.is_empty() {
        out += &steps(finding);
    }
    if let Some(cost) = finding.cost {
        let _ = write!(out, "\n{}\n", measured(cost));
    }
    let help = report.help(&finding.rule);
    if !help.is_empty() {
        let _ = write!(out, "\nHelp: {}\n", prose(help));
    }
    if let Some(fix) = &finding.fix {
        let _ = write!(out, "\n{}\n", instruction(finding, fix));
        if !fix.text.is_empty() {
            let _ = write!(out, "\n{}", block(language, &fix.text));
        }
    }
    out + "\n"
}

/// The way of the value, in a list that opens on a click.
fn steps(finding: &Finding) -> String {
    let here = &finding.place.path;
    let item = |step: &Step| {
        let (at, line) = (code(&at(step, here)), code(&in_one_line(&step.line)));
        format!("- {at} {}: {line}", prose(&step.note))
    };
    let rows = rows(&finding.path).into_iter().map(|row| match row {
        Row::Step(step) => item(step) + "\n",
        Row::Left(left) => format!("- … {}\n", plural(left, "more step")),
    });
    format!(
        "\n<details><summary>{}</summary>\n\n{}\n</details>\n",
        heading(&finding.path),
        rows.collect::<String>()
    )
}

fn rule_counts(report: &Report<'_>) -> String {
    let mut out = String::from("| findings | with a fix | severity | rule |\n|--:|--:|---|---|\n");
    for count in statistics::count(report.review) {
        let _ = writeln!(
            out,
            "| {} | {} % | {} | {} |",
            count.findings,
            count.fixable_percent(),
            count.severity.name(),
            // A bar ends the cell, even in code.
            code(count.rule).replace('|', "\\|")
        );
    }
    out + "\n"
}

/// A list that opens on a click. `title` is text of ours.
fn details(title: &str, names: &[&str]) -> String {
    let mut out = format!("<details><summary>{title}: {}</summary>\n\n", names.len());
    for name in names.iter().take(MAX_NAMES) {
        let _ = writeln!(out, "- {}", code(name));
    }
    if let more @ 1.. = names.len().saturating_sub(MAX_NAMES) {
        let _ = writeln!(out, "- and {more} more");
    }
    out + "\n</details>\n\n"
}
