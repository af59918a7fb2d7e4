//! `profiler diff`: what got slower or faster between two builds, and what is noise.

use std::path::PathBuf;
use std::process::ExitCode;

use super::report::{color, print};
use crate::compare::{self, Comparison, Cost, Options, Scale};
use crate::import;
use crate::output::diff::{self, Output};
use crate::output::text::TOP;
use crate::profile::Profile;

/// Compare profiles: which functions cost more or less, and which differences are noise
///
/// Differences are tested against the variance between runs, or between the time slices of single runs. Functions are
/// matched by module and name, so the profiles may come from different builds.
#[derive(Debug, clap::Args)]
#[command(override_usage = USAGE, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// One run before and one run after
    #[arg(value_name = "FILE", num_args = 2, required_unless_present = "before", conflicts_with_all = ["before", "after"])]
    files: Vec<PathBuf>,

    /// Runs before, of the same program under the same load
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "after")]
    before: Vec<PathBuf>,

    /// Runs after
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "before")]
    after: Vec<PathBuf>,

    /// Exit with 1 when a function that changed costs so many percentage points of the whole more: 5%
    #[arg(long, value_name = "POINTS", value_parser = parse_percent)]
    fail_on: Option<f64>,

    /// Write this file: .svg difference flamegraph, .json, .txt, .md (repeatable, also FORMAT:FILE)
    #[arg(long, short, value_name = "FILE", value_parser = Output::parse)]
    output: Vec<Output>,

    /// Functions in each list
    #[arg(long, value_name = "N", default_value_t = TOP)]
    top: usize,

    /// Share of the declared changes that may be false
    #[arg(long, value_name = "PERCENT", default_value = "5%", value_parser = parse_percent)]
    alpha: f64,

    /// Compare functions by their own cost only, or with what they call only [default: both]
    #[arg(long, value_enum, hide_default_value = true)]
    by: Option<By>,

    /// Divide costs by the cost of everything, or by the time recorded
    #[arg(long, value_enum, default_value_t = Normalize::Share)]
    normalize: Normalize,
}

const USAGE: &str = "profiler diff [OPTIONS] <BEFORE> <AFTER>
       profiler diff [OPTIONS] --before <FILE>... --after <FILE>...";

const EXAMPLES: &str = "\
Examples:
  profiler diff old.pb.gz new.pb.gz
  profiler diff --before old-*.pb.gz --after new-*.pb.gz --fail-on 5% -o diff.svg -o comment.md

Several runs a side see smaller changes than one. Shares add up to 100 %: what one function gains, others lose.
`--normalize none` compares CPU time for each second instead; it needs the same load on both sides.

Exit codes: 0 compared, 1 a function that changed reaches --fail-on, 2 not comparable, or a --fail-on that cannot be
decided because no variance was measured.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    #[value(name = "self")]
    Own,
    Total,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Normalize {
    Share,
    None,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (before, after) = match &args.files[..] {
        [before, after] => (std::slice::from_ref(before), std::slice::from_ref(after)),
        _ => (&args.before[..], &args.after[..]),
    };
    let (before, after) = (read(before)?, read(after)?);
    let (before, after): (Vec<&Profile>, Vec<&Profile>) =
        (before.iter().collect(), after.iter().collect());
    let comparison = compare::compare(&before, &after, &options(args))?;
    for output in &args.output {
        output.write(&comparison, &before, &after, args.top)?;
        eprintln!("wrote {}", output.path.display());
    }
    print(&diff::text(&comparison, args.top, color(true)))?;
    gate(&comparison, args.fail_on)
}

fn read(files: &[PathBuf]) -> Result<Vec<Profile>, import::Error> {
    files.iter().map(|file| import::read(file)).collect()
}

fn options(args: &Args) -> Options {
    Options {
        alpha: args.alpha,
        by: args.by.map(|by| match by {
            By::Own => Cost::Own,
            By::Total => Cost::Total,
        }),
        scale: match args.normalize {
            Normalize::Share => Scale::Share,
            Normalize::None => Scale::Absolute,
        },
    }
}

/// The exit code: a threshold that cannot be decided is not one that is kept.
fn gate(comparison: &Comparison, threshold: Option<f64>) -> anyhow::Result<ExitCode> {
    let Some(threshold) = threshold else {
        return Ok(ExitCode::SUCCESS);
    };
    if comparison.detectable.is_none() {
        anyhow::bail!(
            "--fail-on cannot be decided: no variance was measured; give several runs a side"
        );
    }
    Ok(match comparison.regressions(threshold).next() {
        Some(_) => ExitCode::FAILURE,
        None => ExitCode::SUCCESS,
    })
}

/// Reads `5%` or `5` as 0.05.
fn parse_percent(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches('%').trim_end();
    match number.parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent < 100.0 => Ok(percent / 100.0),
        _ => Err("a share is a number between 0 and 100: 5%".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn sides_are_two_files_or_two_lists() {
        let parse = |line: &str| Line::try_parse_from(line.split(' ')).map(|line| line.args);
        let args = parse("diff a b --fail-on 5%").unwrap();
        assert_eq!(
            (args.files.len(), args.fail_on, args.alpha),
            (2, Some(0.05), 0.05)
        );
        let args = parse("diff --before a b c --after d --by self").unwrap();
        assert_eq!(
            (args.before.len(), args.after.len(), args.by),
            (3, 1, Some(By::Own))
        );
        for wrong in [
            "diff a",
            "diff a b c",
            "diff --before a",
            "diff a b --after c",
            "diff a b --alpha 0",
            "diff a b -o x.zip",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
