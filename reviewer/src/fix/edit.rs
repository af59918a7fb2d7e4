//! Edits of one text, and where its places come to lie.

use super::Left;
use crate::review::Place;
use crate::tree::{TextRange, Tree};

/// What the fix of a finding does.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    /// The rule.
    pub(super) rule: String,
    /// What it replaces.
    pub(super) place: Place,
    /// With what.
    pub(super) text: String,
    /// Code that it takes over: of the metavariables, those that stand in its text.
    pub(super) parts: Vec<String>,
    /// The fingerprint that the finding had at first.
    pub(super) was: String,
}

impl Edit {
    /// `None` where the finding has no fix, or one that changes nothing.
    pub(super) fn new(left: &Left, text: &str) -> Option<Edit> {
        let fix = left.finding.fix.as_ref()?;
        let replaced = text.get(fix.place.bytes.indices())?;
        let new = with_breaks_of(text, &fix.text);
        let words = left.finding.metavariables.iter().map(|(_, word)| word);
        let parts: Vec<_> = words
            .filter(|word| !word.is_empty() && new.contains(word.as_str()))
            .cloned()
            .collect();
        (new != replaced).then(|| Edit {
            parts,
            rule: left.finding.rule.clone(),
            place: fix.place.clone(),
            text: new,
            was: left.was.clone(),
        })
    }

    /// Whether a comment goes with what is replaced. Edits of a comment, and of nothing but comments, are meant.
    pub(super) fn loses_comment(&self, tree: &Tree) -> bool {
        let range = self.place.bytes;
        let inside = tree
            .comments
            .iter()
            .filter(|comment| range.contains(**comment));
        let mut code = tree.text[range.indices()].to_owned();
        let mut lost = false;
        for comment in inside {
            let comment = &tree.text[comment.indices()];
            lost |= !self.text.contains(comment);
            code = code.replacen(comment, "", 1);
        }
        lost && !code.trim().is_empty()
    }

    /// The same, with parentheses around its text.
    pub(super) fn in_parentheses(mut self) -> Edit {
        self.text = format!("({})", self.text);
        self
    }
}

/// The text with the line breaks of a file that has none but CRLF.
fn with_breaks_of(file: &str, text: &str) -> String {
    let crlf = file.matches("\r\n").count();
    if crlf == 0 || crlf != file.matches('\n').count() {
        return text.to_owned();
    }
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// Edits in order, none of which touches another.
pub(super) struct Edits<'a>(pub(super) &'a [Edit]);

impl Edits<'_> {
    /// Sorts edits, and leaves out those that touch one before them: their time is the next round.
    pub(super) fn apart(mut edits: Vec<Edit>) -> Vec<Edit> {
        edits.sort_by(|a, b| (a.place.bytes, &a.rule).cmp(&(b.place.bytes, &b.rule)));
        let mut end = None;
        edits.retain(|edit| {
            let range = edit.place.bytes;
            let free = end.is_none_or(|end| range.start > end);
            if free {
                end = Some(range.end);
            }
            free
        });
        edits
    }

    /// The text with the edits in it.
    pub(super) fn applied(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for edit in self.0 {
            let range = edit.place.bytes.indices();
            out += &text[at..range.start];
            out += &edit.text;
            at = range.end;
        }
        out + &text[at..]
    }

    /// What each edit replaces, and where its text stands in the new text.
    pub(super) fn moves(&self) -> Vec<Move> {
        let mut shift = 0i64;
        let moves = self.0.iter().map(|edit| {
            let from = edit.place.bytes;
            let start = (i64::from(from.start) + shift) as u32;
            shift += edit.text.len() as i64 - from.indices().len() as i64;
            Move {
                from,
                to: TextRange {
                    start,
                    end: start + edit.text.len() as u32,
                },
            }
        });
        moves.collect()
    }
}

/// A range of the old text, and the range of the new text that took its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub(super) from: TextRange,
    pub(super) to: TextRange,
}

/// Where a range of the new text was in the old one; `None` where it starts or ends inside of an edit.
pub(super) fn origin(moves: &[Move], range: TextRange) -> Option<TextRange> {
    let mut start = i64::from(range.start);
    for edit in moves.iter().take_while(|edit| edit.to.start <= range.start) {
        start = if edit.to.start == range.start && edit.to.end > range.start {
            i64::from(edit.from.start)
        } else if range.start < edit.to.end {
            return None;
        } else {
            i64::from(edit.from.end) + i64::from(range.start - edit.to.end)
        };
    }
    let mut end = i64::from(range.end);
    for edit in moves.iter().take_while(|edit| edit.to.start < range.end) {
        if range.end < edit.to.end {
            return None;
        }
        end = i64::from(edit.from.end) + i64::from(range.end - edit.to.end);
    }
    Some(TextRange {
        start: start as u32,
        end: end as u32,
    })
}
