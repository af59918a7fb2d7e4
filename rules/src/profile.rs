//! Profile rules: what a pattern of hot stacks means, and what to do about it.
//!
//! A rule describes stacks, and a sample matches where its stack is so. From `threshold` percent of a profile on, the
//! rule speaks. Rules live at `rules/profile/<name>.yaml` and their ids are `profile/<name>`.
//!
//! ```text
//! frames:           one of them is on the stack
//! called-from:      one of them is nearer to the root (default: any caller will do)
//! not-called-from:  none of them is the frame or nearer to the root
//! not-calling:      none of them is nearer to the leaf
//! leaf: true        the frame is the last one of the stack: only its own cost counts
//! inlined: false    an inlined call is no match
//! ```
//!
//! A rule for stacks of several shapes has a list of such descriptions under `any`; a stack that fits two of them
//! counts once.
//!
//! Frame patterns are function names in which `*` stands for any text; the whole name must match. What compilers and
//! linkers append to a name (`.part.0`, `.constprop.0`, `.cold`, `@@GLIBC_2.34`), and `__GI_` at the front of a name of
//! glibc, need not be in the pattern. A pattern means user code, and with `_[k]` at its end kernel code.

use crate::yaml::{self, Error, Fields, Node};

/// A profile rule.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileRule {
    /// `profile/<name>`.
    pub id: String,
    /// The finding in a few words.
    pub title: String,
    /// How much it matters.
    pub severity: ProfileSeverity,
    /// Share of the profile, in percent, from which on the rule speaks.
    pub threshold: f64,
    /// The stacks whose cost counts: those that fit one of these; at least one.
    pub any: Vec<StackPattern>,
    /// What it means that such stacks are hot.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Where to read more.
    pub reference: String,
    /// Share of the matched cost, in percent, that the remedy saves where it applies.
    pub saving: f64,
    /// Stacks that match and near misses that do not; at least one.
    pub examples: Vec<ProfileExample>,
}

/// A shape of stacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackPattern {
    /// Patterns of frames, of which one must match.
    pub frames: Vec<String>,
    /// Patterns of which one must match a frame nearer to the root; empty: any caller will do.
    pub called_from: Vec<String>,
    /// Patterns of which none may match the frame or one nearer to the root.
    pub not_called_from: Vec<String>,
    /// Patterns of which none may match a frame nearer to the leaf.
    pub not_calling: Vec<String>,
    /// Whether only the frame's own cost counts: it is the last frame of the stack.
    pub leaf: bool,
    /// Whether inlined calls count. A rule about missing optimization says no.
    pub inlined: bool,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileSeverity {
    /// Worth knowing.
    Info,
    /// Worth a change.
    Warning,
    /// A mistake wherever it is hot.
    Error,
}

/// Folded stacks, `root;…;leaf count` on each line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileExample {
    /// Each of these matches.
    pub bad: String,
    /// None of these matches.
    pub good: String,
}

impl ProfileSeverity {
    /// The name in rule files and reports.
    pub fn name(self) -> &'static str {
        match self {
            ProfileSeverity::Info => "INFO",
            ProfileSeverity::Warning => "WARNING",
            ProfileSeverity::Error => "ERROR",
        }
    }
}

impl ProfileRule {
    /// Reads the text of one rule file.
    ///
    /// # Errors
    /// With its position, the first thing that is missing, unknown, or out of range.
    pub fn parse(text: &str) -> Result<ProfileRule, Error> {
        let document = yaml::parse(text)?;
        let mut fields = document.fields("rule")?;
        let rule = ProfileRule {
            id: id(fields.require("id")?)?,
            title: sentence(&mut fields, "title")?,
            severity: severity(fields.require("severity")?)?,
            threshold: percent(&mut fields, "threshold")?,
            any: shapes(&mut fields)?,
            message: sentence(&mut fields, "message")?,
            remedy: sentence(&mut fields, "remedy")?,
            reference: reference(fields.require("reference")?)?,
            saving: percent(&mut fields, "saving")?,
            examples: examples(fields.require("examples")?)?,
        };
        fields.finish()?;
        Ok(rule)
    }
}

fn id(node: &Node) -> Result<String, Error> {
    let text = node.text("id")?;
    let name = text.strip_prefix("profile/").unwrap_or("");
    if name.is_empty()
        || !name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        return Err(Error::new(
            node.at,
            "`id` must be `profile/` and a name of lower-case words joined by `-`",
        ));
    }
    Ok(text.to_owned())
}

fn sentence(fields: &mut Fields<'_>, key: &'static str) -> Result<String, Error> {
    let node = fields.require(key)?;
    let text = node
        .text(key)?
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if text.is_empty() {
        return Err(Error::new(node.at, format!("`{key}` is empty")));
    }
    Ok(text)
}

fn severity(node: &Node) -> Result<ProfileSeverity, Error> {
    let text = node.text("severity")?;
    let all = [
        ProfileSeverity::Info,
        ProfileSeverity::Warning,
        ProfileSeverity::Error,
    ];
    all.into_iter()
        .find(|severity| severity.name() == text)
        .ok_or_else(|| {
            let hint = yaml::did_you_mean(text, all.map(ProfileSeverity::name));
            Error::new(
                node.at,
                format!("`severity` must be INFO, WARNING or ERROR, and this is `{text}`{hint}"),
            )
        })
}

fn percent(fields: &mut Fields<'_>, key: &'static str) -> Result<f64, Error> {
    let node = fields.require(key)?;
    let number = node.number(key)?;
    if number > 0.0 && number <= 100.0 {
        return Ok(number);
    }
    Err(Error::new(
        node.at,
        format!("`{key}` is in percent: above 0 and at most 100"),
    ))
}

/// The keys of a [`StackPattern`].
const SHAPE_KEYS: [&str; 6] = [
    "frames",
    "called-from",
    "not-called-from",
    "not-calling",
    "leaf",
    "inlined",
];

/// The list under `any`, or the one shape whose keys stand in the rule itself.
fn shapes(fields: &mut Fields<'_>) -> Result<Vec<StackPattern>, Error> {
    let Some(node) = fields.get("any") else {
        return Ok(vec![shape(fields)?]);
    };
    for key in SHAPE_KEYS {
        if let Some(node) = fields.get(key) {
            return Err(Error::new(
                node.at,
                format!("`{key}` stands beside `any`: it belongs to one of its items"),
            ));
        }
    }
    let mut shapes = Vec::new();
    for item in node.items("any")? {
        let mut fields = item.fields("any")?;
        shapes.push(shape(&mut fields)?);
        fields.finish()?;
    }
    if shapes.is_empty() {
        return Err(Error::new(
            node.at,
            "`any` needs at least one item with `frames`",
        ));
    }
    Ok(shapes)
}

fn shape(fields: &mut Fields<'_>) -> Result<StackPattern, Error> {
    let shape = StackPattern {
        frames: patterns(fields.require("frames")?, "frames")?,
        called_from: optional_patterns(fields, "called-from")?,
        not_called_from: optional_patterns(fields, "not-called-from")?,
        not_calling: optional_patterns(fields, "not-calling")?,
        leaf: flag(fields, "leaf", false)?,
        inlined: flag(fields, "inlined", true)?,
    };
    if shape.leaf && !shape.not_calling.is_empty() {
        return Err(Error::new(
            fields.at(),
            "`leaf: true` leaves nothing for `not-calling` to exclude: drop one of them",
        ));
    }
    Ok(shape)
}

fn flag(fields: &mut Fields<'_>, key: &'static str, default: bool) -> Result<bool, Error> {
    fields
        .get(key)
        .map_or(Ok(default), |node| node.boolean(key))
}

fn optional_patterns(fields: &mut Fields<'_>, key: &'static str) -> Result<Vec<String>, Error> {
    fields
        .get(key)
        .map_or(Ok(Vec::new()), |node| patterns(node, key))
}

fn patterns(node: &Node, key: &str) -> Result<Vec<String>, Error> {
    let patterns = node.texts(key)?;
    if patterns.is_empty() || patterns.iter().any(|p| p.trim_matches('*').is_empty()) {
        return Err(Error::new(
            node.at,
            format!("`{key}` needs patterns, and `*` alone matches every frame"),
        ));
    }
    Ok(patterns)
}

fn reference(node: &Node) -> Result<String, Error> {
    let text = node.text("reference")?;
    if !text.starts_with("https://") {
        return Err(Error::new(node.at, "`reference` must be an https address"));
    }
    Ok(text.to_owned())
}

fn examples(node: &Node) -> Result<Vec<ProfileExample>, Error> {
    let mut examples = Vec::new();
    for item in node.items("examples")? {
        let mut fields = item.fields("examples")?;
        let bad = stacks(fields.require("bad")?, "bad")?;
        let good = stacks(fields.require("good")?, "good")?;
        fields.finish()?;
        examples.push(ProfileExample { bad, good });
    }
    if examples.is_empty() {
        return Err(Error::new(
            node.at,
            "`examples` needs at least one with `bad` and `good` stacks",
        ));
    }
    Ok(examples)
}

fn stacks(node: &Node, key: &str) -> Result<String, Error> {
    let text = node.text(key)?;
    if text.trim().is_empty() {
        return Err(Error::new(node.at, format!("`{key}` has no stacks")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "\
id: profile/sorting
title: Sorting
severity: INFO
threshold: 10
frames: [qsort, 'core::slice::sort::*']
message: Sorting
  is hot.
remedy: Sort less.
reference: https://doc.rust-lang.org/std/primitive.slice.html
saving: 50
examples:
  - bad: main;qsort 1
    good: main;find 1
";

    #[test]
    fn a_rule_is_read() {
        let rule = ProfileRule::parse(RULE).unwrap();
        let [shape] = &rule.any[..] else {
            panic!("one shape: {:?}", rule.any)
        };
        assert_eq!(shape.frames, ["qsort", "core::slice::sort::*"]);
        assert_eq!((shape.leaf, shape.inlined), (false, true));
        assert_eq!((rule.threshold, rule.saving), (10.0, 50.0));
        assert_eq!(rule.message, "Sorting is hot.");
    }

    #[test]
    fn several_shapes_stand_under_any() {
        let text = RULE.replace(
            "frames: [qsort, 'core::slice::sort::*']",
            "any:\n  - frames: qsort\n    leaf: true\n  - frames: [bsearch]\n    not-calling: [memcmp]",
        );
        let rule = ProfileRule::parse(&text).unwrap();
        assert_eq!((rule.any[0].leaf, rule.any[1].leaf), (true, false));
        assert_eq!(rule.any[1].not_calling, ["memcmp"]);
    }

    #[test]
    fn mistakes_have_a_position_and_a_remedy() {
        let error = |from: &str, to: &str| {
            ProfileRule::parse(&RULE.replace(from, to))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error("saving:", "not-caled-from: x\nsaving:"),
            "10:1: unknown key `not-caled-from`; did you mean `not-called-from`?"
        );
        assert_eq!(
            error("INFO", "HIGH"),
            "3:11: `severity` must be INFO, WARNING or ERROR, and this is `HIGH`"
        );
        assert_eq!(
            error(" 10", " 120"),
            "4:12: `threshold` is in percent: above 0 and at most 100"
        );
        assert_eq!(
            error("[qsort, 'core::slice::sort::*']", "['*']"),
            "5:9: `frames` needs patterns, and `*` alone matches every frame"
        );
        assert_eq!(error("title: Sorting\n", ""), "1:1: `title` is missing");
        assert_eq!(
            error("frames: [", "any:\n  - frames: x\nframes: ["),
            "7:9: `frames` stands beside `any`: it belongs to one of its items"
        );
        assert_eq!(
            error("saving:", "leaf: true\nnot-calling: x\nsaving:"),
            "1:1: `leaf: true` leaves nothing for `not-calling` to exclude: drop one of them"
        );
        assert_eq!(
            error(
                "frames: [qsort,",
                "any:\n  - frames: qsort\n    leaf: maybe\n# ["
            ),
            "7:11: `leaf` must be true or false, and this is a text"
        );
    }
}
