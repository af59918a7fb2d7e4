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
}

/// How late a tick may be while the CPU runs: longer than kernel code keeps interrupts off, shorter than a
/// hypervisor's time slice.
const LATE_NS: u64 = 250_000;

impl Grid {
    /// A timer that was started at `due_ns`.
    pub(super) fn new(period_ns: u64, due_ns: u64) -> Grid {
        Grid { period_ns, due_ns }
    }

    /// Whether a tick that arrived at `time_ns` was due in stolen time. Learns small shifts, since the kernel moves the
    /// timer a little whenever it rearranges a CPU's events.
    pub(super) fn is_stolen(&mut self, time_ns: u64) -> bool {
        // Earlier ones are of the events that these replaced.
        let Some(since) = time_ns.checked_sub(self.due_ns) else { return false };
        let late = since % self.period_ns;
        let limit = LATE_NS.min(self.period_ns / 4);
        if late < limit {
            self.due_ns = time_ns - late + late / 8;
            false
        } else if self.period_ns - late < limit {
            self.due_ns = time_ns;
            false
        } else {
            true
        }
    }
}

/// Whether the hypervisor says how much time it takes.
pub(super) fn is_steal_reported() -> bool {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let total = stat.lines().next().unwrap_or_default();
    // cpu, user, nice, system, idle, iowait, irq, softirq, steal
    total.split_ascii_whitespace().nth(8).is_some_and(|steal| steal != "0")
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
    fn a_slow_shift_is_followed() {
        let mut grid = Grid::new(1_000_000, 0);
        assert!((1..1000).all(|tick| !grid.is_stolen(tick * 1_000_000 + tick * 2_000)));
    }
}
