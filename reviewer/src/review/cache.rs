//! Results of earlier reviews, by what they depend on.
//!
//! The key of a result is a hash of everything that it depends on: the engine, the rules, which of them run, the name,
//! language and text of the file, and the configuration of the project where the file may read it. So nothing is ever out
//! of date, and what is there only has to be whole: an entry is written beside its place and renamed, and starts with a
//! hash of its key and of what follows. Any number of processes may share a folder. Results that are not complete are not
//! kept.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{FileReview, index};
use crate::plan::{Plan, Selection};
use crate::source::{Found, SourceFile};
use crate::tree::may_read;

/// An entry that was not used for this long is removed.
const UNUSED: Duration = Duration::from_hours(24 * 14);
/// How often is looked for such entries, and how exactly their last use is known.
const DAY: Duration = Duration::from_hours(24);
/// A hash by which it is known whether something is whole, or the same.
pub(super) type Seal = [u8; SEAL];
/// Its length.
pub(super) const SEAL: usize = 16;

/// A folder with results.
pub struct Cache {
    folder: PathBuf,
    /// Hash of the engine and the rules.
    basis: Sha256,
    /// Hash of the project's configuration.
    configuration: [u8; 32],
    /// What happened so far.
    pub uses: Uses,
}

/// How a cache was used.
#[derive(Debug, Default)]
pub struct Uses {
    /// Results that were found.
    pub hits: AtomicU64,
    /// Results that were not.
    pub misses: AtomicU64,
    /// Of these, the ones that could not be written.
    pub unwritten: AtomicU64,
}

impl Cache {
    /// The cache in `folder` for reviews by `plan`. `engine` tells one build of the program from another.
    pub fn new(folder: PathBuf, engine: &str, plan: &Plan) -> Cache {
        let mut basis = Sha256::new();
        part(&mut basis, engine.as_bytes());
        for rule in plan.rules() {
            // Rules are plain data; one that could not be written would share its key with no other.
            part(&mut basis, &postcard::to_stdvec(rule).unwrap_or_default());
        }
        Cache {
            folder,
            basis,
            configuration: plan.configuration().digest(),
            uses: Uses::default(),
        }
    }

    /// The same cache for the same rules, where the project has the configuration that `plan` knows.
    #[must_use]
    pub fn configured(self, plan: &Plan) -> Cache {
        Cache {
            configuration: plan.configuration().digest(),
            ..self
        }
    }

    /// The result for a text, kept from before or made by `review`.
    pub(super) fn get_or(
        &self,
        file: &SourceFile,
        text: String,
        selection: &Selection,
        review: impl FnOnce(String) -> FileReview,
    ) -> FileReview {
        let path = self.path(file, &text, selection);
        if let Some(found) = read::<FileReview>(&path) {
            self.uses.hits.fetch_add(1, Ordering::Relaxed);
            return found;
        }
        self.uses.misses.fetch_add(1, Ordering::Relaxed);
        let made = review(text);
        let complete = made.incomplete.is_empty() && made.broken.is_empty();
        if complete && write(&path, &made).is_err() {
            self.uses.unwritten.fetch_add(1, Ordering::Relaxed);
        }
        made
    }

    fn path(&self, file: &SourceFile, text: &str, selection: &Selection) -> PathBuf {
        let language = format!("{:?}", file.language);
        let bits = selection.bits();
        let mut parts = vec![
            bits.as_slice(),
            language.as_bytes(),
            file.name.as_bytes(),
            text.as_bytes(),
        ];
        parts.extend(may_read(text).then_some(self.configuration.as_slice()));
        self.place(&parts)
    }

    /// The files of the project below `root`, to review and of configuration, as a walk of it finds them, which `find` does
    /// where that may have changed; their names are relative to `base`. `how` tells one way to walk from another.
    pub fn files(
        &self,
        root: &Path,
        base: &Path,
        how: &str,
        find: impl FnOnce() -> Found,
    ) -> Found {
        let [root, base] = [root, base].map(|folder| folder.as_os_str().as_encoded_bytes());
        let place = self.place(&[b"walk", root, base, how.as_bytes()]);
        index::files(&place, find)
    }

    /// The place of the index of the project below `root`, as it is seen from the folder `base`.
    pub(super) fn index(&self, root: &Path, base: &Path) -> PathBuf {
        let [root, base] = [root, base].map(|folder| folder.as_os_str().as_encoded_bytes());
        self.place(&[b"index", root, base])
    }

    /// A hash of the project's configuration.
    pub(super) fn configuration(&self) -> [u8; 32] {
        self.configuration
    }

    /// The place of what depends on some parts, besides the engine and the rules.
    fn place(&self, parts: &[&[u8]]) -> PathBuf {
        let mut hash = self.basis.clone();
        for bytes in parts {
            part(&mut hash, bytes);
        }
        let digits = format!("{:x}", hash.finalize());
        self.folder.join(&digits[..2]).join(&digits[2..])
    }

    /// Removes what has not been used for long, at most once a day. What cannot be removed stays.
    pub fn sweep(&self) {
        let mark = self.folder.join("swept");
        let now = SystemTime::now();
        if age(&mark, now).is_some_and(|age| age < DAY) || fs::write(&mark, "").is_err() {
            return;
        }
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let entries = folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten());
        for entry in entries.flatten() {
            if age(&entry.path(), now).is_some_and(|age| age > UNUSED) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Adds a part with its length, so that no two lists of parts look alike.
fn part(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

fn age(path: &Path, now: SystemTime) -> Option<Duration> {
    let modified = fs::metadata(path).and_then(|m| m.modified()).ok()?;
    now.duration_since(modified).ok()
}

pub(super) fn seal(bytes: &[u8]) -> Seal {
    seal_of(Sha256::new_with_prefix(bytes))
}

/// The hash that a place starts with: what was meant for another key, or another version, is not whole here.
pub(super) fn seal_at(path: &Path, body: &[u8]) -> Seal {
    let key = path.file_name().unwrap_or_default().as_encoded_bytes();
    seal_of(Sha256::new_with_prefix(key).chain_update(body))
}

fn seal_of(hash: Sha256) -> Seal {
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&hash.finalize()[..SEAL]);
    seal
}

/// An entry that is whole.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let (sealed, body) = bytes.split_at_checked(SEAL)?;
    if sealed != seal_at(path, body) {
        return None;
    }
    used(path);
    postcard::from_bytes(body).ok()
}

/// Notes that an entry is used: its time of modification is that of its last use, to a day.
pub(super) fn used(path: &Path) {
    let now = SystemTime::now();
    if age(path, now).is_some_and(|age| age > DAY) {
        // A folder that others own may be read only; the entry then goes some day, and is made again.
        let _ = File::options()
            .write(true)
            .open(path)
            .and_then(|f| f.set_modified(now));
    }
}

/// Writes an entry.
pub(super) fn write(path: &Path, entry: &impl Serialize) -> io::Result<()> {
    let body = postcard::to_stdvec(entry).map_err(io::Error::other)?;
    write_parts(path, &[&seal_at(path, &body), &body])
}

/// Puts an entry in its place at once.
pub(super) fn write_parts(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let beside = folder.join(format!("new-{}-{number}", std::process::id()));
    let written = File::create(&beside)
        .and_then(|file| {
            let mut file = BufWriter::new(file);
            parts.iter().try_for_each(|part| file.write_all(part))?;
            file.flush()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::review::review_text;

    const CODE: &str = "def f(x=[]):  # é\n    return x\n";

    fn file(name: &str) -> SourceFile {
        SourceFile::on_disk(name, name, Language::Python)
    }

    #[test]
    fn a_result_is_kept_for_what_it_depends_on() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan::prepare(rules::builtin::review_rules(), false).plan;
        let cache = Cache::new(folder.path().into(), "1", &plan);
        let all = Selection::all(&plan);
        let get = |cache: &Cache, name: &str, selection: &Selection| {
            let file = file(name);
            cache.get_or(&file, CODE.into(), selection, |text| {
                review_text(&file, text, &plan, selection)
            })
        };
        let made = get(&cache, "a.py", &all);
        assert_eq!(made.findings.len(), 1);
        let kept = get(&cache, "a.py", &all);
        assert_eq!(kept.findings, made.findings);
        assert_eq!(kept.counts, made.counts);
        assert_eq!(cache.uses.hits.load(Ordering::Relaxed), 1);
        let none = Selection::of(&plan, |_| false);
        assert!(get(&cache, "a.py", &none).findings.is_empty());
        assert_eq!(get(&cache, "b.py", &all).findings[0].place.path, "b.py");
        get(&Cache::new(folder.path().into(), "2", &plan), "a.py", &all);
        assert_eq!(cache.uses.hits.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_broken_entry_is_none_at_every_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("entry");
        let review = FileReview {
            bytes: 7,
            ..FileReview::default()
        };
        write(&path, &review).unwrap();
        let whole = fs::read(&path).unwrap();
        let bytes = |path| read::<FileReview>(path).map(|review| review.bytes);
        assert_eq!(bytes(&path), Some(7));
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(bytes(&path), None, "{length} bytes");
        }
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        fs::write(&path, &changed).unwrap();
        assert_eq!(bytes(&path), None);
        let other = folder.path().join("other");
        fs::write(&other, &whole).unwrap();
        assert_eq!(bytes(&other), None);
    }
}
