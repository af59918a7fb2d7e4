//! Cost by line of the program's own code: where a reader can change something.

use rustc_hash::FxHashMap;

use super::{Frames, FuncId, Measure, is_runtime};
use crate::profile::Profile;

/// The cost of one line of the program's own code. No sample counts for two lines, so costs can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnLine {
    /// The function.
    pub func: FuncId,
    /// 1-based line in the function's file.
    pub line: u32,
    /// Weight of the samples that were executing it.
    pub own: i64,
    /// The same with what it calls of libraries and the kernel, up to the next line of the program.
    pub with_library: i64,
}

/// Every line that costs something, most expensive first: by cost with libraries, then by its own. Empty where no
/// line of the program is known. One step for each frame up to the first such line.
pub fn own_lines(profile: &Profile, frames: &Frames, measure: &Measure) -> Vec<OwnLine> {
    let program: Vec<bool> = frames
        .funcs
        .iter()
        .map(|func| !is_runtime(profile, func))
        .collect();
    let mut costs: FxHashMap<(FuncId, u32), (i64, i64)> = FxHashMap::default();
    for sample in &profile.samples {
        let path = profile
            .stacks
            .leaf_first(sample.stack)
            .flat_map(|location| frames.at(location).iter().rev());
        let line = path
            .enumerate()
            .find(|(_, frame)| frame.line > 0 && program[frame.func.index()]);
        if let Some((depth, frame)) = line {
            let weight = measure.weight(sample);
            let (own, with_library) = costs.entry((frame.func, frame.line)).or_default();
            *with_library += weight;
            if depth == 0 {
                *own += weight;
            }
        }
    }
    let mut lines: Vec<OwnLine> = costs
        .into_iter()
        .filter(|(_, (_, with_library))| *with_library != 0)
        .map(|((func, line), (own, with_library))| OwnLine {
            func,
            line,
            own,
            with_library,
        })
        .collect();
    lines.sort_by_key(|line| {
        let costs = (line.with_library, line.own);
        (std::cmp::Reverse(costs), line.func, line.line)
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_counts_for_the_nearest_line_of_the_program() {
        let text = "main;app::f;malloc;_int_malloc 3\nmain;app::f 2\nmain 1\n";
        let mut profile = crate::import::folded(text).unwrap();
        let frames = Frames::of(&profile);
        assert_eq!(own_lines(&profile, &frames, &Measure::of(&profile)), []);
        for (at, location) in profile.locations.iter_mut().enumerate() {
            location.lines[0].line = 10 + at as u32;
        }
        let frames = Frames::of(&profile);
        let lines: Vec<_> = own_lines(&profile, &frames, &Measure::of(&profile))
            .into_iter()
            .map(|line| {
                (
                    frames.get(line.func).name.clone(),
                    line.line,
                    line.own,
                    line.with_library,
                )
            })
            .collect();
        assert_eq!(
            lines,
            [("app::f".into(), 11, 2, 5), ("main".into(), 10, 1, 1)]
        );
    }
}
