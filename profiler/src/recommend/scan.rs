//! One rule over all stacks.

use rules::profile::ProfileRule;

use super::pattern::Pattern;
use crate::analyze::{Frame, Frames, Func, Measure};
use crate::profile::{Profile, StackId};

/// Where a rule matches.
pub(super) struct Matches {
    /// For each stack, the hit nearest to its root, if it has one.
    hits: Vec<Option<Hit>>,
    /// Weight of matching samples.
    pub(super) weight: i64,
    /// Number of matching samples.
    pub(super) samples: u64,
    /// Matching samples: their hit and weight.
    pub(super) found: Vec<(Hit, i64)>,
}

/// A frame that a rule names, in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Hit {
    /// The path that ends with the frame's location.
    pub(super) stack: StackId,
    /// Which of the frames at that location, caller first.
    pub(super) frame: u32,
}

impl Matches {
    pub(super) fn hit(&self, stack: Option<StackId>) -> Option<Hit> {
        self.hits[stack?.index()]
    }
}

/// What is known of a path once all its frames were seen.
#[derive(Clone, Copy)]
struct State {
    called_from: bool,
    barred: bool,
    hit: Option<Hit>,
}

/// Matches `rule` against every stack of `profile`.
pub(super) fn scan(
    profile: &Profile,
    frames: &Frames,
    measure: &Measure,
    rule: &ProfileRule,
) -> Matches {
    let targets = verdicts(frames, &rule.frames);
    let mut matches = Matches {
        hits: Vec::new(),
        weight: 0,
        samples: 0,
        found: Vec::new(),
    };
    if !targets.contains(&true) {
        matches.hits.resize(profile.stacks.len(), None);
        return matches;
    }
    let callers = verdicts(frames, &rule.called_from);
    let barriers = verdicts(frames, &rule.not_called_from);
    let root = State {
        called_from: rule.called_from.is_empty(),
        barred: false,
        hit: None,
    };
    let mut states: Vec<State> = Vec::with_capacity(profile.stacks.len());
    for at in 0..profile.stacks.len() {
        let stack = StackId(at as u32);
        let (caller, location) = profile.stacks.node(stack);
        let mut state = caller.map_or(root, |caller| states[caller.index()]);
        for (place, frame) in frames.at(location).iter().enumerate() {
            state.barred |= is(&barriers, frame);
            let allowed = state.called_from && !state.barred && (rule.inlined || !frame.inlined);
            if state.hit.is_none() && allowed && is(&targets, frame) {
                state.hit = Some(Hit {
                    stack,
                    frame: place as u32,
                });
            }
            state.called_from |= is(&callers, frame);
        }
        states.push(state);
    }
    matches.hits = states.into_iter().map(|state| state.hit).collect();
    for sample in &profile.samples {
        if let Some(hit) = matches.hit(sample.stack) {
            matches.weight += measure.weight(sample);
            matches.samples += measure.count(sample).unsigned_abs();
            matches.found.push((hit, measure.weight(sample)));
        }
    }
    matches
}

/// For each function, whether one of `patterns` matches it.
fn verdicts(frames: &Frames, patterns: &[String]) -> Vec<bool> {
    let patterns: Vec<Pattern<'_>> = patterns.iter().map(|text| Pattern::new(text)).collect();
    let verdict = |func: &Func| patterns.iter().any(|pattern| pattern.matches(func));
    frames.funcs.iter().map(verdict).collect()
}

fn is(verdicts: &[bool], frame: &Frame) -> bool {
    verdicts[frame.func.index()]
}
