//! What a review took: counts, which are the same on any machine, and times.

use std::time::Duration;

/// How long a review took, summed over files and threads.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// Finding out which rules could match.
    pub prefilter: Duration,
    /// Parsing, and lowering into the uniform tree.
    pub parse: Duration,
    /// Matching patterns, in one walk or two.
    pub matching: Duration,
    /// Evaluating formulas over the matches, and the checks that are code.
    pub formulas: Duration,
    /// Following values through the functions of each file.
    pub flow: Duration,
    /// Matching and evaluating, by the index of the rule in the plan.
    pub by_rule: Vec<Duration>,
}

impl Times {
    /// Adds what a rule took, by its index in the plan.
    pub(super) fn of_rule(&mut self, rule: usize, took: Duration) {
        if self.by_rule.len() <= rule {
            self.by_rule.resize(rule + 1, Duration::ZERO);
        }
        self.by_rule[rule] += took;
    }
}

impl std::ops::AddAssign for Times {
    fn add_assign(&mut self, other: Times) {
        self.prefilter += other.prefilter;
        self.parse += other.parse;
        self.matching += other.matching;
        self.formulas += other.formulas;
        self.flow += other.flow;
        for (rule, took) in other.by_rule.into_iter().enumerate() {
            self.of_rule(rule, took);
        }
    }
}

/// What a review took; sums over files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Nodes walked.
    pub nodes: u64,
    /// Attempts to match a pattern at a node.
    pub attempts: u64,
    /// Steps of the matcher.
    pub steps: u64,
    /// Matches of patterns, before formulas.
    pub matches: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.nodes += other.nodes;
        self.attempts += other.attempts;
        self.steps += other.steps;
        self.matches += other.matches;
    }
}
