//! Rounds of edits, until nothing changes.

use std::collections::HashSet;

use rules::review::Safety;

use super::edit::{Edit, Edits};
use super::trial::{Known, State};
use super::{Fixed, Reason};
use crate::lang::{Language, ParseError};
use crate::review::{FileReview, Finding, Fix};

/// Most rounds. A rule whose fix makes work for another takes one more each.
pub const MAX_ROUNDS: usize = 10;

/// How to fix a text.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// What the text is written in.
    pub language: Language,
    /// The fixes to apply: the safe ones, or the unsafe ones too.
    pub safety: Safety,
    /// Reviews a text.
    pub review: &'a dyn Fn(String) -> FileReview,
}

/// Applies the fixes of the findings `shown` of `text`, as far as `job` allows.
///
/// Where a round of edits is taken back, its halves are tried, the later one first, down to the edits that are to blame.
/// A fix whose range holds a comment that its text does not is refused, unless it is about comments alone.
///
/// # Errors
/// Where the text is too much for the parser.
pub fn apply(job: &Job<'_>, text: &str, shown: &[Finding]) -> Result<Fixed, ParseError> {
    let shown: HashSet<&str> = shown.iter().map(|f| f.fingerprint.as_str()).collect();
    let mut run = Run {
        job,
        state: State::new(job, text.to_owned())?,
        fixes: 0,
    };
    for _ in 0..MAX_ROUNDS {
        let edits = run.edits(&shown);
        if edits.is_empty() {
            break;
        }
        run.keep_what_holds(&edits);
    }
    for edit in run.edits(&shown) {
        run.refuse(&edit, Reason::Rounds);
    }
    let refused = run.state.known.iter().filter_map(Known::refusal).collect();
    let State {
        tree,
        review,
        known,
    } = run.state;
    Ok(Fixed {
        text: tree.text,
        fixes: run.fixes,
        refused,
        left: known.into_iter().map(|known| known.left).collect(),
        review,
    })
}

struct Run<'a> {
    job: &'a Job<'a>,
    state: State,
    fixes: usize,
}

impl Run<'_> {
    /// The edits of the next round: in order, and apart from each other. What loses a comment is refused.
    fn edits(&mut self, shown: &HashSet<&str>) -> Vec<Edit> {
        let open = self.state.known.iter().filter(|known| {
            let fix = &known.left.finding.fix;
            let allowed = |fix: &Fix| fix.safety <= self.job.safety;
            known.refused.is_none()
                && shown.contains(known.left.was.as_str())
                && fix.as_ref().is_some_and(allowed)
        });
        let edits = open.filter_map(|known| Edit::new(&known.left, &self.state.tree.text));
        let (edits, losing): (Vec<_>, Vec<_>) =
            edits.partition(|edit| !edit.loses_comment(&self.state.tree));
        for edit in &losing {
            self.refuse(edit, Reason::Comment);
        }
        Edits::apart(edits)
    }

    /// Applies as many of the edits as hold. Later ones come first, so that the places of earlier ones stay.
    fn keep_what_holds(&mut self, edits: &[Edit]) {
        // An edit that is already in may have taken the finding away.
        let edits: Vec<_> = edits
            .iter()
            .filter(|edit| self.state.knows(&edit.was))
            .cloned()
            .collect();
        let [first, rest @ ..] = edits.as_slice() else {
            return;
        };
        match self.state.with(self.job, &edits) {
            Ok(state) => {
                self.state = state;
                self.fixes += edits.len();
            }
            Err(reason) if rest.is_empty() => self.refuse(first, reason),
            Err(_) => {
                let (early, late) = edits.split_at(edits.len() / 2);
                self.keep_what_holds(late);
                self.keep_what_holds(early);
            }
        }
    }

    fn refuse(&mut self, edit: &Edit, reason: Reason) {
        let known = &mut self.state.known;
        if let Some(known) = known.iter_mut().find(|known| known.left.was == edit.was) {
            known.refused = Some(reason);
        }
    }
}
