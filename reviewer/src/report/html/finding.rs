//! A finding as an article of the page.

use std::fmt::Write;

use rules::review::Rule;

use super::super::Report;
use super::super::steps::{at, heading};
use super::super::summary::{instruction, measured};
use super::escape::escaped;
use crate::review::{Excerpt, Finding};

/// What is wrong, where, with the code; then what to do.
pub(super) fn article(finding: &Finding, report: &Report<'_>) -> String {
    let (severity, rule) = (finding.severity.name(), escaped(&finding.rule));
    let place = &finding.place;
    let function = finding.function.as_ref();
    let within = function.map_or(String::new(), |function| {
        format!(" in <code>{}</code>", escaped(&function.name))
    });
    let mut out = format!(
        "<article class=\"{severity}\" data-severity=\"{severity}\" data-rule=\"{rule}\">\n\
         <h3><span class=\"severity\">{severity}</span> <code>{rule}</code></h3>\n\
         <p dir=\"auto\">{}</p>\n\
         <p class=\"place\"><code>{}:{}:{}</code>{within}</p>\n{}",
        escaped(&finding.message),
        escaped(&place.path),
        place.start.line,
        place.start.column,
        frame(&finding.excerpt, place.start.line)
    );
    // Writing to a `String` cannot fail.
    if !finding.path.is_empty() {
        out += &steps(finding);
    }
    if let Some(cost) = finding.cost {
        let _ = writeln!(out, "<p>{}</p>", measured(cost));
    }
    if let Some(fix) = &finding.fix {
        let _ = writeln!(out, "<p>{}</p>", instruction(finding, fix));
        if !fix.text.is_empty() {
            let code = escaped(&fix.text);
            let _ = writeln!(out, "<pre tabindex=\"0\"><code>{code}</code></pre>");
        }
    }
    if let Some(rule) = report.rule(&finding.rule) {
        out += &advice(rule);
    }
    out + "</article>\n"
}

/// The way of the value.
fn steps(finding: &Finding) -> String {
    let heading = heading(&finding.path);
    let mut out = format!("<details><summary>{heading}</summary>\n<ol>\n");
    for step in &finding.path {
        let _ = writeln!(
            out,
            "<li><code class=\"place\">{}</code> {}: <code>{}</code></li>",
            escaped(&at(step, &finding.place.path)),
            escaped(&step.note),
            escaped(&step.line)
        );
    }
    out + "</ol></details>\n"
}

fn advice(rule: &Rule) -> String {
    let metadata = &rule.metadata;
    let mut out = String::new();
    if !metadata.help.is_empty() {
        let _ = writeln!(out, "<p dir=\"auto\">Help: {}</p>", escaped(&metadata.help));
    }
    if !metadata.why.is_empty() {
        let _ = writeln!(
            out,
            "<details><summary>Why</summary><p dir=\"auto\">{}</p></details>",
            escaped(&metadata.why)
        );
    }
    out
}

/// The lines with their numbers, what is reported marked in them.
fn frame(excerpt: &Excerpt, first: usize) -> String {
    let mut out = String::from("<pre tabindex=\"0\"><code>");
    let mut start = 0;
    let width = (first + excerpt.text.matches('\n').count())
        .to_string()
        .len();
    for (number, line) in (first..).zip(excerpt.text.split('\n')) {
        let within = |offset: usize| offset.clamp(start, start + line.len()) - start;
        let (from, to) = (
            within(excerpt.highlight.start),
            within(excerpt.highlight.end),
        );
        let _ = write!(
            out,
            "<span class=\"line\">{number:width$}  </span>{}",
            escaped(&line[..from])
        );
        if from < to {
            let _ = write!(out, "<mark>{}</mark>", escaped(&line[from..to]));
        }
        let _ = writeln!(out, "{}", escaped(line[to..].trim_end_matches('\r')));
        start += line.len() + 1;
    }
    out + "</code></pre>\n"
}
