//! What the kernel charged to the target while samples were taken, to compare them with.

use std::collections::BTreeMap;
use std::time::Duration;

use rustc_hash::FxHashSet;

use crate::profile::Coverage;
use crate::target::{self, Cgroup, CpuTimes};

/// CPU time of the target from the first to the last reading, and the samples that lie in that time.
#[derive(Debug)]
pub(super) struct Charge {
    account: Account,
    first: Times,
    last: Times,
    /// When the last reading was taken.
    last_ns: u64,
    /// Samples up to the last reading.
    samples: u64,
}

/// Where the kernel keeps the account.
#[derive(Debug)]
pub(super) enum Account {
    /// With each process.
    Processes(Processes),
    /// With a control group.
    Cgroup(Cgroup),
    /// With the machine.
    Machine,
}

/// CPU time by mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Times {
    run_time: Duration,
    user: Duration,
    system: Duration,
}

/// The accounts of the target's processes.
///
/// A process clock counts threads that exited; of processes, those that exited and were waited for are in their
/// parent's account. One that has exited and cannot be read any more, but whose parent is not of the target, counts up to
/// its last reading, and so do its samples.
#[derive(Debug, Default)]
pub(super) struct Processes {
    living: BTreeMap<u32, Member>,
    departed: Times,
    /// Children from before the recording that are not of the target: an account takes them in when it waits for them.
    earlier: Vec<Earlier>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Member {
    times: Times,
    parent: u32,
    /// Samples since it was read.
    pending: u64,
}

/// A child that was there before.
#[derive(Debug)]
struct Earlier {
    pid: u32,
    used: Duration,
}

/// How often a reading is repeated that a process escaped by exiting.
const ATTEMPTS: u32 = 3;

impl Account {
    /// The accounts of the processes `roots`, and later of what they start.
    pub(super) fn of_processes(roots: &[u32]) -> Account {
        let roots: FxHashSet<u32> = roots.iter().copied().collect();
        let mut earlier: Vec<u32> = roots
            .iter()
            .flat_map(|&root| target::children(root))
            .filter(|child| !roots.contains(child))
            .collect();
        earlier.sort_unstable();
        let used = Duration::ZERO;
        Account::Processes(Processes {
            earlier: earlier
                .into_iter()
                .map(|pid| Earlier { pid, used })
                .collect(),
            ..Processes::default()
        })
    }
}

impl Charge {
    /// Takes the first reading; `processes` are the target's.
    pub(super) fn start(account: Account, processes: impl Iterator<Item = u32> + Clone) -> Charge {
        let mut charge = Charge {
            account,
            first: Times::default(),
            last: Times::default(),
            last_ns: 0,
            samples: 0,
        };
        charge.read(processes);
        charge.first = charge.last;
        charge.samples = 0;
        charge
    }

    /// Takes a reading; `processes` are the target's now.
    pub(super) fn read(&mut self, processes: impl Iterator<Item = u32> + Clone) {
        let reading = match &mut self.account {
            Account::Processes(accounts) => {
                let (times, samples) = accounts.read(processes);
                self.samples += samples;
                Some(times)
            }
            Account::Cgroup(group) => group.cpu_times().map(Times::from),
            Account::Machine => target::machine_cpu_times().ok().map(Times::from),
        };
        if let Some(reading) = reading {
            self.last = reading;
            self.last_ns = target::monotonic_ns();
        }
    }

    /// Counts a sample of process `pid`; they come in the order of their times.
    pub(super) fn count(&mut self, pid: u32, time_ns: u64) {
        match &mut self.account {
            Account::Processes(accounts) if time_ns > self.last_ns => {
                accounts.living.entry(pid).or_default().pending += 1;
            }
            // What comes after the last reading of all is a few milliseconds' worth: it stays in.
            _ => self.samples += 1,
        }
    }

    /// The comparison; `None` where nothing was charged.
    pub(super) fn coverage(&self, period_ns: u64, user_only: bool) -> Option<Coverage> {
        let growth = self.last.less(&self.first);
        let mut charged = growth.run_time.as_secs_f64();
        let (user, system) = (growth.user.as_secs_f64(), growth.system.as_secs_f64());
        if user_only && user + system > 0.0 {
            charged *= user / (user + system);
        }
        (charged > 0.0).then(|| Coverage {
            sampled_ns: self.samples * period_ns,
            charged_ns: (charged * 1e9) as u64,
            user_only,
        })
    }
}

impl Processes {
    /// The sum of all accounts, and how many samples it takes in that the reading before did not.
    fn read(&mut self, processes: impl Iterator<Item = u32> + Clone) -> (Times, u64) {
        let of_children =
            |pid| target::cpu_times(pid).map_or(Duration::ZERO, |times| times.children);
        let waited_for =
            |pids: &mut dyn Iterator<Item = u32>| pids.map(of_children).sum::<Duration>();
        let mut attempt = 0;
        loop {
            let before = waited_for(&mut processes.clone());
            let found = read_all(processes.clone());
            attempt += 1;
            // A child that was waited for meanwhile would be missed, or counted twice.
            if attempt == ATTEMPTS || before == waited_for(&mut processes.clone()) {
                return self.take(found);
            }
        }
    }

    fn take(&mut self, found: BTreeMap<u32, Member>) -> (Times, u64) {
        let mut samples = 0;
        let mut before = std::mem::replace(&mut self.living, found);
        for pid in self.living.keys() {
            samples += before
                .remove(pid)
                .map_or(0, |member: Member| member.pending);
        }
        for member in before.into_values() {
            if self.living.contains_key(&member.parent) || member.times == Times::default() {
                samples += member.pending;
            } else {
                self.departed = self.departed.and(&member.times);
            }
        }
        let all = self.living.values();
        let mut sum = all.fold(self.departed, |sum, member| sum.and(&member.times));
        for child in &mut self.earlier {
            match (target::cpu_clock(child.pid), target::cpu_times(child.pid)) {
                (Some(clock), Ok(times)) => child.used = clock + times.children,
                _ => sum.run_time = sum.run_time.saturating_sub(child.used),
            }
        }
        (sum, samples)
    }
}

fn read_all(processes: impl Iterator<Item = u32>) -> BTreeMap<u32, Member> {
    let mut found = BTreeMap::new();
    for pid in processes {
        if let (Some(clock), Ok(times)) = (target::cpu_clock(pid), target::cpu_times(pid)) {
            let CpuTimes {
                user,
                system,
                children,
                parent,
            } = times;
            let times = Times {
                run_time: clock + children,
                user,
                system,
            };
            found.insert(
                pid,
                Member {
                    times,
                    parent,
                    pending: 0,
                },
            );
        }
    }
    found
}

impl Times {
    fn and(&self, other: &Times) -> Times {
        Times {
            run_time: self.run_time + other.run_time,
            user: self.user + other.user,
            system: self.system + other.system,
        }
    }

    fn less(&self, other: &Times) -> Times {
        Times {
            run_time: self.run_time.saturating_sub(other.run_time),
            user: self.user.saturating_sub(other.user),
            system: self.system.saturating_sub(other.system),
        }
    }
}

impl From<[Duration; 3]> for Times {
    fn from([run_time, user, system]: [Duration; 3]) -> Times {
        Times {
            run_time,
            user,
            system,
        }
    }
}
