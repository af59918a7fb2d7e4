//! `reviewer baseline`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use super::check::baseline::{BaselineFile, folder, seen_from};
use super::check::work;
use super::{CLEAN, INCOMPLETE};
use crate::report::plural;
use crate::review::{Baseline, Review};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Review, and list every finding in FILE: `reviewer check --baseline FILE` then reports only new ones
    Write {
        /// The baseline file
        file: PathBuf,
        /// Replace a baseline that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        work: work::Args,
    },
    /// Review, and remove from FILE what is gone
    Prune {
        /// The baseline file
        file: PathBuf,
        #[command(flatten)]
        work: work::Args,
    },
}

pub(super) fn run(args: &Args) -> Result<u8> {
    match &args.action {
        Action::Write { file, force, work } => write(file, *force, work),
        Action::Prune { file, work } => prune(file, work),
    }
}

fn write(file: &Path, force: bool, args: &work::Args) -> Result<u8> {
    if file.exists() && !force {
        bail!(
            "{} is there already: `reviewer baseline prune` removes what is gone from it, and --force replaces it",
            file.display()
        );
    }
    let mut work = args.prepare(false)?;
    let review = work.review();
    let folder = folder(file, &work.base);
    let baseline = Baseline::of(&review.findings, &|name| {
        seen_from(&folder, &work.base, name)
    });
    save(&baseline, file)?;
    super::print(&format!(
        "Listed {} in {}; `reviewer check --baseline {}` reports what is new.\n",
        plural(baseline.len(), "finding"),
        file.display(),
        file.display()
    ))?;
    Ok(code(&review))
}

fn prune(file: &Path, args: &work::Args) -> Result<u8> {
    let known = BaselineFile::read(file)?;
    let mut work = args.prepare(false)?;
    let mut review = work.review();
    let stale = known.apply(&mut review, &work.base, &|rule| work.ran(rule));
    let left = known.baseline.without(&stale);
    if !stale.is_empty() {
        save(&left, file)?;
    }
    super::print(&format!(
        "Removed {} of {} entries from {}.\n",
        stale.len(),
        known.baseline.len(),
        file.display()
    ))?;
    Ok(code(&review))
}

/// Replaces the file as a whole, so that it is never half written.
fn save(baseline: &Baseline, file: &Path) -> Result<()> {
    let about = || format!("cannot write {}", file.display());
    let beside = file.with_extension("json.new");
    let mut new = std::fs::File::create(&beside).with_context(about)?;
    new.write_all(baseline.to_json().as_bytes())
        .and_then(|()| std::fs::rename(&beside, file))
        .with_context(about)
}

/// A baseline of an incomplete review lacks findings: that is said.
fn code(review: &Review) -> u8 {
    super::check::print_problems(review);
    match review.is_incomplete() {
        true => INCOMPLETE,
        false => CLEAN,
    }
}
