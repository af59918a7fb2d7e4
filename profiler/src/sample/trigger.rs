//! What makes a sample due: CPU time, or occurrences of an event.

use std::fmt;
use std::str::FromStr;

use perf_event_open_sys::bindings as sys;

/// What makes a sample due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// CPU time: a sample for every `period_ns` of it.
    CpuTime {
        /// Nanoseconds.
        period_ns: u64,
    },
    /// Occurrences of an event. The kernel adapts how many of them make a sample, so that there are about `rate_hz`
    /// samples per second, and each sample says how many it stands for.
    Event {
        /// The event.
        kind: EventKind,
        /// Samples per second.
        rate_hz: u32,
    },
}

impl Trigger {
    /// The event behind it.
    pub fn kind(&self) -> EventKind {
        match *self {
            Trigger::CpuTime { .. } => EventKind::CpuClock,
            Trigger::Event { kind, .. } => kind,
        }
    }

    /// Time between two samples of a thread that does nothing else, in nanoseconds.
    pub fn interval_ns(&self) -> u64 {
        match *self {
            Trigger::CpuTime { period_ns } => period_ns,
            Trigger::Event { rate_hz, .. } => 1_000_000_000 / u64::from(rate_hz.max(1)),
        }
    }
}

/// An event that the kernel or the hardware counts, by the name that `perf list` has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// CPU time.
    CpuClock,
    /// Page faults of both kinds.
    PageFaults,
    /// Page faults that need no input.
    MinorFaults,
    /// Page faults that wait for input.
    MajorFaults,
    /// Switches to another thread.
    ContextSwitches,
    /// Moves to another CPU.
    CpuMigrations,
    /// CPU cycles.
    Cycles,
    /// Instructions that were completed.
    Instructions,
    /// Accesses to the last cache.
    CacheReferences,
    /// Accesses that the last cache did not answer.
    CacheMisses,
    /// Branches that were completed.
    Branches,
    /// Branches that went elsewhere than predicted.
    BranchMisses,
}

/// Type and number of an event in `struct perf_event_attr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) kind: u32,
    pub(super) config: u32,
}

impl Source {
    pub(super) const fn software(config: u32) -> Source {
        Source {
            kind: sys::PERF_TYPE_SOFTWARE,
            config,
        }
    }

    const fn hardware(config: u32) -> Source {
        Source {
            kind: sys::PERF_TYPE_HARDWARE,
            config,
        }
    }
}

/// A row for each event, in the order of their declaration.
#[rustfmt::skip]
const EVENTS: [(EventKind, &str, Source); 12] = {
    use EventKind::*;
    use Source as S;
    use perf_event_open_sys::bindings::*;
    [
        (CpuClock, "cpu-clock", S::software(PERF_COUNT_SW_CPU_CLOCK)),
        (PageFaults, "page-faults", S::software(PERF_COUNT_SW_PAGE_FAULTS)),
        (MinorFaults, "minor-faults", S::software(PERF_COUNT_SW_PAGE_FAULTS_MIN)),
        (MajorFaults, "major-faults", S::software(PERF_COUNT_SW_PAGE_FAULTS_MAJ)),
        (ContextSwitches, "context-switches", S::software(PERF_COUNT_SW_CONTEXT_SWITCHES)),
        (CpuMigrations, "cpu-migrations", S::software(PERF_COUNT_SW_CPU_MIGRATIONS)),
        (Cycles, "cycles", S::hardware(PERF_COUNT_HW_CPU_CYCLES)),
        (Instructions, "instructions", S::hardware(PERF_COUNT_HW_INSTRUCTIONS)),
        (CacheReferences, "cache-references", S::hardware(PERF_COUNT_HW_CACHE_REFERENCES)),
        (CacheMisses, "cache-misses", S::hardware(PERF_COUNT_HW_CACHE_MISSES)),
        (Branches, "branches", S::hardware(PERF_COUNT_HW_BRANCH_INSTRUCTIONS)),
        (BranchMisses, "branch-misses", S::hardware(PERF_COUNT_HW_BRANCH_MISSES)),
    ]
};

impl EventKind {
    /// Every event.
    pub fn all() -> impl Iterator<Item = EventKind> {
        EVENTS.iter().map(|&(kind, ..)| kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Whether hardware counts it.
    pub fn is_hardware(self) -> bool {
        self.source().kind == sys::PERF_TYPE_HARDWARE
    }

    /// Whether it happens in the kernel only, so that nobody sees it who may not see the kernel.
    pub fn is_in_kernel(self) -> bool {
        matches!(self, EventKind::ContextSwitches | EventKind::CpuMigrations)
    }

    pub(super) fn source(self) -> Source {
        self.row().2
    }

    fn row(self) -> &'static (EventKind, &'static str, Source) {
        &EVENTS[self as usize]
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EventKind {
    type Err = String;

    fn from_str(text: &str) -> Result<EventKind, String> {
        EventKind::all()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| {
                let names: Vec<&str> = EventKind::all().map(EventKind::name).collect();
                format!("an event is one of {}", names.join(", "))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_its_own_row_and_name() {
        for (at, kind) in EventKind::all().enumerate() {
            assert_eq!(kind as usize, at);
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!("cycle".parse::<EventKind>().unwrap_err().contains("cycles"));
    }
}
