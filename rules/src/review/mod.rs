//! A review rule: Semgrep's rule syntax as a superset, typed.
//!
//! ```text
//! file ─► Rule ─► body: Search(Formula) | Taint | Typestate | Check | Review
//!                          │
//!                          └► Pattern "..."   text for the pattern parser, with its position
//!                             Regex "..."
//!                             Any [..]        pattern-either
//!                             Inside(..)      pattern-inside: containment instead of equality
//!                             All { positives, negatives, conditions, focus }     patterns
//! ```
//!
//! What is read here is only form. Whether a pattern parses is for the reviewer to say, which has the
//! grammars; [`Located`] lets it name the line.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

use crate::yaml::{Error, Position};

mod flow;
mod read;

pub use flow::{
    Escape, Event, Exit, Guard, Listed, Look, Propagator, Requires, Sanitizer, SideEffect, Sink,
    SinkRequires, Source, Start, Taint, Typestate,
};
pub(crate) use read::lists;
pub use read::load;

/// The JSON schema (draft 2020-12) of a rule file.
pub const SCHEMA: &str = include_str!("schema.json");

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// `<language>/<name>` for built-in rules; free for others.
    pub id: String,
    /// A noun phrase that names the defect; the id where a rule has none.
    pub title: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Language names as the rule writes them.
    pub languages: Vec<String>,
    /// What the finding says; `$X` stands for the code that the metavariable matched.
    pub message: String,
    /// What to look for.
    pub body: Body,
    /// Replacement for the matched code, with metavariables.
    pub fix: Option<String>,
    /// Replacement of parts of the matched code.
    pub fix_regex: Option<FixRegex>,
    /// How patterns match.
    pub options: Options,
    /// Which files the rule looks at.
    pub paths: Paths,
    /// What is known about the rule.
    pub metadata: Metadata,
    /// Its tests and its documentation.
    pub examples: Vec<Example>,
    /// Where the rule starts in its file.
    pub at: Position,
}

/// What a rule looks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// A formula over patterns.
    Search(Formula),
    /// How values move from sources to sinks (`mode: taint`).
    Taint(Taint),
    /// In which order things happen to values (`mode: typestate`).
    Typestate(Typestate),
    /// Code: the check of the reviewer that has the rule's id (`mode: check`, built-in rules only).
    Check,
    /// What the review itself knows, such as which suppressions hide nothing (`mode: review`, built-in rules only).
    Review,
}

/// A text with its position. Texts are the same wherever they stand.
#[derive(Clone, Debug, Eq, Serialize, Deserialize)]
pub struct Located {
    /// Where it starts in the rule file.
    pub at: Position,
    /// The text.
    pub text: String,
}

impl PartialEq for Located {
    fn eq(&self, other: &Located) -> bool {
        self.text == other.text
    }
}

impl Hash for Located {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Which ranges of a file match.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Formula {
    /// `pattern`: the ranges that the pattern matches.
    Pattern(Located),
    /// `pattern-regex`: the ranges that the expression matches, in the text of the file.
    Regex(Located),
    /// `pattern-either`: union.
    Any(Vec<Formula>),
    /// `pattern-inside`: the ranges that lie within these.
    Inside(Box<Formula>),
    /// `patterns`: intersection.
    All(Conjunction),
}

impl Default for Formula {
    /// What nothing matches.
    fn default() -> Self {
        Formula::Any(Vec::new())
    }
}

/// The parts of `patterns`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conjunction {
    /// `pattern`, `pattern-inside`, `pattern-either`, `pattern-regex`, `patterns`: all must hold.
    pub positives: Vec<Formula>,
    /// `pattern-not`, `pattern-not-inside`: none may hold.
    pub negatives: Vec<Formula>,
    /// `metavariable-…`: conditions on what was bound.
    pub conditions: Vec<Condition>,
    /// `focus-metavariable`: each entry narrows the range to one of its metavariables.
    pub focus: Vec<Vec<Located>>,
}

/// A condition on what a metavariable stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Condition {
    /// `metavariable-regex`: the text of the binding matches, anchored at its start.
    Regex {
        /// With its `$`.
        metavariable: Located,
        /// The expression.
        regex: Located,
        /// Whether a name that stands for a constant is tested by the value of that.
        constants: bool,
    },
    /// `metavariable-pattern`: the formula matches in the binding.
    Pattern {
        /// With its `$`.
        metavariable: Located,
        /// The language that the content of a bound string is read in; that of the rule where there is none.
        language: Option<Located>,
        /// What to look for in the binding.
        formula: Formula,
    },
    /// `metavariable-comparison`: an expression in Python's syntax that is true.
    Comparison {
        /// The metavariable whose text is read as a number, where `base` or `strip` ask for that.
        metavariable: Option<Located>,
        /// The expression.
        comparison: Located,
        /// In which base.
        base: Option<u32>,
        /// Whether quotes around it are left out.
        strip: bool,
    },
    /// `metavariable-analysis`: the text of the binding has a property.
    Analysis {
        /// With its `$`.
        metavariable: Located,
        /// The property.
        analyzer: Analyzer,
    },
    /// `metavariable-type`: the binding has one of these types.
    Type {
        /// With its `$`.
        metavariable: Located,
        /// The types.
        types: Vec<Located>,
    },
}

/// A property of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Analyzer {
    /// It looks random, as keys do.
    Entropy,
    /// It is a regular expression that can take exponential time.
    Redos,
}

/// `fix-regex`: what to replace in the matched code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FixRegex {
    /// The expression.
    pub regex: Located,
    /// What takes the place of each match: `\\1` stands for a group.
    pub replacement: String,
    /// How many matches are replaced; all where there is none.
    pub count: Option<usize>,
}

/// `options`: how the patterns of a rule match. The defaults are Semgrep's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Options {
    /// Literals match names that always stand for them.
    pub constant_propagation: bool,
    /// Patterns match names by the expressions that they always stand for.
    pub symbolic_propagation: bool,
    /// `a && b && c` matches however it is grouped and ordered, and so do `||`, `+` and `*`, `&` and `|`.
    pub ac_matching: bool,
    /// `a && b` matches `b && a`, and `||` too.
    pub commutative_boolop: bool,
    /// `a == b` matches `b == a`, and `!=` too.
    pub symmetric_eq: bool,
    /// An assignment matches a declaration with a value.
    pub vardef_assign: bool,
    /// A function matches a function expression that is assigned to its name.
    pub arrow_is_function: bool,
    /// An expression pattern matches deep inside of the statements that hold it.
    pub implicit_deep_exprstmt: bool,
    /// The attributes of an element match in any order, and there may be more.
    pub xml_attrs_implicit_ellipsis: bool,
    /// Decorators match in the order of the pattern.
    pub decorators_order_matters: bool,
    /// What metavariables of a source and of a sink have in common must be the same code.
    pub taint_unify_mvars: bool,
    /// Calls of functions that nothing is known about pass no taint on.
    pub taint_assume_safe_functions: bool,
    /// `a[i]` is clean where only `i` is tainted.
    pub taint_assume_safe_indexes: bool,
    /// Comparisons yield clean values.
    pub taint_assume_safe_comparisons: bool,
    /// Truth values are clean.
    pub taint_assume_safe_booleans: bool,
    /// Numbers are clean.
    pub taint_assume_safe_numbers: bool,
}

impl Options {
    /// What of them says how patterns match: all but those about taint.
    pub fn of_patterns(&self) -> Options {
        Options {
            taint_unify_mvars: false,
            taint_assume_safe_functions: false,
            taint_assume_safe_indexes: false,
            taint_assume_safe_comparisons: false,
            taint_assume_safe_booleans: false,
            taint_assume_safe_numbers: false,
            ..self.clone()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            constant_propagation: true,
            symbolic_propagation: false,
            ac_matching: true,
            commutative_boolop: false,
            symmetric_eq: false,
            vardef_assign: true,
            arrow_is_function: true,
            implicit_deep_exprstmt: true,
            xml_attrs_implicit_ellipsis: true,
            decorators_order_matters: false,
            taint_unify_mvars: false,
            taint_assume_safe_functions: false,
            taint_assume_safe_indexes: false,
            taint_assume_safe_comparisons: false,
            taint_assume_safe_booleans: false,
            taint_assume_safe_numbers: false,
        }
    }
}

/// How bad a finding is. Semgrep's newer names map onto these: CRITICAL and HIGH to error, MEDIUM to
/// warning, LOW to info.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably wrong, or wrong in part.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// `paths`: globs over the path of the file, relative to the root of the review.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paths {
    /// Where not empty, only these.
    pub include: Vec<String>,
    /// Never these.
    pub exclude: Vec<String>,
}

/// How sure a finding is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Often wrong.
    Low,
    /// Sometimes wrong.
    #[default]
    Medium,
    /// Seldom wrong.
    High,
}

impl Confidence {
    /// `high`, `medium` or `low`.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// The built-in pack that a rule belongs to; each contains the ones before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Pack {
    /// Most findings on well-kept code would be fixed by their maintainers. The default.
    #[default]
    Recommended,
    /// Worth a look, not always a change.
    Thorough,
    /// Matters of taste and of strict policy.
    Pedantic,
}

impl Pack {
    /// The pack of that name.
    pub fn from_name(name: &str) -> Option<Pack> {
        [Pack::Recommended, Pack::Thorough, Pack::Pedantic]
            .into_iter()
            .find(|pack| pack.name() == name)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Pack::Recommended => "recommended",
            Pack::Thorough => "thorough",
            Pack::Pedantic => "pedantic",
        }
    }
}

/// What is known about a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// `security`, `correctness`, `concurrency`, `resources`, `performance`, `maintainability`, `aws`.
    pub category: String,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The pack.
    pub precision: Pack,
    /// `CWE-89`, the exact one first.
    pub cwe: Vec<String>,
    /// Rows of CodeGuru's detector catalogue that the rule answers.
    pub codeguru: Vec<String>,
    /// Further reading.
    pub references: Vec<String>,
    /// Why it is a defect.
    pub why: String,
    /// What to do.
    pub help: String,
    /// How far its fixes can be trusted.
    pub fix_safety: Safety,
}

/// How far a fix can be trusted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// The program does the same as before, but for the defect. Applied by `--fix`.
    Safe,
    /// It may do something else, or is not known to do the same: somebody has to look. The default.
    #[default]
    Unsafe,
}

/// One example: code that must be reported at its marked lines, and code that must not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Each expected finding has a comment `ruleid: <id>` on the line above.
    pub bad: Option<Located>,
    /// Looks alike and is right.
    pub good: Option<Located>,
    /// What the fix makes of `bad`.
    pub fixed: Option<Located>,
    /// In place of the others: files that are reviewed together, by their paths. Findings are marked as in `bad`.
    pub files: Vec<(String, Located)>,
    /// Findings in `files` where no comment can stand.
    pub expect: Vec<Expected>,
}

/// A line of a file of an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The file.
    pub path: String,
    /// The line, from 1 on.
    pub line: usize,
}

impl Example {
    /// Whether it shows what is reported.
    pub fn is_bad(&self) -> bool {
        let marked = |(_, code): &(String, Located)| code.text.contains("ruleid:");
        self.bad.is_some() || !self.expect.is_empty() || self.files.iter().any(marked)
    }

    /// Whether it shows what is not reported.
    pub fn is_good(&self) -> bool {
        self.good.is_some() || !self.files.is_empty() && !self.is_bad()
    }
}

/// What a rule file gave.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rules that could be read.
    pub rules: Vec<Rule>,
    /// What could not, and what was passed over.
    pub problems: Vec<Problem>,
}

/// Something wrong with a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The rule, where its id could be read.
    pub rule: Option<String>,
    /// What and where.
    pub error: Error,
    /// Whether the rule is lost; otherwise it runs, and this is a warning.
    pub fatal: bool,
}
