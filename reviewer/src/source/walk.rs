//! Finds the files below the paths of a review.

use std::fs::{FileType, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use super::below::each;
use super::ignores::{Ignores, Said};
use super::{ReadError, SkipReason, Skipped, SourceFile};
use crate::configuration::is_configuration;
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
    /// Files of configuration: sorted, each once. They are for what code reads, ignored and hidden ones included, and
    /// are not reviewed as such.
    pub configuration: Vec<SourceFile>,
    /// The folders that were entered, and the files that were read to decide what to pass over: while none of them
    /// changes, the same is found.
    pub basis: Vec<PathBuf>,
    /// Files of no language that is known, which a rule may search as plain text. Whether they were named.
    pub(crate) texts: Vec<(SourceFile, bool)>,
}

/// Finds the files to review below `paths`, seen from the folder `base`.
///
/// Below folders, ignore files (`.gitignore`, `.ignore`, `.semgrepignore`, `.reviewerignore`) are honoured, and
/// hidden and vendored folders are passed over. A path that is named itself is taken even where it is hidden or
/// ignored. Files of no language that is known are taken as plain text where `any_text` asks for them.
pub fn find(paths: &[PathBuf], base: &Path, any_text: bool) -> Found {
    let search = Search {
        base,
        force_exclude: false,
        exclude: &|_, _| None,
    };
    let mut found = search.find(paths);
    found.take_texts(any_text);
    found
}

/// How files are found.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// The folder that names are relative to.
    pub base: &'a Path,
    /// Whether paths that are named are passed over like those that are come upon.
    pub force_exclude: bool,
    /// What else excludes a path, which may be a folder.
    pub exclude: &'a dyn Fn(&Path, bool) -> Option<String>,
}

impl Search<'_> {
    /// Finds the files below `paths`. Those of no language that is known wait for [`Found::take_texts`].
    pub fn find(&self, paths: &[PathBuf]) -> Found {
        let mut walk = self.start();
        for path in paths {
            match path.symlink_metadata() {
                Err(error) => walk.found.error(path, &error),
                Ok(metadata) => walk.named(path, &metadata),
            }
        }
        walk.finish()
    }

    /// Why a walk from the root of the repository would not come upon `path`.
    pub fn passed_over(&self, path: &Path) -> Option<String> {
        let walk = self.start();
        walk.refuses_on_the_way(path).map(|(_, why)| why)
    }

    /// The root of the repository that the working folder lies in.
    pub fn repository(&self) -> Option<PathBuf> {
        Ignores::new().with_folder(self.base, |folder| folder.repository().map(Path::to_owned))
    }

    /// A search of nothing yet.
    pub(super) fn start(&self) -> Walk<'_> {
        Walk {
            search: *self,
            ignores: Ignores::new(),
            found: Found::default(),
        }
    }
}

impl Found {
    /// The files to review, and those that may turn out to be.
    pub fn candidates(&self) -> impl Iterator<Item = &SourceFile> {
        self.files
            .iter()
            .chain(self.texts.iter().map(|(file, _)| file))
    }

    /// Takes the files of no language that is known as plain text, or passes them over.
    pub fn take_texts(&mut self, wanted: bool) {
        for (file, named) in std::mem::take(&mut self.texts) {
            if wanted {
                self.files.push(file);
            } else if named {
                self.skipped.push(Skipped {
                    name: file.name,
                    reason: SkipReason::Language,
                });
            }
        }
        for list in [&mut self.files, &mut self.configuration] {
            list.sort();
            list.dedup();
        }
        self.skipped.sort();
        self.skipped.dedup();
    }

    pub(super) fn error(&mut self, path: &Path, error: &io::Error) {
        self.errors.push(WalkError {
            path: path.display().to_string(),
            message: error.to_string(),
        });
    }
}

/// A search under way.
pub(super) struct Walk<'a> {
    pub(super) search: Search<'a>,
    ignores: Ignores,
    pub(super) found: Found,
}

impl Walk<'_> {
    pub(super) fn skip(&mut self, path: &Path, reason: SkipReason) {
        self.found.skipped.push(Skipped {
            name: name(path, self.search.base),
            reason,
        });
    }

    /// Whether a file is configuration, by its name, and the settings do not exclude it.
    fn is_configuration(&self, path: &Path) -> bool {
        is_configuration(path) && (self.search.exclude)(path, false).is_none()
    }

    fn configure(&mut self, shown: &Path, path: &Path) {
        let name = name(shown, self.search.base);
        let file = SourceFile::on_disk(name, path, Language::Regex);
        self.found.configuration.push(file);
    }

    fn take(&mut self, shown: &Path, path: &Path, named: bool) {
        if is_configuration(path) {
            self.configure(shown, path);
        }
        if path.extension().is_none() {
            self.found.basis.push(path.to_owned());
        }
        let name = name(shown, self.search.base);
        match language(path) {
            Some(language) => {
                let file = SourceFile::on_disk(name, path, language);
                self.found.files.push(file);
            }
            None => {
                let file = SourceFile::on_disk(name, path, Language::Regex);
                self.found.texts.push((file, named));
            }
        }
    }

    /// A path of the command line. A link is followed only to a file below the working folder.
    fn named(&mut self, path: &Path, metadata: &Metadata) {
        if self.search.force_exclude
            && let Some((reason, _)) = self.refuses_on_the_way(path)
        {
            return self.skip(path, reason);
        }
        if metadata.is_dir() {
            self.below(path);
        } else if metadata.is_symlink() {
            let base = self.search.base.canonicalize();
            let below = |real: &Path| base.is_ok_and(|base| real.starts_with(base));
            match path.canonicalize() {
                Ok(real) if below(&real) && real.is_file() => self.take(path, &real, true),
                Ok(_) => self.skip(path, SkipReason::Link),
                Err(error) => self.found.error(path, &error),
            }
        } else if metadata.is_file() {
            self.take(path, path, true);
        } else {
            self.skip(path, SkipReason::NotRegular);
        }
    }

    fn below(&mut self, folder: &Path) {
        self.found.basis.push(folder.to_owned());
        let mut errors = Vec::new();
        let mut visit = |path: &Path, kind: FileType| self.visit(path, kind);
        each(folder, &mut visit, &mut |path, error| {
            errors.push((path.to_owned(), error));
        });
        for (path, error) in errors {
            self.found.error(&path, &error);
        }
    }

    /// Takes or passes over what was come upon. Returns whether it is a folder to enter.
    fn visit(&mut self, path: &Path, kind: FileType) -> bool {
        match self.refuses(path, kind.is_dir()) {
            Some((SkipReason::Vendored, _)) => self.skip(path, SkipReason::Vendored),
            // Code reads it all the same.
            Some(_) if kind.is_file() && self.is_configuration(path) => self.configure(path, path),
            Some(_) => {}
            None if kind.is_dir() => {
                self.found.basis.push(path.to_owned());
                return true;
            }
            None if kind.is_file() => self.take(path, path, false),
            None if extension_language(path).is_none() => {}
            None if kind.is_symlink() => self.skip(path, SkipReason::Link),
            None => self.skip(path, SkipReason::NotRegular),
        }
        false
    }

    /// Why a path is passed over by a walk that has entered its folder.
    fn refuses(&self, path: &Path, is_folder: bool) -> Option<(SkipReason, String)> {
        let name = path.file_name()?.to_string_lossy();
        match self.ignores.say(path, is_folder) {
            Said::Ignored(why) => return Some((SkipReason::Excluded, why)),
            Said::Nothing if name.starts_with('.') => {
                return Some((SkipReason::Excluded, format!("`{name}` is hidden")));
            }
            Said::Nothing | Said::Kept => {}
        }
        if is_folder && VENDORED.contains(&&*name) {
            return Some((
                SkipReason::Vendored,
                format!("`{name}` is a vendored folder"),
            ));
        }
        let excluded = (self.search.exclude)(path, is_folder);
        excluded.map(|why| (SkipReason::Excluded, why))
    }

    /// Why a walk that starts at the root of the repository would not come upon a path. Without a repository it
    /// starts at the working folder, or at the folder of the path where that lies elsewhere.
    pub(super) fn refuses_on_the_way(&self, path: &Path) -> Option<(SkipReason, String)> {
        let (folder, name) = (path.parent()?, path.file_name()?);
        let (path, root) = self.ignores.with_folder(folder, |folder| {
            let base = self.search.base.canonicalize().ok();
            let base = base.filter(|base| folder.path.starts_with(base));
            let root = folder.repository().map(Path::to_owned).or(base);
            (folder.path.join(name), root.unwrap_or(folder.path.clone()))
        });
        let mut way: Vec<_> = path.ancestors().take_while(|path| *path != root).collect();
        way.reverse();
        way.iter()
            .find_map(|step| self.refuses(step, *step != path || path.is_dir()))
    }

    pub(super) fn finish(self) -> Found {
        let mut found = self.found;
        let (looked_at, refused) = self.ignores.finish();
        found.basis.extend(looked_at);
        for (path, error) in refused {
            match error {
                ReadError::Skip(reason) => found.skipped.push(Skipped {
                    name: name(&path, self.search.base),
                    reason,
                }),
                ReadError::Io(error) => found.error(&path, &error),
            }
        }
        found
    }
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

/// Whether the name of a file says its language.
pub(super) fn has_language(path: &Path) -> bool {
    extension_language(path).is_some()
}

/// The language of a file that has this text, wherever it is.
pub(super) fn language_of_text(path: &Path, text: &str) -> Option<Language> {
    match path.extension() {
        Some(_) => extension_language(path),
        None => text.lines().next().and_then(Language::from_shebang),
    }
}

/// The path relative to `base` where it lies below, with `/` between its parts.
pub(crate) fn name(path: &Path, base: &Path) -> String {
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
            (".env", ""),
            ("gen/lost.properties", ""),
            ("sub/.gitignore", "local.ini"),
            ("sub/local.ini", ""),
        ] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", root.join("out.py")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", root.join("out.env")).unwrap();
        let found = find(&[root.to_owned()], root, false);
        let names: Vec<_> = found.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.py", "sub/e.java", "tool"]);
        let configuration = found.configuration.iter().map(|file| file.name.as_str());
        assert_eq!(configuration.collect::<Vec<_>>(), [".env", "sub/local.ini"]);
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
        let search = Search {
            base: root,
            force_exclude: true,
            exclude: &|path, _| path.ends_with("sub").then(|| "excluded".into()),
        };
        let files = [
            ".hidden/c.py",
            "gen/b.py",
            "node_modules/d/d.py",
            "sub/e.java",
            "a.py",
        ];
        let forced = search.find(&files.map(|file| root.join(file)));
        let reasons: Vec<_> = forced.skipped.iter().map(|s| s.reason).collect();
        use SkipReason::{Excluded, Vendored};
        assert_eq!(reasons, [Excluded, Excluded, Vendored, Excluded]);
        assert_eq!(forced.files.len(), 1);
    }

    #[test]
    fn an_ignore_file_that_is_a_pipe_does_not_block() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join(".gitignore");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let found = find(&[dir.path().to_owned()], dir.path(), false);
        assert_eq!(found.skipped[0].reason, SkipReason::NotRegular);
        assert_eq!(found.skipped[0].name, ".gitignore");
    }
}
