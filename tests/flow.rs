//! Small programs that pin what data flow tells apart, each with comments that say what must and must not be reported.
//!
//! `tests/flow/<language>/rules.yaml` holds two rules: `flow` (from `source()` to `sink(..)`) and `state`. Each other
//! file there is a group of programs, reviewed one by one with both rules:
//!
//! ```text
//! # === a constant condition has one outcome         a program begins, and this is its name
//! # --- lib/helper.py                                one more file of it; the first is `main` without such a line
//! ```
//!
//! Markers are those of examples of rules: `ruleid: flow`, `ok: flow`, and `todoruleid` and `todook` for known mistakes,
//! which fail when they are gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use reviewer::review::check_examples;
use rules::review::{Example, Located, Rule, load};
use rules::yaml::Position;

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("flow");
    let trials = entries(&root)
        .into_iter()
        .flat_map(|language| trials(&root, &language))
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// What lies in a folder, sorted.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is part of the repository");
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    paths
}

/// The programs of a language.
fn trials(root: &Path, language: &Path) -> Vec<Trial> {
    let read = |path: &Path| fs::read_to_string(path).expect("the file is part of the repository");
    let (rules, groups): (Vec<_>, Vec<_>) = entries(language)
        .into_iter()
        .partition(|path| path.file_name().is_some_and(|name| name == "rules.yaml"));
    let rules: Arc<[Rule]> = rules
        .iter()
        .flat_map(|path| load(&read(path)).rules)
        .collect();
    let mut trials = Vec::new();
    for group in groups {
        let shown = group.strip_prefix(root).unwrap_or(&group).display();
        for program in programs(&read(&group), extension(&group)) {
            let name = format!("{shown}: {}", program.name);
            let rules = Arc::clone(&rules);
            trials.push(Trial::test(name, move || check(&program, &rules)));
        }
    }
    trials
}

fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
}

/// A program of a group.
struct Program {
    name: String,
    /// By path, with where they stand in the group.
    files: Vec<(String, Located)>,
}

/// Splits a group into its programs. What stands before the first is about the group.
fn programs(group: &str, extension: &str) -> Vec<Program> {
    let mut programs: Vec<Program> = Vec::new();
    for (line, number) in group.split_inclusive('\n').zip(1..) {
        let comment = line.trim_start_matches(['#', '/']).trim();
        let begins = line.starts_with(['#', '/']);
        let file = |path: String| {
            let at = Position {
                line: number + 1,
                column: 1,
            };
            (
                path,
                Located {
                    at,
                    text: String::new(),
                },
            )
        };
        if let Some(name) = comment.strip_prefix("=== ").filter(|_| begins) {
            programs.push(Program {
                name: name.to_owned(),
                files: vec![file(format!("main.{extension}"))],
            });
        } else if let Some(program) = programs.last_mut() {
            match comment.strip_prefix("--- ").filter(|_| begins) {
                Some(path) => program.files.push(file(path.to_owned())),
                None => {
                    let (_, code) = program.files.last_mut().expect("a program has a file");
                    code.text += line;
                }
            }
        }
    }
    for program in &mut programs {
        program
            .files
            .retain(|(_, code)| !code.text.trim().is_empty());
    }
    programs
}

/// Reviews a program with each of the rules.
fn check(program: &Program, rules: &[Rule]) -> Result<(), Failed> {
    let marks = |id: &str| {
        let names = [format!("ruleid: {id}"), format!("ok: {id}")];
        let texts = program.files.iter().map(|(_, code)| &code.text);
        texts
            .clone()
            .any(|text| names.iter().any(|name| text.contains(name)))
    };
    if !rules.iter().any(|rule| marks(&rule.id)) {
        return Err("no comment says what is to be reported".into());
    }
    let mut failures = Vec::new();
    for rule in rules {
        let example = Example {
            files: program.files.clone(),
            ..Example::default()
        };
        let rule = Rule {
            examples: vec![example],
            ..rule.clone()
        };
        failures.extend(check_examples(&rule));
    }
    match failures.is_empty() {
        true => Ok(()),
        false => Err(failures.join("\n").into()),
    }
}
