//! From the findings of one file to its new content.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rules::review::Safety;
use similar::TextDiff;

use super::{Fixed, Job, Original, WriteError, apply};
use crate::plan::Selection;
use crate::review::{Finding, Options, review_text, review_within};
use crate::source::{ReadError, SourceFile};

/// A file with its fixes, which are nowhere written yet.
#[derive(Debug)]
pub struct Change<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// What it held.
    pub old: String,
    /// What it will hold, and what is said about that.
    pub fixed: Fixed,
    /// Where that goes; `None` for what came from standard input.
    original: Option<Original>,
}

/// Why a file cannot be fixed.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// It can no longer be read.
    #[error("not fixed: {0}")]
    Read(#[from] ReadError),
    /// It may not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Parsing it took too much.
    #[error("not fixed: {0}")]
    Parse(#[from] crate::lang::ParseError),
    /// A bug.
    #[error("not fixed: fixing it panicked. Please report this")]
    Panic,
}

/// Applies the fixes of the findings `shown` of `file`, up to `safety`; `None` where no text comes of it that differs
/// and no fix was refused. Nothing is written.
///
/// # Errors
/// Where the file cannot be read, or not be written, or holds something else than what was reviewed.
pub fn fix_file<'a>(
    file: &'a SourceFile,
    shown: &[Finding],
    safety: Safety,
    options: &Options<'_>,
) -> Result<Option<Change<'a>>, FixError> {
    let old = file.read()?;
    let selection: Arc<Selection> = (options.selection)(file);
    let alone = |text| review_text(file, text, options.plan, &selection);
    let within = |text| review_within(file, text, options);
    // What flows in from other files is found with them only. That takes as long as it takes to link them all.
    let is_followed = |finding: &Finding| !finding.path.is_empty();
    let follows =
        shown.iter().any(is_followed) || alone(old.clone()).findings.iter().any(is_followed);
    let job = Job {
        language: file.language,
        safety,
        review: if follows { &within } else { &alone },
    };
    let fixed = catch_unwind(AssertUnwindSafe(|| apply(&job, &old, shown)));
    let fixed = fixed.map_err(|_| FixError::Panic)??;
    if fixed.fixes == 0 && fixed.refused.is_empty() {
        return Ok(None);
    }
    let is_file = !file.is_standard_input() && fixed.fixes > 0;
    let original = match is_file {
        true => Some(Original::open(&file.path, &old)?),
        false => None,
    };
    Ok(Some(Change {
        file,
        old,
        fixed,
        original,
    }))
}

impl Change<'_> {
    /// Writes the new content, where it goes to a file.
    ///
    /// # Errors
    /// As [`Original::replace`].
    pub fn write(&self) -> Result<(), WriteError> {
        match &self.original {
            Some(original) => original.replace(&self.fixed.text),
            None => Ok(()),
        }
    }

    /// What changes, as a unified diff; empty where nothing does.
    pub fn diff(&self) -> String {
        let mark = self.original.as_ref().map_or("", Original::mark);
        let (old, new) = (
            format!("{mark}{}", self.old),
            format!("{mark}{}", self.fixed.text),
        );
        let name = &self.file.name;
        TextDiff::from_lines(&old, &new)
            .unified_diff()
            .header(&format!("a/{name}"), &format!("b/{name}"))
            .to_string()
    }
}
