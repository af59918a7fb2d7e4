//! How deep marks lie in others of the same formula.

use std::cmp::Reverse;

use crate::flow::marks::Mark;

/// Marks of one formula in each other, each of which counts for all code in it. Many more are but found in texts that
/// were made to take long.
const MOST_NESTED: usize = 16;

/// By mark, whether it is deep in others of its formula.
pub(super) fn are_deep(marks: &[Mark]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    let outer_first = |mark: &Mark| (mark.part, mark.range.start, Reverse(mark.range.end));
    order.sort_by_key(|&at| outer_first(&marks[at]));
    let mut are_deep = vec![false; marks.len()];
    let mut around: Vec<&Mark> = Vec::new();
    for at in order {
        let mark = &marks[at];
        let is_around = |outer: &Mark| outer.part == mark.part && outer.range.contains(mark.range);
        while around.pop_if(|outer| !is_around(outer)).is_some() {}
        are_deep[at] = around.len() >= MOST_NESTED;
        around.push(mark);
    }
    are_deep
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::TextRange;

    fn mark(part: usize, start: usize, end: usize) -> Mark {
        Mark {
            part,
            range: TextRange::new(start, end),
            bound: Vec::new(),
        }
    }

    #[test]
    fn only_marks_within_many_of_their_own_formula_are_deep() {
        let nested = (0..20).map(|at| mark(0, at, 100 - at));
        let beside = (0..20).map(|at| mark(1, 2 * at, 2 * at + 2));
        let marks: Vec<_> = nested.chain(beside).collect();
        let deep = are_deep(&marks);
        let expected: Vec<_> = (0..40).map(|at| (MOST_NESTED..20).contains(&at)).collect();
        assert_eq!(deep, expected);
    }
}
