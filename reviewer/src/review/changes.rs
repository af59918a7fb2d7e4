//! Which findings a change brought in.
//!
//! A finding on a line that changed is one, and so is one whose way leads over such a line. On other lines it is one where
//! the file did not have it before: a `close()` that is deleted brings a finding to the line of the `open()`, and a check
//! that is deleted brings one to wherever what it checked gets to, be it in another file. Lines that did not change are
//! followed to where they were, so a finding there is known by its rule and its place, however many others are like it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::finding::Place;
use super::project::Elsewhere;
use super::{FileResult, Finding, Options, Review, examine_together};
use crate::source::{Earlier, SourceFile};

/// A finding as the earlier file would have it: file, rule, line, column.
type Known = HashSet<(String, String, usize, usize)>;

/// Files that changed.
struct Changed<'a> {
    /// Those that were reviewed.
    reviewed: BTreeSet<&'a str>,
    /// What they were, by name. The others are new.
    earlier: &'a HashMap<String, Earlier>,
}

/// Keeps the findings that the change of a file brought in, where it is known what the file was; `earlier` is by name.
///
/// Earlier files are reviewed where that decides.
pub fn keep_changed(
    review: &mut Review,
    earlier: &HashMap<String, Earlier>,
    options: &Options<'_>,
) {
    let changed = Changed {
        reviewed: review.reviewed.iter().map(String::as_str).collect(),
        earlier,
    };
    let suppressed = review.suppressed.iter().map(|one| &one.finding);
    let all = review.findings.iter().chain(suppressed);
    let doubtful: Vec<_> = all.filter(|finding| !changed.touches(finding)).collect();
    let known = changed.known(&doubtful, options);
    let is_known = |finding: &Finding, (line, column)| {
        let place = &finding.place;
        known.contains(&(place.path.clone(), finding.rule.clone(), line, column))
    };
    let is_new = |finding: &Finding| {
        changed.touches(finding)
            || changed
                .before(&finding.place)
                .is_none_or(|at| !is_known(finding, at))
    };
    review.findings.retain(is_new);
    review.suppressed.retain(|one| is_new(&one.finding));
}

impl Changed<'_> {
    /// Whether a finding, or the way to it, lies on a line that changed.
    fn touches(&self, finding: &Finding) -> bool {
        let steps = finding.path.iter().map(|step| &step.place);
        let mut places = steps.chain([&finding.place]);
        places.any(|place| self.before(place).is_none())
    }

    /// The line and column where a place was; none where a line of it changed.
    fn before(&self, place: &Place) -> Option<(usize, usize)> {
        let (first, mut last) = (place.start.line, place.end.line);
        if !self.reviewed.contains(&*place.path) {
            return Some((first, place.start.column));
        }
        let earlier = self.earlier.get(&place.path)?;
        if last > first && place.end.column == 1 {
            last -= 1;
        }
        let line = earlier.unchanged.before(first..=last)?;
        Some((line, place.start.column))
    }

    /// What was found before the change, as far as it decides about `doubtful` findings; nothing in what cannot be reviewed.
    fn known(&self, doubtful: &[&Finding], options: &Options<'_>) -> Known {
        let names: BTreeSet<_> = doubtful.iter().map(|one| &*one.place.path).collect();
        // What gets to a place depends on all files that changed.
        let is_linked = doubtful.iter().any(|one| !one.path.is_empty());
        let mut files: Vec<SourceFile> = self
            .earlier
            .iter()
            .filter(|(name, _)| is_linked || names.contains(name.as_str()))
            .map(|(_, earlier)| earlier.file.clone())
            .collect();
        files.sort();
        let options = Options {
            done: &|| {},
            ..*options
        };
        let (results, linked) = examine_together(&files, Elsewhere::In(&names), &options);
        let suppressed = linked.suppressed.into_iter().map(|one| one.finding);
        let mut known: Known = linked
            .findings
            .into_iter()
            .chain(suppressed)
            .map(key)
            .collect();
        for result in results {
            if let FileResult::Reviewed(one) = result {
                let suppressed = one.suppressed.into_iter().map(|one| one.finding);
                known.extend(one.findings.into_iter().chain(suppressed).map(key));
            }
        }
        known
    }
}

fn key(finding: Finding) -> (String, String, usize, usize) {
    let place = finding.place;
    (
        place.path,
        finding.rule,
        place.start.line,
        place.start.column,
    )
}
