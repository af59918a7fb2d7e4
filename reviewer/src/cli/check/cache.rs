//! Where results of reviews are kept.

use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::time::UNIX_EPOCH;

use crate::plan::Plan;
use crate::review::{Cache, Uses};

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Engine")]
pub(super) struct Args {
    /// Review every file anew, and keep no results
    #[arg(long)]
    no_cache: bool,
    /// Where results are kept [default: hone/reviewer in the user's folder for caches]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    cache_dir: Option<PathBuf>,
}

impl Args {
    /// The cache; `None` where none is wanted, or there is no place for one.
    pub(super) fn open(&self, plan: &Plan) -> Option<Cache> {
        let folder = match &self.cache_dir {
            _ if self.no_cache => return None,
            Some(folder) => folder.clone(),
            None => user_folder()?.join("hone/reviewer"),
        };
        Some(Cache::new(folder, &engine()?, plan))
    }
}

/// <https://specifications.freedesktop.org/basedir-spec/latest/>: a relative path is none.
fn user_folder() -> Option<PathBuf> {
    let absolute = |name| {
        let path = std::env::var_os(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))
}

/// Tells one build of the program from another: the version alone does not while it is developed.
fn engine() -> Option<String> {
    let program = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let built = program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let version = env!("CARGO_PKG_VERSION");
    Some(format!("{version} {} {}", program.len(), built.as_nanos()))
}

/// For `--stats`.
pub(super) fn statistics(uses: &Uses) -> String {
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Relaxed);
    format!(
        "cache: {} hits (their work and times are those of then), {} misses, {} not written\n",
        count(&uses.hits),
        count(&uses.misses),
        count(&uses.unwritten)
    )
}
