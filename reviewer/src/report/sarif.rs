//! SARIF 2.1.0, the OASIS standard that code-scanning services read, within GitHub's limits.

use rules::review::{Confidence, Rule, Severity};
use serde_json::{Value, json};

use super::Report;
use crate::review::{Finding, Place};

/// GitHub keeps this many tags of a rule.
const MAX_TAGS: usize = 20;

/// The review as one SARIF run.
pub fn sarif(report: &Report<'_>) -> String {
    let review = report.review;
    let notifications: Vec<_> = review
        .problems
        .iter()
        .map(|problem| {
            json!({
                "level": if problem.fatal { "error" } else { "warning" },
                "message": {"text": format!("{}: {}", problem.about, problem.message)},
            })
        })
        .chain(review.skipped.iter().map(|skipped| {
            json!({
                "level": "note",
                "message": {"text": format!("Not reviewed: {}: {}", skipped.name, skipped.reason)},
            })
        }))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "Hone reviewer",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": "hone/reviewer/"},
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder that the review ran in."}}},
            "invocations": [{
                "executionSuccessful": !review.is_incomplete(),
                "toolExecutionNotifications": notifications,
            }],
            "results": review.findings.iter().map(|finding| result(finding, report)).collect::<Vec<_>>(),
        }],
    });
    format!("{document:#}\n")
}

fn descriptor(rule: &Rule) -> Value {
    let metadata = &rule.metadata;
    let mut tags = vec![metadata.category.clone()];
    tags.extend(
        metadata
            .cwe
            .iter()
            .filter_map(|cwe| cwe_number(cwe))
            .map(|n| format!("external/cwe/cwe-{n:03}")),
    );
    tags.retain(|tag| !tag.is_empty());
    tags.truncate(MAX_TAGS);
    let mut properties = json!({
        "tags": tags,
        "precision": match metadata.confidence {
            Confidence::High => "very-high",
            Confidence::Medium => "high",
            Confidence::Low => "medium",
        },
    });
    if metadata.category == "security" {
        // GitHub reads 9 and above as critical, 7 as high, 4 as medium.
        let score = match rule.severity {
            Severity::Error => "8.0",
            Severity::Warning => "5.5",
            Severity::Info => "3.0",
        };
        properties["security-severity"] = json!(score);
    }
    let help = [metadata.why.as_str(), metadata.help.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    let help = if help.is_empty() {
        rule.message.clone()
    } else {
        help
    };
    let mut descriptor = json!({
        "id": rule.id,
        "name": pascal_case(&rule.id),
        "shortDescription": {"text": sentence(&rule.title)},
        "fullDescription": {"text": sentence(if metadata.why.is_empty() { &rule.title } else { &metadata.why })},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": properties,
    });
    if let Some(reference) = metadata.references.first() {
        descriptor["helpUri"] = json!(reference);
    }
    descriptor
}

fn result(finding: &Finding, report: &Report<'_>) -> Value {
    let place = &finding.place;
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {
            "artifactLocation": artifact(place),
            "region": region(finding),
        }}],
    });
    let excerpt = &finding.excerpt;
    if excerpt.whole_lines {
        result["locations"][0]["physicalLocation"]["contextRegion"] = json!({
            "startLine": place.start.line,
            "endLine": place.start.line + excerpt.text.matches('\n').count(),
            "snippet": {"text": excerpt.text},
        });
    }
    if let Some(index) = report.rules.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([{
            "description": {"text": "Replace the reported code."},
            "artifactChanges": [{
                "artifactLocation": artifact(place),
                "replacements": [{"deletedRegion": region(finding), "insertedContent": {"text": fix.text}}],
            }],
        }]);
    }
    result
}

fn region(finding: &Finding) -> Value {
    let place = &finding.place;
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column_utf16,
        "endLine": place.end.line,
        "endColumn": place.end.column_utf16,
    })
}

/// A file relative to the root of the review; one outside of it by its full path.
fn artifact(place: &Place) -> Value {
    match place.path.starts_with('/') {
        true => json!({"uri": format!("file://{}", percent_encoded(&place.path))}),
        false => json!({"uri": percent_encoded(&place.path), "uriBaseId": "SRCROOT"}),
    }
}

/// RFC 3986: everything but unreserved characters and `/` is encoded.
fn percent_encoded(path: &str) -> String {
    path.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The number in `CWE-89` or `CWE-89: …`.
fn cwe_number(cwe: &str) -> Option<u32> {
    cwe.strip_prefix("CWE-")?
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

fn pascal_case(id: &str) -> String {
    let words = id
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
