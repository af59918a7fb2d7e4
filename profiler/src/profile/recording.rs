//! What a recording says about itself: when, how, and how much of the truth it holds.

use serde::{Deserialize, Serialize};

/// The facts of a recording. Every output shows them; none is optional knowledge for a reader who
/// wants to know how far to trust a profile. Zero or `None` where an imported file does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// What was recorded: the command line or the names of the processes. No arguments unless asked.
    pub target: String,
    /// What took the samples: `perf cpu-clock`, `in-process SIGPROF`, `imported from perf script`.
    pub source: String,
    /// Start, in nanoseconds since the Unix epoch.
    pub start_unix_ns: u64,
    /// From the first to the last enabled event.
    pub duration_ns: u64,
    /// Length of the time slices that samples are labelled with (see [`super::SLICE`]); 0 where they are not. The last
    /// one may be cut short by the end of the recording.
    #[serde(default)]
    pub slice_ns: u64,
    /// Samples per second of CPU that were asked for.
    pub rate_hz: u32,
    /// CPU time that one sample stands for; 0 where samples count another event.
    pub period_ns: u64,
    /// Samples taken, before aggregation.
    pub samples: u64,
    /// Samples that the kernel dropped because a buffer was full.
    pub lost: u64,
    /// Samples that are left out because a hypervisor ran another guest when they were due: that time is charged
    /// to nobody.
    #[serde(default)]
    pub stolen: u64,
    /// Samples whose stack does not reach the start of its thread.
    pub truncated: u64,
    /// Complete stacks in which at least one frame has no name.
    pub unnamed: u64,
    /// Whether kernel frames were recorded; otherwise only user CPU time was sampled.
    pub kernel: bool,
    /// Share of the target's CPU time that the samples explain.
    pub coverage: Option<Coverage>,
    /// What this recording could not see, in sentences for a reader.
    pub unseen: Vec<Unseen>,
    /// CPU time that the profiler itself used while recording.
    pub own_cpu_ns: u64,
}

/// Sampled CPU time against what the kernel charged to the target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Samples × period.
    pub sampled_ns: u64,
    /// Growth of the run time of every thread in schedstat, exited ones included, while events were
    /// enabled; for user-only recordings times utime ÷ (utime + stime).
    pub charged_ns: u64,
    /// Whether only user CPU time was sampled.
    pub user_only: bool,
}

impl Coverage {
    /// `sampled ÷ charged`; `None` where the target used no CPU.
    pub fn share(&self) -> Option<f64> {
        (self.charged_ns > 0).then(|| self.sampled_ns as f64 / self.charged_ns as f64)
    }
}

/// Something that was invisible to a recording, such as threads shorter than the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unseen {
    /// What was not seen: a phrase without a full stop.
    pub what: String,
    /// What would change it, likewise.
    pub remedy: String,
}
