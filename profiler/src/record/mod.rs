//! The recording loop: attach, sample, unwind and count as it goes, stop.
//!
//! Addresses only: nothing is named here, and no stack is kept longer than it takes to walk it. The files that
//! code came from stay open in [`Recorded::objects`], for [`crate::symbol`] to name it afterwards.

mod charge;
mod follow;
mod objects;
mod slices;
mod tally;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::profile::{Profile, Recording, Unseen};
use crate::sample::{self, EventKind, Sampler, SamplerOptions, Scope, Trigger, Watch};
use crate::target::{self, Cgroup, Precedence, Process, Runtime, Stop, Suspended};
use crate::unwind::Object;
use charge::{Account, Charge};
use follow::Follower;

/// What to record, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whom.
    pub subject: Subject,
    /// For how long; `None` until the subject exits or the recording is stopped.
    pub duration: Option<Duration>,
    /// What a sample is taken of: CPU time, or an event.
    pub event: EventKind,
    /// Samples per second of CPU time, or per second of an event; one of [`Options::RATES`].
    pub rate_hz: u32,
}

impl Options {
    /// Rates that can be asked for. Above, the timer itself takes a fifth of the CPU.
    pub const RATES: std::ops::RangeInclusive<u32> = 1..=10_000;
}

/// Whom to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Running processes, and what they start from now on.
    Processes(Vec<u32>),
    /// A command, from its first instruction, and what it starts.
    Command(Vec<OsString>),
    /// Whatever runs in a control group or below it, now or later; by its name as in [`Cgroup::open`].
    Cgroup(PathBuf),
    /// Whatever runs on this machine.
    Machine,
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
    /// The process exited, or the last of several.
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

/// The same at first, when it is not known yet whether stacks are deeper than what is copied of them.
const FIRST_LOOK: Duration = Duration::from_millis(5);

/// How long that is.
const FIRST_LOOKS: Duration = Duration::from_millis(100);

/// Records younger than this wait for the next look: another CPU may still be writing an older one.
const SETTLE: Duration = Duration::from_millis(2);

/// Records until the duration is over, the subject exits, or `stop` is requested.
///
/// What was recorded before the subject exited is kept. A command that was started goes on when the recording ends
/// before it.
pub fn record(options: &Options, stop: &Stop) -> Result<Recorded, Error> {
    let trigger = trigger(options)?;
    sample::raise_descriptor_limit();
    let mut target = Target::find(&options.subject)?;
    let mut sampler = Sampler::open(&SamplerOptions {
        watch: target.watch(),
        trigger,
    })?;
    let name = target.describe(&options.subject);
    let unseen = unseen(&sampler, &target);
    let mut follower = Follower::new(trigger, target.takes_all(), target::monotonic_ns());
    target.pids.iter().for_each(|&pid| follower.adopt(pid));
    let mut recording = Recording {
        target: name,
        source: format!("perf {}", options.event),
        start_unix_ns: SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos() as u64),
        rate_hz: options.rate_hz,
        period_ns: match trigger {
            Trigger::CpuTime { period_ns } => period_ns,
            Trigger::Event { .. } => 0,
        },
        kernel: sampler.sampling().kernel,
        unseen,
        ..Recording::default()
    };
    // After a command has been forked, which must not inherit it.
    let precedence = Precedence::take();
    let own_cpu = target::own_cpu();
    let stolen = sample::all_stolen_ns();
    let mut charge = Charge::start(target.account(), follower.processes());
    let start = Instant::now();
    sampler.enable()?;
    let child = target
        .suspended
        .take()
        .map(Suspended::release)
        .transpose()?;
    let ended = Session {
        sampler: &mut sampler,
        follower: &mut follower,
        charge: &mut charge,
        living: &mut target.processes,
        stop,
        start,
        deadline: options.duration.map(|duration| start + duration),
    }
    .run()?;
    sampler.disable()?;
    recording.duration_ns = start.elapsed().as_nanos() as u64;
    sampler.drain(u64::MAX, |record| follower.handle(record, &mut charge));
    recording.own_cpu_ns = (target::own_cpu() - own_cpu).as_nanos() as u64;
    if let Trigger::CpuTime { period_ns } = trigger {
        recording.coverage = charge.coverage(period_ns, !recording.kernel);
    }
    let stolen = sample::all_stolen_ns().saturating_sub(stolen);
    recording
        .unseen
        .extend(stolen_unseen(&sampler, stolen, recording.duration_ns));
    drop(precedence);
    let (profile, objects) = follower.finish(recording);
    Ok(Recorded {
        profile,
        objects,
        ended,
        child,
    })
}

/// What is recorded, found and held.
#[derive(Debug, Default)]
struct Target {
    /// The processes that were asked for.
    processes: Vec<Process>,
    pids: Vec<u32>,
    /// Those that were asked for and are gone.
    exited: Vec<u32>,
    /// The command, until it is let go.
    suspended: Option<Suspended>,
    cgroup: Option<Cgroup>,
}

impl Target {
    fn find(subject: &Subject) -> Result<Target, Error> {
        let mut target = Target::default();
        match subject {
            Subject::Processes(pids) => target.pids.clone_from(pids),
            Subject::Command(command) => {
                let suspended = target::launch_suspended(command)?;
                target.pids.push(suspended.pid());
                target.suspended = Some(suspended);
            }
            Subject::Cgroup(name) => target.cgroup = Some(Cgroup::open(name)?),
            Subject::Machine => {}
        }
        target.pids.sort_unstable();
        target.pids.dedup();
        target.open()?;
        Ok(target)
    }

    /// Takes hold of the processes. Of several, some may have exited since they were listed: the others are recorded.
    fn open(&mut self) -> Result<(), Error> {
        let mut gone = None;
        for &pid in &self.pids {
            match Process::open(pid) {
                Ok(process) => self.processes.push(process),
                Err(
                    error @ (target::Error::NoSuchProcess { .. } | target::Error::Zombie { .. }),
                ) => {
                    gone.get_or_insert(error);
                    self.exited.push(pid);
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.pids.retain(|pid| !self.exited.contains(pid));
        match gone {
            Some(error) if self.processes.is_empty() => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn watch(&self) -> Watch<'_> {
        match &self.cgroup {
            Some(group) => Watch::Cgroup(group.folder()),
            None if self.takes_all() => Watch::Machine,
            None => Watch::Processes(&self.pids),
        }
    }

    /// Whether the events alone decide what belongs to the target.
    fn takes_all(&self) -> bool {
        self.pids.is_empty()
    }

    fn account(&mut self) -> Account {
        match self.cgroup.take() {
            Some(group) => Account::Cgroup(group),
            None if self.takes_all() => Account::Machine,
            None => Account::of_processes(&self.pids),
        }
    }

    /// Names the target without its arguments, which may hold secrets.
    fn describe(&self, subject: &Subject) -> String {
        match (subject, &self.pids[..]) {
            (Subject::Command(command), _) => command
                .first()
                .and_then(|program| file_name(Path::new(program)))
                .unwrap_or_default(),
            (Subject::Cgroup(name), _) => format!("control group {}", name.display()),
            (Subject::Machine, _) => "all processes".to_owned(),
            (Subject::Processes(_), &[pid]) => describe(pid),
            (Subject::Processes(_), pids) => {
                let mut names: Vec<String> = pids.iter().filter_map(|&pid| program(pid)).collect();
                names.sort();
                names.dedup();
                format!("{} ({} processes)", names.join(", "), pids.len())
            }
        }
    }
}

/// A recording under way.
struct Session<'a> {
    sampler: &'a mut Sampler,
    follower: &'a mut Follower,
    charge: &'a mut Charge,
    /// The processes that were asked for and have not exited; none where all that runs is recorded.
    living: &'a mut Vec<Process>,
    stop: &'a Stop,
    start: Instant,
    deadline: Option<Instant>,
}

impl Session<'_> {
    /// Looks at the rings, the processes and the clock in turn until there is a reason to end.
    fn run(self) -> Result<Ended, Error> {
        let has_end = !self.living.is_empty();
        loop {
            self.wait();
            // In this order: a process that has exited is still charged what it used.
            let exited: Vec<u32> = self
                .living
                .iter()
                .filter(|process| process.has_exited())
                .map(Process::pid)
                .collect();
            self.charge.read(self.follower.processes());
            let now = target::monotonic_ns();
            self.sampler
                .drain(now.saturating_sub(SETTLE.as_nanos() as u64), |record| {
                    self.follower.handle(record, self.charge)
                });
            self.living
                .retain(|process| !exited.contains(&process.pid()));
            if has_end && self.living.is_empty() {
                return Ok(Ended::Exited);
            }
            exited.iter().for_each(|&pid| self.sampler.forget(pid));
            self.follower.forget_ended();
            if self.stop.take() {
                return Ok(Ended::Stopped);
            }
            if self
                .deadline
                .is_some_and(|deadline| Instant::now() >= deadline)
            {
                return Ok(Ended::Duration);
            }
            if self.follower.wants_more_stack() {
                let pids: Vec<u32> = self.follower.processes().collect();
                match self.sampler.grow_stack(&pids) {
                    Ok(_) => self.follower.has_more_stack(),
                    // The process is about to exit.
                    Err(sample::Error::Gone { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }

    /// Until there is something to look at, and not for long.
    fn wait(&self) {
        let look = match self.start.elapsed() < FIRST_LOOKS {
            true => FIRST_LOOK,
            false => LOOK,
        };
        let left = self.deadline.map_or(look, |deadline| {
            deadline.saturating_duration_since(Instant::now())
        });
        let exits = self.living.iter().map(Process::exit_fd);
        let others: Vec<_> = exits.chain([self.stop.fd()]).collect();
        self.sampler
            .wait(&others, look.min(left + Duration::from_millis(1)));
    }
}

fn trigger(options: &Options) -> Result<Trigger, Error> {
    let period_ns = period_ns(options)?;
    Ok(match options.event {
        EventKind::CpuClock => Trigger::CpuTime { period_ns },
        kind => Trigger::Event {
            kind,
            rate_hz: options.rate_hz,
        },
    })
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

/// The name of a process, and its pid.
fn describe(pid: u32) -> String {
    // A program that is known by several names, as busybox, or that renames itself shows the name it runs under.
    match (program(pid), target::name_of_thread(pid, pid)) {
        (Some(program), Some(name)) if !program.starts_with(&name) => {
            format!("{name} ({program}, pid {pid})")
        }
        (program, name) => format!("{} (pid {pid})", program.or(name).unwrap_or_default()),
    }
}

/// The file name of the program that a process runs.
fn program(pid: u32) -> Option<String> {
    let path = std::fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    file_name(&path).map(|name| name.trim_end_matches(" (deleted)").to_owned())
}

fn file_name(path: &Path) -> Option<String> {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
}

/// What the events cannot see.
fn unseen(sampler: &Sampler, target: &Target) -> Vec<Unseen> {
    let mut unseen = Vec::new();
    if !target.exited.is_empty() {
        let pids: Vec<String> = target.exited.iter().map(u32::to_string).collect();
        unseen.push(Unseen {
            what: format!("processes that had exited: {}", pids.join(", ")),
            remedy: "name those that run".to_owned(),
        });
    }
    if let Scope::Threads { refused } = sampler.scope() {
        let period = Duration::from_nanos(sampler.sampling().trigger.interval_ns());
        unseen.push(Unseen {
            what: format!("threads and processes that start while recording and use less than {period:.1?} of CPU"),
            remedy: format!("record as root, or with CAP_PERFMON and CAP_BPF (a filter was refused: {refused})"),
        });
    }
    if !sampler.sampling().kernel {
        unseen.push(Unseen {
            what: "kernel code, such as system calls and page faults".to_owned(),
            remedy: "record as root or with CAP_PERFMON, or set kernel.perf_event_paranoid to 1"
                .to_owned(),
        });
    }
    let mut interpreted: Vec<&str> = target
        .pids
        .iter()
        .map(|&pid| target::runtime(pid))
        .filter(|runtime| runtime.interprets())
        .map(Runtime::name)
        .collect();
    interpreted.sort_unstable();
    interpreted.dedup();
    unseen.extend(interpreted.into_iter().map(|name| Unseen {
        what: format!("the names of {name} functions; the interpreter's own are shown"),
        remedy:
            "this version names native code only; the shares of native frames are right".to_owned(),
    }));
    unseen
}

/// Says so where samples that lie in time which a hypervisor took cannot be told, and there are many.
fn stolen_unseen(sampler: &Sampler, stolen_ns: u64, duration_ns: u64) -> Option<Unseen> {
    let all = duration_ns * sample::online_cpus().len() as u64;
    let Scope::Threads { .. } = sampler.scope() else {
        return None;
    };
    (stolen_ns * 50 > all).then(|| Unseen {
        what: format!(
            "which samples lie in time that a hypervisor took; it took {} % of this machine's",
            stolen_ns * 100 / all
        ),
        remedy: "record as root, or with CAP_PERFMON and CAP_BPF, to leave them out".to_owned(),
    })
}
