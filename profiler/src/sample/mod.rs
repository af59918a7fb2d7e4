//! Raw samples from the kernel: perf events, their ring buffers, the records in them.
//!
//! ```text
//! Sampler ─► one ring per CPU, owned by an event that counts nothing
//!         ─► sampling events, all redirected into their CPU's ring; replaced when the stack copy must grow
//!         ─► drain: records of all rings, in the order of their times ─► Record
//! ```
//!
//! The kernel copies registers and the top of the user stack into each sample; the target is neither
//! stopped nor read otherwise.
#![allow(unsafe_code)]

mod bpf;
mod btf;
mod event;
mod filter;
mod grid;
mod records;
mod ring;
mod sampler;
mod trigger;

pub use event::{Sampling, is_counted, online_cpus};
pub use filter::Filter;
pub use grid::all_stolen_ns;
pub use records::{Map, Record, Registers, Sample, Stack, Task};
pub use sampler::{Sampler, SamplerOptions, Scope, Watch, raise_descriptor_limit};
pub use trigger::{EventKind, Trigger};

/// Why events could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kernel refuses this user this process.
    #[error("{0}")]
    Permission(Refusal),
    /// The process ended while it was attached to.
    #[error("process {pid} ended before it could be attached to")]
    Gone {
        /// The process.
        pid: u32,
    },
    /// The kernel knows no perf events.
    #[error(
        "this kernel has no perf events (perf_event_open: {0}); it needs CONFIG_PERF_EVENTS, and a seccomp profile that permits the call"
    )]
    Unsupported(std::io::Error),
    /// The machine does not count this event.
    #[error("{}", not_counted(*.kind, .source))]
    Event {
        /// The event.
        kind: EventKind,
        /// What the system said.
        source: std::io::Error,
    },
    /// The event happens where this user may not look.
    #[error(
        "{kind} happen in the kernel, which this user may not profile: run as root, grant CAP_PERFMON, or set \
         kernel.perf_event_paranoid to 1"
    )]
    KernelEvent {
        /// The event.
        kind: EventKind,
    },
    /// Descriptors ran out.
    #[error(
        "ran out of file descriptors after {opened} events; one is needed for each thread and CPU: raise `ulimit -n` ({limit} now)"
    )]
    Descriptors {
        /// Events that were opened.
        opened: usize,
        /// The hard limit.
        limit: u64,
    },
    /// Buffers may not be locked in memory.
    #[error(
        "no buffer of {kb} KB per CPU may be locked: raise kernel.perf_event_mlock_kb or `ulimit -l` ({source})"
    )]
    Memory {
        /// Size of the smallest buffer that was tried.
        kb: usize,
        /// What the system said.
        source: std::io::Error,
    },
    /// Any other failure of a system call.
    #[error("{call} failed: {source}")]
    System {
        /// The call.
        call: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}

fn not_counted(kind: EventKind, source: &std::io::Error) -> String {
    match kind.is_hardware() {
        true => format!(
            "this machine does not count {kind} ({source}): most virtual machines have no hardware counters; \
             cpu-clock, page-faults and context-switches work everywhere"
        ),
        false => format!("the event {kind} cannot be opened: {source}"),
    }
}

/// A refusal, and the smallest grant that would change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The process; `None` for this machine as a whole.
    pub pid: Option<u32>,
    /// Effective user of this program.
    pub own_uid: u32,
    /// Owner of the process.
    pub owner: Option<u32>,
    /// `kernel.perf_event_paranoid`.
    pub paranoid: Option<i64>,
    /// Whether a seccomp filter applies to this program.
    pub seccomp: bool,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "not permitted to profile process {pid}: ")?,
            None => f.write_str("not permitted to open perf events: ")?,
        }
        match (self.paranoid, self.owner) {
            (Some(level @ 3..), _) => write!(
                f,
                "kernel.perf_event_paranoid is {level}, which this distribution's kernel reserves for root \
                 (there CAP_PERFMON alone may not suffice); run as root, or set it to 2 with \
                 `sysctl kernel.perf_event_paranoid=2`"
            ),
            _ if self.pid.is_none() => f.write_str(
                "watching whole CPUs, as control groups, all processes and some events need, takes CAP_PERFMON; run as \
                 root, or grant it",
            ),
            (_, Some(owner)) if owner != self.own_uid => write!(
                f,
                "it belongs to user {owner} and this is user {}; run as user {owner} or as root, or grant \
                 CAP_SYS_PTRACE",
                self.own_uid
            ),
            _ if self.seccomp => f.write_str(
                "a seccomp filter applies to this program, as in containers; permit perf_event_open in its \
                 profile, or run outside the container",
            ),
            _ => f.write_str(
                "the process may have more privileges than this program or forbid being traced; run as root, \
                 or grant CAP_SYS_PTRACE",
            ),
        }
    }
}
