//! Finds the files below the paths of a review.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::{SkipReason, Skipped, SourceFile};
use crate::lang::Language;

/// Folders of code that others keep. Hidden folders are passed over anyway.
const VENDORED: [&str; 7] = [
    "node_modules",
    "vendor",
    "third_party",
    "site-packages",
    "venv",
    "virtualenv",
    "__pycache__",
];

/// Why a path could not be walked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct WalkError {
    /// The path.
    pub path: String,
    /// What the system said.
    pub message: String,
}

/// What was found below some paths.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to review: sorted, each once.
    pub files: Vec<SourceFile>,
    /// What was passed over: sorted.
    pub skipped: Vec<Skipped>,
    /// What could not be looked at.
    pub errors: Vec<WalkError>,
    /// Whether files of no known language are taken.
    any_text: bool,
}

/// Finds the files to review below `paths`, seen from the folder `base`.
///
/// Below folders, ignore files (`.gitignore`, `.ignore`, `.reviewerignore`) are honoured, and hidden and
/// vendored folders are passed over. A path that is named itself is taken even where it is hidden or ignored.
/// Files of no language that is known are taken as plain text where `any_text` asks for them.
pub fn find(paths: &[PathBuf], base: &Path, any_text: bool) -> Found {
    let mut found = Found {
        any_text,
        ..Found::default()
    };
    for path in paths {
        match std::fs::symlink_metadata(path) {
            Err(error) => found.error(path, error.to_string()),
            Ok(metadata) if metadata.is_dir() => found.walk(path, base),
            Ok(metadata) => found.named(path, base, &metadata),
        }
    }
    found.files.sort();
    found.files.dedup();
    found.skipped.sort();
    found.skipped.dedup();
    found
}

impl Found {
    pub(super) fn error(&mut self, path: &Path, message: String) {
        self.errors.push(WalkError {
            path: path.display().to_string(),
            message,
        });
    }

    fn language(&self, path: &Path) -> Option<Language> {
        language(path).or(self.any_text.then_some(Language::Regex))
    }

    pub(super) fn skip(&mut self, path: &Path, base: &Path, reason: SkipReason) {
        self.skipped.push(Skipped {
            name: name(path, base),
            reason,
        });
    }

    fn take(&mut self, path: &Path, base: &Path, language: Language) {
        self.files
            .push(SourceFile::on_disk(name(path, base), path, language));
    }

    /// A file that was named on the command line. A link is followed only to a file below `base`.
    fn named(&mut self, path: &Path, base: &Path, metadata: &std::fs::Metadata) {
        let mut target = path.to_owned();
        if metadata.is_symlink() {
            let below = |target: &PathBuf| {
                base.canonicalize()
                    .is_ok_and(|base| target.starts_with(base))
            };
            match path.canonicalize() {
                Ok(real) if below(&real) && real.is_file() => target = real,
                Ok(_) => return self.skip(path, base, SkipReason::Link),
                Err(error) => return self.error(path, error.to_string()),
            }
        } else if !metadata.is_file() {
            return self.skip(path, base, SkipReason::NotRegular);
        }
        match self.language(&target) {
            Some(language) => {
                self.files
                    .push(SourceFile::on_disk(name(path, base), target, language));
            }
            None => self.skip(path, base, SkipReason::Language),
        }
    }

    fn walk(&mut self, root: &Path, base: &Path) {
        let walk = WalkBuilder::new(root)
            .follow_links(false)
            .require_git(false)
            .add_custom_ignore_filename(".reviewerignore")
            .filter_entry(|entry| entry.depth() == 0 || !is_vendored(entry))
            .build();
        for entry in walk {
            match entry {
                Err(error) => self.error(root, error.to_string()),
                Ok(entry) => self.entry(&entry, base),
            }
        }
        self.vendored(root, base);
    }

    fn entry(&mut self, entry: &DirEntry, base: &Path) {
        let path = entry.path();
        let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else {
            return;
        };
        if kind.is_file() {
            if let Some(language) = self.language(path) {
                self.take(path, base, language);
            }
        } else if extension_language(path).is_some() {
            self.skip(
                path,
                base,
                if kind.is_symlink() {
                    SkipReason::Link
                } else {
                    SkipReason::NotRegular
                },
            );
        }
    }

    /// Notes the vendored folders, which the walk did not enter.
    fn vendored(&mut self, root: &Path, base: &Path) {
        let walk = WalkBuilder::new(root)
            .follow_links(false)
            .require_git(false)
            .filter_entry(|entry| {
                entry.file_type().is_some_and(|kind| kind.is_dir())
                    && entry
                        .path()
                        .parent()
                        .is_none_or(|parent| !has_vendored_name(parent))
            })
            .build();
        for entry in walk
            .flatten()
            .filter(|entry| entry.depth() > 0 && is_vendored(entry))
        {
            self.skip(entry.path(), base, SkipReason::Vendored);
        }
    }
}

fn is_vendored(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir()) && has_vendored_name(entry.path())
}

fn has_vendored_name(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| VENDORED.iter().any(|vendored| name == *vendored))
}

fn extension_language(path: &Path) -> Option<Language> {
    Language::from_extension(path.extension()?.to_str()?)
}

/// By extension; without one, by the `#!` line.
pub(crate) fn language(path: &Path) -> Option<Language> {
    if path.extension().is_some() {
        return extension_language(path);
    }
    let file = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
        .ok()?;
    let mut line = Vec::new();
    BufReader::new(file.take(256))
        .read_until(b'\n', &mut line)
        .ok()?;
    Language::from_shebang(std::str::from_utf8(&line).ok()?)
}

/// Whether a file may be of a language, for all that its name says.
pub(super) fn may_have_language(path: &Path) -> bool {
    path.extension().is_none() || extension_language(path).is_some()
}

/// The language of a file that has this text, wherever it is; plain text where none is known and `any_text` takes it.
pub(super) fn language_of_text(path: &Path, text: &str, any_text: bool) -> Option<Language> {
    let known = match path.extension() {
        Some(_) => extension_language(path),
        None => text.lines().next().and_then(Language::from_shebang),
    };
    known.or(any_text.then_some(Language::Regex))
}

/// The vendored folder that a path lies in, if any; the path is seen from where a walk would start.
pub(super) fn vendored_above(path: &Path) -> Option<&Path> {
    let folders = path.ancestors().skip(1);
    folders.filter(|folder| has_vendored_name(folder)).last()
}

/// Whether a walk would pass over a path, or a folder above it, since its name starts with a dot.
pub(super) fn is_hidden(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// The path relative to `base` where it lies below, with `/` between its parts.
pub(super) fn name(path: &Path, base: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<_> = relative
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts.join("/").replacen("//", "/", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_hidden_and_vendored_files_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for (file, text) in [
            ("a.py", ""),
            ("tool", "#!/usr/bin/env python3\n"),
            ("notes", "#!/bin/sh\n"),
            (".gitignore", "gen/\n"),
            ("gen/b.py", ""),
            (".hidden/c.py", ""),
            ("node_modules/d/d.py", ""),
            ("sub/e.java", ""),
        ] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", root.join("out.py")).unwrap();
        let found = find(&[root.to_owned()], root, false);
        let names: Vec<_> = found.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.py", "sub/e.java", "tool"]);
        let skipped: Vec<_> = found
            .skipped
            .iter()
            .map(|s| (s.name.as_str(), s.reason))
            .collect();
        assert_eq!(
            skipped,
            [
                ("node_modules", SkipReason::Vendored),
                ("out.py", SkipReason::Link)
            ]
        );
        let named = find(
            &[root.join(".hidden/c.py"), root.join("gone.py")],
            root,
            false,
        );
        assert_eq!((named.files.len(), named.errors.len()), (1, 1));
    }
}
