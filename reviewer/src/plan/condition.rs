//! Conditions on what a metavariable stands for: `metavariable-…`.

use std::sync::Arc;

use fancy_regex::Regex;
use rules::review::{self, Analyzer, Located};

use super::comparison::Comparison;
use super::demand::Demand;
use super::expression;
use super::formula::{Bound, Broken, Program, groups};
use crate::lang::Language;
use crate::pattern::{Metavariable, Metavariables};

/// A condition, ready to test.
#[derive(Debug)]
pub(super) enum Condition {
    /// The text matches; the groups bind metavariables.
    Regex {
        variable: Metavariable,
        regex: Arc<Regex>,
        groups: Vec<Option<Metavariable>>,
        constants: bool,
    },
    /// The formula matches in it.
    Program {
        variable: Metavariable,
        program: Box<Program>,
        /// Whether the content of a string is read in the program's language, and not the code as it is.
        content: bool,
    },
    /// The comparison is true.
    Comparison(Comparison),
    /// The text has the property.
    Analysis {
        variable: Metavariable,
        analyzer: Analyzer,
    },
    /// It has one of these types.
    Type {
        variable: Metavariable,
        types: Vec<String>,
    },
}

impl Condition {
    pub(super) fn new(
        language: Language,
        condition: &review::Condition,
        bound: &Bound,
        variables: &mut Metavariables,
    ) -> Result<Condition, Broken> {
        match condition {
            review::Condition::Regex {
                metavariable,
                regex,
                constants,
            } => {
                let variable = bound.lookup(variables, metavariable)?;
                let regex = expression::at_start(regex)?;
                Ok(Condition::Regex {
                    variable,
                    groups: groups(&regex, variables),
                    regex: Arc::new(regex),
                    constants: *constants,
                })
            }
            review::Condition::Pattern {
                metavariable,
                language: other,
                formula,
            } => {
                let variable = bound.lookup(variables, metavariable)?;
                let inner = match other {
                    Some(name) => named(name)?,
                    None => language,
                };
                Ok(Condition::Program {
                    variable,
                    program: Box::new(Program::new(inner, formula, variables)?),
                    content: other.is_some(),
                })
            }
            review::Condition::Comparison {
                metavariable,
                comparison,
                base,
                strip,
            } => {
                let number = match metavariable {
                    Some(name) if base.is_some() || *strip => {
                        Some((bound.lookup(variables, name)?, base.unwrap_or(10)))
                    }
                    Some(name) => {
                        bound.lookup(variables, name)?;
                        None
                    }
                    None => None,
                };
                Comparison::new(comparison, number, bound, variables).map(Condition::Comparison)
            }
            review::Condition::Analysis {
                metavariable,
                analyzer,
            } => Ok(Condition::Analysis {
                variable: bound.lookup(variables, metavariable)?,
                analyzer: *analyzer,
            }),
            review::Condition::Type {
                metavariable,
                types,
            } => Ok(Condition::Type {
                variable: bound.lookup(variables, metavariable)?,
                types: types.iter().map(|ty| ty.text.clone()).collect(),
            }),
        }
    }
}

impl Condition {
    /// What this asks of the text of a metavariable, as soon as that is bound.
    pub(super) fn demand(&self) -> Option<Demand> {
        match self {
            Condition::Regex {
                variable,
                regex,
                constants: false,
                ..
            } => Some(Demand {
                variable: *variable,
                regex: Arc::clone(regex),
            }),
            _ => None,
        }
    }
}

fn named(name: &Located) -> Result<Language, Broken> {
    Language::named(&name.text).next().ok_or_else(|| {
        let known: Vec<_> = Language::ALL.iter().map(|l| l.name()).collect();
        let hint = rules::yaml::did_you_mean(&name.text, known.iter().copied());
        (
            name.at,
            format!("`{}` is no language of this version{hint}", name.text),
        )
    })
}
