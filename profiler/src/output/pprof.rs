//! pprof: `profile.proto` under gzip, which every pprof tool reads.
//!
//! What the format has no field for is kept as comments of the form `hone.key=value`, so that a round
//! trip through [`crate::import`] loses nothing; [`facts`] lists the keys. Threads become the labels
//! `thread`, `pid` and `tid`. Addresses are relative to their module, so mappings start at 0.

pub mod facts;
pub mod proto;

use std::io::{self, Write as _};

use flate2::{Compression, GzBuilder};
use prost::Message as _;

use crate::profile::{LabelValue, LocationId, Profile, Sample, StringId, Strings};

/// Renders `profile`.
///
/// # Errors
/// Never in practice: the compressor writes to memory.
pub fn render(profile: &Profile) -> io::Result<Vec<u8>> {
    // No time stamp in the header, so that equal profiles give equal bytes.
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::default());
    encoder.write_all(&plain(profile))?;
    encoder.finish()
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
    let order = LocationOrder::of(profile);
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
        mapping: mappings(profile),
        location: locations(profile, &order),
        function: functions(profile),
        string_table: strings.iter().map(str::to_owned).collect(),
        time_nanos: recording.start_unix_ns as i64,
        duration_nanos: recording.duration_ns as i64,
        period_type: (recording.period_ns > 0).then_some(period_type),
        period: recording.period_ns as i64,
        comment,
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
            label.push(proto::Label {
                key: self.thread,
                str: index(thread.name),
                ..proto::Label::default()
            });
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

/// Modules in the order in which they are written: files with samples first, since readers take the first one for
/// the program.
fn module_order(profile: &Profile) -> Vec<usize> {
    let mut is_last: Vec<bool> = vec![true; profile.modules.len()];
    for module in profile
        .locations
        .iter()
        .filter_map(|location| location.module)
    {
        let path = profile.text(profile.modules[module.index()].path);
        is_last[module.index()] = path.starts_with('[');
    }
    let mut order: Vec<usize> = (0..profile.modules.len()).collect();
    order.sort_by_key(|&at| is_last[at]);
    order
}

/// One mapping for each module. They say that names are complete: a reader must not look for others,
/// since it would look on the wrong machine.
fn mappings(profile: &Profile) -> Vec<proto::Mapping> {
    let mut limits = vec![0; profile.modules.len()];
    for location in &profile.locations {
        if let Some(module) = location.module {
            let limit: &mut u64 = &mut limits[module.index()];
            *limit = (*limit).max(location.address.saturating_add(1));
        }
    }
    let mapping = |(at, module): (usize, usize)| proto::Mapping {
        id: at as u64 + 1,
        memory_limit: limits[module],
        filename: index(profile.modules[module].path),
        build_id: index(profile.modules[module].build_id),
        has_functions: true,
        has_filenames: true,
        has_line_numbers: true,
        has_inline_frames: true,
        ..proto::Mapping::default()
    };
    let order = module_order(profile);
    order.into_iter().enumerate().map(mapping).collect()
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

fn locations(profile: &Profile, order: &LocationOrder) -> Vec<proto::Location> {
    let mut mapping_ids = vec![0; profile.modules.len()];
    for (at, module) in module_order(profile).into_iter().enumerate() {
        mapping_ids[module] = at as u64 + 1;
    }
    let line = |line: &crate::profile::Line| proto::Line {
        function_id: u64::from(line.function.0) + 1,
        line: line.line.into(),
        column: 0,
    };
    let location = |(at, id): (usize, &LocationId)| {
        let location = &profile.locations[id.index()];
        proto::Location {
            id: at as u64 + 1,
            mapping_id: location
                .module
                .map_or(0, |module| mapping_ids[module.index()]),
            address: location.address,
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
