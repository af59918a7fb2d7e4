//! The rest of a project: files that are not reviewed, which values come from, pass through and get to.
//!
//! They take part with their facts alone, so that what is said of a file does not depend on which others are reviewed
//! with it. A finding belongs to the file of its sink. One in the rest of the project is of interest where it comes
//! from what changed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::flow::{self, Member};
use super::{
    FileResult, FileReview, Finding, Options, Problem, Suppressed, review_file, review_file_with,
};
use crate::flow::facts::FileFacts;
use crate::plan::Selection;
use crate::source::{SourceFile, relative_name};
use crate::tree::TextRange;

/// The files of a project that are not reviewed.
pub struct Project {
    root: PathBuf,
    base: PathBuf,
    files: Vec<SourceFile>,
    taken: OnceLock<Rest>,
}

/// What of the rest of a project took part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProjectCounts {
    /// Files that were looked at.
    pub files: usize,
    /// Of these, how many hold something that values may come from or go to.
    pub taking_part: usize,
    /// Of the files, how many could not be looked at as a whole: values that pass through them may be missed.
    pub incomplete: usize,
}

/// The facts of the rest.
#[derive(Default)]
struct Rest {
    files: Vec<Taken>,
    counts: ProjectCounts,
}

/// A file that takes part.
struct Taken {
    file: SourceFile,
    facts: Box<FileFacts>,
    secrets: Vec<TextRange>,
    selection: Arc<Selection>,
}

/// Findings in the rest of the project that are asked for.
#[derive(Clone, Copy)]
pub(super) enum Elsewhere<'a> {
    /// None.
    Nowhere,
    /// Those whose way leads through a file that is reviewed.
    Through,
    /// Those in these files.
    In(&'a BTreeSet<&'a str>),
}

/// What following taint through all files came to, besides what it found in those that are reviewed.
#[derive(Default)]
pub(super) struct Linked {
    pub(super) problems: Option<Problem>,
    pub(super) counts: ProjectCounts,
    /// Findings in the rest of the project.
    pub(super) findings: Vec<Finding>,
    /// Those that a comment hides.
    pub(super) suppressed: Vec<Suppressed>,
}

impl Project {
    /// The project below `root`, of which `files` are not reviewed; their names are relative to the folder `base`.
    pub fn new(root: PathBuf, base: PathBuf, files: Vec<SourceFile>) -> Project {
        Project {
            root,
            base,
            files,
            taken: OnceLock::new(),
        }
    }

    /// The files that are not reviewed.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The path of a file of the project as imports see it, wherever the review is run.
    fn path_of(&self, file: &SourceFile) -> String {
        relative_name(&self.base.join(&file.name), &self.root)
    }

    fn rest(&self, options: &Options<'_>) -> &Rest {
        self.taken.get_or_init(|| {
            let taken: Vec<_> = self
                .files
                .par_iter()
                .map(|file| take(file, options))
                .collect();
            let mut rest = Rest::default();
            for (taken, is_complete) in taken {
                rest.counts.files += 1;
                rest.counts.taking_part += usize::from(taken.is_some());
                rest.counts.incomplete += usize::from(!is_complete);
                rest.files.extend(taken);
            }
            rest
        })
    }
}

/// What a file contributes, and whether that is all of it. What is passed over in a review contributes nothing.
fn take(file: &SourceFile, options: &Options<'_>) -> (Option<Taken>, bool) {
    match review_file(file, options) {
        FileResult::Reviewed(one) => {
            let FileReview {
                facts,
                secrets,
                incomplete,
                ..
            } = *one;
            let taken = facts.map(|facts| Taken {
                file: file.clone(),
                facts,
                secrets,
                selection: (options.selection)(file),
            });
            (taken, incomplete.is_empty())
        }
        FileResult::Skipped(_) => (None, true),
        FileResult::Failed(_) => (None, false),
    }
}

/// Follows taint through files and the rest of their project, and adds what it finds to their results.
pub(super) fn follow(
    files: &[SourceFile],
    results: &mut [FileResult],
    elsewhere: Elsewhere<'_>,
    options: &Options<'_>,
) -> Linked {
    let has_facts =
        |result: &FileResult| matches!(result, FileResult::Reviewed(one) if one.facts.is_some());
    let own: Vec<_> = (0..files.len())
        .filter(|&at| has_facts(&results[at]))
        .collect();
    if own.is_empty() {
        return Linked::default();
    }
    let none = Rest::default();
    let rest = options
        .project
        .map_or(&none, |project| project.rest(options));
    let selections: Vec<_> = own
        .iter()
        .map(|&at| (options.selection)(&files[at]))
        .collect();
    let path = |file: &SourceFile| match options.project {
        Some(project) => project.path_of(file).into(),
        None => file.name.clone().into(),
    };
    let reviewed = own
        .iter()
        .zip(&selections)
        .filter_map(|(&at, selection)| match &results[at] {
            FileResult::Reviewed(one) => Some(Member {
                file: &files[at],
                path: path(&files[at]),
                facts: one.facts.as_deref()?,
                secrets: &one.secrets,
                selection,
            }),
            _ => None,
        });
    let others = rest.files.iter().map(|taken| Member {
        file: &taken.file,
        path: path(&taken.file),
        facts: &taken.facts,
        secrets: &taken.secrets,
        selection: &taken.selection,
    });
    let members: Vec<_> = reviewed.chain(others).collect();
    let wanted = |found: &crate::flow::taint::Found| {
        found.file < own.len()
            || match elsewhere {
                Elsewhere::Nowhere => false,
                Elsewhere::Through => found.steps.iter().any(|step| step.file < own.len()),
                Elsewhere::In(names) => names.contains(&*members[found.file].file.name),
            }
    };
    let text = |member: usize| members[member].file.read().ok();
    let mut followed = flow::follow(&members, options.plan, &wanted, &text);
    let of_others = followed.hits.split_off(&own.len());
    let changed: Vec<_> = followed
        .hits
        .into_par_iter()
        .map(|(member, hits)| {
            let at = own[member];
            (at, review_file_with(&files[at], options, hits))
        })
        .collect();
    let mut linked = Linked {
        problems: followed.incomplete.map(|message| Problem {
            about: "the review".into(),
            message,
            fatal: true,
        }),
        counts: rest.counts,
        ..Linked::default()
    };
    let reviewed: BTreeSet<_> = files.iter().map(|file| file.name.as_str()).collect();
    let is_wanted = |finding: &Finding| {
        let mut steps = finding.path.iter();
        match elsewhere {
            Elsewhere::Nowhere => false,
            Elsewhere::Through => steps.any(|step| reviewed.contains(&*step.place.path)),
            Elsewhere::In(_) => true,
        }
    };
    for (member, hits) in of_others {
        let file = &rest.files[member - own.len()].file;
        if let FileResult::Reviewed(one) = review_file_with(file, options, hits) {
            let hidden = one.suppressed.into_iter();
            let hidden = hidden.filter(|one| is_wanted(&one.finding));
            linked.suppressed.extend(hidden);
            let shown = one.findings.into_iter().filter(is_wanted);
            linked.findings.extend(shown);
        }
    }
    for (at, result) in changed {
        results[at] = result;
    }
    linked
}
