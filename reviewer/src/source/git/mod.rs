//! Asks `git` about a repository that is not trusted.
//!
//! Configuration and attributes of a repository may name programs (file system monitors, filters, converters, hooks,
//! helpers of a transport) and servers to fetch what is missing from. Each call here forbids both: only `git` itself
//! runs, and it reads what is there. The environment is passed on, since a hook is told by it which index is committed.

mod blobs;
mod error;
mod raw;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(super) use blobs::Blobs;
pub use error::GitError;
pub(super) use raw::{Content, Entry};

/// Settings that outrank those of the repository.
const NEUTRAL: [&str; 4] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "diff.external=",
    // A repository without a work tree that lies among the files of another is not entered.
    "safe.bareRepository=explicit",
];
/// The same in the environment: no lock, no question, no network, whatever protocols the repository allows.
const QUIET: [(&str, &str); 4] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
];
/// What a comparison prints: one entry a file, with whole ids. Converters would only see a patch, which is not asked for.
const RAW: [&str; 6] = [
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-ext-diff",
    "--ignore-submodules=all",
    // The file that the configuration names for this may be a pipe.
    "-O/dev/null",
];

/// A work tree with its repository.
pub(super) struct Repository {
    /// The folder that `git` runs in.
    base: PathBuf,
    /// The top of the work tree.
    pub(super) top: PathBuf,
}

impl Repository {
    /// The one that the folder `base` lies in.
    pub(super) fn open(base: &Path) -> Result<Repository, GitError> {
        let top = answer(&mut command(base, "rev-parse", ["--show-toplevel"]));
        let top = top.map_err(|error| match error {
            GitError::Refused(_) => GitError::NoWorkTree(Box::new(error)),
            other => other,
        })?;
        Ok(Repository {
            base: base.to_owned(),
            top: path(line(&top)),
        })
    }

    /// The commit that HEAD and `reference` both come from.
    pub(super) fn merge_base(&self, reference: &str) -> Result<String, GitError> {
        let unknown = || GitError::UnknownReference(reference.to_owned());
        // A commit is asked for in words that no option can be taken for.
        let name = format!("{reference}^{{commit}}");
        let verify = ["--verify", "--quiet", "--end-of-options", &name];
        let commit = self.word("rev-parse", &verify)?.ok_or_else(unknown)?;
        match self.word("merge-base", &[&commit, "HEAD"])? {
            Some(found) => Ok(found),
            None => Err(GitError::NoMergeBase {
                reference: reference.to_owned(),
                shallow: self
                    .word("rev-parse", &["--is-shallow-repository"])?
                    .is_some_and(|answer| answer == "true"),
            }),
        }
    }

    /// What the index holds that `commit` does not, HEAD if there is none. Renames are found.
    pub(super) fn staged(&self, commit: Option<&str>) -> Result<Vec<Entry>, GitError> {
        let arguments = ["--cached", "--no-relative", "-M", "-l1000"];
        let mut command = self.command("diff", arguments);
        command.args(RAW).args(commit).arg("--");
        raw::parse(&answer(&mut command)?)
    }

    /// The tracked files of the work tree that are not as in the index. Of some, only the time may have changed.
    pub(super) fn unstaged(&self) -> Result<Vec<Entry>, GitError> {
        let mut command = base_command(&self.base);
        for setting in self.no_filters()? {
            command.arg("-c").arg(setting);
        }
        command.args(["diff-files", "--no-relative", "--no-renames"]);
        raw::parse(&answer(command.args(RAW))?)
    }

    /// The files of the work tree that are neither tracked nor ignored, from its top.
    pub(super) fn untracked(&self) -> Result<Vec<PathBuf>, GitError> {
        let arguments = ["--others", "--exclude-standard", "--full-name", "-z"];
        let names = answer(self.command("ls-files", arguments).args(["--", ":/"]))?;
        let names = names.split(|byte| *byte == 0);
        // What ends with `/` is another repository.
        let files = names.filter(|name| !name.is_empty() && !name.ends_with(b"/"));
        Ok(files.map(path).collect())
    }

    /// Settings that make every filter of the configuration do nothing.
    ///
    /// To tell whether a file changed that is as old as the index, `git` passes it through its filter.
    fn no_filters(&self) -> Result<Vec<OsString>, GitError> {
        let arguments = ["-z", "--name-only", "--get-regexp", r"^filter\."];
        let output = run(&mut self.command("config", arguments))?;
        let keys = output.stdout.split(|byte| *byte == 0);
        keys.filter(|key| !key.is_empty())
            .map(|key| match key.contains(&b'=') {
                true => Err(GitError::Filter(String::from_utf8_lossy(key).into())),
                false if key.ends_with(b".required") => Ok(join(key, "=false")),
                false => Ok(join(key, "=")),
            })
            .collect()
    }

    fn command<const N: usize>(&self, name: &str, arguments: [&str; N]) -> Command {
        command(&self.base, name, arguments)
    }

    /// A word that `git` prints; nothing where it exits with 1, which stands for no.
    fn word(&self, name: &str, arguments: &[&str]) -> Result<Option<String>, GitError> {
        let output = run(self.command(name, []).args(arguments))?;
        match output.status.code() {
            Some(0) => Ok(Some(String::from_utf8_lossy(line(&output.stdout)).into())),
            Some(1) => Ok(None),
            _ => Err(GitError::refused(&output)),
        }
    }
}

/// The folder that `git` runs the hooks of the repository around `base` from, as the user configured it.
///
/// # Errors
/// Where there is no repository.
pub fn hooks_folder(base: &Path) -> Result<PathBuf, GitError> {
    let mut command = Command::new("git");
    command.args(["rev-parse", "--git-path", "hooks"]);
    let folder = answer(command.current_dir(base).stdin(Stdio::null()))?;
    Ok(base.join(path(line(&folder))))
}

fn base_command(base: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager").current_dir(base).envs(QUIET);
    for setting in NEUTRAL {
        command.args(["-c", setting]);
    }
    command
}

fn command<const N: usize>(base: &Path, name: &str, arguments: [&str; N]) -> Command {
    let mut command = base_command(base);
    command.arg(name).args(arguments);
    command
}

fn run(command: &mut Command) -> Result<Output, GitError> {
    Ok(command.stdin(Stdio::null()).output()?)
}

/// What it prints, where it succeeds.
fn answer(command: &mut Command) -> Result<Vec<u8>, GitError> {
    let output = run(command)?;
    if !output.status.success() {
        return Err(GitError::refused(&output));
    }
    Ok(output.stdout)
}

/// An answer of one line, which may hold line breaks where it is a path.
fn line(answer: &[u8]) -> &[u8] {
    answer.strip_suffix(b"\n").unwrap_or(answer)
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

fn join(key: &[u8], value: &str) -> OsString {
    OsString::from_vec([key, value.as_bytes()].concat())
}
