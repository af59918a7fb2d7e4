//! Kinds of taint: for each rule and label one bit, so that one pass follows the taint of all rules.

use rules::review::{Propagator, Requires, Rule, Source, Taint};
use rustc_hash::FxHashMap;

use crate::flow::facts::{LinkedFile, Place, Type};
use crate::flow::marks::Use;

/// A set of kinds.
pub(super) type Kinds = u128;

/// Kinds that one pass follows.
const MOST: usize = 128;
/// The label of taint that has none, as Semgrep calls it.
const PLAIN: &str = "__SOURCE__";
/// Most sources that a rule with `taint_unify_mvars` tells apart.
const MOST_APART: usize = 24;

/// The kinds of some rules.
#[derive(Debug, Default)]
pub(super) struct KindTable<'a> {
    kinds: Vec<Kind<'a>>,
    /// By rule.
    pub(super) of_rule: FxHashMap<usize, OfRule<'a>>,
    /// Kinds that may turn into others on the way.
    pub(super) turning: Kinds,
    /// Kinds of rules that take numbers, truth values, ... for clean.
    safe_numbers: Kinds,
    safe_booleans: Kinds,
    pub(super) safe_comparisons: Kinds,
    pub(super) safe_indexes: Kinds,
    pub(super) safe_functions: Kinds,
}

#[derive(Clone, Debug, PartialEq)]
struct Kind<'a> {
    rule: usize,
    label: &'a str,
    /// What metavariables of the source stand for, where the rule unifies them.
    bound: Vec<(Box<str>, Box<str>)>,
}

/// What a rule needs.
#[derive(Debug)]
pub(super) struct OfRule<'a> {
    pub(super) taint: &'a Taint,
    pub(super) mask: Kinds,
    unifies: bool,
}

impl<'a> KindTable<'a> {
    /// Splits rules into tables of at most [`MOST`] kinds.
    pub(super) fn all(
        rules: &[(usize, &'a Rule, &'a Taint)],
        files: &[LinkedFile<'_>],
    ) -> Vec<Self> {
        let mut tables = vec![KindTable::default()];
        for (index, rule, taint) in rules {
            let kinds = kinds_of(*index, rule, taint, files);
            if tables
                .last()
                .is_some_and(|table| table.kinds.len() + kinds.len() > MOST)
            {
                tables.push(KindTable::default());
            }
            if let Some(table) = tables.last_mut() {
                table.add(*index, rule, taint, kinds);
            }
        }
        tables
    }

    fn add(&mut self, index: usize, rule: &Rule, taint: &'a Taint, kinds: Vec<Kind<'a>>) {
        let first = self.kinds.len();
        let mut mask = 0;
        for bit in first..(first + kinds.len()).min(MOST) {
            mask |= 1 << bit;
        }
        self.kinds.extend(kinds);
        let options = &rule.options;
        for (is_safe, set) in [
            (options.taint_assume_safe_numbers, &mut self.safe_numbers),
            (options.taint_assume_safe_booleans, &mut self.safe_booleans),
            (
                options.taint_assume_safe_comparisons,
                &mut self.safe_comparisons,
            ),
            (options.taint_assume_safe_indexes, &mut self.safe_indexes),
            (
                options.taint_assume_safe_functions,
                &mut self.safe_functions,
            ),
        ] {
            if is_safe {
                *set |= mask;
            }
        }
        if has_turns(taint) {
            self.turning |= mask;
        }
        let of_rule = OfRule {
            taint,
            mask,
            unifies: options.taint_unify_mvars,
        };
        self.of_rule.insert(index, of_rule);
    }

    /// The kinds that values of a type may have.
    pub(super) fn of_type(&self, ty: Type) -> Kinds {
        match ty {
            Type::Unknown => Kinds::MAX,
            Type::Number => !self.safe_numbers,
            Type::Boolean => !self.safe_booleans,
        }
    }

    /// The kind that begins at a source.
    pub(super) fn of_source(&self, place: &Place) -> Kinds {
        self.at_source(place, |requires| requires.is_none())
    }

    /// The kind that a source which requires others gives to what has some kinds.
    pub(super) fn turned(&self, place: &Place, kinds: Kinds) -> Kinds {
        self.at_source(place, |requires| {
            requires.is_some_and(|requires| self.holds(place.by.rule, requires, kinds))
        })
    }

    fn at_source(&self, place: &Place, holds: impl FnOnce(Option<&Requires>) -> bool) -> Kinds {
        let Some(rule) = self.of_rule.get(&place.by.rule) else {
            return 0;
        };
        let source = &rule.taint.sources[place.by.entry];
        if !holds(source.requires.as_ref()) {
            return 0;
        }
        let label = source.label.as_ref().map_or(PLAIN, |label| &label.text);
        self.find(place.by.rule, label, rule.unifies.then_some(place))
    }

    /// What a propagator makes of kinds that get to it.
    pub(super) fn propagated(&self, by: Use, kinds: Kinds) -> Kinds {
        let Some(rule) = self.of_rule.get(&by.rule) else {
            return 0;
        };
        let kinds = kinds & rule.mask;
        let propagator = &rule.taint.propagators[by.entry];
        let holds = |requires: &Requires| self.holds(by.rule, requires, kinds);
        if kinds == 0 || !propagator.requires.as_ref().is_none_or(holds) {
            return 0;
        }
        let Some(label) = &propagator.label else {
            return kinds;
        };
        let replaced = match propagator.replace_labels.is_empty() {
            true => kinds,
            false => propagator
                .replace_labels
                .iter()
                .fold(0, |set, label| set | self.find(by.rule, &label.text, None)),
        };
        match kinds & replaced {
            0 => kinds,
            _ => kinds & !replaced | self.find(by.rule, &label.text, None),
        }
    }

    /// The kinds of a rule with a label; of one source only, where that is given.
    fn find(&self, rule: usize, label: &str, source: Option<&Place>) -> Kinds {
        let of_rule = self.kinds.iter().enumerate().filter(|(_, kind)| {
            kind.rule == rule
                && kind.label == label
                && source.is_none_or(|place| kind.bound.is_empty() || kind.bound == place.bound)
        });
        of_rule.fold(0, |set, (bit, _)| set | 1 << bit)
    }

    /// Whether kinds of a rule satisfy a condition on labels.
    pub(super) fn holds(&self, rule: usize, requires: &Requires, kinds: Kinds) -> bool {
        match requires {
            Requires::Label(label) => self.find(rule, label, None) & kinds != 0,
            Requires::Not(inner) => !self.holds(rule, inner, kinds),
            Requires::All(parts) => parts.iter().all(|part| self.holds(rule, part, kinds)),
            Requires::Any(parts) => parts.iter().any(|part| self.holds(rule, part, kinds)),
            Requires::Constant(value) => *value,
        }
    }

    /// The kinds out of `kinds` that a sink without a condition reports: those without a label, from sources whose
    /// metavariables agree with its own where the rule asks for that.
    pub(super) fn plain_at(&self, sink: &Place, kinds: Kinds) -> Kinds {
        let agrees = |kind: &Kind<'_>| {
            kind.bound.iter().all(|(name, text)| {
                let same = sink.bound.iter().find(|(known, _)| known == name);
                same.is_none_or(|(_, known)| known == text)
            })
        };
        let plain =
            self.kinds.iter().enumerate().filter(|(_, kind)| {
                kind.rule == sink.by.rule && kind.label == PLAIN && agrees(kind)
            });
        plain.fold(0, |set, (bit, _)| set | 1 << bit) & kinds
    }
}

/// Whether the taint of a rule may get other labels on its way.
fn has_turns(taint: &Taint) -> bool {
    let requires = |source: &Source| source.requires.is_some();
    let labels = |propagator: &Propagator| propagator.label.is_some();
    taint.sources.iter().any(requires) || taint.propagators.iter().any(labels)
}

fn kinds_of<'a>(
    index: usize,
    rule: &Rule,
    taint: &'a Taint,
    files: &[LinkedFile<'_>],
) -> Vec<Kind<'a>> {
    let sources = taint.sources.iter().map(|source| source.label.as_ref());
    let through = taint
        .propagators
        .iter()
        .map(|propagator| propagator.label.as_ref())
        .filter(Option::is_some);
    let mut labels: Vec<&str> = sources
        .chain(through)
        .map(|label| label.map_or(PLAIN, |label| &label.text))
        .collect();
    labels.sort_unstable();
    labels.dedup();
    let mut bound = vec![Vec::new()];
    if rule.options.taint_unify_mvars {
        let places = files.iter().flat_map(|file| &file.facts.sources);
        let own = places.filter(|place| place.by.rule == index);
        for place in own {
            if bound.len() < MOST_APART && !bound.contains(&place.bound) {
                bound.push(place.bound.clone());
            }
        }
        if bound.len() < MOST_APART && bound.len() > 1 {
            bound.remove(0);
        }
    }
    labels.truncate(MOST / bound.len().max(1));
    let with = |label| {
        bound.iter().map(move |bound| Kind {
            rule: index,
            label,
            bound: bound.clone(),
        })
    };
    labels.into_iter().flat_map(with).collect()
}
