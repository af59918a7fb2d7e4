//! What became of a text, and why not more.

use super::MAX_ROUNDS;
use crate::review::{FileReview, Finding, Place};

/// What became of a text.
#[derive(Debug)]
pub struct Fixed {
    /// The new text.
    pub text: String,
    /// How many fixes are in it.
    pub fixes: usize,
    /// The fixes that were not applied, and why.
    pub refused: Vec<Refusal>,
    /// What the review of the new text found.
    pub left: Vec<Left>,
    /// The rest of that review: its findings are in `left`.
    pub review: FileReview,
}

/// A finding of the new text.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// The fingerprint that it had in the old text.
    pub was: String,
    /// The finding.
    pub finding: Finding,
}

/// A fix that was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule.
    pub rule: String,
    /// The finding that it would have mended, in the new text.
    pub place: Place,
    /// Why not.
    pub reason: Reason,
}

/// Why a fix is not applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// What it replaces holds a comment that it does not.
    #[error("it would lose a comment")]
    Comment,
    /// The new text has more syntax errors.
    #[error("it would bring a syntax error")]
    Syntax,
    /// `!a.equals(b)` must not become `!a == b`.
    #[error("its text would be read together with the code around it")]
    Structure,
    /// A rule reports what it did not report before.
    #[error("it would bring a finding of {0}")]
    Finding(String),
    /// The fix does not mend the finding.
    #[error("the fixed code would be reported as before")]
    Reported,
    /// What it brings cannot be told.
    #[error("the fixed code cannot be reviewed whole: {0}")]
    Incomplete(String),
    /// It lies in code that too many other fixes change.
    #[error("{MAX_ROUNDS} rounds of fixes did not come to it; run again")]
    Rounds,
}
