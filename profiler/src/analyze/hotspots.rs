//! Functions by cost: their own (`self`) and with everything they call (`total`), and by line.

use rustc_hash::FxHashMap;

use super::{Frames, FuncId, Measure};
use crate::profile::{FrameKind, Profile};

/// The cost of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotspot {
    /// The function.
    pub func: FuncId,
    /// Weight of the samples that it was executing itself.
    pub own: i64,
    /// Weight of the samples that have it anywhere on the stack, each counted once.
    pub total: i64,
    /// The same by line, in line order; empty where lines are unknown.
    pub lines: Vec<LineCost>,
}

/// The cost of one line of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCost {
    /// 1-based line.
    pub line: u32,
    /// Weight of the samples that were executing it.
    pub own: i64,
    /// Weight of the samples that were executing it or something that it called.
    pub total: i64,
}

/// All functions of a profile.
#[derive(Clone, Debug)]
pub struct Hotspots {
    /// Most expensive first: by own cost, then by total, then by name.
    pub functions: Vec<Hotspot>,
    /// Weight of the whole profile.
    pub total: i64,
    /// Samples behind it.
    pub samples: u64,
}

/// A total that one sample increases once, however often it recurs on the stack.
#[derive(Clone, Copy, Default)]
struct Tally {
    own: i64,
    total: i64,
    seen_by: usize,
}

impl Tally {
    fn add(&mut self, sample: usize, weight: i64) {
        if self.seen_by != sample + 1 {
            self.seen_by = sample + 1;
            self.total += weight;
        }
    }
}

impl Hotspots {
    /// Adds up all samples. Costs one step per frame of each distinct stack.
    pub fn of(profile: &Profile, frames: &Frames, measure: &Measure) -> Hotspots {
        let (lines, line_of_frame) = lines(frames);
        let mut funcs = vec![Tally::default(); frames.funcs.len()];
        let mut tallies = vec![Tally::default(); lines.len()];
        for (at, sample) in profile.samples.iter().enumerate() {
            let weight = measure.weight(sample);
            let mut leaf = true;
            for location in profile.stacks.leaf_first(sample.stack) {
                let start = frames.start(location);
                for (offset, frame) in frames.at(location).iter().enumerate().rev() {
                    let func = &mut funcs[frame.func.index()];
                    let line = &mut tallies[line_of_frame[start + offset]];
                    func.add(at, weight);
                    line.add(at, weight);
                    if leaf {
                        func.own += weight;
                        line.own += weight;
                        leaf = false;
                    }
                }
            }
        }
        let mut functions: Vec<Hotspot> = funcs
            .iter()
            .enumerate()
            .map(|(at, tally)| Hotspot {
                func: FuncId(at as u32),
                own: tally.own,
                total: tally.total,
                lines: Vec::new(),
            })
            .collect();
        for ((func, line), tally) in lines.into_iter().zip(tallies) {
            if line > 0 && tally.total != 0 {
                functions[func.index()].lines.push(LineCost {
                    line,
                    own: tally.own,
                    total: tally.total,
                });
            }
        }
        functions.retain(|hotspot| {
            hotspot.total != 0 && frames.get(hotspot.func).kind != FrameKind::Truncated
        });
        for hotspot in &mut functions {
            hotspot.lines.sort_by_key(|cost| cost.line);
        }
        functions.sort_by(|a, b| {
            (b.own, b.total).cmp(&(a.own, a.total)).then_with(|| {
                frames
                    .get(a.func)
                    .name
                    .cmp(&frames.get(b.func).name)
                    .then(a.func.cmp(&b.func))
            })
        });
        Hotspots {
            functions,
            total: measure.total(profile),
            samples: measure.samples(profile),
        }
    }

    /// The share of the profile that `weight` is.
    pub fn share(&self, weight: i64) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            weight as f64 / self.total as f64
        }
    }
}

/// Every distinct line of every function, and for each frame which of them it is.
fn lines(frames: &Frames) -> (Vec<(FuncId, u32)>, Vec<usize>) {
    let mut ids = FxHashMap::default();
    let mut lines = Vec::new();
    let of_frame = frames
        .all()
        .iter()
        .map(|frame| {
            *ids.entry((frame.func, frame.line)).or_insert_with(|| {
                lines.push((frame.func, frame.line));
                lines.len() - 1
            })
        })
        .collect();
    (lines, of_frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(folded: &str) -> Vec<(String, i64, i64)> {
        let profile = crate::import::folded(folded).unwrap();
        let frames = Frames::of(&profile);
        Hotspots::of(&profile, &frames, &Measure::of(&profile))
            .functions
            .iter()
            .map(|hotspot| {
                (
                    frames.get(hotspot.func).name.clone(),
                    hotspot.own,
                    hotspot.total,
                )
            })
            .collect()
    }

    #[test]
    fn recursion_counts_once_in_total() {
        assert_eq!(
            costs("main;f;g;f;g 3\nmain;f 2\n"),
            [
                ("g".into(), 3, 3),
                ("f".into(), 2, 5),
                ("main".into(), 0, 5)
            ]
        );
    }

    #[test]
    fn a_very_deep_stack_is_added_up() {
        let deep = format!("{} 1\n", vec!["f"; 10_000].join(";"));
        assert_eq!(costs(&deep), [("f".into(), 1, 1)]);
    }
}
