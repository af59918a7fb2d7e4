//! Python.

mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Syntax};
use crate::tree::{Import, Kind, NodeId, Role, Tree};

pub(super) const DEFINITION: Definition = Definition {
    name: "python",
    aliases: &["py", "python3", "python2"],
    dialects: &[],
    extensions: &["py", "pyi"],
    interpreters: &["python"],
    line_comment: "#",
    assignment_declares: true,
    blocks_are_scopes: false,
    syntax: Syntax::Grammar(|| tree_sitter_python::LANGUAGE.into(), table::TABLE),
    wrappers: &[Wrapper {
        before: "",
        after: "\n",
    }],
    spell: Speller {
        comment: "#",
        single_quotes: true,
        variadic_types: false,
        interpolation_prefixes: &["f", "F", "fr", "rf"],
        in_parens: &["%"],
        in_braces: &["%", "%: %"],
        at_top: &["%"],
        typed_separator: Some(':'),
        last_resort: &[
            Wrapper {
                before: "(",
                after: ")\n",
            },
            Wrapper {
                before: "",
                after: "\ndef h(): pass\n",
            },
        ],
        ..Speller::PLAIN
    },
    imports,
};

/// `import a.b as c`, `from a import b as c`, `from a import *`.
fn imports(tree: &Tree) -> Vec<Import> {
    let mut imports = Vec::new();
    for id in tree.ids() {
        let module = match tree.kind(id) {
            Kind::Import => None,
            Kind::ImportFrom => tree
                .child(id, Role::Object)
                .map(|module| tree.text_of(module)),
            _ => continue,
        };
        for item in tree.children_as(id, Role::Item) {
            imports.extend(import(tree, item, module));
        }
    }
    imports
}

fn import(tree: &Tree, item: NodeId, module: Option<&str>) -> Option<Import> {
    let Some(module) = module else {
        let path = tree.text_of(tree.child(item, Role::Name)?);
        return Some(match tree.child(item, Role::Alias) {
            Some(alias) => Import::name(item, tree.text_of(alias), path),
            // `import a.b` binds `a`.
            None => {
                let first = path.split('.').next().unwrap_or(path);
                Import::name(item, first, first)
            }
        });
    };
    let Some(name) = tree.child(item, Role::Name) else {
        // A relative module has no name that a rule could know.
        return (!module.starts_with('.')).then(|| Import::wildcard(item, module));
    };
    let name = tree.text_of(name);
    let local = tree
        .child(item, Role::Alias)
        .map_or(name, |alias| tree.text_of(alias));
    Some(Import::name(item, local, &format!("{module}.{name}")))
}
