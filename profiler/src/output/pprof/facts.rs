//! The facts of a recording as pprof comments, and back.
//!
//! | comment | value |
//! |---|---|
//! | `hone.target`, `hone.source` | text |
//! | `hone.rate_hz`, `hone.slice_ns`, `hone.samples`, `hone.lost`, `hone.stolen`, `hone.truncated`, `hone.unnamed`, `hone.own_cpu_ns` | number |
//! | `hone.kernel` | `true` where kernel frames were recorded |
//! | `hone.coverage` | `SAMPLED_NS/CHARGED_NS`, and ` user` where only user CPU time was sampled |
//! | `hone.unseen` | what was not seen, a tab, the remedy; `hone.unseen.1` and so on for further ones |
//! | `hone.frames` | kind and origin of each location in order, run-length encoded: `nc*12,kk*3,nh` |

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use crate::profile::{Coverage, FoundBy, FrameKind, LocationId, Profile, Recording, Unseen};

/// Label of a thread's name.
pub const THREAD: &str = "thread";
/// Label of a process id.
pub const PID: &str = "pid";
/// Label of a thread id.
pub const TID: &str = "tid";

const PREFIX: &str = "hone.";
const KINDS: [(char, FrameKind); 3] = [
    ('n', FrameKind::Native),
    ('k', FrameKind::Kernel),
    ('t', FrameKind::Truncated),
];
const ORIGINS: [(char, FoundBy); 7] = [
    ('p', FoundBy::InstructionPointer),
    ('c', FoundBy::Cfi),
    ('t', FoundBy::FrameTable),
    ('f', FoundBy::FramePointer),
    ('k', FoundBy::Kernel),
    ('h', FoundBy::Heuristic),
    ('i', FoundBy::Imported),
];

/// Key and value of a comment that [`write`] made; `None` for other comments.
pub fn split(comment: &str) -> Option<(&str, &str)> {
    comment.strip_prefix(PREFIX)?.split_once('=')
}

/// The comments of `profile`, whose locations are written as `locations`.
pub fn write(profile: &Profile, locations: &[LocationId]) -> Vec<String> {
    let recording = &profile.recording;
    let mut comments = Vec::new();
    let mut fact = |key: &str, value: &dyn Display| comments.push(format!("{PREFIX}{key}={value}"));
    fact("target", &recording.target);
    fact("source", &recording.source);
    fact("rate_hz", &recording.rate_hz);
    fact("slice_ns", &recording.slice_ns);
    fact("samples", &recording.samples);
    fact("lost", &recording.lost);
    fact("stolen", &recording.stolen);
    fact("truncated", &recording.truncated);
    fact("unnamed", &recording.unnamed);
    fact("own_cpu_ns", &recording.own_cpu_ns);
    fact("kernel", &recording.kernel);
    if let Some(coverage) = recording.coverage {
        let user = if coverage.user_only { " user" } else { "" };
        fact(
            "coverage",
            &format!("{}/{}{user}", coverage.sampled_ns, coverage.charged_ns),
        );
    }
    for (at, unseen) in recording.unseen.iter().enumerate() {
        let key = if at == 0 {
            "unseen".to_owned()
        } else {
            format!("unseen.{at}")
        };
        fact(&key, &format!("{}\t{}", unseen.what, unseen.remedy));
    }
    fact("frames", &frames(profile, locations));
    comments
}

/// Puts the facts that are there into `recording`; what cannot be read is left as it is.
pub fn read_recording(facts: &BTreeMap<&str, &str>, recording: &mut Recording) {
    fn number<T: std::str::FromStr>(facts: &BTreeMap<&str, &str>, key: &str, into: &mut T) {
        if let Some(value) = facts.get(key).and_then(|value| value.parse().ok()) {
            *into = value;
        }
    }
    number(facts, "target", &mut recording.target);
    number(facts, "source", &mut recording.source);
    number(facts, "rate_hz", &mut recording.rate_hz);
    number(facts, "slice_ns", &mut recording.slice_ns);
    number(facts, "samples", &mut recording.samples);
    number(facts, "lost", &mut recording.lost);
    number(facts, "stolen", &mut recording.stolen);
    number(facts, "truncated", &mut recording.truncated);
    number(facts, "unnamed", &mut recording.unnamed);
    number(facts, "own_cpu_ns", &mut recording.own_cpu_ns);
    number(facts, "kernel", &mut recording.kernel);
    recording.coverage = facts.get("coverage").and_then(|text| coverage(text));
    let unseen = std::iter::successors(Some(0), |at| Some(at + 1)).map_while(|at| match at {
        0 => facts.get("unseen"),
        at => facts.get(format!("unseen.{at}").as_str()),
    });
    recording.unseen = unseen
        .filter_map(|text| text.split_once('\t'))
        .map(|(what, remedy)| Unseen {
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        })
        .collect();
}

fn coverage(text: &str) -> Option<Coverage> {
    let (text, user_only) = match text.strip_suffix(" user") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (sampled, charged) = text.split_once('/')?;
    Some(Coverage {
        sampled_ns: sampled.parse().ok()?,
        charged_ns: charged.parse().ok()?,
        user_only,
    })
}

/// Kind and origin of all locations, in order.
fn frames(profile: &Profile, locations: &[LocationId]) -> String {
    let codes = locations.iter().map(|id| {
        let location = &profile.locations[id.index()];
        let kind = KINDS
            .iter()
            .find(|(_, kind)| *kind == location.kind)
            .expect("all kinds have a code")
            .0;
        let origin = ORIGINS
            .iter()
            .find(|(_, origin)| *origin == location.found_by)
            .expect("all origins have a code")
            .0;
        (kind, origin)
    });
    let mut runs: Vec<((char, char), usize)> = Vec::new();
    for code in codes {
        match runs.last_mut() {
            Some((last, count)) if *last == code => *count += 1,
            _ => runs.push((code, 1)),
        }
    }
    let mut text = String::new();
    for ((kind, origin), count) in runs {
        let comma = if text.is_empty() { "" } else { "," };
        let _ = write!(text, "{comma}{kind}{origin}");
        if count > 1 {
            let _ = write!(text, "*{count}");
        }
    }
    text
}

/// Kind and origin of `locations` locations; `None` where the comment is missing, damaged or of another
/// length.
pub fn read_frames(
    facts: &BTreeMap<&str, &str>,
    locations: usize,
) -> Option<Vec<(FrameKind, FoundBy)>> {
    let mut frames = Vec::new();
    for run in facts
        .get("frames")?
        .split(',')
        .filter(|run| !run.is_empty())
    {
        let (code, count) = run.split_once('*').unwrap_or((run, "1"));
        let mut code = code.chars();
        let (kind, origin) = (code.next()?, code.next()?);
        let frame = (
            KINDS.iter().find(|(known, _)| *known == kind)?.1,
            ORIGINS.iter().find(|(known, _)| *known == origin)?.1,
        );
        let count: usize = count
            .parse()
            .ok()
            .filter(|count| *count <= locations - frames.len())?;
        frames.resize(frames.len() + count, frame);
    }
    (frames.len() == locations).then_some(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_frames_are_ignored() {
        let read = |text| read_frames(&BTreeMap::from([("frames", text)]), 3);
        assert_eq!(
            read("nc*2,kk"),
            Some(vec![
                (FrameKind::Native, FoundBy::Cfi),
                (FrameKind::Native, FoundBy::Cfi),
                (FrameKind::Kernel, FoundBy::Kernel)
            ])
        );
        for damaged in ["nc*4", "nc", "zz*3", "n", "nc*99999999999999999999", ""] {
            assert_eq!(read(damaged), None, "{damaged}");
        }
    }
}
