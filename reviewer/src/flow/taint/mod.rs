//! Taint: which values from sources get to sinks, over all functions and files.
//!
//! The algorithm is that of Reps, Horwitz and Sagiv (*Precise interprocedural dataflow analysis via graph
//! reachability*, POPL 1995), on demand from the sources: facts say that what came in at an entry of a function gets to a
//! node of it; an entry is analysed once, and what comes out of it is handed to every caller that came in there.
//! A fact has a path, which says what part of an object is tainted, and a set of kinds, one for each rule and label.

mod kinds;
mod nodes;
mod paths;
mod slice;
mod solve;
mod trace;

use rules::review::{Rule, SinkRequires, Taint};
use rustc_hash::FxHashMap;

use super::facts::{LinkedFile, Place};
use super::link::Project;
use crate::tree::TextRange;
use kinds::{KindTable, Kinds};
pub use slice::About;
use solve::{Reached, Solver};

/// Taint that gets from a source to a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Index of the rule in the plan.
    pub rule: usize,
    /// Index of the file of the sink.
    pub file: usize,
    /// The sink.
    pub range: TextRange,
    /// What metavariables of the sink and of the source stand for.
    pub bound: Vec<(Box<str>, Box<str>)>,
    /// From the source to the sink, both included.
    pub steps: Vec<FoundStep>,
}

/// One step of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundStep {
    /// Index of the file.
    pub file: usize,
    /// The code.
    pub range: TextRange,
    /// What happens there.
    pub note: String,
}

/// What came of following taint.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sorted by file, place and rule.
    pub found: Vec<Found>,
    /// Steps that it took.
    pub steps: u64,
    /// Whether the budget ran out, so that taint may be missing.
    pub is_cut: bool,
}

/// Follows the taint of rules through files, as far as it is asked about. Each rule comes with its index in the plan.
pub fn follow(files: &[LinkedFile<'_>], rules: &[(usize, &Rule)], about: About<'_>) -> Outcome {
    let taint = |(index, rule): &(usize, &'_ Rule)| match &rule.body {
        rules::review::Body::Taint(_) => Some(*index),
        _ => None,
    };
    let indices: Vec<usize> = rules.iter().filter_map(taint).collect();
    let rules: Vec<(usize, &Rule, &Taint)> = rules
        .iter()
        .filter(|(index, _)| indices.contains(index))
        .filter_map(|(index, rule)| match &rule.body {
            rules::review::Body::Taint(taint) => Some((*index, *rule, taint)),
            _ => None,
        })
        .collect();
    let has_sources = files.iter().any(|file| !file.facts.sources.is_empty());
    let has_sinks = files.iter().any(|file| !file.facts.sinks.is_empty());
    let mut outcome = Outcome::default();
    if !has_sources || !has_sinks {
        return outcome;
    }
    let mut project = Project::new(files);
    for table in KindTable::all(&rules, files) {
        let mut solver = Solver::new(&mut project, &table);
        solver.run(about);
        outcome.steps += solver.steps();
        outcome.is_cut |= solver.is_cut();
        let reached = solver.reached();
        outcome.found.extend(findings(&solver, &table, reached));
    }
    outcome.found.sort_by(|a, b| {
        (a.file, a.range, a.rule, &a.bound).cmp(&(b.file, b.range, b.rule, &b.bound))
    });
    outcome
        .found
        .dedup_by(|a, b| (a.file, a.range, a.rule) == (b.file, b.range, b.rule));
    outcome
}

/// What the sinks that were reached mean for their rules.
fn findings(
    solver: &Solver<'_, '_>,
    table: &KindTable<'_>,
    reached: Vec<(u32, u32, Reached)>,
) -> Vec<Found> {
    let mut found = Vec::new();
    // Conditions on metavariables hold together: by file, rule, entry and matched code.
    let mut together: FxHashMap<_, Vec<(&Place, u32, &Reached)>> = FxHashMap::default();
    let mut order = Vec::new();
    for (file, sink, at) in &reached {
        let place = &solver.facts(*file).sinks[*sink as usize];
        let Some(rule) = table.of_rule.get(&place.by.rule) else {
            continue;
        };
        let kinds = at.kinds & rule.mask;
        match &rule.taint.sinks[place.by.entry].requires {
            None => {
                let plain = table.plain_at(place, kinds);
                if plain != 0 {
                    found.extend(solver.finding(*file, place, at, plain));
                }
            }
            Some(SinkRequires::Here(requires)) => {
                if kinds != 0 && table.holds(place.by.rule, requires, kinds) {
                    found.extend(solver.finding(*file, place, at, kinds));
                }
            }
            Some(SinkRequires::Metavariables(_)) => {
                let key = (*file, place.by, place.range);
                let entry = together.entry(key).or_default();
                if entry.is_empty() {
                    order.push(key);
                }
                entry.push((place, *file, at));
            }
        }
    }
    for key in order {
        let reached = &together[&key];
        let rule = &table.of_rule[&key.1.rule];
        let Some(SinkRequires::Metavariables(conditions)) = &rule.taint.sinks[key.1.entry].requires
        else {
            continue;
        };
        let kinds_of = |number: u32| -> Kinds {
            let of = reached
                .iter()
                .filter(|(place, ..)| place.condition == Some(number));
            of.fold(0, |set, (_, _, at)| set | at.kinds & rule.mask)
        };
        let all_hold = conditions
            .iter()
            .zip(0..)
            .all(|((_, requires), number)| table.holds(key.1.rule, requires, kinds_of(number)));
        if all_hold && let Some((place, file, at)) = reached.first() {
            found.extend(solver.finding(*file, place, at, at.kinds & rule.mask));
        }
    }
    found
}
