//! Profiles that others wrote, and our own: detected by content, never by name.
//!
//! Every byte of a file may be hostile. Compressed data is bounded before it is decoded, every id is
//! checked before it is followed, and nothing recurses.

mod folded;
mod gzip;
mod json;
mod pprof;

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub use folded::read as folded;

use crate::profile::Profile;

/// Most bytes that a compressed profile may inflate to.
pub const MAX_INFLATED: u64 = 64 << 20;
/// Most bytes that a compressed profile may inflate to for each of its own.
pub const MAX_RATIO: u64 = 200;
/// Largest file that is read.
pub const MAX_FILE: u64 = 512 << 20;

/// Why a file could not be read as a profile.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The content is no profile that can be read.
    #[error("{path}: {problem}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with the content.
        problem: Problem,
    },
}

/// What is wrong with the bytes of a profile.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No known format.
    #[error(
        "not a profile: expected pprof (.pb.gz), Hone's JSON, or folded stacks (`main;f;g 12` on each line)"
    )]
    Unknown,
    /// A flamegraph or a report.
    #[error(
        "a picture or page that was made from a profile; give the profile itself (.pb.gz, .json, .folded)"
    )]
    Picture,
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`MAX_FILE`].
    #[error("larger than {} MB", MAX_FILE >> 20)]
    TooLarge,
    /// Compressed data that grows beyond [`MAX_INFLATED`] or [`MAX_RATIO`].
    #[error("refused: it inflates beyond {} MB or {MAX_RATIO} times its size", MAX_INFLATED >> 20)]
    Bomb,
    /// Damaged or incomplete compressed data.
    #[error("damaged or truncated gzip data: {0}")]
    Gzip(std::io::Error),
    /// Damaged or incomplete protocol buffer.
    #[error("damaged or truncated pprof data: {0}")]
    Protobuf(#[from] prost::DecodeError),
    /// An id that points nowhere, and the like.
    #[error("inconsistent pprof data: {0}")]
    Pprof(String),
    /// Not our JSON, or a version of it that this program does not know.
    #[error("cannot read the JSON profile: {0}")]
    Json(String),
    /// A line that is not `stack count`.
    #[error("line {line}: {what}")]
    Folded {
        /// 1-based line.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

/// Reads the profile in `path`.
///
/// # Errors
/// Where the file cannot be read, is in no known format, is damaged, or is made to exhaust memory.
pub fn read(path: &Path) -> Result<Profile, Error> {
    let bytes = read_file(path)?;
    parse(&bytes).map_err(|problem| Error::Content {
        path: path.into(),
        problem,
    })
}

/// Reads a profile in any known format.
///
/// # Errors
/// Like [`read`].
pub fn parse(bytes: &[u8]) -> Result<Profile, Problem> {
    match bytes {
        [] => Err(Problem::Empty),
        [0x1f, 0x8b, ..] => parse_plain(&gzip::inflate(bytes)?),
        _ => parse_plain(bytes),
    }
}

fn parse_plain(bytes: &[u8]) -> Result<Profile, Problem> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    match (bytes.first(), text) {
        (None, _) => Err(Problem::Empty),
        (Some(b'{'), Some(text)) => json::read(text),
        // Protocol buffers hold NUL or invalid UTF-8 in all but contrived cases, and text that is not
        // folded stacks is rarely a protocol buffer.
        (_, Some(text)) => {
            let problem = |folded| match is_markup(text) {
                true => Problem::Picture,
                false => folded,
            };
            folded::read(text).or_else(|folded| pprof::read(bytes).map_err(|_| problem(folded)))
        }
        (_, None) => pprof::read(bytes).map_err(|problem| match problem {
            Problem::Protobuf(_) if !pprof::looks_like_one(bytes) => Problem::Unknown,
            other => other,
        }),
    }
}

fn is_markup(text: &str) -> bool {
    ["<?xml", "<svg", "<!DOCTYPE", "<!doctype", "<html"]
        .iter()
        .any(|start| text.starts_with(start))
}

fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let cannot = |error| Error::Read {
        path: path.into(),
        error,
    };
    // Opening a FIFO waits for a writer, so the kind of the file is asked first.
    if fs::metadata(path).map_err(cannot)?.is_dir() {
        return Err(cannot(std::io::ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
        .map_err(cannot)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(Error::Content {
            path: path.into(),
            problem: Problem::TooLarge,
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart_by_content() {
        assert!(matches!(parse(b""), Err(Problem::Empty)));
        assert!(matches!(
            parse(b"hello"),
            Err(Problem::Folded { line: 1, .. })
        ));
        assert!(matches!(parse(b"<svg x='1'>\n"), Err(Problem::Picture)));
        assert_eq!(parse(b"<svg x>;b 3\n").unwrap().total(0), 3);
        assert!(matches!(parse(b"\x7fELF\0\0\0"), Err(Problem::Unknown)));
        assert!(matches!(parse(b"{}"), Err(Problem::Json(_))));
        assert_eq!(parse(b"a;b 3\n").unwrap().total(0), 3);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("/no/such/profile")).unwrap_err().to_string();
        assert!(
            error.starts_with("cannot read /no/such/profile: No such file"),
            "{error}"
        );
    }
}
