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

/// What the reviewer finds in `dir` with all built-in rules but the pedantic ones: in a function that is
/// known to be hot, more is worth a look than in a whole repository.
#[cfg(feature = "review")]
fn findings(dir: &Path) -> Vec<SourceNote> {
    use reviewer::plan::Plan;
    use rules::review::Pack;

    let mut rules = rules::builtin::review_rules();
    rules.retain(|rule| rule.metadata.precision != Pack::Pedantic);
    let plan = Plan::prepare(rules, false).plan;
    let review = reviewer::review::review(&[dir.to_owned()], dir, &plan);
    let remedy = |id: &str| {
        let rule = plan.rules().find(|rule| rule.id == id);
        rule.map_or_else(String::new, |rule| rule.metadata.help.clone())
    };
    let line = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
    let note = |finding: reviewer::review::Finding| SourceNote {
        start_line: line(finding.place.start.line),
        end_line: line(finding.place.end.line),
        severity: finding.severity.name().to_uppercase(),
        remedy: remedy(&finding.rule),
        file: finding.place.path,
        rule: finding.rule,
        message: finding.message,
    };
    review.findings.into_iter().map(note).collect()
}

/// A build without the reviewer has no findings.
#[cfg(not(feature = "review"))]
fn findings(_dir: &Path) -> Vec<SourceNote> {
    Vec::new()
}
