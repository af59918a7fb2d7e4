//! The code that a finding shows.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::lines::Lines;
use crate::tree::TextRange;

/// Most lines of source that a finding keeps.
const MAX_LINES: usize = 12;
/// Most bytes of them. A long line may hold thousands of findings.
const MAX_EXCERPT: usize = 2_000;
/// What is kept on either side of a finding in a longer line, in bytes.
const AROUND: usize = 100;

/// The lines of a place, or the part of them that is not too long to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// Whether it starts and ends with a line.
    pub whole_lines: bool,
    /// The reported range within it, as bytes; the end of a long one is cut.
    pub highlight: Range<usize>,
}

impl Excerpt {
    /// The lines from `first` to `last` of `text`, in which `range` is reported.
    pub(super) fn new(
        text: &str,
        lines: &Lines,
        range: TextRange,
        first: usize,
        last: usize,
    ) -> Excerpt {
        let hit = range.indices();
        let line = lines.start(first);
        let shown = lines.text(text, first, last.min(first + MAX_LINES - 1));
        let end = line + shown.len();
        let whole_lines = shown.len() <= MAX_EXCERPT;
        let kept = if whole_lines {
            line..end
        } else {
            around(&hit, text, line..end, MAX_EXCERPT)
        };
        let from = hit.start - kept.start;
        let to = hit.end.min(kept.end) - kept.start;
        Excerpt {
            text: text[kept].to_owned(),
            whole_lines,
            highlight: from..to.max(from),
        }
    }
}

/// The part of `lines` that a hit in them is shown by, in at most so many bytes.
pub(super) fn around(
    hit: &Range<usize>,
    text: &str,
    lines: Range<usize>,
    most: usize,
) -> Range<usize> {
    let start = text.floor_char_boundary(hit.start.saturating_sub(AROUND));
    let start = start.max(lines.start);
    let stop = (hit.end + AROUND).min(start + most).min(lines.end);
    start..text.floor_char_boundary(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_the_finding() {
        let text = format!("a\n{}HIT{}\nb\n", "é".repeat(5_000), "z".repeat(5_000));
        let start = text.find("HIT").unwrap();
        let range = TextRange::new(start, start + 3);
        let excerpt = Excerpt::new(&text, &Lines::new(&text), range, 2, 2);
        assert!(!excerpt.whole_lines && excerpt.text.len() <= 2 * AROUND + 4);
        assert_eq!(&excerpt.text[excerpt.highlight], "HIT");
    }

    #[test]
    fn lines_are_kept_whole_without_their_breaks() {
        let text = "a\r\nfoo(b,\r\n  c)\r\n";
        let excerpt = Excerpt::new(text, &Lines::new(text), TextRange::new(3, 15), 2, 3);
        assert_eq!(excerpt.text, "foo(b,\r\n  c)");
        assert_eq!(&excerpt.text[excerpt.highlight], "foo(b,\r\n  c)");
    }
}
