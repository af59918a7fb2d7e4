//! From recommendations to the findings of ours that stand in the same places.

use std::collections::BTreeMap;

use rules::review::Rule;

use super::{Recommendation, answers, name};
use crate::review::Finding;

/// Which findings were known to CodeGuru.
#[derive(Debug, Default)]
pub struct Matched<'a> {
    /// Findings where a recommendation stands, of a rule that answers its detector.
    pub known: Vec<&'a Finding>,
    /// How many recommendations have a finding.
    pub recommendations: usize,
    /// How many have none although a rule answers their detector, by detector.
    pub not_found: BTreeMap<String, usize>,
    /// How many come from a detector that no rule answers, by detector.
    pub unanswered: BTreeMap<String, usize>,
}

/// Finds out which of `findings` were known. A recommendation that names no detector stands for any rule.
pub fn known_findings<'a>(
    recommendations: &[Recommendation],
    findings: &'a [Finding],
    rules: &[Rule],
) -> Matched<'a> {
    let mut matched = Matched::default();
    for recommendation in recommendations {
        let detector = recommendation.detector();
        let ids: Option<Vec<_>> = detector.map(|detector| {
            answers(detector, rules)
                .map(|rule| rule.id.as_str())
                .collect()
        });
        let stands = |finding: &&Finding| {
            finding.place.path == recommendation.file_path.trim_start_matches("./")
                && recommendation.is_about(finding.place.start.line)
                && ids
                    .as_ref()
                    .is_none_or(|ids| ids.contains(&finding.rule.as_str()))
        };
        let before = matched.known.len();
        matched.known.extend(findings.iter().filter(stands));
        if matched.known.len() > before {
            matched.recommendations += 1;
            continue;
        }
        let missed = match &ids {
            Some(ids) if ids.is_empty() => &mut matched.unanswered,
            _ => &mut matched.not_found,
        };
        let detector = name(detector.unwrap_or("no detector named"));
        *missed.entry(detector.to_owned()).or_default() += 1;
    }
    matched
}
