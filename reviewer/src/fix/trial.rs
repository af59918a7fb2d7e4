//! A text with all that is known about it, and whether edits make a better one of it.

use super::edit::{Edit, Edits, Move};
use super::structure::{holds, is_kept};
use super::{Job, Left, Reason, Refusal, identity};
use crate::lang::ParseError;
use crate::review::FileReview;
use crate::tree::Tree;

/// A text, parsed and reviewed.
pub(super) struct State {
    pub(super) tree: Tree,
    /// Its findings are in `known`.
    pub(super) review: FileReview,
    pub(super) known: Vec<Known>,
}

/// A finding, and what is known about its fix.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) left: Left,
    /// Why its fix is not applied.
    pub(super) refused: Option<Reason>,
}

impl Known {
    /// What is said where its fix is not applied.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        let finding = &self.left.finding;
        Some(Refusal {
            rule: finding.rule.clone(),
            place: finding.place.clone(),
            reason: self.refused.clone()?,
        })
    }
}

impl State {
    /// The state of a text that no edit has touched.
    pub(super) fn new(job: &Job<'_>, text: String) -> Result<State, ParseError> {
        let tree = job.language.parse(text)?;
        let mut review = (job.review)(tree.text.clone());
        let known = std::mem::take(&mut review.findings)
            .into_iter()
            .map(|finding| Known {
                left: Left {
                    was: finding.fingerprint.clone(),
                    finding,
                },
                refused: None,
            })
            .collect();
        Ok(State {
            tree,
            review,
            known,
        })
    }

    /// Whether the finding that had this fingerprint at first is still there.
    pub(super) fn knows(&self, was: &str) -> bool {
        self.known.iter().any(|known| known.left.was == was)
    }

    /// The state with all these edits.
    pub(super) fn with(&self, job: &Job<'_>, edits: &[Edit]) -> Result<State, Reason> {
        let (tree, moves) = self.parsed(job, edits)?;
        let whole = |(edit, at): (&Edit, &Move)| {
            let mut parts = edit.parts.iter();
            parts.all(|part| holds(&tree, at.to, part))
        };
        if !edits.iter().zip(&moves).all(whole) {
            return Err(Reason::Structure);
        }
        if tree.errors.len() > self.tree.errors.len() {
            return Err(Reason::Syntax);
        }
        let mut review = (job.review)(tree.text.clone());
        if let Some(why) = review.incomplete.first() {
            return Err(Reason::Incomplete(why.clone()));
        }
        let found = std::mem::take(&mut review.findings);
        let known = identity::carried(self, edits, &moves, (&tree, found))?;
        Ok(State {
            tree,
            review,
            known,
        })
    }

    /// The new tree. What would be read together with the code around it gets parentheses.
    fn parsed(&self, job: &Job<'_>, edits: &[Edit]) -> Result<(Tree, Vec<Move>), Reason> {
        let parse = |edits: &[Edit]| {
            let tree = job.language.parse(Edits(edits).applied(&self.tree.text));
            let moves = Edits(edits).moves();
            tree.map(|tree| (tree, moves))
                .map_err(|error| Reason::Incomplete(error.to_string()))
        };
        let kept = |tree: &Tree, edit: &Move| is_kept(&self.tree, edit.from, tree, edit.to);
        let (tree, moves) = parse(edits)?;
        if moves.iter().all(|edit| kept(&tree, edit)) {
            return Ok((tree, moves));
        }
        let in_parentheses: Vec<_> = edits
            .iter()
            .zip(&moves)
            .map(|(edit, at)| match kept(&tree, at) {
                true => edit.clone(),
                false => edit.clone().in_parentheses(),
            })
            .collect();
        let (tree, moves) = parse(&in_parentheses)?;
        match moves.iter().all(|edit| kept(&tree, edit)) {
            true => Ok((tree, moves)),
            false => Err(Reason::Structure),
        }
    }
}
