//! `reviewer explain`.

use std::fmt::Write;

use ::rules::builtin::review_rules;
use ::rules::review::{Example, Rule};
use ::rules::yaml::did_you_mean;
use anyhow::{Result, bail};

use super::CLEAN;
use super::rule_files::FromFiles;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The rule's id, such as python/mutable-default-argument
    rule: String,
    /// Also look in this rule file or folder; can be repeated
    #[arg(long, value_name = "FILE|DIR")]
    config: Vec<std::path::PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    let mut own = FromFiles::default();
    for path in &args.config {
        own.load(path)?;
    }
    let rules: Vec<_> = own
        .rules
        .into_iter()
        .map(|(_, rule)| rule)
        .chain(review_rules())
        .collect();
    match rules.iter().find(|rule| rule.id == args.rule) {
        Some(rule) => super::print(&explain(rule))?,
        None => bail!(
            "there is no rule `{}`{}; `reviewer rules` lists them",
            args.rule,
            did_you_mean(&args.rule, rules.iter().map(|rule| rule.id.as_str()))
        ),
    }
    Ok(CLEAN)
}

/// The documentation of a rule, from the rule itself.
fn explain(rule: &Rule) -> String {
    let metadata = &rule.metadata;
    let mut out = format!("{}\n{}\n\n", rule.title, rule.id);
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        out,
        "severity {} · confidence {} · pack {} · {}{}",
        rule.severity.name(),
        format!("{:?}", metadata.confidence).to_lowercase(),
        metadata.precision.name(),
        rule.languages.join(", "),
        if metadata.category.is_empty() {
            String::new()
        } else {
            format!(" · {}", metadata.category)
        },
    );
    if !metadata.cwe.is_empty() {
        let _ = writeln!(out, "{}", metadata.cwe.join(", "));
    }
    let mut section = |title: &str, text: &str| {
        if !text.trim().is_empty() {
            let _ = write!(out, "\n{title}\n{}\n", indented(text.trim_end()));
        }
    };
    section("Reported as", &rule.message);
    section("Why", &metadata.why);
    section("What to do", &metadata.help);
    for example in &rule.examples {
        let Example {
            bad, good, fixed, ..
        } = example;
        for (title, code) in [("Bad", bad), ("Fixed", fixed), ("Good", good)] {
            if let Some(code) = code {
                section(title, &without_markers(&code.text));
            }
        }
        for (path, code) in &example.files {
            let title = match example.is_bad() {
                true => format!("Bad: {path}"),
                false => format!("Good: {path}"),
            };
            section(&title, &without_markers(&code.text));
        }
    }
    section("More", &metadata.references.join("\n"));
    section(
        "CodeGuru detectors that it answers",
        &metadata.codeguru.join("\n"),
    );
    out
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("    {line}")
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The example without the comments that mark its expected findings.
fn without_markers(code: &str) -> String {
    let is_marker = |line: &str| {
        ["ruleid:", "ok:", "todoruleid:", "todook:"]
            .iter()
            .any(|marker| line.contains(marker))
    };
    code.lines()
        .filter(|line| !is_marker(line))
        .collect::<Vec<_>>()
        .join("\n")
}
