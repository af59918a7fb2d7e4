//! From `--config` and `--rule` to a plan.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ::rules::builtin::review_rules;
use ::rules::review::{self, Pack, Rule};
use ::rules::yaml::did_you_mean;
use anyhow::{Context, Result, bail};

use crate::plan::{Plan, RuleProblem};
use crate::review::Problem;

/// A plan, and what is wrong with the rules that it was made of.
pub(super) struct Loaded {
    pub(super) plan: Plan,
    pub(super) problems: Vec<Problem>,
}

/// Rules of files, with the file of each.
#[derive(Default)]
pub(super) struct FromFiles {
    pub(super) rules: Vec<(PathBuf, Rule)>,
    pub(super) problems: Vec<Problem>,
}

/// Loads packs, files and folders, and keeps the rules of `only` where that is not empty.
pub(super) fn load(config: &[String], only: &[String]) -> Result<Loaded> {
    let mut pack = config.is_empty().then_some(Pack::Recommended);
    let mut own = FromFiles::default();
    for name in config {
        match Pack::from_name(name) {
            Some(named) => pack = pack.max(Some(named)),
            None => own.load(Path::new(name))?,
        }
    }
    let mut builtin = review_rules();
    let FromFiles {
        rules: mut from_files,
        mut problems,
    } = own;
    if only.is_empty() {
        builtin.retain(|rule| pack.is_some_and(|pack| rule.metadata.precision <= pack));
    } else {
        let known: HashSet<&str> = builtin
            .iter()
            .chain(from_files.iter().map(|(_, rule)| rule))
            .map(|rule| rule.id.as_str())
            .collect();
        for id in only {
            if !known.contains(id.as_str()) {
                bail!(
                    "there is no rule `{id}`{}; `reviewer rules` lists them",
                    did_you_mean(id, known.iter().copied())
                );
            }
        }
        builtin.retain(|rule| only.contains(&rule.id));
        from_files.retain(|(_, rule)| only.contains(&rule.id));
    }
    // Built-in rules are compiled on need: their tests have compiled them all.
    let mut planning = Plan::prepare(builtin, false);
    problems.extend(
        planning
            .problems
            .drain(..)
            .map(|problem| broken("built in", &problem)),
    );
    let files: Vec<_> = from_files
        .iter()
        .map(|(path, rule)| (rule.id.clone(), path.display().to_string()))
        .collect();
    let file_of = |id: &str| {
        files
            .iter()
            .find(|(rule, _)| rule == id)
            .map_or("", |(_, path)| path.as_str())
    };
    let own = Plan::prepare(from_files.into_iter().map(|(_, rule)| rule).collect(), true);
    problems.extend(
        own.problems
            .iter()
            .map(|problem| broken(file_of(&problem.rule), problem)),
    );
    if !own.foreign.is_empty() {
        let mut languages: Vec<_> = own
            .foreign
            .iter()
            .flat_map(|(_, languages)| languages.iter().map(String::as_str))
            .collect();
        languages.sort_unstable();
        languages.dedup();
        let message = format!(
            "{} not run: for languages that are not supported ({})",
            own.foreign.len(),
            languages.join(", ")
        );
        problems.push(Problem {
            about: "rules".into(),
            message,
            fatal: false,
        });
    }
    let plan = planning.plan.with(own.plan);
    if plan.rules().len() == 0 {
        let details: Vec<_> = problems
            .iter()
            .map(|problem| format!("\n  {}: {}", problem.about, problem.message))
            .collect();
        bail!("there is no rule to run{}", details.concat());
    }
    Ok(Loaded { plan, problems })
}

fn broken(file: &str, problem: &RuleProblem) -> Problem {
    Problem {
        about: format!("{file}:{}: rule {}", problem.at, problem.rule),
        message: problem.message.clone(),
        fatal: problem.fatal,
    }
}

impl FromFiles {
    /// Loads a file, or every `.yaml` and `.yml` below a folder that holds rules.
    pub(super) fn load(&mut self, path: &Path) -> Result<()> {
        let metadata = std::fs::metadata(path).with_context(|| {
            let packs = ["recommended", "thorough", "pedantic"];
            format!(
                "--config {}: no such pack, file or folder{}",
                path.display(),
                did_you_mean(&path.to_string_lossy(), packs)
            )
        })?;
        if !metadata.is_dir() {
            return self.load_file(path, true);
        }
        let before = self.rules.len() + self.problems.len();
        let walk = ignore::WalkBuilder::new(path)
            .follow_links(false)
            .require_git(false)
            .sort_by_file_path(Path::cmp)
            .build();
        for entry in walk {
            let entry = entry.with_context(|| format!("--config {}", path.display()))?;
            let yaml = entry
                .path()
                .extension()
                .is_some_and(|e| e == "yaml" || e == "yml");
            if yaml && entry.file_type().is_some_and(|kind| kind.is_file()) {
                self.load_file(entry.path(), false)?;
            }
        }
        if self.rules.len() + self.problems.len() == before {
            bail!(
                "--config {}: there is no rule file (.yaml, .yml) below this folder",
                path.display()
            );
        }
        Ok(())
    }

    /// Loads one file. In a folder, a YAML file that is no rule file (a test target, a workflow) is passed over.
    fn load_file(&mut self, path: &Path, named: bool) -> Result<()> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        if !named && !looks_like_rules(&text) {
            return Ok(());
        }
        let loaded = review::load(&text);
        self.rules
            .extend(loaded.rules.into_iter().map(|rule| (path.to_owned(), rule)));
        self.problems
            .extend(loaded.problems.into_iter().map(|problem| {
                let rule = problem
                    .rule
                    .map(|rule| format!(": rule {rule}"))
                    .unwrap_or_default();
                Problem {
                    about: format!("{}:{}{rule}", path.display(), problem.error.at),
                    message: problem.error.message,
                    fatal: problem.fatal,
                }
            }));
        Ok(())
    }
}

/// A rule file has `rules:` or `id:` at the start of a line.
fn looks_like_rules(text: &str) -> bool {
    text.lines()
        .any(|line| line.starts_with("rules:") || line.starts_with("id:"))
}
