//! Go.

mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Syntax};
use crate::tree::{Import, Tree};

pub(super) const DEFINITION: Definition = Definition {
    name: "go",
    aliases: &["golang"],
    dialects: &[],
    extensions: &["go"],
    interpreters: &[],
    line_comment: "//",
    assignment_declares: false,
    syntax: Syntax::Grammar(|| tree_sitter_go::LANGUAGE.into(), table::TABLE),
    wrappers: &[Wrapper {
        before: "",
        after: "\n",
    }],
    spell: Speller {
        comment: "//",
        single_quotes: true,
        variadic_types: false,
        interpolation_prefixes: &[],
        in_parens: &["%"],
        in_braces: &["%"],
        at_top: &["%"],
        typed_separator: Some(':'),
        ..Speller::PLAIN
    },
    imports,
};

fn imports(_: &Tree) -> Vec<Import> {
    Vec::new()
}
