//! The rest of a project: files that are not reviewed, which values come from, pass through and get to.
//!
//! They take part with their facts alone, so that what is said of a file does not depend on which others are reviewed
//! with it. A finding belongs to the file of its sink. One in the rest of the project is of interest where it comes
//! from what changed.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::cache::{Seal, seal};
use super::flow::{self, Member};
use super::index::{Asked, Contribution, Index};
use super::touched::touched;
use super::{
    Cache, FileResult, Finding, Options, Problem, Suppressed, review_file, review_file_with,
};
use crate::flow::facts::FileFacts;
use crate::flow::taint::{About, Found};
use crate::plan::Selection;
use crate::source::{Earlier, SourceFile, relative_name};
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
    /// Those whose way leads through what has changed in files that are reviewed; they are by name what they were, or new.
    Through(&'a HashMap<String, Earlier>),
    /// Those in these files.
    In(&'a BTreeSet<&'a str>),
}

/// What following taint through all files came to, besides what it found in those that are reviewed.
#[derive(Default)]
pub(super) struct Linked {
    /// That following it took too much, so that findings may be missing.
    pub(super) cut: Option<Problem>,
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

    /// The same project, where files that were reviewed belong to the rest.
    pub fn with(&self, reviewed: &[SourceFile]) -> Project {
        let files = self.files.iter().chain(reviewed).cloned().collect();
        Project::new(self.root.clone(), self.base.clone(), files)
    }

    /// Finds out what the files contribute, which is done but once.
    pub fn take(&self, options: &Options<'_>) {
        self.rest(options);
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
            let selections = self.selections(options);
            let contributions = match options.cache {
                Some(cache) => self.indexed(cache, &selections, options),
                None => {
                    let files = self.files.par_iter();
                    files.map(|file| contribution(file, options)).collect()
                }
            };
            let mut rest = Rest::default();
            let files = self.files.iter().zip(selections);
            for ((file, (selection, _)), one) in files.zip(contributions) {
                rest.counts.files += 1;
                rest.counts.taking_part += usize::from(one.facts.is_some());
                rest.counts.incomplete += usize::from(!one.is_complete);
                rest.files.extend(one.facts.map(|facts| Taken {
                    file: file.clone(),
                    facts,
                    secrets: one.secrets,
                    selection,
                }));
            }
            rest
        })
    }

    /// By file: the rules that run on it, and a hash of which they are.
    fn selections(&self, options: &Options<'_>) -> Vec<(Arc<Selection>, Seal)> {
        let mut known: Vec<(Arc<Selection>, Seal)> = Vec::new();
        let files = self.files.iter();
        let of = files.map(|file| {
            let selection = (options.selection)(file);
            let mut same = known.iter();
            if let Some(same) = same.find(|(known, _)| Arc::ptr_eq(known, &selection)) {
                return same.clone();
            }
            let hash = seal(&selection.bits());
            known.push((Arc::clone(&selection), hash));
            (selection, hash)
        });
        of.collect()
    }

    /// What the files contribute, as far as it is known from earlier runs, which is brought up to date.
    fn indexed(
        &self,
        cache: &Cache,
        selections: &[(Arc<Selection>, Seal)],
        options: &Options<'_>,
    ) -> Vec<Contribution> {
        let index = Index::open(cache.index(&self.root, &self.base));
        let names: Vec<_> = self.files.iter().map(|file| self.path_of(file)).collect();
        let known: Vec<_> = self
            .files
            .par_iter()
            .zip(&names)
            .zip(selections)
            .map(|((file, name), (_, selection))| {
                // What is in the index of the repository has no stamp.
                let asked = file.text.is_none().then_some(Asked {
                    name,
                    path: &file.path,
                    selection: *selection,
                    configuration: cache.configuration(),
                });
                let read = || file.read().unwrap_or_default();
                let make = |text: String| {
                    let file = SourceFile {
                        text: Some(text.into()),
                        ..file.clone()
                    };
                    contribution(&file, options)
                };
                let known = asked.and_then(|asked| index.get(&asked, read, make));
                known.ok_or_else(|| contribution(file, options))
            })
            .collect();
        let mut kept = Vec::new();
        let mut contributions = Vec::new();
        for (name, known) in names.iter().zip(known) {
            match known {
                Ok((one, known)) => {
                    contributions.push(one);
                    kept.push((name.as_str(), known));
                }
                Err(one) => contributions.push(one),
            }
        }
        let exists = |name: &str| self.root.join(name).symlink_metadata().is_ok();
        if index.keep(&kept, exists).is_err() {
            cache.uses.unwritten.fetch_add(1, Ordering::Relaxed);
        }
        contributions
    }
}

/// What a file contributes. What is passed over in a review contributes nothing.
fn contribution(file: &SourceFile, options: &Options<'_>) -> Contribution {
    match review_file(file, options) {
        FileResult::Reviewed(one) => Contribution {
            facts: one.facts,
            secrets: one.secrets,
            is_complete: one.incomplete.is_empty(),
        },
        FileResult::Skipped(_) => Contribution {
            is_complete: true,
            ..Contribution::default()
        },
        FileResult::Failed(_) => Contribution::default(),
    }
}

/// The files that take part, in the order of their paths: what is found does not depend on which of them are reviewed.
struct Together<'a> {
    members: Vec<Member<'a>>,
    /// By member: its index among the files that are reviewed.
    own: Vec<Option<usize>>,
}

/// Follows taint through files and the rest of their project, and adds what it finds to their results.
pub(super) fn follow(
    files: &[SourceFile],
    results: &mut [FileResult],
    elsewhere: Elsewhere<'_>,
    options: &Options<'_>,
) -> Linked {
    let selections: Vec<_> = files.iter().map(|file| (options.selection)(file)).collect();
    let Some((together, counts)) = Together::new(files, results, &selections, options) else {
        return Linked::default();
    };
    let Together { members, own } = &together;
    let wanted = |found: &Found| {
        own[found.file].is_some()
            || match elsewhere {
                Elsewhere::Nowhere => false,
                Elsewhere::Through(_) => found.steps.iter().any(|step| own[step.file].is_some()),
                Elsewhere::In(names) => names.contains(&*members[found.file].file.name),
            }
    };
    let is_own = |file: usize| own[file].is_some();
    let is_named = |file: usize| match elsewhere {
        Elsewhere::In(names) => is_own(file) || names.contains(&*members[file].file.name),
        _ => is_own(file),
    };
    let touched = Touched::of(&together, elsewhere);
    let is_touched = |file: usize, function: TextRange| {
        let touched = touched[file].as_ref();
        touched.is_some_and(|touched| touched.has(function))
    };
    let about = match elsewhere {
        Elsewhere::Through(_) if own.contains(&None) => About::Through {
            files: &is_own,
            functions: &is_touched,
        },
        _ => About::SinksOf(&is_named),
    };
    let text = |member: usize| members[member].file.read().ok();
    let followed = flow::follow(members, options.plan, about, &wanted, &text);
    let changed: Vec<_> = followed
        .hits
        .into_par_iter()
        .map(|(member, hits)| {
            let file = members[member].file;
            (own[member], review_file_with(file, options, hits))
        })
        .collect();
    let mut linked = Linked {
        cut: followed.incomplete.map(|message| Problem {
            about: "the review".into(),
            message,
            fatal: true,
        }),
        counts,
        ..Linked::default()
    };
    for (own, result) in changed {
        match own {
            Some(at) => results[at] = result,
            None => linked.add(result, files, elsewhere),
        }
    }
    linked
}

impl<'a> Together<'a> {
    /// None where nothing of what is reviewed takes part.
    fn new(
        files: &'a [SourceFile],
        results: &'a [FileResult],
        selections: &'a [Arc<Selection>],
        options: &Options<'a>,
    ) -> Option<(Together<'a>, ProjectCounts)> {
        let path = |file: &SourceFile| match options.project {
            Some(project) => project.path_of(file),
            None => file.name.clone(),
        };
        let mut all = Vec::new();
        for (at, file) in files.iter().enumerate() {
            if let FileResult::Reviewed(one) = &results[at]
                && let Some(facts) = &one.facts
            {
                let member = Member {
                    file,
                    path: path(file).into(),
                    facts,
                    secrets: &one.secrets,
                    selection: &selections[at],
                };
                all.push((member, Some(at)));
            }
        }
        if all.is_empty() {
            return None;
        }
        let rest = options.project.map(|project| project.rest(options));
        let names: BTreeSet<_> = files.iter().map(|file| file.name.as_str()).collect();
        for taken in rest.iter().flat_map(|rest| &rest.files) {
            if !names.contains(taken.file.name.as_str()) {
                all.push((taken.member(path(&taken.file)), None));
            }
        }
        all.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
        let (members, own) = all.into_iter().unzip();
        let counts = rest.map_or(ProjectCounts::default(), |rest| rest.counts);
        Some((Together { members, own }, counts))
    }
}

impl Taken {
    fn member(&self, path: String) -> Member<'_> {
        Member {
            file: &self.file,
            path: path.into(),
            facts: &self.facts,
            secrets: &self.secrets,
            selection: &self.selection,
        }
    }
}

/// What of a file a change touches.
enum Touched {
    /// All: it is new.
    All,
    Functions(BTreeSet<TextRange>),
}

impl Touched {
    /// By member, where that is asked for.
    fn of(together: &Together<'_>, elsewhere: Elsewhere<'_>) -> Vec<Option<Touched>> {
        let Elsewhere::Through(earlier) = elsewhere else {
            return Vec::new();
        };
        let touched = |member: &Member<'_>| match earlier.get(&member.file.name) {
            Some(earlier) => {
                let text = member.file.read().unwrap_or_default();
                let functions = member.facts.functions.iter();
                let functions: Vec<_> = functions.map(|function| function.range).collect();
                Touched::Functions(touched(&text, &functions, &earlier.unchanged))
            }
            None => Touched::All,
        };
        let pairs = together.members.iter().zip(&together.own);
        pairs
            .map(|(member, own)| own.is_some().then(|| touched(member)))
            .collect()
    }

    fn has(&self, function: TextRange) -> bool {
        match self {
            Touched::All => true,
            Touched::Functions(touched) => touched.contains(&function),
        }
    }
}

impl Linked {
    /// Adds what is asked for of the findings in a file of the rest.
    fn add(&mut self, result: FileResult, reviewed: &[SourceFile], elsewhere: Elsewhere<'_>) {
        let FileResult::Reviewed(one) = result else {
            return;
        };
        let is_reviewed = |path: &str| reviewed.iter().any(|file| file.name == path);
        let is_wanted = |finding: &Finding| {
            let mut steps = finding.path.iter();
            match elsewhere {
                Elsewhere::Nowhere => false,
                Elsewhere::Through(_) => steps.any(|step| is_reviewed(&step.place.path)),
                Elsewhere::In(_) => true,
            }
        };
        let shown = one.findings.into_iter().filter(is_wanted);
        self.findings.extend(shown);
        let hidden = one.suppressed.into_iter();
        self.suppressed
            .extend(hidden.filter(|one| is_wanted(&one.finding)));
    }
}
