//! Telling samples of stolen time apart.
//!
//! The CPU clock is a timer in wall-clock time. On a virtual machine its ticks also fall into the moments in which
//! the hypervisor runs somebody else: time that the kernel charges to nobody. Such a tick arrives when the virtual
//! CPU runs again, late; ticks of running code arrive within microseconds.

/// The moments at which the timer of one CPU is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    period_ns: u64,
    /// A moment at which it was due.
    due_ns: u64,
    /// The tick before, when it was late.
    late_ns: Option<u64>,
}

/// How late a tick may be while the CPU runs: longer than kernel code keeps interrupts off, shorter than a
/// hypervisor's time slice.
const LATE_NS: u64 = 250_000;

impl Grid {
    /// A timer that was started at `due_ns`.
    pub(super) fn new(period_ns: u64, due_ns: u64) -> Grid {
        Grid {
            period_ns,
            due_ns,
            late_ns: None,
        }
    }

    /// Whether a tick that arrived at `time_ns` was due in stolen time.
    ///
    /// The kernel moves the timer whenever it rearranges a CPU's events. Small shifts are followed; after a large one two
    /// ticks in a row are late by the same time, which stolen ones are not.
    pub(super) fn is_stolen(&mut self, time_ns: u64) -> bool {
        let before = self.late_ns.take();
        let on_grid = match self.distance(self.due_ns, time_ns) {
            Distance::Late
                if before
                    .is_some_and(|before| self.distance(before, time_ns) != Distance::Late) =>
            {
                self.due_ns = time_ns;
                true
            }
            Distance::Late => {
                self.late_ns = Some(time_ns);
                false
            }
            Distance::Within(late) => {
                self.due_ns = time_ns - late + late / 8;
                true
            }
            Distance::BeforeStart => true,
        };
        !on_grid
    }

    fn distance(&self, due_ns: u64, time_ns: u64) -> Distance {
        let Some(since) = time_ns.checked_sub(due_ns) else {
            return Distance::BeforeStart;
        };
        let late = since % self.period_ns;
        let limit = LATE_NS.min(self.period_ns / 4);
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

/// Whether the hypervisor says how much time it takes.
pub(super) fn is_steal_reported() -> bool {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let total = stat.lines().next().unwrap_or_default();
    // cpu, user, nice, system, idle, iowait, irq, softirq, steal
    total
        .split_ascii_whitespace()
        .nth(8)
        .is_some_and(|steal| steal != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_that_comes_in_the_middle_of_a_period_was_due_in_stolen_time() {
        let mut grid = Grid::new(10_000_000, 5);
        assert!(!grid.is_stolen(10_003_000));
        assert!(grid.is_stolen(24_000_000));
        assert!(!grid.is_stolen(30_003_000));
        assert!(!grid.is_stolen(39_998_000));
    }

    #[test]
    fn a_moved_timer_is_found_again() {
        let mut grid = Grid::new(10_000_000, 0);
        let ticks = [10_000_000, 24_000_000, 34_000_000, 44_000_000, 54_001_000];
        assert_eq!(
            ticks.map(|tick| grid.is_stolen(tick)),
            [false, true, false, false, false]
        );
    }

    #[test]
    fn a_slow_shift_is_followed() {
        let mut grid = Grid::new(1_000_000, 0);
        assert!((1..1000).all(|tick| !grid.is_stolen(tick * 1_000_000 + tick * 2_000)));
    }
}
