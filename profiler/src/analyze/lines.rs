//! Cost by source line, whichever function the line was compiled into.

use rustc_hash::FxHashMap;

use super::{Frames, LineCost, Measure};
use crate::profile::{Profile, StringId};

/// The cost of every line that a profile names, by file (as debug information has it) and line.
#[derive(Clone, Debug, Default)]
pub struct SourceLines {
    files: FxHashMap<StringId, FxHashMap<u32, LineCost>>,
}

impl SourceLines {
    /// Adds up all samples; a sample counts once for a line, however often it is on the stack.
    pub fn of(profile: &Profile, frames: &Frames, measure: &Measure) -> SourceLines {
        let mut ids = FxHashMap::default();
        let mut lines: Vec<(StringId, LineCost, usize)> = Vec::new();
        let line_of_frame: Vec<usize> = frames
            .all()
            .iter()
            .map(|frame| {
                let file = frames.get(frame.func).file;
                *ids.entry((file, frame.line)).or_insert_with(|| {
                    lines.push((
                        file,
                        LineCost {
                            line: frame.line,
                            own: 0,
                            total: 0,
                        },
                        0,
                    ));
                    lines.len() - 1
                })
            })
            .collect();
        for (at, sample) in profile.samples.iter().enumerate() {
            let weight = measure.weight(sample);
            let mut leaf = true;
            for location in profile.stacks.leaf_first(sample.stack) {
                let start = frames.start(location);
                for offset in (0..frames.at(location).len()).rev() {
                    let (_, cost, seen_by) = &mut lines[line_of_frame[start + offset]];
                    if *seen_by != at + 1 {
                        *seen_by = at + 1;
                        cost.total += weight;
                    }
                    if leaf {
                        cost.own += weight;
                        leaf = false;
                    }
                }
            }
        }
        let mut files: FxHashMap<StringId, FxHashMap<u32, LineCost>> = FxHashMap::default();
        for (file, cost, _) in lines {
            if file != StringId(0) && cost.line > 0 && cost.total != 0 {
                files.entry(file).or_default().insert(cost.line, cost);
            }
        }
        SourceLines { files }
    }

    /// The cost of one line; `None` where no sample has it.
    pub fn get(&self, file: StringId, line: u32) -> Option<LineCost> {
        self.files.get(&file)?.get(&line).copied()
    }
}
