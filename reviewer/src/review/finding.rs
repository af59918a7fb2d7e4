//! A finding: what a rule has to say about one place.

use rules::review::{Confidence, Severity};

use super::lines::Lines;
use crate::plan::{Hit, Plan};
use crate::source::SourceFile;
use crate::tree::TextRange;

/// Most lines of source that a finding keeps.
const MAX_LINES: usize = 12;

/// A position in a text, 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
    /// Column, in UTF-16 code units, as SARIF viewers count.
    pub column_utf16: usize,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as in [`SourceFile::name`].
    pub path: String,
    /// Start.
    pub start: Position,
    /// One past the end.
    pub end: Position,
    /// The same as bytes.
    pub bytes: TextRange,
}

/// What a rule has to say about one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong here.
    pub message: String,
    /// What would mend it, in place of the reported range.
    pub fix: Option<String>,
    /// Metavariables and their text.
    pub metavariables: Vec<(String, String)>,
    /// The lines of the place, whole; long places are cut.
    pub lines: String,
    /// The reported range within `lines`, as bytes.
    pub highlight: std::ops::Range<usize>,
}

impl Finding {
    pub(super) fn new(
        file: &SourceFile,
        text: &str,
        lines: &Lines,
        hit: Hit,
        plan: &Plan,
    ) -> Finding {
        let rule = plan.rule(hit.rule);
        let start = lines.position(text, hit.range.start as usize);
        let end = lines.position(text, hit.range.end as usize);
        let shown = lines.text(text, start.line, end.line.min(start.line + MAX_LINES - 1));
        let from = hit.range.start as usize - lines.start(start.line);
        let to = (hit.range.end as usize - lines.start(start.line)).min(shown.len());
        Finding {
            place: Place {
                path: file.name.clone(),
                start,
                end,
                bytes: hit.range,
            },
            rule: rule.id.clone(),
            severity: rule.severity,
            confidence: rule.metadata.confidence,
            message: hit.message,
            fix: hit.fix,
            metavariables: hit.metavariables,
            lines: shown.to_owned(),
            highlight: from..to.max(from),
        }
    }
}
