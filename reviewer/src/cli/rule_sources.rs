//! Plans of rules of several sources, put together.

use std::path::PathBuf;

use crate::plan::{Plan, Planning, RuleProblem};
use crate::review::Problem;

/// Where a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    BuiltIn,
    /// `--config`.
    Named,
    /// A rule file or folder of settings.
    Settings(PathBuf),
}

/// Plans of rules of several sources, put together.
#[derive(Default)]
pub(super) struct Sources {
    plan: Option<Plan>,
    /// The source of each rule of the plan.
    of_rule: Vec<Source>,
    problems: Vec<Problem>,
    foreign: Vec<(String, Vec<String>)>,
}

impl Sources {
    /// Adds the rules of a source. `file_of` names the file of a rule.
    pub(super) fn add(
        &mut self,
        source: Source,
        planning: Planning,
        file_of: &dyn Fn(&str) -> String,
    ) {
        let problems = planning.problems.iter();
        self.problems
            .extend(problems.map(|problem| broken(&file_of(&problem.rule), problem)));
        self.foreign.extend(planning.foreign);
        self.of_rule
            .extend(planning.plan.rules().map(|_| source.clone()));
        self.plan = Some(match self.plan.take() {
            Some(plan) => plan.with(planning.plan),
            None => planning.plan,
        });
    }

    /// All rules, with the source of each.
    pub(super) fn finish(self, problems: &mut Vec<Problem>) -> (Plan, Vec<Source>) {
        problems.extend(self.problems);
        let mut languages: Vec<_> = self
            .foreign
            .iter()
            .flat_map(|(_, languages)| languages)
            .collect();
        languages.sort_unstable();
        languages.dedup();
        if !languages.is_empty() {
            let languages: Vec<_> = languages.into_iter().map(String::as_str).collect();
            let message = format!(
                "{} not run: for languages that are not supported ({})",
                self.foreign.len(),
                languages.join(", ")
            );
            problems.push(Problem {
                about: "rules".into(),
                message,
                fatal: false,
            });
        }
        let none = || Plan::prepare(Vec::new(), false).plan;
        (self.plan.unwrap_or_else(none), self.of_rule)
    }
}

fn broken(file: &str, problem: &RuleProblem) -> Problem {
    Problem {
        about: format!("{file}:{}: rule {}", problem.at, problem.rule),
        message: problem.message.clone(),
        fatal: problem.fatal,
    }
}
