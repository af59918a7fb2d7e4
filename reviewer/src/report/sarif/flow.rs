//! The way of a value, as a code flow of SARIF; and its source, as a location that the message links to.

use serde_json::{Value, json};

use super::result::{message, physical};
use crate::review::{Finding, Step};

/// What a message says to link to the location with this number: GitHub shows related locations only so.
pub(super) const LINK: &str = "See [where the value comes from](1).";

/// Adds the way of the value to a result.
pub(super) fn add(result: &mut Value, finding: &Finding) {
    if finding.path.is_empty() {
        return;
    }
    let last = finding.path.len() - 1;
    let steps = finding.path.iter().enumerate().map(|(number, step)| {
        let is_end = number == 0 || number == last;
        json!({
            "location": location(step),
            "importance": if is_end { "essential" } else { "important" },
        })
    });
    let steps: Vec<_> = steps.collect();
    result["codeFlows"] = json!([{"threadFlows": [{"locations": steps}]}]);
    if let Some(source) = finding.source() {
        let mut source = location(source);
        source["id"] = json!(1);
        result["relatedLocations"] = json!([source]);
    }
}

fn location(step: &Step) -> Value {
    json!({"physicalLocation": physical(&step.place), "message": {"text": message(&step.note)}})
}
