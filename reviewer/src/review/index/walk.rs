//! The files of a project, as a walk found them that would find the same again.
//!
//! What a walk comes upon depends on the folders that it enters, and on the files that it reads to decide what to pass
//! over. Where none of these has changed, neither has what it finds; to ask for their stamps takes a small part of the
//! time. As for files, a folder that changed shortly before it was looked at is looked at again.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::stamp::{Stamp, Time};
use crate::lang::Language;
use crate::review::cache;
use crate::source::{Found, SourceFile};

/// What a walk found.
#[derive(Serialize, Deserialize)]
struct Walk {
    seen: Time,
    /// What it depends on, each with its stamp; none for what was not there.
    basis: Vec<(PathBuf, Option<Stamp>)>,
    files: Vec<Named>,
    configuration: Vec<Named>,
}

/// A file to review or of configuration: its name, where it is, what it is written in.
type Named = (String, PathBuf, Language);

/// The files that a walk finds, to review and of configuration, kept at `path` from before or found by `find`.
pub(crate) fn files(path: &Path, find: impl FnOnce() -> Found) -> Found {
    if let Some(walk) = cache::read::<Walk>(path)
        && walk.holds()
    {
        return walk.found();
    }
    let seen = Time::now();
    let found = find();
    if let Some(walk) = Walk::new(seen, &found) {
        // Where it cannot be kept, the next walk takes as long as this one.
        let _ = cache::write(path, &walk);
    }
    found
}

impl Walk {
    /// None where what it found is not all there is.
    fn new(seen: Time, found: &Found) -> Option<Walk> {
        let stamped = |path: &PathBuf| (path.clone(), Stamp::of(path).ok());
        let mut basis: Vec<_> = found.basis.iter().collect();
        basis.sort();
        basis.dedup();
        found.errors.is_empty().then(|| Walk {
            seen,
            basis: basis.into_par_iter().map(stamped).collect(),
            files: closed(&found.files),
            configuration: closed(&found.configuration),
        })
    }

    /// Whether a walk would find the same now.
    fn holds(&self) -> bool {
        self.basis.par_iter().all(|(path, stamp)| {
            let is_settled = stamp.is_none_or(|stamp| stamp.is_settled(self.seen));
            is_settled && Stamp::of(path).ok() == *stamp
        })
    }

    fn found(self) -> Found {
        Found {
            files: opened(self.files),
            configuration: opened(self.configuration),
            ..Found::default()
        }
    }
}

fn closed(files: &[SourceFile]) -> Vec<Named> {
    let named = |file: &SourceFile| (file.name.clone(), file.path.clone(), file.language);
    files.iter().map(named).collect()
}

fn opened(files: Vec<Named>) -> Vec<SourceFile> {
    let file = |(name, path, language): Named| SourceFile::on_disk(name, path, language);
    files.into_iter().map(file).collect()
}
