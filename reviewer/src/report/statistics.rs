//! How many findings each rule has.

use std::collections::BTreeMap;
use std::fmt::Write;

use rules::review::Severity;

use super::inert::inert_line;
use crate::review::Review;

/// The findings of one rule.
pub(super) struct RuleCount<'a> {
    pub(super) rule: &'a str,
    /// The worst of its findings.
    pub(super) severity: Severity,
    pub(super) findings: usize,
    /// How many of these have a fix.
    pub(super) fixable: usize,
}

impl RuleCount<'_> {
    /// The share of its findings that have a fix.
    pub(super) fn fixable_percent(&self) -> usize {
        self.fixable * 100 / self.findings
    }
}

/// Rules with findings, those with the most first.
pub(super) fn count(review: &Review) -> Vec<RuleCount<'_>> {
    let mut counts = BTreeMap::new();
    for finding in &review.findings {
        let rule = finding.rule.as_str();
        let count = counts.entry(rule).or_insert(RuleCount {
            rule,
            severity: finding.severity,
            findings: 0,
            fixable: 0,
        });
        count.severity = count.severity.max(finding.severity);
        count.findings += 1;
        count.fixable += usize::from(finding.fix.is_some());
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.findings));
    counts
}

/// A table for people.
pub(super) fn table(review: &Review) -> String {
    let mut out = String::from("\nfindings  with a fix  severity  rule\n");
    for count in count(review) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "{:>8}  {:>8} %  {:8}  {}",
            count.findings,
            count.fixable_percent(),
            count.severity.name(),
            inert_line(count.rule)
        );
    }
    out
}
