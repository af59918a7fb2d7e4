//! A rule in a plan: what it runs on, and what.

use std::borrow::Cow;
use std::sync::OnceLock;

use rules::builtin;
use rules::models::{self, Model};
use rules::review::{Body, Rule};

use super::formula::Compiled;
use super::hit::metavariables;
use super::paths::PathFilter;
use super::{RuleProblem, entries, expression, problem};
use crate::checks::{self, Check};
use crate::lang::Language;
use crate::review;

/// A rule in a plan.
pub(super) struct Planned {
    pub(super) rule: Rule,
    pub(super) languages: Vec<Language>,
    pub(super) paths: PathFilter,
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

/// A rule that is ready to run on files of one language.
#[derive(Clone, Copy)]
pub(super) enum Ready<'a> {
    Search(&'a Compiled),
    Check(Check),
}

impl Planned {
    pub(super) fn new(mut rule: Rule, languages: Vec<Language>) -> Result<Planned, RuleProblem> {
        let paths = PathFilter::new(&rule)?;
        if let Body::Taint(_) | Body::Typestate(_) = rule.body {
            if languages.iter().all(|language| language.is_text()) {
                let message = "values move through code, and the language of the rule is any text";
                return Err(problem(&rule, rule.at, message.into()));
            }
            let models = models_for(&languages);
            models::resolve(&mut rule, &models)
                .map_err(|error| problem(&rule, error.at, error.message))?;
        }
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
    pub(super) fn replaced(&self, found: &str) -> Option<String> {
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
    pub(super) fn language_for(&self, language: Language) -> Option<Language> {
        [language, Language::Regex]
            .into_iter()
            .find(|language| self.languages.contains(language))
    }

    pub(super) fn compiled(&self, language: Language) -> Result<Ready<'_>, &RuleProblem> {
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

    /// Compiles all that the rule looks for. Warns of each metavariable that the message or the fix names and nothing
    /// binds.
    pub(super) fn compile_all(&self) -> Result<Vec<RuleProblem>, RuleProblem> {
        match self.run {
            Run::Review => Ok(Vec::new()),
            Run::Flow => {
                let compiled = entries::compile(&self.rule, &self.languages)?;
                Ok(self.unbound(&compiled.iter().collect::<Vec<_>>()))
            }
            Run::Search(_) | Run::Check(_) => {
                let mut searches = Vec::new();
                for &language in &self.languages {
                    match self.compiled(language).map_err(RuleProblem::clone)? {
                        Ready::Search(compiled) => searches.push(compiled),
                        // A check says itself what stands for what.
                        Ready::Check(_) => return Ok(Vec::new()),
                    }
                }
                Ok(self.unbound(&searches))
            }
        }
    }

    fn unbound(&self, compiled: &[&Compiled]) -> Vec<RuleProblem> {
        let binds = |name: &str| {
            let mut compiled = compiled.iter();
            compiled.any(|compiled| compiled.variables.get(name).is_some())
        };
        let texts = [
            ("message", Some(&self.rule.message)),
            ("fix", self.rule.fix.as_ref()),
        ];
        let mut warnings = Vec::new();
        for (key, text) in texts {
            let names = metavariables(text.map_or("", String::as_str));
            for name in names.filter(|name| !binds(name)) {
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
}

/// The built-in models for any of these languages.
fn models_for(languages: &[Language]) -> Vec<&'static Model> {
    let applies = |model: &&Model| {
        let mut named = model
            .languages
            .iter()
            .flat_map(|name| Language::named(name));
        named.any(|language| languages.contains(&language))
    };
    builtin::models().iter().filter(applies).collect()
}
