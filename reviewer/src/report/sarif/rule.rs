//! A rule, as SARIF describes it.

use std::fmt::Write;

use rules::review::{Confidence, Rule, Severity};
use serde_json::{Value, json};

use super::super::markdown::{block, link, prose};
use super::super::{address, sentence};
use super::level;

/// GitHub keeps this many tags of a rule.
pub(super) const MAX_TAGS: usize = 20;

/// The descriptor of a rule.
pub(super) fn descriptor(rule: &Rule) -> Value {
    let metadata = &rule.metadata;
    let mut tags = tags(rule);
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
    let why = or(&metadata.why, &rule.title);
    let mut descriptor = json!({
        "id": rule.id,
        "name": pascal_case(&rule.id),
        "shortDescription": {"text": sentence(&rule.title)},
        "fullDescription": {"text": sentence(why)},
        "help": {"text": help(rule), "markdown": help_markdown(rule)},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": properties,
    });
    if let Some(address) = address(rule) {
        descriptor["helpUri"] = json!(address);
    }
    descriptor
}

/// The category and the weaknesses.
pub(super) fn tags(rule: &Rule) -> Vec<String> {
    let numbers = rule.metadata.cwe.iter().filter_map(|cwe| cwe_number(cwe));
    let mut tags = vec![rule.metadata.category.clone()];
    tags.extend(numbers.map(|n| format!("external/cwe/cwe-{n:03}")));
    tags.retain(|tag| !tag.is_empty());
    tags
}

fn help(rule: &Rule) -> String {
    let metadata = &rule.metadata;
    let texts = [metadata.why.as_str(), metadata.help.as_str()];
    let texts: Vec<_> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    or(&texts.join("\n\n"), &rule.message).to_owned()
}

fn help_markdown(rule: &Rule) -> String {
    let metadata = &rule.metadata;
    let texts = [metadata.why.as_str(), metadata.help.as_str()];
    let mut out = String::new();
    // Writing to a `String` cannot fail.
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        let _ = write!(out, "{}\n\n", prose(text));
    }
    if out.is_empty() {
        let _ = write!(out, "{}\n\n", prose(&rule.message));
    }
    let language = match rule.languages.as_slice() {
        [one] if one.bytes().all(|b| b.is_ascii_alphanumeric()) => one,
        _ => "",
    };
    for example in &rule.examples {
        let parts = [
            ("Reported", &example.bad),
            ("Fixed", &example.fixed),
            ("Not reported", &example.good),
        ];
        for (title, code) in parts {
            if let Some(code) = code {
                let _ = write!(out, "{title}:\n\n{}\n", block(language, &code.text));
            }
        }
        for (path, code) in &example.files {
            let title = match example.is_bad() {
                true => "Reported",
                false => "Not reported",
            };
            let code = block(language, &code.text);
            let _ = write!(out, "{title}, in {}:\n\n{code}\n", prose(path));
        }
    }
    for reference in &metadata.references {
        let _ = writeln!(out, "- {}", link(reference));
    }
    out
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
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
