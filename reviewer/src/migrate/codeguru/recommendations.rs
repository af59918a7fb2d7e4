//! Reads `recommendations.json`, as CodeGuru's command line writes it.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

/// What CodeGuru reported at one place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Recommendation {
    /// Relative to the root of the repository.
    #[serde(alias = "filePath")]
    pub file_path: String,
    /// First line.
    #[serde(alias = "startLine", default)]
    pub start_line: usize,
    /// Last line.
    #[serde(alias = "endLine", default)]
    pub end_line: usize,
    /// The hash that AWS gave it.
    #[serde(alias = "recommendationId", default)]
    pub recommendation_id: String,
    /// What was said, in Markdown.
    #[serde(alias = "description", default)]
    pub description: String,
    /// What reported it.
    #[serde(alias = "ruleMetadata", default)]
    pub rule_metadata: Option<RuleMetadata>,
}

/// What reported a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleMetadata {
    /// The detector: `java/throw-exception-with-trace@v1.0`.
    #[serde(alias = "ruleId", default)]
    pub rule_id: Option<String>,
}

/// Why a file of recommendations cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("is no list of CodeGuru's recommendations: {0}")]
pub struct RecommendationsError(#[from] serde_json::Error);

/// Reads recommendations. Those about the repository as a whole, which are statistics, are left out.
///
/// # Errors
/// Where the text is no list of recommendations.
pub fn recommendations(text: &str) -> Result<Vec<Recommendation>, RecommendationsError> {
    let mut all: Vec<Recommendation> = serde_json::from_str(text)?;
    all.retain(|one| one.file_path != ".");
    Ok(all)
}

impl Recommendation {
    /// The detector, where one is named.
    pub fn detector(&self) -> Option<&str> {
        self.rule_metadata.as_ref()?.rule_id.as_deref()
    }

    /// Whether it is about a line: one of its own, or one of those where it names a similar issue.
    pub fn is_about(&self, line: usize) -> bool {
        (self.start_line..=self.end_line.max(self.start_line)).contains(&line)
            || self.similar().any(|similar| similar == line)
    }

    /// "Similar issue at line numbers 166 and 170."
    fn similar(&self) -> impl Iterator<Item = usize> {
        static LINES: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)similar issues? at line numbers? ([0-9, and]+)")
                .expect("it is constant")
        });
        let lines = LINES
            .captures(&self.description)
            .and_then(|found| found.get(1));
        let lines = lines.map_or("", |lines| lines.as_str());
        lines
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|number| number.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_statistics_left_out() {
        let text = r#"[
            {"FilePath": "a.java", "StartLine": 3, "EndLine": 4, "RecommendationId": "1",
             "Description": "**Problem**: x.\nSimilar issue at line numbers 9, 12 and 15.",
             "RuleMetadata": {"RuleId": "java/a@v1.0", "RuleTags": []}, "Severity": "Medium"},
            {"filePath": "b.java", "startLine": 1, "endLine": 1, "ruleMetadata": {"ruleId": "r"}},
            {"FilePath": ".", "StartLine": 1, "EndLine": 1}
        ]"#;
        let read = recommendations(text).unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[1].detector(), Some("r"));
        let about: Vec<_> = (1..20).filter(|&line| read[0].is_about(line)).collect();
        assert_eq!(about, [3, 4, 9, 12, 15]);
        assert!(recommendations("{}").is_err());
    }
}
