//! Runs the rules of a plan over a file.

use std::sync::Arc;
use std::time::Instant;

use super::evaluate::Keep;
use super::formula::{Compiled, Span};
use super::planned::Ready;
use super::{Hit, Outcome, Plan, Selection, index};
use crate::checks::{self, Check};
use crate::flow;
use crate::flow::marks::Mark;
use crate::lang::Language;
use crate::tree::{Scopes, TextRange, Unit};

/// Sorts hits by position and rule; one of each is enough.
pub(crate) fn sort(hits: &mut Vec<Hit>) {
    hits.sort_by(|a, b| (a.range, a.rule, &a.message).cmp(&(b.range, b.rule, &b.message)));
    hits.dedup_by(|a, b| a.range == b.range && a.rule == b.rule);
}

/// What could match in a file, by the literals in its text.
#[derive(Default)]
struct Candidates<'a> {
    /// Rules that search, by their indices in the plan.
    searches: Vec<(usize, &'a Compiled)>,
    /// Checks, likewise.
    checks: Vec<(usize, Check)>,
    /// Formulas of rules about flow, by their indices in [`Plan::parts`].
    parts: Vec<(usize, &'a Compiled)>,
    /// Whether any of them needs a syntax tree.
    has_syntax: bool,
}

impl Candidates<'_> {
    fn are_none(&self) -> bool {
        self.searches.is_empty() && self.checks.is_empty() && !self.parses_for_flow()
    }

    /// Whether the file has to be parsed for the sake of flow.
    fn parses_for_flow(&self) -> bool {
        !self.parts.is_empty()
    }
}

impl Plan {
    /// Runs the selected rules over one file. `path` is what `paths` globs look at.
    pub fn run(
        &self,
        language: Language,
        path: &str,
        text: String,
        selection: &Selection,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let started = Instant::now();
        let candidates = self.candidates(language, path, &text, selection, &mut outcome);
        outcome.times.prefilter = started.elapsed();
        if candidates.are_none() {
            return Outcome { text, ..outcome };
        }
        let started = Instant::now();
        // Where nothing but expressions is searched for, the text is enough.
        let language = match candidates.has_syntax {
            true => language,
            false => Language::Regex,
        };
        let tree = match language.parse(text) {
            Ok(tree) => tree,
            Err(error) => {
                outcome.incomplete.push(error.to_string());
                return outcome;
            }
        };
        outcome.parsed = candidates.has_syntax;
        outcome.syntax_errors = tree.errors.clone();
        let unit = Unit::new(tree).with_configuration(Arc::clone(&self.configuration));
        outcome.times.parse = started.elapsed();
        self.run_on(&unit, &candidates, &mut outcome);
        self.follow(&unit, &mut outcome);
        if !outcome.hits.is_empty() {
            outcome.scopes = Scopes::of(&unit.tree);
        }
        if candidates.has_syntax {
            outcome.comments = Some(unit.tree.comments);
        }
        outcome.text = unit.tree.text;
        outcome
    }

    /// Looks at how values move, where rules ask for that.
    fn follow(&self, unit: &Unit, outcome: &mut Outcome) {
        if outcome.marks.is_empty() {
            return;
        }
        let started = Instant::now();
        let rule = |index: usize| self.rule(index);
        let flow = flow::of_file(unit, &outcome.marks, self.parts(), &rule);
        outcome.incomplete.extend(flow.incomplete);
        for wrong in flow.wrong {
            let text = |range: TextRange| &unit.tree.text[range.indices()];
            let words: Vec<_> = wrong
                .bound
                .iter()
                .map(|(name, range)| (&**name, text(*range)))
                .collect();
            outcome
                .hits
                .push(self.hit(wrong.rule, wrong.range, text(wrong.range), &words));
        }
        sort(&mut outcome.hits);
        outcome.facts = Some(Box::new(flow.facts));
        outcome.times.flow = started.elapsed();
    }

    fn candidates(
        &self,
        language: Language,
        path: &str,
        text: &str,
        selection: &Selection,
        outcome: &mut Outcome,
    ) -> Candidates<'_> {
        let mut candidates = Candidates::default();
        let found = self.prefilter.candidates(text);
        for index in found.rules {
            let planned = &self.rules[index];
            if !selection.contains(index) {
                continue;
            }
            let Some(language) = planned.language_for(language) else {
                continue;
            };
            if !planned.paths.allows(path) {
                continue;
            }
            candidates.has_syntax |= !language.is_text();
            match planned.compiled(language) {
                Ok(Ready::Search(compiled)) => candidates.searches.push((index, compiled)),
                Ok(Ready::Check(check)) => candidates.checks.push((index, check)),
                Err(problem) => outcome.broken.push(problem.clone()),
            }
        }
        let runs = |rule: usize| selection.contains(rule) && self.rules[rule].paths.allows(path);
        for (part, compiled) in self.formulas.needed(&found.parts, language, runs) {
            match compiled {
                Ok(compiled) => candidates.parts.push((part, compiled)),
                Err(broken) => outcome.broken.extend(self.broken(part, broken)),
            }
        }
        candidates.has_syntax |= candidates.parses_for_flow();
        candidates
    }

    fn run_on(&self, unit: &Unit, candidates: &Candidates<'_>, outcome: &mut Outcome) {
        outcome.counts.nodes = unit.tree.len() as u64;
        let Candidates {
            searches,
            checks,
            parts,
            ..
        } = candidates;
        let rows: Vec<_> = searches
            .iter()
            .chain(parts)
            .map(|(_, compiled)| *compiled)
            .collect();
        let started = Instant::now();
        let matched = index::walk(unit, &rows, &mut outcome.counts, self.measures);
        outcome.times.matching = started.elapsed();
        let started = Instant::now();
        match matched {
            Some(mut matched) => {
                let of_parts = matched.split_off(searches.len());
                for ((rule, compiled), matched) in searches.iter().zip(matched) {
                    self.evaluate(unit, *rule, compiled, matched, outcome);
                }
                for ((part, compiled), matched) in parts.iter().zip(of_parts) {
                    self.mark(unit, *part, compiled, matched, outcome);
                }
            }
            None => outcome.incomplete.push(
                "several rules took more than their budgets of steps: given up, except for the checks that are code".into(),
            ),
        }
        outcome.marks.sort_by_key(|mark| (mark.range, mark.part));
        self.check(unit, checks, outcome);
        outcome.times.formulas = started.elapsed();
        sort(&mut outcome.hits);
    }

    /// Adds what one rule found. A rule that used up its budget reports nothing: what it lacks may be what
    /// would have taken a finding away.
    fn evaluate(
        &self,
        unit: &Unit,
        rule: usize,
        compiled: &Compiled,
        matched: index::Matched,
        outcome: &mut Outcome,
    ) {
        let started = Instant::now();
        let (took, id) = (matched.took, &self.rule(rule).id);
        for span in spans(unit, compiled, matched, Keep::Ranges, id, outcome) {
            let words: Vec<_> = compiled.named(&unit.tree, &span).collect();
            let found = &unit.tree.text[span.range.indices()];
            outcome.hits.push(self.hit(rule, span.range, found, &words));
        }
        if self.measures {
            outcome.times.of_rule(rule, took + started.elapsed());
        }
    }

    /// Adds what one formula of rules about flow matched; none where its budget is used up.
    fn mark(
        &self,
        unit: &Unit,
        part: usize,
        compiled: &Compiled,
        matched: index::Matched,
        outcome: &mut Outcome,
    ) {
        let started = Instant::now();
        let users = &self.parts().users[part];
        let (took, id) = (matched.took, &self.rule(users[0].rule).id);
        for span in spans(unit, compiled, matched, Keep::Bindings, id, outcome) {
            let bound = compiled.bound(&unit.tree, &span);
            outcome.marks.push(Mark {
                part,
                range: span.range,
                bound: bound.map(|(name, range)| (name.into(), range)).collect(),
            });
        }
        if self.measures {
            let share = (took + started.elapsed()) / users.len() as u32;
            for user in users {
                outcome.times.of_rule(user.rule, share);
            }
        }
    }

    /// Adds what the checks report.
    fn check(&self, unit: &Unit, checks: &[(usize, Check)], outcome: &mut Outcome) {
        if checks.is_empty() {
            return;
        }
        match checks::run(unit, checks) {
            Ok(reported) => {
                for (rule, range, words) in &reported {
                    let words: Vec<_> = words
                        .iter()
                        .map(|(name, text)| (name.as_str(), text.as_str()))
                        .collect();
                    let found = &unit.tree.text[range.indices()];
                    outcome.hits.push(self.hit(*rule, *range, found, &words));
                }
            }
            Err(reason) => outcome.incomplete.push(reason),
        }
    }
}

/// Evaluates a formula over its matches; nothing where that takes more than its budget.
fn spans(
    unit: &Unit,
    compiled: &Compiled,
    matched: index::Matched,
    keep: Keep,
    rule: &str,
    outcome: &mut Outcome,
) -> Vec<Span> {
    let found: usize = matched.matches.iter().map(Vec::len).sum();
    outcome.counts.matches += found as u64;
    let mut steps = matched.steps;
    let evaluated = compiled.evaluate(unit, &matched.matches, keep, &mut steps);
    outcome.counts.steps += steps.taken;
    if steps.exhausted() {
        outcome.incomplete.push(format!(
            "the rule {rule} took more than its budget of steps, and was given up"
        ));
        return Vec::new();
    }
    if evaluated.gave_up {
        outcome.incomplete.push(format!(
            "a regular expression of the rule {rule} took more than its budget of steps, and was given up"
        ));
    }
    evaluated.spans
}
