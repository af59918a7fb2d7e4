//! `reviewer init`.

use std::collections::BTreeMap;
use std::path::Path;

use ::rules::review::Pack;
use anyhow::{Context, Result};
use clap::ValueEnum;

use super::CLEAN;
use super::write::write_new;
use crate::migrate::codeguru;
use crate::settings::NAME;
use crate::source::{Found, find};

#[derive(clap::Args)]
pub(super) struct Args {
    /// The built-in rules to run
    #[arg(long, value_name = "PACK", default_value = "recommended")]
    pack: PackName,
    /// Replace a reviewer.toml that is there
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum PackName {
    Recommended,
    Thorough,
    Pedantic,
}

impl From<PackName> for Pack {
    fn from(name: PackName) -> Pack {
        match name {
            PackName::Recommended => Pack::Recommended,
            PackName::Thorough => Pack::Thorough,
            PackName::Pedantic => Pack::Pedantic,
        }
    }
}

/// Where Semgrep keeps rules in a repository.
const SEMGREP_RULES: [&str; 3] = [".semgrep.yml", ".semgrep.yaml", ".semgrep"];

pub(super) fn run(args: &Args) -> Result<u8> {
    let base = std::env::current_dir().context("the working folder cannot be read")?;
    let rules = SEMGREP_RULES
        .into_iter()
        .find(|name| base.join(name).exists());
    write_new(&base.join(NAME), &text(args.pack.into(), rules), args.force)?;
    super::print(&format!("wrote {NAME}\n{}", seen(&base, rules)))?;
    Ok(CLEAN)
}

fn text(pack: Pack, rules: Option<&str>) -> String {
    let rules = match rules {
        Some(rules) => format!("rules = [\"{rules}\"]"),
        None => "# rules = [\"rules/\"]".into(),
    };
    format!(
        "\
# Settings of Hone's reviewer for the files below this folder. `reviewer config show FILE` says what holds for a
# file and where that was set, `reviewer rules` lists the built-in rules.

# The built-in rules: recommended (few false alarms), thorough, pedantic, none.
pack = \"{}\"

# Rules of your own, in Semgrep's syntax: files and folders.
{rules}

# Rules that do not run: ids, or globs such as \"python/*\".
# ignore = []

# Files that are not reviewed, written as in .gitignore.
# exclude = []

# What is different for some files.
# [[overrides]]
# paths = [\"tests/\"]
# severity = \"error\"
",
        pack.name()
    )
}

/// What lies in the folder that has to do with reviews.
fn seen(base: &Path, rules: Option<&str>) -> String {
    let mut out = languages(&find(&[base.to_owned()], base, false));
    if let Some(rules) = rules {
        out += &format!("{rules}: its rules run besides the built-in ones.\n");
    }
    if base.join(".semgrepignore").exists() {
        out += ".semgrepignore: it is honoured as it is.\n";
    }
    let files = [codeguru::SERVICE_FILE, codeguru::CLI_FILE];
    for file in files.into_iter().filter(|file| base.join(file).exists()) {
        out += &format!(
            "{file}: `reviewer migrate codeguru --dry-run` shows what it comes to here.\n"
        );
    }
    out
}

fn languages(found: &Found) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &found.files {
        *counts.entry(file.language.name()).or_default() += 1;
    }
    if counts.is_empty() {
        return "There is no file to review yet.\n".into();
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    format!(
        "Files to review: {}. `reviewer check` reviews them.\n",
        counts.join(", ")
    )
}
