//! What the patterns of rules about flow matched in one file: all that the engine of flow knows of patterns.

use serde::{Deserialize, Serialize};

use crate::tree::TextRange;

/// What the formula of one entry of a rule matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which formula: an index into [`Parts`].
    pub part: usize,
    /// The matched code, narrowed by `focus-metavariable`.
    pub range: TextRange,
    /// What metavariables stand for, by name with `$`.
    pub bound: Vec<(Box<str>, TextRange)>,
}

/// The formulas of all rules about flow, each once: entries of several rules that look for the same share one.
#[derive(Debug, Default)]
pub struct Parts {
    /// For each formula, whose it is.
    pub users: Vec<Vec<Use>>,
}

/// An entry of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Use {
    /// Index of the rule in the plan.
    pub rule: usize,
    /// Which list of the rule.
    pub list: List,
    /// Which entry of the list.
    pub entry: usize,
}

/// A list of entries of a rule about flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum List {
    /// Of [`rules::review::Taint::sources`].
    Sources,
    /// Of [`rules::review::Taint::propagators`].
    Propagators,
    /// Of [`rules::review::Taint::sanitizers`].
    Sanitizers,
    /// Of [`rules::review::Taint::guards`].
    Guards,
    /// Of [`rules::review::Taint::sinks`].
    Sinks,
    /// Of [`rules::review::Typestate::start`].
    Starts,
    /// Of [`rules::review::Typestate::events`].
    Events,
    /// Of [`rules::review::Typestate::keeps`].
    Keeps,
}
