//! Java.

mod table;

use super::spell::{Speller, TYPED_PARAMETER, Wrapper};
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
    ],
    spell: Speller {
        comment: "//",
        single_quotes: true,
        variadic_types: true,
        interpolation_prefixes: &[],
        in_parens: &["%", TYPED_PARAMETER, "% = %", "%; %;", "T % = null"],
        in_braces: &["%;", "int %;", "case %: ;", "%"],
        at_top: &["%;", "int %;"],
        guess: Some(guess),
        typed_separator: None,
        reserved: &[
            "try", "finally", "catch", "super", "this", "switch", "if", "for", "while", "throw",
            "return",
        ],
        last_resort: &[
            Wrapper {
                before: "",
                after: " class H { }",
            },
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

/// What an ellipsis stands for in a bracket: an argument, a parameter, a statement, a member.
fn guess(before: &str, bracket: char, after: &str) -> &'static str {
    let before = before.trim_end();
    let statement = before
        .rfind([';', '{', '}'])
        .map_or(before, |at| &before[at + 1..]);
    let words: Vec<_> = statement
        .split(|c: char| !(c.is_alphanumeric() || "_$".contains(c)))
        .filter(|word| !word.is_empty())
        .collect();
    let last = words.last().copied().unwrap_or_default();
    let says = |word| words.contains(&word);
    if bracket == '(' {
        // Two words in a row declare: the second one is a name.
        let declares = before
            .strip_suffix(last)
            .is_some_and(|rest| rest.ends_with(char::is_whitespace))
            && words.len() > 1
            && !matches!(words[words.len() - 2], "new" | "return" | "throw" | "else");
        let after = after.trim_start();
        return match last {
            "for" => "%; %;",
            "catch" => TYPED_PARAMETER,
            "try" => "T % = null",
            "if" | "while" | "switch" | "synchronized" => "%",
            _ if declares || after.starts_with("throws") => TYPED_PARAMETER,
            _ if after.starts_with('{') && !says("new") => TYPED_PARAMETER,
            _ => "%",
        };
    }
    match before.chars().next_back() {
        _ if matches!(last, "return" | "throw") && before.ends_with(last) => "%",
        _ if says("switch") => "case %: ;",
        _ if says("enum") => "%;",
        _ if says("class") || says("interface") || says("record") => "int %;",
        Some('=' | ',' | '(' | ']' | '{') => "%",
        // The body of an object, and not that of what it is handed to.
        Some(')') if says("new") && !says("for") && !says("if") => "int %;",
        _ => "%;",
    }
}

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
