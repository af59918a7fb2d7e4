//! Time slices: a recording of any length is cut into a few equal parts, without knowing how long it will be.

/// Slices of equal width from the start of a recording.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slices {
    start_ns: u64,
    width_ns: u64,
}

/// At most so many slices; in the end there are more than half of it, unless the recording is shorter than that many of the
/// first width.
const MOST: u64 = 32;

const FIRST_WIDTH_NS: u64 = 50_000_000;

impl Slices {
    pub(super) fn new(start_ns: u64) -> Slices {
        Slices {
            start_ns,
            width_ns: FIRST_WIDTH_NS,
        }
    }

    /// Whether there is a slice for `time_ns`; otherwise they are to be widened.
    pub(super) fn reaches(&self, time_ns: u64) -> bool {
        time_ns.saturating_sub(self.start_ns) < MOST * self.width_ns
    }

    /// The slice of a time that they reach.
    pub(super) fn at(&self, time_ns: u64) -> u32 {
        (time_ns.saturating_sub(self.start_ns) / self.width_ns) as u32
    }

    /// Doubles the width: of each two slices one is made, whose number is half of theirs.
    pub(super) fn widen(&mut self) {
        self.width_ns *= 2;
    }

    pub(super) fn width_ns(&self) -> u64 {
        self.width_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_widen_until_they_reach() {
        let mut slices = Slices::new(1_000);
        assert_eq!((slices.at(0), slices.at(1_000 + FIRST_WIDTH_NS)), (0, 1));
        let end = 1_000 + 10_000_000_000 - 1;
        while !slices.reaches(end) {
            slices.widen();
        }
        assert_eq!((slices.width_ns(), slices.at(end)), (400_000_000, 24));
    }
}
