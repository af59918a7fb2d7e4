//! Which ranges contain a given one.

use crate::tree::TextRange;

/// Ranges, to be asked which of them contain another one, without looking at those that do not.
///
/// Sorted by start, with the furthest end of each stretch in a binary tree: both conditions cut.
pub(super) struct Containment {
    /// By start: the range, and its index in the list that it came from.
    sorted: Vec<(TextRange, usize)>,
    /// A complete binary tree over `sorted`, root at 1, leaves from `leaves` on: the furthest end below.
    furthest: Vec<u32>,
    leaves: usize,
}

impl Containment {
    pub(super) fn new(ranges: impl Iterator<Item = TextRange>) -> Self {
        let mut sorted: Vec<_> = ranges.enumerate().map(|(at, range)| (range, at)).collect();
        sorted.sort_unstable_by_key(|(range, at)| (range.start, *at));
        let leaves = sorted.len().next_power_of_two();
        let mut furthest = vec![0; 2 * leaves];
        for (at, (range, _)) in sorted.iter().enumerate() {
            furthest[leaves + at] = range.end;
        }
        for at in (1..leaves).rev() {
            furthest[at] = furthest[2 * at].max(furthest[2 * at + 1]);
        }
        Containment {
            sorted,
            furthest,
            leaves,
        }
    }

    /// Calls `visit` with the index of each range that contains `inner`, until it says false.
    pub(super) fn containing(&self, inner: TextRange, mut visit: impl FnMut(usize) -> bool) {
        let starting = self
            .sorted
            .partition_point(|(range, _)| range.start <= inner.start);
        // A node of the tree, its first leaf, and how many leaves it has.
        let mut todo = vec![(1, 0, self.leaves)];
        while let Some((node, first, width)) = todo.pop() {
            if first >= starting || self.furthest[node] < inner.end {
                continue;
            }
            if width > 1 {
                let half = width / 2;
                todo.push((2 * node + 1, first + half, half));
                todo.push((2 * node, first, half));
            } else if !visit(self.sorted[first].1) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_contains_a_range_is_found_and_nothing_else() {
        let range = |start, end| TextRange { start, end };
        let ranges = [
            range(5, 9),
            range(0, 20),
            range(6, 7),
            range(30, 40),
            range(6, 8),
        ];
        let containing = |inner| {
            let mut found = Vec::new();
            Containment::new(ranges.into_iter()).containing(inner, |at| {
                found.push(at);
                true
            });
            found
        };
        assert_eq!(containing(range(6, 8)), [1, 0, 4]);
        assert_eq!(containing(range(30, 40)), [3]);
        assert_eq!(containing(range(19, 21)), [] as [usize; 0]);
        assert_eq!(containing(range(0, 0)), [1]);
        Containment::new(std::iter::empty()).containing(range(0, 0), |_| panic!("there is none"));
    }
}
