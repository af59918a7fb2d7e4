//! Which findings a change brought in.
//!
//! A finding on a line that changed is one. On other lines it is one where the file did not have it before: a `close()`
//! that is deleted brings a finding to the line of the `open()`. Lines that did not change are followed to where they were,
//! so a finding there is known by its rule and its place, however many others are like it.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::{FileResult, Finding, Options, Review, review_file};
use crate::source::{Earlier, SourceFile};

/// A finding as the earlier file would have it: rule, line, column.
type Known = HashSet<(String, usize, usize)>;

/// Keeps the findings that the change of a file brought in, where it is known what the file was; `earlier` is by name.
///
/// Earlier files are reviewed where that decides.
pub fn keep_changed(
    review: &mut Review,
    earlier: &HashMap<String, Earlier>,
    options: &Options<'_>,
) {
    let suppressed = review.suppressed.iter().map(|one| &one.finding);
    let doubtful: BTreeSet<&str> = review
        .findings
        .iter()
        .chain(suppressed)
        .filter(|finding| place_before(finding, earlier).is_some())
        .map(|finding| finding.place.path.as_str())
        .collect();
    let known: HashMap<String, Known> = doubtful
        .into_par_iter()
        .filter_map(|name| Some((name.to_owned(), known(&earlier.get(name)?.file, options))))
        .collect();
    let is_new = |finding: &Finding| match place_before(finding, earlier) {
        None => true,
        Some((line, column)) => known
            .get(&finding.place.path)
            .is_none_or(|known| !known.contains(&(finding.rule.clone(), line, column))),
    };
    review.findings.retain(is_new);
    review.suppressed.retain(|one| is_new(&one.finding));
}

/// The line and column where a finding was before, had the file had it; none where a line of it changed.
fn place_before(finding: &Finding, earlier: &HashMap<String, Earlier>) -> Option<(usize, usize)> {
    let place = &finding.place;
    let earlier = earlier.get(&place.path)?;
    let (first, mut last) = (place.start.line, place.end.line);
    if last > first && place.end.column == 1 {
        last -= 1;
    }
    let line = earlier.unchanged.before(first..=last)?;
    Some((line, place.start.column))
}

/// What an earlier file had; nothing where it cannot be reviewed.
fn known(file: &SourceFile, options: &Options<'_>) -> Known {
    let FileResult::Reviewed(one) = review_file(file, options) else {
        return Known::default();
    };
    let suppressed = one.suppressed.into_iter().map(|one| one.finding);
    one.findings
        .into_iter()
        .chain(suppressed)
        .map(|finding| {
            (
                finding.rule,
                finding.place.start.line,
                finding.place.start.column,
            )
        })
        .collect()
}
