//! `reviewer hook`: a pre-commit hook for those who use no manager of hooks.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use super::CLEAN;
use super::write::write;
use crate::source::hooks_folder;

/// What the hook does.
const COMMAND: &str = "exec reviewer check --staged";
/// Tells our hook from others.
const MARK: &str = "# Written by `reviewer hook install`; `reviewer hook uninstall` removes it.";

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Review what is staged before each commit in this repository
    Install {
        /// Replace a hook that is there already
        #[arg(long)]
        force: bool,
    },
    /// Remove the hook that `install` wrote
    Uninstall,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    let base = std::env::current_dir().context("the working folder cannot be read")?;
    let hook = hooks_folder(&base)?.join("pre-commit");
    let done = match args.command {
        Command::Install { force } => install(&hook, force)?,
        Command::Uninstall => uninstall(&hook)?,
    };
    let shown = hook.strip_prefix(&base).unwrap_or(&hook);
    super::print(&format!("{done}: {}\n", shown.display()))?;
    Ok(CLEAN)
}

fn install(hook: &Path, force: bool) -> Result<&'static str> {
    if is_ours(hook)? == Some(false) && !force {
        bail!(
            "{} is there already and not ours; add this line to it, or replace it with --force:\n  {}",
            hook.display(),
            COMMAND.trim_start_matches("exec ")
        );
    }
    if let Some(folder) = hook.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    write(hook, &script(), 0o755)?;
    Ok("installed")
}

fn uninstall(hook: &Path) -> Result<&'static str> {
    match is_ours(hook)? {
        None => Ok("there is no hook"),
        Some(false) => bail!(
            "{} is not ours, and stays; remove it yourself",
            hook.display()
        ),
        Some(true) => {
            fs::remove_file(hook).with_context(|| format!("cannot remove {}", hook.display()))?;
            Ok("removed")
        }
    }
}

/// Whether a hook is ours; nothing where there is none.
fn is_ours(hook: &Path) -> Result<Option<bool>> {
    match fs::read(hook) {
        Ok(text) => Ok(Some(
            String::from_utf8_lossy(&text)
                .lines()
                .any(|line| line == MARK),
        )),
        // A link to nowhere is somebody's.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(hook.is_symlink().then_some(false)),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", hook.display())),
    }
}

fn script() -> String {
    format!(
        "#!/bin/sh\n\
         {MARK}\n\
         if ! command -v reviewer >/dev/null; then\n    \
             echo 'reviewer is not on PATH, so what is staged cannot be reviewed. Install it, or commit with --no-verify.' >&2\n    \
             exit 1\n\
         fi\n\
         {COMMAND}\n"
    )
}
