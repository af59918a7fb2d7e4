//! Telling samples of stolen time apart.
//!
//! The CPU clock is a timer in wall-clock time. On a virtual machine its ticks also fall into the moments in which
//! the hypervisor runs somebody else: time that the kernel charges to nobody. Such a tick arrives when the virtual
//! CPU runs again, late; ticks of running code arrive within microseconds.

use rustc_hash::FxHashMap;

/// The moments at which the timer of one CPU is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    period_ns: u64,
    /// A moment at which it was due.
    due_ns: u64,
    /// The tick before, when it was late.
    late_ns: Option<u64>,
    /// What the hypervisor says it took since the timer was started.
    reported_ns: u64,
    /// What the ticks that were taken for stolen stand for.
    found_ns: u64,
}

/// How late a tick may be that arrives in user code, where interrupts are on: only a hypervisor delays it so long.
const LATE_IN_USER_NS: u64 = 100_000;

/// How late a tick may be that arrives in kernel code: longer than that keeps interrupts off, shorter than most
/// of the slices that a hypervisor takes.
const LATE_IN_KERNEL_NS: u64 = 250_000;

impl Grid {
    /// A timer that was started at `due_ns`.
    pub(super) fn new(period_ns: u64, due_ns: u64) -> Grid {
        Grid {
            period_ns,
            due_ns,
            late_ns: None,
            reported_ns: 0,
            found_ns: 0,
        }
    }

    /// Takes note of what the hypervisor says it took since the timer was started.
    pub(super) fn report(&mut self, stolen_ns: u64) {
        self.reported_ns = stolen_ns;
    }

    /// Whether a tick that arrived at `time_ns`, in kernel code or not, was due in stolen time. No more time is found stolen than was reported.
    ///
    /// The kernel moves the timer whenever it rearranges a CPU's events. Small shifts are followed; after a large one two
    /// ticks in a row are late by the same time, which stolen ones are not.
    pub(super) fn is_stolen(&mut self, time_ns: u64, in_kernel: bool) -> bool {
        let limit = match in_kernel {
            true => LATE_IN_KERNEL_NS,
            false => LATE_IN_USER_NS,
        };
        let limit = limit.min(self.period_ns / 4);
        let before = self.late_ns.take();
        match self.distance(self.due_ns, time_ns, limit) {
            Distance::BeforeStart => return false,
            Distance::Within(late) => {
                self.due_ns = time_ns - late + late / 8;
                return false;
            }
            Distance::Late => {}
        }
        let repeats = |before| self.distance(before, time_ns, limit) != Distance::Late;
        if before.is_some_and(repeats) || self.found_ns + self.period_ns > self.reported_ns {
            self.due_ns = time_ns;
            return false;
        }
        self.late_ns = Some(time_ns);
        self.found_ns += self.period_ns;
        true
    }

    fn distance(&self, due_ns: u64, time_ns: u64, limit: u64) -> Distance {
        let Some(since) = time_ns.checked_sub(due_ns) else {
            return Distance::BeforeStart;
        };
        let late = since % self.period_ns;
        match late {
            _ if late < limit => Distance::Within(late),
            _ if self.period_ns - late < limit / 2 => Distance::Within(0),
            _ => Distance::Late,
        }
    }
}

/// By how much a tick missed a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distance {
    /// It is of an event that the timer's replaced.
    BeforeStart,
    /// By nanoseconds that kernel code explains; 0 where it came early.
    Within(u64),
    Late,
}

/// What the hypervisor says it took of all CPUs since the machine started, in nanoseconds.
pub fn all_stolen_ns() -> u64 {
    stolen_ns().values().sum()
}

/// What the hypervisor says it took of each CPU since the machine started, in nanoseconds; by the CPU's number.
pub(super) fn stolen_ns() -> FxHashMap<u32, u64> {
    parse(&std::fs::read_to_string("/proc/stat").unwrap_or_default())
}

/// Lines of `/proc/stat`: `cpuN`, then user, nice, system, idle, iowait, irq, softirq, steal in ticks.
fn parse(stat: &str) -> FxHashMap<u32, u64> {
    /// `USER_HZ` is 100 on every architecture that has perf events.
    const TICK_NS: u64 = 10_000_000;
    let of_cpu = |line: &str| {
        let mut fields = line.strip_prefix("cpu")?.split(' ');
        let cpu = fields.next()?.parse().ok()?;
        Some((cpu, fields.nth(7)?.parse::<u64>().ok()? * TICK_NS))
    };
    stat.lines().filter_map(of_cpu).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_that_comes_in_the_middle_of_a_period_was_due_in_stolen_time() {
        let mut grid = Grid::new(10_000_000, 5);
        grid.report(10_000_000);
        assert!(!grid.is_stolen(10_003_000, false));
        assert!(grid.is_stolen(24_000_000, false));
        assert!(!grid.is_stolen(30_003_000, false));
        assert!(!grid.is_stolen(39_998_000, false));
    }

    #[test]
    fn kernel_code_may_keep_a_tick_waiting() {
        let mut grid = Grid::new(10_000_000, 0);
        grid.report(20_000_000);
        assert!(!grid.is_stolen(10_200_000, true));
        assert!(grid.is_stolen(20_200_000, false));
    }

    #[test]
    fn a_moved_timer_is_found_again() {
        let mut grid = Grid::new(10_000_000, 0);
        grid.report(20_000_000);
        let ticks = [10_000_000, 24_000_000, 34_000_000, 44_000_000, 54_001_000];
        assert_eq!(
            ticks.map(|tick| grid.is_stolen(tick, false)),
            [false, true, false, false, false]
        );
    }

    #[test]
    fn a_slow_shift_is_followed() {
        let mut grid = Grid::new(1_000_000, 0);
        assert!((1..1000).all(|tick| !grid.is_stolen(tick * 1_000_000 + tick * 2_000, false)));
    }

    #[test]
    fn no_more_is_stolen_than_is_reported() {
        let mut grid = Grid::new(10_000_000, 0);
        assert!(!grid.is_stolen(24_000_000, false));
        assert!(!grid.is_stolen(34_000_000, false));
    }

    #[test]
    fn steal_is_read_by_cpu() {
        let stat = "cpu  1 2 3 4 5 6 7 8 9 0\ncpu0 1 0 1 1 0 0 0 7 0 0\ncpu12 1 0 1 1 0 0 0 0 0 0\nintr 5\n";
        let stolen = parse(stat);
        assert_eq!((stolen.len(), stolen[&0], stolen[&12]), (2, 70_000_000, 0));
    }
}
