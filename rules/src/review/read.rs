//! Reads rule files.

use super::{Body, FixRegex, Loaded, Located, Metadata, Options, Paths, Problem, Rule, Severity};
use crate::yaml::{self, Error, Fields, Key, Node, Value};

mod condition;
mod example;
mod flow;
mod formula;
mod matching;
mod metadata;
mod options;
mod requires;
mod typestate;

use example::example;
pub(crate) use flow::lists;
use formula::{Context, formula_of, not_empty};
use metadata::metadata;
use options::options;

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
const NOT_YET: [&str; 5] = [
    "semgrep-internal-metavariable-name",
    "join",
    "extract",
    "pattern-where-python",
    "r2c-internal-project-depends-on",
];

/// Keys of a rule that say what to look for in one mode only.
const OF_A_MODE: [(&str, &str); 6] = [
    ("pattern-sources", "taint"),
    ("pattern-propagators", "taint"),
    ("pattern-sanitizers", "taint"),
    ("pattern-guards", "taint"),
    ("pattern-sinks", "taint"),
    ("typestate", "typestate"),
];

/// The version of Semgrep whose rule language this is.
const RULE_LANGUAGE: [u32; 3] = [1, 182, 0];

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
        Some(node) if strict || node.fields("metadata").is_ok() => metadata(node, strict)?,
        Some(_) | None => Metadata::default(),
    };
    let fix_regex = fields.get("fix-regex").map(fix_regex).transpose()?;
    let options = match fields.get("options") {
        None => Options::default(),
        Some(node) => options(node, strict, warnings)?,
    };
    if let Some(node) = fields.get("min-version") {
        min_version(node, warnings)?;
    }
    for ignored in ["max-version", "version", "product"] {
        fields.get(ignored);
    }
    let body = body(&mut fields)?;
    refuse_unknown(fields)?;
    Ok(Rule {
        id,
        title,
        severity,
        languages,
        message,
        body,
        fix,
        fix_regex,
        options,
        paths,
        metadata,
        examples,
        at: node.at,
    })
}

/// What the rule looks for, by its mode. A rule with `taint` is of that mode without saying so.
fn body(fields: &mut Fields<'_>) -> Result<Body, Error> {
    let Some(node) = fields.get("mode") else {
        return match fields.has("taint") {
            true => flow::taint(fields).map(Body::Taint),
            false => formula_of(fields, "rule", Context::Nothing).map(Body::Search),
        };
    };
    match node.text("mode")? {
        "search" => formula_of(fields, "rule", Context::Nothing).map(Body::Search),
        "taint" => flow::taint(fields).map(Body::Taint),
        "typestate" => typestate::typestate(fields.require("typestate")?).map(Body::Typestate),
        "check" => Ok(Body::Check),
        "review" => Ok(Body::Review),
        other => {
            let hint = yaml::did_you_mean(other, ["search", "taint", "typestate"]);
            Err(Error::new(
                node.at,
                format!(
                    "`mode: {other}` is not supported by this version; supported: search, taint, typestate{hint}"
                ),
            ))
        }
    }
}

/// The error for the first key that is left over: of another mode, not supported yet, or not known at all.
fn refuse_unknown(fields: Fields<'_>) -> Result<(), Error> {
    match fields.unknown().next() {
        Some((key, _)) => Err(unknown_key(&fields, key)),
        None => Ok(()),
    }
}

fn unknown_key(fields: &Fields<'_>, key: &Key) -> Error {
    let mode = OF_A_MODE.iter().find(|(name, _)| *name == key.text);
    if let Some((name, mode)) = mode {
        Error::new(key.at, format!("`{name}` needs `mode: {mode}`"))
    } else if NOT_YET.contains(&key.text.as_str()) {
        let message = format!("`{}` is not supported by this version", key.text);
        Error::new(key.at, message)
    } else {
        fields.unknown_key(key)
    }
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

fn fix_regex(node: &Node) -> Result<FixRegex, Error> {
    let mut fields = node.fields("fix-regex")?;
    let fix = FixRegex {
        regex: located(fields.require("regex")?, "regex")?,
        replacement: fields
            .require("replacement")?
            .text("replacement")?
            .to_owned(),
        count: fields
            .get("count")
            .map(|n| n.number("count").map(|count| count as usize))
            .transpose()?,
    };
    fields.finish()?;
    Ok(fix)
}

/// Warns where a rule was written for a newer rule language than this one.
fn min_version(node: &Node, warnings: &mut Vec<Error>) -> Result<(), Error> {
    let text = node.text("min-version")?;
    let parts: Vec<u32> = text
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect();
    if parts.len() != text.split('.').count() {
        return Err(Error::new(
            node.at,
            format!("`min-version` is a version such as 1.50.0, and this is `{text}`"),
        ));
    }
    if parts.as_slice() > RULE_LANGUAGE.as_slice() {
        let [major, minor, patch] = RULE_LANGUAGE;
        warnings.push(Error::new(
            node.at,
            format!(
                "this rule asks for Semgrep {text}; it is read as one for {major}.{minor}.{patch}"
            ),
        ));
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::Formula;

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
            error("patterns:\n- semgrep-internal-metavariable-name: {}\n- pattern: x\n"),
            "6:3: `semgrep-internal-metavariable-name` is not supported by this version"
        );
        assert_eq!(
            error("patterns:\n- pattern-not: x\n"),
            "6:3: `patterns` has only negations and conditions; add what to look for"
        );
        assert_eq!(
            error("mode: join\npattern: x\n"),
            "5:7: `mode: join` is not supported by this version; supported: search, taint, typestate"
        );
        assert_eq!(
            error("pattern-sinks: [{pattern: x}]\n"),
            "5:1: `pattern-sinks` needs `mode: taint`"
        );
        assert_eq!(
            error("patterns:\n- pattern: x\n- focus-metavariable: x\n"),
            "7:23: `x` is not a metavariable: they look like `$X` or `$FUNC_2`"
        );
    }

    #[test]
    fn unknown_metadata_is_an_error_in_our_own_rules_only() {
        let body = "pattern: x\nmetadata: {owasp: A1, confidence: SURE}\n";
        let loaded = load(&format!("{HEAD}{body}"));
        assert_eq!((loaded.rules.len(), loaded.problems.len()), (1, 0));
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
