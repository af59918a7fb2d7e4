//! A finding, as a result of SARIF.

use serde_json::{Map, Value, json};

use super::super::{Report, sentence};
use super::{flow, level};
use crate::review::{Finding, Place, Suppression};

/// The result of a finding, which something may hide.
pub(super) fn result(finding: &Finding, by: Option<&Suppression>, report: &Report<'_>) -> Value {
    let place = &finding.place;
    let mut physical = physical(place);
    let excerpt = &finding.excerpt;
    if excerpt.whole_lines {
        physical["contextRegion"] = json!({
            "startLine": place.start.line,
            "endLine": place.start.line + excerpt.text.matches('\n').count(),
            "snippet": {"text": excerpt.text},
        });
    }
    let mut location = json!({"physicalLocation": physical});
    if let Some(function) = &finding.function {
        location["logicalLocations"] =
            json!([{"fullyQualifiedName": function.name, "kind": "function"}]);
    }
    let mut text = message(&finding.message);
    if finding.source().is_some() {
        text = format!("{} {}", sentence(&text), flow::LINK);
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": fingerprints(finding),
        // Either all results of a run have this, or none.
        "suppressions": by.map(suppression).as_slice(),
    });
    if let Some(index) = report.rule_index(&finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    flow::add(&mut result, finding);
    if let Some(cost) = finding.cost {
        result["properties"] = json!({"functionCost": cost.function, "lineCost": cost.lines});
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([{
            "description": {"text": "Replace the reported code."},
            "artifactChanges": [{
                "artifactLocation": artifact(&fix.place.path),
                "replacements": [{
                    "deletedRegion": region(&fix.place),
                    "insertedContent": {"text": fix.text},
                }],
            }],
        }]);
    }
    result
}

/// In SARIF's messages, `[text](address)` is a link; what looks like one here is code.
pub(super) fn message(text: &str) -> String {
    text.replace("](", "] (")
}

fn fingerprints(finding: &Finding) -> Map<String, Value> {
    let ours = ("hone/v1", &finding.fingerprint);
    let github = ("primaryLocationLineHash", &finding.line_hash);
    [ours, github]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect()
}

fn suppression(by: &Suppression) -> Value {
    match by {
        Suppression::Comment {
            reason: Some(reason),
        } => {
            json!({"kind": "inSource", "justification": reason})
        }
        Suppression::Comment { reason: None } => json!({"kind": "inSource"}),
        Suppression::Baseline => json!({"kind": "external"}),
    }
}

/// Where a place is.
pub(super) fn physical(place: &Place) -> Value {
    json!({"artifactLocation": artifact(&place.path), "region": region(place)})
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column_utf16,
        "endLine": place.end.line,
        "endColumn": place.end.column_utf16,
    })
}

/// A file relative to the root of the review; one outside of it by its full path.
fn artifact(path: &str) -> Value {
    match path.starts_with('/') {
        true => json!({"uri": format!("file://{}", percent_encoded(path))}),
        false => json!({"uri": percent_encoded(path), "uriBaseId": "SRCROOT"}),
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
