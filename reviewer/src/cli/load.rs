//! From settings and arguments to a plan, and to the rules that run on each file.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use ::rules::builtin::review_rules;
use ::rules::review::{Confidence, Pack, Rule, Severity};
use ::rules::yaml::did_you_mean;
use anyhow::{Context, Result, bail};

use super::rule_files::FromFiles;
use super::rule_sources::{Source, Sources};
use crate::plan::{Plan, Selection};
use crate::review::Problem;
use crate::settings::{FileSettings, Settings};

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
    /// By the index of a rule: where it came from.
    of_rule: Vec<Source>,
}

impl Loaded {
    /// The rules that run under some settings. Those which no file needs that this was loaded for are not among them.
    pub(super) fn selection(&self, wanted: &Wanted<'_>, settings: &FileSettings) -> Arc<Selection> {
        let choice = Choice::new(wanted);
        let mut of_rule = self.of_rule.iter();
        let runs = |rule: &Rule| {
            of_rule
                .next()
                .is_some_and(|source| choice.runs(rule, source, settings))
        };
        Arc::new(Selection::of(&self.plan, runs))
    }
}

/// Loads the rules that run on some file, given the settings of all files.
pub(super) fn load(wanted: &Wanted<'_>, settings: &[FileSettings]) -> Result<Loaded> {
    let own = match wanted.config.is_empty() {
        true => of_settings(settings)?,
        false => named(wanted.config)?,
    };
    let mut builtin = review_rules();
    let every = || {
        let own = own.iter().flat_map(|(_, files)| &files.rules);
        builtin.iter().chain(own.map(|(_, rule)| rule))
    };
    known(wanted.only, &every().map(|rule| rule.id.as_str()).collect())?;
    // `--config` leaves rules out that settings may speak of.
    let mut problems = match wanted.config.is_empty() {
        true => unknown_globs(settings, &every().map(|rule| rule.id.as_str()).collect()),
        false => Vec::new(),
    };
    let choice = Choice::new(wanted);
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
    Ok(Loaded {
        plan,
        problems,
        of_rule,
    })
}

/// What decides whether a rule runs on a file, besides the settings of the file.
struct Choice<'a> {
    wanted: &'a Wanted<'a>,
    /// The built-in pack of `--config`.
    pack: Option<Pack>,
}

impl<'a> Choice<'a> {
    fn new(wanted: &'a Wanted<'a>) -> Choice<'a> {
        let packs = wanted.config.iter();
        let pack = packs.filter_map(|name| Pack::from_name(name)).max();
        Choice { wanted, pack }
    }

    fn runs(&self, rule: &Rule, source: &Source, settings: &FileSettings) -> bool {
        let Wanted {
            only,
            severity,
            confidence,
            ..
        } = self.wanted;
        severity.is_none_or(|least| rule.severity >= least)
            && confidence.is_none_or(|least| rule.metadata.confidence >= least)
            && match (self.listed(rule, source, settings), only.is_empty()) {
                (listed, true) => listed.is_some_and(|on| settings.run(rule, on)),
                // Rules of the settings of other files are not meant.
                (None, false) if matches!(source, Source::Settings(_)) => false,
                (_, false) => only.contains(&rule.id),
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

/// Loads the rule files and folders that `--config` names.
fn named(config: &[String]) -> Result<Vec<(Source, FromFiles)>> {
    let paths = config.iter().filter(|name| Pack::from_name(name).is_none());
    let load = |path| {
        let mut files = FromFiles::default();
        files.load(Path::new(path))?;
        Ok((Source::Named, files))
    };
    paths.map(load).collect()
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
    let base = std::env::current_dir().context("the working folder cannot be read")?;
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
        // As people know it: problems name it.
        let path = named.value.strip_prefix(&base).unwrap_or(&named.value);
        files
            .load(path)
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
