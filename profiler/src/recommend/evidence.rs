//! What a reader needs to act on a match: the heaviest paths to it, and whose code leads there.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::scan::{Hit, Matches};
use super::{CallPath, Caller, Step};
use crate::analyze::{Frame, Frames, FuncId, is_runtime, readable};
use crate::profile::Profile;

/// Callers that are listed.
const CALLERS: usize = 3;
/// Call paths that are listed.
const PATHS: usize = 2;
/// Frames of the program's own in a call path, nearest to the match.
const OWN_FRAMES: usize = 4;
/// A second path lighter than this share of the match tells a reader nothing.
const LIGHT: f64 = 0.1;

pub(super) struct Evidence {
    pub(super) path: Vec<String>,
    pub(super) paths: Vec<CallPath>,
    pub(super) callers: Vec<Caller>,
}

/// Gathers evidence in one profile; what rules share is found out once.
pub(super) struct Gatherer<'a> {
    profile: &'a Profile,
    frames: &'a Frames,
    runtime: Vec<bool>,
    total: i64,
}

/// A call path as it is grouped: functions, root first, each with whether frames before it are left out.
type Outline = Vec<(FuncId, bool)>;

impl<'a> Gatherer<'a> {
    /// For a profile that weighs `total`.
    pub(super) fn new(profile: &'a Profile, frames: &'a Frames, total: i64) -> Gatherer<'a> {
        let runtime = frames
            .funcs
            .iter()
            .map(|func| is_runtime(profile, func))
            .collect();
        Gatherer {
            profile,
            frames,
            runtime,
            total,
        }
    }

    pub(super) fn gather(&self, matches: &Matches) -> Evidence {
        let mut hits: FxHashMap<Hit, i64> = FxHashMap::default();
        for &(hit, weight) in &matches.found {
            *hits.entry(hit).or_default() += weight;
        }
        // In a fixed order, so that the result does not depend on that of a map.
        let mut hits: Vec<(Hit, i64)> = hits.into_iter().collect();
        hits.sort_unstable_by_key(|(hit, weight)| (Reverse(*weight), *hit));
        let path = hits.first().map_or_else(Vec::new, |(hit, _)| {
            let mut path: Vec<String> = self
                .upward(*hit)
                .map(|frame| self.frames.get(frame.func).name.clone())
                .collect();
            path.reverse();
            path
        });
        Evidence {
            path,
            paths: self.paths(&hits, matches.weight),
            callers: self.callers(&hits),
        }
    }

    /// The frames from a hit to the root.
    fn upward(&self, hit: Hit) -> impl Iterator<Item = &'a Frame> {
        let (profile, frames) = (self.profile, self.frames);
        let (caller, location) = profile.stacks.node(hit.stack);
        frames.at(location)[..=hit.frame as usize]
            .iter()
            .rev()
            .chain(
                profile
                    .stacks
                    .leaf_first(caller)
                    .flat_map(|location| frames.at(location).iter().rev()),
            )
    }

    fn is_own(&self, frame: &Frame) -> bool {
        !self.runtime[frame.func.index()]
    }

    fn paths(&self, hits: &[(Hit, i64)], weight: i64) -> Vec<CallPath> {
        let mut outlines: FxHashMap<Outline, i64> = FxHashMap::default();
        for &(hit, weight) in hits {
            *outlines.entry(self.outline(hit)).or_default() += weight;
        }
        let mut outlines: Vec<(Outline, i64)> = outlines.into_iter().collect();
        outlines.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        outlines
            .into_iter()
            .take(PATHS)
            .enumerate()
            .filter(|(rank, (_, own))| *rank == 0 || *own as f64 >= LIGHT * weight as f64)
            .map(|(_, (outline, weight))| CallPath {
                share: self.share(weight),
                steps: outline
                    .into_iter()
                    .map(|(func, skipped)| Step {
                        function: self.frames.get(func).name.clone(),
                        skipped,
                    })
                    .collect(),
            })
            .collect()
    }

    /// The hit and the frames of the program nearest to it; a function that calls itself is named once.
    fn outline(&self, hit: Hit) -> Outline {
        let mut outline: Outline = Vec::new();
        let mut skipped = false;
        for (depth, frame) in self.upward(hit).enumerate() {
            if depth > 0 && outline.len() > OWN_FRAMES {
                skipped = true;
                break;
            }
            if outline.last().is_some_and(|(func, _)| *func == frame.func) {
                continue;
            }
            if depth > 0 && !self.is_own(frame) {
                skipped = true;
                continue;
            }
            // What was left out lies between this frame and the one that was put down before it.
            if let Some((_, before)) = outline.last_mut() {
                *before = skipped;
            }
            skipped = false;
            outline.push((frame.func, false));
        }
        if let Some((_, before)) = outline.last_mut() {
            *before = skipped;
        }
        outline.reverse();
        outline
    }

    /// The functions of the program nearest to the hits, with the line of their hottest call.
    fn callers(&self, hits: &[(Hit, i64)]) -> Vec<Caller> {
        let mut lines: FxHashMap<FuncId, FxHashMap<u32, i64>> = FxHashMap::default();
        for &(hit, weight) in hits {
            // The matching frame itself where the program has nothing of its own above it.
            let own = self.upward(hit).skip(1).find(|frame| self.is_own(frame));
            if let Some(frame) = own.or_else(|| self.upward(hit).next()) {
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
                let weight = lines.values().sum();
                let hottest = lines
                    .into_iter()
                    .max_by_key(|(line, weight)| (*weight, Reverse(*line)));
                (weight, func, hottest.map_or(0, |(line, _)| line))
            })
            .collect();
        callers.sort_unstable_by_key(|(weight, func, _)| (Reverse(*weight), *func));
        callers
            .into_iter()
            .take(CALLERS)
            .map(|(weight, id, line)| {
                let func = self.frames.get(id);
                Caller {
                    function: func.name.clone(),
                    file: readable(self.profile.text(func.file)),
                    line,
                    share: self.share(weight),
                }
            })
            .collect()
    }

    fn share(&self, weight: i64) -> f64 {
        weight as f64 / self.total as f64
    }
}

#[cfg(test)]
mod tests {
    use super::super::{built_in, recommend};

    #[test]
    fn a_path_keeps_the_frames_of_the_program_around_the_match() {
        let text = "\
_start;main;a::one;a::one;core::ops::f;a::two;std::g;alloc::h;malloc;_int_malloc 60
_start;main;a::one;core::ops::other;a::two;alloc::h;malloc 20
_start;main;b;c;d;e;f;malloc 5
";
        let profile = crate::import::folded(text).unwrap();
        let found = recommend(&profile, built_in());
        let found = found
            .iter()
            .find(|found| found.rule == "profile/allocation-heavy")
            .unwrap();
        let outlines: Vec<String> = found.paths.iter().map(ToString::to_string).collect();
        assert_eq!(outlines, ["… > main > a::one > … > a::two > … > malloc"]);
        assert_eq!(found.callers[0].function, "a::two");
        let text = text.replace(" 5\n", " 50\n");
        let profile = crate::import::folded(&text).unwrap();
        let found = recommend(&profile, built_in());
        assert_eq!(found[0].paths[1].to_string(), "… > c > d > e > f > malloc");
    }
}
