//! Taint over all files of a review: what their facts come to when they are linked.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Step;
use super::lines::Lines;
use super::secrets::Secrets;
use crate::flow::facts::{FileFacts, LinkedFile};
use crate::flow::taint::{self, About, Found};
use crate::plan::{Hit, Plan, Selection};
use crate::source::SourceFile;
use crate::tree::TextRange;

/// A file that takes part.
pub(super) struct Member<'a> {
    pub(super) file: &'a SourceFile,
    /// Its path in the project, which imports are about.
    pub(super) path: Cow<'a, str>,
    pub(super) facts: &'a FileFacts,
    /// Where its secrets stand.
    pub(super) secrets: &'a [TextRange],
    /// Which rules may report something in it.
    pub(super) selection: &'a Selection,
}

/// What was found.
#[derive(Default)]
pub(super) struct Followed {
    /// By the index of the file.
    pub(super) hits: BTreeMap<usize, Vec<Hit>>,
    /// Why something may be missing.
    pub(super) incomplete: Option<String>,
}

/// Follows taint through files. What is found in a file is of interest where something in it is `wanted`; `text` reads
/// one by its index.
pub(super) fn follow(
    members: &[Member<'_>],
    plan: &Plan,
    about: About<'_>,
    wanted: &dyn Fn(&Found) -> bool,
    text: &dyn Fn(usize) -> Option<String>,
) -> Followed {
    let rules: Vec<_> = plan.rules().enumerate().collect();
    let files: Vec<_> = members
        .iter()
        .map(|member| LinkedFile {
            name: &member.path,
            language: member.file.language,
            facts: member.facts,
        })
        .collect();
    let outcome = taint::follow(&files, &rules, about);
    let mut followed = Followed::default();
    if outcome.is_cut {
        followed.incomplete = Some(
            "following taint through the files took more than its budget of steps: findings about it may be missing".into(),
        );
    }
    let mut texts = Texts {
        members,
        plan,
        text,
        known: BTreeMap::new(),
    };
    let is_shown = |found: &&Found| members[found.file].selection.contains(found.rule);
    let found = outcome.found.iter().filter(is_shown);
    // All findings of a file are needed: who one is depends on how many are like it.
    let files: BTreeSet<usize> = found
        .clone()
        .filter(|found| wanted(found))
        .map(|found| found.file)
        .collect();
    for found in found {
        if files.contains(&found.file)
            && let Some(hit) = texts.hit(found)
        {
            followed.hits.entry(found.file).or_default().push(hit);
        }
    }
    followed
}

/// The texts that steps are shown of.
struct Texts<'a> {
    members: &'a [Member<'a>],
    plan: &'a Plan,
    text: &'a dyn Fn(usize) -> Option<String>,
    known: BTreeMap<usize, Option<Shown>>,
}

/// A text, with its secrets masked.
struct Shown {
    text: String,
    shown: String,
    lines: Lines,
}

impl Texts<'_> {
    fn hit(&mut self, found: &Found) -> Option<Hit> {
        let steps = found.steps.iter().filter_map(|step| self.step(step));
        let path = told(steps.collect());
        let plan = self.plan;
        let text = &self.shown(found.file)?.text;
        let words: Vec<_> = found
            .bound
            .iter()
            .map(|(name, text)| (&**name, &**text))
            .collect();
        // The text may have changed since it was looked at.
        let code = text.get(found.range.indices())?;
        let hit = plan.hit(found.rule, found.range, code, &words);
        Some(Hit { path, ..hit })
    }

    fn step(&mut self, step: &taint::FoundStep) -> Option<Step> {
        let file = self.members[step.file].file;
        let Shown { text, shown, lines } = self.shown(step.file)?;
        text.get(step.range.indices())?;
        Some(Step::new(
            file,
            text,
            shown,
            lines,
            step.range,
            step.note.clone(),
        ))
    }

    fn shown(&mut self, file: usize) -> Option<&Shown> {
        let Texts {
            members,
            text,
            known,
            ..
        } = self;
        let shown = known.entry(file).or_insert_with(|| {
            let text = text(file)?;
            Some(Shown::new(text, members[file].secrets))
        });
        shown.as_ref()
    }
}

/// The steps that tell something: of several in one line, those with a note.
fn told(steps: Vec<Step>) -> Vec<Step> {
    let place = |step: &Step| (step.place.path.clone(), step.place.start.line);
    let mut told: Vec<Step> = Vec::new();
    let mut rest = steps.into_iter().peekable();
    while let Some(step) = rest.next() {
        let is_there =
            |other: Option<&Step>| other.is_some_and(|other| place(other) == place(&step));
        if !step.note.is_empty() || !is_there(told.last()) && !is_there(rest.peek()) {
            told.push(step);
        }
    }
    told
}

impl Shown {
    fn new(text: String, secrets: &[TextRange]) -> Shown {
        let secrets = Secrets::at(secrets, &text);
        Shown {
            lines: Lines::new(&text),
            shown: secrets.masked(&text).into_owned(),
            text,
        }
    }
}
