//! `reviewer rules`.

use std::path::PathBuf;

use ::rules::builtin::review_rules;
use ::rules::review::Rule;
use anyhow::Result;
use clap::{Subcommand, ValueEnum};

use super::load::FromFiles;
use super::{CLEAN, FINDINGS, INCOMPLETE};
use crate::report::inert_line;
use crate::review::check_examples;

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
    /// Read rule files and run their examples
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
    let mut failed = 0;
    for (path, rule) in &own.rules {
        for failure in check_examples(rule) {
            super::print(&format!("{}: {}: {failure}\n", path.display(), rule.id))?;
            failed += 1;
        }
    }
    for problem in &own.problems {
        eprintln!(
            "{}: {}: {}",
            if problem.fatal { "error" } else { "warning" },
            inert_line(&problem.about),
            inert_line(&problem.message)
        );
    }
    let examples: usize = own.rules.iter().map(|(_, rule)| rule.examples.len()).sum();
    super::print(&format!(
        "{} rules with {examples} examples: {failed} failures\n",
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
