//! Rules about how values move (`mode: taint`) and in which order things happen to them (`mode: typestate`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Formula, Located};

/// `mode: taint`: a value from a source reaches a sink, and nothing made it clean on the way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Taint {
    /// `pattern-sources`.
    pub sources: Vec<Source>,
    /// `pattern-propagators`.
    pub propagators: Vec<Propagator>,
    /// `pattern-sanitizers`.
    pub sanitizers: Vec<Sanitizer>,
    /// `pattern-guards`, our addition: conditions that tell that a value is clean.
    pub guards: Vec<Guard>,
    /// `pattern-sinks`.
    pub sinks: Vec<Sink>,
}

/// What an entry looks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Look {
    /// A formula.
    For(Arc<Formula>),
    /// The entries of a list of the models, by its name (`use: http-request`, our addition).
    /// [`crate::models::resolve`] puts them in its place before rules run.
    Use(Located),
    /// An entry of such a list.
    Listed(Listed),
}

/// A formula of the models. Only the name of its list is written with a rule: the program has the models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// The list, where the rule names it.
    pub list: Located,
    /// The formula.
    #[serde(skip)]
    pub formula: Arc<Formula>,
    /// The languages of the model, as it names them.
    #[serde(skip)]
    pub languages: Arc<[String]>,
}

impl Look {
    /// The formula. None where it is still to be looked up.
    pub fn formula(&self) -> Option<&Arc<Formula>> {
        match self {
            Look::For(formula) => Some(formula),
            Look::Listed(listed) => Some(&listed.formula),
            Look::Use(_) => None,
        }
    }
}

/// Whether an entry is about the value of the matched code, or about what happens to a variable in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SideEffect {
    /// About the value. The default.
    #[default]
    No,
    /// `true`: about both.
    Also,
    /// `only`: from there on, about the variable.
    Only,
}

/// Where taint begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// What to look for.
    pub look: Look,
    /// The label of the taint; that of all rules is the same where there is none.
    pub label: Option<Located>,
    /// Labels that the matched code must have.
    pub requires: Option<Requires>,
    /// Whether only what matched is a source, and nothing inside of it.
    pub exact: bool,
    /// `by-side-effect`.
    pub side_effect: SideEffect,
    /// Whether reaching the code is enough: all code that comes after it is tainted.
    pub control: bool,
}

/// How taint moves where calls and assignments do not say it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Propagator {
    /// What to look for.
    pub look: Look,
    /// The metavariable that is tainted. Without text where a list is used, whose entries name it.
    pub from: Located,
    /// The metavariable that becomes so, likewise.
    pub to: Located,
    /// Labels that must be there.
    pub requires: Option<Requires>,
    /// The label of what becomes tainted.
    pub label: Option<Located>,
    /// Labels that are replaced by it; all where there is none.
    pub replace_labels: Vec<Located>,
    /// Whether the variable stays tainted behind the code. True where nothing is said.
    pub by_side_effect: bool,
}

/// What makes values clean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sanitizer {
    /// What to look for.
    pub look: Look,
    /// Whether only what matched is clean, and not what stands inside of it.
    pub exact: bool,
    /// Whether a variable that matched is clean from there on.
    pub by_side_effect: bool,
    /// Whether it yields to a source or sink that matched the same code.
    pub not_conflicting: bool,
}

/// A condition that tells that a value is clean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// The condition.
    pub look: Look,
    /// The metavariable that stands for the value: what `focus-metavariable` names.
    pub value: Located,
    /// In which outcome of the condition the value is clean: `when`, true where nothing is said.
    pub when: bool,
}

/// Where taint must not get.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sink {
    /// What to look for.
    pub look: Look,
    /// Labels that are reported, on the matched code or on what metavariables stand for.
    pub requires: Option<SinkRequires>,
    /// Whether only the value of what matched counts, and not that of its parts. True where nothing is said.
    pub exact: bool,
    /// Whether it is a sink only where the function is left.
    pub at_exit: bool,
}

/// A condition on labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Requires {
    /// This label is there.
    Label(String),
    /// `not`.
    Not(Box<Requires>),
    /// `and`.
    All(Vec<Requires>),
    /// `or`.
    Any(Vec<Requires>),
    /// `True`, `False`.
    Constant(bool),
}

/// What a sink requires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SinkRequires {
    /// Of the matched code.
    Here(Requires),
    /// Of what metavariables stand for, each a condition of its own: `requires: [{$X: A}, {$Y: B}]`.
    Metavariables(Vec<(Located, Requires)>),
}

/// `mode: typestate`: what happens to a value, on every path through a function, and in which order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Typestate {
    /// Where values begin to be tracked.
    pub start: Vec<Start>,
    /// What happens to them.
    pub events: Vec<Event>,
    /// What is wrong when the function is left.
    pub exit: Option<Exit>,
    /// Uses that let the value go: it may be dealt with elsewhere, and is tracked no longer. All where nothing is
    /// said.
    pub escapes: Vec<Escape>,
    /// Calls that a value may be passed to without letting it go.
    pub keeps: Vec<Formula>,
}

/// Where a value begins to be tracked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// What begins it.
    pub formula: Formula,
    /// The metavariable that stands for the value, which `focus-metavariable` names; the matched code where there is
    /// none.
    pub value: Option<Located>,
    /// The state that it begins in.
    pub state: Located,
}

/// Something that happens to a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// What happens.
    pub formula: Formula,
    /// The metavariable that stands for the value, which `focus-metavariable` names; the matched code where there is
    /// none.
    pub value: Option<Located>,
    /// The states in which it counts; all where there is none.
    pub from: Vec<Located>,
    /// The state that it leads to; the same where there is none.
    pub to: Option<Located>,
    /// Whether it is wrong, so that the event is reported.
    pub report: bool,
    /// In which outcome of the condition that matched it happens; whatever the outcome where there is none.
    pub when: Option<bool>,
}

/// What is wrong when a function is left: the start is reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exit {
    /// The states.
    pub states: Vec<Located>,
    /// Whether leaving by an exception counts. True where nothing is said.
    pub exceptional: bool,
}

/// What lets a value go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Escape {
    /// It is returned, yielded or raised.
    Returned,
    /// It is put into a field, a collection or a variable of another function.
    Stored,
    /// It is an argument of a call.
    Passed,
    /// A function expression uses it.
    Captured,
}
