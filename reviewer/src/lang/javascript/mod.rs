//! JavaScript and TypeScript, with JSX: one table for the three grammars.

mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Language, Syntax};
use crate::tree::{Import, Tree};

pub(super) const JAVASCRIPT: Definition = Definition {
    name: "javascript",
    aliases: &["js", "jsx"],
    dialects: &[Language::Tsx, Language::TypeScript],
    extensions: &["js", "jsx", "mjs", "cjs"],
    interpreters: &["node", "nodejs", "deno", "bun"],
    syntax: Syntax::Grammar(|| tree_sitter_javascript::LANGUAGE.into(), table::TABLE),
    ..TYPESCRIPT
};

pub(super) const TSX: Definition = Definition {
    name: "tsx",
    aliases: &["typescript", "ts"],
    dialects: &[Language::TypeScript],
    extensions: &["tsx"],
    interpreters: &[],
    syntax: Syntax::Grammar(|| tree_sitter_typescript::LANGUAGE_TSX.into(), table::TABLE),
    ..TYPESCRIPT
};

pub(super) const TYPESCRIPT: Definition = Definition {
    name: "typescript",
    aliases: &["ts", "tsx"],
    dialects: &[Language::Tsx],
    extensions: &["ts", "mts", "cts"],
    interpreters: &["ts-node", "tsx"],
    line_comment: "//",
    assignment_declares: false,
    blocks_are_scopes: false,
    syntax: Syntax::Grammar(
        || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        table::TABLE,
    ),
    wrappers: &[Wrapper {
        before: "",
        after: "\n",
    }],
    spell: Speller {
        comment: "//",
        single_quotes: true,
        raw_quote: None,
        variadic_types: false,
        interpolation_prefixes: &[],
        in_parens: &["%"],
        in_braces: &["%"],
        at_top: &["%"],
        typed_separator: Some(':'),
    },
    imports,
};

fn imports(_: &Tree) -> Vec<Import> {
    Vec::new()
}
