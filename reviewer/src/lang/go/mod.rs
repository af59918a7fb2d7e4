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
        // What stands between the braces of a composite literal.
        Wrapper {
            before: "var h = h{",
            after: "}\n",
        },
    ],
    spell: Speller {
        comment: "//",
        single_quotes: true,
        raw_quote: Some('`'),
        variadic_types: true,
        in_parens: &["%", ""],
        in_braces: &["%;", "%", "case %:"],
        at_top: &["%;", "%"],
        typed_separator: Some(':'),
        last_resort: &[
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
                before: "var h ",
                after: "\n",
            },
        ],
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

#[cfg(test)]
mod tests {
    use super::package_name;
    use crate::lang::Language;
    use crate::pattern::{Metavariables, Pattern};
    use crate::tree::Unit;

    fn dump(text: &str) -> String {
        Language::Go.parse(text.to_owned()).unwrap().dump()
    }

    /// How many nodes of `text` the pattern matches.
    fn matched(pattern: &str, text: &str) -> usize {
        let mut variables = Metavariables::default();
        let pattern = Pattern::compile(Language::Go, pattern, &mut variables).unwrap();
        let unit = Unit::new(Language::Go.parse(text.to_owned()).unwrap());
        unit.tree
            .ids()
            .filter(|&id| pattern.matches(&unit, id, &variables))
            .count()
    }

    #[test]
    fn names_that_share_a_declaration_each_have_their_own() {
        assert_eq!(
            dump("func f(a, b int) {}\n"),
            "Child: File\n  Stmt: Function\n    Name: Ident \"f\"\n    Param: Param\n      Name: Ident \"a\"\n      \
             Type: Ident \"int\"\n    Param: Param\n      Name: Ident \"b\"\n      Type: Ident \"int\"\n    \
             Body: Block \"{}\"\n"
        );
        assert_eq!(dump("var a, b = 1, 2\n").matches("VarDef").count(), 2);
        assert_eq!(dump("a, b := f()\n").matches("VarDef").count(), 1);
    }

    #[test]
    fn a_receiver_is_no_parameter() {
        let method = "func (s *Ship) Move(to Point) {}\n";
        assert_eq!(matched("func ($S *Ship) $M(...) { ... }", method), 1);
        assert_eq!(matched("func $M(...) { ... }", method), 1);
        assert_eq!(matched("func $M($TO Point) { ... }", method), 0);
    }

    #[test]
    fn every_kind_of_loop_is_a_for() {
        let loops = "func f() {\n\tfor {\n\t}\n\tfor x {\n\t}\n\tfor i := 0; x; i++ {\n\t}\n\tfor range y {\n\t}\n}\n";
        assert_eq!(matched("for ... { ... }", loops), 4);
        assert_eq!(matched("for { ... }", loops), 1);
        assert_eq!(matched("for $C { ... }", loops), 1);
    }

    #[test]
    fn the_ellipsis_of_the_language_is_none_of_the_pattern() {
        let code = "func f(xs ...int) { g(xs...); h(xs) }\n";
        assert_eq!(matched("g($X...)", code), 1);
        assert_eq!(matched("h($X...)", code), 0);
        assert_eq!(matched("func f($X ...int) { ... }", code), 1);
        assert_eq!(matched("func f($X int) { ... }", code), 0);
    }

    #[test]
    fn a_method_of_an_interface_is_read_only_where_nothing_else_can_be() {
        let code = "type i interface {\n\tf() error\n\tg()\n}\nvar x = f()\n";
        assert_eq!(matched("$F(...) error", code), 1);
        assert_eq!(matched("f()", code), 1);
    }

    #[test]
    fn what_is_sent_is_not_compared() {
        assert_eq!(matched("$C <- $X", "func f() { c <- 1 }\n"), 1);
        assert_eq!(matched("$C <- $X", "var b = c < -1\n"), 0);
    }

    #[test]
    fn a_package_goes_by_the_last_part_of_its_path() {
        for (path, name) in [
            ("fmt", "fmt"),
            ("net/http", "http"),
            ("github.com/redis/go-redis/v9", "redis"),
            ("gopkg.in/yaml.v3", "yaml"),
            ("github.com/golang-jwt/jwt/v5", "jwt"),
            ("example.org/v", "v"),
            ("", ""),
        ] {
            assert_eq!(package_name(path), name, "{path}");
        }
    }
}
