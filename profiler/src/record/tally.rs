//! Counting samples by stack and thread, while they come.

use rustc_hash::FxHashMap;

use crate::profile::{
    FoundBy, FrameKind, Location, LocationId, ModuleId, Profile, Sample, StackId, Stacks, Strings,
    Thread, ThreadId, ValueType,
};

/// The growing parts of a profile, with what makes them quick to grow.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) strings: Strings,
    locations: Vec<Location>,
    location_ids: FxHashMap<Position, LocationId>,
    stacks: Stacks,
    threads: Vec<Thread>,
    counts: Vec<((Option<StackId>, ThreadId), u64)>,
    count_ids: FxHashMap<(Option<StackId>, ThreadId), usize>,
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

    /// Counts a sample.
    #[inline]
    pub(super) fn count(&mut self, stack: Option<StackId>, thread: ThreadId) {
        let counts = &mut self.counts;
        let at = *self.count_ids.entry((stack, thread)).or_insert_with(|| {
            counts.push(((stack, thread), 0));
            counts.len() - 1
        });
        self.counts[at].1 += 1;
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

    /// The profile, without modules and recording.
    pub(super) fn finish(mut self, period_ns: u64) -> Profile {
        let mut value_type = |kind, unit| ValueType {
            kind: self.strings.intern(kind),
            unit: self.strings.intern(unit),
        };
        let value_types = vec![
            value_type("samples", "count"),
            value_type("cpu", "nanoseconds"),
        ];
        let samples = self.counts.iter().map(|&((stack, thread), count)| Sample {
            stack,
            thread: Some(thread),
            labels: Vec::new(),
            values: vec![count as i64, (count * period_ns) as i64],
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
