//! All active rules in one index: a file is parsed once and walked once for all of them, and once more
//! for patterns that match nearly anywhere, of the rules that may still hold.
//!
//! ```text
//! text of the file ─► literals in it ─► rules that could match at all ─► (none: not even parsed)
//!                                              │
//! each node of the tree ─► by kind, callee, name ─► candidates ─► matcher ─► ranges by pattern
//!                                                                             │
//!                                          formula of each rule  ◄────────────┘ ─► findings
//!                       formula of each entry of rules about flow ◄───────────┘ ─► marks, for flow
//! ```
//!
//! Patterns are compiled when a rule first survives the literals of some file; the order of files does not
//! change what comes out.

mod analysis;
mod comparison;
mod condition;
mod containment;
mod counts;
mod demand;
mod entries;
mod evaluate;
mod expression;
mod formula;
mod hit;
mod index;
mod parts;
mod paths;
mod planned;
mod prefilter;
mod run;
mod selection;

use std::sync::Arc;

use rules::review::Rule;
use rules::yaml::Position;

use crate::configuration::Configuration;
use crate::flow::facts::FileFacts;
use crate::flow::marks::{Mark, Parts};
use crate::lang::Language;
use crate::tree::{Scopes, TextRange};
pub use counts::{Counts, Times};
use formula::Broken;
pub use hit::Hit;
use parts::Formulas;
use planned::Planned;
use prefilter::Prefilter;
pub(crate) use run::sort;
pub use selection::Selection;

/// Rules, ready to run.
pub struct Plan {
    rules: Vec<Planned>,
    /// What the rules about flow look for.
    formulas: Formulas,
    prefilter: Prefilter,
    /// Whether to measure how long each phase and each rule takes.
    measures: bool,
    /// What the files of the project read.
    configuration: Arc<Configuration>,
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
    /// What the formulas of rules about flow matched, sorted by range and part.
    pub marks: Vec<Mark>,
    /// What the file contributes to the flow of values through the project, where rules ask for that.
    pub facts: Option<Box<FileFacts>>,
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
                Ok(warnings) => {
                    problems.extend(warnings);
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
        let planned = rules.iter();
        let formulas = Formulas::of(planned.clone().map(|p| (&p.rule, p.languages.as_slice())));
        let prefilter = Prefilter::new(planned.map(|planned| &planned.rule), formulas.all());
        Plan {
            rules,
            formulas,
            prefilter,
            measures: false,
            configuration: Arc::default(),
        }
    }

    /// The same plan, for files of a project with that configuration.
    pub fn configured(mut self, configuration: Configuration) -> Plan {
        self.configuration = Arc::new(configuration);
        self
    }

    /// The configuration of the project.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
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

    /// Whether a rule follows values from file to file.
    pub(crate) fn follows(&self) -> bool {
        self.rules()
            .any(|rule| matches!(rule.body, rules::review::Body::Taint(_)))
    }

    /// Whether one does that in files of a language.
    pub(crate) fn follows_in(&self, language: Language) -> bool {
        let follows = |planned: &Planned| {
            matches!(planned.rule.body, rules::review::Body::Taint(_))
                && planned.languages.contains(&language)
        };
        self.rules.iter().any(follows)
    }

    /// All rules.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|planned| &planned.rule)
    }

    /// What the rules about flow look for, and for whom.
    pub fn parts(&self) -> &Parts {
        &self.formulas.parts
    }

    /// What is wrong with the rules that look for a part.
    fn broken<'a>(
        &'a self,
        part: usize,
        (at, message): &'a Broken,
    ) -> impl Iterator<Item = RuleProblem> + 'a {
        let users = self.parts().users[part].iter();
        users.map(|user| problem(self.rule(user.rule), *at, message.clone()))
    }

    /// Whether a rule, by its index, looks at a file: at its language and its path.
    pub(crate) fn looks_at(&self, rule: usize, language: Language, path: &str) -> bool {
        let planned = &self.rules[rule];
        planned.language_for(language).is_some() && planned.paths.allows(path)
    }
}
