//! From settings and arguments to a plan, and to the rules that run on each file.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::rules::builtin::review_rules;
use ::rules::review::{self, Confidence, Pack, Rule, Severity};
use ::rules::yaml::did_you_mean;
use anyhow::{Context, Result, bail};

use crate::plan::{Plan, Planning, RuleProblem, Selection};
use crate::review::Problem;
use crate::settings::{FileSettings, Settings};
use crate::source::{self, ReadError};

/// What the command line says of rules.
#[derive(Default)]
pub(super) struct Wanted<'a> {
    /// Packs, files and folders that replace those of the settings.
    pub(super) config: &'a [String],
    /// Just these rules, whatever the settings say.
    pub(super) only: &'a [String],
    /// The least severity, where that is higher than the one of the settings.
    pub(super) severity: Option<Severity>,
    /// The least confidence, likewise.
    pub(super) confidence: Option<Confidence>,
}

/// A plan, and what is wrong with the rules that it was made of.
pub(super) struct Loaded {
    pub(super) plan: Plan,
    pub(super) problems: Vec<Problem>,
    /// The rules that run under each of the settings that were given.
    pub(super) selections: Vec<Arc<Selection>>,
}

/// Where a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    BuiltIn,
    /// `--config`.
    Named,
    /// A rule file or folder of settings.
    Settings(PathBuf),
}

/// Loads the rules that run on some file, given the settings of all files.
pub(super) fn load(wanted: &Wanted<'_>, settings: &[FileSettings]) -> Result<Loaded> {
    let mut pack = None;
    let mut own = Vec::new();
    for name in wanted.config {
        match Pack::from_name(name) {
            Some(named) => pack = pack.max(Some(named)),
            None => {
                let mut files = FromFiles::default();
                files.load(Path::new(name))?;
                own.push((Source::Named, files));
            }
        }
    }
    if wanted.config.is_empty() {
        own = of_settings(settings)?;
    }
    let mut builtin = review_rules();
    let every = || {
        let own = own.iter().flat_map(|(_, files)| &files.rules);
        builtin.iter().chain(own.map(|(_, rule)| rule))
    };
    known(wanted.only, &every().map(|rule| rule.id.as_str()).collect())?;
    let mut problems = unknown_globs(settings, &every().map(|rule| rule.id.as_str()).collect());
    let choice = Choice { wanted, pack };
    let needed = |rule: &Rule, source: &Source| {
        let mut settings = settings.iter();
        settings.any(|settings| choice.runs(rule, source, settings))
    };
    builtin.retain(|rule| needed(rule, &Source::BuiltIn));
    // Built-in rules are compiled on need: their tests have compiled them all.
    let mut sources = Sources::default();
    sources.add(Source::BuiltIn, Plan::prepare(builtin, false), &|_| {
        "built in".into()
    });
    for (source, files) in own {
        problems.extend(files.problems);
        let mut rules = files.rules;
        rules.retain(|(_, rule)| needed(rule, &source));
        let file_of: Vec<_> = rules
            .iter()
            .map(|(path, rule)| (rule.id.clone(), path.clone()))
            .collect();
        let rules = rules.into_iter().map(|(_, rule)| rule).collect();
        sources.add(source, Plan::prepare(rules, true), &|id| {
            let file = file_of.iter().find(|(rule, _)| rule == id);
            file.map(|(_, path)| path.display().to_string())
                .unwrap_or_default()
        });
    }
    let (plan, of_rule) = sources.finish(&mut problems);
    let selection = |settings: &FileSettings| {
        let mut of_rule = of_rule.iter();
        let runs = |rule: &Rule| {
            of_rule
                .next()
                .is_some_and(|source| choice.runs(rule, source, settings))
        };
        Arc::new(Selection::of(&plan, runs))
    };
    let selections = settings.iter().map(selection).collect();
    Ok(Loaded {
        plan,
        problems,
        selections,
    })
}

/// What decides whether a rule runs on a file, besides the settings of the file.
struct Choice<'a> {
    wanted: &'a Wanted<'a>,
    /// The built-in pack of `--config`.
    pack: Option<Pack>,
}

impl Choice<'_> {
    fn runs(&self, rule: &Rule, source: &Source, settings: &FileSettings) -> bool {
        let Wanted {
            only,
            severity,
            confidence,
            ..
        } = self.wanted;
        severity.is_none_or(|least| rule.severity >= least)
            && confidence.is_none_or(|least| rule.metadata.confidence >= least)
            && match only.is_empty() {
                true => self
                    .listed(rule, source, settings)
                    .is_some_and(|on| settings.run(rule, on)),
                false => only.contains(&rule.id),
            }
    }

    /// Whether a rule runs before anything is selected or ignored; none where it cannot even be selected.
    fn listed(&self, rule: &Rule, source: &Source, settings: &FileSettings) -> Option<bool> {
        let in_pack = |pack: Option<Pack>| pack.is_some_and(|pack| rule.metadata.precision <= pack);
        match source {
            Source::Named => Some(true),
            Source::BuiltIn if self.wanted.config.is_empty() => Some(in_pack(settings.pack())),
            Source::BuiltIn => in_pack(self.pack).then_some(true),
            Source::Settings(path) => {
                let rules = settings
                    .settings
                    .iter()
                    .flat_map(|settings| &settings.rules);
                rules
                    .into_iter()
                    .any(|own| own.value == *path)
                    .then_some(true)
            }
        }
    }
}

/// Plans of rules of several sources, put together.
#[derive(Default)]
struct Sources {
    plan: Option<Plan>,
    /// The source of each rule of the plan.
    of_rule: Vec<Source>,
    problems: Vec<Problem>,
    foreign: Vec<(String, Vec<String>)>,
}

impl Sources {
    fn add(&mut self, source: Source, planning: Planning, file_of: &dyn Fn(&str) -> String) {
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

    fn finish(self, problems: &mut Vec<Problem>) -> (Plan, Vec<Source>) {
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

/// The settings files among `settings`, each once.
fn files_of(settings: &[FileSettings]) -> Vec<&Arc<Settings>> {
    let mut files: Vec<&Arc<Settings>> = Vec::new();
    for file in settings
        .iter()
        .filter_map(|settings| settings.settings.as_ref())
    {
        if !files.iter().any(|known| Arc::ptr_eq(known, file)) {
            files.push(file);
        }
    }
    files
}

/// Loads the rule files and folders that settings name, each once.
fn of_settings(settings: &[FileSettings]) -> Result<Vec<(Source, FromFiles)>> {
    let mut own: Vec<(Source, FromFiles)> = Vec::new();
    for named in files_of(settings)
        .into_iter()
        .flat_map(|settings| &settings.rules)
    {
        let source = Source::Settings(named.value.clone());
        if own.iter().any(|(known, _)| *known == source) {
            continue;
        }
        let mut files = FromFiles {
            careful: true,
            ..FromFiles::default()
        };
        files
            .load(&named.value)
            .with_context(|| format!("`rules` in {}", named.origin))?;
        own.push((source, files));
    }
    Ok(own)
}

fn known(only: &[String], ids: &HashSet<&str>) -> Result<()> {
    match only.iter().find(|id| !ids.contains(id.as_str())) {
        Some(id) => bail!(
            "there is no rule `{id}`{}; `reviewer rules` lists them",
            did_you_mean(id, ids.iter().copied())
        ),
        None => Ok(()),
    }
}

/// A warning for each id or glob of settings that means no rule: rules come and go between versions.
fn unknown_globs(settings: &[FileSettings], ids: &HashSet<&str>) -> Vec<Problem> {
    let globs = files_of(settings)
        .into_iter()
        .flat_map(|settings| settings.rule_globs());
    let unknown = globs.filter(|glob| !ids.iter().any(|id| glob.value.matches(id)));
    let problem = |text: &str, hint: &str| format!("there is no rule `{text}`{hint}");
    unknown
        .map(|glob| {
            let text = &glob.value.text;
            Problem {
                about: format!("{}:{}", glob.origin.file, glob.origin.at),
                message: problem(text, &did_you_mean(text, ids.iter().copied())),
                fatal: false,
            }
        })
        .collect()
}

fn broken(file: &str, problem: &RuleProblem) -> Problem {
    Problem {
        about: format!("{file}:{}: rule {}", problem.at, problem.rule),
        message: problem.message.clone(),
        fatal: problem.fatal,
    }
}

/// Rules of files, with the file of each.
#[derive(Default)]
pub(super) struct FromFiles {
    pub(super) rules: Vec<(PathBuf, Rule)>,
    pub(super) problems: Vec<Problem>,
    /// Whether the files are part of what is reviewed, and read as carefully as that.
    careful: bool,
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
        let files = source::files_below(path);
        for file in files.with_context(|| format!("--config {}", path.display()))? {
            if file.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                self.load_file(&file, false)?;
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
        let text = match self.careful {
            true => source::read(path),
            false => std::fs::read_to_string(path).map_err(ReadError::Io),
        };
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
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
