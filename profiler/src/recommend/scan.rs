//! One rule over all stacks.

use rules::profile::{ProfileRule, StackPattern};

use super::pattern::Pattern;
use crate::analyze::{Frame, Frames, Func, Measure};
use crate::profile::{Profile, StackId};

/// Where a rule matches.
#[derive(Default)]
pub(super) struct Matches {
    /// For each stack, the hit nearest to its root, if it has one; empty where no function of the profile has a name
    /// that the rule knows.
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
    /// The path that ends with the frame's location. Callers come before callees, so the smaller of two hits on one
    /// path is nearer to the root.
    pub(super) stack: StackId,
    /// Which of the frames at that location, caller first.
    pub(super) frame: u32,
}

impl Matches {
    pub(super) fn hit(&self, stack: Option<StackId>) -> Option<Hit> {
        *self.hits.get(stack?.index())?
    }
}

/// Matches `rule` against every stack of `profile`.
pub(super) fn scan(
    profile: &Profile,
    frames: &Frames,
    measure: &Measure,
    rule: &ProfileRule,
) -> Matches {
    let mut matches = Matches::default();
    for shape in &rule.any {
        let hits = hits(profile, frames, shape);
        if matches.hits.is_empty() {
            matches.hits = hits;
            continue;
        }
        for (known, new) in matches.hits.iter_mut().zip(hits) {
            *known = match (*known, new) {
                (Some(known), Some(new)) => Some(known.min(new)),
                (known, new) => known.or(new),
            };
        }
    }
    for sample in &profile.samples {
        if let Some(hit) = matches.hit(sample.stack) {
            matches.weight += measure.weight(sample);
            matches.samples += measure.count(sample).unsigned_abs();
            matches.found.push((hit, measure.weight(sample)));
        }
    }
    matches
}

/// What is known of a path once all its frames were seen.
#[derive(Clone, Copy)]
struct State {
    called_from: bool,
    barred: bool,
    /// The hit nearest to the root; for a shape of leaves, at the last frame.
    hit: Option<Hit>,
    /// Whether something below the hit bars it.
    calls: bool,
}

/// For each stack, the hit of `shape`; empty where there is none at all.
fn hits(profile: &Profile, frames: &Frames, shape: &StackPattern) -> Vec<Option<Hit>> {
    let targets = verdicts(frames, &shape.frames);
    if !targets.contains(&true) {
        return Vec::new();
    }
    let callers = verdicts(frames, &shape.called_from);
    let barriers = verdicts(frames, &shape.not_called_from);
    let callees = verdicts(frames, &shape.not_calling);
    let root = State {
        called_from: shape.called_from.is_empty(),
        barred: false,
        hit: None,
        calls: false,
    };
    let mut states: Vec<State> = Vec::with_capacity(profile.stacks.len());
    for at in 0..profile.stacks.len() {
        let stack = StackId(at as u32);
        let (caller, location) = profile.stacks.node(stack);
        let mut state = caller.map_or(root, |caller| states[caller.index()]);
        for (place, frame) in frames.at(location).iter().enumerate() {
            if shape.leaf {
                state.hit = None;
            }
            state.calls |= state.hit.is_some() && is(&callees, frame);
            state.barred |= is(&barriers, frame);
            let allowed = state.called_from && !state.barred && (shape.inlined || !frame.inlined);
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
    states
        .into_iter()
        .map(|state| state.hit.filter(|_| !state.calls))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Which stacks of `folded` fit a rule whose shape is `keys`, by their order.
    fn fits(keys: &str, folded: &str) -> Vec<bool> {
        let text = format!(
            "id: profile/x\ntitle: x\nseverity: INFO\nthreshold: 1\n{keys}\nmessage: x\nremedy: x\n\
             reference: https://example.org\nsaving: 1\nexamples: [{{bad: a 1, good: b 1}}]\n"
        );
        let rule = ProfileRule::parse(&text).unwrap();
        super::super::matching_samples(&crate::import::folded(folded).unwrap(), &rule)
    }

    #[test]
    fn conditions_look_to_the_root_and_to_the_leaf() {
        let stacks = "a;f;b 1\na;f 1\nb;f;a 1\nf 1\na;b;f 1\n";
        let fits = |keys| fits(keys, stacks);
        assert_eq!(fits("frames: f"), [true; 5]);
        assert_eq!(
            fits("frames: f\ncalled-from: a"),
            [true, true, false, false, true]
        );
        assert_eq!(
            fits("frames: f\nnot-called-from: a"),
            [false, false, true, true, false]
        );
        assert_eq!(
            fits("frames: f\nnot-calling: b"),
            [false, true, true, true, true]
        );
        assert_eq!(
            fits("frames: f\nleaf: true"),
            [false, true, false, true, true]
        );
        assert_eq!(
            fits("any:\n- {frames: f, leaf: true, called-from: b}\n- {frames: b, leaf: true}"),
            [true, false, false, false, true]
        );
    }

    #[test]
    fn an_inlined_leaf_is_the_leaf() {
        let stacks = "a;f;g_[i] 1\na;f 1\n";
        assert_eq!(fits("frames: f\nleaf: true", stacks), [false, true]);
        assert_eq!(fits("frames: g\nleaf: true", stacks), [true, false]);
        assert_eq!(fits("frames: g\ninlined: false", stacks), [false, false]);
    }
}
