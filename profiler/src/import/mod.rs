//! Profiles that others wrote, and our own: detected by content, never by name.
//!
//! Every byte of a file may be hostile. Compressed data is bounded before it is decoded, every id is
//! checked before it is followed, and nothing recurses.

mod folded;
mod gzip;
mod json;
mod limits;
mod perf_script;
mod pprof;

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub use folded::read as folded;

use crate::profile::{FrameKind, Profile};

/// Most bytes that a compressed profile may inflate to, unless its ratio is at most [`MAX_LARGE_RATIO`].
pub const MAX_INFLATED: u64 = 64 << 20;
/// Most bytes that a compressed profile may inflate to for each of its own.
pub const MAX_RATIO: u64 = 200;
/// The same for those that inflate beyond [`MAX_INFLATED`], up to [`MAX_FILE`].
pub const MAX_LARGE_RATIO: u64 = 50;
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
        "not a profile: expected pprof (.pb.gz), Hone's JSON, folded stacks (`main;f;g 12` on each line), or the text \
         of `perf script`"
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
    #[error(
        "refused: it inflates to more than {MAX_RATIO} times its size, or beyond {} MB and {MAX_LARGE_RATIO} times its \
         size; give it decompressed if you trust it",
        MAX_INFLATED >> 20
    )]
    Bomb,
    /// Compressed data in compressed data.
    #[error("compressed twice; decompress it once")]
    Nested,
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
    /// A line of folded stacks or of `perf script` that cannot be read.
    #[error("line {line}: {what}")]
    Line {
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
    if !is_gzip(bytes) {
        return parse_plain(bytes);
    }
    let inflated = gzip::inflate(bytes)?;
    if is_gzip(&inflated) {
        return Err(Problem::Nested);
    }
    parse_plain(&inflated)
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

fn parse_plain(bytes: &[u8]) -> Result<Profile, Problem> {
    // Protocol buffers hold NUL or invalid UTF-8 in all but contrived cases, and text that is not
    // folded stacks is rarely a protocol buffer.
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    match (bytes.first(), text) {
        (None, _) => Err(Problem::Empty),
        (Some(b'{'), Some(text)) => json::read(text),
        (_, Some(text)) => {
            parse_text(text).or_else(|problem| pprof::read(bytes).map_err(|_| problem))
        }
        (_, None) => pprof::read(bytes).or_else(|problem| match problem {
            // Names of threads and functions are bytes to the kernel: text may hold some that are no UTF-8.
            Problem::Protobuf(_) if !bytes.contains(&0) => {
                parse_text(&String::from_utf8_lossy(bytes))
            }
            Problem::Protobuf(_) if !pprof::looks_like_one(bytes) => Err(Problem::Unknown),
            other => Err(other),
        }),
    }
}

fn parse_text(text: &str) -> Result<Profile, Problem> {
    if perf_script::looks_like_one(text) {
        return perf_script::read(text);
    }
    folded::read(text).map_err(|problem| match is_markup(text) {
        true => Problem::Picture,
        false => problem,
    })
}

/// Whether code at `address` of `module` is the kernel's, in files that do not say it otherwise. User space is the
/// lower half of the addresses; only the old page for system calls lies above.
fn kind(module: &str, address: u64) -> FrameKind {
    let is_named = module.starts_with("[kernel") || module.starts_with("[guest.kernel");
    if is_named || (address >> 63 == 1 && module != "[vsyscall]") {
        FrameKind::Kernel
    } else {
        FrameKind::Native
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
            Err(Problem::Line { line: 1, .. })
        ));
        assert!(matches!(parse(b"<svg x='1'>\n"), Err(Problem::Picture)));
        assert_eq!(parse(b"<svg x>;b 3\n").unwrap().total(0), 3);
        assert!(matches!(parse(b"\x7fELF\0\0\0"), Err(Problem::Unknown)));
        assert!(matches!(parse(b"{}"), Err(Problem::Json(_))));
        assert_eq!(parse(b"a;b 3\n").unwrap().total(0), 3);
        assert_eq!(parse(b"a;\xffb 3\n").unwrap().total(0), 3);
        let script = "a b 7 1.5: 3 cycles: \n\t 12 f+0x1 (/bin/a)\n";
        assert_eq!(parse(script.as_bytes()).unwrap().total(0), 1);
    }

    #[test]
    fn gzip_in_gzip_is_refused() {
        let gzip = |bytes: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut encoder, bytes).unwrap();
            encoder.finish().unwrap()
        };
        assert!(matches!(
            parse(&gzip(&gzip(b"a 1\n"))),
            Err(Problem::Nested)
        ));
        assert_eq!(parse(&gzip(b"a 1\n")).unwrap().total(0), 1);
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
