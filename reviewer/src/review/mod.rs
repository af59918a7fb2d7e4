//! One review: files in, findings and problems out.

mod baseline;
mod cache;
mod changes;
mod examples;
mod excerpt;
mod finding;
mod fingerprint;
mod flow;
mod index;
mod line_hash;
mod lines;
mod project;
mod secrets;
mod step;
mod suppression;
mod touched;

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use baseline::{Baseline, BaselineError, Entry, Places};
pub use cache::{Cache, Uses};
pub use changes::keep_changed;
pub use examples::{check_examples, check_target};
pub use excerpt::Excerpt;
pub use finding::{Cost, Finding, Fix, Function, Place, Position};
use lines::Lines;
use project::{Elsewhere, Linked};
pub use project::{Project, ProjectCounts};
use secrets::Secrets;
pub use step::Step;
pub(crate) use suppression::RULES as REPORTED;

use crate::flow::facts::FileFacts;
use crate::flow::taint::About;
use crate::plan::{Counts, Hit, Plan, RuleProblem, Selection, Times, sort};
use crate::source::{self, Earlier, Found, ReadError, Skipped, SourceFile};
use crate::tree::TextRange;

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

impl Problem {
    /// `error` where the job could not be done whole because of it, else `warning`.
    pub fn level(&self) -> &'static str {
        match self.fatal {
            true => "error",
            false => "warning",
        }
    }
}

/// What a review came to. The same for any number of threads.
#[derive(Debug, Default)]
pub struct Review {
    /// Sorted by path, position and rule.
    pub findings: Vec<Finding>,
    /// What is hidden by comments and by the baseline, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// Sorted.
    pub problems: Vec<Problem>,
    /// Files that were passed over: sorted.
    pub skipped: Vec<Skipped>,
    /// The files that were read: sorted.
    pub reviewed: Vec<String>,
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
    /// What of the rest of the project took part.
    pub project: ProjectCounts,
}

impl Review {
    /// Whether the job could not be done whole.
    pub fn is_incomplete(&self) -> bool {
        self.problems.iter().any(|problem| problem.fatal)
    }
}

/// What the rules made of one text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FileReview {
    /// Sorted by position and rule.
    pub findings: Vec<Finding>,
    /// Those that a comment of the file hides.
    pub suppressed: Vec<Suppressed>,
    /// Bytes of the text.
    pub bytes: usize,
    /// Whether it was parsed; it is not where no rule could match it.
    pub parsed: bool,
    /// Places with syntax errors.
    pub syntax_errors: Vec<TextRange>,
    /// Why findings may be missing; empty where none is.
    pub incomplete: Vec<String>,
    /// Rules that turned out to be broken.
    pub broken: Vec<RuleProblem>,
    /// What the text contributes to the flow of values through the project, where rules ask for that.
    pub facts: Option<Box<FileFacts>>,
    /// Where secrets stand, one place for each: what else shows the text masks them.
    pub secrets: Vec<TextRange>,
    /// What it took.
    pub counts: Counts,
    /// How long it took, where the plan measures that.
    #[serde(skip)]
    pub times: Times,
}

/// A finding that somebody decided not to be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// What hides it.
    pub by: Suppression,
}

/// What hides a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suppression {
    /// A comment in the source.
    Comment {
        /// The reason that it gives.
        reason: Option<String>,
    },
    /// An entry of the baseline.
    Baseline,
}

/// How files are reviewed.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The rules.
    pub plan: &'a Plan,
    /// Which of them run on a file.
    pub selection: &'a (dyn Fn(&SourceFile) -> Arc<Selection> + Sync),
    /// Where results are kept.
    pub cache: Option<&'a Cache>,
    /// What values may come from or go to besides the files that are reviewed.
    pub project: Option<&'a Project>,
    /// What the files were, by name, where findings are wanted that their change brings to other files of the project.
    pub earlier: Option<&'a HashMap<String, Earlier>>,
    /// Is called when a file is done.
    pub done: &'a (dyn Fn() + Sync),
}

/// Reviews the files below `paths` with all rules of `plan`. Names are relative to `base`.
pub fn review(paths: &[PathBuf], base: &Path, plan: &Plan) -> Review {
    let all = Arc::new(Selection::all(plan));
    let found = source::find(paths, base, plan.searches_any_text());
    review_files(
        found,
        &Options {
            plan,
            selection: &|_| Arc::clone(&all),
            cache: None,
            project: None,
            earlier: None,
            done: &|| {},
        },
    )
}

/// Reviews the files that were found.
pub fn review_files(found: Found, options: &Options<'_>) -> Review {
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
    let elsewhere = options
        .earlier
        .map_or(Elsewhere::Nowhere, Elsewhere::Through);
    let (results, linked) = examine_together(&found.files, elsewhere, options);
    review.problems.extend(linked.cut);
    review.stats.project = linked.counts;
    let mut broken: Vec<RuleProblem> = Vec::new();
    for (file, result) in found.files.iter().zip(results) {
        match result {
            FileResult::Skipped(skipped) => review.skipped.push(skipped),
            FileResult::Failed(problem) => review.problems.push(problem),
            FileResult::Reviewed(one) => {
                review.stats.count(&one);
                review.reviewed.push(file.name.clone());
                review.findings.extend(one.findings);
                review.suppressed.extend(one.suppressed);
                broken.extend(one.broken);
                let incomplete = one.incomplete.into_iter().map(|message| Problem {
                    about: file.name.clone(),
                    message,
                    fatal: true,
                });
                review.problems.extend(incomplete);
            }
        }
    }
    if !linked.findings.is_empty() {
        review.findings.extend(linked.findings);
        review.findings.sort_by_cached_key(Finding::order);
    }
    if !linked.suppressed.is_empty() {
        review.suppressed.extend(linked.suppressed);
        review
            .suppressed
            .sort_by_cached_key(|one| one.finding.order());
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

/// Reviews files by themselves, and adds what following taint through them, and through the rest of their project, finds.
fn examine_together(
    files: &[SourceFile],
    elsewhere: Elsewhere<'_>,
    options: &Options<'_>,
) -> (Vec<FileResult>, Linked) {
    let mut results: Vec<_> = files
        .par_iter()
        .map(|file| {
            let result = review_file(file, options);
            (options.done)();
            result
        })
        .collect();
    let linked = match options.plan.follows() {
        true => project::follow(files, &mut results, elsewhere, options),
        false => Linked::default(),
    };
    (results, linked)
}

/// Reviews one text as if it were that of `file`, alone.
pub fn review_text(
    file: &SourceFile,
    text: String,
    plan: &Plan,
    selection: &Selection,
) -> FileReview {
    let kept = plan.follows().then(|| text.clone());
    let alone = examine(file, text, plan, selection, Vec::new());
    let (Some(facts), Some(text)) = (&alone.facts, kept) else {
        return alone;
    };
    let member = flow::Member {
        file,
        path: file.name.as_str().into(),
        facts,
        secrets: &alone.secrets,
        selection,
    };
    let followed = flow::follow(
        &[member],
        plan,
        About::SinksOf(&|_| true),
        &|_| true,
        &|_| Some(text.clone()),
    );
    let mut one = match followed.hits.into_values().next() {
        Some(hits) => examine(file, text, plan, selection, hits),
        None => alone,
    };
    one.incomplete.extend(followed.incomplete);
    one
}

/// Reviews one text as if it were that of `file`, within its project.
pub fn review_within(file: &SourceFile, text: String, options: &Options<'_>) -> FileReview {
    let file = SourceFile {
        text: Some(text.into()),
        ..file.clone()
    };
    let options = Options {
        done: &|| {},
        ..*options
    };
    let (mut results, _) = examine_together(&[file], Elsewhere::Nowhere, &options);
    let why = match results.pop() {
        Some(FileResult::Reviewed(one)) => return *one,
        Some(FileResult::Failed(problem)) => problem.message,
        Some(FileResult::Skipped(skipped)) => skipped.reason.to_string(),
        None => unreachable!("one file has one result"),
    };
    FileReview {
        incomplete: vec![why],
        ..FileReview::default()
    }
}

/// Reviews one text by itself, with what following taint through it and others has found in it.
fn examine(
    file: &SourceFile,
    text: String,
    plan: &Plan,
    selection: &Selection,
    followed: Vec<Hit>,
) -> FileReview {
    let bytes = text.len();
    let mut outcome = plan.run(file.language, &file.name, text, selection);
    let mut hits = std::mem::take(&mut outcome.hits);
    hits.extend(followed);
    sort(&mut hits);
    let mut one = FileReview {
        facts: outcome.facts.take(),
        bytes,
        parsed: outcome.parsed,
        syntax_errors: std::mem::take(&mut outcome.syntax_errors),
        incomplete: std::mem::take(&mut outcome.incomplete),
        broken: std::mem::take(&mut outcome.broken),
        counts: outcome.counts,
        times: std::mem::take(&mut outcome.times),
        ..FileReview::default()
    };
    let text = &outcome.text;
    let may_suppress = suppression::may_suppress(text);
    if hits.is_empty() && !may_suppress {
        return one;
    }
    let lines = Lines::new(text);
    let scopes = &outcome.scopes;
    let secrets = Secrets::of(&hits, text, plan);
    let shown = secrets.masked(text);
    one.secrets = secrets.places(text);
    if let Some(facts) = &mut one.facts {
        facts.mask(&|text| secrets.masked(text).into_owned());
    }
    for mut hit in hits {
        hit.mask(&secrets);
        let function = scopes.function(hit.range);
        let function = function.map(|scope| Function::new(scope, &lines));
        let finding = Finding::new(file, text, &shown, &lines, hit, plan);
        one.findings.push(Finding {
            function,
            ..finding
        });
    }
    fingerprint::assign(&mut one.findings, &shown);
    if may_suppress {
        let context = suppression::Context {
            file,
            text,
            shown: &shown,
            lines: &lines,
            plan,
            selection,
        };
        let complete = one.incomplete.is_empty() && one.broken.is_empty();
        one.suppressed = context.suppress(&mut one.findings, outcome.comments.take(), complete);
    }
    // A hash of a line that holds a secret would help to guess it.
    if let Cow::Borrowed(text) = shown {
        let hidden = one.suppressed.iter_mut().map(|hidden| &mut hidden.finding);
        line_hash::assign(one.findings.iter_mut().chain(hidden), text);
    }
    one
}

/// Reviews texts that belong together with all rules of `plan`, each as if it were that of its file.
pub fn review_together(files: &[(&SourceFile, &str)], plan: &Plan) -> Vec<FileReview> {
    let all = Selection::all(plan);
    let examine = |(file, text): &(&SourceFile, &str), hits| {
        self::examine(file, (*text).to_owned(), plan, &all, hits)
    };
    let mut reviews: Vec<_> = files.iter().map(|file| examine(file, Vec::new())).collect();
    let taking_part: Vec<_> = (0..files.len())
        .filter(|&at| reviews[at].facts.is_some())
        .collect();
    let members: Vec<_> = taking_part
        .iter()
        .filter_map(|&at| {
            Some(flow::Member {
                file: files[at].0,
                path: files[at].0.name.as_str().into(),
                facts: reviews[at].facts.as_deref()?,
                secrets: &reviews[at].secrets,
                selection: &all,
            })
        })
        .collect();
    let text = |member: usize| Some(files[taking_part[member]].1.to_owned());
    let followed = flow::follow(&members, plan, About::SinksOf(&|_| true), &|_| true, &text);
    for (member, hits) in followed.hits {
        let at = taking_part[member];
        reviews[at] = examine(&files[at], hits);
    }
    if let Some(first) = reviews.first_mut() {
        first.incomplete.extend(followed.incomplete);
    }
    reviews
}

/// What became of one file.
enum FileResult {
    Reviewed(Box<FileReview>),
    Skipped(Skipped),
    Failed(Problem),
}

/// Reviews a file by itself.
fn review_file(file: &SourceFile, options: &Options<'_>) -> FileResult {
    review_file_with(file, options, Vec::new())
}

/// A panic costs this file only.
fn review_file_with(file: &SourceFile, options: &Options<'_>, hits: Vec<Hit>) -> FileResult {
    let failed = |message| {
        FileResult::Failed(Problem {
            about: file.name.clone(),
            message,
            fatal: true,
        })
    };
    let text = match file.read() {
        Ok(text) => text,
        Err(ReadError::Skip(reason)) => {
            return FileResult::Skipped(Skipped {
                name: file.name.clone(),
                reason,
            });
        }
        Err(ReadError::Io(error)) => return failed(format!("cannot be read: {error}")),
    };
    let selection = (options.selection)(file);
    // What taint finds depends on other files, too.
    let cache = options.cache.filter(|_| hits.is_empty());
    let review = |text| examine(file, text, options.plan, &selection, hits);
    let run = || match cache {
        Some(cache) => cache.get_or(file, text, &selection, review),
        None => review(text),
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(one) => FileResult::Reviewed(Box::new(one)),
        Err(_) => failed(
            "the review of this file panicked; its findings are missing. Please report this".into(),
        ),
    }
}

impl Stats {
    fn count(&mut self, one: &FileReview) {
        self.files += 1;
        self.parsed += usize::from(one.parsed);
        self.with_syntax_errors += usize::from(!one.syntax_errors.is_empty());
        self.bytes += one.bytes as u64;
        self.counts += one.counts;
        self.times += one.times.clone();
    }
}
