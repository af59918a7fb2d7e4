//! Opens a file without being led astray.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::SkipReason;

/// Largest file that is reviewed.
pub const MAX_BYTES: u64 = 1 << 20;
/// A line this long was not written by a person.
const LONG_LINE: usize = 20_000;
/// Nor was a file whose lines have this length on average.
const LONG_AVERAGE: usize = 1_000;

/// Why a file has no text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is passed over.
    #[error("{0}")]
    Skip(SkipReason),
    /// The system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The text of a regular file.
///
/// The last component of `path` may not be a link, and opening does not wait for a pipe's other end. A
/// byte-order mark is left out.
///
/// # Errors
/// Where it is no regular file, too large, no text, minified, or unreadable.
pub fn read(path: &Path) -> Result<String, ReadError> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
        .map_err(|error| match error.raw_os_error() {
            Some(libc::ELOOP) => ReadError::Skip(SkipReason::Link),
            // A socket cannot be opened at all.
            Some(libc::ENXIO) => ReadError::Skip(SkipReason::NotRegular),
            _ => ReadError::Io(error),
        })?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(ReadError::Skip(SkipReason::NotRegular));
    }
    if metadata.len() > MAX_BYTES {
        return Err(ReadError::Skip(SkipReason::TooLarge));
    }
    // It may still grow while it is read.
    read_from(file)
}

/// The text that a reader holds, under the same limits.
///
/// # Errors
/// Where it is too large, no text, minified, or unreadable.
pub(super) fn read_from(reader: impl Read) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::Skip(SkipReason::TooLarge));
    }
    text(bytes).map_err(ReadError::Skip)
}

fn text(bytes: Vec<u8>) -> Result<String, SkipReason> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if !utf16 && bytes.contains(&0) {
        return Err(SkipReason::Binary);
    }
    let text = String::from_utf8(bytes).map_err(|_| SkipReason::Encoding)?;
    // A test may hold one long line of data, and be written by a person for the rest.
    let in_long_lines: usize = text
        .lines()
        .map(str::len)
        .filter(|&length| length > LONG_LINE)
        .sum();
    let lines = text.lines().count().max(1);
    let long_on_average = text.len() > LONG_LINE && text.len() / lines > LONG_AVERAGE;
    if in_long_lines > text.len() / 2 || long_on_average {
        return Err(SkipReason::Minified);
    }
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_source_text_is_told_apart() {
        assert_eq!(text(b"a\0b".to_vec()), Err(SkipReason::Binary));
        assert_eq!(text(b"\xff\xfea\0".to_vec()), Err(SkipReason::Encoding));
        assert_eq!(text(b"x=\xe9".to_vec()), Err(SkipReason::Encoding));
        assert_eq!(text(vec![b'x'; LONG_LINE + 1]), Err(SkipReason::Minified));
        assert_eq!(text("\u{feff}x".into()).as_deref(), Ok("x"));
    }

    #[test]
    fn links_and_pipes_are_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link.py");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        assert!(matches!(
            read(&link),
            Err(ReadError::Skip(SkipReason::Link))
        ));
        let pipe = dir.path().join("pipe.py");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        assert!(matches!(
            read(&pipe),
            Err(ReadError::Skip(SkipReason::NotRegular))
        ));
    }
}
