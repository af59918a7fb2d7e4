//! A finding: what a rule has to say about one place.

use rules::review::{Confidence, Safety, Severity};
use serde::{Deserialize, Serialize};

use super::excerpt::Excerpt;
use super::lines::Lines;
use super::step::Step;
use crate::plan::{Hit, Plan};
use crate::source::SourceFile;
use crate::tree::{Scope, TextRange};

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

impl Finding {
    /// What findings are sorted by.
    pub(crate) fn order(&self) -> (String, TextRange, String) {
        (self.place.path.clone(), self.place.bytes, self.rule.clone())
    }

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
            path: hit.path,
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
