//! Which functions a change of their file touches: those whose own lines are new, or have lost some between them. What
//! changes in a function inside of another does not touch the outer one.

use std::collections::BTreeSet;

use super::lines::Lines;
use crate::source::{Change, Unchanged};
use crate::tree::TextRange;

/// The functions that a change touches, out of those in a text; the top level is one of them.
pub(super) fn touched(
    text: &str,
    functions: &[TextRange],
    unchanged: &Unchanged,
) -> BTreeSet<TextRange> {
    let lines = Lines::new(text);
    let mut touched = BTreeSet::new();
    for (line, change) in unchanged.changes() {
        let start = lines.start(line);
        let place = match change {
            Change::New => {
                let code = lines.text(text, line, line);
                let indent = code.len() - code.trim_start().len();
                TextRange::new(start + indent, start + code.trim_end().len().max(indent))
            }
            Change::GoneBefore => TextRange::new(start.saturating_sub(1), start),
        };
        // Where a blank line is new, nothing is.
        if change == Change::New && place.start == place.end {
            continue;
        }
        let partly = |one: &&TextRange| {
            one.start < place.end && place.start < one.end && !one.contains(place)
        };
        touched.extend(functions.iter().filter(partly));
        let around = functions.iter().filter(|one| one.contains(place));
        touched.extend(around.min_by_key(|one| one.end - one.start));
    }
    touched
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The functions of `new` that are touched, as their first words.
    fn names<'a>(old: &str, new: &'a str, functions: &[&str]) -> Vec<&'a str> {
        let range = |code: &&str| {
            let start = new.find(*code).unwrap();
            TextRange::new(start, start + code.len())
        };
        let mut ranges: Vec<_> = functions.iter().map(range).collect();
        ranges.push(TextRange::new(0, new.len()));
        let touched = touched(new, &ranges, &Unchanged::between(old, new));
        let word = |range: TextRange| new[range.indices()].split_whitespace().next().unwrap();
        touched.into_iter().map(word).collect()
    }

    const F: &str = "f() {\n  1\n  2\n}";
    const G: &str = "g() {\n  3\n}";

    #[test]
    fn a_new_function_touches_neither_its_neighbours_nor_the_top_level() {
        let (old, new) = (format!("top\n{F}\n"), format!("top\n{F}\n\n{G}\n"));
        assert_eq!(names(&old, &new, &[F, G]), ["g()"]);
    }

    #[test]
    fn a_line_touches_the_innermost_function_around_it() {
        let new = format!("top\n{F}\n{G}\n");
        assert_eq!(names(&new.replace("  2\n", ""), &new, &[F, G]), ["f()"]);
        assert_eq!(names(&new.replace("top\n", ""), &new, &[F, G]), ["top"]);
    }

    #[test]
    fn a_line_that_is_gone_touches_what_it_was_in() {
        let old = format!("top\n{F}\n{G}\n");
        let new = old.replace("  1\n", "");
        let f = F.replace("  1\n", "");
        assert_eq!(names(&old, &new, &[&f, G]), ["f()"]);
    }

    #[test]
    fn a_line_with_a_function_in_it_touches_both() {
        let inner = "h() { 4 }";
        let new = format!("top\na = {inner};\n");
        assert_eq!(names("top\n", &new, &[inner]), ["top", "h()"]);
    }
}
