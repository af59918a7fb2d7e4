//! Precedence of this program over others, for as long as it must keep up with them.

/// Runs the calling thread before others where that is permitted; dropped, it has its old place again.
///
/// A target whose threads fill every CPU would otherwise keep the profiler from emptying its buffers in time.
#[derive(Debug)]
pub struct Precedence {
    /// The nice value from before; `None` where it could not be changed.
    before: Option<i32>,
}

impl Precedence {
    /// Takes precedence. Without CAP_SYS_NICE nothing changes.
    pub fn take() -> Precedence {
        const HIGHEST: i32 = -20;
        // SAFETY: both calls take integers; for `PRIO_PROCESS`, 0 is the calling thread.
        let before = unsafe {
            let before = libc::getpriority(libc::PRIO_PROCESS, 0);
            (libc::setpriority(libc::PRIO_PROCESS, 0, HIGHEST) == 0).then_some(before)
        };
        Precedence { before }
    }
}

impl Drop for Precedence {
    fn drop(&mut self) {
        if let Some(before) = self.before {
            // SAFETY: as in `take`.
            unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, before) };
        }
    }
}
