//! Renderers: a profile goes in, bytes come out.

use std::path::{Path, PathBuf};

use crate::profile::Profile;

/// Where one output goes, and in which format: the value of `--output`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file.
    pub path: PathBuf,
}

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Flamegraph, drawn by inferno.
    Svg,
    /// Folded stacks: `root;leaf count`.
    Folded,
    /// pprof protocol buffer, gzip.
    Pprof,
    /// Our own.
    Json,
    /// Self-contained report.
    Html,
}

/// Why an output could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Output {
    /// Reads `FILE` (the extension decides) or `FORMAT:FILE`. An unknown extension means pprof; the second
    /// value says so in a sentence for standard error.
    pub fn parse(_text: &str) -> (Output, Option<String>) {
        (Output { format: Format::Pprof, path: Path::new("profile.pb.gz").into() }, None)
    }

    /// Renders `profile` and writes it.
    pub fn write(&self, _profile: &Profile) -> Result<(), Error> {
        Ok(())
    }
}

/// The report for a terminal: what `profiler report` prints, and `record` without `--output`.
pub fn terminal_report(_profile: &Profile, _color: bool) -> String {
    String::new()
}
