//! Which rules run on which files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::rules::review::{Confidence, Severity};
use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::cli::load::{Loaded, Wanted, load};
use crate::plan::Selection;
use crate::report::inert_line;
use crate::review::{Cache, Problem};
use crate::settings::{Discovery, Groups, Settings};
use crate::source::{Found, Search, SourceFile};

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Rules and settings")]
pub(in crate::cli) struct Args {
    /// Rules to use instead of those of the settings: recommended, thorough, pedantic, a file or a folder
    #[arg(long, value_name = "PACK|FILE|DIR")]
    config: Vec<String>,
    /// Use only the rule with this id, out of all rules loaded and built in; can be repeated
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    /// Show only findings of this severity and above
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<Level>,
    /// Show only findings of this confidence and above
    #[arg(long, value_name = "CONFIDENCE")]
    confidence: Option<Sureness>,
    /// Use this settings file, and no reviewer.toml that is found beside the files
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    settings: Option<PathBuf>,
    /// Use no settings file
    #[arg(long)]
    isolated: bool,
    /// Pass over files that are ignored or excluded even where they are named
    #[arg(long)]
    force_exclude: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(in crate::cli) enum Level {
    Info,
    Warning,
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Severity {
        match level {
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Sureness {
    Low,
    Medium,
    High,
}

impl From<Sureness> for Confidence {
    fn from(sureness: Sureness) -> Confidence {
        match sureness {
            Sureness::Low => Confidence::Low,
            Sureness::Medium => Confidence::Medium,
            Sureness::High => Confidence::High,
        }
    }
}

/// The settings of a run.
pub(in crate::cli) struct Scope<'a> {
    args: &'a Args,
    base: &'a Path,
    pub(in crate::cli) discovery: Discovery,
}

/// What a review needs besides its files.
pub(in crate::cli) struct Prepared {
    pub(in crate::cli) loaded: Loaded,
    groups: Groups,
    selections: Vec<Arc<Selection>>,
}

impl Args {
    /// The settings for a run in `base`.
    pub(in crate::cli) fn scope<'a>(&'a self, base: &'a Path) -> Result<Scope<'a>> {
        let discovery = match &self.settings {
            Some(file) => Discovery::only(file, base).or_else(|problems| refuse(&problems))?,
            None if self.isolated => Discovery::isolated(base),
            None => Discovery::nearest(base),
        };
        Ok(Scope {
            args: self,
            base,
            discovery,
        })
    }

    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            config: &self.config,
            only: &self.rule,
            severity: self.severity.map(Severity::from),
            confidence: self.confidence.map(Confidence::from),
        }
    }
}

impl Scope<'_> {
    /// Hands over how files are searched for, as the arguments and the settings say.
    pub(in crate::cli) fn search<T>(&self, find: impl FnOnce(Search<'_>) -> T) -> T {
        find(Search {
            base: self.base,
            force_exclude: self.args.force_exclude,
            exclude: &|path, is_folder| self.discovery.excludes(path, is_folder),
        })
    }

    /// The source and the configuration below a folder, as a review of it would find them.
    pub(in crate::cli) fn below(&self, root: &Path, cache: Option<&Cache>) -> Found {
        let find = || {
            let mut found = self.search(|search| search.find(&[root.to_owned()]));
            found.basis.extend(self.discovery.files());
            found.take_texts(false);
            found
        };
        match cache {
            Some(cache) => {
                let how = format!("{:?} {}", self.args.settings, self.args.isolated);
                cache.files(root, self.base, &how, find)
            }
            None => find(),
        }
    }

    /// The settings of the run as a whole: those of the working folder.
    pub(in crate::cli) fn settings(&self) -> Result<Option<Arc<Settings>>> {
        let settings = self.discovery.settings(self.base);
        self.check()?;
        Ok(settings)
    }

    /// The rules for the files that were found. Without any, there is nothing to do.
    pub(in crate::cli) fn prepare(&self, found: &mut Found) -> Result<Prepared> {
        let prepared = self.load(found)?;
        if prepared.loaded.plan.rules().len() > 0 {
            return Ok(prepared);
        }
        let details = prepared.loaded.problems.iter();
        let details: Vec<_> = details
            .map(|problem| format!("\n  {}: {}", problem.about, problem.message))
            .collect();
        bail!("there is no rule to run{}", details.concat())
    }

    /// The rules for the files that were found, of which there may be none.
    pub(in crate::cli) fn load(&self, found: &mut Found) -> Result<Prepared> {
        let groups = self.discovery.groups(found.candidates());
        self.check()?;
        let loaded = load(&self.args.wanted(), &groups.all)?;
        found.take_texts(loaded.plan.searches_any_text());
        let mut prepared = Prepared {
            loaded,
            groups,
            selections: Vec::new(),
        };
        self.select(&mut prepared);
        Ok(prepared)
    }

    /// Admits files that take part without being reviewed: of the rules that are loaded, those of their settings run on
    /// them. What is wrong with these settings is said when they are reviewed.
    pub(in crate::cli) fn admit(&self, prepared: &mut Prepared, files: &[SourceFile]) {
        self.discovery.group(files.iter(), &mut prepared.groups);
        self.select(prepared);
    }

    fn select(&self, prepared: &mut Prepared) {
        let Prepared {
            loaded,
            groups,
            selections,
        } = prepared;
        let new = groups.all[selections.len()..].iter();
        let wanted = self.args.wanted();
        selections.extend(new.map(|settings| loaded.selection(&wanted, settings)));
    }

    fn check(&self) -> Result<()> {
        match self.discovery.problems() {
            problems if problems.is_empty() => Ok(()),
            problems => refuse(&problems),
        }
    }
}

impl Prepared {
    /// The rules that run on a file, which must be one of those that this was prepared for.
    pub(in crate::cli) fn selection(&self, file: &SourceFile) -> Arc<Selection> {
        Arc::clone(&self.selections[self.groups.of(file)])
    }
}

/// An error that names everything that is wrong.
fn refuse<T>(problems: &[Problem]) -> Result<T> {
    let lines: Vec<_> = problems
        .iter()
        .map(|Problem { about, message, .. }| {
            format!("{}: {}", inert_line(about), inert_line(message))
        })
        .collect();
    bail!("{}", lines.join("\nerror: "))
}
