//! From suppressions to the text of a `reviewer.toml`.

use std::fmt::Write;

use rules::review::{Rule, Severity};

use super::{Excluded, Recommendation, Suppressions, answers};
use crate::report::plural;

/// What became of suppressions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The settings, as TOML.
    pub toml: String,
    /// What was carried over, each with what it became.
    pub over: Vec<String>,
    /// What could not be, each with the reason.
    pub lost: Vec<String>,
}

/// What CodeGuru reported, which becomes a baseline.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The file that the baseline is written to.
    pub file: &'a str,
    /// What it is made of.
    pub recommendations: &'a [Recommendation],
}

/// The settings that come closest to suppressions.
pub fn settings(suppressions: &Suppressions, rules: &[Rule], known: Option<Known<'_>>) -> Carried {
    let mut draft = Draft {
        rules,
        carried: Carried::default(),
        severity: None,
        ignore: Vec::new(),
        overrides: Vec::new(),
    };
    draft.threshold(suppressions.below.as_deref());
    for tag in &suppressions.tags {
        draft.tag(tag);
    }
    for excluded in &suppressions.detectors {
        draft.detector(excluded);
    }
    for glob in &suppressions.files {
        draft.over(format!("ExcludeFiles {glob}: `exclude`"));
    }
    for id in &suppressions.ids {
        draft.id(id, known);
    }
    for key in &suppressions.unknown {
        draft.lost(format!("{key}: CodeGuru has no such key"));
    }
    let toml = draft.toml(&suppressions.files, known.map(|known| known.file));
    Carried {
        toml,
        ..draft.carried
    }
}

/// Settings that are being put together.
struct Draft<'a> {
    rules: &'a [Rule],
    carried: Carried,
    severity: Option<Severity>,
    /// Ids or globs, each with what it stands for.
    ignore: Vec<(String, String)>,
    /// Globs of paths, and the ids that are ignored there.
    overrides: Vec<(&'a Excluded, Vec<&'a str>)>,
}

impl<'a> Draft<'a> {
    fn over(&mut self, what: String) {
        self.carried.over.push(what);
    }

    fn lost(&mut self, what: String) {
        self.carried.lost.push(what);
    }

    fn threshold(&mut self, below: Option<&str>) {
        let Some(below) = below else { return };
        let severity = match below.to_lowercase().as_str() {
            "critical" | "high" => Severity::Error,
            "medium" => Severity::Warning,
            "low" | "info" => Severity::Info,
            _ => {
                return self.lost(format!(
                    "ExcludeBelowSeverity {below}: CodeGuru has no such severity"
                ));
            }
        };
        self.severity = Some(severity);
        self.over(format!(
            "ExcludeBelowSeverity {below}: `severity = \"{}\"`",
            severity.name()
        ));
    }

    /// An id means a recommendation, which becomes a known finding.
    fn id(&mut self, id: &str, known: Option<Known<'_>>) {
        let has_id = |one: &Recommendation| one.recommendation_id == id;
        match known {
            None => self.lost(format!(
                "ExcludeById {id}: it is a hash of AWS; --recommendations FILE finds the place that it stands for"
            )),
            Some(known) if known.recommendations.iter().any(has_id) => {
                self.over(format!("ExcludeById {id}: with the recommendations, in the baseline"));
            }
            Some(_) => self.lost(format!("ExcludeById {id}: there is no such recommendation")),
        }
    }

    /// A tag is a language, a weakness (`cwe-79`) or a category.
    fn tag(&mut self, tag: &str) {
        let named = tag.to_lowercase();
        let all = format!("{named}/");
        if self.rules.iter().any(|rule| rule.id.starts_with(&all)) {
            self.over(format!("ExcludeTags {tag}: `{all}*`"));
            return self.ignore.push((format!("{all}*"), format!("tag {tag}")));
        }
        let has_tag = |rule: &&Rule| {
            let metadata = &rule.metadata;
            metadata.category == named
                || metadata.cwe.iter().any(|cwe| cwe.eq_ignore_ascii_case(tag))
        };
        let ids: Vec<_> = self
            .rules
            .iter()
            .filter(has_tag)
            .map(|rule| rule.id.clone())
            .collect();
        if ids.is_empty() {
            return self.lost(format!(
                "ExcludeTags {tag}: no rule here has such a category or CWE"
            ));
        }
        self.over(format!(
            "ExcludeTags {tag}: {} in `ignore`",
            plural(ids.len(), "rule")
        ));
        let reason = |id| (id, format!("tag {tag}"));
        self.ignore.extend(ids.into_iter().map(reason));
    }

    fn detector(&mut self, excluded: &'a Excluded) {
        let detector = &excluded.detector;
        let ids: Vec<_> = answers(detector, self.rules)
            .map(|rule| rule.id.as_str())
            .collect();
        if ids.is_empty() {
            return self.lost(format!(
                "ExcludeRecommendations {detector}: no rule here answers this detector"
            ));
        }
        let shown = ids.join(", ");
        if excluded.locations.is_empty() {
            self.over(format!(
                "ExcludeRecommendations {detector}: `ignore` of {shown}"
            ));
            let reason = |id: &str| (id.to_owned(), detector.clone());
            self.ignore.extend(ids.into_iter().map(reason));
        } else {
            let paths = excluded.locations.join(", ");
            self.over(format!(
                "ExcludeRecommendations {detector} in {paths}: an override for {shown}"
            ));
            self.overrides.push((excluded, ids));
        }
    }

    fn toml(&self, files: &[String], baseline: Option<&str>) -> String {
        let mut out = String::from(
            "# Carried over from Amazon CodeGuru by `reviewer migrate codeguru`.\n\
             # `reviewer config show FILE` says what holds for a file.\n\n\
             pack = \"recommended\"\n",
        );
        // Writing to a `String` cannot fail.
        if let Some(severity) = self.severity {
            let _ = writeln!(out, "severity = \"{}\"", severity.name());
        }
        if let Some(file) = baseline {
            let _ = writeln!(out, "baseline = {}", quoted(file));
        }
        let mut ignore = self.ignore.clone();
        ignore.sort();
        ignore.dedup_by(|one, other| one.0 == other.0);
        list(
            &mut out,
            "ignore",
            ignore.iter().map(|(id, why)| (id.clone(), why.as_str())),
        );
        list(
            &mut out,
            "exclude",
            files.iter().map(|glob| (anchored(glob), "")),
        );
        for (excluded, ids) in &self.overrides {
            let _ = write!(out, "\n# {}\n[[overrides]]\n", one_line(&excluded.detector));
            let paths: Vec<_> = excluded
                .locations
                .iter()
                .map(|glob| quoted(&anchored(glob)))
                .collect();
            let ids: Vec<_> = ids.iter().map(|id| quoted(id)).collect();
            let _ = write!(
                out,
                "paths = [{}]\nignore = [{}]\n",
                paths.join(", "),
                ids.join(", ")
            );
        }
        out
    }
}

/// CodeGuru's globs match whole paths.
fn anchored(glob: &str) -> String {
    match glob.starts_with('/') {
        true => glob.to_owned(),
        false => format!("/{glob}"),
    }
}

fn list<'a>(out: &mut String, key: &str, items: impl Iterator<Item = (String, &'a str)>) {
    let lines: Vec<_> = items
        .map(|(item, why)| match why.is_empty() {
            true => format!("    {},\n", quoted(&item)),
            false => format!("    {}, # {}\n", quoted(&item), one_line(why)),
        })
        .collect();
    if !lines.is_empty() {
        let _ = write!(out, "{key} = [\n{}]\n", lines.concat());
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A comment must not end where the text that it shows has a line break.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
