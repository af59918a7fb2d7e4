//! Rules that patterns cannot say. Each is one file here, named after its rule.

use crate::tree::{TextRange, Tree};

/// A check.
pub(crate) type Check = fn(&mut Context<'_>);

/// What a check sees.
pub(crate) struct Context<'a> {
    pub(crate) tree: &'a Tree,
}

/// The check of a rule.
pub(crate) fn find(_rule: &str) -> Option<Check> {
    None
}

/// Runs checks.
pub(crate) fn run(
    _tree: &Tree,
    _checks: &[(usize, Check)],
    _report: &mut dyn FnMut(usize, TextRange, &[(String, String)]),
) {
}
