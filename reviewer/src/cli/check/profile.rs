//! What findings cost, by a profile of the running program.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cost::Costs;
use crate::review::{Problem, Review};

#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Findings")]
pub(super) struct Args {
    /// Rank findings by what their code costs in this profile (pprof, compressed or not), the dearest first
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// Show only findings in functions that take this share of the profile, such as 1%
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "profile")]
    min_cost: Option<f64>,
}

impl Args {
    /// Tells the findings their cost, and leaves out those of little.
    pub(super) fn rank(&self, review: &mut Review) -> Result<()> {
        let Some(path) = &self.profile else {
            return Ok(());
        };
        let about = || format!("--profile {}", path.display());
        let bytes = std::fs::read(path).with_context(about)?;
        let costs = Costs::parse(&bytes, &review.reviewed).with_context(about)?;
        if costs.files() == 0 && !review.reviewed.is_empty() {
            review.problems.push(Problem {
                about: about(),
                message: "has no sample in any file of this review: is it of another program, or \
                          does the review run in another folder?"
                    .into(),
                fatal: false,
            });
        }
        costs.rank(review);
        if let Some(least) = self.min_cost {
            let share = |cost: crate::review::Cost| cost.function >= least;
            review
                .findings
                .retain(|finding| finding.cost.is_some_and(share));
        }
        Ok(())
    }
}

/// `1%`, or `1`: hundredths.
fn share(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    match number.parse() {
        Ok(share) if (0.0..=100.0).contains(&share) => Ok(share / 100.0),
        _ => Err("a share is a number from 0 to 100, with or without %: 1%".into()),
    }
}
