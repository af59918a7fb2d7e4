//! pprof's `profile.proto`, plain. What our own writer adds as comments is read back; see
//! [`crate::output::pprof`].
//!
//! Samples are decoded one by one, and those of the same stack, thread and labels added up: as a whole message they
//! would take thirty times the memory of the file. Addresses become relative to the file of their mapping.
//! What the model has no field for is not kept: ranges and flags of mappings, columns of lines, folded locations,
//! patterns of frames to drop or keep, comments of others, the default sample type, a period that is no time.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use prost::Message as _;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use rustc_hash::FxHashMap;

use super::limits::{Budget, Charge, DEEPEST};
use super::{Problem, limits};
use crate::output::pprof::{facts, proto};
use crate::profile::{
    FoundBy, Function, FunctionId, Label, LabelValue, Line, Location, LocationId, Module, ModuleId,
    Profile, Recording, Sample, StackId, StringId, Thread, ThreadId, ValueType,
};

/// The number of the field that holds a sample.
const SAMPLE: u32 = 2;
/// Largest sample that is read: the deepest stack, and labels of the same size.
const LARGEST_SAMPLE: usize = 2 << 20;
/// Memory for each byte of the tables, at most: a location with nothing in it takes two bytes of the file.
const TABLE_FACTOR: u64 = 8;

/// Whether `bytes` begin as a pprof does: with the field `sample_type`.
pub(super) fn looks_like_one(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x0a)
}

/// Reads a profile.
pub(super) fn read(bytes: &[u8]) -> Result<Profile, Problem> {
    let mut tables = Vec::new();
    let mut budget = Budget::default();
    each_field(bytes, |field, whole, payload| {
        if field == SAMPLE && payload.is_empty() {
            return Err(Problem::Pprof("a sample without values".into()));
        }
        if field == SAMPLE {
            return Ok(());
        }
        tables.extend_from_slice(whole);
        let memory = Charge::Bytes(payload.len() as u64 * TABLE_FACTOR);
        budget
            .take(Charge::Location)
            .and_then(|()| budget.take(memory))
            .map_err(Problem::Pprof)
    })?;
    let proto = proto::Profile::decode(&tables[..])?;
    let mut reader = Reader {
        budget,
        ..Reader::default()
    };
    reader.tables(&proto).map_err(Problem::Pprof)?;
    each_field(bytes, |field, _, payload| {
        if field != SAMPLE {
            return Ok(());
        }
        if payload.len() > LARGEST_SAMPLE {
            return Err(Problem::Pprof(format!(
                "a sample of {} bytes",
                payload.len()
            )));
        }
        reader
            .sample(&proto::Sample::decode(payload)?)
            .map_err(Problem::Pprof)
    })?;
    reader.recording(&proto).map_err(Problem::Pprof)?;
    Ok(reader.profile)
}

/// Calls `f` with each field of a message: its number, all its bytes, and what follows its head.
fn each_field<'a>(
    mut rest: &'a [u8],
    mut f: impl FnMut(u32, &'a [u8], &'a [u8]) -> Result<(), Problem>,
) -> Result<(), Problem> {
    while !rest.is_empty() {
        let whole = rest;
        let (field, wire_type) = decode_key(&mut rest)?;
        let mut payload = rest;
        if wire_type == WireType::LengthDelimited {
            let length = decode_varint(&mut rest)?;
            let fits = usize::try_from(length)
                .ok()
                .and_then(|length| rest.split_at_checked(length));
            (payload, rest) = fits.ok_or_else(|| {
                Problem::Pprof(format!(
                    "a field of {length} bytes, where {} are left",
                    rest.len()
                ))
            })?;
        } else {
            skip_field(wire_type, field, &mut rest, DecodeContext::default())?;
            payload = &payload[..payload.len() - rest.len()];
        }
        f(field, &whole[..whole.len() - rest.len()], payload)?;
    }
    Ok(())
}

#[derive(Default)]
struct Reader {
    profile: Profile,
    /// Our string for each of the file's; its table may repeat a text.
    strings: Vec<StringId>,
    modules: FxHashMap<u64, ModuleId>,
    functions: FxHashMap<u64, FunctionId>,
    locations: FxHashMap<u64, LocationId>,
    threads: FxHashMap<Thread, ThreadId>,
    labels: FxHashMap<Vec<Label>, u32>,
    samples: FxHashMap<(Option<StackId>, Option<ThreadId>, u32), usize>,
    /// Sum of the sizes of all values.
    sum: u64,
    budget: Budget,
}

impl Reader {
    fn tables(&mut self, proto: &proto::Profile) -> Result<(), String> {
        if proto.sample_type.is_empty() {
            return Err("it has no sample type".into());
        }
        self.strings = proto
            .string_table
            .iter()
            .map(|text| self.profile.strings.intern(text))
            .collect();
        for value in &proto.sample_type {
            let value = ValueType {
                kind: self.string(value.r#type)?,
                unit: self.string(value.unit)?,
            };
            self.profile.value_types.push(value);
        }
        for mapping in &proto.mapping {
            self.module(mapping)?;
        }
        for function in &proto.function {
            self.function(function)?;
        }
        let starts: FxHashMap<u64, (u64, u64)> = proto
            .mapping
            .iter()
            .map(|m| (m.id, (m.memory_start, m.file_offset)))
            .collect();
        proto
            .location
            .iter()
            .try_for_each(|location| self.location(location, &starts))
    }

    fn string(&self, index: i64) -> Result<StringId, String> {
        match usize::try_from(index)
            .ok()
            .and_then(|index| self.strings.get(index))
        {
            Some(&id) => Ok(id),
            // Writers leave the table out of profiles that name nothing.
            None if index == 0 => Ok(StringId(0)),
            None => Err(format!("string {index} of {}", self.strings.len())),
        }
    }

    fn module(&mut self, mapping: &proto::Mapping) -> Result<(), String> {
        let module = Module {
            path: self.string(mapping.filename)?,
            build_id: self.string(mapping.build_id)?,
        };
        let id = ModuleId(self.profile.modules.len() as u32);
        self.profile.modules.push(module);
        unique(self.modules.insert(mapping.id, id), "mapping", mapping.id)
    }

    fn function(&mut self, function: &proto::Function) -> Result<(), String> {
        let name = self.string(function.name)?;
        let linkage = self.string(function.system_name)?;
        let unnamed = StringId(0);
        let id = FunctionId(self.profile.functions.len() as u32);
        self.profile.functions.push(Function {
            name: if name == unnamed { linkage } else { name },
            linkage_name: if linkage == unnamed { name } else { linkage },
            file: self.string(function.filename)?,
            start_line: u32::try_from(function.start_line).unwrap_or(0),
        });
        unique(
            self.functions.insert(function.id, id),
            "function",
            function.id,
        )
    }

    fn location(
        &mut self,
        location: &proto::Location,
        starts: &FxHashMap<u64, (u64, u64)>,
    ) -> Result<(), String> {
        let module = match location.mapping_id {
            0 => None,
            id => Some(
                *self
                    .modules
                    .get(&id)
                    .ok_or_else(|| format!("mapping {id} does not exist"))?,
            ),
        };
        let (start, offset) = starts.get(&location.mapping_id).copied().unwrap_or((0, 0));
        let mut lines = Vec::with_capacity(location.line.len());
        for line in &location.line {
            let id = line.function_id;
            if id == 0 {
                continue;
            }
            let function = *self
                .functions
                .get(&id)
                .ok_or_else(|| format!("function {id} does not exist"))?;
            lines.push(Line {
                function,
                line: u32::try_from(line.line).unwrap_or(0),
            });
        }
        let path = module.map_or("", |module| {
            self.profile.text(self.profile.modules[module.index()].path)
        });
        let kind = super::kind(path, location.address);
        let id = LocationId(self.profile.locations.len() as u32);
        self.profile.locations.push(Location {
            module,
            address: location.address.wrapping_sub(start).wrapping_add(offset),
            kind,
            found_by: FoundBy::Imported,
            lines,
        });
        unique(
            self.locations.insert(location.id, id),
            "location",
            location.id,
        )
    }

    fn sample(&mut self, sample: &proto::Sample) -> Result<(), String> {
        let (values, wanted) = (sample.value.len(), self.profile.value_types.len());
        if values != wanted {
            return Err(format!(
                "a sample has {values} values, and there are {wanted} sample types"
            ));
        }
        if sample.location_id.len() > DEEPEST {
            return Err(limits::too_deep());
        }
        for value in &sample.value {
            let sum = self.sum.checked_add(value.unsigned_abs());
            self.sum = sum
                .filter(|sum| *sum <= i64::MAX as u64)
                .ok_or("its values add up to more than a number can hold")?;
        }
        let mut stack = None;
        for id in sample.location_id.iter().rev() {
            let location = *self
                .locations
                .get(id)
                .ok_or_else(|| format!("location {id} does not exist"))?;
            stack = Some(self.profile.stacks.push(stack, location));
        }
        self.budget.stacks(&self.profile.stacks)?;
        let (thread, labels) = self.labels(&sample.label)?;
        self.add(stack, thread, labels, &sample.value)
    }

    /// Adds `values` to the sample of this stack, thread and labels.
    fn add(
        &mut self,
        stack: Option<StackId>,
        thread: Option<ThreadId>,
        labels: Vec<Label>,
        values: &[i64],
    ) -> Result<(), String> {
        let next = self.labels.len() as u32;
        let label_set = *self.labels.entry(labels.clone()).or_insert(next);
        let samples = &mut self.profile.samples;
        match self.samples.entry((stack, thread, label_set)) {
            Entry::Occupied(at) => {
                let sums = samples[*at.get()].values.iter_mut();
                sums.zip(values).for_each(|(sum, value)| *sum += value);
            }
            Entry::Vacant(at) => {
                self.budget.take(Charge::Sample)?;
                let more = (labels.len() * 64 + values.len() * 8) as u64;
                self.budget.take(Charge::Bytes(more))?;
                at.insert(samples.len());
                samples.push(Sample {
                    stack,
                    thread,
                    labels,
                    values: values.to_vec(),
                });
            }
        }
        Ok(())
    }

    /// The thread that the labels `thread`, `pid` and `tid` describe, and the other labels.
    fn labels(
        &mut self,
        labels: &[proto::Label],
    ) -> Result<(Option<ThreadId>, Vec<Label>), String> {
        let (mut name, mut pid, mut tid) = (None, None, None);
        let mut others = Vec::new();
        for label in labels {
            let key = self.string(label.key)?;
            let is_plain = label.str == 0 && label.num_unit == 0;
            let number = u32::try_from(label.num).ok().filter(|_| is_plain);
            match self.profile.text(key) {
                facts::THREAD if label.str != 0 && name.is_none() => {
                    name = Some(self.string(label.str)?)
                }
                facts::PID if number.is_some() && pid.is_none() => pid = number,
                facts::TID if number.is_some() && tid.is_none() => tid = number,
                _ if label.str != 0 => {
                    others.push(Label {
                        key,
                        value: LabelValue::Text(self.string(label.str)?),
                    });
                }
                _ => {
                    let value = LabelValue::Number(label.num, self.string(label.num_unit)?);
                    others.push(Label { key, value });
                }
            }
        }
        if name.is_none() && pid.is_none() && tid.is_none() {
            return Ok((None, others));
        }
        let thread = Thread {
            pid: pid.unwrap_or(0),
            tid: tid.unwrap_or(0),
            name: name.unwrap_or(StringId(0)),
        };
        let threads = &mut self.profile.threads;
        let id = *self.threads.entry(thread.clone()).or_insert_with(|| {
            threads.push(thread);
            ThreadId(threads.len() as u32 - 1)
        });
        Ok((Some(id), others))
    }

    fn recording(&mut self, proto: &proto::Profile) -> Result<(), String> {
        let mut comments = Vec::new();
        for &comment in &proto.comment {
            comments.push(self.string(comment)?);
        }
        let period_kind = proto
            .period_type
            .as_ref()
            .map_or(Ok(StringId(0)), |period| self.string(period.unit))?;
        let counted = crate::analyze::Measure::of(&self.profile).samples(&self.profile);
        let facts: BTreeMap<&str, &str> = comments
            .iter()
            .filter_map(|id| facts::split(self.profile.strings.get(*id)))
            .collect();
        let mut recording = Recording {
            source: "imported from pprof".into(),
            start_unix_ns: u64::try_from(proto.time_nanos).unwrap_or(0),
            duration_ns: u64::try_from(proto.duration_nanos).unwrap_or(0),
            period_ns: match self.profile.strings.get(period_kind) {
                "nanoseconds" => u64::try_from(proto.period).unwrap_or(0),
                _ => 0,
            },
            samples: counted,
            kernel: self.profile.has_kernel_frames(),
            ..Recording::default()
        };
        facts::read_recording(&facts, &mut recording);
        self.profile.recording = recording;
        if let Some(frames) = facts::read_frames(&facts, &proto.location) {
            for (location, (kind, found_by)) in self.profile.locations.iter_mut().zip(frames) {
                (location.kind, location.found_by) = (kind, found_by);
            }
        }
        Ok(())
    }
}

fn unique<T>(previous: Option<T>, what: &str, id: u64) -> Result<(), String> {
    match (previous, id) {
        (_, 0) => Err(format!("a {what} with the reserved id 0")),
        (Some(_), _) => Err(format!("{what} {id} is defined twice")),
        (None, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::pprof::{message, plain, render};
    use crate::profile::{Coverage, Unseen};

    /// A profile that uses every field of the model.
    fn full() -> Profile {
        let mut profile =
            super::super::folded("main;a;b_[i] 3\nmain;write_[k] 2\n[truncated];c 1\n").unwrap();
        let mut text = |text: &str| profile.strings.intern(text);
        let (cpu, ns, name, key, value, unit) = (
            text("cpu"),
            text("nanoseconds"),
            text("worker"),
            text("endpoint"),
            text("/quote"),
            text("bytes"),
        );
        let (path, build_id, file, linkage) = (
            text("/bin/service"),
            text("00ff"),
            text("src/main.rs"),
            text("_ZN1aE"),
        );
        profile.value_types.push(ValueType {
            kind: cpu,
            unit: ns,
        });
        profile.modules.push(Module { path, build_id });
        profile.threads.push(Thread {
            pid: 7,
            tid: 8,
            name,
        });
        let module = ModuleId(profile.modules.len() as u32 - 1);
        profile.locations[0].module = Some(module);
        profile.locations[0].address = 0x1234;
        profile.locations[0].found_by = FoundBy::Cfi;
        profile.locations[0].lines[0].line = 42;
        profile.functions[0] = Function {
            file,
            linkage_name: linkage,
            start_line: 40,
            ..profile.functions[0].clone()
        };
        for sample in &mut profile.samples {
            sample.values.push(sample.values[0] * 1_000);
        }
        profile.samples[0].thread = Some(ThreadId(0));
        profile.samples[0].labels = vec![
            Label {
                key,
                value: LabelValue::Text(value),
            },
            Label {
                key,
                value: LabelValue::Number(5, unit),
            },
        ];
        profile.recording = Recording {
            target: "service --secs 20".into(),
            source: "perf cpu-clock".into(),
            start_unix_ns: 1_700_000_000_000_000_001,
            duration_ns: 10_000_000_000,
            slice_ns: 400_000_000,
            rate_hz: 99,
            period_ns: 10_101_010,
            samples: 7,
            lost: 1,
            stolen: 3,
            truncated: 1,
            unnamed: 2,
            kernel: true,
            coverage: Some(Coverage {
                sampled_ns: 99,
                charged_ns: 100,
                user_only: true,
            }),
            unseen: vec![
                Unseen {
                    what: "Short threads.".into(),
                    remedy: "Grant CAP_PERFMON.".into(),
                },
                Unseen {
                    what: "The kernel = all of it.".into(),
                    remedy: "The same.".into(),
                },
            ],
            own_cpu_ns: 12,
        };
        profile
    }

    #[test]
    fn a_round_trip_loses_nothing() {
        let profile = full();
        let again = read(&plain(&profile)).unwrap();
        assert_eq!(again.recording, profile.recording);
        assert_eq!(message(&again), message(&profile));
        assert_eq!(again.threads, profile.threads);
        assert_eq!(again.samples[0].labels.len(), 2);
        let kinds = |profile: &Profile| {
            let mut kinds: Vec<_> = profile
                .locations
                .iter()
                .map(|l| (l.kind, l.found_by, l.address))
                .collect();
            kinds.sort();
            kinds
        };
        assert_eq!(kinds(&again), kinds(&profile));
        assert_eq!(render(&again).unwrap(), render(&profile).unwrap());
    }

    #[test]
    fn truncation_at_every_length_is_no_panic() {
        let bytes = plain(&full());
        for length in 0..bytes.len() {
            // Shorter data may still be a whole message: then it is read, or refused, but not misread.
            if let Ok(profile) = read(&bytes[..length]) {
                assert!(profile.samples.len() <= 4, "{length}");
            }
        }
        let gzip = render(&full()).unwrap();
        for length in 0..gzip.len() {
            assert!(super::super::parse(&gzip[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn any_flipped_byte_is_no_panic() {
        let bytes = plain(&full());
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[at] ^= flip;
                if let Ok(profile) = read(&bytes) {
                    // Whatever was read can be shown.
                    crate::output::terminal_report(&profile, false);
                    crate::output::folded::render(&profile);
                }
            }
        }
    }

    #[test]
    fn ids_that_point_nowhere_are_refused() {
        type Damage = fn(&mut proto::Profile);
        let damages: [(&str, Damage); 9] = [
            ("string 999 of", |p| p.function[0].name = 999),
            ("string -1 of", |p| p.mapping[0].filename = -1),
            ("function 77 does not exist", |p| {
                p.location[0].line[0].function_id = 77
            }),
            ("mapping 78 does not exist", |p| {
                p.location[0].mapping_id = 78
            }),
            ("location 79 does not exist", |p| {
                p.sample[0].location_id[0] = 79
            }),
            ("location 1 is defined twice", |p| p.location[1].id = 1),
            ("a function with the reserved id 0", |p| {
                p.function[0].id = 0
            }),
            ("a sample has 1 values, and there are 2 sample types", |p| {
                p.sample[0].value.truncate(1)
            }),
            ("its values add up to more than a number can hold", |p| {
                p.sample[0].value[1] = i64::MAX
            }),
        ];
        for (expected, damage) in damages {
            let mut damaged = message(&full());
            damage(&mut damaged);
            let error = read(&damaged.encode_to_vec()).unwrap_err().to_string();
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
}
