//! The facts of all files of a project, kept together.
//!
//! Reading and hashing every file of a project takes too long for a hook. So, as git does, a file whose stamp is the one
//! of last time is taken to be what it was; unless it changed so shortly before it was looked at that it may have
//! changed again unnoticed: that one is read. The key of an index is a hash of what facts depend on besides the files: the
//! engine, the rules, and where the project lies. On the configuration of the project, some files depend and others do not.
//!
//! ```text
//! hash of the key and the list | length of the list | list: path, stamp, hash of the text, where its facts are | facts | facts ...
//! ```

mod stamp;
mod walk;

use std::path::{Path, PathBuf};
use std::{fs, io};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::cache::{self, SEAL, Seal, seal, seal_at};
use crate::flow::facts::FileFacts;
use crate::tree::{TextRange, may_read};
use stamp::{Stamp, Time};
pub(super) use walk::files;

/// That many files are read in each run before the index is written anew.
const WORTH_WRITING: usize = 16;
/// Bytes of the length of the list.
const LENGTH: usize = 8;

/// What a file contributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Contribution {
    /// What is in it; nothing where it takes no part.
    pub(super) facts: Option<Box<FileFacts>>,
    /// Where its secrets stand.
    pub(super) secrets: Vec<TextRange>,
    /// Whether that is all of it.
    pub(super) is_complete: bool,
}

/// Facts of earlier runs.
pub(super) struct Index {
    path: PathBuf,
    entries: FxHashMap<String, Entry>,
    bytes: Vec<u8>,
}

/// What is known of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    stamp: Stamp,
    /// When the stamp was taken, before the file was read.
    seen: Time,
    /// Of the text.
    text: Seal,
    /// Of the rules that run on it.
    selection: Seal,
    /// Of the project's configuration, where the file may read that.
    configuration: Option<[u8; 32]>,
    /// Where its contribution is, from the start of the first one.
    start: u64,
    length: u64,
    /// Of the contribution.
    seal: Seal,
}

/// What is kept of a file for the next time.
pub(super) struct Kept {
    entry: Entry,
    /// The contribution as it is written, where it is new.
    made: Option<Vec<u8>>,
    /// What it saves the next time, in files that are read and looked up.
    saves: usize,
}

/// A file that is asked for.
pub(super) struct Asked<'a> {
    /// Its path in the project.
    pub(super) name: &'a str,
    /// Where it is.
    pub(super) path: &'a Path,
    /// Of the rules that run on it.
    pub(super) selection: Seal,
    /// Of the project's configuration.
    pub(super) configuration: [u8; 32],
}

impl Index {
    /// The index at `path`; an empty one where there is none that is whole.
    pub(super) fn open(path: PathBuf) -> Index {
        let (entries, bytes) = read(&path).unwrap_or_default();
        Index {
            path,
            entries,
            bytes,
        }
    }

    /// What a file contributes, and what is kept of it; nothing where the system tells nothing of it. `read` gives its text,
    /// and `make` looks at it.
    pub(super) fn get<T: AsRef<str>>(
        &self,
        asked: &Asked<'_>,
        read: impl FnOnce() -> T,
        make: impl FnOnce(T) -> Contribution,
    ) -> Option<(Contribution, Kept)> {
        // What changes from here on has another stamp the next time.
        let seen = Time::now();
        let stamp = Stamp::of(asked.path).ok()?;
        let known = self.entries.get(asked.name);
        let known = known.filter(|entry| entry.is_for(asked));
        let settled = known.filter(|entry| entry.stamp == stamp && stamp.is_settled(entry.seen));
        if let Some(entry) = settled
            && let Some(contribution) = self.contribution(entry)
        {
            return Some((contribution, Kept::new(entry.clone(), None, 0)));
        }
        let content = read();
        let text = seal(content.as_ref().as_bytes());
        let same = known.filter(|entry| entry.text == text);
        if let Some(entry) = same
            && let Some(contribution) = self.contribution(entry)
        {
            let entry = Entry {
                stamp,
                seen,
                ..entry.clone()
            };
            return Some((contribution, Kept::new(entry, None, 1)));
        }
        let configuration = may_read(content.as_ref()).then_some(asked.configuration);
        let contribution = make(content);
        let made = postcard::to_stdvec(&contribution).ok()?;
        let entry = Entry {
            stamp,
            seen,
            text,
            selection: asked.selection,
            configuration,
            start: 0,
            length: made.len() as u64,
            seal: seal(&made),
        };
        // What is not complete is kept here alone; what is broken stays so until it is written.
        let saves = match contribution.is_complete && same.is_none() {
            true => 1,
            false => WORTH_WRITING,
        };
        Some((contribution, Kept::new(entry, Some(made), saves)))
    }

    /// What is stored for an entry, where that is whole.
    fn contribution(&self, entry: &Entry) -> Option<Contribution> {
        let bytes = self.stored(entry)?;
        let is_whole = seal(bytes) == entry.seal;
        is_whole.then(|| postcard::from_bytes(bytes).ok())?
    }

    fn stored(&self, entry: &Entry) -> Option<&[u8]> {
        let start = usize::try_from(entry.start).ok()?;
        let end = start.checked_add(usize::try_from(entry.length).ok()?)?;
        self.bytes.get(start..end)
    }

    /// Keeps what is known of files, by their paths in the project, where enough of that is new. Files of last time that
    /// were not asked for stay, as far as `exists` says that they do.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn keep(
        &self,
        files: &[(&str, Kept)],
        exists: impl Fn(&str) -> bool,
    ) -> io::Result<()> {
        let saved: usize = files.iter().map(|(_, kept)| kept.saves).sum();
        if saved == 0 || saved < WORTH_WRITING && !self.entries.is_empty() {
            return Ok(());
        }
        let asked: FxHashSet<&str> = files.iter().map(|(name, _)| *name).collect();
        let stays = |name: &str| !asked.contains(name) && exists(name);
        let others = self.entries.iter().filter(|(name, _)| stays(name));
        let others = others.map(|(name, entry)| (name.as_str(), entry, self.stored(entry)));
        let files = files.iter().map(|(name, kept)| {
            let stored = || self.stored(&kept.entry);
            (*name, &kept.entry, kept.made.as_deref().or_else(stored))
        });
        let mut list = Vec::new();
        let mut contributions: Vec<&[u8]> = Vec::new();
        let mut start = 0;
        for (name, entry, bytes) in files.chain(others) {
            let bytes = bytes.unwrap_or_default();
            let entry = entry.clone();
            list.push((name, Entry { start, ..entry }));
            contributions.push(bytes);
            start += bytes.len() as u64;
        }
        let list = postcard::to_stdvec(&list).map_err(io::Error::other)?;
        let head = [&(list.len() as u64).to_le_bytes(), &*list].concat();
        let seal = seal_at(&self.path, &head);
        let parts = [&[&seal, &*head], &*contributions].concat();
        cache::write_parts(&self.path, &parts)
    }
}

impl Entry {
    /// Whether it holds for what is asked, besides the file.
    fn is_for(&self, asked: &Asked<'_>) -> bool {
        let mut configuration = self.configuration.iter();
        self.selection == asked.selection && configuration.all(|one| *one == asked.configuration)
    }
}

impl Kept {
    fn new(entry: Entry, made: Option<Vec<u8>>, saves: usize) -> Kept {
        Kept { entry, made, saves }
    }
}

/// The list of an index that is whole, and what follows it.
fn read(path: &Path) -> Option<(FxHashMap<String, Entry>, Vec<u8>)> {
    let mut bytes = fs::read(path).ok()?;
    let (sealed, rest) = bytes.split_at_checked(SEAL)?;
    let length = u64::from_le_bytes(*rest.first_chunk()?);
    let end = LENGTH.checked_add(usize::try_from(length).ok()?)?;
    let head = rest.get(..end)?;
    if seal_at(path, head) != sealed {
        return None;
    }
    let list: Vec<(String, Entry)> = postcard::from_bytes(&head[LENGTH..]).ok()?;
    cache::used(path);
    bytes.drain(..SEAL + end);
    Some((list.into_iter().collect(), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::facts::Word;

    fn facts(word: &str) -> Contribution {
        let facts = FileFacts {
            words: vec![word.into()],
            package: Some(Word(0)),
            ..FileFacts::default()
        };
        Contribution {
            facts: Some(Box::new(facts)),
            secrets: Vec::new(),
            is_complete: true,
        }
    }

    /// A folder with an index of a file that has not changed for long.
    struct Lab {
        folder: tempfile::TempDir,
    }

    impl Lab {
        fn new() -> Lab {
            let folder = tempfile::tempdir().unwrap();
            Lab { folder }
        }

        fn index(&self) -> PathBuf {
            self.folder.path().join("00/index")
        }

        /// Asks for `a.py`. Returns what it contributes, and whether it was looked at.
        fn ask(&self, text: &str, seal: u8) -> (Contribution, bool) {
            self.ask_with(text, seal, 0)
        }

        /// The same in a project with a configuration.
        fn ask_with(&self, text: &str, seal: u8, configuration: u8) -> (Contribution, bool) {
            let path = self.folder.path().join("a.py");
            if fs::read_to_string(&path).ok().as_deref() != Some(text) {
                fs::write(&path, text).unwrap();
            }
            let asked = Asked {
                name: "a.py",
                path: &path,
                selection: [seal; SEAL],
                configuration: [configuration; 32],
            };
            let mut made = false;
            let index = Index::open(self.index());
            let make = |text: &str| {
                made = true;
                facts(text)
            };
            let (contribution, kept) = index.get(&asked, || text, make).unwrap();
            index.keep(&[("a.py", kept)], |_| true).unwrap();
            (contribution, made)
        }
    }

    #[test]
    fn what_is_known_is_kept_for_the_text_and_the_rules() {
        let lab = Lab::new();
        assert_eq!(lab.ask("x", 1), (facts("x"), true));
        assert_eq!(lab.ask("x", 1), (facts("x"), false));
        assert_eq!(lab.ask("x", 2), (facts("x"), true));
        // The same size, within the same tick.
        assert_eq!(lab.ask("y", 1), (facts("y"), true));
    }

    #[test]
    fn what_may_read_configuration_is_known_for_that() {
        for (text, is_made_anew) in [("x", false), ("getenv(x)", true)] {
            let lab = Lab::new();
            lab.ask_with(text, 1, 1);
            assert!(!lab.ask_with(text, 1, 1).1);
            assert_eq!(lab.ask_with(text, 1, 2), (facts(text), is_made_anew));
        }
    }

    #[test]
    fn an_index_that_is_broken_anywhere_is_made_anew() {
        let lab = Lab::new();
        lab.ask("x", 1);
        let whole = fs::read(lab.index()).unwrap();
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 0x55;
            fs::write(lab.index(), &broken).unwrap();
            assert_eq!(lab.ask("x", 1).0, facts("x"), "byte {at}");
            assert!(!lab.ask("x", 1).1, "byte {at}");
            fs::write(lab.index(), &whole[..at]).unwrap();
            assert_eq!(lab.ask("x", 1).0, facts("x"), "{at} bytes");
            assert!(!lab.ask("x", 1).1, "{at} bytes");
        }
    }
}
