//! From arguments to a review: settings, files, rules, threads.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::ProgressBar;

use super::{cache, selection, targets};
use crate::configuration::Reading;
use crate::review::{Cache, Options, Project, Review, review_files};
use crate::settings::Settings;
use crate::source::{Earlier, Found, SourceFile};

/// What is reviewed, by which rules, and how.
#[derive(clap::Args)]
#[group(skip)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    targets: targets::Args,
    #[command(flatten)]
    selection: selection::Args,
    #[command(flatten)]
    cache: cache::Args,
    /// Threads to use [default: one for each core]
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        help_heading = "Engine"
    )]
    threads: usize,
}

/// Everything that a review needs, ready.
pub(in crate::cli) struct Work {
    /// The working folder.
    pub(in crate::cli) base: PathBuf,
    /// The settings of that folder.
    pub(in crate::cli) settings: Option<Arc<Settings>>,
    pub(in crate::cli) prepared: selection::Prepared,
    pub(in crate::cli) files: Vec<SourceFile>,
    /// Whether standard input is reviewed.
    pub(in crate::cli) piped: bool,
    /// What the files were, where only the findings that their change brings in are shown.
    pub(in crate::cli) earlier: Option<HashMap<String, Earlier>>,
    pub(in crate::cli) cache: Option<Cache>,
    /// The rest of the project, where values may come from there.
    project: Option<Project>,
    /// How long it took to get ready.
    pub(in crate::cli) loaded: Duration,
    found: Found,
    /// Draws on terminals only.
    progress: ProgressBar,
    pool: rayon::ThreadPool,
}

/// Threads with a stack that holds the deepest match that a pattern allows.
const STACK_BYTES: usize = 16 << 20;

impl Args {
    /// Finds the files and loads the rules. With `measured`, the rules are timed.
    pub(in crate::cli) fn prepare(&self, measured: bool) -> Result<Work> {
        let started = Instant::now();
        let base = std::env::current_dir().context("the working folder cannot be read")?;
        let scope = self.selection.scope(&base)?;
        let settings = scope.settings()?;
        let targets::Targets {
            mut found,
            piped,
            earlier,
            beside,
        } = scope.search(|search| self.targets.find(search))?;
        let mut prepared = scope.prepare(&mut found)?;
        let cache = self.cache.open(&prepared.loaded.plan);
        let plan = (&prepared.loaded.plan, cache.as_ref());
        let rest = self.targets.rest(&scope, plan, &found.files, beside);
        if let Some(project) = &rest.project {
            scope.admit(&mut prepared, project.files());
        }
        let all = rest.configuration.as_ref();
        let mut reading = Reading::of(all.unwrap_or(&found.configuration));
        reading.tell_of(&found.configuration);
        prepared.loaded.problems.extend(reading.problems);
        found.skipped.extend(reading.skipped);
        prepared.loaded.plan = prepared.loaded.plan.configured(reading.configuration);
        let cache = cache.map(|cache| cache.configured(&prepared.loaded.plan));
        if measured {
            prepared.loaded.plan = prepared.loaded.plan.measured();
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .stack_size(STACK_BYTES)
            .build()?;
        Ok(Work {
            cache,
            files: found.files.clone(),
            base,
            settings,
            prepared,
            project: rest.project,
            piped,
            earlier,
            loaded: started.elapsed(),
            progress: progress(found.files.len()),
            found,
            pool,
        })
    }
}

/// Fewer files are reviewed before anybody could read how many are done.
const WORTH_A_BAR: usize = 500;

fn progress(files: usize) -> ProgressBar {
    match files {
        WORTH_A_BAR.. => ProgressBar::new(files as u64),
        _ => ProgressBar::hidden(),
    }
}

impl Work {
    /// How files are reviewed.
    pub(in crate::cli) fn with_options<T: Send>(
        &self,
        work: impl FnOnce(&Options<'_>) -> T + Send,
    ) -> T {
        let options = Options {
            plan: &self.prepared.loaded.plan,
            selection: &|file| self.prepared.selection(file),
            cache: self.cache.as_ref(),
            project: self.project.as_ref(),
            earlier: self.earlier.as_ref(),
            done: &|| self.progress.inc(1),
        };
        self.pool.install(|| work(&options))
    }

    /// Reviews the files.
    pub(in crate::cli) fn review(&mut self) -> Review {
        let found = std::mem::take(&mut self.found);
        let mut review = self.with_options(|options| review_files(found, options));
        self.progress.finish_and_clear();
        let problems = self.prepared.loaded.problems.iter().cloned();
        review.problems.extend(problems);
        if let Some(cache) = &self.cache {
            cache.sweep();
        }
        review
    }

    /// Whether a rule ran on a file; for one that is gone, whether it ran at all.
    pub(in crate::cli) fn ran(&self, rule: &str, file: Option<&SourceFile>) -> bool {
        let selection = file.map(|file| self.prepared.selection(file));
        let runs = |index| selection.as_ref().is_none_or(|some| some.contains(index));
        let mut rules = self.prepared.loaded.plan.rules().enumerate();
        rules.any(|(index, known)| known.id == rule && runs(index))
    }
}
