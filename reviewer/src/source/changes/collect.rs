//! Reads the files of a difference, as they are and as they were.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::scope::Scope;
use super::{Changes, Earlier, Request, Unchanged};
use crate::configuration::is_configuration;
use crate::lang::Language;
use crate::source::git::{Blobs, Content, Entry, GitError, Repository};
use crate::source::walk::{Walk, has_language, language, language_of_text, name};
use crate::source::{ReadError, SkipReason, SourceFile, read};

/// Files of a difference, read one after the other.
pub(super) struct Collector<'a> {
    top: &'a Path,
    /// Whether a file is read from the work tree where it lies there.
    prefers_disk: bool,
    scope: Scope,
    blobs: Blobs<'a>,
    walk: Walk<'a>,
    earlier: HashMap<String, Earlier>,
    beside: Vec<SourceFile>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(
        request: &'a Request<'a>,
        repository: &'a Repository,
        prefers_disk: bool,
    ) -> Collector<'a> {
        Collector {
            top: &repository.top,
            prefers_disk,
            scope: Scope::new(request.paths),
            blobs: Blobs::new(repository),
            walk: request.search.start(),
            earlier: HashMap::new(),
            beside: Vec::new(),
        }
    }

    pub(super) fn collect(
        mut self,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Result<Changes, GitError> {
        for entry in entries {
            let path = self.top.join(&entry.path);
            let is_asked_for = self.scope.takes(&path);
            if is_asked_for && self.may_be_source(&entry, &path) {
                self.entry(&entry, &path)?;
            }
            if !is_asked_for || is_configuration(&path) {
                self.beside(&entry, path)?;
            }
        }
        for path in self.scope.unmet() {
            if let Err(error) = path.symlink_metadata() {
                self.walk.found.error(path, &error);
            }
        }
        let (mut found, mut earlier) = (self.walk.finish(), self.earlier);
        found.files.sort();
        found.skipped.sort();
        // Two names that are no UTF-8 may read the same; which lines changed is then not known of either.
        for pair in found.files.windows(2) {
            if pair[0].name == pair[1].name {
                earlier.remove(&pair[0].name);
            }
        }
        Ok(Changes {
            found,
            earlier,
            beside: self.beside,
        })
    }

    /// Keeps the content of a file that is not reviewed, where that is not the one of the disk.
    fn beside(&mut self, entry: &Entry, path: PathBuf) -> Result<(), GitError> {
        let language =
            language(&path).or_else(|| is_configuration(&path).then_some(Language::Regex));
        if let Content::Blob(id) = &entry.new
            && !self.prefers_disk
            && let Some(language) = language
            && let Ok(text) = self.blobs.text(id)?
        {
            let name = name(&path, self.walk.search.base);
            self.beside.push(SourceFile {
                text: Some(text.into()),
                ..SourceFile::on_disk(name, path, language)
            });
        }
        Ok(())
    }

    /// Whether a walk would take a file of this name that is there and has other content than it had.
    fn may_be_source(&mut self, entry: &Entry, path: &Path) -> bool {
        if matches!(entry.new, Content::Absent | Content::Submodule) || entry.new == entry.old {
            return false;
        }
        let named = self.scope.names(path);
        if named && !self.walk.search.force_exclude {
            return true;
        }
        match self.walk.refuses_on_the_way(path) {
            None => return true,
            Some((SkipReason::Excluded, _)) if !named => {}
            Some((reason, _)) => self.walk.skip(path, reason),
        }
        false
    }

    fn entry(&mut self, entry: &Entry, path: &Path) -> Result<(), GitError> {
        let (text, on_disk) = self.text(entry, path)?;
        match text {
            Ok(text) => {
                let language = language_of_text(path, &text);
                let name = name(path, self.walk.search.base);
                let mut file = SourceFile::on_disk(name, path, language.unwrap_or(Language::Regex));
                if !on_disk {
                    file.text = Some(text.as_str().into());
                }
                self.take(entry, file, &text, language.is_some())?;
            }
            // There was nothing to say that it is source.
            Err(ReadError::Skip(_)) if !has_language(path) => {}
            Err(ReadError::Skip(reason)) => self.walk.skip(path, reason),
            Err(ReadError::Io(error)) => self.walk.found.error(path, &error),
        }
        Ok(())
    }

    /// The content that a file has now, and whether it is that of the disk.
    fn text(
        &mut self,
        entry: &Entry,
        path: &Path,
    ) -> Result<(Result<String, ReadError>, bool), GitError> {
        match &entry.new {
            Content::Blob(id) if !self.prefers_disk => Ok((self.blobs.text(id)?, false)),
            Content::Blob(id) => match read(path) {
                // Left out of a sparse work tree.
                Err(ReadError::Io(error)) if error.kind() == ErrorKind::NotFound => {
                    Ok((self.blobs.text(id)?, false))
                }
                text => Ok((text, true)),
            },
            Content::WorkTree => Ok((read(path), true)),
            _ => Ok((Err(ReadError::Skip(SkipReason::Link)), false)),
        }
    }

    /// Takes a file, and what it was before, unless nothing but its time changed.
    fn take(
        &mut self,
        entry: &Entry,
        file: SourceFile,
        text: &str,
        is_source: bool,
    ) -> Result<(), GitError> {
        if let Content::Blob(id) = &entry.old {
            match self.blobs.text(id)? {
                Ok(old) if old == text => return Ok(()),
                Ok(old) => {
                    let earlier = Earlier {
                        unchanged: Unchanged::between(&old, text),
                        file: SourceFile {
                            text: Some(old.into()),
                            ..file.clone()
                        },
                    };
                    self.earlier.insert(file.name.clone(), earlier);
                }
                // What was no source text is new as a whole.
                Err(ReadError::Skip(_)) => {}
                Err(ReadError::Io(error)) => self.walk.found.error(&file.path, &error),
            }
        }
        match is_source {
            true => self.walk.found.files.push(file),
            false => self.walk.found.texts.push((file, false)),
        }
        Ok(())
    }
}
