//! Java.

mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Syntax};
use crate::tree::{Import, Kind, Role, Tree};

pub(super) const DEFINITION: Definition = Definition {
    name: "java",
    aliases: &[],
    dialects: &[],
    extensions: &["java"],
    interpreters: &["java"],
    line_comment: "//",
    assignment_declares: false,
    blocks_are_scopes: false,
    syntax: Syntax::Grammar(|| tree_sitter_java::LANGUAGE.into(), table::TABLE),
    wrappers: &[
        Wrapper {
            before: "class H { Object h() { return ",
            after: "; } }",
        },
        Wrapper {
            before: "class H { void h() { ",
            after: " } }",
        },
        Wrapper {
            before: "class H { ",
            after: " }",
        },
        Wrapper {
            before: "",
            after: "\n",
        },
        Wrapper {
            before: "",
            after: " class H { }",
        },
    ],
    spell: Speller {
        comment: "//",
        single_quotes: true,
        variadic_types: true,
        interpolation_prefixes: &[],
        in_parens: &["%", "T %", "% = %", "%; %;", "T % = null"],
        in_braces: &["%;", "int %;", "case %: ;", "%"],
        at_top: &["%;", "int %;"],
        typed_separator: None,
        reserved: &[
            "try", "finally", "catch", "super", "this", "switch", "if", "for", "while",
        ],
        last_resort: &[
            Wrapper {
                before: "class H { void h() { try { } ",
                after: " } }",
            },
            Wrapper {
                before: "class H { H() { ",
                after: " } }",
            },
        ],
        ends: &[
            " { __hone_ellipsis; }",
            " { int __hone_ellipsis; }",
            " catch (T __hone_ellipsis) { __hone_ellipsis; }",
            ";",
        ],
        type_wrapper: Some(Wrapper {
            before: "class H { ",
            after: " h; }",
        }),
        ..Speller::PLAIN
    },
    imports,
};

/// `import a.b.C;`, `import a.b.*;`, `import static a.b.C.m;`.
fn imports(tree: &Tree) -> Vec<Import> {
    let mut imports = Vec::new();
    for id in tree.ids().filter(|&id| tree.kind(id) == Kind::Import) {
        let mut items = tree.children_as(id, Role::Item);
        let (Some(path), star) = (items.next(), items.next().is_some()) else {
            continue;
        };
        let text = tree.text_of(path);
        imports.push(if star {
            Import::wildcard(id, text)
        } else {
            Import::name(id, text.rsplit('.').next().unwrap_or(text), text)
        });
    }
    imports
}
