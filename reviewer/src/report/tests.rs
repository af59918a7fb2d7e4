//! Limits of the services that read reports. Whether these can read them at all, `tests/reports/validate.py` says.

use rules::review::{Confidence, Severity};
use serde_json::Value;

use super::{Report, github, gitlab, markdown, sarif};
use crate::review::{Excerpt, Finding, Place, Position, Review, Suppressed, Suppression};
use crate::tree::TextRange;

/// A character of a file.
pub(super) fn place(path: &str, line: usize) -> Place {
    let position = |column| Position {
        line,
        column,
        column_utf16: column,
        column_utf8: column,
    };
    Place {
        path: path.into(),
        start: position(1),
        end: position(2),
        bytes: TextRange::new(0, 1),
    }
}

pub(super) fn finding(severity: Severity, line: usize) -> Finding {
    Finding {
        place: place("a.py", line),
        rule: "r".into(),
        severity,
        confidence: Confidence::High,
        message: "m".into(),
        fix: None,
        metavariables: Vec::new(),
        excerpt: Excerpt {
            text: "x".into(),
            whole_lines: true,
            highlight: 0..1,
        },
        function: None,
        fingerprint: "0f".repeat(16),
        line_hash: "1:1".into(),
        cost: None,
        path: Vec::new(),
    }
}

fn review(severities: impl Iterator<Item = Severity>) -> Review {
    let findings = severities.zip(1..);
    Review {
        findings: findings
            .map(|(severity, line)| finding(severity, line))
            .collect(),
        ..Review::default()
    }
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

#[test]
fn sarif_leaves_out_what_is_hidden_and_then_the_least_severe() {
    let mut review = review((0..25_001).map(|number| match number {
        7 => Severity::Info,
        _ => Severity::Warning,
    }));
    review.suppressed.push(Suppressed {
        finding: finding(Severity::Error, 1),
        by: Suppression::Baseline,
    });
    let run = &parsed(&sarif(&Report::new(&review, &[])))["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert!(results.iter().all(|result| result["level"] == "warning"));
    let notice = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(
        notice,
        "2 results are left out, the least severe ones: GitHub takes 25000 of a run."
    );
}

#[test]
fn annotations_are_as_many_as_github_shows() {
    let review = review(
        [Severity::Error, Severity::Info]
            .into_iter()
            .cycle()
            .take(40),
    );
    let text = github(&Report::new(&review, &[]));
    let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("::error "), count("::notice ")), (10, 10));
    assert!(text.ends_with("21 more annotations are left out, since GitHub shows 10 of a kind.\n"));
}

#[test]
fn fingerprints_are_unique_in_a_report_for_gitlab() {
    let review = review([Severity::Error; 3].into_iter());
    let issues = parsed(&gitlab(&Report::new(&review, &[])));
    let fingerprints: Vec<_> = issues
        .as_array()
        .unwrap()
        .iter()
        .map(|i| &i["fingerprint"])
        .collect();
    let one = "0f".repeat(16);
    assert_eq!(
        fingerprints,
        [&one, &format!("{one}-2"), &format!("{one}-3")]
    );
}

#[test]
fn markdown_fits_into_a_comment_and_says_what_does_not() {
    let review = review([Severity::Error; 5_000].into_iter());
    let text = markdown(&Report::new(&review, &[]));
    let shown = text.matches("#### ").count();
    assert!(text.len() < 65_536 && shown > 500, "{shown}");
    assert!(text.contains(&format!(
        "{} findings more: see the other reports.",
        5_000 - shown
    )));
}
