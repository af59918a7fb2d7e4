//! The README's first command: profile a service that has faults, and show them in its source.
//!
//! The service is the package `tests/service`. It is attached to from outside, by its PID, as any
//! production process would be; where the kernel forbids that to this user, the service samples itself
//! through [`crate::agent`]. Nothing is printed here: progress goes to a callback.

mod attach;
mod findings;
mod service;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use findings::source_view;
pub use service::Service;

use crate::output::{Format, Output, SourceView};
use crate::profile::Profile;

/// What the tour needs to know.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder for the results; made where it does not exist.
    pub dir: PathBuf,
    /// How long to profile.
    pub duration: Duration,
    /// The cargo to build the service with; `None`: the one on the path.
    pub cargo: Option<PathBuf>,
}

/// What the tour made.
#[derive(Clone, Debug)]
pub struct Tour {
    /// The recording.
    pub profile: Profile,
    /// The service's source and what the reviewer found in it.
    pub source: SourceView,
    /// The files that were written, and what they are.
    pub files: Vec<(PathBuf, &'static str)>,
    /// Why the service had to sample itself; `None` where it was profiled from outside.
    pub fallback: Option<String>,
}

/// Why the tour could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service could not be built, found or run.
    #[error(transparent)]
    Service(#[from] service::Error),
    /// The folder for the results could not be made.
    #[error("cannot make {path}: {error}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The recording of the service cannot be read.
    #[error(transparent)]
    Import(#[from] crate::import::Error),
    /// A result could not be written.
    #[error(transparent)]
    Output(#[from] crate::output::Error),
}

/// Makes the tour; `progress` takes a sentence before each step that takes time.
///
/// # Errors
/// Where the service cannot be run or the results cannot be written.
pub fn run(options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Tour, Error> {
    let folder = |error| Error::Folder {
        path: options.dir.clone(),
        error,
    };
    fs::create_dir_all(&options.dir).map_err(folder)?;
    let program = Service::find(options.cargo.as_deref(), progress)?;
    let (profile, fallback) = profile(&program, options, progress)?;
    let source = source_view(&profile, program.source()).unwrap_or_default();
    let outputs = [
        (
            Format::Html,
            "report.html",
            "the hot functions' source, with findings: open it in a browser",
        ),
        (Format::Svg, "flamegraph.svg", "the flamegraph as a picture"),
        (
            Format::Pprof,
            "profile.pb.gz",
            "for `profiler report` and `go tool pprof`",
        ),
    ];
    let mut files = Vec::new();
    for (format, name, what) in outputs {
        let path = options.dir.join(name);
        Output {
            format,
            path: path.clone(),
        }
        .write_with_source(&profile, &source)?;
        files.push((path, what));
    }
    Ok(Tour {
        profile,
        source,
        files,
        fallback,
    })
}

/// Profiles the service from outside, or through its agent where that is forbidden.
fn profile(
    program: &Service,
    options: &Options,
    progress: &mut dyn FnMut(&str),
) -> Result<(Profile, Option<String>), Error> {
    let mut running = program.start(options.duration + Duration::from_secs(5), None)?;
    let pid = running.ready()?;
    progress(&format!(
        "Attaching to the service, process {pid}, for {} s",
        options.duration.as_secs()
    ));
    match attach::record(pid, options.duration) {
        Ok(profile) => Ok((profile, None)),
        Err(reason) => {
            drop(running);
            progress(&format!(
                "{reason}\nThe service samples itself instead, for {} s",
                options.duration.as_secs()
            ));
            let file = options.dir.join("agent.pb.gz");
            program.start(options.duration, Some(&file))?.wait()?;
            let profile = crate::import::read(&file)?;
            // The profile is written again, with the other results, under its own name.
            let _ = fs::remove_file(&file);
            Ok((profile, Some(reason)))
        }
    }
}

/// The root of the workspace that this program was built in.
fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
