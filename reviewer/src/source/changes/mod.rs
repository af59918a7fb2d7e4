//! The files that changed: what is staged, or all that differs from where a branch started.

mod collect;
mod lines;
mod scope;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use collect::Collector;
pub use lines::{Change, Unchanged};

use super::SourceFile;
use super::git::{Content, Entry, GitError, Repository};
use super::walk::{Found, Search};

/// Files that changed, and what each was before.
#[derive(Debug, Default)]
pub struct Changes {
    /// Those that can be reviewed. Those of no language that is known wait for [`Found::take_texts`].
    pub found: Found,
    /// By [`SourceFile::name`]. A file that is not here is new as a whole.
    pub earlier: HashMap<String, Earlier>,
    /// Files that are staged and count without being reviewed: those not asked for, and configuration.
    pub beside: Vec<SourceFile>,
}

/// A file as it was.
#[derive(Debug)]
pub struct Earlier {
    /// Its content, under the name that it has now.
    pub file: SourceFile,
    /// The lines that did not change since.
    pub unchanged: Unchanged,
}

/// Which changed files are asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// How files are found, in the repository that its folder lies in.
    pub search: Search<'a>,
    /// Files and folders, absolute; none stands for the whole repository.
    pub paths: &'a [PathBuf],
}

impl Changes {
    /// What the index holds that HEAD does not. Files have the content of the index.
    ///
    /// # Errors
    /// Where there is no repository, or `git` refuses.
    pub fn staged(request: Request<'_>) -> Result<Changes, GitError> {
        let repository = Repository::open(request.search.base)?;
        let entries = repository.staged(None)?;
        Collector::new(&request, &repository, false).collect(entries)
    }

    /// What the work tree holds that the common ancestor of HEAD and `reference` does not: commits, what is staged, what
    /// is not, and files that are neither tracked nor ignored.
    ///
    /// # Errors
    /// Where there is no repository or common ancestor, or `git` refuses.
    pub fn since(reference: &str, request: Request<'_>) -> Result<Changes, GitError> {
        let repository = Repository::open(request.search.base)?;
        let ancestor = repository.merge_base(reference)?;
        let mut entries: BTreeMap<PathBuf, Entry> = BTreeMap::new();
        for entry in repository.staged(Some(&ancestor))? {
            entries.insert(entry.path.clone(), entry);
        }
        let untracked = repository.untracked()?.into_iter().map(|path| Entry {
            path,
            old: Content::Absent,
            new: Content::WorkTree,
        });
        for entry in repository.unstaged()?.into_iter().chain(untracked) {
            match entries.get_mut(&entry.path) {
                Some(staged) => staged.new = entry.new,
                None => drop(entries.insert(entry.path.clone(), entry)),
            }
        }
        Collector::new(&request, &repository, true).collect(entries.into_values())
    }
}
