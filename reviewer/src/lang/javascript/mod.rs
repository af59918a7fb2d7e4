//! JavaScript and TypeScript, with JSX: one table for the three grammars.

mod declarations;
mod jsx;
mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Language, Syntax};
use crate::tree::{Import, Kind, NodeId, Role, Tree};

pub(super) const JAVASCRIPT: Definition = Definition {
    name: "javascript",
    aliases: &["js", "jsx"],
    dialects: &[Language::Tsx, Language::TypeScript],
    extensions: &["js", "jsx", "mjs", "cjs"],
    interpreters: &["node", "nodejs", "deno", "bun"],
    syntax: Syntax::Grammar(|| tree_sitter_javascript::LANGUAGE.into(), table::TABLE),
    spell: Speller {
        jsx: true,
        ..SPELLER
    },
    ..TYPESCRIPT
};

pub(super) const TSX: Definition = Definition {
    name: "tsx",
    aliases: &["typescript", "ts"],
    dialects: &[Language::TypeScript],
    extensions: &["tsx"],
    interpreters: &[],
    syntax: Syntax::Grammar(|| tree_sitter_typescript::LANGUAGE_TSX.into(), table::TABLE),
    spell: Speller {
        jsx: true,
        ..SPELLER
    },
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
    wrappers: &[
        Wrapper {
            before: "h = ",
            after: "\n",
        },
        Wrapper {
            before: "",
            after: "\n",
        },
        Wrapper {
            before: "h = ({ ",
            after: "\n})\n",
        },
        Wrapper {
            before: "try { } ",
            after: "\n",
        },
    ],
    spell: SPELLER,
    imports,
};

const SPELLER: Speller = Speller {
    spread: true,
    templates: true,
    in_parens: &["%", "%; %; %"],
    in_braces: &["%;", "%", "case %: ;"],
    at_top: &["%;", "%"],
    reserved: &["if", "for", "while", "switch", "catch", "with", "function"],
    last_resort: &[
        Wrapper {
            before: "class H { ",
            after: "\n}\n",
        },
        Wrapper {
            before: "switch (h) { ",
            after: "\n}\n",
        },
    ],
    ends: &[" { __hone_ellipsis; }", " __hone_ellipsis;"],
    typed_separator: Some(':'),
    ..Speller::PLAIN
};

/// `import a, * as b, {c as d} from "m"`, `const a = require("m")`, `const {c: d} = require("m")`.
fn imports(tree: &Tree) -> Vec<Import> {
    let mut imports = Vec::new();
    for id in tree.ids() {
        match tree.kind(id) {
            Kind::ImportFrom => from(tree, id, &mut imports),
            Kind::VarDef => required(tree, id, &mut imports),
            _ => {}
        }
    }
    imports
}

fn from(tree: &Tree, import: NodeId, imports: &mut Vec<Import>) {
    let Some(module) = tree
        .child(import, Role::Object)
        .and_then(|module| module_name(tree, module))
    else {
        return;
    };
    for item in tree.children_as(import, Role::Item) {
        let text = |role| tree.child(item, role).map(|name| tree.text_of(name));
        let path = match text(Role::Name) {
            Some(name) => format!("{module}.{name}"),
            None if tree.child(item, Role::Op).is_some() => module.to_owned(),
            None => format!("{module}.default"),
        };
        if let Some(local) = text(Role::Alias).or(text(Role::Name)) {
            imports.push(Import::name(item, local, &path));
        }
    }
}

fn required(tree: &Tree, definition: NodeId, imports: &mut Vec<Import>) {
    let Some(module) = tree
        .child(definition, Role::Value)
        .and_then(|call| tree.required_module(call))
        .and_then(|module| module_name(tree, module))
    else {
        return;
    };
    let Some(name) = tree.child(definition, Role::Name) else {
        return;
    };
    match tree.kind(name) {
        Kind::Ident => imports.push(Import::name(definition, tree.text_of(name), module)),
        Kind::Record => {
            for pair in tree.children(name) {
                if let (Some(key), Some(local)) =
                    (tree.child(pair, Role::Key), tree.child(pair, Role::Value))
                    && tree.kind(local) == Kind::Ident
                {
                    let path = format!("{module}.{}", tree.text_of(key));
                    imports.push(Import::name(definition, tree.text_of(local), &path));
                }
            }
        }
        _ => {}
    }
}

/// The name of a module in a string; `node:` before it says nothing. A relative one has no name that a rule
/// could know.
fn module_name(tree: &Tree, string: NodeId) -> Option<&str> {
    let name = tree.text_of(tree.child(string, Role::Elem)?);
    let name = name.strip_prefix("node:").unwrap_or(name);
    (!name.starts_with('.')).then_some(name)
}
