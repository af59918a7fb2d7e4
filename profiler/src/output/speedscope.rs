//! speedscope's file format: sampled profiles over shared frames, as its JSON schema has it.
//!
//! The first profile is that of all threads, whose names are the roots of its stacks; one for each thread follows,
//! busiest first. Weights are those of the profile's measure. There is no place for modules, addresses, lines within
//! functions, kinds of frames, inlining, labels and further values; the facts of the recording stand in the name.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::facts;
use crate::analyze::{Frames, Measure, readable};
use crate::profile::{Profile, ThreadId};

const SCHEMA: &str = "https://www.speedscope.app/file-format-schema.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(rename = "$schema")]
    schema: &'static str,
    exporter: &'static str,
    name: String,
    active_profile_index: u32,
    shared: Shared,
    profiles: Vec<Sampled>,
}

#[derive(Serialize)]
struct Shared {
    frames: Vec<Frame>,
}

#[derive(Serialize)]
struct Frame {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Sampled {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    unit: &'static str,
    start_value: i64,
    end_value: i64,
    /// Frames of each stack, root first.
    samples: Vec<Vec<u32>>,
    weights: Vec<i64>,
}

/// Stacks of shared frames, root first, with their weights.
type Stacks = BTreeMap<Vec<u32>, i64>;

/// Renders `profile`.
pub fn render(profile: &Profile) -> String {
    let frames = Frames::of(profile);
    let measure = Measure::of(profile);
    let mut shared: Vec<Frame> = frames
        .funcs
        .iter()
        .map(|func| {
            frame(
                &func.name,
                &readable(profile.text(func.file)),
                func.start_line,
            )
        })
        .collect();
    let mut roots = BTreeMap::new();
    for thread in &profile.threads {
        roots.entry(thread.name).or_insert_with(|| {
            shared.push(frame(&readable(profile.text(thread.name)), "", 0));
            shared.len() as u32 - 1
        });
    }
    let mut all = Stacks::new();
    let mut threads: BTreeMap<Option<ThreadId>, Stacks> = BTreeMap::new();
    for sample in &profile.samples {
        let weight = measure.weight(sample);
        let path = frames.path(profile, sample.stack).map(|frame| frame.func.0);
        let path: Vec<u32> = path.collect();
        let root = sample
            .thread
            .map(|id| roots[&profile.threads[id.index()].name]);
        let rooted = root.into_iter().chain(path.iter().copied()).collect();
        *all.entry(rooted).or_default() += weight;
        *threads
            .entry(sample.thread)
            .or_default()
            .entry(path)
            .or_default() += weight;
    }
    let name = name(profile);
    let sampled = |name, stacks| sampled(name, unit(&measure), stacks);
    let mut profiles = Vec::new();
    if threads.len() > 1 {
        profiles.push(sampled(format!("all {} threads", threads.len()), all));
        let mut threads: Vec<_> = threads.into_iter().collect();
        threads.sort_by_key(|(_, stacks)| Reverse(stacks.values().sum::<i64>()));
        for (thread, stacks) in threads {
            let title = thread.map_or_else(|| "no thread".to_owned(), |id| title(profile, id));
            profiles.push(sampled(title, stacks));
        }
    } else {
        profiles.push(sampled(name.clone(), all));
    }
    let file = File {
        schema: SCHEMA,
        exporter: concat!("hone ", env!("CARGO_PKG_VERSION")),
        name,
        active_profile_index: 0,
        shared: Shared { frames: shared },
        profiles,
    };
    serde_json::to_string(&file).expect("plain data with text keys")
}

fn frame(name: &str, file: &str, line: u32) -> Frame {
    Frame {
        name: name.to_owned(),
        file: (!file.is_empty()).then(|| file.to_owned()),
        line: (line > 0).then_some(line),
    }
}

fn sampled(name: String, unit: &'static str, stacks: Stacks) -> Sampled {
    let (samples, weights): (Vec<_>, Vec<_>) = stacks
        .into_iter()
        .filter(|(_, weight)| *weight != 0)
        .unzip();
    Sampled {
        kind: "sampled",
        name,
        unit,
        start_value: 0,
        end_value: weights.iter().sum(),
        samples,
        weights,
    }
}

/// The target and what is to be known of the recording.
fn name(profile: &Profile) -> String {
    let parts = [readable(&profile.recording.target), facts::summary(profile)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn title(profile: &Profile, thread: ThreadId) -> String {
    let thread = &profile.threads[thread.index()];
    format!("{} ({})", readable(profile.text(thread.name)), thread.tid)
}

/// The unit in speedscope's words.
fn unit(measure: &Measure) -> &'static str {
    const UNITS: [&str; 5] = [
        "nanoseconds",
        "microseconds",
        "milliseconds",
        "seconds",
        "bytes",
    ];
    let known = UNITS.into_iter().find(|unit| *unit == measure.unit);
    known.unwrap_or("none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_that_differ_only_in_labels_are_one() {
        let mut profile = crate::import::folded("a;b 3\n").unwrap();
        profile.samples.push(profile.samples[0].clone());
        let file: serde_json::Value = serde_json::from_str(&render(&profile)).unwrap();
        assert_eq!(file["profiles"][0]["weights"], serde_json::json!([6]));
        assert_eq!(file["profiles"][0]["samples"], serde_json::json!([[0, 1]]));
        assert_eq!(file["shared"]["frames"][1]["name"], "b");
    }
}
