//! Replaces the content of a file at once: whoever looks, and whenever the program is killed, it is the old or the new.

use std::collections::hash_map::RandomState;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

/// How the names of temporary files start. They are hidden, so that no walk finds one that was left behind.
pub const TEMPORARY_PREFIX: &str = ".reviewer-";

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Why a file is not replaced. It has its old content.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It holds something else than what was reviewed.
    #[error(
        "not fixed: the file on disk is not what was reviewed; bring them together, and run again"
    )]
    Changed,
    /// A link, a folder, a device.
    #[error("not fixed: it is no regular file")]
    NotRegular,
    /// It may not be written.
    #[error("not fixed: the file is read-only; `chmod u+w` allows to write it")]
    ReadOnly,
    /// There may be no new file beside it.
    #[error("not fixed: no file can be made in its folder: {0}")]
    Folder(io::Error),
    /// The new file would belong to somebody else.
    #[error("not fixed: its owner could not be kept: {0}")]
    Owner(io::Error),
    /// The system refused.
    #[error("not fixed: {0}")]
    Io(#[from] io::Error),
}

/// A file that may be replaced.
#[derive(Debug)]
pub struct Original {
    path: PathBuf,
    bytes: Vec<u8>,
    metadata: Metadata,
}

impl Original {
    /// The file at `path`, which must hold `text`, apart from a byte-order mark. A link is not followed.
    ///
    /// # Errors
    /// Where it holds something else, or may not be written.
    pub fn open(path: &Path, text: &str) -> Result<Original, WriteError> {
        let (bytes, metadata) = read(path)?;
        let original = Original {
            path: path.to_owned(),
            bytes,
            metadata,
        };
        let held = original.bytes.strip_prefix(original.mark().as_bytes());
        if held != Some(text.as_bytes()) {
            return Err(WriteError::Changed);
        }
        let opened = options().write(true).open(path);
        let forbidden = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
        if original.metadata.permissions().readonly()
            || opened.is_err_and(|error| forbidden(&error))
        {
            return Err(WriteError::ReadOnly);
        }
        Ok(original)
    }

    /// The byte-order mark that the file starts with, or nothing.
    pub fn mark(&self) -> &'static str {
        match self.bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) {
            true => BYTE_ORDER_MARK,
            false => "",
        }
    }

    /// Puts `text` in the place of the old one. Its byte-order mark, permissions and owner stay; further names of it
    /// (hard links) keep the old content.
    ///
    /// # Errors
    /// Where the file has changed, or the system refuses. Nothing is left behind then.
    pub fn replace(&self, text: &str) -> Result<(), WriteError> {
        let mut temporary = Temporary::beside(&self.path).map_err(WriteError::Folder)?;
        let file = &mut temporary.file;
        file.write_all(self.mark().as_bytes())?;
        file.write_all(text.as_bytes())?;
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (self.metadata.uid(), self.metadata.gid()) {
            let (uid, gid) = (self.metadata.uid(), self.metadata.gid());
            fchown(&*file, Some(uid), Some(gid)).map_err(WriteError::Owner)?;
        }
        file.set_permissions(Permissions::from_mode(self.metadata.mode() & 0o7777))?;
        file.sync_all()?;
        if read(&self.path)?.0 != self.bytes {
            return Err(WriteError::Changed);
        }
        Ok(temporary.rename(&self.path)?)
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options
}

fn read(path: &Path) -> Result<(Vec<u8>, Metadata), WriteError> {
    let mut file = options()
        .read(true)
        .open(path)
        .map_err(|error| match error.raw_os_error() {
            Some(libc::ELOOP) => WriteError::NotRegular,
            _ => WriteError::Io(error),
        })?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(WriteError::NotRegular);
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    file.read_to_end(&mut bytes)?;
    Ok((bytes, metadata))
}

/// A new file, which goes when it is dropped.
struct Temporary {
    path: PathBuf,
    file: File,
}

impl Temporary {
    /// A file that nobody else may open, of a name that nobody can guess, in the folder of `path`.
    fn beside(path: &Path) -> io::Result<Temporary> {
        // The keys of the hasher come from the system's source of random bytes.
        let random = RandomState::new().build_hasher().finish();
        let path = path.with_file_name(format!("{TEMPORARY_PREFIX}{random:016x}.tmp"));
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        Ok(Temporary { path, file })
    }

    fn rename(self, to: &Path) -> io::Result<()> {
        fs::rename(&self.path, to)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Renamed, it is gone from here; left over, it harms nobody.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(name: &str, content: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        fs::write(&path, content).unwrap();
        (dir, path)
    }

    #[test]
    fn mark_mode_and_folder_stay_as_they_were() {
        let (dir, path) = write("a.py", "\u{feff}old\r\n");
        fs::set_permissions(&path, Permissions::from_mode(0o751)).unwrap();
        Original::open(&path, "old\r\n")
            .unwrap()
            .replace("new\r\n")
            .unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}new\r\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o751);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_changed_since_it_was_read_is_left_alone() {
        let (dir, path) = write("a.py", "old");
        assert!(matches!(
            Original::open(&path, "other"),
            Err(WriteError::Changed)
        ));
        let original = Original::open(&path, "old").unwrap();
        fs::write(&path, "edited").unwrap();
        assert!(matches!(original.replace("new"), Err(WriteError::Changed)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "edited");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_is_not_followed_and_a_read_only_file_not_replaced() {
        let (dir, path) = write("a.py", "old");
        let link = dir.path().join("link.py");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(
            Original::open(&link, "old"),
            Err(WriteError::NotRegular)
        ));
        assert!(matches!(
            Original::open(dir.path(), ""),
            Err(WriteError::NotRegular)
        ));
        let original = Original::open(&path, "old").unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(dir.path().join("b.py"), "old").unwrap();
        std::os::unix::fs::symlink("b.py", &path).unwrap();
        assert!(matches!(
            original.replace("new"),
            Err(WriteError::NotRegular)
        ));
        assert_eq!(fs::read_to_string(dir.path().join("b.py")).unwrap(), "old");

        let (_dir, path) = write("a.py", "old");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(
            Original::open(&path, "old"),
            Err(WriteError::ReadOnly)
        ));
    }
}
