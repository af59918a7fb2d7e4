//! Text for people: each finding with the code that it is about.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Patch, Renderer, Snippet};
use rules::review::Severity;

use super::inert::{in_one_line, inert, inert_line};
use super::summary::measured;
use super::{Report, steps, summary};
use crate::review::{Excerpt, Finding, Fix};

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// Whether to use colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Findings with code frames, then the summary.
pub fn text(report: &Report<'_>, style: TextStyle) -> String {
    let renderer = if style.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer
        .term_width(style.width)
        .decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for finding in &report.review.findings {
        out += &frame(finding, report.help(&finding.rule), &renderer, style.width);
        out += "\n\n";
    }
    out + &summary(report)
}

fn frame(finding: &Finding, help: &str, renderer: &Renderer, width: usize) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let place = &finding.place;
    let excerpt = &finding.excerpt;
    let lines = inert(&excerpt.text);
    let path = inert_line(&place.path);
    let message = in_one_line(&finding.message);
    let help = in_one_line(help);
    let rule = inert_line(&finding.rule);
    let snippet = Snippet::source(lines.as_str())
        .line_start(place.start.line)
        .annotation(AnnotationKind::Primary.span(excerpt.highlight.clone()));
    let title = level.primary_title(message.as_str()).id(rule.as_str());
    let group = if excerpt.whole_lines {
        title.element(snippet.path(path.as_str()))
    } else {
        // The renderer would count the column in what is left of the line.
        let origin = Origin::path(path.as_str())
            .line(place.start.line)
            .char_column(place.start.column);
        title.element(origin).element(snippet)
    };
    let margin = place.end.line.to_string().len() + " = note: ".len();
    let path = || steps::table(finding, width.saturating_sub(margin));
    let notes = [
        (!finding.path.is_empty()).then(path),
        finding.cost.map(measured),
    ];
    let notes = notes.iter().flatten();
    let group = group.elements(notes.map(|note| Level::NOTE.message(note.as_str())));
    let fix = finding.fix.as_ref();
    let fix = fix.and_then(|fix| Some((range_in_excerpt(finding, fix)?, inert(&fix.text))));
    let groups = match &fix {
        Some((range, text)) => {
            let patch = Snippet::source(lines.as_str())
                .line_start(place.start.line)
                .patch(Patch::new(range.clone(), text.as_str()));
            let title = match help.is_empty() {
                true => "replace it",
                false => help.as_str(),
            };
            vec![group, Level::HELP.secondary_title(title).element(patch)]
        }
        None if help.is_empty() => vec![group],
        None => vec![group.element(Level::HELP.message(help.as_str()))],
    };
    renderer.render(&groups)
}

/// Where in the excerpt a fix applies, if all of that is shown.
fn range_in_excerpt(finding: &Finding, fix: &Fix) -> Option<Range<usize>> {
    let Excerpt {
        text, highlight, ..
    } = &finding.excerpt;
    let reported = finding.place.bytes.indices();
    let replaced = fix.place.bytes.indices();
    let start = (highlight.start + replaced.start).checked_sub(reported.start)?;
    let end = start + replaced.len();
    text.get(start..end).map(|_| start..end)
}
