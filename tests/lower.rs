//! The intermediate representation of files in `lower/`, each beside what is expected of it. `UPDATE=1 cargo test`
//! rewrites what is expected; review the diff.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed; UPDATE asks for other expectations"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reviewer::flow::ir::{Body, End, Op, Program};
use reviewer::flow::lower::lower;
use reviewer::flow::print;
use reviewer::lang::Language;
use reviewer::tree::{Kind, Role, Unit};

#[test]
fn constructs_become_steps() {
    let mut wrong = Vec::new();
    for file in files() {
        let unit = parse(&file);
        let program = lower(&unit);
        check(&file.display().to_string(), &program);
        let text = print::program(&unit.tree, &program);
        let expected = PathBuf::from(format!("{}.ir", file.display()));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &text).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != text {
            wrong.push(file);
        }
    }
    assert!(wrong.is_empty(), "other steps than expected: {wrong:?}");
}

#[test]
fn nothing_is_opaque() {
    for file in files() {
        let unit = parse(&file);
        let opaque = lower(&unit).opaque;
        let kinds: Vec<_> = opaque.iter().map(|&id| unit.tree.kind_name(id)).collect();
        assert!(kinds.is_empty(), "{}: {kinds:?}", file.display());
    }
}

#[test]
fn arguments_and_names_are_found_by_their_nodes() {
    for file in files() {
        let unit = parse(&file);
        let tree = &unit.tree;
        let program = lower(&unit);
        let instrs = program.bodies.iter().flat_map(|body| &body.instrs);
        let nodes: std::collections::HashSet<_> = instrs.map(|instr| instr.node).collect();
        let is_value = |role| matches!(role, Role::Arg | Role::Right | Role::Object | Role::Cond);
        for id in tree.ids().filter(|&id| is_value(tree.node(id).role)) {
            let is_found = nodes.contains(&id)
                || !matches!(tree.kind(id), Kind::Ident | Kind::Call | Kind::Member)
                // The module of an import, a part of a path, the name of an element, and a superclass are no values.
                || tree.ancestors(id).any(|around| {
                    matches!(tree.kind(around), Kind::Import | Kind::ImportFrom | Kind::Path)
                        || tree.node(around).role == Role::Name
                })
                || tree.text_of(id) == "super()";
            assert!(is_found, "{}: {}", file.display(), tree.text_of(id));
        }
    }
}

/// How deep the code below nests.
const DEEP: usize = 20_000;

#[test]
fn long_chains_are_lowered_whole() {
    for (language, text) in [
        (Language::Python, format!("x = a{}", " + a".repeat(DEEP))),
        (Language::Python, format!("x = a{}", " and a".repeat(DEEP))),
        (Language::Python, format!("x = a{}", ".b(1)".repeat(DEEP))),
        (Language::Python, format!("{}1", "x = ".repeat(DEEP))),
        (Language::JavaScript, format!("x = a{}", "?.b".repeat(DEEP))),
        (Language::Java, elses("class A { void f() { ", "", " } }")),
        (Language::Go, elses("package p\nfunc f() { ", "", " }")),
        (Language::Rust, elses("fn f() { ", "", " }")),
    ] {
        let program = lower_in_time(language, text);
        assert!(program.opaque.is_empty(), "{language:?}");
    }
}

fn elses(before: &str, parenthesis: &str, after: &str) -> String {
    let else_if = format!("if {parenthesis}(a){parenthesis} {{ b(); }} else ");
    format!("{before}{}{{ c(); }}{after}", else_if.repeat(DEEP / 20))
}

#[test]
fn deep_code_is_cut() {
    for (language, before, middle, after) in [
        (Language::Python, "f(", "x", ")"),
        (Language::Python, "[", "x", "]"),
        (Language::Python, "not ", "x", ""),
        (Language::Python, "lambda: ", "x", ""),
        (Language::Python, "a if b else ", "x", ""),
        (Language::JavaScript, "if (a) { ", "x", "}"),
        (Language::JavaScript, "try { ", "x", "} finally { f() }"),
        (Language::JavaScript, "a = b[", "x", "]"),
        (Language::JavaScript, "a[b += ", "x", "]"),
        (Language::JavaScript, "a => { ", "x", "}"),
        (Language::JavaScript, "a ? b : ", "x", ""),
        (Language::JavaScript, "a || b && ", "x", ""),
        (Language::JavaScript, "[a, [b]] = [", "x", "]"),
        (Language::JavaScript, "f`${", "x", "}`"),
        (Language::Tsx, "<a>", "<b/>", "</a>"),
        (Language::Go, "func() { ", "x", "}()"),
        (Language::Go, "switch x { case f(", "x", "): }"),
        (Language::Rust, "fn f() { match x { y => { ", "x", "} } }"),
        (Language::Rust, "f!(", "x", ")"),
        (Language::Java, "class A { void f() { ", "x();", "} }"),
    ] {
        for count in [100, 1_000, DEEP] {
            let text = format!("{}{middle}{}", before.repeat(count), after.repeat(count));
            lower_in_time(language, text);
        }
    }
}

#[test]
fn many_ways_through_finally_are_not_all_lowered() {
    let within = "try { if (a) return b; } finally { ".repeat(100) + &"}".repeat(100);
    let around = "try { ".repeat(100) + &"if (a) return b;".repeat(100);
    let around = around + &"} finally { f(); }".repeat(100);
    for body in [within, around] {
        let program = lower_in_time(
            Language::JavaScript,
            format!("function f(a, b) {{ {body} }}"),
        );
        let steps: usize = program.bodies.iter().map(|body| body.instrs.len()).sum();
        assert!(steps < 60_000, "{steps} steps");
    }
}

/// Lowers a text with the stack of a worker, in no more time than ten seconds; checks what comes out.
fn lower_in_time(language: Language, text: String) -> Program {
    let started = Instant::now();
    let name = text.chars().take(60).collect::<String>();
    let lowered = move || {
        language
            .parse(text)
            .ok()
            .map(|tree| lower(&Unit::new(tree)))
    };
    let worker = std::thread::Builder::new().stack_size(2 << 20);
    let program = worker.spawn(lowered).unwrap().join().unwrap();
    // A text that takes too long to parse is not lowered at all.
    let program = program.unwrap_or_default();
    check(&name, &program);
    assert!(started.elapsed() < Duration::from_secs(10), "{name}");
    program
}

fn files() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("lower");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "ir"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn parse(file: &Path) -> Unit {
    let extension = file.extension().unwrap().to_str().unwrap();
    let language = Language::from_extension(extension).unwrap();
    let text = std::fs::read_to_string(file).unwrap();
    let tree = language.parse(text).unwrap();
    assert!(
        tree.errors.is_empty(),
        "{}: {:?}",
        file.display(),
        tree.errors
    );
    Unit::new(tree)
}

/// What every program promises: blocks hold all instructions in order, and go to blocks that there are; steps take
/// values of steps before them, variables and functions that there are.
fn check(name: &str, program: &Program) {
    for body in &program.bodies {
        let mut next = 0;
        for (at, block) in body.blocks.iter().enumerate() {
            assert_eq!(block.instrs.start, next, "{name}: block {at}");
            next = block.instrs.end;
            let targets = targets(block.end).into_iter().chain(block.handler);
            for target in targets {
                assert!(
                    (target.0 as usize) < body.blocks.len(),
                    "{name}: block {at}"
                );
            }
        }
        assert_eq!(next as usize, body.instrs.len(), "{name}");
        check_variables(name, program, body);
    }
}

fn targets(end: End) -> Vec<reviewer::flow::ir::BlockId> {
    match end {
        End::Goto(next) => vec![next],
        End::Branch {
            then, otherwise, ..
        } => vec![then, otherwise],
        End::Either(one, other) => vec![one, other],
        End::Return(_) | End::Throw(_) | End::Unreachable => Vec::new(),
    }
}

fn check_variables(name: &str, program: &Program, body: &Body) {
    for (at, instr) in body.instrs.iter().enumerate() {
        match instr.op {
            Op::Get(local) => assert!((local.0 as usize) < body.locals.len(), "{name}: v{at}"),
            Op::Set(local, value) => {
                assert!((local.0 as usize) < body.locals.len(), "{name}: v{at}");
                assert!((value.0 as usize) < at, "{name}: v{at}");
            }
            Op::Outer(outer, local) | Op::SetOuter(outer, local, _) => {
                let variable = &program.bodies[outer.0 as usize].locals[local.0 as usize];
                assert!(variable.captured, "{name}: v{at}");
            }
            Op::Closure(closure) => {
                assert!((closure.0 as usize) < program.bodies.len(), "{name}: v{at}");
            }
            _ => {}
        }
    }
}
