//! One HTML page that needs no network, and no JavaScript but for its filters.
//!
//! Everything from outside is escaped text. The page's policy names its script and its style by their digests and allows
//! nothing else, so that a mistake in escaping would not run either.

mod escape;
mod finding;

use std::fmt::Write;

use super::summary::{headline, hidden, plural, skipped};
use super::{Report, statistics};
use escape::{escaped, policy};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("filter.js");

/// The review as a page.
pub fn html(report: &Report<'_>) -> String {
    let findings = report.review.findings.iter();
    let findings: String = findings
        .map(|finding| finding::article(finding, report))
        .collect();
    format!(
        include_str!("page.html"),
        title = "Review",
        policy = policy(STYLE, SCRIPT),
        style = STYLE,
        script = SCRIPT,
        verdict = verdict(report),
        not_done = not_done(report),
        extras = extras(report),
        severities = severities(),
        rules = rules(report),
        findings = findings,
    )
}

fn verdict(report: &Report<'_>) -> String {
    let mut out = format!("<p>{}</p>\n", headline(report));
    // Writing to a `String` cannot fail.
    if let Some(hidden) = hidden(report) {
        let _ = writeln!(out, "<p>{hidden}</p>");
    }
    if report.review.is_incomplete() {
        out += "<p class=\"incomplete\"><strong>The review is incomplete: findings may be missing.</strong></p>\n";
    }
    out
}

/// What was not reviewed, or not whole; nothing where that is nothing.
fn not_done(report: &Report<'_>) -> String {
    let mut out = String::new();
    if !report.review.problems.is_empty() {
        out += "<ul>\n";
        for problem in &report.review.problems {
            let kind = problem.level();
            let _ = writeln!(
                out,
                "<li class=\"{kind}\"><strong class=\"severity\">{kind}</strong> <code>{}</code>: {}</li>",
                escaped(&problem.about),
                escaped(&problem.message)
            );
        }
        out += "</ul>\n";
    }
    let around = report.review.stats.with_syntax_errors;
    if around > 0 {
        let files = plural(around, "file");
        let _ = writeln!(
            out,
            "<p>With syntax errors, reviewed around them: {files}.</p>"
        );
    }
    for (reason, names) in skipped(report) {
        out += &list(&reason.to_string(), &names);
    }
    match out.is_empty() {
        true => out,
        false => format!(
            "<section aria-labelledby=\"not-done\">\n<h2 id=\"not-done\">Not reviewed, or not whole</h2>\n{out}</section>\n"
        ),
    }
}

/// What was asked for beside the findings.
fn extras(report: &Report<'_>) -> String {
    let mut out = String::new();
    if report.extras.statistics {
        out += "<h2>Rules</h2>\n<table>\n<thead><tr><th scope=\"col\">findings</th><th scope=\"col\">with a fix</th><th scope=\"col\">severity</th><th scope=\"col\">rule</th></tr></thead>\n<tbody>\n";
        for count in statistics::count(report.review) {
            let _ = writeln!(
                out,
                "<tr><td class=\"number\">{}</td><td class=\"number\">{} %</td><td>{}</td><td><code>{}</code></td></tr>",
                count.findings,
                count.fixable_percent(),
                count.severity.name(),
                escaped(count.rule)
            );
        }
        out += "</tbody>\n</table>\n";
    }
    if report.extras.files {
        let names: Vec<_> = report.review.reviewed.iter().map(String::as_str).collect();
        out += "<h2>Files</h2>\n";
        out += &list("reviewed", &names);
    }
    out
}

fn list(title: &str, names: &[&str]) -> String {
    let items: String = names
        .iter()
        .map(|name| format!("<li><code>{}</code></li>\n", escaped(name)))
        .collect();
    let count = plural(names.len(), "path");
    format!(
        "<details><summary>{count}: {}</summary>\n<ul>\n{items}</ul>\n</details>\n",
        escaped(title)
    )
}

fn severities() -> String {
    ["error", "warning", "info"]
        .map(|name| {
            format!("<label><input type=\"checkbox\" name=\"severity\" value=\"{name}\" checked> {name}</label>")
        })
        .concat()
}

fn rules(report: &Report<'_>) -> String {
    let mut counts = statistics::count(report.review);
    counts.sort_by_key(|count| count.rule);
    let options = counts.iter().map(|count| {
        let rule = escaped(count.rule);
        format!(
            "<option value=\"{rule}\">{rule} ({})</option>",
            count.findings
        )
    });
    options.collect()
}
