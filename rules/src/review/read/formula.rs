//! Formulas over patterns, in Semgrep's operators.

use super::condition::{condition, metavariable};
use super::{located, matching, refuse_unknown, unknown_key};
use crate::review::{Conjunction, Formula, Located};
use crate::yaml::{Error, Fields, Node, Position, Value};

/// The one formula among the keys of a mapping.
pub(super) fn formula_of(
    fields: &mut Fields<'_>,
    what: &str,
    context: Context,
) -> Result<Formula, Error> {
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
        [] => Err(fields.unknown().next().map_or_else(
            || {
                Error::new(
                    at,
                    format!("the {what} has no pattern: give one of {}", KEYS.join(", ")),
                )
            },
            |(key, _)| unknown_key(fields, key),
        )),
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
pub(super) fn nested(node: &Node, what: &str) -> Result<Formula, Error> {
    if let Value::Scalar { .. } = node.value {
        return Ok(Formula::Pattern(pattern_text(node, what)?));
    }
    let mut fields = node.fields(what)?;
    let formula = formula_of(&mut fields, what, Context::Nothing)?;
    refuse_unknown(fields)?;
    Ok(formula)
}

pub(super) fn pattern_text(node: &Node, what: &str) -> Result<Located, Error> {
    let pattern = located(node, what)?;
    if pattern.text.trim().is_empty() {
        return Err(Error::new(node.at, format!("`{what}` is empty")));
    }
    Ok(pattern)
}

pub(super) fn not_empty<'a>(node: &'a Node, what: &str) -> Result<&'a [Node], Error> {
    match node.items(what)? {
        [] => Err(Error::new(node.at, format!("`{what}` is an empty list"))),
        items => Ok(items),
    }
}

/// What a conjunction may fall back on if nothing in it says what to look for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Context {
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

pub(super) fn has_positive(all: &Conjunction, at: Position, context: Context) -> Result<(), Error> {
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

pub(super) fn negative(fields: &mut Fields<'_>) -> Result<Option<Formula>, Error> {
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

pub(super) fn focus(node: &Node, what: &str) -> Result<Vec<Located>, Error> {
    let items = match &node.value {
        Value::Sequence(_) => not_empty(node, what)?,
        _ => std::slice::from_ref(node),
    };
    items.iter().map(|item| metavariable(item, what)).collect()
}

/// Takes `focus-metavariable` out of the formula of an entry that needs both: what matched, and the value that it is
/// about.
pub(super) fn take_focus(formula: &mut Formula) -> Result<Option<Located>, Error> {
    match formula {
        Formula::All(all) => {
            let mut focus = std::mem::take(&mut all.focus).into_iter().flatten();
            match (focus.next(), focus.next()) {
                (value, None) => Ok(value),
                (_, Some(second)) => Err(Error::new(
                    second.at,
                    "one value at a time: focus on one metavariable, and make an entry for each",
                )),
            }
        }
        Formula::Any(parts) => {
            let mut parts = parts.iter_mut();
            let first = parts.next().map_or(Ok(None), take_focus)?;
            for part in parts {
                let value = take_focus(part)?;
                let name = |value: &Option<Located>| value.as_ref().map(|name| name.text.clone());
                if name(&value) != name(&first) {
                    let at = value
                        .or(first)
                        .map_or(Position::default(), |value| value.at);
                    return Err(Error::new(
                        at,
                        "the alternatives focus on different values: make an entry for each",
                    ));
                }
            }
            Ok(first)
        }
        Formula::Pattern(_) | Formula::Regex(_) | Formula::Inside(_) => Ok(None),
    }
}
