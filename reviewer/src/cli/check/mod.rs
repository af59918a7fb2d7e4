//! `reviewer check`.

pub(super) mod baseline;
mod cache;
mod fixing;
mod output;
mod profile;
pub(super) mod selection;
mod targets;
pub(super) mod work;

use std::time::{Duration, Instant};

use ::rules::review::{Rule, Severity};
use anyhow::Result;

use super::{CLEAN, FINDINGS, INCOMPLETE};
use crate::review::{Review, Stats, keep_changed};
use crate::settings::Settings;

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    work: work::Args,
    /// Exit with 1 only for findings of this severity and above [default: anything shown]
    #[arg(long, value_name = "SEVERITY", help_heading = "Findings")]
    fail_on: Option<selection::Level>,
    #[command(flatten)]
    output: output::Args,
    #[command(flatten)]
    fixing: fixing::Args,
    #[command(flatten)]
    baseline: baseline::Args,
    #[command(flatten)]
    profile: profile::Args,
    /// Print what the engine did: files, bytes, nodes, match attempts, time by phase and by rule
    #[arg(long, help_heading = "Engine")]
    stats: bool,
}

pub(super) fn run(args: &Args) -> Result<u8> {
    let outputs = args.output.files()?;
    let started = Instant::now();
    let mut work = args.work.prepare(args.stats)?;
    let known = args.baseline.open(work.settings.as_deref())?;
    let mut review = work.review();
    if work.piped {
        args.fixing.refuse(&review)?;
    }
    if let Some(known) = &known {
        let stale = known.apply(&mut review, &work);
        review.problems.extend(known.stale(&stale));
    }
    if let Some(earlier) = &work.earlier {
        work.with_options(|options| keep_changed(&mut review, earlier, options));
    }
    args.profile.rank(&mut review)?;
    review.problems.sort();
    let changes =
        work.with_options(|options| args.fixing.run(&mut review, &work.files, options))?;
    if args.fixing.is_diff() {
        super::print_problems(&review.problems);
        return Ok(code(&review, changes));
    }
    let rules: Vec<&Rule> = work.prepared.loaded.plan.rules().collect();
    let is_taken = args.fixing.prints_text(&work.files);
    args.output.write(&outputs, &review, &rules, is_taken)?;
    if args.stats {
        let rules: Vec<_> = rules.iter().map(|rule| rule.id.as_str()).collect();
        eprint!(
            "{}",
            statistics(&review, &rules, work.loaded, started.elapsed())
        );
        if let Some(cache) = &work.cache {
            eprint!("{}", cache::statistics(&cache.uses));
        }
    }
    let gate = args.gate(work.settings.as_deref());
    let fails = review.findings.iter().any(|f| f.severity >= gate);
    let code = code(&review, fails);
    // The program ends here, and with it goes all at once what takes long to give back piece by piece.
    std::mem::forget((review, work));
    Ok(code)
}

/// The exit code of a review that found something, or nothing.
fn code(review: &Review, found: bool) -> u8 {
    match (review.is_incomplete(), found) {
        (true, _) => INCOMPLETE,
        (false, true) => FINDINGS,
        (false, false) => CLEAN,
    }
}

impl Args {
    /// The least severity that ends in exit code 1.
    fn gate(&self, settings: Option<&Settings>) -> Severity {
        let set = settings.and_then(|settings| settings.fail_on.as_ref());
        let set = set.map(|level| level.value);
        self.fail_on
            .map(Severity::from)
            .or(set)
            .unwrap_or(Severity::Info)
    }
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
    let project = &stats.project;
    text += &format!(
        "rest of the project: {} files, {} take part in following values, {} not looked at as a whole\n",
        project.files, project.taking_part, project.incomplete
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
