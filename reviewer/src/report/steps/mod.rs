//! The way of a value, as reports for people list it: where, what happens there, and the code.

#[cfg(test)]
mod tests;

use super::inert::in_one_line;
use super::summary::plural;
use crate::review::{Finding, Place, Step};

/// So many steps of a longer path are shown from its source on.
const FIRST: usize = 4;
/// And so many up to its sink.
const LAST: usize = 3;
/// What is shown of a note in a table, in columns: names of functions may be long.
const MAX_NOTE: usize = 32;
/// What is shown of the code of a step, however narrow the terminal, in columns.
const LEAST_CODE: usize = 20;

/// A row of a list.
pub(super) enum Row<'a> {
    /// A step.
    Step(&'a Step),
    /// Steps that are left out here: how many.
    Left(usize),
}

impl Finding {
    /// Where the value comes from, unless that is in the reported line.
    pub(super) fn source(&self) -> Option<&Step> {
        let is_here = |place: &Place| {
            place.path == self.place.path && place.start.line == self.place.start.line
        };
        self.path.first().filter(|step| !is_here(&step.place))
    }
}

/// The steps of a path; of a long one its ends.
pub(super) fn rows(path: &[Step]) -> Vec<Row<'_>> {
    let left = path.len().saturating_sub(FIRST + LAST);
    // One step takes no more room than to say that it is left out.
    if left <= 1 {
        return path.iter().map(Row::Step).collect();
    }
    let first = path[..FIRST].iter().map(Row::Step);
    let last = path[path.len() - LAST..].iter().map(Row::Step);
    first.chain([Row::Left(left)]).chain(last).collect()
}

/// What stands over a list that opens on a click.
pub(super) fn heading(path: &[Step]) -> String {
    format!("How the value gets here: {}", plural(path.len(), "step"))
}

/// Where a step is; a file other than `here` is named.
pub(super) fn at(step: &Step, here: &str) -> String {
    let Place { path, start, .. } = &step.place;
    match path == here {
        true => format!("{}:{}", start.line, start.column),
        false => format!("{path}:{}:{}", start.line, start.column),
    }
}

/// A table in at most `width` columns, unless these are too few for any code. Files stand above their steps, as editors
/// expect of places that they make clickable; the finding's own does so only where the value comes back to it.
pub(super) fn table(finding: &Finding, width: usize) -> String {
    let widest = |text: fn(&Step) -> String| {
        let widths = finding.path.iter().map(|step| text(step).chars().count());
        widths.max().unwrap_or_default()
    };
    let (places, notes) = (widest(place), widest(note));
    let room = width.saturating_sub(places + notes + 6).max(LEAST_CODE);
    let mut lines = vec!["how the value gets here:".to_owned()];
    let mut file = &finding.place.path;
    for row in rows(&finding.path) {
        match row {
            Row::Left(left) => lines.push(format!("  ... {}", plural(left, "more step"))),
            Row::Step(step) => {
                if step.place.path != *file {
                    file = &step.place.path;
                    lines.push(in_one_line(file));
                }
                let (place, note) = (place(step), note(step));
                let code = cut(in_one_line(&step.line), room);
                lines.push(format!("  {place:places$}  {note:notes$}  {code}"));
            }
        }
    }
    lines.join("\n")
}

fn place(step: &Step) -> String {
    at(step, &step.place.path)
}

fn note(step: &Step) -> String {
    cut(in_one_line(&step.note), MAX_NOTE)
}

/// The text in at most `width` columns.
fn cut(text: String, width: usize) -> String {
    match text.chars().count() > width {
        true => text.chars().take(width - 3).chain("...".chars()).collect(),
        false => text,
    }
}
