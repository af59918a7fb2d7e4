//! Writes files as a whole.

use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Puts a file with this text in place of what is at `path`. Nobody ever meets half of it, and where there is a link, what
/// it leads to stays as it is.
pub(super) fn write(path: &Path, text: &str, mode: u32) -> Result<()> {
    let draft = PathBuf::from(format!("{}.{}.new", path.display(), std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::set_permissions(&draft, Permissions::from_mode(mode)))
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// The same for a file that must not be there yet, unless it is to be replaced.
pub(super) fn write_new(path: &Path, text: &str, replace: bool) -> Result<()> {
    if !replace && path.symlink_metadata().is_ok() {
        let name = path.file_name().unwrap_or_default().display();
        bail!("{name} is there already; --force replaces it");
    }
    write(path, text, 0o644)
}
