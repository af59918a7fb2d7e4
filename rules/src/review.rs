//! A review rule: Semgrep's rule syntax as a superset, typed.
//!
//! ```text
//! file ─► Rule ─► body: Search(Formula) | Check
//!                          │
//!                          └► Pattern "..."   text for the pattern parser, with its position
//!                             Regex "..."
//!                             Any [..]        pattern-either
//!                             Inside(..)      pattern-inside: containment instead of equality
//!                             All { positives, negatives, conditions, focus }     patterns
//! ```
//!
//! What is read here is only form. Whether a pattern parses is for the reviewer to say, which has the
//! grammars; [`Located`] lets it name the line.

use serde::{Deserialize, Serialize};

use crate::yaml::{self, Error, Fields, Key, Node, Position, Value};

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// `<language>/<name>` for built-in rules; free for others.
    pub id: String,
    /// A noun phrase that names the defect; the id where a rule has none.
    pub title: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// Language names as the rule writes them.
    pub languages: Vec<String>,
    /// What the finding says; `$X` stands for the code that the metavariable matched.
    pub message: String,
    /// What to look for.
    pub body: Body,
    /// Replacement for the matched code, with metavariables.
    pub fix: Option<String>,
    /// Which files the rule looks at.
    pub paths: Paths,
    /// What is known about the rule.
    pub metadata: Metadata,
    /// Its tests and its documentation.
    pub examples: Vec<Example>,
    /// Where the rule starts in its file.
    pub at: Position,
}

/// What a rule looks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// A formula over patterns.
    Search(Formula),
    /// Code: the check of the reviewer that has the rule's id (`mode: check`, built-in rules only).
    Check,
}

/// A text with its position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Located {
    /// Where it starts in the rule file.
    pub at: Position,
    /// The text.
    pub text: String,
}

/// Which ranges of a file match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Formula {
    /// `pattern`: the ranges that the pattern matches.
    Pattern(Located),
    /// `pattern-regex`: the ranges that the expression matches, in the text of the file.
    Regex(Located),
    /// `pattern-either`: union.
    Any(Vec<Formula>),
    /// `pattern-inside`: the ranges that lie within these.
    Inside(Box<Formula>),
    /// `patterns`: intersection.
    All(Conjunction),
}

/// The parts of `patterns`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conjunction {
    /// `pattern`, `pattern-inside`, `pattern-either`, `pattern-regex`, `patterns`: all must hold.
    pub positives: Vec<Formula>,
    /// `pattern-not`, `pattern-not-inside`: none may hold.
    pub negatives: Vec<Formula>,
    /// `metavariable-…`: conditions on what was bound.
    pub conditions: Vec<Condition>,
    /// `focus-metavariable`: each entry narrows the range to one of its metavariables.
    pub focus: Vec<Vec<Located>>,
}

/// A condition on a metavariable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// `metavariable-regex`: the text of the binding matches, anchored at its start.
    Regex {
        /// With its `$`.
        metavariable: String,
        /// The expression.
        regex: Located,
    },
}

/// How bad a finding is. Semgrep's newer names map onto these: CRITICAL and HIGH to error, MEDIUM to
/// warning, LOW to info.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably wrong, or wrong in part.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// `paths`: globs over the path of the file, relative to the root of the review.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paths {
    /// Where not empty, only these.
    pub include: Vec<String>,
    /// Never these.
    pub exclude: Vec<String>,
}

/// How sure a finding is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Often wrong.
    Low,
    /// Sometimes wrong.
    #[default]
    Medium,
    /// Seldom wrong.
    High,
}

/// The built-in pack that a rule belongs to; each contains the ones before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Pack {
    /// Most findings on well-kept code would be fixed by their maintainers. The default.
    #[default]
    Recommended,
    /// Worth a look, not always a change.
    Thorough,
    /// Matters of taste and of strict policy.
    Pedantic,
}

impl Pack {
    /// The pack of that name.
    pub fn from_name(name: &str) -> Option<Pack> {
        [Pack::Recommended, Pack::Thorough, Pack::Pedantic]
            .into_iter()
            .find(|pack| pack.name() == name)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Pack::Recommended => "recommended",
            Pack::Thorough => "thorough",
            Pack::Pedantic => "pedantic",
        }
    }
}

/// What is known about a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// `security`, `correctness`, `concurrency`, `resources`, `performance`, `maintainability`, `aws`.
    pub category: String,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The pack.
    pub precision: Pack,
    /// `CWE-89`, the exact one first.
    pub cwe: Vec<String>,
    /// Rows of CodeGuru's detector catalogue that the rule answers.
    pub codeguru: Vec<String>,
    /// Further reading.
    pub references: Vec<String>,
    /// Why it is a defect.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// One example: code that must be reported at its marked lines, and code that must not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Each expected finding has a comment `ruleid: <id>` on the line above.
    pub bad: Option<Located>,
    /// Looks alike and is right.
    pub good: Option<Located>,
    /// What the fix makes of `bad`.
    pub fixed: Option<Located>,
}

/// What a rule file gave.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rules that could be read.
    pub rules: Vec<Rule>,
    /// What could not, and what was passed over.
    pub problems: Vec<Problem>,
}

/// Something wrong with a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The rule, where its id could be read.
    pub rule: Option<String>,
    /// What and where.
    pub error: Error,
    /// Whether the rule is lost; otherwise it runs, and this is a warning.
    pub fatal: bool,
}

/// Reads a rule file: one rule, or Semgrep's `rules:` list. A broken rule costs that rule alone.
pub fn load(text: &str) -> Loaded {
    let mut loaded = Loaded::default();
    let fatal = |rule, error| Problem {
        rule,
        error,
        fatal: true,
    };
    let nodes = match yaml::parse(text).and_then(|document| rule_nodes(&document)) {
        Ok(nodes) => nodes,
        Err(error) => {
            loaded.problems.push(fatal(None, error));
            return loaded;
        }
    };
    for node in nodes {
        let mut warnings = Vec::new();
        let id = rule_id(&node);
        match read_rule(&node, &mut warnings) {
            Ok(rule) => loaded.rules.push(rule),
            Err(error) => loaded.problems.push(fatal(id.clone(), error)),
        }
        let warning = |error| Problem {
            rule: id.clone(),
            error,
            fatal: false,
        };
        loaded.problems.extend(warnings.into_iter().map(warning));
    }
    loaded
}

/// The nodes of the rules in a document.
fn rule_nodes(document: &Node) -> Result<Vec<Node>, Error> {
    let mut fields = document.fields("rule file")?;
    match fields.get("rules") {
        Some(list) => Ok(list.items("rules")?.to_vec()),
        None => Ok(vec![document.clone()]),
    }
}

fn rule_id(node: &Node) -> Option<String> {
    node.fields("rule")
        .ok()?
        .get("id")?
        .text("id")
        .ok()
        .map(str::to_owned)
}

/// Operators of the rule language that this version does not run. Naming one is an error that says so,
/// since a rule without it would match something else than its author meant.
const NOT_YET: [&str; 17] = [
    "pattern-not-regex",
    "pattern-sources",
    "pattern-sinks",
    "pattern-sanitizers",
    "pattern-propagators",
    "metavariable-pattern",
    "metavariable-comparison",
    "metavariable-analysis",
    "metavariable-type",
    "metavariable-name",
    "fix-regex",
    "match",
    "join",
    "extract",
    "pattern-where-python",
    "taint",
    "r2c-internal-project-depends-on",
];

fn read_rule(node: &Node, warnings: &mut Vec<Error>) -> Result<Rule, Error> {
    let mut fields = node.fields("rule")?;
    let id = fields.require("id")?.text("id")?.to_owned();
    let title = fields
        .get("title")
        .map(|n| n.text("title"))
        .transpose()?
        .unwrap_or(&id)
        .to_owned();
    let severity = severity(fields.require("severity")?)?;
    let languages = fields.require("languages")?;
    if let Value::Sequence(_) = languages.value {
        not_empty(languages, "languages")?;
    }
    let languages = languages.texts("languages")?;
    let message = fields
        .require("message")?
        .text("message")?
        .trim()
        .to_owned();
    let examples = match fields.get("examples") {
        None => Vec::new(),
        Some(list) => list
            .items("examples")?
            .iter()
            .map(example)
            .collect::<Result<_, _>>()?,
    };
    let strict = !examples.is_empty();
    let fix = fields
        .get("fix")
        .map(|n| n.text("fix").map(|t| t.trim_end_matches('\n').to_owned()))
        .transpose()?;
    let paths = fields
        .get("paths")
        .map(paths)
        .transpose()?
        .unwrap_or_default();
    let metadata = match fields.get("metadata") {
        None => Metadata::default(),
        Some(node) => metadata(node, strict, warnings)?,
    };
    if let Some(options) = fields.get("options") {
        unknown(options.fields("options")?, "options", strict, warnings)?;
    }
    for ignored in ["min-version", "max-version", "version"] {
        fields.get(ignored);
    }
    let mode = fields.get("mode");
    let body = match mode.map(|n| n.text("mode")).transpose()? {
        None | Some("search") => Body::Search(formula_of(&mut fields, "rule")?),
        Some("check") => Body::Check,
        Some(other) => {
            let at = mode.map_or(node.at, |n| n.at);
            return Err(Error::new(
                at,
                format!("`mode: {other}` is not supported by this version; supported: search"),
            ));
        }
    };
    refuse_unknown(fields)?;
    Ok(Rule {
        id,
        title,
        severity,
        languages,
        message,
        body,
        fix,
        paths,
        metadata,
        examples,
        at: node.at,
    })
}

/// The error for the first key that is left over: not supported yet, or not known at all.
fn refuse_unknown(fields: Fields<'_>) -> Result<(), Error> {
    if let Some((key, _)) = fields.unknown().next()
        && NOT_YET.contains(&key.text.as_str())
    {
        return Err(not_yet(key));
    }
    fields.finish()
}

fn not_yet(key: &Key) -> Error {
    Error::new(
        key.at,
        format!("`{}` is not supported by this version", key.text),
    )
}

fn severity(node: &Node) -> Result<Severity, Error> {
    match node.text("severity")? {
        "ERROR" | "CRITICAL" | "HIGH" => Ok(Severity::Error),
        "WARNING" | "MEDIUM" => Ok(Severity::Warning),
        "INFO" | "LOW" => Ok(Severity::Info),
        other => {
            let known = [
                "ERROR", "WARNING", "INFO", "CRITICAL", "HIGH", "MEDIUM", "LOW",
            ];
            let hint = yaml::did_you_mean(&other.to_uppercase(), known);
            Err(Error::new(
                node.at,
                format!("`severity` is ERROR, WARNING or INFO, and this is `{other}`{hint}"),
            ))
        }
    }
}

fn example(node: &Node) -> Result<Example, Error> {
    let mut fields = node.fields("example")?;
    let mut code = |key| fields.get(key).map(|n| located(n, key)).transpose();
    let example = Example {
        bad: code("bad")?,
        good: code("good")?,
        fixed: code("fixed")?,
    };
    fields.finish()?;
    Ok(example)
}

fn paths(node: &Node) -> Result<Paths, Error> {
    let mut fields = node.fields("paths")?;
    let mut globs = |key| fields.get(key).map(|n| n.texts(key)).transpose();
    let paths = Paths {
        include: globs("include")?.unwrap_or_default(),
        exclude: globs("exclude")?.unwrap_or_default(),
    };
    fields.finish()?;
    Ok(paths)
}

/// Reads `metadata`. In rule files without examples, which are other people's, keys and values that
/// mean nothing here are warned about; in ours they are errors.
fn metadata(node: &Node, strict: bool, warnings: &mut Vec<Error>) -> Result<Metadata, Error> {
    let mut fields = node.fields("metadata")?;
    let mut list = |key| {
        fields
            .get(key)
            .map(|n| n.texts(key))
            .transpose()
            .map(Option::unwrap_or_default)
    };
    let (cwe, codeguru, references) = (list("cwe")?, list("codeguru")?, list("references")?);
    let mut text = |key| {
        fields
            .get(key)
            .map(|n| n.text(key))
            .transpose()
            .map(|t| t.unwrap_or_default().trim().to_owned())
    };
    let (category, why, help) = (text("category")?, text("why")?, text("help")?);
    let confidence = match fields.get("confidence") {
        None => Confidence::default(),
        Some(node) => match node.text("confidence")? {
            "HIGH" => Confidence::High,
            "MEDIUM" => Confidence::Medium,
            "LOW" => Confidence::Low,
            other if strict => {
                return Err(Error::new(
                    node.at,
                    format!("`confidence` is HIGH, MEDIUM or LOW, and this is `{other}`"),
                ));
            }
            _ => Confidence::default(),
        },
    };
    let precision = match fields.get("precision") {
        None => Pack::default(),
        Some(node) => {
            let name = node.text("precision")?;
            match Pack::from_name(name) {
                Some(pack) => pack,
                None if strict => {
                    let problem = format!(
                        "`precision` is recommended, thorough or pedantic, and this is `{name}`"
                    );
                    return Err(Error::new(node.at, problem));
                }
                None => Pack::default(),
            }
        }
    };
    unknown(fields, "metadata", strict, warnings)?;
    Ok(Metadata {
        category,
        confidence,
        precision,
        cwe,
        codeguru,
        references,
        why,
        help,
    })
}

/// Refuses or warns about the keys that were not asked for; one warning names them all.
fn unknown(
    fields: Fields<'_>,
    what: &str,
    strict: bool,
    warnings: &mut Vec<Error>,
) -> Result<(), Error> {
    if strict {
        return fields.finish();
    }
    let keys: Vec<_> = fields.unknown().map(|(key, _)| key.text.as_str()).collect();
    if !keys.is_empty() {
        warnings.push(Error::new(
            fields.at(),
            format!(
                "`{what}` has keys that mean nothing here: {}",
                keys.join(", ")
            ),
        ));
    }
    Ok(())
}

fn located(node: &Node, what: &str) -> Result<Located, Error> {
    Ok(Located {
        at: node.at,
        text: node.text(what)?.to_owned(),
    })
}

/// The one formula among the keys of a mapping.
fn formula_of(fields: &mut Fields<'_>, what: &str) -> Result<Formula, Error> {
    const KEYS: [&str; 5] = [
        "pattern",
        "patterns",
        "pattern-either",
        "pattern-regex",
        "pattern-inside",
    ];
    let at = fields.at();
    let mut found = Vec::new();
    for key in KEYS {
        if let Some(node) = fields.get(key) {
            found.push((key, node));
        }
    }
    match found[..] {
        [(key, node)] => operator(key, node),
        [] => match fields
            .unknown()
            .find(|(key, _)| NOT_YET.contains(&key.text.as_str()))
        {
            Some((key, _)) => Err(not_yet(key)),
            None => Err(fields.unknown().next().map_or_else(
                || {
                    Error::new(
                        at,
                        format!("the {what} has no pattern: give one of {}", KEYS.join(", ")),
                    )
                },
                |(key, _)| fields.unknown_key(key),
            )),
        },
        [_, (second, node), ..] => Err(Error::new(
            node.at,
            format!("`{second}` stands beside another pattern; put both into one `patterns` list"),
        )),
    }
}

/// The formula that a positive operator and its value make.
fn operator(key: &str, node: &Node) -> Result<Formula, Error> {
    match key {
        "pattern" => Ok(Formula::Pattern(pattern_text(node, key)?)),
        "pattern-regex" => Ok(Formula::Regex(located(node, key)?)),
        "pattern-inside" => Ok(Formula::Inside(Box::new(nested(node, key)?))),
        "pattern-either" => {
            let items = not_empty(node, key)?;
            items
                .iter()
                .map(|item| nested(item, key))
                .collect::<Result<_, _>>()
                .map(Formula::Any)
        }
        _ => conjunction(not_empty(node, "patterns")?, node.at).map(Formula::All),
    }
}

/// A pattern as a text, or a formula as a mapping.
fn nested(node: &Node, what: &str) -> Result<Formula, Error> {
    if let Value::Scalar { .. } = node.value {
        return Ok(Formula::Pattern(pattern_text(node, what)?));
    }
    let mut fields = node.fields(what)?;
    let formula = formula_of(&mut fields, what)?;
    refuse_unknown(fields)?;
    Ok(formula)
}

fn pattern_text(node: &Node, what: &str) -> Result<Located, Error> {
    let pattern = located(node, what)?;
    if pattern.text.trim().is_empty() {
        return Err(Error::new(node.at, format!("`{what}` is empty")));
    }
    Ok(pattern)
}

fn not_empty<'a>(node: &'a Node, what: &str) -> Result<&'a [Node], Error> {
    match node.items(what)? {
        [] => Err(Error::new(node.at, format!("`{what}` is an empty list"))),
        items => Ok(items),
    }
}

fn conjunction(items: &[Node], at: Position) -> Result<Conjunction, Error> {
    let mut all = Conjunction::default();
    for item in items {
        conjunct(item, &mut all)?;
    }
    if all.positives.is_empty() {
        return Err(Error::new(
            at,
            "`patterns` has only negations and conditions; add what to look for",
        ));
    }
    Ok(all)
}

/// Reads one entry of `patterns`.
fn conjunct(item: &Node, all: &mut Conjunction) -> Result<(), Error> {
    let mut fields = item.fields("patterns")?;
    if let Some(node) = fields.get("pattern-not") {
        all.negatives.push(nested(node, "pattern-not")?);
    } else if let Some(node) = fields.get("pattern-not-inside") {
        all.negatives.push(Formula::Inside(Box::new(nested(
            node,
            "pattern-not-inside",
        )?)));
    } else if let Some(node) = fields.get("metavariable-regex") {
        all.conditions.push(metavariable_regex(node)?);
    } else if let Some(node) = fields.get("focus-metavariable") {
        let items = match &node.value {
            Value::Sequence(_) => not_empty(node, "focus-metavariable")?,
            _ => std::slice::from_ref(node),
        };
        let mut names = Vec::new();
        for item in items {
            let name = located(item, "focus-metavariable")?;
            metavariable_name(&name.text, name.at)?;
            names.push(name);
        }
        all.focus.push(names);
    } else {
        all.positives
            .push(formula_of(&mut fields, "patterns entry")?);
    }
    refuse_unknown(fields)
}

fn metavariable_regex(node: &Node) -> Result<Condition, Error> {
    let mut fields = node.fields("metavariable-regex")?;
    let name = fields.require("metavariable")?;
    let metavariable = name.text("metavariable")?.to_owned();
    metavariable_name(&metavariable, name.at)?;
    let regex = located(fields.require("regex")?, "regex")?;
    fields.get("constant-propagation");
    fields.finish()?;
    Ok(Condition::Regex {
        metavariable,
        regex,
    })
}

fn metavariable_name(name: &str, at: Position) -> Result<(), Error> {
    let valid = name.strip_prefix('$').is_some_and(|rest| {
        let rest = rest.strip_prefix("...").unwrap_or(rest);
        !rest.is_empty()
            && rest
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    });
    if valid {
        return Ok(());
    }
    Err(Error::new(
        at,
        format!("`{name}` is not a metavariable: they look like `$X` or `$FUNC_2`"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id: t\nmessage: m\nseverity: ERROR\nlanguages: [python]\n";

    fn one(body: &str) -> Result<Rule, String> {
        let mut loaded = load(&format!("{HEAD}{body}"));
        match loaded.problems.iter().find(|p| p.fatal) {
            Some(problem) => Err(problem.error.to_string()),
            None => Ok(loaded.rules.remove(0)),
        }
    }

    #[test]
    fn operators_become_a_formula() {
        let rule = one(
            "patterns:\n- pattern: f($X)\n- pattern-not-inside: g(...)\n- focus-metavariable: $X\n",
        )
        .unwrap();
        let Body::Search(Formula::All(all)) = rule.body else {
            panic!("{:?}", rule.body)
        };
        assert_eq!((all.positives.len(), all.negatives.len()), (1, 1));
        assert!(matches!(all.negatives[0], Formula::Inside(_)));
        assert_eq!(all.focus[0][0].text, "$X");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let error = |body| one(body).unwrap_err();
        assert_eq!(
            error("patern: x\n"),
            "5:1: unknown key `patern`; did you mean `pattern`?"
        );
        assert_eq!(
            error("pattern: x\npatterns: []\n"),
            "6:11: `patterns` stands beside another pattern; put both into one `patterns` list"
        );
        assert_eq!(
            error("patterns:\n- metavariable-pattern: {}\n- pattern: x\n"),
            "6:3: `metavariable-pattern` is not supported by this version"
        );
        assert_eq!(
            error("patterns:\n- pattern-not: x\n"),
            "6:3: `patterns` has only negations and conditions; add what to look for"
        );
        assert_eq!(
            error("mode: taint\npattern: x\n"),
            "5:7: `mode: taint` is not supported by this version; supported: search"
        );
        assert_eq!(
            error("patterns:\n- pattern: x\n- focus-metavariable: x\n"),
            "7:23: `x` is not a metavariable: they look like `$X` or `$FUNC_2`"
        );
    }

    #[test]
    fn unknown_metadata_warns_in_other_peoples_rules_only() {
        let body = "pattern: x\nmetadata: {owasp: A1}\n";
        let loaded = load(&format!("{HEAD}{body}"));
        assert_eq!((loaded.rules.len(), loaded.problems.len()), (1, 1));
        assert!(!loaded.problems[0].fatal);
        let strict = load(&format!("{HEAD}{body}examples: [{{bad: x}}]\n"));
        assert!(strict.problems[0].fatal && strict.rules.is_empty());
    }

    #[test]
    fn a_broken_rule_costs_itself_alone() {
        let loaded = load(
            "rules:\n- {id: a, message: m, severity: ERROR, languages: [java]}\n- {id: b, message: m, severity: LOW, languages: [java], pattern: x}\n",
        );
        assert_eq!(loaded.rules.len(), 1);
        assert_eq!(loaded.problems[0].rule.as_deref(), Some("a"));
    }
}
