//! `reviewer rules`.

use std::path::{Path, PathBuf};

use ::rules::builtin::review_rules;
use ::rules::review::Rule;
use ::rules::yaml::Position;
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};

use super::rule_files::FromFiles;
use super::{CLEAN, FINDINGS, INCOMPLETE};
use crate::lang::Language;
use crate::plan::Plan;
use crate::review::{Problem, check_examples, check_target};
use crate::source::{SourceFile, language};

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// How to list the built-in rules
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

#[derive(Subcommand)]
enum Action {
    /// Read rule files and run their tests: their examples, and the files beside them
    ///
    /// Beside `name.yaml`, every other file `name.*` is one whose comments (`ruleid: id`, `ok: id`) say which
    /// lines are to be reported, as in Semgrep's tests.
    Check {
        /// Rule files and folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum ListFormat {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    match (&args.action, args.format) {
        (Some(Action::Check { paths }), _) => check(paths),
        (None, ListFormat::Text) => {
            super::print(&text(&review_rules()))?;
            Ok(CLEAN)
        }
        (None, ListFormat::Json) => {
            super::print(&json(&review_rules()))?;
            Ok(CLEAN)
        }
    }
}

fn text(rules: &[Rule]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    rules
        .iter()
        .map(|rule| {
            format!(
                "{:width$}  {:11}  {:7}  {}\n",
                rule.id,
                rule.metadata.precision.name(),
                rule.severity.name(),
                rule.title
            )
        })
        .collect()
}

fn json(rules: &[Rule]) -> String {
    let list: Vec<_> = rules
        .iter()
        .map(|rule| {
            serde_json::json!({
                "id": rule.id,
                "title": rule.title,
                "severity": rule.severity,
                "languages": rule.languages,
                "message": rule.message,
                "metadata": rule.metadata,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(list))
}

/// Exit codes as everywhere: 1 where an example fails, 2 where a rule cannot be read.
fn check(paths: &[PathBuf]) -> Result<u8> {
    let mut own = FromFiles::default();
    for path in paths {
        own.load(path)?;
    }
    let (mut failed, mut files) = (0, 0);
    let mut failures = Vec::new();
    for (path, rule) in &own.rules {
        let planning = Plan::prepare(vec![rule.clone()], true);
        let about = |at: Position| format!("{}:{at}: rule {}", path.display(), rule.id);
        own.problems
            .extend(planning.problems.iter().map(|problem| Problem {
                about: about(problem.at),
                message: problem.message.clone(),
                fatal: problem.fatal,
            }));
        if !planning.foreign.is_empty() {
            let languages = rule.languages.join(", ");
            own.problems.push(Problem {
                about: about(rule.at),
                message: format!("not run: for languages that are not supported ({languages})"),
                fatal: false,
            });
        }
        if planning.plan.rules().len() == 0 {
            continue;
        }
        if !rule.examples.is_empty() {
            let found = check_examples(rule);
            failures.extend(found.into_iter().map(|failure| (path, rule, failure)));
        }
        for file in targets(path) {
            let text = std::fs::read_to_string(&file.path)
                .with_context(|| format!("cannot read {}", file.name))?;
            if let Some(found) = check_target(rule, &planning.plan, &file, &text) {
                files += 1;
                failures.extend(found.into_iter().map(|failure| (path, rule, failure)));
            }
        }
    }
    for (path, rule, failure) in failures {
        super::print(&format!("{}: {}: {failure}\n", path.display(), rule.id))?;
        failed += 1;
    }
    super::print_problems(&own.problems);
    let examples: usize = own.rules.iter().map(|(_, rule)| rule.examples.len()).sum();
    super::print(&format!(
        "{} rules with {examples} examples, tested with {files} files: {failed} failures\n",
        own.rules.len()
    ))?;
    Ok(
        match (own.problems.iter().any(|problem| problem.fatal), failed) {
            (true, _) => INCOMPLETE,
            (false, 0) => CLEAN,
            (false, _) => FINDINGS,
        },
    )
}

/// The files beside a rule file that test it.
fn targets(rule_file: &Path) -> Vec<SourceFile> {
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let Some(stem) = rule_file.file_stem().map(|stem| stem.to_string_lossy()) else {
        return Vec::new();
    };
    let folder = rule_file.parent().filter(|folder| *folder != Path::new(""));
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new(".")))
        .into_iter()
        .flatten();
    let mut paths: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = name(path).unwrap_or_default();
            let rules = name.ends_with(".yaml") || name.ends_with(".yml");
            name.strip_prefix(&*stem)
                .is_some_and(|rest| rest.starts_with('.'))
                && !name.contains(".fixed.")
                && (!rules || name.contains(".test."))
                && path.is_file()
        })
        .collect();
    paths.sort();
    let file = |path: PathBuf| {
        let language = language(&path).unwrap_or(Language::Regex);
        SourceFile::on_disk(path.display().to_string(), path, language)
    };
    paths.into_iter().map(file).collect()
}
