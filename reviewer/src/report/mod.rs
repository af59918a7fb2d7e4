//! Renderers: pure functions from a review to a text. One format, one file.
//!
//! Every format says what was not reviewed, in the way that its consumers read: as [`notes`] where they take findings
//! only.

mod checkstyle;
mod concise;
mod document;
mod github;
mod gitlab;
mod html;
mod inert;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod notes;
mod rdjson;
mod sarif;
mod statistics;
mod steps;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod xml;

use clap::ValueEnum;
use rules::review::Rule;
use rustc_hash::FxHashMap;

pub use checkstyle::checkstyle;
pub use concise::concise;
pub use github::github;
pub use gitlab::gitlab;
pub use html::html;
pub(crate) use inert::{inert, inert_line};
pub use json::{json, json_schema};
pub use jsonl::jsonl;
pub use junit::junit;
pub use markdown::markdown;
pub use rdjson::rdjson;
pub use sarif::sarif;
pub(crate) use summary::plural;
pub use summary::summary;
pub use text::{TextStyle, text};

use crate::review::{Finding, Review};

/// What a renderer sees.
pub struct Report<'a> {
    /// The review.
    pub review: &'a Review,
    /// Every rule that ran.
    pub rules: &'a [&'a Rule],
    /// What the report adds.
    pub extras: Extras,
    by_id: FxHashMap<&'a str, usize>,
}

/// What a report adds where its format has a place for it: text, concise, json, jsonl, markdown and html have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// The findings of each rule, counted.
    pub statistics: bool,
    /// The names of the files that were reviewed.
    pub files: bool,
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: code frames
    Text,
    /// For people and editors: one line a finding
    Concise,
    /// For programs: our own, which `reviewer schema json` describes
    Json,
    /// The same as lines of JSON
    Jsonl,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: annotations
    Github,
    /// For GitLab: Code Quality
    Gitlab,
    /// For test reports: JUnit's XML
    Junit,
    /// For whatever reads Checkstyle's XML
    Checkstyle,
    /// For reviewdog: its JSON of diagnostics, with suggestions
    Rdjson,
    /// For a job summary or a comment: GitHub's Markdown
    Markdown,
    /// For a browser: one page that needs no network
    Html,
}

impl<'a> Report<'a> {
    /// A report of a review with all of `rules`.
    pub fn new(review: &'a Review, rules: &'a [&'a Rule]) -> Report<'a> {
        let by_id = rules.iter().enumerate();
        Report {
            review,
            rules,
            extras: Extras::default(),
            by_id: by_id
                .map(|(index, rule)| (rule.id.as_str(), index))
                .collect(),
        }
    }

    /// Renders in a format; `style` matters for [`Format::Text`].
    pub fn render(&self, format: Format, style: TextStyle) -> String {
        match format {
            Format::Text => text(self, style),
            Format::Concise => concise(self),
            Format::Json => json(self),
            Format::Jsonl => jsonl(self),
            Format::Sarif => sarif(self),
            Format::Github => github(self),
            Format::Gitlab => gitlab(self),
            Format::Junit => junit(self),
            Format::Checkstyle => checkstyle(self),
            Format::Rdjson => rdjson(self),
            Format::Markdown => markdown(self),
            Format::Html => html(self),
        }
    }

    /// The findings by file, for formats that group them so: by cost, they come in another order.
    fn by_path(&self) -> Vec<&'a Finding> {
        let mut findings: Vec<_> = self.review.findings.iter().collect();
        findings.sort_by_key(|finding| (&finding.place.path, finding.place.bytes));
        findings
    }

    fn rule_index(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    fn rule(&self, id: &str) -> Option<&'a Rule> {
        self.rule_index(id).map(|index| self.rules[index])
    }

    /// What to do about a finding of a rule; empty where the rule does not say.
    fn help(&self, id: &str) -> &'a str {
        self.rule(id).map_or("", |rule| &rule.metadata.help)
    }
}

/// Where to read more about a rule. Rules are from outside too, and only the web is a place to send somebody to.
fn address(rule: &Rule) -> Option<&str> {
    let references = rule.metadata.references.iter();
    references
        .map(String::as_str)
        .find(|text| markdown::is_address(text))
}

/// The text with a full stop, where it has no other end.
fn sentence(text: &str) -> String {
    match text.ends_with(['.', '!', '?']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}
