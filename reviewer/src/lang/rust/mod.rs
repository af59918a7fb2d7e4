//! Rust.

mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Syntax};
use crate::tree::{Import, Kind, NodeId, Role, Tree};

pub(super) const DEFINITION: Definition = Definition {
    name: "rust",
    aliases: &["rs"],
    dialects: &[],
    extensions: &["rs"],
    interpreters: &["rust-script"],
    line_comment: "//",
    assignment_declares: false,
    blocks_are_scopes: false,
    syntax: Syntax::Grammar(|| tree_sitter_rust::LANGUAGE.into(), table::TABLE),
    wrappers: &[
        Wrapper {
            before: "fn h() { let h = ",
            after: "; }",
        },
        Wrapper {
            before: "fn h() { ",
            after: " }",
        },
        Wrapper {
            before: "",
            after: "\n",
        },
        Wrapper {
            before: "impl H { ",
            after: " }",
        },
    ],
    spell: Speller {
        comment: "//",
        single_quotes: false,
        variadic_types: false,
        interpolation_prefixes: &[],
        in_parens: &["%", "%: T"],
        in_braces: &["%;", "%", "%: T", "%: %", "% => %,", "fn %();"],
        at_top: &["%;"],
        typed_separator: None,
        ..Speller::PLAIN
    },
    imports,
};

/// `use a::b;`, `use a::{b, c as d, e::*};`, however deep the groups nest.
fn imports(tree: &Tree) -> Vec<Import> {
    let mut imports = Vec::new();
    for id in tree.ids().filter(|&id| tree.kind(id) == Kind::Import) {
        let mut todo: Vec<(NodeId, String)> = tree
            .children_as(id, Role::Item)
            .map(|item| (item, String::new()))
            .collect();
        while let Some((item, prefix)) = todo.pop() {
            let absolute = |text: &str| {
                let path: String = text
                    .split_whitespace()
                    .collect::<String>()
                    .replace("::", ".");
                if prefix.is_empty() {
                    path
                } else {
                    format!("{prefix}.{path}")
                }
            };
            match tree.kind(item) {
                Kind::Ident | Kind::Path | Kind::This => {
                    let path = absolute(tree.text_of(item));
                    // `use a::{self}` imports `a`.
                    let path = path.strip_suffix(".self").unwrap_or(&path);
                    imports.push(Import::name(
                        item,
                        path.rsplit('.').next().unwrap_or(path),
                        path,
                    ));
                }
                Kind::ImportItem => {
                    let name = |role| tree.child(item, role).map(|id| tree.text_of(id));
                    if let Some(list) = tree.child(item, Role::Elem) {
                        let prefix = name(Role::Object).map_or_else(|| prefix.clone(), absolute);
                        todo.extend(tree.children(list).map(|item| (item, prefix.clone())));
                    } else if let (Some(path), Some(alias)) = (name(Role::Name), name(Role::Alias))
                    {
                        let path = absolute(path);
                        imports.push(Import::name(
                            item,
                            alias,
                            path.strip_suffix(".self").unwrap_or(&path),
                        ));
                    } else {
                        imports.push(Import::wildcard(
                            item,
                            &absolute(name(Role::Name).unwrap_or_default()),
                        ));
                    }
                }
                Kind::Set => todo.extend(tree.children(item).map(|item| (item, prefix.clone()))),
                _ => {}
            }
        }
    }
    imports
}
