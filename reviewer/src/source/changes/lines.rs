//! Which lines of a text were there before.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Between the first and the last change of longer texts, every line counts as changed: comparing takes too long.
const MAX_LINES: usize = 50_000;

/// The lines of a text that did not change, each with its number before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unchanged {
    /// For each line of the text: its number before.
    before: Vec<Option<usize>>,
}

/// How a line is not what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    New,
    /// Lines that stood right before it are gone.
    GoneBefore,
}

impl Unchanged {
    /// Compares two texts. How lines end does not matter.
    pub fn between(old: &str, new: &str) -> Unchanged {
        let mut ids = HashMap::new();
        let mut numbered = |text| -> Vec<usize> {
            lines(text)
                .map(|line| {
                    let next = ids.len();
                    *ids.entry(line).or_insert(next)
                })
                .collect()
        };
        let (old, new) = (numbered(old), numbered(new));
        let mut before = vec![None; new.len()];
        let shorter = old.len().min(new.len());
        let same = |pair: &(&usize, &usize)| pair.0 == pair.1;
        let head = old.iter().zip(&new).take_while(same).count();
        let tail = old.iter().rev().zip(new.iter().rev());
        let tail = tail.take(shorter - head).take_while(same).count();
        let mut keep = |old: usize, new: usize, count: usize| {
            for at in 0..count {
                before[new + at] = Some(old + at + 1);
            }
        };
        keep(0, 0, head);
        keep(old.len() - tail, new.len() - tail, tail);
        let (old, new) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
        if old.len().max(new.len()) <= MAX_LINES {
            for op in capture_diff_slices(Algorithm::Myers, old, new) {
                if let DiffOp::Equal {
                    old_index,
                    new_index,
                    len,
                } = op
                {
                    keep(head + old_index, head + new_index, len);
                }
            }
        }
        Unchanged { before }
    }

    /// The lines (1-based) that are new, and those right before which something is gone.
    pub fn changes(&self) -> impl Iterator<Item = (usize, Change)> {
        let mut last = 0;
        let lines = self.before.iter().zip(1..);
        lines.filter_map(move |(before, line)| match *before {
            None => Some((line, Change::New)),
            Some(before) => {
                let is_next = std::mem::replace(&mut last, before) + 1 == before;
                (!is_next).then_some((line, Change::GoneBefore))
            }
        })
    }

    /// Where the first of some lines (1-based) was, where none of them changed.
    pub fn before(&self, mut lines: RangeInclusive<usize>) -> Option<usize> {
        let before = |line: usize| *self.before.get(line.checked_sub(1)?)?;
        let first = before(*lines.start())?;
        lines.all(|line| before(line).is_some()).then_some(first)
    }
}

/// As many as a position of the text can name: a text that ends with a line break has an empty one after it.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn what_is_new_and_where_something_is_gone_is_told() {
        let unchanged = Unchanged::between("a\nb\nc\nd\n", "a\nx\nb\nd\n");
        let changes: Vec<_> = unchanged.changes().collect();
        assert_eq!(changes, [(2, Change::New), (4, Change::GoneBefore)]);
    }

    #[test]
    fn lines_are_followed_through_insertions_and_deletions() {
        let unchanged = Unchanged::between("a\nb\nc\nd\n", "x\na\r\nc\ny\nd\n");
        let before: Vec<_> = (1..=6).map(|line| unchanged.before(line..=line)).collect();
        assert_eq!(before, [None, Some(1), Some(3), None, Some(4), Some(5)]);
        assert_eq!(unchanged.before(2..=3), Some(1));
        assert_eq!(unchanged.before(3..=5), None);
        assert_eq!(unchanged.before(0..=0), None);
        assert_eq!(unchanged.before(6..=9), None);
    }

    #[test]
    fn a_new_text_has_no_line_that_was_there_but_the_end() {
        let unchanged = Unchanged::between("", "a\nb\n");
        assert_eq!(unchanged.before, [None, None, Some(1)]);
    }

    #[test]
    fn texts_of_the_greatest_size_that_have_nothing_in_common_in_order_are_compared_soon() {
        // Few distinct lines in no order are the worst for any algorithm.
        let noise = |mut seed: u32, count: usize| -> String {
            let mut next = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ["a\n", "b\n", "c\n", "d\n"][(seed >> 30) as usize]
            };
            (0..count).map(|_| next()).collect()
        };
        let start = Instant::now();
        for count in [MAX_LINES - 1, 500_000] {
            let (old, new) = (noise(1, count), noise(2, count));
            assert_eq!(Unchanged::between(&old, &new).before.len(), count + 1);
        }
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{:?}",
            start.elapsed()
        );
    }
}
