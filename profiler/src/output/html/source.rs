//! Source of hot functions, by file, with the notes that sit in it.
//!
//! What a line costs is not here: the tree knows the lines of its frames, so that the viewer's figures follow its
//! filters.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analyze::{Frames, Hotspot, Hotspots, SourceText, SourceTree};
use crate::output::{SourceNote, SourceView};
use crate::profile::{Profile, StringId};

/// Functions that are shown for their total, and as many for their own cost.
const FUNCTIONS: usize = 25;
/// Share from which on a function with a note is shown whatever its rank.
const WITH_NOTE: f64 = 0.005;
/// Longest function that is shown whole; a longer one is cut around its hottest line.
const LINES: usize = 400;
/// Excerpts with no more lines than this between them become one.
const GAP: usize = 4;

/// The shown part of one file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// Path, relative to the source folder.
    pub path: String,
    /// What is shown of it, in line order.
    pub excerpts: Vec<Excerpt>,
    /// Notes in these lines, in line order.
    pub notes: Vec<Note>,
}

/// Consecutive lines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Excerpt {
    /// Number of the first one.
    pub start: u32,
    /// Their text.
    pub lines: Vec<String>,
}

/// A note in a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// First line that it is about.
    pub line: u32,
    /// Last line, below which it stands.
    pub end_line: u32,
    /// `ERROR`, `WARNING` or `INFO`.
    pub severity: String,
    /// Id of the rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to do; empty where the rule does not say.
    pub remedy: String,
}

/// The source of a profile's hot functions.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The files, by path.
    pub(super) files: Vec<Source>,
    /// For each function the index of its file, where that is shown.
    pub(super) of_func: Vec<Option<usize>>,
    /// Notes in code that is not shown.
    pub(super) elsewhere: usize,
}

/// The lines of one function, 1-based and inclusive.
struct Range {
    start: usize,
    end: usize,
}

impl Sources {
    /// What `source` has of the hot functions of `profile`.
    pub(super) fn of(
        profile: &Profile,
        frames: &Frames,
        hotspots: &Hotspots,
        source: &SourceView,
    ) -> Sources {
        let mut sources = Sources {
            of_func: vec![None; frames.funcs.len()],
            elsewhere: source.notes.len(),
            ..Sources::default()
        };
        let Some(tree) = &source.tree else {
            return sources;
        };
        let mut texts = Texts::new(profile, tree);
        let mut by_total: Vec<&Hotspot> = hotspots.functions.iter().collect();
        by_total.sort_by_key(|hotspot| std::cmp::Reverse(hotspot.total));
        let mut shown: BTreeMap<String, Vec<Range>> = BTreeMap::new();
        let mut rank = 0;
        for hotspot in by_total {
            let Some((text, range)) = range(frames, &mut texts, hotspot) else {
                continue;
            };
            let noted = source.notes.iter().any(|note| {
                note.file == text.path
                    && (range.start..=range.end).contains(&(note.start_line as usize))
            });
            let hot = rank < FUNCTIONS
                || hotspot.own > 0
                || (noted && hotspots.share(hotspot.total) >= WITH_NOTE);
            rank += 1;
            if hot {
                shown.entry(text.path.clone()).or_default().push(range);
            }
            if shown.values().map(Vec::len).sum::<usize>() == 2 * FUNCTIONS {
                break;
            }
        }
        for (path, ranges) in shown {
            if let Some(text) = texts.by_path(&path) {
                let excerpts = excerpts(text, ranges);
                let notes = notes(&path, &excerpts, &source.notes);
                sources.elsewhere -= notes.len();
                sources.files.push(Source {
                    path,
                    excerpts,
                    notes,
                });
            }
        }
        for (func, file) in frames.funcs.iter().zip(&mut sources.of_func) {
            let path = tree.relative(profile.text(func.file));
            *file = path.and_then(|path| sources.files.iter().position(|file| file.path == path));
        }
        sources
    }
}

/// Files that were read, each once.
struct Texts<'a> {
    profile: &'a Profile,
    tree: &'a SourceTree,
    read: BTreeMap<StringId, Option<SourceText>>,
}

impl<'a> Texts<'a> {
    fn new(profile: &'a Profile, tree: &'a SourceTree) -> Texts<'a> {
        let read = BTreeMap::new();
        Texts {
            profile,
            tree,
            read,
        }
    }

    fn get(&mut self, file: StringId) -> Option<&SourceText> {
        let (profile, tree) = (self.profile, self.tree);
        let read = || tree.read(profile.text(file));
        self.read.entry(file).or_insert_with(read).as_ref()
    }

    fn by_path(&self, path: &str) -> Option<&SourceText> {
        self.read.values().flatten().find(|text| text.path == path)
    }
}

/// Where a function stands: its file, and the lines to show.
fn range<'t>(
    frames: &Frames,
    texts: &'t mut Texts,
    hotspot: &Hotspot,
) -> Option<(&'t SourceText, Range)> {
    let func = frames.get(hotspot.func);
    // One of many that share this name: the functions around them show their lines.
    if func.name.starts_with("{closure#") {
        return None;
    }
    let hottest = hotspot
        .lines
        .iter()
        .max_by_key(|line| (line.own, line.total))?
        .line;
    let first = hotspot.lines.first()?.line;
    let last = hotspot.lines.last()?.line as usize;
    let text = texts.get(func.file)?;
    let lines: Vec<&str> = text.text.lines().collect();
    // A line beyond the end: the source has changed since the program was built.
    if last > lines.len() {
        return None;
    }
    let start = match func.start_line {
        0 => function_start(&lines, first as usize),
        declared => declared.min(first) as usize,
    };
    let mut range = Range {
        start,
        end: function_end(&lines, start).max(last),
    };
    if range.end - range.start >= LINES {
        range.start = start.max((hottest as usize).saturating_sub(LINES / 2));
        range.end = range.end.min(range.start + LINES - 1);
    }
    Some((text, range))
}

/// The lines of `ranges`, those that touch or nearly touch together.
fn excerpts(text: &SourceText, mut ranges: Vec<Range>) -> Vec<Excerpt> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(before) if range.start <= before.end + GAP + 1 => {
                before.end = before.end.max(range.end);
            }
            _ => joined.push(range),
        }
    }
    let lines: Vec<&str> = text.text.lines().collect();
    joined
        .iter()
        .map(|range| Excerpt {
            start: range.start as u32,
            lines: lines[range.start - 1..range.end.min(lines.len())]
                .iter()
                .map(|line| (*line).to_owned())
                .collect(),
        })
        .collect()
}

/// The notes whose first line is shown.
fn notes(path: &str, excerpts: &[Excerpt], all: &[SourceNote]) -> Vec<Note> {
    let last = |excerpt: &Excerpt| excerpt.start + excerpt.lines.len() as u32 - 1;
    let mut notes: Vec<Note> = all
        .iter()
        .filter(|note| note.file == path)
        .filter_map(|note| {
            let around =
                |excerpt: &&Excerpt| (excerpt.start..=last(excerpt)).contains(&note.start_line);
            let home = excerpts.iter().find(around)?;
            Some(Note {
                line: note.start_line,
                end_line: note.end_line.clamp(note.start_line, last(home)),
                severity: note.severity.clone(),
                rule: note.rule.clone(),
                message: note.message.clone(),
                remedy: note.remedy.clone(),
            })
        })
        .collect();
    notes.sort_by(|a, b| (a.end_line, a.line, &a.rule).cmp(&(b.end_line, b.line, &b.rule)));
    notes
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

    #[test]
    fn neighbours_share_an_excerpt() {
        let text = SourceText {
            path: "a.rs".into(),
            text: (1..=40).map(|n| format!("{n}\n")).collect(),
        };
        let ranges = [(20, 24), (1, 3), (8, 9), (23, 30)];
        let ranges = ranges.map(|(start, end)| Range { start, end });
        let shown: Vec<(u32, usize)> = excerpts(&text, ranges.into())
            .iter()
            .map(|excerpt| (excerpt.start, excerpt.lines.len()))
            .collect();
        assert_eq!(shown, [(1, 9), (20, 11)]);
    }
}
