//! `reviewer schema`.

use anyhow::Result;
use clap::ValueEnum;

use super::CLEAN;
use crate::report::json_schema;
use crate::settings::schema;

#[derive(clap::Args)]
pub(super) struct Args {
    /// What to describe
    document: Document,
}

#[derive(Clone, Copy, ValueEnum)]
enum Document {
    /// A settings file, `reviewer.toml`
    Config,
    /// What `--format json` writes
    Json,
    /// A rule file
    Rule,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    match args.document {
        Document::Config => super::print(&format!("{:#}\n", schema()))?,
        Document::Json => super::print(&json_schema())?,
        Document::Rule => super::print(::rules::review::SCHEMA)?,
    }
    Ok(CLEAN)
}
