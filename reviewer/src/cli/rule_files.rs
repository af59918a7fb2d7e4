//! Rules of files and folders that somebody named.

use std::path::{Path, PathBuf};

use ::rules::review::{self, Rule};
use ::rules::yaml::did_you_mean;
use anyhow::{Context, Result, bail};

use crate::review::Problem;
use crate::source::{self, ReadError};

/// Rules of files, with the file of each.
#[derive(Default)]
pub(super) struct FromFiles {
    pub(super) rules: Vec<(PathBuf, Rule)>,
    pub(super) problems: Vec<Problem>,
    /// Whether the files are part of what is reviewed, and read as carefully as that.
    pub(super) careful: bool,
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
        for file in files.with_context(|| path.display().to_string())? {
            if file.extension().is_some_and(|e| e == "yaml" || e == "yml") {
                self.load_file(&file, false)?;
            }
        }
        if self.rules.len() + self.problems.len() == before {
            bail!(
                "{}: there is no rule file (.yaml, .yml) below this folder",
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
