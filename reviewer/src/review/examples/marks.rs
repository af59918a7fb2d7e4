//! Comments in examples that say what is to be reported.

use std::collections::BTreeSet;

/// The lines (1-based) that the markers of an example speak of.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) reported: BTreeSet<usize>,
    pub(super) missed: BTreeSet<usize>,
    pub(super) spurious: BTreeSet<usize>,
    /// Whether there is any marker for the rule.
    pub(super) about: bool,
}

impl Marks {
    /// Reads the markers for the rule `id`. A marker speaks of the next line that is no marker.
    pub(super) fn of(code: &str, id: &str) -> Marks {
        let mut marks = Marks::default();
        let lines: Vec<_> = code.lines().collect();
        let marker = |line: &str| {
            let kinds = ["todoruleid:", "todook:", "ruleid:", "ok:"];
            kinds.into_iter().find_map(|kind| {
                let at = line.find(kind)?;
                let comment = line[..at].trim_end().ends_with(['#', '/', '*', '-']);
                comment.then(|| (kind, line[at + kind.len()..].to_owned()))
            })
        };
        for (at, line) in lines.iter().enumerate() {
            let Some((kind, ids)) = marker(line) else {
                continue;
            };
            if !ids.split(',').any(|named| names(named, id)) {
                continue;
            }
            marks.about = true;
            let next = (at + 1..lines.len())
                .find(|&next| marker(lines[next]).is_none())
                .unwrap_or(at)
                + 1;
            match kind {
                "ruleid:" => marks.reported.insert(next),
                "todoruleid:" => marks.missed.insert(next),
                "todook:" => marks.spurious.insert(next),
                _ => continue,
            };
        }
        marks
    }

    /// What is wrong with the lines of findings, each as a line and a sentence.
    pub(super) fn differences(&self, found: &BTreeSet<usize>) -> Vec<(usize, &'static str)> {
        let expected = [&self.reported, &self.missed, &self.spurious];
        let unexpected = found
            .iter()
            .filter(|line| !expected.iter().any(|lines| lines.contains(line)));
        let missing = self.reported.difference(found);
        missing
            .map(|&line| (line, "a finding is expected here, and there is none"))
            .chain(unexpected.map(|&line| (line, "a finding that no marker expects")))
            .collect()
    }

    /// Known mistakes that are gone, in the same form.
    pub(super) fn mended(&self, found: &BTreeSet<usize>) -> Vec<(usize, &'static str)> {
        let missed = "`todoruleid` says that this is missed; it is found now: mark it `ruleid`";
        let spurious =
            "`todook` says that this is reported by mistake; it no longer is: mark it `ok`";
        let found_now = self.missed.intersection(found);
        let no_longer = self.spurious.difference(found);
        found_now
            .map(|&line| (line, missed))
            .chain(no_longer.map(|&line| (line, spurious)))
            .collect()
    }
}

/// Whether a name in a marker is that of the rule: what follows it, and the folders of a dotted name, say nothing.
fn names(named: &str, id: &str) -> bool {
    let first = named.split_whitespace().next().unwrap_or_default();
    let first = first.trim_end_matches("*/").trim_end_matches("-->");
    first == id || first.rsplit('.').next() == Some(id)
}
