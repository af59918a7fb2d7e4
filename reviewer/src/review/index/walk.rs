//! The files of a project, as a walk found them that would find the same again.
//!
//! What a walk comes upon depends on the folders that it enters, and on the files that it reads to decide what to pass
//! over. Where none of these has changed, neither has what it finds; to ask for their stamps takes a small part of the
//! time. As for files, a folder that changed shortly before it was looked at is looked at again.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::stamp::{Stamp, Time};
use crate::lang::Language;
use crate::review::cache::{self, SEAL, seal};
use crate::source::{Found, SourceFile};

/// What a walk found.
#[derive(Serialize, Deserialize)]
struct Walk {
    seen: Time,
    /// What it depends on, each with its stamp; none for what was not there.
    basis: Vec<(PathBuf, Option<Stamp>)>,
    files: Vec<(String, PathBuf, Language)>,
}

/// The files that a walk finds, kept at `path` from before or found by `find`.
pub(crate) fn files(path: &Path, find: impl FnOnce() -> Found) -> Vec<SourceFile> {
    if let Some(walk) = read(path)
        && walk.holds()
    {
        cache::used(path);
        return walk.files();
    }
    let seen = Time::now();
    let found = find();
    let walk = Walk::new(seen, &found);
    // Where it cannot be kept, the next walk takes as long as this one.
    if let Some(body) = walk.and_then(|walk| postcard::to_stdvec(&walk).ok()) {
        let _ = cache::write_parts(path, &[&seal(&body), &body]);
    }
    found.files
}

fn read(path: &Path) -> Option<Walk> {
    let bytes = fs::read(path).ok()?;
    let (sealed, body) = bytes.split_at_checked(SEAL)?;
    let is_whole = seal(body) == sealed;
    is_whole.then(|| postcard::from_bytes(body).ok())?
}

impl Walk {
    /// None where what it found is not all there is.
    fn new(seen: Time, found: &Found) -> Option<Walk> {
        let stamped = |path: &PathBuf| (path.clone(), Stamp::of(path).ok());
        let file = |file: &SourceFile| (file.name.clone(), file.path.clone(), file.language);
        let mut basis: Vec<_> = found.basis.iter().collect();
        basis.sort();
        basis.dedup();
        found.errors.is_empty().then(|| Walk {
            seen,
            basis: basis.into_par_iter().map(stamped).collect(),
            files: found.files.iter().map(file).collect(),
        })
    }

    /// Whether a walk would find the same now.
    fn holds(&self) -> bool {
        self.basis.par_iter().all(|(path, stamp)| {
            let is_settled = stamp.is_none_or(|stamp| stamp.is_settled(self.seen));
            is_settled && Stamp::of(path).ok() == *stamp
        })
    }

    fn files(self) -> Vec<SourceFile> {
        let file = |(name, path, language): (String, PathBuf, Language)| {
            SourceFile::on_disk(name, path, language)
        };
        self.files.into_iter().map(file).collect()
    }
}
