//! All active rules in one index: a file is parsed once and walked once for all of them.
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

mod formula;
mod index;
mod prefilter;

use std::sync::OnceLock;

use rules::review::{Body, Rule};
use rules::yaml::Position;

use crate::checks::{self, Check};
use crate::lang::Language;
use crate::pattern::{Metavariables, Steps};
use crate::tree::{TextRange, Unit};
use formula::Compiled;
use prefilter::Prefilter;

/// Rules, ready to run.
pub struct Plan {
    rules: Vec<Planned>,
    prefilter: Prefilter,
}

/// A rule in a plan.
struct Planned {
    rule: Rule,
    languages: Vec<Language>,
    paths: PathFilter,
    run: Run,
}

/// What a rule runs.
enum Run {
    /// One compiled formula for each language, on first need.
    Search(Vec<OnceLock<Result<Compiled, RuleProblem>>>),
    /// A check of its own.
    Check(Check),
}

/// Why a rule cannot run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// The rule.
    pub rule: String,
    /// Where in its file.
    pub at: Position,
    /// What is wrong.
    pub message: String,
}

/// What a rule found at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index of the rule in the plan.
    pub rule: usize,
    /// What is reported.
    pub range: TextRange,
    /// The rule's message, metavariables filled in.
    pub message: String,
    /// What the rule's fix would put in place of `range`.
    pub fix: Option<String>,
    /// Metavariables and their text, for machines.
    pub metavariables: Vec<(String, String)>,
}

/// What the rules made of one file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sorted by position, then rule.
    pub hits: Vec<Hit>,
    /// The text, handed back.
    pub text: String,
    /// Whether the file was parsed; it is not where no rule could match it.
    pub parsed: bool,
    /// Places with syntax errors.
    pub syntax_errors: Vec<TextRange>,
    /// Why hits may be missing.
    pub incomplete: Option<String>,
    /// Rules that turned out to be broken.
    pub broken: Vec<RuleProblem>,
    /// What it took.
    pub counts: Counts,
}

/// What a review took; sums over files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nodes walked.
    pub nodes: u64,
    /// Attempts to match a pattern at a node.
    pub attempts: u64,
    /// Steps of the matcher.
    pub steps: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.nodes += other.nodes;
        self.attempts += other.attempts;
        self.steps += other.steps;
    }
}

/// The globs of a rule's `paths`.
struct PathFilter {
    include: Option<globset::GlobSet>,
    exclude: Option<globset::GlobSet>,
}

impl PathFilter {
    fn new(rule: &Rule) -> Result<PathFilter, RuleProblem> {
        let set = |globs: &[String]| -> Result<Option<globset::GlobSet>, globset::Error> {
            if globs.is_empty() {
                return Ok(None);
            }
            let mut builder = globset::GlobSetBuilder::new();
            for glob in globs {
                // As in ignore files: a name matches at any depth, a folder everything below it.
                let glob = glob.trim_start_matches("./");
                let anchored = glob.strip_prefix('/').unwrap_or(glob);
                let prefix = if glob.starts_with('/') || glob.starts_with("**/") {
                    ""
                } else {
                    "**/"
                };
                builder.add(globset::Glob::new(&format!("{prefix}{anchored}"))?);
                builder.add(globset::Glob::new(&format!(
                    "{prefix}{}/**",
                    anchored.trim_end_matches('/')
                ))?);
            }
            builder.build().map(Some)
        };
        let problem = |error: globset::Error| problem(rule, rule.at, format!("`paths`: {error}"));
        Ok(PathFilter {
            include: set(&rule.paths.include).map_err(problem)?,
            exclude: set(&rule.paths.exclude).map_err(problem)?,
        })
    }

    fn allows(&self, path: &str) -> bool {
        self.include.as_ref().is_none_or(|set| set.is_match(path))
            && !self.exclude.as_ref().is_some_and(|set| set.is_match(path))
    }
}

fn problem(rule: &Rule, at: Position, message: String) -> RuleProblem {
    RuleProblem {
        rule: rule.id.clone(),
        at,
        message,
    }
}

/// What became of a list of rules.
pub struct Planning {
    /// The rules that run.
    pub plan: Plan,
    /// The ones that are broken.
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
                .filter_map(|name| Language::from_name(name))
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
                Ok(()) => true,
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
        Plan { rules, prefilter }
    }

    /// The rules of both plans.
    pub fn with(mut self, other: Plan) -> Plan {
        if other.rules.is_empty() {
            return self;
        }
        self.rules.extend(other.rules);
        Plan::of(self.rules)
    }

    /// The rule of a [`Hit`].
    pub fn rule(&self, index: usize) -> &Rule {
        &self.rules[index].rule
    }

    /// All rules.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|planned| &planned.rule)
    }

    /// Runs all rules over one file. `path` is what `paths` globs look at.
    pub fn run(&self, language: Language, path: &str, text: String) -> Outcome {
        let mut outcome = Outcome::default();
        let mut candidates = Vec::new();
        for index in self.prefilter.candidates(&text) {
            let planned = &self.rules[index];
            if !planned.languages.contains(&language) || !planned.paths.allows(path) {
                continue;
            }
            match planned.compiled(language) {
                Ok(ready) => candidates.push((index, ready)),
                Err(problem) => outcome.broken.push(problem.clone()),
            }
        }
        if candidates.is_empty() {
            return Outcome { text, ..outcome };
        }
        let tree = match language.parse(text) {
            Ok(tree) => tree,
            Err(error) => {
                outcome.incomplete = Some(error.to_string());
                return outcome;
            }
        };
        outcome.parsed = true;
        outcome.syntax_errors = tree.errors.clone();
        let unit = Unit::new(tree);
        self.run_on(&unit, &candidates, &mut outcome);
        outcome.text = unit.tree.text;
        outcome
    }

    fn run_on(&self, unit: &Unit, candidates: &[(usize, Ready<'_>)], outcome: &mut Outcome) {
        let mut steps = Steps::for_nodes(unit.tree.len());
        let searches: Vec<_> = candidates
            .iter()
            .filter_map(|(index, ready)| match ready {
                Ready::Search(compiled) => Some((*index, *compiled)),
                Ready::Check(_) => None,
            })
            .collect();
        let matched = index::walk(unit, &searches, &mut steps, &mut outcome.counts);
        for ((index, compiled), matches) in searches.iter().zip(matched) {
            let (spans, gave_up) = compiled.evaluate(unit, &matches);
            if gave_up {
                let rule = &self.rules[*index].rule.id;
                outcome.incomplete = Some(format!(
                    "a regular expression of {rule} took more than its budget of steps, and was given up"
                ));
            }
            for span in spans {
                outcome
                    .hits
                    .push(self.hit(*index, span.range, &compiled.named(&unit.tree, &span)));
            }
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
                    outcome.hits.extend(
                        reported
                            .iter()
                            .map(|(index, range, words)| self.hit(*index, *range, words)),
                    );
                }
                Err(reason) => outcome.incomplete = Some(reason),
            }
        }
        outcome.counts.steps = steps.taken;
        outcome.counts.nodes = unit.tree.len() as u64;
        if steps.exhausted() {
            outcome.incomplete =
                Some("matching took more than its budget of steps, and was given up".into());
        }
        outcome
            .hits
            .sort_by(|a, b| (a.range, a.rule, &a.message).cmp(&(b.range, b.rule, &b.message)));
        outcome
            .hits
            .dedup_by(|a, b| a.range == b.range && a.rule == b.rule);
    }

    fn hit(&self, rule: usize, range: TextRange, words: &[(String, String)]) -> Hit {
        let texts = &self.rules[rule].rule;
        Hit {
            rule,
            range,
            message: interpolate(&texts.message, words),
            fix: texts.fix.as_ref().map(|fix| interpolate(fix, words)),
            metavariables: words.to_vec(),
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
        Ok(Planned {
            rule,
            languages,
            paths,
            run,
        })
    }

    fn compiled(&self, language: Language) -> Result<Ready<'_>, &RuleProblem> {
        match (&self.run, &self.rule.body) {
            (Run::Search(slots), Body::Search(formula)) => slots[language as usize]
                .get_or_init(|| {
                    let mut variables = Metavariables::default();
                    Compiled::new(language, formula, &mut variables)
                        .map_err(|(at, message)| problem(&self.rule, at, message))
                })
                .as_ref()
                .map(Ready::Search),
            (Run::Check(check), _) => Ok(Ready::Check(*check)),
            (Run::Search(_), Body::Check) => unreachable!("`Planned::new` pairs them"),
        }
    }

    fn compile_all(&self) -> Result<(), RuleProblem> {
        for &language in &self.languages {
            self.compiled(language).map_err(RuleProblem::clone)?;
        }
        Ok(())
    }
}

/// Puts the text of metavariables in place of their names; the longest name wins.
fn interpolate(text: &str, words: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out += &rest[..at];
        rest = &rest[at..];
        let word = words
            .iter()
            .filter(|(name, _)| rest.starts_with(name.as_str()))
            .max_by_key(|(name, _)| name.len());
        let (taken, value) = match word {
            Some((name, value)) => (name.len(), value.as_str()),
            None => (1, "$"),
        };
        out += value;
        rest = &rest[taken..];
    }
    out + rest
}
