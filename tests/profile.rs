//! Profiles and profile rules, as data.
//!
//! - Each example of each rule in `rules/profile/` is a case: every stack of `bad` matches its rule and is
//!   reported, and no stack of `good` does.
//! - Each `tests/profile/NAME.folded` (or `.pb.gz`, `.json`) is rendered as the terminal report and compared
//!   with `NAME.report`. `UPDATE=1 cargo test` rewrites the expectations.
#![allow(
    clippy::disallowed_methods,
    reason = "UPDATE=1 is read from the environment"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use profiler::{import, output, recommend};
use rules::profile::{ProfileExample, ProfileRule};

fn main() -> ExitCode {
    let mut trials = rule_trials();
    trials.extend(report_trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn rule_trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for &(path, text) in rules::builtin::profile_files() {
        let rule = match ProfileRule::parse(text) {
            Ok(rule) => rule,
            Err(error) => {
                let message = format!("rules/{path}:{error}");
                trials.push(Trial::test(format!("rule::{path}"), move || {
                    Err(message.into())
                }));
                continue;
            }
        };
        let expected = format!(
            "profile/{}",
            Path::new(path)
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
        );
        let id = rule.id.clone();
        trials.push(Trial::test(format!("rule::{path}::id"), move || {
            same(&expected, &id)
        }));
        for (at, example) in rule.examples.clone().into_iter().enumerate() {
            let rule = rule.clone();
            let name = format!("rule::{}::example_{}", rule.id, at + 1);
            trials.push(Trial::test(name, move || check_example(&rule, &example)));
        }
    }
    trials
}

fn check_example(rule: &ProfileRule, example: &ProfileExample) -> Result<(), Failed> {
    for (stacks, wanted) in [(&example.bad, true), (&example.good, false)] {
        for stack in stacks.lines() {
            let profile = import::folded(stack)?;
            if recommend::matching_samples(&profile, rule) != [wanted] {
                let verb = if wanted { "does not match" } else { "matches" };
                return Err(format!("{} {verb} {stack}", rule.id).into());
            }
        }
        let found = recommend::recommend(&import::folded(stacks)?, std::slice::from_ref(rule));
        if found.len() != usize::from(wanted) {
            return Err(format!("{} reports {} times on\n{stacks}", rule.id, found.len()).into());
        }
    }
    Ok(())
}

fn report_trials() -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("profile");
    let mut inputs: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("tests/profile is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension != "report")
        })
        .collect();
    inputs.sort();
    let trial = |input: PathBuf| {
        let name = input
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Trial::test(format!("report::{name}"), move || check_report(&input))
    };
    inputs.into_iter().map(trial).collect()
}

fn check_report(input: &Path) -> Result<(), Failed> {
    let profile = import::read(input)?;
    let report = output::terminal_report(&profile, false);
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    let expectation = input.with_file_name(format!("{stem}.report"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&expectation, &report)?;
    }
    same(
        &fs::read_to_string(&expectation).unwrap_or_default(),
        &report,
    )?;
    // What every format keeps is kept through pprof and JSON.
    for format in [output::Format::Pprof, output::Format::Json] {
        let again = import::parse(&output::render(
            format,
            &profile,
            &output::SourceView::default(),
        )?)?;
        same(
            &output::folded::render(&profile),
            &output::folded::render(&again),
        )?;
        same(
            &report,
            &output::terminal_report(&again, false)
                .replace("imported from pprof", &profile.recording.source),
        )?;
    }
    Ok(())
}

fn same(expected: &str, actual: &str) -> Result<(), Failed> {
    if expected == actual {
        return Ok(());
    }
    Err(format!("--- expected\n{expected}\n--- actual\n{actual}").into())
}
