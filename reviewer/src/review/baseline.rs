//! Findings that were there before: a file that lists them, so that only new ones are reported.
//!
//! An entry is a rule, a path and a fingerprint. Where a file is gone, its entries speak of a file that has the same
//! findings and no entries for them: it was renamed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::{Finding, Review, Suppressed, Suppression};

/// The version of the file format.
const VERSION: u32 = 1;

/// What a baseline file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    entries: BTreeSet<Entry>,
}

/// One finding that was there before.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, relative to the folder of the baseline.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// As in [`Finding::fingerprint`].
    pub fingerprint: String,
}

/// Why a baseline cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON of the expected form.
    #[error("is no baseline; `reviewer baseline write` makes one")]
    Form(#[from] serde_json::Error),
    /// It was written by another version.
    #[error(
        "is a baseline of version {0}, and this program reads version {VERSION}; write it anew"
    )]
    Version(u32),
}

/// Where the files of a review lie, as seen from the baseline.
pub struct Places<'a> {
    /// The path of an entry for the name of a file in the review.
    pub path: &'a dyn Fn(&str) -> String,
    /// Whether there is a file at the path of an entry.
    pub exists: &'a dyn Fn(&str) -> bool,
}

impl Baseline {
    /// The baseline that `findings` make.
    pub fn of<'a>(
        findings: impl IntoIterator<Item = &'a Finding>,
        path: &dyn Fn(&str) -> String,
    ) -> Baseline {
        let entries = findings.into_iter().map(|finding| entry(finding, path));
        Baseline {
            version: VERSION,
            entries: entries.collect(),
        }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// Where the text is none, or one of another version.
    pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        match serde_json::from_str::<Versioned>(text)?.version {
            VERSION => Ok(serde_json::from_str(text)?),
            other => Err(BaselineError::Version(other)),
        }
    }

    /// The baseline as JSON, one entry a line: changes to it are easy to read and to merge.
    pub fn to_json(&self) -> String {
        let entries: Vec<_> = self
            .entries
            .iter()
            .map(|entry| format!("    {}", serde_json::json!(entry)))
            .collect();
        let version = self.version;
        match entries.is_empty() {
            true => format!("{{\n  \"version\": {version},\n  \"entries\": []\n}}\n"),
            false => format!(
                "{{\n  \"version\": {version},\n  \"entries\": [\n{}\n  ]\n}}\n",
                entries.join(",\n")
            ),
        }
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The baseline without `stale` entries.
    pub fn without(&self, stale: &[Entry]) -> Baseline {
        let stale: HashSet<_> = stale.iter().collect();
        let kept = self.entries.iter().filter(|entry| !stale.contains(entry));
        Baseline {
            version: self.version,
            entries: kept.cloned().collect(),
        }
    }

    /// Moves the findings that are listed to what is suppressed. Returns the entries that are stale: their file was
    /// reviewed, or is gone, and `ran` says that their rule ran on it, but the finding is not there.
    pub fn apply(
        &self,
        review: &mut Review,
        places: &Places<'_>,
        ran: &dyn Fn(&Entry) -> bool,
    ) -> Vec<Entry> {
        let mut unmatched = self.entries.clone();
        let mut new = Vec::new();
        let mut known = Vec::new();
        for finding in std::mem::take(&mut review.findings) {
            match unmatched.remove(&entry(&finding, places.path)) {
                true => known.push(finding),
                false => new.push(finding),
            }
        }
        let mut renamed = renamed(&unmatched, places);
        for finding in new {
            let moved = renamed.get_mut(&finding.fingerprint).and_then(Vec::pop);
            match moved {
                Some(entry) => {
                    unmatched.remove(&entry);
                    known.push(finding);
                }
                None => review.findings.push(finding),
            }
        }
        review.suppress(known, &Suppression::Baseline);
        let reviewed: HashSet<_> = review.reviewed.iter().map(|n| (places.path)(n)).collect();
        unmatched
            .into_iter()
            .filter(|entry| ran(entry))
            .filter(|entry| reviewed.contains(&entry.path) || !(places.exists)(&entry.path))
            .collect()
    }
}

/// The entries of files that are gone, by fingerprint.
fn renamed(entries: &BTreeSet<Entry>, places: &Places<'_>) -> BTreeMap<String, Vec<Entry>> {
    let mut gone: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let mut last: Option<(&str, bool)> = None;
    for entry in entries {
        // Entries are sorted by path: each file is looked for once.
        let exists = match last {
            Some((path, exists)) if path == entry.path => exists,
            _ => (places.exists)(&entry.path),
        };
        last = Some((&entry.path, exists));
        if !exists {
            gone.entry(entry.fingerprint.clone())
                .or_default()
                .push(entry.clone());
        }
    }
    gone
}

fn entry(finding: &Finding, path: &dyn Fn(&str) -> String) -> Entry {
    Entry {
        path: path(&finding.place.path),
        rule: finding.rule.clone(),
        fingerprint: finding.fingerprint.clone(),
    }
}

impl Review {
    /// Adds findings to what is suppressed.
    fn suppress(&mut self, findings: Vec<Finding>, by: &Suppression) {
        if findings.is_empty() {
            return;
        }
        let suppressed = findings.into_iter().map(|finding| Suppressed {
            finding,
            by: by.clone(),
        });
        self.suppressed.extend(suppressed);
        self.suppressed
            .sort_by_cached_key(|one| one.finding.order());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::plan::{Plan, Selection};
    use crate::review::review_text;
    use crate::source::SourceFile;

    const CODE: &str = "def f(x=[]):\n    return x\ndef g(x=[]):\n    return x\n";

    fn review(path: &str, code: &str) -> Review {
        let plan = Plan::prepare(rules::builtin::review_rules(), false).plan;
        let file = SourceFile::on_disk(path, path, Language::Python);
        let one = review_text(&file, code.into(), &plan, &Selection::all(&plan));
        Review {
            findings: one.findings,
            reviewed: vec![path.into()],
            ..Review::default()
        }
    }

    /// What is new, and what is stale, in `review` where only the files of `exist` exist.
    fn applied(baseline: &Baseline, mut review: Review, exist: &[&str]) -> (usize, usize) {
        let places = Places {
            path: &|path| path.to_owned(),
            exists: &|path| exist.contains(&path),
        };
        let stale = baseline.apply(&mut review, &places, &|_| true);
        (review.findings.len(), stale.len())
    }

    #[test]
    fn only_what_is_new_is_left_and_what_is_gone_is_stale() {
        let before = review("a.py", CODE);
        assert_eq!(before.findings.len(), 2);
        let baseline = Baseline::of(&before.findings, &|path| path.to_owned());
        assert_eq!(Baseline::parse(&baseline.to_json()).unwrap(), baseline);
        let shifted = format!("import os\n\n\n{CODE}");
        assert_eq!(
            applied(&baseline, review("a.py", &shifted), &["a.py"]),
            (0, 0)
        );
        let more = format!("def e(x=[]):\n    return x\n{CODE}");
        assert_eq!(applied(&baseline, review("a.py", &more), &["a.py"]), (1, 0));
        let less = "def f(x=[]):\n    return x\n";
        assert_eq!(applied(&baseline, review("a.py", less), &["a.py"]), (0, 1));
    }

    #[test]
    fn entries_follow_a_file_that_was_renamed_and_not_one_that_was_copied() {
        let before = review("a.py", CODE);
        let baseline = Baseline::of(&before.findings, &|path| path.to_owned());
        assert_eq!(applied(&baseline, review("b.py", CODE), &["b.py"]), (0, 0));
        assert_eq!(
            applied(&baseline, review("b.py", CODE), &["a.py", "b.py"]),
            (2, 0)
        );
    }
}
