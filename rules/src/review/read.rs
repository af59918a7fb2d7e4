//! Reads rule files.

use super::{
    Body, Conjunction, Example, FixRegex, Formula, Loaded, Located, Metadata, Options, Paths,
    Problem, Rule, Severity,
};
use crate::yaml::{self, Error, Fields, Key, Node, Position, Value};

mod condition;
mod matching;
mod metadata;

use condition::{condition, metavariable};
use metadata::metadata;

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
const NOT_YET: [&str; 10] = [
    "pattern-sources",
    "pattern-sinks",
    "pattern-sanitizers",
    "pattern-propagators",
    "semgrep-internal-metavariable-name",
    "join",
    "extract",
    "pattern-where-python",
    "taint",
    "r2c-internal-project-depends-on",
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
    let mode = fields.get("mode");
    let body = match mode.map(|n| n.text("mode")).transpose()? {
        None | Some("search") => Body::Search(formula_of(&mut fields, "rule", Context::Nothing)?),
        Some("check") => Body::Check,
        Some("review") => Body::Review,
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
        fix_regex,
        options,
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

/// Options that are about other things than search: they are accepted, and change nothing here.
const ELSEWHERE: [&str; 18] = [
    "interfile",
    "implicit_return",
    "cpp_parsing_pref",
    "generic_engine",
    "generic_multiline",
    "generic_braces",
    "generic_extra_braces",
    "generic_extra_word_characters",
    "generic_caseless",
    "generic_ellipsis_max_span",
    "taint_match_on",
    "taint_focus_on",
    "taint_unify_mvars",
    "taint_assume_safe_functions",
    "taint_assume_safe_indexes",
    "taint_assume_safe_comparisons",
    "taint_assume_safe_booleans",
    "taint_assume_safe_numbers",
];

fn options(node: &Node, strict: bool, warnings: &mut Vec<Error>) -> Result<Options, Error> {
    let mut fields = node.fields("options")?;
    let mut options = Options::default();
    for (key, option) in [
        ("constant_propagation", &mut options.constant_propagation),
        ("symbolic_propagation", &mut options.symbolic_propagation),
        ("ac_matching", &mut options.ac_matching),
        ("commutative_boolop", &mut options.commutative_boolop),
        ("symmetric_eq", &mut options.symmetric_eq),
        ("vardef_assign", &mut options.vardef_assign),
        ("arrow_is_function", &mut options.arrow_is_function),
        (
            "implicit_deep_exprstmt",
            &mut options.implicit_deep_exprstmt,
        ),
        (
            "xml_attrs_implicit_ellipsis",
            &mut options.xml_attrs_implicit_ellipsis,
        ),
        (
            "decorators_order_matters",
            &mut options.decorators_order_matters,
        ),
    ] {
        if let Some(node) = fields.get(key) {
            *option = node.boolean(key)?;
        }
    }
    for ignored in ELSEWHERE {
        fields.get(ignored);
    }
    unknown(fields, "options", strict, warnings)?;
    Ok(options)
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

/// The one formula among the keys of a mapping.
fn formula_of(fields: &mut Fields<'_>, what: &str, context: Context) -> Result<Formula, Error> {
    const KEYS: [&str; 6] = [
        "pattern",
        "patterns",
        "pattern-either",
        "pattern-regex",
        "pattern-inside",
        "match",
    ];
    let at = fields.at();
    let mut found = Vec::new();
    for key in KEYS {
        if let Some(node) = fields.get(key) {
            found.push((key, node));
        }
    }
    match found[..] {
        [(key, node)] => operator(key, node, context),
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
fn operator(key: &str, node: &Node, context: Context) -> Result<Formula, Error> {
    match key {
        "match" => matching::formula(node, context),
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
        _ => conjunction(not_empty(node, "patterns")?, node.at, context).map(Formula::All),
    }
}

/// A pattern as a text, or a formula as a mapping.
fn nested(node: &Node, what: &str) -> Result<Formula, Error> {
    if let Value::Scalar { .. } = node.value {
        return Ok(Formula::Pattern(pattern_text(node, what)?));
    }
    let mut fields = node.fields(what)?;
    let formula = formula_of(&mut fields, what, Context::Nothing)?;
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

/// What a conjunction may fall back on if nothing in it says what to look for.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    /// Nothing.
    Nothing,
    /// What a metavariable is bound to.
    Binding,
}

fn conjunction(items: &[Node], at: Position, context: Context) -> Result<Conjunction, Error> {
    let mut all = Conjunction::default();
    for item in items {
        conjunct(item, &mut all)?;
    }
    has_positive(&all, at, context)?;
    Ok(all)
}

fn has_positive(all: &Conjunction, at: Position, context: Context) -> Result<(), Error> {
    if all.positives.is_empty() && context == Context::Nothing {
        return Err(Error::new(
            at,
            "`patterns` has only negations and conditions; add what to look for",
        ));
    }
    Ok(())
}

/// Reads one entry of `patterns`.
fn conjunct(item: &Node, all: &mut Conjunction) -> Result<(), Error> {
    let mut fields = item.fields("patterns")?;
    if let Some(negative) = negative(&mut fields)? {
        all.negatives.push(negative);
    } else if let Some(node) = fields.get("focus-metavariable") {
        all.focus.push(focus(node, "focus-metavariable")?);
    } else if let Some(condition) = condition(&mut fields)? {
        all.conditions.push(condition);
    } else {
        let formula = formula_of(&mut fields, "patterns entry", Context::Nothing)?;
        all.positives.push(formula);
    }
    refuse_unknown(fields)
}

fn negative(fields: &mut Fields<'_>) -> Result<Option<Formula>, Error> {
    if let Some(node) = fields.get("pattern-not") {
        return nested(node, "pattern-not").map(Some);
    }
    if let Some(node) = fields.get("pattern-not-inside") {
        let inner = nested(node, "pattern-not-inside")?;
        return Ok(Some(Formula::Inside(Box::new(inner))));
    }
    match fields.get("pattern-not-regex") {
        Some(node) => Ok(Some(Formula::Regex(located(node, "pattern-not-regex")?))),
        None => Ok(None),
    }
}

fn focus(node: &Node, what: &str) -> Result<Vec<Located>, Error> {
    let items = match &node.value {
        Value::Sequence(_) => not_empty(node, what)?,
        _ => std::slice::from_ref(node),
    };
    items.iter().map(|item| metavariable(item, what)).collect()
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
            error("patterns:\n- semgrep-internal-metavariable-name: {}\n- pattern: x\n"),
            "6:3: `semgrep-internal-metavariable-name` is not supported by this version"
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
