//! CPU time that the kernel charged to a process.

use std::mem::MaybeUninit;
use std::time::Duration;

use super::{Error, State};

/// CPU time of a process by mode, threads that exited and children that were waited for included.
/// Its resolution is the clock tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CpuTimes {
    /// In user mode.
    pub user: Duration,
    /// In the kernel.
    pub system: Duration,
    /// Of which children that were waited for, in both modes.
    pub children: Duration,
    /// Parent process.
    pub parent: u32,
}

/// The process CPU clock of `pid`: the scheduler's run time, in nanoseconds, of all its threads, exited
/// ones included. `None` when the process is gone; a zombie still answers.
pub fn cpu_clock(pid: u32) -> Option<Duration> {
    /// `CPUCLOCK_SCHED` of the kernel's `posix-timers.h`.
    const SCHEDULER: i32 = 2;
    read_clock((!(pid as i32) << 3) | SCHEDULER)
}

/// The monotonic clock that records carry, in nanoseconds.
pub fn monotonic_ns() -> u64 {
    read_clock(libc::CLOCK_MONOTONIC).map_or(0, |time| time.as_nanos() as u64)
}

fn read_clock(clock: libc::clockid_t) -> Option<Duration> {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the kernel writes the timespec before it returns 0, and nothing when it fails.
    let time = unsafe {
        if libc::clock_gettime(clock, time.as_mut_ptr()) != 0 {
            return None;
        }
        time.assume_init()
    };
    Some(Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
}

/// The CPU time of `pid` by mode, from `/proc/PID/stat`.
pub fn cpu_times(pid: u32) -> Result<CpuTimes, Error> {
    let state = State::read(pid)?;
    // SAFETY: sysconf only reads a constant of the system.
    let ticks_per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as u64;
    let time = |ticks: u64| Duration::from_nanos(ticks * (1_000_000_000 / ticks_per_second));
    Ok(CpuTimes {
        user: time(state.user_ticks + state.children_user_ticks),
        system: time(state.system_ticks + state.children_system_ticks),
        children: time(state.children_user_ticks + state.children_system_ticks),
        parent: state.parent,
    })
}

/// CPU time that this program has used.
pub fn own_cpu() -> Duration {
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the kernel writes the structure; an all-zero one is valid should it fail.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    };
    let time = |part: libc::timeval| Duration::new(part.tv_sec as u64, part.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_this_process_runs() {
        let before = cpu_clock(std::process::id()).unwrap();
        let mut x = 1u64;
        while own_cpu() < before + Duration::from_millis(5) {
            x = std::hint::black_box(x.wrapping_mul(3));
        }
        assert!(cpu_clock(std::process::id()).unwrap() > before);
        assert_eq!(cpu_clock(u32::MAX >> 4), None);
    }
}
