//! Globs: over the ids of rules, and over paths.

use std::path::{Path, PathBuf};

use globset::GlobMatcher;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Sourced;

/// The id of a rule, or a glob such as `python/*`.
#[derive(Clone, Debug)]
pub struct RuleGlob {
    /// As it was written.
    pub text: String,
    matcher: GlobMatcher,
}

impl RuleGlob {
    pub(super) fn new(text: String) -> Result<RuleGlob, String> {
        let glob = globset::Glob::new(&text).map_err(|error| error.to_string())?;
        let matcher = glob.compile_matcher();
        Ok(RuleGlob { text, matcher })
    }

    /// Whether it means the rule with this id.
    pub fn matches(&self, id: &str) -> bool {
        self.text == id || self.matcher.is_match(id)
    }
}

/// Paths, written as in `.gitignore`.
#[derive(Clone, Debug)]
pub(super) struct PathGlobs {
    /// What they are relative to.
    folder: PathBuf,
    globs: Gitignore,
}

impl PathGlobs {
    /// Reads `lines`. Returns what is wrong with single ones too.
    pub(super) fn new<'a>(
        folder: &Path,
        lines: impl IntoIterator<Item = &'a Sourced<String>>,
    ) -> (PathGlobs, Vec<(&'a Sourced<String>, String)>) {
        let mut builder = GitignoreBuilder::new(folder);
        let mut faults = Vec::new();
        for line in lines {
            if let Err(error) = builder.add_line(None, &line.value) {
                faults.push((line, error.to_string()));
            }
        }
        let globs = PathGlobs {
            folder: folder.to_owned(),
            globs: builder.build().unwrap_or_else(|_| Gitignore::empty()),
        };
        (globs, faults)
    }

    /// The glob that a path matches by itself, whatever its folders match.
    pub(super) fn matching(&self, path: &Path, is_folder: bool) -> Option<&str> {
        let path = path.strip_prefix(&self.folder).ok()?;
        match self.globs.matched(path, is_folder) {
            ignore::Match::Ignore(glob) => Some(glob.original()),
            _ => None,
        }
    }

    /// Whether a file matches, or a folder that it lies in.
    pub(super) fn hold_for(&self, file: &Path) -> bool {
        let path = file.strip_prefix(&self.folder);
        path.is_ok_and(|path| {
            self.globs
                .matched_path_or_any_parents(path, false)
                .is_ignore()
        })
    }
}
