//! `reviewer check`.

pub(super) mod baseline;
mod cache;
mod fixing;
mod output;
mod profile;
mod targets;

use std::sync::Arc;
use std::time::Duration;

use ::rules::review::{Rule, Severity};
use anyhow::{Context, Result};
use clap::ValueEnum;

use baseline::BaselineFile;

use super::load::{Loaded, load};
use super::{CLEAN, FINDINGS, INCOMPLETE};
use crate::plan::Selection;
use crate::review::{Options, Review, Stats, keep_changed, review_files};
use crate::source::Search;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: targets::Args,
    /// Rules to use instead of the default pack: recommended, thorough, pedantic, a file or a folder
    #[arg(long, value_name = "PACK|FILE|DIR")]
    config: Vec<String>,
    /// Use only the rule with this id, out of all rules loaded and built in; can be repeated
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    /// Show only findings of this severity and above
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<Level>,
    /// Exit with 1 only for findings of this severity and above [default: anything shown]
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Level>,
    #[command(flatten)]
    output: output::Args,
    #[command(flatten)]
    fixing: fixing::Args,
    #[command(flatten)]
    baseline: baseline::Args,
    #[command(flatten)]
    profile: profile::Args,
    #[command(flatten)]
    cache: cache::Args,
    /// Threads to use [default: one for each core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Print what the engine did: files, bytes, nodes, match attempts, time by phase and by rule
    #[arg(long)]
    stats: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Level {
    Info,
    Warning,
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Severity {
        match level {
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        }
    }
}

/// Reads files in threads with a stack that holds the deepest match that a pattern allows.
const STACK_BYTES: usize = 16 << 20;

pub(super) fn run(args: &Args) -> Result<u8> {
    let outputs = args.output.files()?;
    let started = std::time::Instant::now();
    let Loaded { plan, problems } = load(&args.config, &args.rule)?;
    let plan = if args.stats { plan.measured() } else { plan };
    let loaded = started.elapsed();
    let base = std::env::current_dir().context("the working folder cannot be read")?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .stack_size(STACK_BYTES)
        .build()?;
    let known = args.baseline.baseline.as_deref();
    let known = known.map(BaselineFile::read).transpose()?;
    let cache = args.cache.open(&plan);
    let search = Search {
        base: &base,
        force_exclude: false,
        exclude: &|_, _| None,
    };
    let targets = args.targets.find(search, plan.searches_any_text())?;
    let files = targets.found.files.clone();
    let all = Arc::new(Selection::all(&plan));
    let options = Options {
        plan: &plan,
        selection: &|_| Arc::clone(&all),
        cache: cache.as_ref(),
    };
    let mut review = pool.install(|| review_files(targets.found, &options));
    review.problems.extend(problems);
    if let Some(known) = &known {
        let ran = |id: &str| plan.rules().any(|rule| rule.id == id);
        let stale = known.apply(&mut review, &base, &ran);
        review.problems.extend(known.stale(&stale));
    }
    if let Some(earlier) = &targets.earlier {
        pool.install(|| keep_changed(&mut review, earlier, &options));
    }
    args.profile.rank(&mut review)?;
    review.problems.sort();
    if let Some(cache) = &cache {
        cache.sweep();
    }
    if let Some(minimum) = args.severity.map(Severity::from) {
        review
            .findings
            .retain(|finding| finding.severity >= minimum);
    }
    let changes = pool.install(|| args.fixing.run(&mut review, &files, &options))?;
    if args.fixing.is_diff() {
        output::print_problems(&review);
        return Ok(match (review.is_incomplete(), changes) {
            (true, _) => INCOMPLETE,
            (false, true) => FINDINGS,
            (false, false) => CLEAN,
        });
    }
    let rules: Vec<&Rule> = plan.rules().collect();
    args.output.write(&outputs, &review, &rules)?;
    if args.stats {
        let rules: Vec<_> = rules.iter().map(|rule| rule.id.as_str()).collect();
        eprint!("{}", statistics(&review, &rules, loaded, started.elapsed()));
        if let Some(cache) = &cache {
            eprint!("{}", cache::statistics(&cache.uses));
        }
    }
    let gate = args.fail_on.map_or(Severity::Info, Severity::from);
    Ok(if review.is_incomplete() {
        INCOMPLETE
    } else if review
        .findings
        .iter()
        .any(|finding| finding.severity >= gate)
    {
        FINDINGS
    } else {
        CLEAN
    })
}

/// What the engine did: counts are the same on any machine, times are summed over threads.
fn statistics(review: &Review, rules: &[&str], loaded: Duration, all: Duration) -> String {
    let Stats { counts, times, .. } = &review.stats;
    let stats = &review.stats;
    let mut text = format!(
        "rules {} loaded in {loaded:.1?}; all in {all:.1?}\n\
         files {} ({:.1} MB), parsed {}, skipped {}\n\
         nodes {}, match attempts {}, steps {}, matches {}\n\
         prefilter {:.1?}, parse {:.1?}, match {:.1?}, formulas {:.1?}\n",
        rules.len(),
        stats.files,
        stats.bytes as f64 / 1e6,
        stats.parsed,
        review.skipped.len(),
        counts.nodes,
        counts.attempts,
        counts.steps,
        counts.matches,
        times.prefilter,
        times.parse,
        times.matching,
        times.formulas,
    );
    let mut by_rule: Vec<_> = times.by_rule.iter().zip(rules).collect();
    by_rule.sort_by(|a, b| b.cmp(a));
    for (took, rule) in by_rule
        .into_iter()
        .take(SLOWEST)
        .filter(|(took, _)| !took.is_zero())
    {
        text += &format!("{took:>10.1?}  {rule}\n");
    }
    text
}

/// How many rules `--stats` names.
const SLOWEST: usize = 20;
