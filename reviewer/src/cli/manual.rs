//! `reviewer completions` and `reviewer man`: both come from the definitions of the arguments.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::{CLEAN, Cli};

#[derive(clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

#[derive(clap::Args)]
pub(super) struct ManArgs {
    /// Write a page for the program and one for each command into this folder [default: print that of the program]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn completions(args: &CompletionsArgs) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "reviewer", &mut script);
    super::print(&String::from_utf8(script)?)?;
    Ok(CLEAN)
}

pub(super) fn man(args: &ManArgs) -> Result<u8> {
    let mut command = Cli::command();
    // Names the commands below by all of their words.
    command.build();
    match &args.folder {
        None => super::print(&String::from_utf8(page(&command)?)?)?,
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            write(&command, folder)?;
        }
    }
    Ok(CLEAN)
}

fn page(command: &Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

/// The page of a command, and those of the commands below it.
fn write(command: &Command, folder: &Path) -> Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = folder.join(format!("{name}.1"));
    std::fs::write(&path, page(command)?)
        .with_context(|| format!("cannot write {}", path.display()))?;
    for below in command.get_subcommands() {
        if below.get_name() != "help" && !below.is_hide_set() {
            write(below, folder)?;
        }
    }
    Ok(())
}
