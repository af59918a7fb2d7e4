//! What lies below a folder.

use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use super::ignores::{Ignores, Said};

/// The files below a folder that are not ignored: sorted.
///
/// # Errors
/// Where a folder cannot be read.
pub(crate) fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let ignores = Ignores::new();
    let mut files = Vec::new();
    let mut failed = None;
    let mut visit = |path: &Path, kind: FileType| {
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let wanted = match ignores.say(path, kind.is_dir()) {
            Said::Nothing => !hidden,
            Said::Kept => true,
            Said::Ignored(_) => false,
        };
        if wanted && kind.is_file() {
            files.push(path.to_owned());
        }
        wanted && kind.is_dir()
    };
    each(folder, &mut visit, &mut |_, error| failed = Some(error));
    files.sort();
    failed.map_or(Ok(files), Err)
}

/// Calls `visit` with everything in `folder`, and in the folders for which it returns true. Links are not followed.
pub(super) fn each(
    folder: &Path,
    visit: &mut dyn FnMut(&Path, FileType) -> bool,
    failed: &mut dyn FnMut(&Path, io::Error),
) {
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                failed(&folder, error);
                continue;
            }
        };
        for entry in entries {
            match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok((path, kind)) if visit(&path, kind) => pending.push(path),
                Ok(_) => {}
                Err(error) => failed(&folder, error),
            }
        }
    }
}
