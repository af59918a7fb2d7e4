//! `--baseline`: only what is new.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::work::Work;
use crate::review::{Baseline, Entry, Places, Problem, Review};
use crate::settings::Settings;

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Findings")]
pub(super) struct Args {
    /// Report only findings that this file does not list; `reviewer baseline write FILE` makes one
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

impl Args {
    /// The baseline of the command line, or that of the settings.
    pub(super) fn open(&self, settings: Option<&Settings>) -> Result<Option<BaselineFile>> {
        let set = settings.and_then(|settings| settings.baseline.as_ref());
        let set = set.map(|file| file.value.as_path());
        let path = self.baseline.as_deref().or(set);
        path.map(BaselineFile::read).transpose()
    }
}

/// A baseline file that has been read.
pub(in crate::cli) struct BaselineFile {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) baseline: Baseline,
}

impl BaselineFile {
    pub(in crate::cli) fn read(path: &Path) -> Result<BaselineFile> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!(
                "baseline {}: `reviewer baseline write` makes one",
                path.display()
            )
        })?;
        let baseline = Baseline::parse(&text).with_context(|| path.display().to_string())?;
        Ok(BaselineFile {
            path: path.to_owned(),
            baseline,
        })
    }

    /// Moves what is listed out of the findings of a review; returns the entries that are stale.
    pub(in crate::cli) fn apply(&self, review: &mut Review, work: &Work) -> Vec<Entry> {
        let folder = folder(&self.path, &work.base);
        let path = |name: &str| seen_from(&folder, &work.base, name);
        let files: HashMap<_, _> = work.files.iter().map(|f| (path(&f.name), f)).collect();
        let places = Places {
            path: &path,
            exists: &|path| folder.join(path).symlink_metadata().is_ok(),
        };
        let ran = |entry: &Entry| work.ran(&entry.rule, files.get(&entry.path).copied());
        self.baseline.apply(review, &places, &ran)
    }

    /// The same as a problem that says what to do about stale entries.
    pub(in crate::cli) fn stale(&self, stale: &[Entry]) -> Option<Problem> {
        let first = stale.first()?;
        let number = stale.len();
        let path = self.path.display();
        Some(Problem {
            about: path.to_string(),
            message: format!(
                "{number} stale {}, the first of {} in {}: `reviewer baseline prune {path}` removes what is gone",
                if number == 1 { "entry" } else { "entries" },
                first.rule,
                first.path,
            ),
            fatal: false,
        })
    }
}

/// The folder that the paths of a baseline are relative to.
pub(in crate::cli) fn folder(file: &Path, base: &Path) -> PathBuf {
    let file = base.join(file);
    file.parent().unwrap_or(base).to_owned()
}

/// The path of the file `name`, which is relative to `base`, for a baseline in `folder`.
pub(in crate::cli) fn seen_from(folder: &Path, base: &Path, name: &str) -> String {
    let path = base.join(name);
    match path.strip_prefix(folder) {
        Ok(below) => below.to_string_lossy().into_owned(),
        Err(_) => path.to_string_lossy().into_owned(),
    }
}
