//! Counting samples by stack, thread and time slice, while they come.

use rustc_hash::FxHashMap;

use super::slices::Slices;
use crate::profile::{
    FoundBy, FrameKind, Label, LabelValue, Location, LocationId, ModuleId, Profile, SLICE, Sample,
    StackId, Stacks, Strings, Thread, ThreadId, ValueType,
};

/// The growing parts of a profile, with what makes them quick to grow.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) strings: Strings,
    locations: Vec<Location>,
    location_ids: FxHashMap<Position, LocationId>,
    stacks: Stacks,
    threads: Vec<Thread>,
    slices: Slices,
    counts: Vec<(Key, Count)>,
    count_ids: FxHashMap<Key, usize>,
}

/// What tells samples apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    stack: Option<StackId>,
    thread: ThreadId,
    slice: u32,
}

/// How many samples, and what they stand for.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    samples: u64,
    weight: u64,
}

/// What tells locations apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Position {
    pub(super) module: Option<ModuleId>,
    pub(super) address: u64,
    pub(super) kind: FrameKind,
    pub(super) found_by: FoundBy,
}

impl Position {
    /// The root of a stack that could not be walked to its end.
    pub(super) const TRUNCATED: Position = Position {
        module: None,
        address: 0,
        kind: FrameKind::Truncated,
        found_by: FoundBy::Heuristic,
    };
}

impl Tally {
    /// Nothing yet; the recording starts at `start_ns` of the clock that samples carry.
    pub(super) fn new(start_ns: u64) -> Tally {
        Tally {
            strings: Strings::default(),
            locations: Vec::new(),
            location_ids: FxHashMap::default(),
            stacks: Stacks::default(),
            threads: Vec::new(),
            slices: Slices::new(start_ns),
            counts: Vec::new(),
            count_ids: FxHashMap::default(),
        }
    }

    /// The path from `caller` to `position`.
    #[inline]
    pub(super) fn push(&mut self, caller: Option<StackId>, position: Position) -> Option<StackId> {
        let locations = &mut self.locations;
        let location = *self.location_ids.entry(position).or_insert_with(|| {
            let Position {
                module,
                address,
                kind,
                found_by,
            } = position;
            locations.push(Location {
                module,
                address,
                kind,
                found_by,
                lines: Vec::new(),
            });
            LocationId(locations.len() as u32 - 1)
        });
        Some(self.stacks.push(caller, location))
    }

    /// Counts a sample that was taken at `time_ns` and stands for `weight`.
    #[inline]
    pub(super) fn count(
        &mut self,
        stack: Option<StackId>,
        thread: ThreadId,
        time_ns: u64,
        weight: u64,
    ) {
        while !self.slices.reaches(time_ns) {
            self.widen();
        }
        let slice = self.slices.at(time_ns);
        let key = Key {
            stack,
            thread,
            slice,
        };
        self.add(key, Count { samples: 1, weight });
    }

    fn add(&mut self, key: Key, count: Count) {
        let counts = &mut self.counts;
        let at = *self.count_ids.entry(key).or_insert_with(|| {
            counts.push((key, Count::default()));
            counts.len() - 1
        });
        let sum = &mut self.counts[at].1;
        sum.samples += count.samples;
        sum.weight += count.weight;
    }

    /// Makes one slice of each two.
    fn widen(&mut self) {
        self.slices.widen();
        self.count_ids.clear();
        for (key, count) in std::mem::take(&mut self.counts) {
            let slice = key.slice / 2;
            self.add(Key { slice, ..key }, count);
        }
    }

    /// A thread that was not sampled before.
    pub(super) fn add_thread(&mut self, thread: Thread) -> ThreadId {
        self.threads.push(thread);
        ThreadId(self.threads.len() as u32 - 1)
    }

    /// The thread, to rename it.
    pub(super) fn thread_mut(&mut self, id: ThreadId) -> &mut Thread {
        &mut self.threads[id.index()]
    }

    /// Length of the time slices.
    pub(super) fn slice_ns(&self) -> u64 {
        self.slices.width_ns()
    }

    /// The profile, without modules and recording; its weights count `kind` in `unit`.
    pub(super) fn finish(mut self, kind: &str, unit: &str) -> Profile {
        let mut value_type = |kind, unit| ValueType {
            kind: self.strings.intern(kind),
            unit: self.strings.intern(unit),
        };
        let value_types = vec![value_type("samples", "count"), value_type(kind, unit)];
        let key = self.strings.intern(SLICE);
        let samples = self.counts.iter().map(|&(at, count)| Sample {
            stack: at.stack,
            thread: Some(at.thread),
            labels: vec![Label {
                key,
                // A number needs a unit for Go's tools to keep a 0.
                value: LabelValue::Number(at.slice.into(), key),
            }],
            values: vec![count.samples as i64, count.weight as i64],
        });
        Profile {
            samples: samples.collect(),
            strings: self.strings,
            locations: self.locations,
            stacks: self.stacks,
            threads: self.threads,
            value_types,
            ..Profile::default()
        }
    }
}
