//! All active rules in one index: a file is parsed once and walked once for all of them, and once more
//! for patterns that match nearly anywhere, of the rules that may still hold.
//!
//! ```text
//! text of the file ─► literals in it ─► rules that could match at all ─► (none: not even parsed)
//!                                              │
//! each node of the tree ─► by kind, callee, name ─► candidates ─► matcher ─► ranges by pattern
//!                                                                             │
//!                                          formula of each rule  ◄────────────┘ ─► findings
//! ```
//!
//! Patterns are compiled when a rule first survives the literals of some file; the order of files does not
//! change what comes out.

mod analysis;
mod comparison;
mod condition;
mod containment;
mod counts;
mod evaluate;
mod expression;
mod formula;
mod hit;
mod index;
mod paths;
mod prefilter;
mod selection;

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::Instant;

use rules::review::{Body, Rule};
use rules::yaml::Position;

use crate::checks::{self, Check};
use crate::lang::Language;
use crate::review;
use crate::tree::{Scopes, TextRange, Unit};
pub use counts::{Counts, Times};
use formula::Compiled;
pub use hit::Hit;
use hit::metavariables;
use paths::PathFilter;
use prefilter::Prefilter;
pub use selection::Selection;

/// Rules, ready to run.
pub struct Plan {
    rules: Vec<Planned>,
    prefilter: Prefilter,
    /// Whether to measure how long each phase and each rule takes.
    measures: bool,
}

/// A rule in a plan.
struct Planned {
    rule: Rule,
    languages: Vec<Language>,
    paths: PathFilter,
    run: Run,
    /// The expression of `fix-regex`.
    replaced: Option<fancy_regex::Regex>,
}

/// What a rule runs.
enum Run {
    /// One compiled formula for each language, on first need.
    Search(Vec<OnceLock<Result<Compiled, RuleProblem>>>),
    /// A check of its own.
    Check(Check),
    /// The review reports it, not the plan.
    Review,
    /// It is about flow: its formulas are matched as parts.
    Flow,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RuleProblem {
    /// Whether the rule cannot run; otherwise this is a warning.
    pub fatal: bool,
    /// The rule.
    pub rule: String,
    /// Where in its file.
    pub at: Position,
    /// What is wrong.
    pub message: String,
}

/// What the rules made of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sorted by position, then rule.
    pub hits: Vec<Hit>,
    /// The text, handed back.
    pub text: String,
    /// The functions and classes of the file, where there are hits and it was parsed.
    pub(crate) scopes: Scopes,
    /// Its comments, where it was parsed.
    pub(crate) comments: Option<Vec<TextRange>>,
    /// Whether the file was parsed; it is not where no rule could match it.
    pub parsed: bool,
    /// Places with syntax errors.
    pub syntax_errors: Vec<TextRange>,
    /// Why hits may be missing; empty where none is.
    pub incomplete: Vec<String>,
    /// Rules that turned out to be broken.
    pub broken: Vec<RuleProblem>,
    /// What it took.
    pub counts: Counts,
    /// How long it took, where the plan measures that.
    pub times: Times,
}

fn problem(rule: &Rule, at: Position, message: String) -> RuleProblem {
    RuleProblem {
        fatal: true,
        rule: rule.id.clone(),
        at,
        message,
    }
}

/// What became of a list of rules.
pub struct Planning {
    /// The rules that run.
    pub plan: Plan,
    /// What is wrong with rules; the broken ones do not run.
    pub problems: Vec<RuleProblem>,
    /// The ones for other languages only, as (rule, languages).
    pub foreign: Vec<(String, Vec<String>)>,
}

impl Plan {
    /// A plan for `rules`. Patterns are compiled now where `eager`, so that a broken rule is known even if no
    /// file needs it; built-in rules, whose tests have compiled them, can wait.
    pub fn prepare(rules: Vec<Rule>, eager: bool) -> Planning {
        let mut problems = Vec::new();
        let mut foreign = Vec::new();
        let mut planned = Vec::new();
        for rule in rules {
            let languages: Vec<_> = rule
                .languages
                .iter()
                .flat_map(|name| Language::named(name))
                .filter(|language| *language != Language::Generic)
                .collect();
            if languages.is_empty() {
                foreign.push((rule.id.clone(), rule.languages.clone()));
                continue;
            }
            match Planned::new(rule, languages) {
                Ok(rule) => planned.push(rule),
                Err(problem) => problems.push(problem),
            }
        }
        if eager {
            planned.retain(|rule| match rule.compile_all() {
                Ok(()) => {
                    problems.extend(rule.unbound());
                    true
                }
                Err(problem) => {
                    problems.push(problem);
                    false
                }
            });
        }
        Planning {
            plan: Plan::of(planned),
            problems,
            foreign,
        }
    }

    fn of(rules: Vec<Planned>) -> Plan {
        let prefilter = Prefilter::new(rules.iter().map(|planned| &planned.rule));
        Plan {
            rules,
            prefilter,
            measures: false,
        }
    }

    /// The same plan, which measures how long each phase and each rule takes. That takes time itself.
    pub fn measured(mut self) -> Plan {
        self.measures = true;
        self
    }

    /// The rules of both plans.
    pub fn with(mut self, other: Plan) -> Plan {
        if other.rules.is_empty() {
            return self;
        }
        self.rules.extend(other.rules);
        Plan::of(self.rules)
    }

    /// Whether a rule searches any text, of whatever language.
    pub fn searches_any_text(&self) -> bool {
        let mut rules = self.rules.iter();
        rules.any(|planned| planned.languages.contains(&Language::Regex))
    }

    /// The rule of a [`Hit`].
    pub fn rule(&self, index: usize) -> &Rule {
        &self.rules[index].rule
    }

    /// All rules.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|planned| &planned.rule)
    }

    /// Whether a rule, by its index, looks at a file: at its language and its path.
    pub(crate) fn looks_at(&self, rule: usize, language: Language, path: &str) -> bool {
        let planned = &self.rules[rule];
        planned.language_for(language).is_some() && planned.paths.allows(path)
    }

    /// Runs the selected rules over one file. `path` is what `paths` globs look at.
    pub fn run(
        &self,
        language: Language,
        path: &str,
        text: String,
        selection: &Selection,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let mut candidates = Vec::new();
        let mut has_syntax = false;
        let started = Instant::now();
        for index in self.prefilter.candidates(&text) {
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
            has_syntax |= !language.is_text();
            match planned.compiled(language) {
                Ok(ready) => candidates.push((index, ready)),
                Err(problem) => outcome.broken.push(problem.clone()),
            }
        }
        outcome.times.prefilter = started.elapsed();
        if candidates.is_empty() {
            return Outcome { text, ..outcome };
        }
        let started = Instant::now();
        // Where nothing but expressions is searched for, the text is enough.
        let language = if has_syntax {
            language
        } else {
            Language::Regex
        };
        let tree = match language.parse(text) {
            Ok(tree) => tree,
            Err(error) => {
                outcome.incomplete.push(error.to_string());
                return outcome;
            }
        };
        outcome.parsed = has_syntax;
        outcome.syntax_errors = tree.errors.clone();
        let unit = Unit::new(tree);
        outcome.times.parse = started.elapsed();
        self.run_on(&unit, &candidates, &mut outcome);
        if !outcome.hits.is_empty() {
            outcome.scopes = Scopes::of(&unit.tree);
        }
        if has_syntax {
            outcome.comments = Some(unit.tree.comments);
        }
        outcome.text = unit.tree.text;
        outcome
    }

    fn run_on(&self, unit: &Unit, candidates: &[(usize, Ready<'_>)], outcome: &mut Outcome) {
        outcome.counts.nodes = unit.tree.len() as u64;
        let searches: Vec<_> = candidates
            .iter()
            .filter_map(|(index, ready)| match ready {
                Ready::Search(compiled) => Some((*index, *compiled)),
                Ready::Check(_) => None,
            })
            .collect();
        let started = Instant::now();
        let matched = index::walk(unit, &searches, &mut outcome.counts, self.measures);
        outcome.times.matching = started.elapsed();
        let started = Instant::now();
        match matched {
            Some(matched) => {
                for ((index, compiled), matched) in searches.iter().zip(matched) {
                    let found: usize = matched.matches.iter().map(Vec::len).sum();
                    outcome.counts.matches += found as u64;
                    let (took, started) = (matched.took, Instant::now());
                    self.evaluate(unit, *index, compiled, matched, outcome);
                    if self.measures {
                        outcome.times.of_rule(*index, took + started.elapsed());
                    }
                }
            }
            None => outcome.incomplete.push(
                "several rules took more than their budgets of steps: given up, except for the checks that are code".into(),
            ),
        }
        let checks: Vec<_> = candidates
            .iter()
            .filter_map(|(index, ready)| match ready {
                Ready::Check(check) => Some((*index, *check)),
                Ready::Search(_) => None,
            })
            .collect();
        if !checks.is_empty() {
            match checks::run(unit, &checks) {
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
        outcome.times.formulas = started.elapsed();
        outcome
            .hits
            .sort_by(|a, b| (a.range, a.rule, &a.message).cmp(&(b.range, b.rule, &b.message)));
        outcome
            .hits
            .dedup_by(|a, b| a.range == b.range && a.rule == b.rule);
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
        let mut steps = matched.steps;
        let evaluated = compiled.evaluate(unit, &matched.matches, &mut steps);
        outcome.counts.steps += steps.taken;
        let id = &self.rules[rule].rule.id;
        if steps.exhausted() {
            outcome.incomplete.push(format!(
                "the rule {id} took more than its budget of steps, and was given up"
            ));
            return;
        }
        if evaluated.gave_up {
            outcome.incomplete.push(format!(
                "a regular expression of the rule {id} took more than its budget of steps, and was given up"
            ));
        }
        for span in evaluated.spans {
            let words: Vec<_> = compiled.named(&unit.tree, &span).collect();
            let found = &unit.tree.text[span.range.indices()];
            outcome.hits.push(self.hit(rule, span.range, found, &words));
        }
    }
}

/// A rule that is ready to run on files of one language.
#[derive(Clone, Copy)]
enum Ready<'a> {
    Search(&'a Compiled),
    Check(Check),
}

impl Planned {
    fn new(rule: Rule, languages: Vec<Language>) -> Result<Planned, RuleProblem> {
        let paths = PathFilter::new(&rule)?;
        let run = match &rule.body {
            Body::Search(_) => Run::Search(Language::ALL.iter().map(|_| OnceLock::new()).collect()),
            Body::Review if review::REPORTED.contains(&rule.id.as_str()) => Run::Review,
            Body::Taint(_) | Body::Typestate(_) => Run::Flow,
            Body::Review => {
                let message =
                    "`mode: review` names what the review itself reports, and this is none of it";
                return Err(problem(&rule, rule.at, message.into()));
            }
            Body::Check => {
                match checks::find(&rule.id) {
                    Some((_, check)) => Run::Check(check),
                    None => return Err(problem(
                        &rule,
                        rule.at,
                        "`mode: check` names a check of the reviewer, and it has none of this id"
                            .into(),
                    )),
                }
            }
        };
        let replaced = rule
            .fix_regex
            .as_ref()
            .map(|fix| expression::search(&fix.regex))
            .transpose()
            .map_err(|(at, message)| problem(&rule, at, message))?;
        Ok(Planned {
            rule,
            languages,
            paths,
            run,
            replaced,
        })
    }

    /// What `fix-regex` makes of the matched code.
    fn replaced(&self, found: &str) -> Option<String> {
        let fix = self.rule.fix_regex.as_ref()?;
        let count = fix.count.unwrap_or(0);
        let replacement = expression::replacement(&fix.replacement);
        let replaced = self
            .replaced
            .as_ref()?
            .try_replacen(found, count, replacement.as_str());
        replaced
            .ok()
            .map(Cow::into_owned)
            .filter(|text| text != found)
    }

    /// As which of its languages the rule reads files of `language`, if it does. Any text is text.
    fn language_for(&self, language: Language) -> Option<Language> {
        [language, Language::Regex]
            .into_iter()
            .find(|language| self.languages.contains(language))
    }

    fn compiled(&self, language: Language) -> Result<Ready<'_>, &RuleProblem> {
        match (&self.run, &self.rule.body) {
            (Run::Search(slots), Body::Search(formula)) => slots[language as usize]
                .get_or_init(|| {
                    Compiled::new(language, formula, &self.rule.options)
                        .map_err(|(at, message)| problem(&self.rule, at, message))
                })
                .as_ref()
                .map(Ready::Search),
            (Run::Check(check), _) => Ok(Ready::Check(*check)),
            (Run::Review | Run::Flow, _) | (Run::Search(_), _) => {
                unreachable!("`Planned::new` pairs the others, and these are never candidates")
            }
        }
    }

    /// A warning for each metavariable that the message or the fix names and no pattern binds.
    fn unbound(&self) -> Vec<RuleProblem> {
        let Body::Search(_) = self.rule.body else {
            return Vec::new();
        };
        let bound: Vec<&Compiled> = self
            .languages
            .iter()
            .filter_map(|&language| match self.compiled(language) {
                Ok(Ready::Search(compiled)) => Some(compiled),
                _ => None,
            })
            .collect();
        let texts = [
            ("message", Some(&self.rule.message)),
            ("fix", self.rule.fix.as_ref()),
        ];
        let mut warnings = Vec::new();
        for (key, text) in texts {
            let unbound = metavariables(text.map_or("", String::as_str)).filter(|name| {
                bound
                    .iter()
                    .all(|compiled| compiled.variables.get(name).is_none())
            });
            for name in unbound {
                let message =
                    format!("`{key}` names `{name}`, and no pattern of the rule binds it");
                warnings.push(RuleProblem {
                    fatal: false,
                    ..problem(&self.rule, self.rule.at, message)
                });
            }
        }
        warnings
    }

    fn compile_all(&self) -> Result<(), RuleProblem> {
        if let Run::Review | Run::Flow = self.run {
            return Ok(());
        }
        for &language in &self.languages {
            self.compiled(language).map_err(RuleProblem::clone)?;
        }
        Ok(())
    }
}
