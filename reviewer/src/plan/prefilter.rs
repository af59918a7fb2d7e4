//! Decides, from the literals in a text, which rules could match it at all, and which formulas of rules about flow.
//!
//! The words that a pattern spells out (names and keywords, not strings, which constants may hide) have to
//! stand in the text of every file that it matches: imports rename, but they name what they rename. One
//! Aho-Corasick automaton finds the words of all rules in one pass.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use rules::review::{Body, Formula, Rule};

use crate::checks;

/// The words of all rules.
pub(super) struct Prefilter {
    automaton: AhoCorasick,
    rules: Vec<Needs>,
    parts: Vec<Needs>,
    words: usize,
}

/// What could match a text, by index.
pub(super) struct Found {
    pub(super) rules: Vec<usize>,
    /// Formulas of rules about flow.
    pub(super) parts: Vec<usize>,
}

/// What a text must contain.
#[derive(Debug, PartialEq, Eq)]
enum Needs {
    /// All of these.
    All(Vec<Needs>),
    /// One of these. None of no one: such a rule is never a candidate.
    Any(Vec<Needs>),
    /// This word.
    Word(usize),
}

/// Words that are numbered as they come up.
#[derive(Default)]
struct Words {
    ids: HashMap<String, usize>,
    list: Vec<String>,
}

/// Shorter words stand in every file.
const SHORTEST: usize = 3;

/// Words of patterns that match code without them: an arrow for a function, what an arrow returns, a call that
/// loads a module for an import, any declaration for `var`.
const IMPLIED: [&str; 9] = [
    "var", "const", "let", "func", "function", "return", "import", "from", "default",
];

impl Prefilter {
    pub(super) fn new<'a>(
        rules: impl Iterator<Item = &'a Rule>,
        parts: impl Iterator<Item = &'a Formula>,
    ) -> Prefilter {
        let mut words = Words::default();
        let rules: Vec<_> = rules
            .map(|rule| match &rule.body {
                Body::Search(formula) => needs(formula, &mut words),
                Body::Check => check_needs(&rule.id, &mut words),
                Body::Taint(_) | Body::Typestate(_) | Body::Review => Needs::Any(Vec::new()),
            })
            .collect();
        let parts = parts.map(|formula| needs(formula, &mut words)).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&words.list)
            .expect("the words of rules are far from the automaton's limits");
        Prefilter {
            automaton,
            rules,
            parts,
            words: words.list.len(),
        }
    }

    /// What could match `text`.
    pub(super) fn candidates(&self, text: &str) -> Found {
        let mut found = vec![false; self.words];
        let mut missing = self.words;
        for hit in self.automaton.find_overlapping_iter(text) {
            let word = &mut found[hit.pattern().as_usize()];
            if !*word {
                *word = true;
                missing -= 1;
                if missing == 0 {
                    break;
                }
            }
        }
        let holding = |needs: &[Needs]| {
            let held = needs
                .iter()
                .enumerate()
                .filter(|(_, needs)| needs.hold(&found));
            held.map(|(index, _)| index).collect()
        };
        Found {
            rules: holding(&self.rules),
            parts: holding(&self.parts),
        }
    }
}

impl Needs {
    fn hold(&self, found: &[bool]) -> bool {
        match self {
            Needs::All(parts) => parts.iter().all(|part| part.hold(found)),
            Needs::Any(parts) => parts.iter().any(|part| part.hold(found)),
            Needs::Word(word) => found[*word],
        }
    }
}

/// One word of each list.
fn check_needs(rule: &str, words: &mut Words) -> Needs {
    let lists = checks::find(rule).map_or(&[][..], |(lists, _)| lists);
    let any = |list: &&[&str]| Needs::Any(list.iter().map(|text| word(text, words)).collect());
    Needs::All(lists.iter().map(any).collect())
}

fn word(text: &str, words: &mut Words) -> Needs {
    let next = words.list.len();
    let id = *words.ids.entry(text.to_owned()).or_insert(next);
    if id == next {
        words.list.push(text.to_owned());
    }
    Needs::Word(id)
}

fn needs(formula: &Formula, words: &mut Words) -> Needs {
    match formula {
        Formula::Pattern(pattern) => Needs::All(
            literals(&pattern.text)
                .map(|text| word(text, words))
                .collect(),
        ),
        // What an expression needs is for its own engine to find out.
        Formula::Regex(_) => Needs::All(Vec::new()),
        Formula::Any(parts) => Needs::Any(parts.iter().map(|part| needs(part, words)).collect()),
        Formula::Inside(inner) => needs(inner, words),
        Formula::All(all) => Needs::All(
            all.positives
                .iter()
                .map(|part| needs(part, words))
                .collect(),
        ),
    }
}

/// The words that a pattern spells out, outside of strings, comments and typed metavariables.
fn literals(pattern: &str) -> impl Iterator<Item = &str> {
    let mut words = Vec::new();
    let mut at = 0;
    let bytes = pattern.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'' | b'`') => at = string_end(bytes, at, quote),
            b'#' => at = line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at),
            b'(' if typed(&pattern[at..]).is_some() => at += typed(&pattern[at..]).unwrap_or(1),
            b'$' => {
                at += 1;
                if pattern[at..].starts_with("...") {
                    at += 3;
                }
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
            }
            b if is_word(b) => {
                let start = at;
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                let word = &pattern[start..at];
                let number = word.starts_with(|c: char| c.is_ascii_digit());
                if word.len() >= SHORTEST && !number && !IMPLIED.contains(&word) {
                    words.push(word);
                }
            }
            _ => at += 1,
        }
    }
    words.into_iter()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|b| *b == b'\n')
        .map_or(bytes.len(), |end| at + end)
}

/// Past the closing quote; past the opening one where there is none (a lifetime).
fn string_end(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut end = at + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 1,
            b if b == quote => return end + 1,
            _ => {}
        }
        end += 1;
    }
    at + 1
}

/// Length of `(T $X)` or `($X: T)`, whose type a file may leave to inference.
fn typed(rest: &str) -> Option<usize> {
    let end = rest.find(')')?;
    let inner = &rest[1..end];
    let typed = inner.matches('$').count() == 1
        && !inner.contains(['(', ',', '"', '='])
        && (inner.trim_start().starts_with('$') && inner.contains(':')
            || inner.split_whitespace().last()?.starts_with('$') && inner.trim().contains(' '));
    typed.then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_words_that_must_stand_in_the_text() {
        let words = |pattern| literals(pattern).collect::<Vec<_>>();
        assert_eq!(
            words("subprocess.call($CMD, ..., shell=True)"),
            ["subprocess", "call", "shell", "True"]
        );
        assert_eq!(words("f(\"secret\") # note"), Vec::<&str>::new());
        assert_eq!(words("(java.io.File $F).delete()"), ["delete"]);
        assert_eq!(words("$...ARGS + $X1.name"), ["name"]);
    }
}
