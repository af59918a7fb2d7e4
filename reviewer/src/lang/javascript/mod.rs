//! JavaScript and TypeScript, with JSX: one table for the three grammars.

mod declarations;
mod jsx;
mod table;

use super::spell::{Speller, Wrapper};
use super::{Definition, Language, Syntax};
use crate::tree::{Import, Kind, NodeId, Role, Tree, is_relative};

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
        let path = match (text(Role::Name), text(Role::Alias)) {
            (Some(name), _) => format!("{module}.{name}"),
            _ if tree.child(item, Role::Op).is_some() => module.to_owned(),
            // What a file of the project exports is mostly imported under the name that it has there.
            (None, Some(local)) if is_relative(module) => format!("{module}.{local}"),
            _ => format!("{module}.default"),
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

/// The name of a module in a string; `node:` before it says nothing.
fn module_name(tree: &Tree, string: NodeId) -> Option<&str> {
    let name = tree.text_of(tree.child(string, Role::Elem)?);
    Some(name.strip_prefix("node:").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use crate::lang::Language;
    use crate::tree::{Names, NodeId};

    fn dump(language: Language, text: &str) -> String {
        let tree = language.parse(text.to_owned()).unwrap();
        assert!(tree.errors.is_empty(), "{text}: {:?}", tree.errors);
        tree.dump()
    }

    fn same(a: &str, b: &str) {
        let read = |text: &str| Language::JavaScript.parse(text.to_owned()).unwrap();
        let (a, b) = (read(a), read(b));
        assert!(
            a.same_code(NodeId::ROOT, &b, NodeId::ROOT),
            "{}\n{}",
            a.dump(),
            b.dump()
        );
    }

    #[test]
    fn spellings_of_one_thing_have_one_tree() {
        same("f({a})", "f({'a': a})");
        same("o = {run: function (x) { y; }}", "o = {run(x) { y; }}");
        same(
            "class A { run = (x) => { y; } }",
            "class A { run(x) { y; } }",
        );
        same("f(x => { y })", "f((x) => { y; });");
        same("<a href={'u'} />", "<a href=\"u\"></a>");
        same("if (x) y(); else z();", "if ((x)) y(); else z()");
        same("f(`text`)", "f('text')");
    }

    #[test]
    fn an_optional_member_hangs_on_a_question() {
        let tree = dump(Language::JavaScript, "a?.b");
        assert!(tree.contains("Object: Question"), "{tree}");
        let tree = dump(Language::TypeScript, "a?.b()");
        assert!(tree.contains("Object: Question"), "{tree}");
    }

    #[test]
    fn exported_declarations_are_declarations() {
        let tree = dump(
            Language::TypeScript,
            "export default class A<T> extends B {}",
        );
        assert!(tree.contains("Stmt: Class"), "{tree}");
        assert!(tree.contains("Modifier: Modifier \"export\""), "{tree}");
    }

    #[test]
    fn types_in_javascript_are_read_as_typescript() {
        let tree = dump(Language::JavaScript, "function f(a: number): void {}");
        assert!(tree.contains("ReturnType: Ident \"void\""), "{tree}");
    }

    #[test]
    fn names_of_modules_are_paths() {
        let text = "import d, * as all from 'm'; import {a as b} from 'node:fs';\n\
                    const {c: {d: e}, f} = require('q'), g = require('./own'); g();";
        let tree = Language::JavaScript.parse(text.to_owned()).unwrap();
        let names = Names::of(&tree);
        let mut aliases: Vec<_> = names.aliases().collect();
        aliases.sort_unstable();
        assert_eq!(
            aliases,
            [
                ("all", "m"),
                ("b", "fs.a"),
                ("d", "m.default"),
                ("f", "q.f")
            ]
        );
        let used = tree.ids().filter(|&id| tree.text_of(id) == "g").last();
        assert_eq!(names.linked(&tree, used.unwrap()), Some("./own"));
    }
}
