//! The recording loop: attach, sample, unwind and count as it goes, stop.
//!
//! Addresses only: nothing is named here, and no stack is kept longer than it takes to walk it. The files that
//! code came from stay open in [`Recorded::objects`], for [`crate::symbol`] to name it afterwards.

mod charge;
mod follow;
mod tally;

use std::ffi::OsString;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::profile::{Profile, Recording, Unseen};
use crate::sample::{self, Sampler, SamplerOptions, Scope};
use crate::target::{self, Process, Runtime, Stop, Suspended};
use crate::unwind::Object;
use charge::Charge;
use follow::Follower;

/// What to record, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whom.
    pub subject: Subject,
    /// For how long; `None` until the subject exits or the recording is stopped.
    pub duration: Option<Duration>,
    /// Samples per second of CPU time, [`Options::RATES`].
    pub rate_hz: u32,
}

impl Options {
    /// Rates that can be asked for. Above, the timer itself takes a fifth of the CPU.
    pub const RATES: std::ops::RangeInclusive<u32> = 1..=10_000;
}

/// Whom to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A running process, and what it starts from now on.
    Process(u32),
    /// A command, from its first instruction, and what it starts.
    Command(Vec<OsString>),
}

/// A finished recording.
#[derive(Debug)]
pub struct Recorded {
    /// The samples, not named yet: see [`crate::symbol::symbolize`].
    pub profile: Profile,
    /// The file of each of the profile's modules.
    pub objects: Vec<Arc<Object>>,
    /// What ended it.
    pub ended: Ended,
    /// The command that was started; it may still run.
    pub child: Option<Child>,
}

/// What ended a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its duration was over.
    Duration,
    /// It was stopped.
    Stopped,
    /// The process exited.
    Exited,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The process cannot be profiled.
    #[error(transparent)]
    Target(#[from] target::Error),
    /// Events cannot be opened.
    #[error(transparent)]
    Sample(#[from] sample::Error),
    /// The rate is out of bounds.
    #[error("the rate must be between {} and {} samples per second, not {rate_hz}", Options::RATES.start(), Options::RATES.end())]
    Rate {
        /// What was asked for.
        rate_hz: u32,
    },
    /// The duration is out of bounds.
    #[error(
        "the duration must be at least one period of the rate, {period:?}; {duration:?} is too short for any sample"
    )]
    Duration {
        /// What was asked for.
        duration: Duration,
        /// The least that makes sense.
        period: Duration,
    },
}

/// The longest time between two looks at the rings.
const LOOK: Duration = Duration::from_millis(50);

/// Records younger than this wait for the next look: another CPU may still be writing an older one.
const SETTLE: Duration = Duration::from_millis(2);

/// Records until the duration is over, the subject exits, or `stop` is requested.
///
/// What was recorded before the subject exited is kept. A command that was started goes on when the recording ends
/// before it.
pub fn record(options: &Options, stop: &Stop) -> Result<Recorded, Error> {
    let period_ns = period_ns(options)?;
    sample::raise_descriptor_limit();
    let (process, suspended) = subject(&options.subject)?;
    let pid = process.pid();
    let mut sampler = Sampler::open(&SamplerOptions { pid, period_ns })?;
    let mut follower = Follower::new(&process, period_ns);
    let mut recording = Recording {
        target: describe(&options.subject, pid),
        source: "perf cpu-clock".to_owned(),
        start_unix_ns: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos() as u64),
        rate_hz: options.rate_hz,
        period_ns,
        kernel: sampler.clock().kernel,
        unseen: unseen(&sampler, pid),
        ..Recording::default()
    };
    let own_cpu = target::own_cpu();
    let stolen = sample::all_stolen_ns();
    let mut charge = Charge::start(pid)?;
    let start = Instant::now();
    sampler.enable()?;
    let child = suspended.map(Suspended::release).transpose()?;
    let ended = watch(
        &mut sampler,
        &mut follower,
        &mut charge,
        &process,
        stop,
        options.duration.map(|d| start + d),
    )?;
    sampler.disable()?;
    recording.duration_ns = start.elapsed().as_nanos() as u64;
    sampler.drain(u64::MAX, |record| follower.handle(record, &mut charge));
    recording.own_cpu_ns = (target::own_cpu() - own_cpu).as_nanos() as u64;
    recording.coverage = charge.coverage(period_ns, !recording.kernel);
    let stolen = sample::all_stolen_ns().saturating_sub(stolen);
    let all = recording.duration_ns * sample::online_cpus().len() as u64;
    if let (Scope::Threads { .. }, true) = (sampler.scope(), stolen * 50 > all) {
        recording.unseen.push(Unseen {
            what: format!(
                "which samples lie in time that a hypervisor took; it took {} % of this machine's",
                stolen * 100 / all
            ),
            remedy: "record as root, or with CAP_PERFMON and CAP_BPF, to leave them out".to_owned(),
        });
    }
    if recording.target.is_empty() {
        recording.target = describe(&options.subject, pid);
    }
    let (profile, objects) = follower.finish(recording);
    Ok(Recorded {
        profile,
        objects,
        ended,
        child,
    })
}

/// Looks at the rings, the process and the clock in turn until there is a reason to end.
fn watch(
    sampler: &mut Sampler,
    follower: &mut Follower,
    charge: &mut Charge,
    process: &Process,
    stop: &Stop,
    deadline: Option<Instant>,
) -> Result<Ended, Error> {
    loop {
        let left = deadline.map_or(LOOK, |deadline| {
            deadline.saturating_duration_since(Instant::now())
        });
        sampler.wait(
            &[process.exit_fd(), stop.fd()],
            LOOK.min(left + Duration::from_millis(1)),
        );
        // In this order: a process that has exited is still charged what it used.
        let exited = process.has_exited();
        charge.read(follower.processes());
        let now = target::monotonic_ns();
        sampler.drain(now.saturating_sub(SETTLE.as_nanos() as u64), |record| {
            follower.handle(record, charge)
        });
        follower.forget_ended();
        if exited {
            return Ok(Ended::Exited);
        }
        if stop.take() {
            return Ok(Ended::Stopped);
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok(Ended::Duration);
        }
        if follower.wants_more_stack() {
            let pids: Vec<u32> = follower.processes().collect();
            match sampler.grow_stack(&pids) {
                Ok(_) => follower.has_more_stack(),
                // The process is about to exit.
                Err(sample::Error::Gone { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn period_ns(options: &Options) -> Result<u64, Error> {
    if !Options::RATES.contains(&options.rate_hz) {
        return Err(Error::Rate {
            rate_hz: options.rate_hz,
        });
    }
    let period = Duration::from_secs(1) / options.rate_hz;
    match options.duration {
        Some(duration) if duration < period => Err(Error::Duration { duration, period }),
        _ => Ok(period.as_nanos() as u64),
    }
}

fn subject(subject: &Subject) -> Result<(Process, Option<Suspended>), Error> {
    match subject {
        Subject::Process(pid) => Ok((Process::open(*pid)?, None)),
        Subject::Command(command) => {
            let suspended = target::launch_suspended(command)?;
            Ok((Process::open(suspended.pid())?, Some(suspended)))
        }
    }
}

/// Names the target without its arguments, which may hold secrets.
fn describe(subject: &Subject, pid: u32) -> String {
    let file_name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    match subject {
        Subject::Command(command) => command
            .first()
            .and_then(|program| file_name(Path::new(program)))
            .unwrap_or_default(),
        Subject::Process(_) => {
            let program = std::fs::read_link(format!("/proc/{pid}/exe"))
                .ok()
                .as_deref()
                .and_then(file_name);
            let program = program.map(|name| name.trim_end_matches(" (deleted)").to_owned());
            // A program that is known by several names, as busybox, or that renames itself shows the name it runs under.
            match (program, target::name_of_thread(pid, pid)) {
                (Some(program), Some(name)) if !program.starts_with(&name) => {
                    format!("{name} ({program}, pid {pid})")
                }
                (program, name) => {
                    format!("{} (pid {pid})", program.or(name).unwrap_or_default())
                }
            }
        }
    }
}

/// What the events cannot see.
fn unseen(sampler: &Sampler, pid: u32) -> Vec<Unseen> {
    let mut unseen = Vec::new();
    if let Scope::Threads { refused } = sampler.scope() {
        let period = Duration::from_nanos(sampler.clock().period_ns);
        unseen.push(Unseen {
            what: format!("threads and processes that start while recording and use less than {period:.1?} of CPU"),
            remedy: format!("record as root, or with CAP_PERFMON and CAP_BPF (a filter was refused: {refused})"),
        });
    }
    if !sampler.clock().kernel {
        unseen.push(Unseen {
            what: "kernel code, such as system calls and page faults".to_owned(),
            remedy: "record as root or with CAP_PERFMON, or set kernel.perf_event_paranoid to 1"
                .to_owned(),
        });
    }
    let generated = match target::runtime(pid) {
        Runtime::Native => None,
        Runtime::Jvm => Some("the names of Java methods"),
        Runtime::Python => Some("the names of Python functions; the interpreter's own are shown"),
        Runtime::Node => Some("the names of JavaScript functions"),
    };
    unseen.extend(generated.map(|what| Unseen {
        what: what.to_owned(),
        remedy:
            "this version names native code only; the shares of native frames are right".to_owned(),
    }));
    unseen
}
