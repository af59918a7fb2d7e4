//! The formulas of all rules about flow, each once, compiled for a language when a file may hold what they look for.

use std::sync::{Arc, OnceLock};

use rules::review::{Formula, Options, Rule};
use rustc_hash::FxHashMap;

use super::entries::{Entry, entries};
use super::formula::{Broken, Compiled};
use crate::flow::marks::{Parts, Use};
use crate::lang::Language;

/// The formulas, with what they make of themselves for each language.
#[derive(Default)]
pub(super) struct Formulas {
    pub(super) parts: Parts,
    list: Vec<Part>,
}

/// Entries of rules share a part where all of this is the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    formula: Arc<Formula>,
    options: Options,
    /// Sorted.
    languages: Vec<Language>,
}

struct Part {
    key: Key,
    /// For each of its languages.
    compiled: Vec<OnceLock<Result<Compiled, Broken>>>,
}

/// Parts by what they are.
#[derive(Default)]
struct Known<'a> {
    parts: FxHashMap<Key, usize>,
    /// Those of the models, by where these keep the formula: most entries are theirs, and reading a formula takes longer.
    listed: FxHashMap<(*const Formula, Options, &'a [Language]), usize>,
}

impl Formulas {
    /// The formulas of `rules`, each of which reads files of some languages.
    pub(super) fn of<'a>(rules: impl Iterator<Item = (&'a Rule, &'a [Language])>) -> Formulas {
        let mut formulas = Formulas::default();
        let mut known = Known::default();
        for (index, (rule, languages)) in rules.enumerate() {
            let options = rule.options.of_patterns();
            for entry in entries(&rule.body) {
                let user = Use {
                    rule: index,
                    list: entry.list,
                    entry: entry.at,
                };
                let place = entry
                    .listed
                    .map(|_| (Arc::as_ptr(&entry.formula), options.clone(), languages));
                let part = match place.as_ref().and_then(|place| known.listed.get(place)) {
                    Some(&part) => part,
                    None => formulas.part(entry, &options, languages, &mut known.parts),
                };
                known.listed.extend(place.map(|place| (place, part)));
                formulas.parts.users[part].push(user);
            }
        }
        formulas
    }

    /// The part of an entry, made where there is none yet.
    fn part(
        &mut self,
        entry: Entry<'_>,
        options: &Options,
        of_rule: &[Language],
        known: &mut FxHashMap<Key, usize>,
    ) -> usize {
        let key = Key {
            languages: entry.languages(of_rule),
            formula: entry.formula,
            options: options.clone(),
        };
        *known.entry(key).or_insert_with_key(|key| {
            let compiled = key.languages.iter().map(|_| OnceLock::new()).collect();
            let key = key.clone();
            self.list.push(Part { key, compiled });
            self.parts.users.push(Vec::new());
            self.list.len() - 1
        })
    }

    /// What each of them looks for.
    pub(super) fn all(&self) -> impl Iterator<Item = &Formula> {
        self.list.iter().map(|part| &*part.key.formula)
    }

    /// Those of `parts` that a rule which `runs` looks for in files of `language`, ready to be matched.
    pub(super) fn needed(
        &self,
        parts: &[usize],
        language: Language,
        runs: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = (usize, Result<&Compiled, &Broken>)> {
        let mut known = FxHashMap::default();
        let mut runs = move |rule: usize| *known.entry(rule).or_insert_with(|| runs(rule));
        parts.iter().filter_map(move |&part| {
            let mut languages = self.list[part].key.languages.iter();
            let slot = languages.position(|&known| known == language)?;
            let mut users = self.parts.users[part].iter();
            let needed = users.any(|user| runs(user.rule));
            needed.then(|| (part, self.list[part].compiled(slot)))
        })
    }
}

impl Part {
    /// The formula for the language at `slot`.
    fn compiled(&self, slot: usize) -> Result<&Compiled, &Broken> {
        let Part { key, compiled } = self;
        compiled[slot]
            .get_or_init(|| Compiled::new(key.languages[slot], &key.formula, &key.options))
            .as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::marks::List;
    use crate::plan::{Outcome, Plan, Planning, Selection};

    const HEAD: &str = "message: m\n  severity: ERROR\n  mode: taint\n  languages";

    fn planning(rules: &[&str]) -> Planning {
        let rules: Vec<_> = rules
            .iter()
            .enumerate()
            .map(|(at, rest)| format!("- id: r{at}\n  {HEAD}: {rest}\n"))
            .collect();
        let loaded = rules::review::load(&format!("rules:\n{}", rules.concat()));
        assert_eq!(loaded.problems, []);
        Plan::prepare(loaded.rules, true)
    }

    fn run(plan: &Plan, language: Language, text: &str) -> Outcome {
        plan.run(language, "example", text.into(), &Selection::all(plan))
    }

    #[test]
    fn entries_that_look_for_the_same_share_a_part() {
        let plan = planning(&[
            "[python]\n  pattern-sources: [f()]\n  pattern-sinks: [g($X)]",
            "[python]\n  pattern-sources: [h()]\n  pattern-sinks: [f()]",
            "[java]\n  pattern-sources: [f()]\n  pattern-sinks: [h()]",
        ])
        .plan;
        let users = &plan.parts().users;
        assert_eq!(users.len(), 5);
        let user = |rule, list| Use {
            rule,
            list,
            entry: 0,
        };
        assert_eq!(users[0], [user(0, List::Sources), user(1, List::Sinks)]);
        assert_eq!(users[3], [user(2, List::Sources)]);
    }

    #[test]
    fn what_the_formulas_match_is_marked_with_all_that_they_bind() {
        let plan = planning(&[
            "[python]\n  pattern-sources: ['f(..., $X, ...)']\n  pattern-sinks:\n  - patterns: [{pattern: 'g($A, $B)'}, {focus-metavariable: $B}]",
        ])
        .plan;
        let text = "f(a, b)\ng(c, d)\n";
        let outcome = run(&plan, Language::Python, text);
        let marks: Vec<_> = outcome
            .marks
            .iter()
            .map(|mark| {
                let bound = mark.bound.iter();
                let bound = bound.map(|(name, range)| format!("{name}={}", &text[range.indices()]));
                (
                    mark.part,
                    &text[mark.range.indices()],
                    bound.collect::<Vec<_>>().join(" "),
                )
            })
            .collect();
        assert_eq!(
            marks,
            [
                (0, "f(a, b)", "$X=a".into()),
                (0, "f(a, b)", "$X=b".into()),
                (1, "d", "$B=d $A=c".into()),
            ]
        );
        assert!(outcome.parsed && outcome.hits.is_empty());
    }

    #[test]
    fn a_file_without_any_part_is_not_parsed() {
        let plan =
            planning(&["[python]\n  pattern-sources: [source()]\n  pattern-sinks: [sink()]"]).plan;
        assert!(!run(&plan, Language::Python, "other()").parsed);
        assert!(!run(&plan, Language::Java, "class A { int a = source(); }").parsed);
        assert_eq!(run(&plan, Language::Python, "sink()").marks.len(), 1);
    }

    #[test]
    fn a_broken_entry_costs_its_rule_alone() {
        let planning = planning(&[
            "[python]\n  pattern-sources: [f(]\n  pattern-sinks: [g()]",
            "[python]\n  pattern-sources: [f()]\n  pattern-sinks: [g()]",
        ]);
        assert_eq!(planning.plan.rules().len(), 1);
        let [problem] = &planning.problems[..] else {
            panic!("{:?}", planning.problems)
        };
        assert!(problem.fatal && problem.rule == "r0");
        assert_eq!((problem.at.line, problem.at.column), (7, 21));
    }
}
