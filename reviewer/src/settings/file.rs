//! What a `reviewer.toml` may say: one definition for reading, the JSON schema and the documentation.

use std::borrow::Cow;
use std::ops::Range;

use rules::review::{Confidence, Pack, Severity};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// Settings of Hone's reviewer, for the files below the folder that holds this file. Of several such files, the
/// nearest to a source file holds for it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
#[schemars(title = "reviewer.toml")]
pub(super) struct File {
    /// Settings files to start from, relative to this file. What this file says replaces what they say; `select`,
    /// `ignore`, `exclude` and `overrides` come after theirs.
    #[schemars(schema_with = "one_or_many")]
    pub(super) extends: Vec<At<String>>,
    /// The built-in rules to run; `recommended` if nothing is said.
    #[schemars(with = "PackName")]
    pub(super) pack: Option<At<PackName>>,
    /// Files and folders of rules in Semgrep's syntax that run besides the pack, relative to this file.
    #[schemars(with = "Vec<At<String>>")]
    pub(super) rules: Option<Vec<At<String>>>,
    /// Rules that run besides the pack: ids, or globs such as `python/*`.
    pub(super) select: Vec<At<String>>,
    /// Rules that do not run: ids, or globs such as `python/*`.
    pub(super) ignore: Vec<At<String>>,
    /// Only rules of this severity and above run.
    #[schemars(schema_with = "severity")]
    pub(super) severity: Option<At<Severity>>,
    /// Only rules of this confidence and above run.
    #[schemars(schema_with = "confidence")]
    pub(super) confidence: Option<At<Confidence>>,
    /// Only findings of this severity and above fail the run. That of the working folder holds.
    #[schemars(schema_with = "severity")]
    pub(super) fail_on: Option<At<Severity>>,
    /// Files and folders that are not reviewed, written as in `.gitignore`.
    pub(super) exclude: Vec<At<String>>,
    /// The file of known findings, relative to this file. That of the working folder holds.
    #[schemars(with = "String")]
    pub(super) baseline: Option<At<String>>,
    /// What is different for some files. Later ones win.
    pub(super) overrides: Vec<Override>,
}

/// What is different for some files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Override {
    /// The files, written as in `.gitignore`.
    pub(super) paths: Vec<At<String>>,
    /// Rules that run on them besides the others.
    #[serde(default)]
    pub(super) select: Vec<At<String>>,
    /// Rules that do not run on them.
    #[serde(default)]
    pub(super) ignore: Vec<At<String>>,
    /// Only rules of this severity and above run on them.
    #[serde(default)]
    #[schemars(schema_with = "severity")]
    pub(super) severity: Option<At<Severity>>,
    /// Only rules of this confidence and above run on them.
    #[serde(default)]
    #[schemars(schema_with = "confidence")]
    pub(super) confidence: Option<At<Confidence>>,
}

/// A pack of built-in rules.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum PackName {
    Recommended,
    Thorough,
    Pedantic,
    None,
}

impl From<PackName> for Option<Pack> {
    fn from(name: PackName) -> Option<Pack> {
        match name {
            PackName::Recommended => Some(Pack::Recommended),
            PackName::Thorough => Some(Pack::Thorough),
            PackName::Pedantic => Some(Pack::Pedantic),
            PackName::None => None,
        }
    }
}

/// A value with its place in the text.
#[derive(Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::deserialize(deserializer)?;
        Ok(At {
            span: spanned.span(),
            value: spanned.into_inner(),
        })
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

fn one_or_many(generator: &mut SchemaGenerator) -> Schema {
    let many = <Vec<String>>::json_schema(generator);
    json_schema!({ "anyOf": [{ "type": "string" }, many] })
}

fn severity(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["info", "warning", "error"] })
}

fn confidence(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["low", "medium", "high"] })
}

/// The JSON schema of `reviewer.toml`.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<File>()
        .to_value()
}
