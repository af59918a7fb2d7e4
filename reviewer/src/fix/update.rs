//! What a review says of files that have been fixed.

use std::collections::HashMap;

use super::Change;
use crate::review::{Finding, Problem, Review, Suppressed, Suppression};

/// Makes `review` say of the files of `changes` what a review of their new texts says. What was not shown before, or
/// hidden by a baseline, is still so; what is shown keeps its order.
pub fn update(review: &mut Review, changes: &[Change<'_>]) {
    let left: HashMap<&str, HashMap<&str, &Finding>> = changes
        .iter()
        .map(|change| {
            let left = change.fixed.left.iter();
            let left = left.map(|left| (left.was.as_str(), &left.finding));
            (change.file.name.as_str(), left.collect())
        })
        .collect();
    let again = |old: Finding| match left.get(old.place.path.as_str()) {
        None => Some(old),
        Some(left) => left.get(old.fingerprint.as_str()).map(|&finding| Finding {
            cost: old.cost,
            ..finding.clone()
        }),
    };
    let findings = std::mem::take(&mut review.findings);
    review.findings = findings.into_iter().filter_map(again).collect();
    let suppressed = std::mem::take(&mut review.suppressed);
    review.suppressed = suppressed
        .into_iter()
        .filter(|old| {
            old.by == Suppression::Baseline || !left.contains_key(old.finding.place.path.as_str())
        })
        .filter_map(|Suppressed { finding, by }| {
            again(finding).map(|finding| Suppressed { finding, by })
        })
        .collect();
    for change in changes {
        let by_comments = change.fixed.review.suppressed.iter().cloned();
        review.suppressed.extend(by_comments);
        review.problems.extend(refusals(change));
    }
    review
        .suppressed
        .sort_by_cached_key(|suppressed| suppressed.finding.order());
    review.problems.sort();
}

/// What is said about the fixes that were not applied.
fn refusals(change: &Change<'_>) -> impl Iterator<Item = Problem> {
    change.fixed.refused.iter().map(|refusal| {
        let at = refusal.place.start;
        Problem {
            about: format!("{}:{}:{}", change.file.name, at.line, at.column),
            message: format!(
                "the fix of {} was not applied: {}",
                refusal.rule, refusal.reason
            ),
            fatal: false,
        }
    })
}
