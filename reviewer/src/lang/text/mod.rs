//! Plain text: for regular expressions, and for patterns of words, signs and brackets in any text.

use super::spell::{Speller, Wrapper};
use super::{Definition, Syntax};
use crate::tree::{Builder, Import, Kind, Role, TextRange, Tree};

/// Texts whose tree is nothing but a root: what is searched for is in the text.
pub(super) const REGEX: Definition = Definition {
    name: "regex",
    aliases: &["none"],
    syntax: Syntax::Text(|_| {}),
    ..GENERIC
};

/// Texts as rows of words and signs; what stands between brackets is a row of its own.
pub(super) const GENERIC: Definition = Definition {
    name: "generic",
    aliases: &["spacegrep"],
    dialects: &[],
    extensions: &[],
    interpreters: &[],
    line_comment: "#",
    assignment_declares: false,
    blocks_are_scopes: false,
    syntax: Syntax::Text(words_and_brackets),
    wrappers: &[Wrapper {
        before: "",
        after: "",
    }],
    spell: Speller {
        comment: "#",
        single_quotes: false,
        variadic_types: false,
        interpolation_prefixes: &[],
        in_parens: &["%"],
        in_braces: &["%"],
        at_top: &["%"],
        typed_separator: None,
        ..Speller::PLAIN
    },
    imports: |_: &Tree| -> Vec<Import> { Vec::new() },
};

/// Deepest nesting of brackets; deeper ones are signs.
const MAX_DEPTH: usize = 1_000;

/// A word is an identifier, another sign an operator, and brackets with what they hold are a block whose
/// first and last children are the brackets. A closing bracket that closes nothing is a sign.
fn words_and_brackets(builder: &mut Builder) {
    let text = builder.text().to_owned();
    let mut closers: Vec<char> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match is_word(c) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => c.len_utf8(),
        };
        let range = TextRange::new(at, at + length);
        let closer = match c {
            '(' => Some(')'),
            '[' => Some(']'),
            '{' => Some('}'),
            _ => None,
        };
        match closer.filter(|_| closers.len() < MAX_DEPTH) {
            _ if c.is_whitespace() => {}
            _ if is_word(c) => builder.leaf(Kind::Ident, Role::Stmt, range),
            Some(closer) => {
                let end = matching(rest).map_or(at + length, |length| at + length);
                match end > at + length {
                    true => {
                        builder.open(Kind::Block, Role::Stmt, TextRange::new(at, end));
                        closers.push(closer);
                        builder.leaf(Kind::Op, Role::Stmt, range);
                    }
                    false => builder.leaf(Kind::Op, Role::Stmt, range),
                }
            }
            None => {
                builder.leaf(Kind::Op, Role::Stmt, range);
                if closers.last() == Some(&c) {
                    closers.pop();
                    builder.close();
                }
            }
        }
        at += length;
    }
}

/// Longest block, in bytes: so far the bracket that closes it is looked for.
const MAX_BLOCK: usize = 10_000;

/// Length of the block that `rest` starts with, if it has an end.
fn matching(rest: &str) -> Option<usize> {
    let mut closers = Vec::new();
    for (at, c) in rest.char_indices().take(MAX_BLOCK) {
        match c {
            '(' => closers.push(')'),
            '[' => closers.push(']'),
            '{' => closers.push('}'),
            ')' | ']' | '}' => {
                if closers.pop() != Some(c) {
                    return None;
                }
                if closers.is_empty() {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
