//! `reviewer debug`: what the engine makes of a file, for people who work on rules and on the engine.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::CLEAN;
use crate::flow::lower::lower;
use crate::flow::print;
use crate::lang::Language;
use crate::tree::{Tree, Unit};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the functions of files in small steps, as rules about flow see them
    Ir(IrArgs),
}

#[derive(clap::Args)]
struct IrArgs {
    /// The files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print only what could not be read, by kind, and how long it took
    #[arg(long)]
    summary: bool,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    match &args.command {
        Command::Ir(args) => ir(args),
    }
}

fn ir(args: &IrArgs) -> Result<u8> {
    let mut seen = Seen::default();
    for file in &args.files {
        let extension = file.extension().unwrap_or_default().to_string_lossy();
        let language = Language::from_extension(&extension)
            .with_context(|| format!("{} is in none of the languages", file.display()))?;
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let unit = Unit::new(language.parse(text)?);
        let program = lower(&unit);
        if !args.summary {
            super::print(&print::program(&unit.tree, &program))?;
        }
        seen.add(&unit.tree, &program);
    }
    super::print(&seen.summary())?;
    Ok(CLEAN)
}

/// What was lowered, and what was not.
#[derive(Default)]
struct Seen {
    instrs: usize,
    opaque: BTreeMap<String, usize>,
}

impl Seen {
    fn add(&mut self, tree: &Tree, program: &crate::flow::ir::Program) {
        self.instrs += program
            .bodies
            .iter()
            .map(|body| body.instrs.len())
            .sum::<usize>();
        for &node in &program.opaque {
            *self.opaque.entry(tree.kind_name(node)).or_default() += 1;
        }
    }

    fn summary(&self) -> String {
        let opaque: usize = self.opaque.values().sum();
        let mut out = format!("# {} steps, {opaque} opaque\n", self.instrs);
        for (kind, count) in &self.opaque {
            let _ = writeln!(out, "#   {count} {kind}");
        }
        out
    }
}
