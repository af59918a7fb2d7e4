//! What a review did not do, or not whole, for formats whose consumers take findings only.

use std::borrow::Cow;

use rules::review::Severity;

use super::Report;

/// A remark of the reviewer about its own work.
pub(super) struct Note<'a> {
    /// What kind it is, as if it were a rule.
    pub(super) id: &'static str,
    /// An error where the job could not be done whole because of it; what was passed over by design is information.
    pub(super) severity: Severity,
    /// File, or rule with its place.
    pub(super) about: &'a str,
    /// What is wrong, with the remedy where there is one.
    pub(super) message: Cow<'a, str>,
}

impl Report<'_> {
    /// The problems, then what was passed over.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note<'_>> {
        let problems = self.review.problems.iter().map(|problem| {
            let (id, severity) = match problem.fatal {
                true => ("reviewer/incomplete", Severity::Error),
                false => ("reviewer/problem", Severity::Warning),
            };
            Note {
                id,
                severity,
                about: &problem.about,
                message: Cow::Borrowed(&problem.message),
            }
        });
        let skipped = self.review.skipped.iter().map(|skipped| Note {
            id: "reviewer/not-reviewed",
            severity: Severity::Info,
            about: &skipped.name,
            message: format!("not reviewed: {}", skipped.reason).into(),
        });
        problems.chain(skipped)
    }
}
