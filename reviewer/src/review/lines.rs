//! From byte offsets to lines and columns.

use super::Position;

/// Where the lines of a text start.
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Lines { starts }
    }

    /// The line (1-based) of a byte offset.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The position of a byte offset in the text that these lines are of.
    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line(offset) - 1;
        let before = &text[self.starts[line]..offset];
        Position {
            line: line + 1,
            column: before.chars().count() + 1,
            column_utf16: before.encode_utf16().count() + 1,
            column_utf8: before.len() + 1,
        }
    }

    /// The whole lines from `first` to `last` (1-based), without the last line break.
    pub(super) fn text<'a>(&self, text: &'a str, first: usize, last: usize) -> &'a str {
        let end = self.starts.get(last).map_or(text.len(), |next| next - 1);
        let lines = &text[self.starts[first - 1]..end];
        lines.strip_suffix('\r').unwrap_or(lines)
    }

    /// The offset at which a line (1-based) starts.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts[line - 1]
    }
}
