//! The files that changed: what is staged, or all that differs from where a branch started.

mod lines;
mod scope;

use std::collections::{BTreeMap, HashMap};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use lines::Unchanged;
use scope::Scope;

use super::git::{Blobs, Content, Entry, GitError, Repository};
use super::walk::{self, Found, language_of_text, name};
use super::{ReadError, SkipReason, SourceFile, open};

/// Files that changed, and what each was before.
#[derive(Debug, Default)]
pub struct Changes {
    /// Those that can be reviewed.
    pub found: Found,
    /// By [`SourceFile::name`]. A file that is not here is new as a whole.
    pub earlier: HashMap<String, Earlier>,
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
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The working folder, which names are relative to and whose repository is meant.
    pub base: &'a Path,
    /// Files and folders; none stands for the whole repository.
    pub paths: &'a [PathBuf],
    /// Whether files of no known language are taken, as plain text.
    pub any_text: bool,
}

impl Changes {
    /// What the index holds that HEAD does not. Files have the content of the index.
    ///
    /// # Errors
    /// Where there is no repository, or `git` refuses.
    pub fn staged(request: Request<'_>) -> Result<Changes, GitError> {
        let repository = Repository::open(request.base)?;
        let entries = repository.staged(None)?;
        Collector::new(request, &repository)?.collect(entries)
    }

    /// What the work tree holds that the common ancestor of HEAD and `reference` does not: commits, what is staged, what
    /// is not, and files that are neither tracked nor ignored.
    ///
    /// # Errors
    /// Where there is no repository or common ancestor, or `git` refuses.
    pub fn since(reference: &str, request: Request<'_>) -> Result<Changes, GitError> {
        let repository = Repository::open(request.base)?;
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
        let mut collector = Collector::new(request, &repository)?;
        collector.prefers_disk = true;
        collector.collect(entries.into_values())
    }
}

/// Reads the files of a difference.
struct Collector<'a> {
    request: Request<'a>,
    top: &'a Path,
    scope: Scope,
    blobs: Blobs,
    /// Whether a file is read from the work tree where it lies there.
    prefers_disk: bool,
    changes: Changes,
}

impl<'a> Collector<'a> {
    fn new(request: Request<'a>, repository: &'a Repository) -> Result<Collector<'a>, GitError> {
        Ok(Collector {
            request,
            top: &repository.top,
            scope: Scope::new(request.paths),
            blobs: Blobs::open(repository)?,
            prefers_disk: false,
            changes: Changes::default(),
        })
    }

    fn collect(mut self, entries: impl IntoIterator<Item = Entry>) -> Result<Changes, GitError> {
        for entry in entries {
            let path = self.top.join(&entry.path);
            if self.scope.takes(&path) && !self.passes_over(&entry, &path) {
                self.entry(&entry, &path)?;
            }
        }
        let Changes { found, earlier } = &mut self.changes;
        for path in self.scope.unmet() {
            if let Err(error) = std::fs::symlink_metadata(path) {
                found.error(path, error.to_string());
            }
        }
        found.files.sort();
        found.skipped.sort();
        found.skipped.dedup();
        // Two names that are no UTF-8 may read the same; which lines changed is then not known of either.
        for pair in found.files.windows(2) {
            if pair[0].name == pair[1].name {
                earlier.remove(&pair[0].name);
            }
        }
        Ok(self.changes)
    }

    /// Whether a walk would pass over the file, which is noted where it lies in a vendored folder.
    fn passes_over(&mut self, entry: &Entry, path: &Path) -> bool {
        if self.scope.names(path) {
            return false;
        }
        if let Some(folder) = walk::vendored_above(&entry.path) {
            let folder = self.top.join(folder);
            self.skip(&folder, SkipReason::Vendored);
            return true;
        }
        walk::is_hidden(&entry.path)
    }

    fn skip(&mut self, path: &Path, reason: SkipReason) {
        self.changes.found.skip(path, self.request.base, reason);
    }

    fn entry(&mut self, entry: &Entry, path: &Path) -> Result<(), GitError> {
        let any_text = self.request.any_text;
        if entry.old == entry.new || !(any_text || walk::may_have_language(path)) {
            return Ok(());
        }
        let (text, on_disk) = match &entry.new {
            Content::Absent | Content::Submodule => return Ok(()),
            Content::Link => (Err(ReadError::Skip(SkipReason::Link)), false),
            Content::Blob(id) => self.blob(id, path)?,
            Content::WorkTree => (open::read(path), true),
        };
        match text {
            Ok(text) => {
                if let Some(language) = language_of_text(path, &text, any_text) {
                    let name = name(path, self.request.base);
                    let mut file = SourceFile::on_disk(name, path, language);
                    if !on_disk {
                        file.text = Some(text.as_str().into());
                    }
                    self.file(entry, file, &text)?;
                }
            }
            // Without an extension, there was nothing to say that it is source.
            Err(ReadError::Skip(reason)) if any_text || path.extension().is_some() => {
                self.skip(path, reason);
            }
            Err(ReadError::Skip(_)) => {}
            Err(ReadError::Io(error)) => self.changes.found.error(path, error.to_string()),
        }
        Ok(())
    }

    /// The content of a file that is as in the index, and whether it is that of the disk.
    fn blob(
        &mut self,
        id: &str,
        path: &Path,
    ) -> Result<(Result<String, ReadError>, bool), GitError> {
        if self.prefers_disk {
            match open::read(path) {
                // Left out of a sparse work tree.
                Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotFound => {}
                text => return Ok((text, true)),
            }
        }
        Ok((self.blobs.text(id)?, false))
    }

    /// Takes a file, and what it was before, unless nothing but its time changed.
    fn file(&mut self, entry: &Entry, file: SourceFile, text: &str) -> Result<(), GitError> {
        let old = match &entry.old {
            Content::Blob(id) => self.blobs.text(id)?,
            _ => Err(ReadError::Skip(SkipReason::NotRegular)),
        };
        match old {
            Ok(old) if old == text => return Ok(()),
            Ok(old) => {
                let earlier = Earlier {
                    unchanged: Unchanged::between(&old, text),
                    file: SourceFile {
                        text: Some(old.into()),
                        ..file.clone()
                    },
                };
                self.changes.earlier.insert(file.name.clone(), earlier);
            }
            // Without a text that it was, it is new as a whole.
            Err(ReadError::Skip(_)) => {}
            Err(ReadError::Io(error)) => self.changes.found.error(&file.path, error.to_string()),
        }
        self.changes.found.files.push(file);
        Ok(())
    }
}
