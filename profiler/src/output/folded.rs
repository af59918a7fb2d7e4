//! Folded stacks: one line for each distinct call path, `root;…;leaf count`, sorted.
//!
//! The first frame is the name of the thread where the profile knows it, as perf's scripts put the name
//! of the command there. Names carry `_[k]` for kernel code and `_[i]` for inlined calls. A `;` in a name
//! (`[u8; 4]`) becomes `:`, since it would end the frame. The count is samples where the profile counts
//! them, else its weight.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::analyze::{Frames, Measure, readable};
use crate::profile::Profile;

/// Renders `profile`.
pub fn render(profile: &Profile) -> String {
    let mut text = String::new();
    for (stack, count) in stacks(profile) {
        let _ = writeln!(text, "{stack} {count}");
    }
    text
}

/// Every distinct stack, in folded form, with its count.
pub(super) fn stacks(profile: &Profile) -> BTreeMap<String, i64> {
    let frames = Frames::of(profile);
    let measure = Measure::of(profile);
    let names: Vec<String> = frames
        .all()
        .iter()
        .map(|frame| name(&frames.annotated(frame)))
        .collect();
    let threads: Vec<String> = profile
        .threads
        .iter()
        .map(|thread| name(&readable(profile.text(thread.name))))
        .collect();
    let mut stacks = BTreeMap::new();
    for sample in &profile.samples {
        let mut stack = String::new();
        let mut push = |name: &str| {
            if !stack.is_empty() {
                stack.push(';');
            }
            stack.push_str(name);
        };
        if let Some(thread) = sample.thread {
            push(&threads[thread.index()]);
        }
        for location in profile.path(sample.stack) {
            let start = frames.start(location);
            names[start..start + frames.at(location).len()]
                .iter()
                .for_each(|name| push(name));
        }
        let count = measure.shown(sample);
        if !stack.is_empty() && count != 0 {
            *stacks.entry(stack).or_default() += count;
        }
    }
    stacks
}

/// A name that does not end its frame, or pass for a count at the end of its line.
fn name(text: &str) -> String {
    let mut name = text.trim().replace(';', ":");
    if let Some((head, tail)) = name.rsplit_once(' ')
        && tail.parse::<f64>().is_ok()
    {
        name = format!("{head}_{tail}");
    }
    match name.strip_prefix("# ") {
        Some(rest) => format!("#_{rest}"),
        None if name.is_empty() => "[no name]".to_owned(),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_frame_or_its_line() {
        assert_eq!(
            name("<[u8; 4] as Clone>::clone"),
            "<[u8: 4] as Clone>::clone"
        );
        assert_eq!(name("worker 12"), "worker_12");
        assert_eq!(name("# note"), "#_note");
        assert_eq!(name(" "), "[no name]");
    }
}
