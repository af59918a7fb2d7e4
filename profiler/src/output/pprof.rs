//! pprof: `profile.proto` under gzip, which every pprof tool reads.
//!
//! What the format has no field for is kept as comments of the form `hone.key=value`, so that a round
//! trip through [`crate::import`] loses nothing; [`facts`] lists the keys. Threads become the labels
//! `thread`, `pid` and `tid`. Addresses are relative to their module, and the format wants them as in memory: each
//! module gets a range of addresses that no other one has.
//!
//! What it cannot hold: a label with an empty text (it reads as the number 0, and Go's readers drop numbers of 0
//! without a unit), and the difference between a thread and labels that bear the names of its own.

pub mod facts;
mod mappings;
pub mod proto;

use std::io;

use prost::Message as _;

use crate::analyze::Measure;
use crate::profile::{LabelValue, LocationId, Profile, Sample, StringId, Strings};
use mappings::Mappings;

/// Renders `profile`.
///
/// # Errors
/// Never in practice: the compressor writes to memory.
pub fn render(profile: &Profile) -> io::Result<Vec<u8>> {
    super::gzip(&plain(profile))
}

/// The message without compression.
pub fn plain(profile: &Profile) -> Vec<u8> {
    message(profile).encode_to_vec()
}

/// The message.
pub fn message(profile: &Profile) -> proto::Profile {
    let mut strings = profile.strings.clone();
    let period_type = proto::ValueType {
        r#type: index(strings.intern("cpu")),
        unit: index(strings.intern("nanoseconds")),
    };
    let default_sample_type = strings.intern(&Measure::of(profile).kind);
    let order = LocationOrder::of(profile);
    let mappings = Mappings::of(profile);
    let comment = facts::write(profile, &order.locations)
        .iter()
        .map(|fact| index(strings.intern(fact)))
        .collect();
    let labels = ThreadLabels::new(&mut strings);
    let recording = &profile.recording;
    proto::Profile {
        sample_type: profile
            .value_types
            .iter()
            .map(|value| proto::ValueType {
                r#type: index(value.kind),
                unit: index(value.unit),
            })
            .collect(),
        sample: profile
            .samples
            .iter()
            .map(|sample| labels.sample(profile, &order, sample))
            .collect(),
        location: locations(profile, &order, &mappings),
        mapping: mappings.messages,
        function: functions(profile),
        string_table: strings.iter().map(str::to_owned).collect(),
        time_nanos: recording.start_unix_ns as i64,
        duration_nanos: recording.duration_ns as i64,
        period_type: (recording.period_ns > 0).then_some(period_type),
        period: recording.period_ns as i64,
        comment,
        default_sample_type: index(default_sample_type),
        ..proto::Profile::default()
    }
}

fn index(id: StringId) -> i64 {
    i64::from(id.0)
}

/// Keys of the labels that stand for a thread.
struct ThreadLabels {
    thread: i64,
    pid: i64,
    tid: i64,
}

impl ThreadLabels {
    fn new(strings: &mut Strings) -> ThreadLabels {
        let mut key = |text| index(strings.intern(text));
        ThreadLabels {
            thread: key(facts::THREAD),
            pid: key(facts::PID),
            tid: key(facts::TID),
        }
    }

    fn sample(&self, profile: &Profile, order: &LocationOrder, sample: &Sample) -> proto::Sample {
        let mut label = Vec::new();
        if let Some(thread) = sample.thread {
            let thread = &profile.threads[thread.index()];
            let number = |key, num: u32| proto::Label {
                key,
                num: num.into(),
                ..proto::Label::default()
            };
            // A text of nothing would read as the number 0.
            if thread.name != StringId(0) {
                label.push(proto::Label {
                    key: self.thread,
                    str: index(thread.name),
                    ..proto::Label::default()
                });
            }
            label.push(number(self.pid, thread.pid));
            label.push(number(self.tid, thread.tid));
        }
        label.extend(sample.labels.iter().map(|label| match label.value {
            LabelValue::Text(text) => proto::Label {
                key: index(label.key),
                str: index(text),
                ..proto::Label::default()
            },
            LabelValue::Number(num, unit) => proto::Label {
                key: index(label.key),
                num,
                num_unit: index(unit),
                ..proto::Label::default()
            },
        }));
        let location_id = profile
            .stacks
            .leaf_first(sample.stack)
            .map(|id| order.ids[id.index()])
            .collect();
        proto::Sample {
            location_id,
            value: sample.values.clone(),
            label,
        }
    }
}

/// Locations in the order in which they are written: those of one kind and origin together, so that the
/// comment that says so stays short.
struct LocationOrder {
    locations: Vec<LocationId>,
    /// The written id of each location.
    ids: Vec<u64>,
}

impl LocationOrder {
    fn of(profile: &Profile) -> LocationOrder {
        let mut locations: Vec<LocationId> = (0..profile.locations.len() as u32)
            .map(LocationId)
            .collect();
        locations.sort_by_key(|id| {
            let location = &profile.locations[id.index()];
            (location.kind, location.found_by)
        });
        let mut ids = vec![0; locations.len()];
        for (at, location) in locations.iter().enumerate() {
            ids[location.index()] = at as u64 + 1;
        }
        LocationOrder { locations, ids }
    }
}

fn locations(
    profile: &Profile,
    order: &LocationOrder,
    mappings: &Mappings,
) -> Vec<proto::Location> {
    let line = |line: &crate::profile::Line| proto::Line {
        function_id: u64::from(line.function.0) + 1,
        line: line.line.into(),
        column: 0,
    };
    let location = |(at, id): (usize, &LocationId)| {
        let location = &profile.locations[id.index()];
        let (mapping_id, address) = mappings.place(location);
        proto::Location {
            id: at as u64 + 1,
            mapping_id,
            address,
            line: location.lines.iter().map(line).collect(),
            is_folded: false,
        }
    };
    order.locations.iter().enumerate().map(location).collect()
}

fn functions(profile: &Profile) -> Vec<proto::Function> {
    let function = |(at, function): (usize, &crate::profile::Function)| proto::Function {
        id: at as u64 + 1,
        name: index(function.name),
        system_name: index(function.linkage_name),
        filename: index(function.file),
        start_line: function.start_line.into(),
    };
    profile.functions.iter().enumerate().map(function).collect()
}
