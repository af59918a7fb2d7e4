//! What the kernel charged to the target while samples were taken, to compare them with.

use std::time::Duration;

use crate::profile::Coverage;
use crate::target::{self, CpuTimes};

/// CPU time of the target and of what it started, from the first to the last reading.
///
/// A process clock counts threads that exited; of processes, those that exited and were waited for are in their
/// parent's account. A sample counts only if it lies between the first and the last reading, so a target
/// that vanishes between two readings does not tilt the comparison.
#[derive(Debug)]
pub(super) struct Charge {
    root: u32,
    first: Reading,
    last: Reading,
    last_ns: u64,
    /// Children from before the recording: the target's account takes them in when it waits for them.
    earlier: Vec<Earlier>,
    /// Samples up to the last reading.
    samples: u64,
    /// Samples after it.
    pending: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    run_time: Duration,
    user: Duration,
    system: Duration,
}

/// A child that was there before.
#[derive(Debug)]
struct Earlier {
    pid: u32,
    used: Duration,
}

/// How often a reading is repeated that a process escaped by exiting.
const ATTEMPTS: u32 = 3;

impl Charge {
    /// Takes the first reading of `root`.
    pub(super) fn start(root: u32) -> Result<Charge, target::Error> {
        let first = Reading::of([root].into_iter(), root)
            .ok_or(target::Error::NoSuchProcess { pid: root })?;
        let earlier = target::children(root).into_iter().map(|pid| Earlier {
            pid,
            used: Duration::ZERO,
        });
        let earlier = earlier.collect();
        let last_ns = target::monotonic_ns();
        Ok(Charge {
            root,
            first,
            last: first,
            last_ns,
            earlier,
            samples: 0,
            pending: 0,
        })
    }

    /// Takes a reading of `processes`, the target among them; none if it is gone.
    pub(super) fn read(&mut self, processes: impl Iterator<Item = u32> + Clone) {
        if let Some(mut reading) = Reading::of(processes, self.root) {
            for child in &mut self.earlier {
                match (target::cpu_clock(child.pid), target::cpu_times(child.pid)) {
                    (Some(clock), Ok(times)) => child.used = clock + times.children,
                    _ => reading.run_time = reading.run_time.saturating_sub(child.used),
                }
            }
            self.last = reading;
            self.last_ns = target::monotonic_ns();
            self.samples += self.pending;
            self.pending = 0;
        }
    }

    /// Counts a sample; they come in the order of their times.
    pub(super) fn count(&mut self, time_ns: u64) {
        if time_ns <= self.last_ns {
            self.samples += 1;
        } else {
            self.pending += 1;
        }
    }

    /// The comparison; `None` where nothing was charged.
    pub(super) fn coverage(&self, period_ns: u64, user_only: bool) -> Option<Coverage> {
        let growth =
            |part: fn(&Reading) -> Duration| part(&self.last).saturating_sub(part(&self.first));
        let mut charged = growth(|reading| reading.run_time).as_secs_f64();
        if user_only {
            let (user, system) = (
                growth(|r| r.user).as_secs_f64(),
                growth(|r| r.system).as_secs_f64(),
            );
            if user + system > 0.0 {
                charged *= user / (user + system);
            }
        }
        (charged > 0.0).then(|| Coverage {
            sampled_ns: self.samples * period_ns,
            charged_ns: (charged * 1e9) as u64,
            user_only,
        })
    }
}

impl Reading {
    fn of(processes: impl Iterator<Item = u32> + Clone, root: u32) -> Option<Reading> {
        let children = || target::cpu_times(root).ok().map(|times| times.children);
        let mut attempt = 0;
        loop {
            let before = children();
            let reading = Reading::once(processes.clone(), root);
            attempt += 1;
            // A child that was waited for meanwhile would be missed, or counted twice.
            if attempt == ATTEMPTS || before == children() {
                return reading;
            }
        }
    }

    fn once(processes: impl Iterator<Item = u32>, root: u32) -> Option<Reading> {
        let mut reading = Reading::default();
        for pid in processes {
            match (target::cpu_clock(pid), target::cpu_times(pid)) {
                (Some(clock), Ok(times)) => reading.add(clock, &times),
                _ if pid == root => return None,
                _ => {}
            }
        }
        Some(reading)
    }

    fn add(&mut self, clock: Duration, times: &CpuTimes) {
        self.run_time += clock + times.children;
        self.user += times.user;
        self.system += times.system;
    }
}
