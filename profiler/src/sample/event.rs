//! One perf event: what it asks for, and the system calls on it.

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use perf_event_open_sys::bindings as sys;
use perf_event_open_sys::{ioctls, perf_event_open};

use super::trigger::{EventKind, Source, Trigger};

/// User registers in a sample, by their numbers in the kernel's `perf_regs.h`: ax to sp, ip, r8 to r15.
const REGISTERS: u64 = 0x00ff_01ff;

/// How samples are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// What makes a sample due.
    pub trigger: Trigger,
    /// Whether kernel code is sampled.
    pub kernel: bool,
    /// Bytes of the user stack to copy: a multiple of 8, at most [`Sampling::MAX_STACK`].
    pub stack_bytes: u32,
}

impl Sampling {
    /// The most that fits in a record, whose size is a `u16`.
    pub const MAX_STACK: u32 = 65_528;
}

/// Whose samples an event takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tasks<'a> {
    /// A thread, and all that it starts from now on.
    Inherit(u32),
    /// Whatever runs on the CPU.
    All,
    /// Whatever of a control group, given by its folder, runs on the CPU.
    Cgroup(BorrowedFd<'a>),
    /// Ourselves; for events that count nothing.
    Own,
}

/// An open event.
#[derive(Debug)]
pub(super) struct Event {
    fd: OwnedFd,
}

impl Event {
    /// A sampling event, not enabled. `tracking` makes it report mappings, names and forks as well.
    pub(super) fn sampling(
        sampling: &Sampling,
        tasks: Tasks<'_>,
        cpu: u32,
        tracking: bool,
    ) -> io::Result<Event> {
        let trigger = &sampling.trigger;
        let mut attr = attributes(trigger.kind().source(), sampling.kernel);
        match *trigger {
            Trigger::CpuTime { period_ns } => attr.__bindgen_anon_1.sample_period = period_ns,
            Trigger::Event { rate_hz, .. } => {
                attr.set_freq(1);
                attr.__bindgen_anon_1.sample_freq = rate_hz.into();
            }
        }
        attr.sample_type |= u64::from(
            sys::PERF_SAMPLE_IP
                | sys::PERF_SAMPLE_PERIOD
                | sys::PERF_SAMPLE_CALLCHAIN
                | sys::PERF_SAMPLE_REGS_USER
                | sys::PERF_SAMPLE_STACK_USER,
        );
        attr.set_exclude_callchain_user(1);
        attr.set_exclude_callchain_kernel(u64::from(!sampling.kernel));
        attr.sample_regs_user = REGISTERS;
        attr.sample_stack_user = sampling.stack_bytes;
        attr.set_exclude_idle(1);
        attr.set_inherit(u64::from(matches!(tasks, Tasks::Inherit(_))));
        track(&mut attr, tracking);
        open(attr, tasks, cpu)
    }

    /// An event that counts nothing. It owns a ring and, when `tracking`, reports mappings, names and forks.
    /// A reader of its ring is woken whenever another `wakeup_bytes` were written.
    pub(super) fn silent(
        tasks: Tasks<'_>,
        cpu: u32,
        tracking: bool,
        wakeup_bytes: u32,
    ) -> io::Result<Event> {
        let mut attr = attributes(Source::software(sys::PERF_COUNT_SW_DUMMY), false);
        attr.set_watermark(1);
        attr.__bindgen_anon_2.wakeup_watermark = wakeup_bytes;
        track(&mut attr, tracking);
        open(attr, tasks, cpu)
    }

    /// Starts counting, in inherited events too.
    pub(super) fn enable(&self) -> io::Result<()> {
        // SAFETY: the descriptor is an open perf event, and the request takes an integer.
        check(unsafe { ioctls::ENABLE(self.fd.as_raw_fd(), 0) })
    }

    /// Stops counting, in inherited events too.
    pub(super) fn disable(&self) -> io::Result<()> {
        // SAFETY: as in `enable`.
        check(unsafe { ioctls::DISABLE(self.fd.as_raw_fd(), 0) })
    }

    /// Sends all records to the ring of `owner`, an event of the same CPU.
    pub(super) fn redirect_to(&self, owner: &Event) -> io::Result<()> {
        // SAFETY: both descriptors are open perf events.
        check(unsafe { ioctls::SET_OUTPUT(self.fd.as_raw_fd(), owner.fd.as_raw_fd()) })
    }

    /// Takes a sample only where `program` returns nonzero.
    pub(super) fn filter_by(&self, program: BorrowedFd<'_>) -> io::Result<()> {
        // SAFETY: the descriptors are an open perf event and a loaded program; the event keeps its own reference.
        check(unsafe { ioctls::SET_BPF(self.fd.as_raw_fd(), program.as_raw_fd() as u32) })
    }

    /// What samples of this event, and of those inherited from it, carry in [`super::Sample::event`].
    pub(super) fn id(&self) -> io::Result<u64> {
        let mut id = 0;
        // SAFETY: the descriptor is an open perf event, and the kernel writes one u64.
        check(unsafe { ioctls::ID(self.fd.as_raw_fd(), &mut id) })?;
        Ok(id)
    }
}

impl AsFd for Event {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Whether the machine counts `kind`; virtual machines often count nothing in hardware. An error says why not.
pub fn is_counted(kind: EventKind) -> io::Result<()> {
    open(attributes(kind.source(), false), Tasks::Own, 0).map(drop)
}

/// CPUs that are online, by number.
pub fn online_cpus() -> Vec<u32> {
    let text = fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default();
    let cpus = parse_cpus(&text);
    if cpus.is_empty() { vec![0] } else { cpus }
}

/// Parses a list such as `0-3,8`.
fn parse_cpus(text: &str) -> Vec<u32> {
    text.trim()
        .split(',')
        .filter_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Some(first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?)
        })
        .flatten()
        .collect()
}

/// What all events share: the time base and the trailer of records.
fn attributes(source: Source, kernel: bool) -> sys::perf_event_attr {
    let mut attr = sys::perf_event_attr {
        type_: source.kind,
        size: size_of::<sys::perf_event_attr>() as u32,
        config: u64::from(source.config),
        sample_type: u64::from(sys::PERF_SAMPLE_TID | sys::PERF_SAMPLE_TIME | sys::PERF_SAMPLE_ID),
        ..Default::default()
    };
    attr.set_disabled(1);
    attr.set_exclude_kernel(u64::from(!kernel));
    attr.set_exclude_hv(1);
    attr.set_sample_id_all(1);
    attr.set_use_clockid(1);
    attr.clockid = libc::CLOCK_MONOTONIC;
    attr
}

fn track(attr: &mut sys::perf_event_attr, tracking: bool) {
    let on = u64::from(tracking);
    attr.set_mmap(on);
    attr.set_mmap2(on);
    attr.set_comm(on);
    attr.set_comm_exec(on);
    attr.set_task(on);
}

fn open(mut attr: sys::perf_event_attr, tasks: Tasks<'_>, cpu: u32) -> io::Result<Event> {
    let (pid, cgroup) = match tasks {
        Tasks::Inherit(tid) => (tid as libc::pid_t, 0),
        Tasks::All => (-1, 0),
        Tasks::Cgroup(folder) => (folder.as_raw_fd(), sys::PERF_FLAG_PID_CGROUP),
        Tasks::Own => (0, 0),
    };
    let flags = (sys::PERF_FLAG_FD_CLOEXEC | cgroup).into();
    // SAFETY: the attributes are initialized and their size is set; events neither stop nor change a task.
    let fd = unsafe { perf_event_open(&mut attr, pid, cpu as i32, -1, flags) };
    check(fd)?;
    // SAFETY: the kernel just gave us this descriptor; nobody else owns it.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    Ok(Event { fd })
}

fn check(result: i32) -> io::Result<()> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cpus_have_ranges() {
        assert_eq!(parse_cpus("0-2,5,7-8\n"), [0, 1, 2, 5, 7, 8]);
        assert!(parse_cpus("").is_empty());
    }
}
