//! Go.

mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Syntax};
use crate::tree::{Import, Kind, Role, Tree};

pub(super) const DEFINITION: Definition = Definition {
    name: "go",
    aliases: &["golang"],
    dialects: &[],
    extensions: &["go"],
    interpreters: &[],
    line_comment: "//",
    assignment_declares: false,
    blocks_are_scopes: true,
    syntax: Syntax::Grammar(|| tree_sitter_go::LANGUAGE.into(), table::TABLE),
    wrappers: &[
        // The grammar takes statements at the top, and so expressions too.
        Wrapper {
            before: "",
            after: "\n",
        },
        Wrapper {
            before: "var (\n",
            after: "\n)\n",
        },
        Wrapper {
            before: "type h struct {\n",
            after: "\n}\n",
        },
        Wrapper {
            before: "type h interface {\n",
            after: "\n}\n",
        },
        Wrapper {
            before: "var h = h{",
            after: "}\n",
        },
        Wrapper {
            before: "var h ",
            after: "\n",
        },
    ],
    spell: Speller {
        comment: "//",
        single_quotes: true,
        raw_quote: Some('`'),
        variadic_types: true,
        interpolation_prefixes: &[],
        in_parens: &["%", ""],
        in_braces: &["%;", "%", "case %:"],
        at_top: &["%;", "%"],
        typed_separator: Some(':'),
        ..Speller::PLAIN
    },
    imports,
};

/// `import "net/http"`, `import alias "net/http"`, `import . "fmt"`. A package goes by the name that its own
/// clause says; that is nearly always the last part of its path.
fn imports(tree: &Tree) -> Vec<Import> {
    let mut imports = Vec::new();
    for id in tree.ids().filter(|&id| tree.kind(id) == Kind::ImportItem) {
        let Some(path) = tree.child(id, Role::Name) else {
            continue;
        };
        let package = package_name(tree.text_of(path).trim_matches(['"', '`']));
        let alias = tree
            .child(id, Role::Alias)
            .map_or(package, |alias| tree.text_of(alias));
        match alias {
            "_" => {}
            "." => imports.push(Import::wildcard(id, package)),
            _ => imports.push(Import::name(id, alias, package)),
        }
    }
    imports
}

/// The name of the package at `path`: `redis` of `github.com/redis/go-redis/v9`, `yaml` of `gopkg.in/yaml.v3`.
fn package_name(path: &str) -> &str {
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let name = match parts.next() {
        Some(before) if is_version(last) => before,
        _ => last,
    };
    let name = match name.rsplit_once('.') {
        Some((name, version)) if is_version(version) => name,
        _ => name,
    };
    let name = name.strip_prefix("go-").unwrap_or(name);
    name.strip_suffix("-go").unwrap_or(name)
}
