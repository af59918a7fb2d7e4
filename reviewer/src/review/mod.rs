//! One review: files in, findings and problems out.

mod examples;
mod finding;
mod lines;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use examples::{check_examples, check_target};
pub use finding::{Excerpt, Finding, Place, Position};
use lines::Lines;

use crate::plan::{Counts, Outcome, Plan, RuleProblem, Times};
use crate::source::{self, ReadError, Skipped, SourceFile};

/// Something about the inputs of a review that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File, or rule with its place.
    pub about: String,
    /// What is wrong, with the remedy where there is one.
    pub message: String,
    /// Whether the job could not be done whole because of it.
    pub fatal: bool,
}

/// What a review came to. The same for any number of threads.
#[derive(Debug, Default)]
pub struct Review {
    /// Sorted by path, position and rule.
    pub findings: Vec<Finding>,
    /// Sorted.
    pub problems: Vec<Problem>,
    /// Files that were passed over: sorted.
    pub skipped: Vec<Skipped>,
    /// What it took.
    pub stats: Stats,
}

/// Counts of a review.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Files that were read.
    pub files: usize,
    /// Of these, how many were parsed; the others held nothing that any rule looks for.
    pub parsed: usize,
    /// Of these, how many have syntax errors that the parser recovered from.
    pub with_syntax_errors: usize,
    /// Bytes read.
    pub bytes: u64,
    /// What matching took.
    pub counts: Counts,
    /// How long it took, where the plan measures that.
    pub times: Times,
}

impl Review {
    /// Whether the job could not be done whole.
    pub fn is_incomplete(&self) -> bool {
        self.problems.iter().any(|problem| problem.fatal)
    }
}

/// What became of one file.
enum FileResult {
    Reviewed(usize, Box<Outcome>, Vec<Finding>),
    Skipped(Skipped),
    Failed(Problem),
}

/// Reviews the files below `paths` with the rules of `plan`. Names are relative to `base`.
pub fn review(paths: &[PathBuf], base: &Path, plan: &Plan) -> Review {
    let found = source::find(paths, base, plan.searches_any_text());
    let mut review = Review {
        skipped: found.skipped,
        ..Review::default()
    };
    let unreachable = found.errors.into_iter().map(|error| Problem {
        about: error.path,
        message: error.message,
        fatal: true,
    });
    review.problems.extend(unreachable);
    let results: Vec<_> = found
        .files
        .par_iter()
        .map(|file| review_file(file, plan))
        .collect();
    let mut broken: Vec<RuleProblem> = Vec::new();
    for (file, result) in found.files.iter().zip(results) {
        match result {
            FileResult::Skipped(skipped) => review.skipped.push(skipped),
            FileResult::Failed(problem) => review.problems.push(problem),
            FileResult::Reviewed(bytes, outcome, findings) => {
                review.findings.extend(findings);
                review.count(bytes, &outcome);
                broken.extend(outcome.broken);
                let incomplete = outcome.incomplete.into_iter().map(|message| Problem {
                    about: file.name.clone(),
                    message,
                    fatal: true,
                });
                review.problems.extend(incomplete);
            }
        }
    }
    let broken = broken.into_iter().map(|p| Problem {
        about: format!("rule {}", p.rule),
        message: p.message,
        fatal: p.fatal,
    });
    review.problems.extend(broken);
    review.problems.sort();
    review.problems.dedup();
    review.skipped.sort();
    review
}

/// Reviews one text as if it were the file `name`.
pub fn review_text(file: &SourceFile, text: String, plan: &Plan) -> (Vec<Finding>, Outcome) {
    let mut outcome = plan.run(file.language, &file.name, text);
    let hits = std::mem::take(&mut outcome.hits);
    if hits.is_empty() {
        return (Vec::new(), outcome);
    }
    let lines = Lines::new(&outcome.text);
    let findings = hits
        .into_iter()
        .map(|hit| Finding::new(file, &outcome.text, &lines, hit, plan))
        .collect();
    outcome.text = String::new();
    (findings, outcome)
}

/// A panic costs this file only.
fn review_file(file: &SourceFile, plan: &Plan) -> FileResult {
    let failed = |message| {
        FileResult::Failed(Problem {
            about: file.name.clone(),
            message,
            fatal: true,
        })
    };
    let text = match source::read(&file.path) {
        Ok(text) => text,
        Err(ReadError::Skip(reason)) => {
            return FileResult::Skipped(Skipped {
                name: file.name.clone(),
                reason,
            });
        }
        Err(ReadError::Io(error)) => return failed(format!("cannot be read: {error}")),
    };
    let bytes = text.len();
    match catch_unwind(AssertUnwindSafe(|| review_text(file, text, plan))) {
        Ok((findings, outcome)) => FileResult::Reviewed(bytes, Box::new(outcome), findings),
        Err(_) => failed(
            "the review of this file panicked; its findings are missing. Please report this".into(),
        ),
    }
}

impl Review {
    fn count(&mut self, bytes: usize, outcome: &Outcome) {
        self.stats.files += 1;
        self.stats.parsed += usize::from(outcome.parsed);
        self.stats.with_syntax_errors += usize::from(!outcome.syntax_errors.is_empty());
        self.stats.bytes += bytes as u64;
        self.stats.counts += outcome.counts;
        self.stats.times += outcome.times.clone();
    }
}
