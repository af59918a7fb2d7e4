//! Renderers: a profile goes in, bytes come out.
//!
//! Each format is one pure function, so the same profile gives the same bytes. Files appear whole or not
//! at all: they are written beside their place and renamed.

pub mod firefox;
pub mod folded;
pub mod html;
pub mod json;
pub mod pprof;
pub mod report;
pub mod speedscope;
pub mod svg;
pub mod text;

mod facts;
mod format;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};

pub use facts::{Fact, facts};
pub use format::{Format, formats_help};
pub use text::terminal_report;

use crate::analyze::SourceTree;
use crate::profile::Profile;

/// Where one output goes, and in which format: the value of `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
}

/// A defect or hint that a reviewer found in source; reports show it inside the hot function that it
/// sits in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceNote {
    /// File, relative to the source folder, with forward slashes.
    pub file: String,
    /// First line, 1-based.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// Id of the rule.
    pub rule: String,
    /// `ERROR`, `WARNING` or `INFO`.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// What to do; empty where the rule does not say.
    pub remedy: String,
}

/// Source code and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct SourceView {
    /// The source folder; `None`: no source is shown.
    pub tree: Option<SourceTree>,
    /// Notes to show in it.
    pub notes: Vec<SourceNote>,
}

/// Why an output could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The profile could not be drawn.
    #[error("cannot render {path}: {error}")]
    Render {
        /// The file.
        path: PathBuf,
        /// What the renderer said.
        error: io::Error,
    },
    /// The file system refused.
    #[error("cannot write {path}: {error}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Output {
    /// Finds out whether the file can be written, before anything is spent on what goes into it.
    ///
    /// # Errors
    /// Where it cannot; nothing is changed.
    pub fn check(&self) -> Result<(), Error> {
        match Place::of(&self.path) {
            Ok(Place::Device(_)) => Ok(()),
            Ok(Place::File(path)) => beside(&path).map(drop),
            Err(error) => Err(error),
        }
        .map_err(|error| self.unwritable(error))
    }

    fn unwritable(&self, error: io::Error) -> Error {
        Error::Write {
            path: self.path.clone(),
            error,
        }
    }

    /// Renders `profile` and writes it, without source.
    ///
    /// # Errors
    /// Where the file cannot be written; what stood there before still stands.
    pub fn write(&self, profile: &Profile) -> Result<(), Error> {
        self.write_with_source(profile, &SourceView::default())
    }

    /// Renders `profile` and writes it; the HTML report shows `source` in its hot functions.
    ///
    /// # Errors
    /// Like [`Output::write`].
    pub fn write_with_source(&self, profile: &Profile, source: &SourceView) -> Result<(), Error> {
        let cannot_render = |error| Error::Render {
            path: self.path.clone(),
            error,
        };
        let mut bytes = render(self.format, profile, source).map_err(cannot_render)?;
        if self.is_compressed() {
            bytes = gzip(&bytes).map_err(cannot_render)?;
        }
        replace(&self.path, &bytes).map_err(|error| self.unwritable(error))
    }
}

/// The bytes of `profile` in `format`.
///
/// # Errors
/// Where a stack cannot be drawn.
pub fn render(format: Format, profile: &Profile, source: &SourceView) -> io::Result<Vec<u8>> {
    Ok(match format {
        Format::Svg => svg::render(profile, svg::Shape::Flamegraph)?,
        Format::Icicle => svg::render(profile, svg::Shape::Icicle)?,
        Format::Folded => folded::render(profile).into_bytes(),
        Format::Pprof => pprof::render(profile)?,
        Format::Speedscope => speedscope::render(profile).into_bytes(),
        Format::Firefox => firefox::render(profile).into_bytes(),
        Format::Json => json::render(profile).into_bytes(),
        Format::Html => html::render(profile, source).into_bytes(),
        Format::Text => terminal_report(profile, false).into_bytes(),
    })
}

/// `bytes` under gzip. The header has no time stamp, so that equal profiles give equal bytes.
fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Puts `bytes` into `path` at once: a reader sees the old file or the new one, never a part.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match Place::of(path)? {
        Place::Device(path) => fs::OpenOptions::new()
            .write(true)
            .open(&path)?
            .write_all(bytes),
        Place::File(path) => {
            let mut file = beside(&path)?;
            file.write_all(bytes)?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        }
    }
}

/// What stands, or will stand, at a path.
enum Place {
    File(PathBuf),
    /// Pipes and devices are written to; they cannot be replaced.
    Device(PathBuf),
}

impl Place {
    /// A link keeps pointing where it did: the place is what it points to.
    fn of(path: &Path) -> io::Result<Place> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.into());
        match fs::metadata(&path) {
            Ok(kind) if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(kind) if !kind.is_file() => Ok(Place::Device(path)),
            _ => Ok(Place::File(path)),
        }
    }
}

/// A new file in the folder of `path`.
fn beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::metadata(folder)?;
    tempfile::Builder::new()
        .prefix(".hone-")
        .permissions(open_to_umask())
        .tempfile_in(folder)
        // The name of the new file, which the error has, tells a reader nothing.
        .map_err(|error| error.kind().into())
}

/// The mode of an ordinary new file; the user's mask applies.
fn open_to_umask() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_errors_name_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.folded");
        let profile = crate::import::folded("a;b 3\n").unwrap();
        for _ in 0..2 {
            Output {
                format: Format::Folded,
                path: path.clone(),
            }
            .write(&profile)
            .unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "a;b 3\n");
        let compressed = dir.path().join("out.folded.gz");
        let (output, hint) = Output::parse(compressed.to_str().unwrap());
        output.write(&profile).unwrap();
        assert_eq!((output.format, hint), (Format::Folded, None));
        assert_eq!(fs::read(&compressed).unwrap()[..2], [0x1f, 0x8b]);
        assert_eq!(crate::import::read(&compressed).unwrap().total(0), 3);
        fs::remove_file(compressed).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        let missing = Output {
            format: Format::Folded,
            path: dir.path().join("no/such.folded"),
        };
        let error = missing.write(&profile).unwrap_err().to_string();
        assert!(error.contains("no/such.folded: No such file"), "{error}");
        assert_eq!(missing.check().unwrap_err().to_string(), error);
        let folder = Output {
            format: Format::Folded,
            path: dir.path().into(),
        };
        assert!(folder.check().is_err());
    }
}
