//! Which rules run on which file.

use rules::review::Rule;

use super::Plan;

/// Which rules of a plan run on a file, by their indices.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selection(Vec<bool>);

impl Selection {
    /// The rules for which `wanted` holds.
    pub fn of(plan: &Plan, wanted: impl FnMut(&Rule) -> bool) -> Selection {
        Selection(plan.rules().map(wanted).collect())
    }

    /// Every rule.
    pub fn all(plan: &Plan) -> Selection {
        Selection(vec![true; plan.rules.len()])
    }

    /// A byte for each rule: 1 where it runs.
    pub(crate) fn bits(&self) -> Vec<u8> {
        self.0.iter().map(|&wanted| u8::from(wanted)).collect()
    }

    /// Whether the rule with this index runs.
    pub fn contains(&self, rule: usize) -> bool {
        self.0.get(rule).is_some_and(|wanted| *wanted)
    }
}
