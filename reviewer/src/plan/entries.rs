//! The entries of rules about flow, and whether they can be run.

use std::sync::Arc;

use rules::review::{Body, Formula, Listed, Located, Look, Rule, SinkRequires};

use super::formula::Compiled;
use super::{RuleProblem, problem};
use crate::flow::marks::List;
use crate::lang::Language;

/// An entry of a rule about flow.
pub(super) struct Entry<'a> {
    pub(super) list: List,
    /// Which of the list.
    pub(super) at: usize,
    pub(super) formula: Arc<Formula>,
    /// Whose formula it is, where that is a list of the models.
    pub(super) listed: Option<&'a Listed>,
}

impl Entry<'_> {
    /// Those of the languages of its rule that it is for, sorted.
    pub(super) fn languages(&self, of_rule: &[Language]) -> Vec<Language> {
        let mut languages = of_rule.to_vec();
        languages.retain(|language| !language.is_text());
        if let Some(listed) = self.listed {
            let names = listed.languages.iter();
            let listed: Vec<_> = names.flat_map(|name| Language::named(name)).collect();
            languages.retain(|language| listed.contains(language));
        }
        languages.sort_unstable();
        languages.dedup();
        languages
    }

    /// The metavariables that the entry names beside its formula.
    fn named<'a>(&self, body: &'a Body) -> Vec<&'a Located> {
        match (body, self.list) {
            (Body::Taint(taint), List::Propagators) => {
                let propagator = &taint.propagators[self.at];
                vec![&propagator.from, &propagator.to]
            }
            (Body::Taint(taint), List::Guards) => vec![&taint.guards[self.at].value],
            (Body::Taint(taint), List::Sinks) => match &taint.sinks[self.at].requires {
                Some(SinkRequires::Metavariables(each)) => {
                    each.iter().map(|(name, _)| name).collect()
                }
                Some(SinkRequires::Here(_)) | None => Vec::new(),
            },
            (Body::Typestate(states), List::Events) => {
                states.events[self.at].value.iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The entries of all lists of a rule; none where it is not about flow.
pub(super) fn entries(body: &Body) -> Vec<Entry<'_>> {
    match body {
        Body::Taint(taint) => looks(List::Sources, taint.sources.iter().map(|e| &e.look))
            .chain(looks(
                List::Propagators,
                taint.propagators.iter().map(|e| &e.look),
            ))
            .chain(looks(
                List::Sanitizers,
                taint.sanitizers.iter().map(|e| &e.look),
            ))
            .chain(looks(List::Guards, taint.guards.iter().map(|e| &e.look)))
            .chain(looks(List::Sinks, taint.sinks.iter().map(|e| &e.look)))
            .collect(),
        Body::Typestate(states) => own(List::Starts, states.start.iter().map(|e| &e.formula))
            .chain(own(List::Events, states.events.iter().map(|e| &e.formula)))
            .chain(own(List::Keeps, states.keeps.iter()))
            .collect(),
        Body::Search(_) | Body::Check | Body::Review => Vec::new(),
    }
}

fn looks<'a>(list: List, looks: impl Iterator<Item = &'a Look>) -> impl Iterator<Item = Entry<'a>> {
    looks.enumerate().filter_map(move |(at, look)| {
        Some(Entry {
            list,
            at,
            formula: Arc::clone(look.formula()?),
            listed: match look {
                Look::Listed(listed) => Some(listed),
                Look::For(_) | Look::Use(_) => None,
            },
        })
    })
}

fn own<'a>(
    list: List,
    formulas: impl Iterator<Item = &'a Formula>,
) -> impl Iterator<Item = Entry<'a>> {
    formulas.enumerate().map(move |(at, formula)| Entry {
        list,
        at,
        formula: Arc::new(formula.clone()),
        listed: None,
    })
}

/// Compiles the formulas of a rule for its languages. What comes back are those whose metavariables its message may
/// name.
pub(super) fn compile(rule: &Rule, languages: &[Language]) -> Result<Vec<Compiled>, RuleProblem> {
    let mut nameable = Vec::new();
    for entry in entries(&rule.body) {
        let compile = |language| Compiled::new(language, &entry.formula, &rule.options);
        let languages = entry.languages(languages).into_iter();
        let compiled: Vec<_> = languages.map(compile).collect::<Result<_, _>>().map_err(
            |(at, message)| match entry.listed {
                None => problem(rule, at, message),
                Some(Listed { list, .. }) => {
                    let message = format!("the list `{}` of the models: {message}", list.text);
                    problem(rule, list.at, message)
                }
            },
        )?;
        let binds = |name: &Located| {
            let mut compiled = compiled.iter();
            compiled.any(|compiled| compiled.variables.get(&name.text).is_some())
        };
        let names = entry.named(&rule.body);
        if let Some(name) = names
            .into_iter()
            .find(|name| !compiled.is_empty() && !binds(name))
        {
            let message = format!(
                "`{}` is used here, and no pattern of the entry binds it",
                name.text
            );
            return Err(problem(rule, name.at, message));
        }
        if matches!(
            entry.list,
            List::Sources | List::Sinks | List::Starts | List::Events
        ) {
            nameable.extend(compiled);
        }
    }
    Ok(nameable)
}
