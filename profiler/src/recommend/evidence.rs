//! What a reader needs to act on a match: the hottest path to it, and whose code leads there.

use std::collections::BTreeMap;

use super::Caller;
use super::scan::{Hit, Matches};
use crate::analyze::{Frame, Frames, FuncId, is_runtime};
use crate::profile::Profile;

/// Callers that are listed.
const CALLERS: usize = 3;

pub(super) struct Evidence {
    pub(super) path: Vec<String>,
    pub(super) callers: Vec<Caller>,
}

/// Evidence for `matches` in a profile that weighs `total`.
pub(super) fn gather(
    profile: &Profile,
    frames: &Frames,
    matches: &Matches,
    total: i64,
) -> Evidence {
    let mut hits: BTreeMap<Hit, i64> = BTreeMap::new();
    for &(hit, weight) in &matches.found {
        *hits.entry(hit).or_default() += weight;
    }
    // The first of equals, so that the result does not depend on the order of a map.
    let hottest = hits
        .iter()
        .max_by_key(|(hit, weight)| (**weight, std::cmp::Reverse(**hit)));
    let path = hottest.map_or_else(Vec::new, |(hit, _)| {
        path(profile, frames, *hit)
            .iter()
            .map(|frame| frames.get(frame.func).name.clone())
            .collect()
    });
    Evidence {
        path,
        callers: callers(profile, frames, &hits, total),
    }
}

/// The frames from the root to a hit.
fn path<'a>(profile: &Profile, frames: &'a Frames, hit: Hit) -> Vec<&'a Frame> {
    let mut path: Vec<&Frame> = frames.path(profile, Some(hit.stack)).collect();
    let (_, location) = profile.stacks.node(hit.stack);
    let below = frames.at(location).len() - 1 - hit.frame as usize;
    path.truncate(path.len() - below);
    path
}

fn callers(
    profile: &Profile,
    frames: &Frames,
    hits: &BTreeMap<Hit, i64>,
    total: i64,
) -> Vec<Caller> {
    let runtime: Vec<bool> = frames
        .funcs
        .iter()
        .map(|func| is_runtime(profile, func))
        .collect();
    let mut lines: BTreeMap<FuncId, BTreeMap<u32, i64>> = BTreeMap::new();
    for (&hit, weight) in hits {
        let path = path(profile, frames, hit);
        // The matching frame itself where the program has nothing of its own above it.
        let caller = path
            .iter()
            .rev()
            .find(|frame| !runtime[frame.func.index()])
            .or(path.last());
        if let Some(frame) = caller {
            *lines
                .entry(frame.func)
                .or_default()
                .entry(frame.line)
                .or_default() += weight;
        }
    }
    let mut callers: Vec<(i64, FuncId, u32)> = lines
        .into_iter()
        .map(|(func, lines)| {
            let hottest = lines
                .iter()
                .max_by_key(|(line, weight)| (**weight, std::cmp::Reverse(**line)));
            (
                lines.values().sum(),
                func,
                hottest.map_or(0, |(line, _)| *line),
            )
        })
        .collect();
    callers.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    callers
        .into_iter()
        .take(CALLERS)
        .map(|(weight, id, line)| {
            let func = frames.get(id);
            Caller {
                function: func.name.clone(),
                file: crate::analyze::readable(profile.text(func.file)),
                line,
                share: weight as f64 / total as f64,
            }
        })
        .collect()
}
