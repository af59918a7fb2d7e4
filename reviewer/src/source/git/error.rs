//! Why `git` gave no answer, and what to do about it.

use std::io;
use std::path::PathBuf;
use std::process::Output;

/// Why `git` gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program cannot be started, or spoken to.
    #[error("git cannot be run ({0}); it says what is staged or changed, so install it")]
    Run(#[from] io::Error),
    /// It refused, for the reason that it gives.
    #[error("git says: {0}")]
    Refused(String),
    /// There is no work tree.
    #[error(
        "{0}\nwhat is staged or changed is asked of the work tree around the working folder: run this in one"
    )]
    NoWorkTree(Box<GitError>),
    /// It answered in a way that is not documented.
    #[error("the answer of `git {0}` is not understood")]
    Answer(&'static str),
    /// A conflict is not resolved.
    #[error("{}: has an unresolved merge conflict; resolve it, then `git add` the file", .0.display())]
    Unmerged(PathBuf),
    /// A filter that cannot be kept from running.
    #[error("the setting `{0}` cannot be switched off; rename the filter: `=` is in its name")]
    Filter(String),
    /// The name given stands for no commit.
    #[error("`{0}` is no commit of this repository; fetch it first, or name another")]
    UnknownReference(String),
    /// There is no common ancestor.
    #[error("`{reference}` and HEAD have no common ancestor{}", if *.shallow {
        " in this shallow clone; deepen it: `git fetch --deepen=100`, or `fetch-depth: 0` for actions/checkout"
    } else {
        ""
    })]
    NoMergeBase {
        /// What was compared with.
        reference: String,
        /// Whether the history is cut off.
        shallow: bool,
    },
}

impl GitError {
    pub(super) fn refused(output: &Output) -> GitError {
        GitError::Refused(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}
