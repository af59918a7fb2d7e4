//! The Firefox Profiler's processed profile format, version 70: tables of columns that refer to each other by index.
//!
//! ```text
//! thread.samples.stack ─► stackTable ─► frameTable ─► funcTable ─► resourceTable (modules by name)
//!                                            └──► libs (path, debug id)
//! ```
//!
//! One frame is one function at one address; those that were inlined have a depth. Samples have no time of their own
//! in a profile. Where a recording is cut into slices they lie in theirs, else anywhere in the recording: the call tree
//! and the flame graph are what to look at, and the order along the time axis within a slice means nothing.
//! There is no place for linkage names, how a frame was found, other labels and further values.

mod table;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::facts;
use crate::analyze::{Measure, readable};
use crate::profile::{LabelValue, Profile, Sample, StackId, Thread, ThreadId};
use table::{Shared, Tables};

/// Version of the format.
const PROCESSED: u32 = 70;
/// Version of the browser's own format, of which the same document speaks.
const GECKO: u32 = 36;
/// The label whose number is the slice of a recording in which a sample was taken.
const SLICE: &str = "slice";

#[derive(Serialize)]
struct File {
    meta: Value,
    libs: Vec<Value>,
    shared: Shared,
    threads: Vec<Value>,
}

/// Renders `profile`.
pub fn render(profile: &Profile) -> String {
    let tables = Tables::of(profile);
    let clock = Clock::of(profile);
    let measure = Measure::of(profile);
    let mut threads: BTreeMap<Option<ThreadId>, Rows> = BTreeMap::new();
    for sample in &profile.samples {
        let key = (slice(profile, sample), sample.stack);
        *threads
            .entry(sample.thread)
            .or_default()
            .entry(key)
            .or_default() += measure.shown(sample);
    }
    let mut threads: Vec<(Option<ThreadId>, Rows)> = threads.into_iter().collect();
    // Threads of a process together, busiest first, as the viewer keeps them.
    threads.sort_by_key(|(thread, rows)| {
        let pid = thread.map_or(0, |id| profile.threads[id.index()].pid);
        (pid, std::cmp::Reverse(rows.values().sum::<i64>()))
    });
    let unknown = Thread {
        pid: 0,
        tid: 0,
        name: crate::profile::StringId(0),
    };
    let threads: Vec<Value> = threads
        .iter()
        .map(|(id, rows)| {
            let data = id.map_or(&unknown, |id| &profile.threads[id.index()]);
            thread(
                profile,
                data,
                samples(rows, &tables, &clock, &measure),
                &clock,
            )
        })
        .collect();
    let file = File {
        meta: meta(profile, threads.len()),
        libs: libs(profile),
        shared: tables.shared,
        threads,
    };
    serde_json::to_string(&file).expect("plain data with text keys")
}

/// Slice and stack, with their weight.
type Rows = BTreeMap<(i64, Option<StackId>), i64>;

/// The slice of `sample`; 0 where it has none.
fn slice(profile: &Profile, sample: &Sample) -> i64 {
    let number = |label: &crate::profile::Label| match label.value {
        LabelValue::Number(number, _) if profile.text(label.key) == SLICE => Some(number.max(0)),
        _ => None,
    };
    sample.labels.iter().find_map(number).unwrap_or(0)
}

/// Where slices lie in time, in milliseconds from the start.
struct Clock {
    duration: f64,
    slices: i64,
}

impl Clock {
    fn of(profile: &Profile) -> Clock {
        let last = profile
            .samples
            .iter()
            .map(|sample| slice(profile, sample))
            .max();
        let duration = match profile.recording.duration_ns {
            // Files of others may not say: any time will do to lay samples out.
            0 => 1_000.0,
            ns => ns as f64 / 1e6,
        };
        Clock {
            duration,
            slices: last.unwrap_or(0).saturating_add(1),
        }
    }

    /// The time at a `share` of a slice.
    fn at(&self, slice: i64, share: f64) -> f64 {
        let time = (slice as f64 + share) * self.duration / self.slices as f64;
        // Microseconds are more than enough.
        (time * 1e3).round() / 1e3
    }
}

/// The table of a thread's samples.
fn samples(rows: &Rows, tables: &Tables, clock: &Clock, measure: &Measure) -> Value {
    let mut in_slice: BTreeMap<i64, i64> = BTreeMap::new();
    for ((slice, _), weight) in rows {
        *in_slice.entry(*slice).or_default() += weight;
    }
    let (mut stacks, mut times, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    let (mut before, mut current) = (0i64, None);
    let (weight_type, scale) = weight_type(measure);
    for ((slice, stack), weight) in rows.iter().filter(|(_, weight)| **weight != 0) {
        if current.replace(*slice) != Some(*slice) {
            before = 0;
        }
        let share = before as f64 / in_slice[slice].max(1) as f64;
        times.push(clock.at(*slice, share.clamp(0.0, 1.0)));
        stacks.push(stack.and_then(|stack| tables.stack(stack)));
        weights.push(match scale {
            1 => json!(weight),
            scale => json!(*weight as f64 / scale as f64),
        });
        before += weight;
    }
    json!({
        "length": stacks.len(),
        "stack": stacks,
        "time": times,
        "weight": weights,
        "weightType": weight_type,
    })
}

/// What weights are to the viewer, and how many of the profile's units make one of its own.
fn weight_type(measure: &Measure) -> (&'static str, i64) {
    match measure.shown_name() {
        "nanoseconds" => ("tracing-ms", 1_000_000),
        "microseconds" => ("tracing-ms", 1_000),
        "milliseconds" => ("tracing-ms", 1),
        "bytes" => ("bytes", 1),
        _ => ("samples", 1),
    }
}

fn thread(profile: &Profile, thread: &Thread, samples: Value, clock: &Clock) -> Value {
    let name = match readable(profile.text(thread.name)) {
        name if name.is_empty() => "all threads".to_owned(),
        name => name,
    };
    json!({
        "processType": "default",
        "processName": process_name(profile),
        "processStartupTime": 0,
        "processShutdownTime": null,
        "registerTime": 0,
        "unregisterTime": clock.duration,
        "pausedRanges": [],
        "name": name,
        "isMainThread": thread.pid != 0 && thread.pid == thread.tid,
        "pid": thread.pid.to_string(),
        "tid": thread.tid,
        "samples": samples,
        "markers": {
            "data": [], "name": [], "startTime": [], "endTime": [], "phase": [], "category": [], "length": 0,
        },
    })
}

fn process_name(profile: &Profile) -> String {
    match readable(&profile.recording.target) {
        target if target.is_empty() => "profile".to_owned(),
        target => target,
    }
}

fn meta(profile: &Profile, threads: usize) -> Value {
    let recording = &profile.recording;
    let entry =
        |label: &str, value: String| json!({"label": label, "format": "string", "value": value});
    let mut entries = vec![entry("source", readable(&recording.source))];
    entries.extend(
        facts::facts(profile)
            .into_iter()
            .map(|fact| entry(fact.name, fact.value)),
    );
    let unseen = recording.unseen.iter();
    entries.extend(unseen.map(|unseen| entry("not seen", readable(&unseen.what))));
    let interval = match recording.period_ns {
        0 => 1.0,
        ns => ns as f64 / 1e6,
    };
    json!({
        "version": GECKO,
        "preprocessedProfileVersion": PROCESSED,
        "product": process_name(profile),
        "importedFrom": "Hone",
        "interval": interval,
        "startTime": recording.start_unix_ns as f64 / 1e6,
        "processType": 0,
        "stackwalk": 1,
        "debug": false,
        "symbolicated": true,
        "platform": "Linux",
        "categories": table::categories(),
        "markerSchema": [],
        "sampleUnits": {"time": "ms", "eventDelay": "ms", "threadCPUDelta": "ns"},
        "usesOnlyOneStackType": true,
        "sourceCodeIsNotOnSearchfox": true,
        "keepProfileThreadOrder": true,
        "initialSelectedThreads": if threads > 0 { vec![0] } else { Vec::new() },
        "extra": [{"label": "Recording", "entries": entries}],
    })
}

fn libs(profile: &Profile) -> Vec<Value> {
    let lib = |module: &crate::profile::Module| {
        let path = readable(profile.text(module.path));
        let name = path.rsplit('/').next().unwrap_or(&path);
        let build_id = profile.text(module.build_id);
        json!({
            "arch": "",
            "name": name,
            "path": path,
            "debugName": name,
            "debugPath": path,
            "breakpadId": debug_id(build_id).unwrap_or_default(),
            "codeId": (!build_id.is_empty()).then(|| readable(build_id)),
        })
    };
    profile.modules.iter().map(lib).collect()
}

/// The id by which symbol servers know a build id: its first 16 bytes as a GUID, whose first three fields are
/// little-endian, in upper-case hex, and an age of 0. Shorter ids are filled up with zeros.
fn debug_id(build_id: &str) -> Option<String> {
    let digits = build_id.as_bytes();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let digit = |at: usize| char::from(*digits.get(at).unwrap_or(&b'0')).to_ascii_uppercase();
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let guid = ORDER
        .iter()
        .flat_map(|byte| [digit(2 * byte), digit(2 * byte + 1)]);
    Some(guid.chain(['0']).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Label, StringId};

    fn rendered(profile: &Profile) -> Value {
        serde_json::from_str(&render(profile)).unwrap()
    }

    #[test]
    fn inlined_frames_have_a_depth_and_kernel_frames_their_category() {
        let profile = crate::import::folded("main;a;b_[i];c_[i];write_[k] 3\n").unwrap();
        let file = rendered(&profile);
        let frames = &file["shared"]["frameTable"];
        assert_eq!(frames["inlineDepth"], json!([0, 0, 1, 2, 0]));
        assert_eq!(frames["category"], json!([1, 1, 1, 1, 2]));
        assert_eq!(frames["lib"], json!([-1, -1, -1, -1, 0]));
        assert_eq!(
            file["shared"]["stackTable"]["prefixOffset"],
            json!([0, 1, 1, 1, 1])
        );
        assert_eq!(file["threads"][0]["samples"]["stack"], json!([4]));
        assert_eq!(file["threads"][0]["samples"]["weight"], json!([3]));
    }

    #[test]
    fn samples_lie_in_their_slices_and_other_labels_add_up() {
        let mut profile = crate::import::folded("a 3\n").unwrap();
        profile.recording.duration_ns = 4_000_000;
        let (slice, other) = (
            profile.strings.intern(SLICE),
            profile.strings.intern("endpoint"),
        );
        let number = |key, number| Label {
            key,
            value: LabelValue::Number(number, StringId(0)),
        };
        let mut sample = profile.samples[0].clone();
        sample.labels = vec![number(slice, 1)];
        profile.samples.push(sample.clone());
        sample.labels.push(number(other, 7));
        profile.samples.push(sample);
        let samples = &rendered(&profile)["threads"][0]["samples"];
        assert_eq!(samples["time"], json!([0.0, 2.0]));
        assert_eq!(samples["weight"], json!([3, 6]));
    }

    #[test]
    fn build_ids_become_debug_ids() {
        let build_id = "d9a4eb4df1acb92c5c8a1a0b5e9b2a7f00112233";
        assert_eq!(
            debug_id(build_id).unwrap(),
            "4DEBA4D9ACF12CB95C8A1A0B5E9B2A7F0"
        );
        assert_eq!(
            debug_id("0a").unwrap(),
            "0000000A000000000000000000000000".to_owned() + "0"
        );
        assert_eq!(debug_id("[vdso]"), None);
    }
}
