//! What patterns match, case by case, and what is said about rule files that are wrong.
//!
//! `tests/review/<language>/<case>/` holds a rule and a target whose comments mark the expected findings, as
//! in the examples of built-in rules. `tests/review/broken/*.yaml` are rule files that something is wrong
//! with; their first lines say how that is reported: `# error: 3:1: unknown key ...`.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use reviewer::plan::Plan;
use reviewer::review::check_examples;
use rules::review::{Example, Located, Rule, load};
use rules::yaml::Position;

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("review");
    let mut trials = Vec::new();
    for language in entries(&root) {
        for case in entries(&language) {
            let name = case
                .strip_prefix(&root)
                .unwrap_or(&case)
                .display()
                .to_string();
            let broken = case
                .extension()
                .is_some_and(|extension| extension == "yaml");
            trials.push(Trial::test(name, move || {
                if broken {
                    check_broken(&case)
                } else {
                    check_case(&case)
                }
            }));
        }
    }
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

fn check_case(folder: &Path) -> Result<(), Failed> {
    let mut rule = only_rule(&folder.join("rule.yaml"))?;
    let target = entries(folder)
        .into_iter()
        .find(|path| path.file_stem().is_some_and(|stem| stem == "target"))
        .ok_or("there is no target")?;
    let code = |path: &Path| -> Result<Located, Failed> {
        let (text, at) = (fs::read_to_string(path)?, Position { line: 1, column: 1 });
        Ok(Located { at, text })
    };
    let fixed = folder
        .join("fixed")
        .with_extension(target.extension().unwrap_or_default());
    rule.examples = vec![Example {
        bad: Some(code(&target)?),
        good: None,
        fixed: fixed.exists().then(|| code(&fixed)).transpose()?,
        ..Example::default()
    }];
    match check_examples(&rule).join("\n") {
        failures if failures.is_empty() => Ok(()),
        failures => Err(format!("{}: {failures}", target.display()).into()),
    }
}

fn only_rule(path: &Path) -> Result<Rule, Failed> {
    let mut loaded = load(&fs::read_to_string(path)?);
    match (loaded.problems.first(), loaded.rules.pop()) {
        (None, Some(rule)) => Ok(rule),
        (problem, _) => Err(format!("{}: {problem:?}", path.display()).into()),
    }
}

fn check_broken(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let expected: Vec<_> = text
        .lines()
        .map_while(|line| line.strip_prefix("# "))
        .collect();
    let loaded = load(&text);
    let kind = |fatal| if fatal { "error" } else { "warning" };
    let mut found: Vec<_> = loaded
        .problems
        .iter()
        .map(|problem| format!("{}: {}", kind(problem.fatal), problem.error))
        .collect();
    for problem in Plan::prepare(loaded.rules, true).problems {
        found.push(format!(
            "{}: {}: {}",
            kind(problem.fatal),
            problem.at,
            problem.message
        ));
    }
    if found == expected {
        return Ok(());
    }
    let found = found.join("\n# ");
    Err(format!("{}: the problems are\n# {found}", path.display()).into())
}
