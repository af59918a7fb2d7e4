//! The form of our own JSON, from which its schema is made.

use std::collections::BTreeMap;

use rules::review::{Confidence, Safety, Severity};
use schemars::JsonSchema;
use serde::Serialize;

/// A review by Hone's reviewer. `version` rises when a field changes its meaning or goes; fields may be added.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Review")]
pub(super) struct Document<'a> {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    pub(super) version: u32,
    /// Sorted by path, position and rule.
    pub(super) findings: Vec<Finding<'a>>,
    /// Findings that a comment or the baseline hides.
    pub(super) suppressed: Vec<Suppressed<'a>>,
    /// What is wrong with the inputs of the review.
    pub(super) problems: Vec<Problem<'a>>,
    /// What was passed over.
    pub(super) skipped: Vec<Skipped<'a>>,
    #[serde(flatten)]
    pub(super) outcome: Outcome<'a>,
    /// The files that were reviewed, with `--show-files`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) files: Option<&'a [String]>,
}

/// What the review came to as a whole.
#[derive(Serialize, JsonSchema)]
pub(super) struct Outcome<'a> {
    /// Whether the job could be done whole. Where it could not, findings may be missing.
    pub(super) complete: bool,
    /// How much was reviewed.
    pub(super) stats: Stats,
    /// The findings of each rule, with `--statistics`: most first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) statistics: Option<Vec<RuleCount<'a>>>,
}

/// What a rule has to say about one place.
#[derive(Serialize, JsonSchema)]
pub(super) struct Finding<'a> {
    /// The rule.
    pub(super) rule: &'a str,
    /// A noun phrase that names the defect.
    pub(super) title: Option<&'a str>,
    /// How bad it is.
    #[schemars(with = "String", extend("enum" = ["info", "warning", "error"]))]
    pub(super) severity: Severity,
    /// How sure it is.
    #[schemars(with = "String", extend("enum" = ["low", "medium", "high"]))]
    pub(super) confidence: Confidence,
    /// The category of the rule.
    pub(super) category: Option<&'a str>,
    /// The weaknesses, such as `CWE-89`.
    pub(super) cwe: &'a [String],
    /// What is wrong here.
    pub(super) message: &'a str,
    /// What to do.
    pub(super) help: &'a str,
    /// Who it is, across versions of the file; different for each finding of a file.
    #[schemars(regex(pattern = "^[0-9a-f]{32}$"))]
    pub(super) fingerprint: &'a str,
    /// The file: relative where it lies below the folder that the review ran in.
    pub(super) path: &'a str,
    /// Where it starts.
    pub(super) start: Position,
    /// One past its end.
    pub(super) end: Position,
    /// The same as offsets in bytes.
    pub(super) bytes: [u32; 2],
    /// The code: its whole lines, or a part of a long one.
    pub(super) lines: &'a str,
    /// The innermost named function that it lies in.
    pub(super) function: Option<Function<'a>>,
    /// What the code costs where it runs, with `--profile`.
    pub(super) cost: Option<Cost>,
    /// What would mend it.
    pub(super) fix: Option<Fix<'a>>,
    /// Metavariables and their text.
    pub(super) metavariables: BTreeMap<&'a str, &'a str>,
    /// How a value got here, from its source to this place, both included; empty where the rule is not about that.
    pub(super) steps: Vec<Step<'a>>,
}

/// One step of the way that a value took.
#[derive(Serialize, JsonSchema)]
pub(super) struct Step<'a> {
    /// The file: relative where it lies below the folder that the review ran in.
    pub(super) path: &'a str,
    /// Where it starts.
    pub(super) start: Position,
    /// One past its end.
    pub(super) end: Position,
    /// The same as offsets in bytes.
    pub(super) bytes: [u32; 2],
    /// The code: the line that it starts in without the white space around it, or a part of a long one.
    pub(super) lines: &'a str,
    /// What happens there.
    pub(super) note: &'a str,
}

/// A position in a text.
#[derive(Serialize, JsonSchema)]
pub(super) struct Position {
    /// From 1.
    #[schemars(range(min = 1))]
    pub(super) line: usize,
    /// In characters, from 1.
    #[schemars(range(min = 1))]
    pub(super) column: usize,
}

/// A named function.
#[derive(Serialize, JsonSchema)]
pub(super) struct Function<'a> {
    /// Behind the names of what it lies in: `Shop.price`.
    pub(super) name: &'a str,
    /// Its first line.
    pub(super) start_line: usize,
    /// Its last line.
    pub(super) end_line: usize,
}

/// Shares of what a profile measured.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cost {
    /// Of the function and what it calls.
    #[schemars(range(min = 0, max = 1))]
    pub(super) function: f64,
    /// Of the reported lines and what they call.
    #[schemars(range(min = 0, max = 1))]
    pub(super) lines: f64,
}

/// An edit that would mend a finding.
#[derive(Serialize, JsonSchema)]
pub(super) struct Fix<'a> {
    /// Where what it replaces starts.
    pub(super) start: Position,
    /// One past its end.
    pub(super) end: Position,
    /// The same as offsets in bytes.
    pub(super) bytes: [u32; 2],
    /// What takes its place.
    pub(super) text: &'a str,
    /// Whether the program does the same as before, but for the defect.
    #[schemars(with = "String", extend("enum" = ["safe", "unsafe"]))]
    pub(super) safety: Safety,
}

/// A finding that somebody decided not to be shown.
#[derive(Serialize, JsonSchema)]
pub(super) struct Suppressed<'a> {
    /// What hides it.
    #[schemars(extend("enum" = ["comment", "baseline"]))]
    pub(super) by: &'static str,
    /// The reason that the comment gives.
    pub(super) reason: Option<&'a str>,
    /// The finding.
    pub(super) finding: Finding<'a>,
}

/// Something about the inputs that is wrong.
#[derive(Serialize, JsonSchema)]
pub(super) struct Problem<'a> {
    /// File, or rule with its place.
    pub(super) about: &'a str,
    /// What is wrong, with the remedy where there is one.
    pub(super) message: &'a str,
    /// Whether the job could not be done whole because of it.
    pub(super) fatal: bool,
}

/// A file or folder that was passed over.
#[derive(Serialize, JsonSchema)]
pub(super) struct Skipped<'a> {
    /// Which.
    pub(super) path: &'a str,
    /// Why.
    pub(super) reason: String,
}

/// How much was reviewed.
#[derive(Serialize, JsonSchema)]
pub(super) struct Stats {
    /// Files that were read.
    pub(super) files: usize,
    /// Of these, how many were parsed; the others held nothing that any rule looks for.
    pub(super) parsed: usize,
    /// Of these, how many have syntax errors, and were reviewed around them.
    pub(super) with_syntax_errors: usize,
    /// Bytes read.
    pub(super) bytes: u64,
    /// Rules that ran.
    pub(super) rules: usize,
}

/// The findings of one rule.
#[derive(Serialize, JsonSchema)]
pub(super) struct RuleCount<'a> {
    /// The rule.
    pub(super) rule: &'a str,
    /// The worst of them.
    #[schemars(with = "String", extend("enum" = ["info", "warning", "error"]))]
    pub(super) severity: Severity,
    /// How many.
    pub(super) findings: usize,
    /// How many of these have a fix.
    pub(super) fixable: usize,
}
