//! `reviewer.toml`: which rules run on which files.
//!
//! ```text
//! folder of a file ─► nearest reviewer.toml ─► what it extends ─► Settings ─┐
//!                                                                          ├─► FileSettings ─► rules that run
//! file ─► the overrides whose globs it matches ─────────────────────────────┘
//! ```
//!
//! Nothing is merged but what `extends` asks for. Files with the same settings and overrides share one selection
//! of rules. A settings file comes with the code under review: it can choose rules and leave out files, and can
//! neither raise a limit nor reach out of the repository.

mod bounds;
mod discovery;
mod file;
mod globs;
mod layer;
mod read;
mod resolve;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rules::review::{Confidence, Pack, Rule, Severity};
use rules::yaml::Position;

pub use discovery::{Discovery, Groups};
pub use file::schema;
use globs::PathGlobs;
pub use globs::RuleGlob;
pub use layer::Layer;

/// The name of settings files.
pub const NAME: &str = "reviewer.toml";

/// What a settings file says, with what it extends.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name for people: relative where it lies below the working folder.
    pub name: Arc<str>,
    /// The files that it was read from.
    pub files: Vec<PathBuf>,
    /// The built-in rules that run; none at all where it says so.
    pub pack: Option<Sourced<Option<Pack>>>,
    /// Rule files and folders.
    pub rules: Vec<Sourced<PathBuf>>,
    /// What is said of rules for all files.
    pub layer: Layer,
    /// What fails a run.
    pub fail_on: Option<Sourced<Severity>>,
    /// Files that are not reviewed.
    pub exclude: Vec<Sourced<String>>,
    excluded: PathGlobs,
    /// The file of known findings.
    pub baseline: Option<Sourced<PathBuf>>,
    /// What is different for some files.
    pub overrides: Vec<Override>,
}

/// What is different for some files.
#[derive(Clone, Debug)]
pub struct Override {
    /// Where it starts.
    pub origin: Origin,
    /// The globs of the files.
    pub paths: Vec<String>,
    globs: PathGlobs,
    /// What is said of rules for these files.
    pub layer: Layer,
}

/// A value, and where it was set.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was set.
    pub origin: Origin,
}

/// A place in a settings file.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The name of the file.
    pub file: Arc<str>,
    /// Where in the file.
    pub at: Position,
    /// The file that extends it.
    pub extended_by: Option<Arc<str>>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.at.line)?;
        match &self.extended_by {
            Some(file) => write!(f, " (extended by {file})"),
            None => Ok(()),
        }
    }
}

impl Settings {
    /// Why a path is excluded, whatever holds for its folder.
    fn excludes(&self, path: &Path, is_folder: bool) -> Option<String> {
        let glob = self.excluded.matching(path, is_folder)?;
        let lines = self.exclude.iter().rev();
        let origin = lines
            .filter(|line| line.value == glob)
            .map(|line| &line.origin);
        let origin = origin.map(Origin::to_string).next().unwrap_or_default();
        Some(format!("excluded by `{glob}` in {origin}"))
    }

    /// Every id and glob of rules in it, with its place.
    pub fn rule_globs(&self) -> impl Iterator<Item = &Sourced<RuleGlob>> {
        let overrides = self.overrides.iter().map(|other| &other.layer);
        [&self.layer]
            .into_iter()
            .chain(overrides)
            .flat_map(|layer| layer.select.iter().chain(&layer.ignore))
    }
}

/// The settings that hold for a file.
#[derive(Clone, Debug, Default)]
pub struct FileSettings {
    /// Its settings file; none where the defaults hold.
    pub settings: Option<Arc<Settings>>,
    /// The overrides that apply, as indices.
    pub overrides: Vec<usize>,
}

impl FileSettings {
    /// The built-in pack; none where no built-in rule runs unless it is selected.
    pub fn pack(&self) -> Option<Pack> {
        let pack = self
            .settings
            .as_ref()
            .and_then(|settings| settings.pack.as_ref());
        pack.map_or(Some(Pack::default()), |pack| pack.value)
    }

    /// Whether a rule runs that would run, or not, if these settings said nothing about it.
    pub fn run(&self, rule: &Rule, listed: bool) -> bool {
        let mut runs = listed;
        for layer in self.layers() {
            runs = (runs || layer.selects(&rule.id)) && !layer.ignores(&rule.id);
        }
        let severity = self
            .severity()
            .is_none_or(|least| rule.severity >= least.value);
        let confidence = self.confidence();
        runs && severity && confidence.is_none_or(|least| rule.metadata.confidence >= least.value)
    }

    /// The least severity of rules that run.
    pub fn severity(&self) -> Option<&Sourced<Severity>> {
        self.layers()
            .filter_map(|layer| layer.severity.as_ref())
            .last()
    }

    /// The least confidence of rules that run.
    pub fn confidence(&self) -> Option<&Sourced<Confidence>> {
        self.layers()
            .filter_map(|layer| layer.confidence.as_ref())
            .last()
    }

    /// The settings for all files, and then the overrides that apply.
    fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.settings.iter().flat_map(|settings| {
            let overrides = self
                .overrides
                .iter()
                .map(|&index| &settings.overrides[index].layer);
            [&settings.layer].into_iter().chain(overrides)
        })
    }

    /// Whether the same holds for both.
    fn same(&self, other: &FileSettings) -> bool {
        let same_file = match (&self.settings, &other.settings) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        same_file && self.overrides == other.overrides
    }
}
