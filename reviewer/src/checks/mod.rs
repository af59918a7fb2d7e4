//! Rules that patterns cannot say: one Rust file each, named after its rule.
//!
//! `build.rs` finds them. A check sees `syn`'s tree of a Rust file, which knows signatures, attributes and
//! which block belongs to what; it reports ranges, and words for the metavariables of the rule's message.

mod locks;
mod syntax;

pub(crate) use syntax::{Asyncness, MAX_DEPTH, RustFile, expression_path, source_range};

use crate::lang::Language;
use crate::tree::{TextRange, Unit};

include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// Words without which a file cannot have a finding: one of each list has to stand in it. They spare most
/// files a second parse.
pub(crate) type Words = &'static [&'static [&'static str]];

/// A check.
pub(crate) type Check = fn(&RustFile<'_>, &mut Report<'_>);

/// Takes a range, and words for the metavariables of the message.
pub(crate) type Report<'a> = dyn FnMut(TextRange, &[(&str, String)]) + 'a;

/// The check of a rule, and the words that it needs.
pub(crate) fn find(rule: &str) -> Option<(Words, Check)> {
    let (_, words, check) = CHECKS.iter().find(|(id, ..)| *id == rule)?;
    Some((words, *check))
}

/// What a check reported: the number that stands for it, a range, and words.
pub(crate) type Reported = (usize, TextRange, Vec<(String, String)>);

/// Stack of the thread that `syn` runs on.
const STACK_BYTES: usize = 64 << 20;

/// Runs checks over one file, on a thread of their own, since `syn` recurses. A file that `syn` cannot parse
/// has no findings of checks: the grammar has counted its syntax errors already.
///
/// # Errors
/// Why the checks could not run.
pub(crate) fn run(unit: &Unit, checks: &[(usize, Check)]) -> Result<Vec<Reported>, String> {
    if unit.tree.language != Language::Rust {
        return Ok(Vec::new());
    }
    if unit.tree.depth > MAX_DEPTH {
        return Err(format!(
            "nests {} levels deep; the checks of Rust go to {MAX_DEPTH}",
            unit.tree.depth
        ));
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || run_here(unit, checks));
        let thread =
            thread.map_err(|error| format!("no thread for the checks of Rust: {error}"))?;
        Ok(thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn run_here(unit: &Unit, checks: &[(usize, Check)]) -> Vec<Reported> {
    let mut reported = Vec::new();
    let Some(file) = RustFile::parse(unit) else {
        return reported;
    };
    for (index, check) in checks {
        check(&file, &mut |range, words| {
            let words = words
                .iter()
                .map(|(name, text)| (format!("${name}"), text.clone()))
                .collect();
            reported.push((*index, range, words));
        });
    }
    reported
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `syn` gets at the limit uses a small part of its stack, whatever nests.
    #[test]
    fn the_deepest_file_fits_the_stack() {
        let nested = [
            ("if true {", "}"),
            ("(", ")"),
            ("!", ""),
            ("&", ""),
            ("[", "]"),
            ("|x| {", "}"),
            ("match x { _ => ", "}"),
            ("f(", ")"),
            ("async {", "}"),
            ("loop {", "}"),
            ("unsafe {", "}"),
            ("S { x: ", "}"),
            ("if x {} else ", "{}"),
        ];
        for (open, close) in nested {
            let text = |levels: usize| {
                let close = if close == "{}" {
                    "{}".to_owned()
                } else {
                    close.repeat(levels)
                };
                let inner = if close == "{}" { "" } else { "x" };
                format!("fn f() {{ {}{inner}{close} }}", open.repeat(levels))
            };
            let depth = |levels| Language::Rust.parse(text(levels)).unwrap().depth;
            let deepest = (1..)
                .take_while(|levels| depth(*levels) <= MAX_DEPTH)
                .last()
                .unwrap();
            // An eighth of the stack has to do, in a build without optimization.
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES / 8);
            let text = text(deepest);
            let visited = thread.spawn(move || {
                let unit = Unit::new(Language::Rust.parse(text).unwrap());
                let all: Vec<_> = CHECKS
                    .iter()
                    .enumerate()
                    .map(|(at, (.., check))| (at, *check))
                    .collect();
                run_here(&unit, &all).len()
            });
            assert_eq!(visited.unwrap().join().unwrap(), 0, "{open}");
        }
    }
}
