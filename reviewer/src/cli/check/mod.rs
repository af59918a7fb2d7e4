//! `reviewer check`.

pub(super) mod baseline;
mod cache;
mod fixing;
mod output;
mod profile;
pub(super) mod selection;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ::rules::review::{Rule, Severity};
use anyhow::{Context, Result};

use baseline::BaselineFile;

use super::{CLEAN, FINDINGS, INCOMPLETE};
use crate::review::{Options, Review, Stats, review_files};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Files and folders to review
    ///
    /// Below folders, ignore files are honoured, and hidden and vendored folders are passed over. A file
    /// that is named here is reviewed even where it is hidden or ignored.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    selection: selection::Args,
    /// Exit with 1 only for findings of this severity and above [default: anything shown]
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<selection::Level>,
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

/// Reads files in threads with a stack that holds the deepest match that a pattern allows.
const STACK_BYTES: usize = 16 << 20;

pub(super) fn run(args: &Args) -> Result<u8> {
    let outputs = args.output.files()?;
    let started = std::time::Instant::now();
    let base = std::env::current_dir().context("the working folder cannot be read")?;
    let paths: Vec<_> = args
        .paths
        .iter()
        .map(|path| absolute(path, &base))
        .collect();
    let scope = args.selection.scope(&base)?;
    let settings = scope.settings()?;
    let mut found = scope.search(|search| search.find(&paths));
    let mut prepared = scope.prepare(&mut found)?;
    if args.stats {
        prepared.plan = prepared.plan.measured();
    }
    let (plan, loaded) = (&prepared.plan, started.elapsed());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .stack_size(STACK_BYTES)
        .build()?;
    let known = settings
        .as_ref()
        .and_then(|settings| settings.baseline.as_ref());
    let known = known.map(|file| file.value.as_path());
    let known = args.baseline.baseline.as_deref().or(known);
    let known = known.map(BaselineFile::read).transpose()?;
    let cache = args.cache.open(plan);
    let files = found.files.clone();
    let options = Options {
        plan,
        selection: &|file| prepared.selection(file),
        cache: cache.as_ref(),
    };
    let mut review = pool.install(|| review_files(found, &options));
    review.problems.extend(prepared.problems.iter().cloned());
    if let Some(known) = &known {
        let ran = |id: &str| plan.rules().any(|rule| rule.id == id);
        let stale = known.apply(&mut review, &base, &ran);
        review.problems.extend(known.stale(&stale));
    }
    args.profile.rank(&mut review)?;
    review.problems.sort();
    if let Some(cache) = &cache {
        cache.sweep();
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
    let gate = settings.and_then(|settings| settings.fail_on.as_ref().map(|level| level.value));
    let gate = args
        .fail_on
        .map(Severity::from)
        .or(gate)
        .unwrap_or(Severity::Info);
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

fn absolute(path: &Path, base: &Path) -> PathBuf {
    if path == Path::new(".") {
        base.to_owned()
    } else {
        base.join(path)
    }
}
