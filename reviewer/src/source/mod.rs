//! Which files are reviewed, and how they are opened.
//!
//! A repository under review is not trusted: it may hold links that lead out of it, pipes that block, and
//! files that never end. Only regular files are opened, links are never followed on the way, and what is
//! passed over is counted with its reason.

mod below;
mod changes;
mod folders;
mod git;
mod ignores;
mod open;
mod piped;
mod walk;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use below::files_below;
pub use changes::{Change, Changes, Earlier, Request, Unchanged};
pub(crate) use folders::{Folder, Folders};
pub use git::{GitError, hooks_folder};
pub use open::{MAX_BYTES, ReadError, read};
pub use piped::piped;
pub use walk::{Found, Search, WalkError, find};
pub(crate) use walk::{language, name as relative_name};

use crate::lang::Language;

/// A file to review.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Its path for people and machines: relative where it lies below the working folder, with `/`.
    pub name: String,
    /// Where to open it.
    pub path: PathBuf,
    /// What it is written in.
    pub language: Language,
    /// Its content, where that is not what lies at `path`: in the index of a repository, on standard input.
    pub text: Option<Arc<str>>,
}

impl SourceFile {
    /// The file at `path`, called `name`.
    pub fn on_disk(
        name: impl Into<String>,
        path: impl Into<PathBuf>,
        language: Language,
    ) -> SourceFile {
        SourceFile {
            name: name.into(),
            path: path.into(),
            language,
            text: None,
        }
    }

    /// Whether its content came from standard input, which the path `-` stands for.
    pub fn is_standard_input(&self) -> bool {
        self.text.is_some() && self.path == Path::new("-")
    }

    /// Its text.
    ///
    /// # Errors
    /// As [`read`].
    pub fn read(&self) -> Result<String, ReadError> {
        match &self.text {
            Some(text) => Ok(text.to_string()),
            None => read(&self.path),
        }
    }
}

/// Why a file is not reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// Larger than [`MAX_BYTES`].
    TooLarge,
    /// Contains NUL bytes.
    Binary,
    /// Not UTF-8.
    Encoding,
    /// Lines too long to be written by a person.
    Minified,
    /// A symbolic link.
    Link,
    /// A pipe, device, or socket.
    NotRegular,
    /// Below a folder of other people's code, such as `node_modules`.
    Vendored,
    /// Named on the command line, and of no language that is supported.
    Language,
    /// Looks like configuration, and is none that can be read.
    Configuration,
    /// Named on the command line, and ignored or excluded where that holds for such files too.
    Excluded,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SkipReason::TooLarge => "larger than 1 MiB",
            SkipReason::Binary => "binary",
            SkipReason::Encoding => "not UTF-8",
            SkipReason::Minified => "minified or generated: lines of thousands of characters",
            SkipReason::Link => "symbolic link",
            SkipReason::NotRegular => "not a regular file",
            SkipReason::Vendored => "vendored folder",
            SkipReason::Language => "no supported language",
            SkipReason::Configuration => "configuration that cannot be read",
            SkipReason::Excluded => "excluded",
        })
    }
}

/// A file or folder that is not reviewed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Its path, as in [`SourceFile::name`].
    pub name: String,
    /// Why.
    pub reason: SkipReason,
}
