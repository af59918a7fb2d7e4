//! Text for people: each finding with the code that it is about.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Patch, Renderer, Snippet};
use rules::review::Severity;

use super::{Report, summary};
use crate::review::Finding;

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
        out += &frame(
            finding,
            report
                .rule(&finding.rule)
                .map_or("", |rule| &rule.metadata.help),
            &renderer,
        );
        out += "\n\n";
    }
    out + &summary(report)
}

fn frame(finding: &Finding, help: &str, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let place = &finding.place;
    let lines = inert(&finding.lines);
    let path = inert(&place.path);
    let message = inert(
        &finding
            .message
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
    );
    let snippet = Snippet::source(lines.as_str())
        .line_start(place.start.line)
        .path(path.as_str())
        .annotation(AnnotationKind::Primary.span(finding.highlight.clone()));
    let mut groups = vec![
        level
            .primary_title(message.as_str())
            .id(finding.rule.as_str())
            .element(snippet),
    ];
    let replaced = finding.fix.as_deref().map(inert);
    if let Some(fix) = &replaced {
        let patch = Snippet::source(lines.as_str())
            .line_start(place.start.line)
            .patch(Patch::new(finding.highlight.clone(), fix.as_str()));
        groups.push(
            Level::HELP
                .secondary_title(if help.is_empty() { "replace it" } else { help })
                .element(patch),
        );
    } else if !help.is_empty() {
        groups[0] = std::mem::replace(
            &mut groups[0],
            Level::HELP
                .primary_title("")
                .element(Level::HELP.message("")),
        )
        .element(Level::HELP.message(help));
    }
    renderer.render(&groups)
}

/// The text without what a terminal would obey: control characters and overrides of the writing direction
/// become a replacement character, which is as many bytes long or longer only where nothing is measured.
fn inert(text: &str) -> String {
    let control = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(control) {
        return text.to_owned();
    }
    // Offsets into the text stay valid: every character keeps its length in bytes.
    text.chars()
        .map(|c| {
            if !control(c) {
                c.to_string()
            } else {
                "?".repeat(c.len_utf8())
            }
        })
        .collect()
}
