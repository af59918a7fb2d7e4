//! A finding: what a rule has to say about one place.

use rules::review::{Confidence, Safety, Severity};
use serde::{Deserialize, Serialize};

use super::lines::Lines;
use crate::plan::{Hit, Plan};
use crate::source::SourceFile;
use crate::tree::{Scope, TextRange};

/// Most lines of source that a finding keeps.
const MAX_LINES: usize = 12;
/// Most bytes of them. A long line may hold thousands of findings.
const MAX_EXCERPT: usize = 2_000;
/// What is kept on either side of a finding in a longer line, in bytes.
const AROUND: usize = 100;

/// A position in a text, 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
    /// Column, in UTF-16 code units, as SARIF viewers count.
    pub column_utf16: usize,
    /// Column, in bytes, as reviewdog counts.
    pub column_utf8: usize,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// What would mend it.
    pub fix: Option<Fix>,
    /// Metavariables and their text.
    pub metavariables: Vec<(String, String)>,
    /// The code that it is about.
    pub excerpt: Excerpt,
    /// The innermost named function that it lies in.
    pub function: Option<Function>,
    /// Who it is, across versions of the file: 32 hexadecimal digits, different for each finding of a file.
    pub fingerprint: String,
    /// GitHub's hash of the line that it starts in; empty where a secret lies in the file.
    pub line_hash: String,
    /// What the code costs where it runs, where a profile says that.
    pub cost: Option<Cost>,
    /// How a value got here: from its source to this place, both included. Empty where the rule is not about that.
    pub path: Vec<Step>,
}

/// One step of the way that a value took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// The line that the step starts in, without the white space around it.
    pub line: String,
    /// What happens there: `source`, `passed to f`, `returned by f`, `sink`.
    pub note: String,
}

/// An edit that would mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it replaces.
    pub place: Place,
    /// With what.
    pub text: String,
    /// How far it can be trusted.
    pub safety: Safety,
}

/// The function that a finding lies in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name behind the names of the classes and functions around it: `Shop.price`.
    pub name: String,
    /// Its first and last line, 1-based.
    pub lines: (usize, usize),
}

/// Shares of what a profile measured, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Of the function and what it calls.
    pub function: f64,
    /// Of the reported lines and what they call.
    pub lines: f64,
}

/// The lines of a place, or the part of them that is not too long to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// Whether it starts and ends with a line.
    pub whole_lines: bool,
    /// The reported range within it, as bytes; the end of a long one is cut.
    pub highlight: std::ops::Range<usize>,
}

impl Excerpt {
    fn new(text: &str, lines: &Lines, range: TextRange, first: usize, last: usize) -> Excerpt {
        let hit = range.indices();
        let line = lines.start(first);
        let shown = lines.text(text, first, last.min(first + MAX_LINES - 1));
        let end = line + shown.len();
        let whole_lines = shown.len() <= MAX_EXCERPT;
        let kept = if whole_lines {
            line..end
        } else {
            let start = text.floor_char_boundary(hit.start.saturating_sub(AROUND));
            let start = start.max(line);
            let stop = (hit.end + AROUND).min(start + MAX_EXCERPT).min(end);
            start..text.floor_char_boundary(stop)
        };
        let from = hit.start - kept.start;
        let to = hit.end.min(kept.end) - kept.start;
        Excerpt {
            text: text[kept].to_owned(),
            whole_lines,
            highlight: from..to.max(from),
        }
    }
}

impl Finding {
    /// The finding for a hit in `text`, of which it shows `shown`; it has no function and no fingerprint yet.
    pub(super) fn new(
        file: &SourceFile,
        text: &str,
        shown: &str,
        lines: &Lines,
        hit: Hit,
        plan: &Plan,
    ) -> Finding {
        let rule = plan.rule(hit.rule);
        let place = Place::new(file, text, lines, hit.range);
        let excerpt = Excerpt::new(shown, lines, hit.range, place.start.line, place.end.line);
        let fix = hit.fix.map(|text| Fix {
            place: place.clone(),
            text,
            safety: rule.metadata.fix_safety,
        });
        Finding {
            place,
            rule: rule.id.clone(),
            severity: rule.severity,
            confidence: rule.metadata.confidence,
            message: hit.message,
            fix,
            metavariables: hit.metavariables,
            excerpt,
            function: None,
            fingerprint: String::new(),
            line_hash: String::new(),
            cost: None,
            path: Vec::new(),
        }
    }
}

impl Function {
    pub(super) fn new(scope: &Scope, lines: &Lines) -> Function {
        let line = |offset: u32| lines.line(offset as usize);
        Function {
            name: scope.name.clone(),
            lines: (line(scope.range.start), line(scope.range.end)),
        }
    }
}

impl Place {
    /// The place of a range of the text that `lines` are of.
    pub(super) fn new(file: &SourceFile, text: &str, lines: &Lines, range: TextRange) -> Place {
        Place {
            path: file.name.clone(),
            start: lines.position(text, range.start as usize),
            end: lines.position(text, range.end as usize),
            bytes: range,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_finding() {
        let text = format!("a\n{}HIT{}\nb\n", "é".repeat(5_000), "z".repeat(5_000));
        let start = text.find("HIT").unwrap();
        let range = TextRange::new(start, start + 3);
        let excerpt = Excerpt::new(&text, &Lines::new(&text), range, 2, 2);
        assert!(!excerpt.whole_lines && excerpt.text.len() <= 2 * AROUND + 4);
        assert_eq!(&excerpt.text[excerpt.highlight], "HIT");
    }

    #[test]
    fn lines_are_kept_whole_without_their_breaks() {
        let text = "a\r\nfoo(b,\r\n  c)\r\n";
        let excerpt = Excerpt::new(text, &Lines::new(text), TextRange::new(3, 15), 2, 3);
        assert_eq!(excerpt.text, "foo(b,\r\n  c)");
        assert_eq!(&excerpt.text[excerpt.highlight], "foo(b,\r\n  c)");
    }
}
