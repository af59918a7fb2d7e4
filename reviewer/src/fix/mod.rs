//! Applies the fixes of findings to the text of a file.
//!
//! ```text
//! findings ─► edits that do not touch ─► new text, parsed and reviewed ─► kept, or taken back
//!     ▲                                                                      │
//!     └──────────────── until nothing changes, ten rounds at most ◄──────────┘
//! ```
//!
//! An edit is trusted for what it does, not for what its rule promises: edits that bring a syntax error or a finding,
//! tear the code around them apart, or lose a comment are refused, and the reason is told. [`apply`] and all below it
//! know no files; [`fix_file`] reads one, and [`Change::write`] replaces it.

mod apply;
mod edit;
mod file;
mod identity;
mod original;
mod outcome;
mod structure;
mod trial;
mod update;

pub use apply::{Job, MAX_ROUNDS, apply};
pub use file::{Change, FixError, fix_file};
pub use original::{Original, TEMPORARY_PREFIX, WriteError};
pub use outcome::{Fixed, Left, Reason, Refusal};
pub use update::update;

#[cfg(test)]
mod tests;
