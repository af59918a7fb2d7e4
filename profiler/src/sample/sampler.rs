//! All events of a recording, and their records in the order of time.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustc_hash::{FxHashMap, FxHashSet};

use super::event::{Event, Sampling, Tasks, is_counted, online_cpus};
use super::filter::Filter;
use super::grid::{Grid, stolen_ns};
use super::records::{Record, time_of};
use super::ring::Ring;
use super::trigger::{EventKind, Trigger};
use super::{Error, Refusal};
use crate::target;

/// What to sample, and when.
#[derive(Clone, Copy, Debug)]
pub struct SamplerOptions<'a> {
    /// Whom.
    pub watch: Watch<'a>,
    /// When.
    pub trigger: Trigger,
}

/// Whom to sample.
#[derive(Clone, Copy, Debug)]
pub enum Watch<'a> {
    /// Processes, and what they start from now on.
    Processes(&'a [u32]),
    /// Whatever runs in a control group, given by its folder, or below it.
    Cgroup(BorrowedFd<'a>),
    /// Whatever runs.
    Machine,
}

/// Which tasks the events watch, best first.
#[derive(Debug)]
pub enum Scope {
    /// One event per CPU, for all that runs there or what a filter in the kernel lets through: threads of any length are
    /// seen.
    Cpus,
    /// One event per thread and CPU, inherited by new threads. The timer of an inherited event starts anew in
    /// every thread.
    Threads {
        /// Why the better scope was refused.
        refused: io::Error,
    },
}

/// The open events of a recording.
#[derive(Debug)]
pub struct Sampler {
    cpus: Vec<u32>,
    rings: Vec<Ring>,
    scope: Scope,
    sampling: Sampling,
    filter: Option<Filter>,
    cgroup: Option<OwnedFd>,
    events: Vec<Event>,
    attached: Attached,
    /// One for each ring, with what was stolen of its CPU before; where stolen time can be told.
    grids: Vec<(Grid, u64)>,
}

/// Which threads have events of their own.
///
/// A thread that starts while events are attached can both inherit an event and be found in `/proc`. A sample names
/// the event as it was opened, which tells the two apart: of a thread with events of its own, only theirs count.
#[derive(Debug, Default)]
struct Attached {
    thread_of_event: FxHashMap<u64, u32>,
    threads: FxHashSet<u32>,
}

/// Stacks are rarely deeper; [`Sampler::grow_stack`] is for those that are.
const FIRST_STACK: u32 = 16 * 1024;

/// How often a list of threads is read while threads turn up that were not in it.
const MOST_LOOKS: u32 = 8;

/// How long records wait in a ring: the longest time between two looks, with room to spare.
const RING_SECONDS: f64 = 0.25;

/// Bounds of a ring's size. The lower one holds one record of the largest size.
const RING_BYTES: std::ops::RangeInclusive<usize> = 128 << 10..=8 << 20;

/// All rings together stay below this.
const ALL_RINGS_BYTES: usize = 128 << 20;

impl Sampler {
    /// Opens events, not enabled: the best that is permitted.
    pub fn open(options: &SamplerOptions<'_>) -> Result<Sampler, Error> {
        let kind = options.trigger.kind();
        if kind != EventKind::CpuClock
            && let Err(source) = is_counted(kind)
        {
            return Err(Error::Event { kind, source });
        }
        let (pids, refused) = match (options.watch, Sampler::open_on_cpus(options)) {
            (_, Ok(sampler)) => return Ok(sampler),
            (Watch::Processes(pids), Err(error)) => (pids, refusal(error)),
            (_, Err(error)) => return Err(error),
        };
        let mut sampler = Sampler::new(options);
        sampler.rings = map_rings(&sampler.cpus, Tasks::Own, &options.trigger)?;
        sampler.scope = Scope::Threads { refused };
        match sampler.attach_to_threads(pids) {
            Err(Error::Permission(_)) if kind.is_in_kernel() => {
                return Err(Error::KernelEvent { kind });
            }
            Err(Error::Permission(_)) => {
                sampler.sampling.kernel = false;
                sampler.attach_to_threads(pids)?;
            }
            result => result?,
        }
        Ok(sampler)
    }

    fn open_on_cpus(options: &SamplerOptions<'_>) -> Result<Sampler, Error> {
        let mut sampler = Sampler::new(options);
        match options.watch {
            Watch::Processes(pids) => {
                sampler.filter = Some(Filter::load(pids).map_err(failed("bpf"))?);
            }
            Watch::Cgroup(folder) => {
                sampler.cgroup = Some(folder.try_clone_to_owned().map_err(failed("dup"))?);
            }
            Watch::Machine => {}
        }
        sampler.rings = map_rings(&sampler.cpus, sampler.on_cpus(), &options.trigger)?;
        sampler.attach_to_cpus()?;
        Ok(sampler)
    }

    /// Without any events.
    fn new(options: &SamplerOptions<'_>) -> Sampler {
        Sampler {
            cpus: online_cpus(),
            rings: Vec::new(),
            scope: Scope::Cpus,
            sampling: Sampling {
                trigger: options.trigger,
                kernel: true,
                stack_bytes: FIRST_STACK,
            },
            filter: None,
            cgroup: None,
            events: Vec::new(),
            attached: Attached::default(),
            grids: Vec::new(),
        }
    }

    /// Which tasks the events watch.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// How samples are taken.
    pub fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    /// No longer samples the process `pid`, one of those that were to be watched: it has exited, and its number may be
    /// given again.
    pub fn forget(&self, pid: u32) {
        if let Some(filter) = &self.filter {
            filter.forget(pid);
        }
    }

    /// Starts sampling.
    pub fn enable(&mut self) -> Result<(), Error> {
        self.grids.clear();
        let stolen = stolen_ns();
        for (event, cpu) in self.events.iter().zip(self.cpus.iter().cycle()) {
            event
                .enable()
                .map_err(failed("ioctl(PERF_EVENT_IOC_ENABLE)"))?;
            // Only the timers of CPUs run without a pause.
            if let (Scope::Cpus, Trigger::CpuTime { period_ns }, Some(&stolen)) =
                (&self.scope, self.sampling.trigger, stolen.get(cpu))
            {
                let grid = Grid::new(period_ns, target::monotonic_ns());
                self.grids.push((grid, stolen));
            }
        }
        Ok(())
    }

    /// Ends sampling; what was recorded can still be drained.
    pub fn disable(&self) -> Result<(), Error> {
        self.events
            .iter()
            .try_for_each(Event::disable)
            .map_err(failed("ioctl(PERF_EVENT_IOC_DISABLE)"))
    }

    /// Copies as much of the stack as a sample can hold from now on; `pids` are the processes to watch. The events
    /// are replaced, which costs each of them less than a period. False where it is that large already.
    pub fn grow_stack(&mut self, pids: &[u32]) -> Result<bool, Error> {
        if self.sampling.stack_bytes == Sampling::MAX_STACK {
            return Ok(false);
        }
        self.sampling.stack_bytes = Sampling::MAX_STACK;
        let old = std::mem::take(&mut self.events);
        let attached = match self.scope {
            Scope::Cpus => self.attach_to_cpus(),
            Scope::Threads { .. } => self.attach_to_threads(pids),
        };
        if let Err(error) = attached {
            self.events = old;
            return Err(error);
        }
        old.iter()
            .try_for_each(Event::disable)
            .map_err(failed("ioctl(PERF_EVENT_IOC_DISABLE)"))?;
        self.enable()?;
        Ok(true)
    }

    /// Waits until a ring has filled, one of `others` is readable, or `timeout` has passed.
    pub fn wait(&self, others: &[BorrowedFd<'_>], timeout: Duration) {
        let readable = |fd: BorrowedFd<'_>| libc::pollfd {
            fd: fd.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        let mut fds: Vec<libc::pollfd> = self
            .rings
            .iter()
            .map(Ring::fd)
            .chain(others.iter().copied())
            .map(readable)
            .collect();
        // SAFETY: `fds` holds that many valid entries. A failure, such as an interruption, is an early return.
        unsafe {
            libc::poll(
                fds.as_mut_ptr(),
                fds.len() as libc::nfds_t,
                timeout.as_millis() as i32,
            )
        };
    }

    /// Hands over all records that are older than `horizon`, in the order of their times. Younger ones stay:
    /// another CPU may still be writing an older one.
    pub fn drain(&mut self, horizon: u64, mut handle: impl FnMut(Record<'_>)) {
        self.rings.iter_mut().for_each(Ring::refresh);
        self.note_stolen();
        let mut times: Vec<u64> = self.rings.iter_mut().map(next_time).collect();
        while let Some((at, &time)) = times.iter().enumerate().min_by_key(|&(_, time)| time) {
            if time == u64::MAX || time > horizon {
                break;
            }
            let ring = &mut self.rings[at];
            if let Some(bytes) = ring.peek() {
                let size = bytes.len();
                if let Some(mut record) = Record::parse(bytes)
                    && self.attached.counts(&record)
                {
                    if let (Record::Sample(sample), Some(grid)) =
                        (&mut record, self.grids.get_mut(at))
                    {
                        let in_kernel = sample.kernel().next().is_some();
                        sample.stolen = grid.0.is_stolen(sample.time, in_kernel);
                    }
                    handle(record);
                }
                ring.advance(size);
            }
            times[at] = next_time(ring);
        }
        self.rings.iter_mut().for_each(Ring::release);
    }

    fn note_stolen(&mut self) {
        if self.grids.is_empty() {
            return;
        }
        let stolen = stolen_ns();
        for ((grid, before), cpu) in self.grids.iter_mut().zip(&self.cpus) {
            grid.report(stolen.get(cpu).map_or(0, |now| now.saturating_sub(*before)));
        }
    }

    /// Whose samples the events of whole CPUs take.
    fn on_cpus(&self) -> Tasks<'_> {
        match &self.cgroup {
            Some(folder) => Tasks::Cgroup(folder.as_fd()),
            None => Tasks::All,
        }
    }

    fn attach_to_cpus(&mut self) -> Result<(), Error> {
        let mut events = Vec::new();
        for (ring, &cpu) in self.rings.iter().zip(&self.cpus) {
            let event = Event::sampling(&self.sampling, self.on_cpus(), cpu, false)
                .map_err(|error| open_error(error, None, events.len()))?;
            if let Some(filter) = &self.filter {
                event
                    .filter_by(filter.program())
                    .map_err(failed("ioctl(PERF_EVENT_IOC_SET_BPF)"))?;
            }
            event
                .redirect_to(ring.owner())
                .map_err(failed("ioctl(PERF_EVENT_IOC_SET_OUTPUT)"))?;
            events.push(event);
        }
        self.events = events;
        Ok(())
    }

    /// Attaches to every thread of `pids`, until no new one turns up: one that starts meanwhile inherits the events of the
    /// one that started it, unless that had none yet. Where threads come and go all the time, nearly all have
    /// inherited after a few looks.
    fn attach_to_threads(&mut self, pids: &[u32]) -> Result<(), Error> {
        // Samples of the events that these replace may still lie in the rings.
        let thread_of_event = self.attached.thread_of_event.clone();
        let mut attached = Attached {
            thread_of_event,
            threads: FxHashSet::default(),
        };
        let mut events = Vec::new();
        // A process that exits keeps a thread which no event can be opened on until its parent waits for it.
        let mut tried = FxHashSet::default();
        for _ in 0..MOST_LOOKS {
            let mut found_new = false;
            for tid in pids.iter().flat_map(|&pid| target::threads(pid)) {
                if tried.insert(tid) {
                    found_new = true;
                    self.attach_to_thread(tid, &mut attached, &mut events)?;
                }
            }
            if !found_new {
                break;
            }
        }
        let Some(&pid) = pids.first().filter(|_| events.is_empty()) else {
            self.attached = attached;
            self.events = events;
            return Ok(());
        };
        Err(Error::Gone { pid })
    }

    fn attach_to_thread(
        &self,
        tid: u32,
        attached: &mut Attached,
        events: &mut Vec<Event>,
    ) -> Result<(), Error> {
        attached.threads.insert(tid);
        for (ring, &cpu) in self.rings.iter().zip(&self.cpus) {
            let event = match Event::sampling(&self.sampling, Tasks::Inherit(tid), cpu, true) {
                Ok(event) => event,
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) => {
                    attached.threads.remove(&tid);
                    return Ok(());
                }
                Err(error) => return Err(open_error(error, Some(tid), events.len())),
            };
            event
                .redirect_to(ring.owner())
                .map_err(failed("ioctl(PERF_EVENT_IOC_SET_OUTPUT)"))?;
            let id = event.id().map_err(failed("ioctl(PERF_EVENT_IOC_ID)"))?;
            attached.thread_of_event.insert(id, tid);
            events.push(event);
        }
        Ok(())
    }
}

/// What the system said, for a reader who gets something lesser instead.
fn refusal(error: Error) -> io::Error {
    match error {
        Error::System { source, .. } | Error::Memory { source, .. } => source,
        Error::Permission(_) => io::ErrorKind::PermissionDenied.into(),
        other => io::Error::other(other),
    }
}

impl Attached {
    /// Whether a record is to be handed over; learns from it which threads have ended.
    fn counts(&mut self, record: &Record<'_>) -> bool {
        match record {
            Record::Sample(sample) => match self.thread_of_event.get(&sample.event) {
                Some(&owner) => {
                    owner == sample.task.tid || !self.threads.contains(&sample.task.tid)
                }
                None => true,
            },
            Record::Exit { task } => {
                self.threads.remove(&task.tid);
                true
            }
            _ => true,
        }
    }
}

/// Raises the limit on open files to what the system permits: a recording may need an event for each thread
/// and CPU.
pub fn raise_descriptor_limit() -> u64 {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: both calls read or write this one structure.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 && limit.rlim_cur < limit.rlim_max
        {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
    limit.rlim_max
}

/// Opens an event for each CPU that owns a ring, as large as is useful and permitted.
fn map_rings(cpus: &[u32], tasks: Tasks<'_>, trigger: &Trigger) -> Result<Vec<Ring>, Error> {
    let tracking = !matches!(tasks, Tasks::Own);
    let samples = RING_SECONDS * 1e9 / trigger.interval_ns() as f64;
    let wanted = (samples * f64::from(Sampling::MAX_STACK)) as usize;
    let share = ALL_RINGS_BYTES / cpus.len().max(1);
    let largest = wanted.clamp(
        4 * RING_BYTES.start(),
        share.clamp(4 * RING_BYTES.start(), *RING_BYTES.end()),
    );
    let mut capacity = largest.next_power_of_two();
    let mut rings = Vec::new();
    for &cpu in cpus {
        let ring = loop {
            let owner = Event::silent(tasks, cpu, tracking, (capacity / 4) as u32)
                .map_err(|error| open_error(error, None, rings.len()))?;
            match Ring::map(owner, capacity) {
                Ok(ring) => break ring,
                Err((_, source)) => {
                    let too_much =
                        matches!(source.raw_os_error(), Some(libc::EPERM | libc::ENOMEM));
                    if !too_much || capacity / 2 < *RING_BYTES.start() {
                        return Err(Error::Memory {
                            kb: capacity / 1024,
                            source,
                        });
                    }
                    capacity /= 2;
                }
            }
        };
        if tracking {
            ring.owner()
                .enable()
                .map_err(failed("ioctl(PERF_EVENT_IOC_ENABLE)"))?;
        }
        rings.push(ring);
    }
    Ok(rings)
}

fn next_time(ring: &mut Ring) -> u64 {
    // A record without a time comes at once.
    ring.peek()
        .map_or(u64::MAX, |record| time_of(record).unwrap_or(0))
}

/// Says why an event could not be opened, and what would help.
fn open_error(error: io::Error, tid: Option<u32>, opened: usize) -> Error {
    match error.raw_os_error() {
        Some(libc::EACCES | libc::EPERM) => {
            let permissions = target::permissions();
            Error::Permission(Refusal {
                pid: tid,
                own_uid: permissions.uid,
                owner: tid.and_then(owner),
                paranoid: permissions.perf_event_paranoid,
                seccomp: permissions.seccomp,
            })
        }
        Some(libc::ENOSYS) => Error::Unsupported(error),
        Some(libc::EMFILE | libc::ENFILE) => Error::Descriptors {
            opened,
            limit: raise_descriptor_limit(),
        },
        _ => Error::System {
            call: "perf_event_open",
            source: error,
        },
    }
}

fn owner(pid: u32) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(format!("/proc/{pid}"))
        .ok()
        .map(|found| found.uid())
}

fn failed(call: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::System { call, source }
}
