//! What is said of rules in one place: for all files, or in an override.

use rules::review::{Confidence, Severity};

use super::{RuleGlob, Sourced};

/// What is said of rules in one place.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Rules that run besides the others.
    pub select: Vec<Sourced<RuleGlob>>,
    /// Rules that do not run.
    pub ignore: Vec<Sourced<RuleGlob>>,
    /// Only rules of this severity and above run.
    pub severity: Option<Sourced<Severity>>,
    /// Only rules of this confidence and above run.
    pub confidence: Option<Sourced<Confidence>>,
}

impl Layer {
    /// Whether it adds a rule.
    pub fn selects(&self, id: &str) -> bool {
        self.select.iter().any(|glob| glob.value.matches(id))
    }

    /// Whether it takes a rule away.
    pub fn ignores(&self, id: &str) -> bool {
        self.ignore.iter().any(|glob| glob.value.matches(id))
    }
}
