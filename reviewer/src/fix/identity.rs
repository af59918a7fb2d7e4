//! Which finding of the old text a finding of the new one is.
//!
//! One that no edit touches keeps its place, and so does one around an edit. One inside of an edit, in code that the
//! edit took over, is told by that code. What is neither is new. (Fingerprints would not do: those of findings that are
//! alike are numbered, and the numbers change.)

use std::collections::{HashMap, HashSet};

use super::edit::{Edit, Move, origin};
use super::trial::{Known, State};
use super::{Left, Reason};
use crate::review::Finding;
use crate::tree::Tree;

/// The findings `found` in `new`, each with who it was in `old`, before `edits`.
pub(super) fn carried(
    old: &State,
    edits: &[Edit],
    moves: &[Move],
    (new, found): (&Tree, Vec<Finding>),
) -> Result<Vec<Known>, Reason> {
    let before = &old.known;
    let mut matched = by_place(before, moves, &found);
    by_code(old, (new, &found), &mut matched);
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

/// Matches what `matched` leaves open, on both sides; what is the same, in order.
fn by_code(old: &State, (new, found): (&Tree, &[Finding]), matched: &mut [Option<usize>]) {
    let taken: HashSet<usize> = matched.iter().flatten().copied().collect();
    let mut free: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, known) in old.known.iter().enumerate().rev() {
        if !taken.contains(&at) {
            let same = free.entry(code(&old.tree, &known.left.finding));
            same.or_default().push(at);
        }
    }
    for (finding, slot) in found.iter().zip(matched) {
        *slot = slot.or_else(|| free.get_mut(&code(new, finding))?.pop());
    }
}

/// The rule, and the code that it is about.
fn code<'a>(tree: &'a Tree, finding: &'a Finding) -> (&'a str, &'a str) {
    (&finding.rule, &tree.text[finding.place.bytes.indices()])
}
