//! Ignore files: `.gitignore` and those that are written like it.
//!
//! They come with the repository under review, so they are opened as carefully as sources are.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};

use super::folders::{Folder, Folders};
use super::{ReadError, read};

/// The ignore files of a folder, relative to it. Later ones win, whichever folder they lie in.
const NAMES: [&str; 5] = [EXCLUDE, ".gitignore", ".ignore", SEMGREP, ".reviewerignore"];
const EXCLUDE: &str = ".git/info/exclude";
const SEMGREP: &str = ".semgrepignore";

/// The ignore files of folders.
pub(super) struct Ignores {
    folders: Folders<Lists>,
    /// The one of the user.
    global: Gitignore,
    /// What it depends on, besides the folders that were asked about.
    looked_at: Mutex<Vec<PathBuf>>,
    refused: Mutex<Vec<(PathBuf, ReadError)>>,
}

/// In the order of [`NAMES`].
type Lists = [Option<Gitignore>; NAMES.len()];

/// What ignore files say of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    /// Ignored, by a pattern of a file.
    Ignored(String),
    /// Kept in spite of other patterns: `!name`.
    Kept,
}

impl Ignores {
    pub(super) fn new() -> Ignores {
        Ignores {
            folders: Folders::default(),
            global: Gitignore::global().0,
            looked_at: Mutex::new(gitconfig_excludes_path().into_iter().collect()),
            refused: Mutex::default(),
        }
    }

    /// The folder of this path.
    pub(super) fn with_folder<R>(&self, folder: &Path, ask: impl Fn(&Folder<Lists>) -> R) -> R {
        let look = |path: &Path, above: Option<&Folder<Lists>>| self.look(path, above);
        ask(&self.folders.get(folder, &look))
    }

    /// What the files of its folder, and of those above, say of a path.
    pub(super) fn say(&self, path: &Path, is_folder: bool) -> Said {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Said::Nothing;
        };
        self.with_folder(folder, |folder| {
            let path = folder.path.join(name);
            let lists = (0..NAMES.len()).rev();
            lists
                .flat_map(|list| folder.chain().filter_map(move |f| f.holds[list].as_ref()))
                .chain([&self.global])
                .map(|list| said(list, &path, is_folder))
                .find(|said| *said != Said::Nothing)
                .unwrap_or(Said::Nothing)
        })
    }

    /// The folders and files that it depends on, and the ignore files that could not be read.
    pub(super) fn finish(self) -> (Vec<PathBuf>, Vec<(PathBuf, ReadError)>) {
        let looked_at = self.looked_at.into_inner();
        let refused = self.refused.into_inner();
        (
            looked_at.unwrap_or_else(PoisonError::into_inner),
            refused.unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn look(&self, folder: &Path, above: Option<&Folder<Lists>>) -> Lists {
        if above.is_none() {
            // It may come to be there without a change of the folder.
            self.note(&folder.join(EXCLUDE));
        }
        self.note(folder);
        NAMES.map(|name| {
            let file = folder.join(name);
            let text = self.read(&file)?;
            let mut list = GitignoreBuilder::new(folder);
            for line in text.lines() {
                match line.strip_prefix(":include ").filter(|_| name == SEMGREP) {
                    Some(named) => self.include(named.trim(), folder, above, &mut list),
                    None => add(&mut list, &file, line),
                }
            }
            list.build().ok()
        })
    }

    /// Adds the lines of a file that a `.semgrepignore` includes, if that lies in the same repository.
    fn include(
        &self,
        name: &str,
        folder: &Path,
        above: Option<&Folder<Lists>>,
        list: &mut GitignoreBuilder,
    ) {
        let root = above.and_then(Folder::repository).unwrap_or(folder);
        let real = folder.join(name).canonicalize();
        let Some(file) = real.ok().filter(|file| file.starts_with(root)) else {
            return;
        };
        for line in self.read(&file).unwrap_or_default().lines() {
            add(list, &file, line);
        }
    }

    fn note(&self, path: &Path) {
        let mut looked_at = self
            .looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        looked_at.push(path.to_owned());
    }

    fn read(&self, file: &Path) -> Option<String> {
        match read(file) {
            Ok(text) => {
                self.note(file);
                Some(text)
            }
            Err(ReadError::Io(error)) if is_absence(&error) => None,
            Err(error) => {
                self.note(file);
                let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
                refused.push((file.to_owned(), error));
                None
            }
        }
    }
}

/// Where `.git` is a file, there is nothing below it.
fn is_absence(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// As in git, a line that is no pattern matches nothing.
fn add(list: &mut GitignoreBuilder, file: &Path, line: &str) {
    let _ = list.add_line(Some(file.to_owned()), line);
}

fn said(list: &Gitignore, path: &Path, is_folder: bool) -> Said {
    match list.matched(path, is_folder) {
        Match::None => Said::Nothing,
        Match::Whitelist(_) => Said::Kept,
        Match::Ignore(glob) => {
            let file = glob.from().and_then(Path::file_name).unwrap_or_default();
            Said::Ignored(format!(
                "ignored by `{}` in {}",
                glob.original(),
                file.to_string_lossy()
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(files: &[(&str, &str)], path: &str) -> Said {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let file = dir.path().join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Ignores::new().say(&dir.path().join(path), false)
    }

    #[test]
    fn the_reviewers_own_file_wins_and_then_the_nearest() {
        let git = (".gitignore", "*.gen.py\n");
        let ignored = Said::Ignored("ignored by `*.gen.py` in .gitignore".into());
        assert_eq!(said_of(&[git], "sub/a.gen.py"), ignored);
        assert_eq!(said_of(&[git], "sub/a.py"), Said::Nothing);
        let kept = [git, ("sub/.gitignore", "!a.gen.py\n")];
        assert_eq!(said_of(&kept, "sub/a.gen.py"), Said::Kept);
        let own = [kept[0], kept[1], (".reviewerignore", "a.*\n")];
        assert_ne!(said_of(&own, "sub/a.gen.py"), Said::Kept);
    }

    #[test]
    fn semgrepignore_includes_what_lies_in_the_repository() {
        let include = (".semgrepignore", ":include lists/more\n");
        let more = ("lists/more", "a.py\n");
        let ignored = Said::Ignored("ignored by `a.py` in more".into());
        assert_eq!(said_of(&[include, more], "a.py"), ignored);
        let outside = ("sub/.semgrepignore", ":include ../lists/more\n");
        assert_eq!(said_of(&[outside, more], "sub/a.py"), Said::Nothing);
        let inside = [outside, more, (".git/HEAD", "")];
        assert_eq!(said_of(&inside, "sub/a.py"), ignored);
    }
}
