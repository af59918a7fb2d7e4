//! Source of hot functions, with the cost of each line and the notes that sit in them.

use serde::Serialize;

use crate::analyze::{Frames, Hotspot, Hotspots, Measure, SourceLines, SourceText, SourceTree};
use crate::output::{SourceNote, SourceView};
use crate::profile::Profile;

/// Functions that are shown for their own cost, and as many for their total.
const FUNCTIONS: usize = 25;
/// Share from which on a function with a note is shown whatever its rank.
const WITH_NOTE: f64 = 0.005;
/// Longest function that is shown whole; a longer one is cut around its hottest line.
const LINES: usize = 400;

/// One function.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listing {
    /// Index of its name.
    pub name: usize,
    /// File, relative to the source folder.
    pub file: String,
    /// Weight of its own and with callees.
    pub own: i64,
    /// The same with callees.
    pub total: i64,
    /// First line that is shown.
    pub start: u32,
    /// The lines.
    pub lines: Vec<String>,
    /// Lines that cost something: line, own, total.
    pub costs: Vec<(u32, i64, i64)>,
    /// Notes in it.
    pub notes: Vec<Note>,
}

/// A note in a listing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// The line below which it stands.
    pub line: u32,
    /// `ERROR`, `WARNING` or `INFO`.
    pub severity: String,
    /// Id of the rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Weight of the samples that pass through its lines.
    pub cost: i64,
}

/// The listings of a profile's hot functions, most expensive first.
pub(super) fn listings(
    profile: &Profile,
    frames: &Frames,
    measure: &Measure,
    hotspots: &Hotspots,
    source: &SourceView,
) -> Vec<Listing> {
    let Some(tree) = &source.tree else {
        return Vec::new();
    };
    let costs = SourceLines::of(profile, frames, measure);
    let mut by_total: Vec<&Hotspot> = hotspots.functions.iter().collect();
    by_total.sort_by_key(|hotspot| std::cmp::Reverse(hotspot.total));
    let mut listings: Vec<Listing> = by_total
        .iter()
        .filter_map(|hotspot| Some((*hotspot, listing(profile, frames, tree, &costs, hotspot)?)))
        .enumerate()
        .filter(|(rank, (hotspot, listing))| {
            let noted = source.notes.iter().any(|note| contains(listing, note));
            *rank < FUNCTIONS
                || hotspot.own > 0
                || (noted && hotspots.share(hotspot.total) >= WITH_NOTE)
        })
        .map(|(_, (_, listing))| listing)
        .take(2 * FUNCTIONS)
        .collect();
    for note in &source.notes {
        // The smallest function around it: a closure rather than the function that it is written in.
        let home = (0..listings.len())
            .filter(|at| contains(&listings[*at], note))
            .min_by_key(|at| (listings[*at].lines.len(), *at));
        if let Some(home) = home {
            let listing = &mut listings[home];
            let cost = cost(listing, note);
            listing.notes.push(Note {
                line: note.end_line.clamp(note.start_line, last_line(listing)),
                severity: note.severity.clone(),
                rule: note.rule.clone(),
                message: note.message.clone(),
                remedy: note.remedy.clone(),
                cost,
            });
        }
    }
    for listing in &mut listings {
        listing
            .notes
            .sort_by_key(|note| (note.line, std::cmp::Reverse(note.cost)));
    }
    listings
}

fn listing(
    profile: &Profile,
    frames: &Frames,
    tree: &SourceTree,
    costs: &SourceLines,
    hotspot: &Hotspot,
) -> Option<Listing> {
    let func = frames.get(hotspot.func);
    // One of many that share this name: the functions around them show their lines.
    if func.name.starts_with("{closure#") {
        return None;
    }
    let SourceText { path, text } = tree.read(profile.text(func.file))?;
    let lines: Vec<&str> = text.lines().collect();
    let hottest = hotspot
        .lines
        .iter()
        .max_by_key(|line| (line.own, line.total))?
        .line;
    let first = hotspot.lines.first()?.line;
    let last = hotspot.lines.last()?.line as usize;
    // A line beyond the end: the source has changed since the program was built.
    if last > lines.len() {
        return None;
    }
    let start = match func.start_line {
        0 => function_start(&lines, first as usize) as u32,
        declared => declared.min(first),
    };
    let (mut start, mut end) = (
        start as usize,
        function_end(&lines, start as usize).max(last),
    );
    if end - start >= LINES {
        start = start.max((hottest as usize).saturating_sub(LINES / 2));
        end = end.min(start + LINES - 1);
    }
    let cost = |line: usize| costs.get(func.file, line as u32);
    Some(Listing {
        name: hotspot.func.index(),
        file: path,
        own: hotspot.own,
        total: hotspot.total,
        start: start as u32,
        lines: lines[start - 1..end]
            .iter()
            .map(|line| (*line).to_owned())
            .collect(),
        costs: (start..=end)
            .filter_map(cost)
            .map(|cost| (cost.line, cost.own, cost.total))
            .collect(),
        notes: Vec::new(),
    })
}

/// The line that declares the function around `line`, where the debug information does not say: the nearest one
/// above that is indented less and looks like a declaration. `line` itself where there is none.
fn function_start(lines: &[&str], line: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let declares = |text: &str| {
        let before = text.split('(').next().unwrap_or(text);
        before
            .split_whitespace()
            .any(|word| matches!(word, "fn" | "def" | "func" | "function"))
    };
    let mut depth = match lines.get(line.wrapping_sub(1)) {
        Some(text) if !declares(text) => indent(text),
        _ => return line,
    };
    for (at, text) in lines[..line - 1].iter().enumerate().rev() {
        if text.trim().is_empty() || indent(text) >= depth {
            continue;
        }
        depth = indent(text);
        if declares(text) {
            return at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    line
}

/// The last line of the function that begins at line `start`: the first line after it that is indented no
/// deeper, where that closes a block, and else the line before. It holds for formatted code of most
/// languages, which is enough to decide what to show.
fn function_end(lines: &[&str], start: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = lines.get(start - 1) else {
        return start;
    };
    let depth = indent(first);
    let mut end = start;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        if indent(line) <= depth {
            // The rest of a signature that spans lines.
            if text.starts_with([')', '{']) || text.starts_with("where") {
                end = at + 1;
                continue;
            }
            return if text.starts_with('}') { at + 1 } else { end };
        }
        end = at + 1;
    }
    end
}

fn last_line(listing: &Listing) -> u32 {
    listing.start + listing.lines.len() as u32 - 1
}

fn contains(listing: &Listing, note: &SourceNote) -> bool {
    note.file == listing.file && (listing.start..=last_line(listing)).contains(&note.start_line)
}

/// The cost of the hottest line of a note. Lines of one stack overlap, so they cannot be added.
fn cost(listing: &Listing, note: &SourceNote) -> i64 {
    let inside = |line: &u32| (note.start_line..=note.end_line).contains(line);
    listing
        .costs
        .iter()
        .filter(|(line, ..)| inside(line))
        .map(|(.., total)| *total)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_where_its_block_does() {
        let end = |text: &str, start| function_end(&text.lines().collect::<Vec<_>>(), start);
        assert_eq!(
            end(
                "fn a(\n    x: u8,\n) -> u8\nwhere\n    u8: Copy,\n{\n    x\n}\n\nfn b() {}\n",
                1
            ),
            8
        );
        assert_eq!(
            end(
                "def a():\n    x = 1\n\n    return x\n\ndef b():\n    pass\n",
                1
            ),
            4
        );
        assert_eq!(end("fn a() {}\nfn b() {}\n", 1), 1);
        let start = |text: &str, line| function_start(&text.lines().collect::<Vec<_>>(), line);
        assert_eq!(
            start(
                "fn b() {\n    y\n}\npub fn a() {\n    for x in y {\n        z\n",
                6
            ),
            4
        );
        assert_eq!(start("fn a() {}\nfn b() {}\n", 2), 2);
        assert_eq!(start("int a() {\n    return 1;\n", 2), 2);
        assert_eq!(end("fn a() {", 9), 9);
    }
}
