//! Which finding of the old text a finding of the new one is.
//!
//! One that no edit touches keeps its place, and so does one around an edit. One inside of an edit, in code that the
//! edit carried over, is told by its fingerprint. What is neither is new.

use std::collections::{HashMap, HashSet};

use super::edit::{Edit, Move, origin};
use super::trial::Known;
use super::{Left, Reason};
use crate::review::Finding;

/// The findings `found` after `edits`, each with who it was before.
pub(super) fn carried(
    before: &[Known],
    edits: &[Edit],
    moves: &[Move],
    found: Vec<Finding>,
) -> Result<Vec<Known>, Reason> {
    let mut matched = by_place(before, moves, &found);
    by_fingerprint(before, &found, &mut matched);
    let fixed: HashSet<&str> = edits.iter().map(|edit| edit.was.as_str()).collect();
    let mut left = matched.iter().flatten().map(|&at| &before[at].left);
    if left.any(|left| fixed.contains(left.was.as_str())) {
        return Err(Reason::Reported);
    }
    found
        .into_iter()
        .zip(matched)
        .map(|(finding, at)| match at {
            Some(at) => Ok(Known {
                left: Left {
                    was: before[at].left.was.clone(),
                    finding,
                },
                refused: before[at].refused.clone(),
            }),
            None => Err(Reason::Finding(finding.rule)),
        })
        .collect()
}

fn by_place(before: &[Known], moves: &[Move], found: &[Finding]) -> Vec<Option<usize>> {
    let places: HashMap<_, _> = before
        .iter()
        .enumerate()
        .map(|(at, known)| {
            let finding = &known.left.finding;
            ((finding.rule.as_str(), finding.place.bytes), at)
        })
        .collect();
    let matched = found.iter().map(|finding| {
        let place = origin(moves, finding.place.bytes)?;
        places.get(&(finding.rule.as_str(), place)).copied()
    });
    matched.collect()
}

/// Matches what `matched` leaves open, on both sides.
fn by_fingerprint(before: &[Known], found: &[Finding], matched: &mut [Option<usize>]) {
    let taken: HashSet<usize> = matched.iter().flatten().copied().collect();
    let free: HashMap<&str, usize> = before
        .iter()
        .enumerate()
        .filter(|(at, _)| !taken.contains(at))
        .map(|(at, known)| (known.left.finding.fingerprint.as_str(), at))
        .collect();
    for (finding, slot) in found.iter().zip(matched) {
        *slot = slot.or_else(|| free.get(finding.fingerprint.as_str()).copied());
    }
}
