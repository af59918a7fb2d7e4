//! Folded stacks: one line for each distinct call path, `root;…;leaf count`, sorted.
//!
//! The first frame is the name of the thread where the profile knows it, as perf's scripts put the name
//! of the command there. Names carry `_[i]` for inlined calls, else `_[k]` for kernel code and `_[j]` for
//! generated code. A `;` in a name (`[u8; 4]`) becomes `:`, since it would end the frame. The count is samples
//! where the profile counts them, else its weight. Nothing else of a profile has a place in this format: no
//! addresses, modules, lines, files, thread ids, labels, further values or facts of the recording.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::analyze::{Frame, Frames, Measure};
use crate::profile::{FrameKind, Profile, StringId};

/// The module that stands for generated code of which nothing else is known.
pub(crate) const GENERATED: &str = "[jit]";

/// Renders `profile`, with names in full.
pub fn render(profile: &Profile) -> String {
    let mut text = String::new();
    for (stack, count) in stacks(profile, on_one_line) {
        let _ = writeln!(text, "{stack} {count}");
    }
    text
}

/// Every distinct stack, in folded form, with its count. `shown` is what becomes of names.
pub(super) fn stacks(profile: &Profile, shown: fn(&str) -> String) -> BTreeMap<String, i64> {
    let frames = Frames::of(profile);
    let measure = Measure::of(profile);
    let names: Vec<String> = frames
        .all()
        .iter()
        .map(|frame| name(&annotated(profile, &frames, frame, shown)))
        .collect();
    let threads: Vec<String> = profile
        .threads
        .iter()
        .map(|thread| name(&shown(profile.text(thread.name))))
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
        let stack = not_a_count(stack);
        if !stack.is_empty() && count != 0 {
            *stacks.entry(stack).or_default() += count;
        }
    }
    stacks
}

/// The name of a frame with its annotation.
fn annotated(
    profile: &Profile,
    frames: &Frames,
    frame: &Frame,
    shown: fn(&str) -> String,
) -> String {
    let func = frames.get(frame.func);
    let name = match func.full_name {
        StringId(0) => func.name.clone(),
        full => shown(profile.text(full)),
    };
    let module = func
        .module
        .map_or("", |id| profile.text(profile.modules[id.index()].path));
    let annotation = match (frame.inlined, func.kind) {
        (true, _) => "_[i]",
        (_, FrameKind::Kernel) => "_[k]",
        _ if is_generated(module) => "_[j]",
        _ => "",
    };
    name + annotation
}

/// Whether `module` stands for generated code: ours, or a map that a runtime writes for perf.
fn is_generated(module: &str) -> bool {
    let name = module.rsplit('/').next().unwrap_or(module);
    let pid = name
        .strip_prefix("perf-")
        .and_then(|name| name.strip_suffix(".map"));
    module == GENERATED || pid.is_some_and(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()))
}

fn on_one_line(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// A name that does not end its frame, or begin a comment.
fn name(text: &str) -> String {
    let name = text.trim().replace(';', ":");
    match name.strip_prefix("# ") {
        Some(rest) => format!("#_{rest}"),
        None if name.is_empty() => "[no name]".to_owned(),
        None => name,
    }
}

/// A stack whose end cannot pass for a first count.
fn not_a_count(stack: String) -> String {
    match stack.rsplit_once(' ') {
        Some((head, tail)) if tail.parse::<f64>().is_ok() => format!("{head}_{tail}"),
        _ => stack,
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
        assert_eq!(not_a_count("worker 1;f 12".into()), "worker 1;f_12");
        assert_eq!(name("# note"), "#_note");
        assert_eq!(name(" "), "[no name]");
    }

    #[test]
    fn names_stay_whole_and_on_their_line() {
        let long = "f".repeat(5_000);
        let mut profile = crate::import::folded(&format!("{long} 1\n")).unwrap();
        assert_eq!(render(&profile), format!("{long} 1\n"));
        profile.functions[0].name = profile.strings.intern("a\nb");
        assert_eq!(render(&profile), "a\u{fffd}b 1\n");
    }

    #[test]
    fn perf_maps_are_generated_code() {
        assert!(is_generated("/tmp/perf-4711.map") && is_generated(GENERATED));
        assert!(!is_generated("/usr/lib/perf-x.map") && !is_generated("/usr/bin/perf"));
    }
}
