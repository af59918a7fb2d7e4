//! `reviewer baseline`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Subcommand;

use super::check::baseline::{BaselineFile, folder, seen_from};
use super::check::work;
use super::write::write;
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
        Action::Write { file, force, work } => make(file, *force, work),
        Action::Prune { file, work } => prune(file, work),
    }
}

fn make(file: &Path, force: bool, args: &work::Args) -> Result<u8> {
    if !force && file.symlink_metadata().is_ok() {
        bail!(
            "{0} is there already: `reviewer baseline prune {0}` removes what is gone from it, and --force replaces it",
            file.display()
        );
    }
    let mut work = args.prepare(false)?;
    let review = work.review();
    let folder = folder(file, &work.base);
    let baseline = Baseline::of(&review.findings, &|name| {
        seen_from(&folder, &work.base, name)
    });
    write(file, &baseline.to_json(), 0o644)?;
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
    let stale = known.apply(&mut review, &work);
    let left = known.baseline.without(&stale);
    if !stale.is_empty() {
        write(file, &left.to_json(), 0o644)?;
    }
    super::print(&format!(
        "Removed {} of {} entries from {}.\n",
        stale.len(),
        known.baseline.len(),
        file.display()
    ))?;
    Ok(code(&review))
}

/// A baseline of an incomplete review lacks findings: that is said.
fn code(review: &Review) -> u8 {
    super::print_problems(&review.problems);
    match review.is_incomplete() {
        true => INCOMPLETE,
        false => CLEAN,
    }
}
