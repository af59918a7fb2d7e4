//! The fragment law: the text of any expression, statement or declaration, used as a pattern, matches that
//! very node, and so it does with one child replaced by `$X`.
//!
//! It needs nobody's rules, and holds for every language. Here it runs over the examples of the built-in
//! rules, over this project's own sources and over the samples in `fragments/`, which hold every construct.
//! `HONE_CORPUS=DIR` adds every file below a folder, of which each hundredth node is tried.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and one that is skipped says so"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the corpus is named by the environment"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reviewer::lang::Language;
use reviewer::pattern::{Metavariables, Pattern};
use reviewer::tree::{Kind, NodeId, Role, Tree, Unit};
use rules::builtin::review_rules;

/// Least share of nodes for which the law has to hold.
const BAR: f64 = 0.995;
/// Least number of nodes that say something about a language.
const LEAST: usize = 120;
/// Larger nodes say nothing that smaller ones do not.
const MAX_BYTES: usize = 1_500;

#[derive(Default)]
struct Tally {
    tried: usize,
    failed: usize,
    by_kind: BTreeMap<String, (usize, String)>,
}

impl Tally {
    fn note(&mut self, holds: bool, kind: Kind, text: &str) {
        self.tried += 1;
        if !holds {
            self.failed += 1;
            self.by_kind
                .entry(format!("{kind:?}"))
                .or_insert_with(|| (0, text.to_owned()))
                .0 += 1;
        }
    }

    fn check(&self, what: &str) {
        let share = 1.0 - self.failed as f64 / self.tried.max(1) as f64;
        println!("{what}: {:.2} % of {} nodes", share * 100.0, self.tried);
        for (kind, (count, example)) in &self.by_kind {
            println!(
                "  {count} {kind}, such as: {}",
                example.lines().collect::<Vec<_>>().join("⏎")
            );
        }
        assert!(self.tried > LEAST, "{what}: only {} nodes", self.tried);
        assert!(share >= BAR, "{what}: {share:.4} is below {BAR}");
    }
}

/// Expressions, statements and declarations; not names that only name a part of something.
fn is_fragment(tree: &Tree, id: NodeId) -> bool {
    let node = tree.node(id);
    let part = matches!(
        node.role,
        Role::Name | Role::Alias | Role::Op | Role::Modifier | Role::Elem | Role::Item | Role::Type
    );
    let structural = matches!(
        node.kind,
        Kind::File
            | Kind::Block
            | Kind::Keyword
            | Kind::Pair
            | Kind::Splat
            | Kind::StrPart
            | Kind::Interp
            | Kind::Op
            | Kind::Modifier
            | Kind::Param
            | Kind::Receiver
            | Kind::Catch
            | Kind::Finally
            | Kind::Case
            | Kind::ImportItem
            | Kind::Decorator
            | Kind::As
            | Kind::Error
            | Kind::Super
            | Kind::Raw(_)
    );
    // `elif` and the type of a cast are no fragments that stand alone.
    let chained = node.kind == Kind::If && node.role == Role::Else;
    // Go's lists of values are no expressions, nor is what is switched on by type; an import of a group starts
    // with the word of the group, a variable that shares its type has it elsewhere, and a constant that repeats
    // the one before is nothing but a name. What an arrow returns has no word for that;
    // `a?` is part of `a?.b`; a key may be no name elsewhere, and `import(..)` is no call of a name.
    let text = tree.text_of(id);
    let unfinished = match node.kind {
        Kind::Tuple => tree.language == Language::Go,
        Kind::Import => text.matches('(').count() != text.matches(')').count(),
        Kind::Return => !text.starts_with("return"),
        Kind::Question => node.role == Role::Object && tree.language != Language::Rust,
        // Keywords that are no expressions by themselves.
        Kind::Ident => node.role == Role::Key || matches!(text, "import" | "crate"),
        Kind::Cast => text.ends_with(".(type)"),
        Kind::VarDef if text.ends_with(".(type)") => true,
        Kind::VarDef
            if !tree
                .children(id)
                .all(|child| tree.range(id).contains(tree.range(child))) =>
        {
            true
        }
        // `name: T` alone is a field of an object.
        Kind::VarDef => {
            let bare = tree
                .child(id, Role::Name)
                .is_some_and(|name| tree.text_of(name) == text);
            bare || tree.children(id).all(|child| {
                matches!(tree.node(child).role, Role::Name | Role::Type)
                    && !text.starts_with('@')
                    && text.contains(':')
            })
        }
        _ => false,
    };
    !part
        && !structural
        && !unfinished
        && !chained
        && !matches!(
            node.role,
            Role::ReturnType
                | Role::TypeArg
                | Role::TypeParam
                | Role::Base
                | Role::Interface
                | Role::Throws
                | Role::Child
        )
}

/// The text of a node as somebody would write it at the start of a line. What a string holds stays as it is.
fn fragment(tree: &Tree, id: NodeId) -> String {
    let range = tree.range(id).indices();
    let column = tree.text[..range.start]
        .rfind('\n')
        .map_or(range.start, |at| range.start - at - 1);
    let margin = tree.text[range.start - column..range.start]
        .chars()
        .take_while(|c| c.is_whitespace())
        .count();
    let strings: Vec<_> = tree
        .subtree(id)
        .filter(|&part| tree.kind(part) == Kind::StrPart)
        .map(|part| tree.range(part).indices())
        .collect();
    let mut text = String::new();
    let mut at = range.start;
    for line in tree.text[range.clone()].split_inclusive('\n') {
        let indent = line.chars().take_while(|c| *c == ' ' || *c == '\t').count();
        let in_string = strings.iter().any(|part| part.start < at && at <= part.end);
        let cut = if at == range.start || in_string {
            0
        } else {
            indent.min(margin)
        };
        text += line.get(cut..).unwrap_or(line);
        at += line.len();
    }
    text
}

fn holds(unit: &Unit, id: NodeId, pattern: &str) -> bool {
    let mut variables = Metavariables::default();
    let Ok(pattern) = Pattern::compile(unit.tree.language, pattern, &mut variables) else {
        return false;
    };
    // An expression that stands as a statement is matched where the expression is.
    let inner = unit
        .tree
        .child(id, Role::Value)
        .filter(|_| unit.tree.kind(id) == Kind::ExprStmt);
    [Some(id), inner]
        .into_iter()
        .flatten()
        .any(|at| pattern.matches(unit, at, &variables))
}

fn try_file(tree: Tree, every: usize, whole: &mut Tally, replaced: &mut Tally) {
    let unit = Unit::new(tree);
    let tree = &unit.tree;
    let inside_error = |id: NodeId| {
        std::iter::once(id)
            .chain(tree.ancestors(id))
            .any(|id| tree.kind(id) == Kind::Error)
    };
    let nodes: Vec<_> = tree
        .ids()
        .filter(|&id| is_fragment(tree, id) && !inside_error(id))
        .collect();
    for &id in nodes.iter().step_by(every) {
        let text = fragment(tree, id);
        // `$` and `...` have a meaning of their own in a pattern.
        // What is quoted over several lines changes with their indentation.
        let quoted = text.contains('`') && text.contains('\n');
        if text.len() > MAX_BYTES || quoted || text.contains('$') || text.contains("...") {
            continue;
        }
        whole.note(holds(&unit, id, &text), tree.kind(id), &text);
        let child = tree.children(id).find(|&child| {
            matches!(
                tree.node(child).role,
                Role::Arg | Role::Right | Role::Cond | Role::Object | Role::Value
            )
        });
        if let Some(child) = child
            && tree.kind(id) != Kind::ExprStmt
            // Values of `var a, b = 1, 2` stand behind all names.
            && tree.range(id).contains(tree.range(child))
            && !matches!(tree.kind(child), Kind::Keyword | Kind::Pair | Kind::Splat)
            && !text.contains('\n')
        {
            let at = (tree.range(child).start - tree.range(id).start) as usize;
            let end = (tree.range(child).end - tree.range(id).start) as usize;
            // A parenthesis around an operand goes with it.
            let pattern = format!("{}$X{}", &text[..at], &text[end..]);
            replaced.note(holds(&unit, id, &pattern), tree.kind(id), &pattern);
        }
    }
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && entry.file_name() != "target" {
                todo.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files
}

fn law(language: Language) {
    let (mut whole, mut replaced) = (Tally::default(), Tally::default());
    for rule in review_rules()
        .iter()
        .filter(|rule| Language::named(&rule.languages[0]).any(|named| named == language))
    {
        for example in &rule.examples {
            for code in [&example.bad, &example.good].into_iter().flatten() {
                try_file(
                    language.parse(code.text.clone()).unwrap(),
                    1,
                    &mut whole,
                    &mut replaced,
                );
            }
        }
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = here.join("..");
    let corpus = std::env::var_os("HONE_CORPUS").map(PathBuf::from);
    for (dir, every) in [(own.join("reviewer/src"), 7), (here.join("fragments"), 1)]
        .into_iter()
        .chain(corpus.map(|dir| (dir, 100)))
    {
        for path in files_below(&dir) {
            let extension = path
                .extension()
                .and_then(|e| e.to_str())
                .unwrap_or_default();
            if Language::from_extension(extension) == Some(language)
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                try_file(
                    language.parse(text).unwrap(),
                    every,
                    &mut whole,
                    &mut replaced,
                );
            }
        }
    }
    whole.check(&format!("{}, whole", language.name()));
    replaced.check(&format!("{}, with $X", language.name()));
}

#[test]
fn a_fragment_of_python_matches_itself() {
    law(Language::Python);
}

#[test]
fn a_fragment_of_java_matches_itself() {
    law(Language::Java);
}

#[test]
fn a_fragment_of_rust_matches_itself() {
    law(Language::Rust);
}

#[test]
fn a_fragment_of_go_matches_itself() {
    law(Language::Go);
}

#[test]
fn a_fragment_of_javascript_matches_itself() {
    law(Language::JavaScript);
}

#[test]
fn a_fragment_of_typescript_matches_itself() {
    law(Language::TypeScript);
}

#[test]
fn a_fragment_of_typescript_with_elements_matches_itself() {
    law(Language::Tsx);
}
