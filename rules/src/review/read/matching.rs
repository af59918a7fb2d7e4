//! The newer spelling of a search formula: `match`, with `all`, `any`, `not`, `inside`, `regex` and `where`.

use super::condition::{
    analysis_condition, comparison_condition, regex_condition, required_metavariable,
    type_condition,
};
use super::formula::{Context, focus, has_positive, not_empty, pattern_text};
use super::{located, refuse_unknown};
use crate::review::{Condition, Conjunction, Formula};
use crate::yaml::{Error, Fields, Node, Value};

const KEYS: [&str; 5] = ["pattern", "regex", "all", "any", "inside"];

/// A pattern as a text, or a mapping with one of [`KEYS`] and perhaps a `where`.
pub(super) fn formula(node: &Node, context: Context) -> Result<Formula, Error> {
    if let Value::Scalar { .. } = node.value {
        return Ok(Formula::Pattern(pattern_text(node, "match")?));
    }
    let mut fields = node.fields("match")?;
    let formula = formula_of(&mut fields, context)?;
    refuse_unknown(fields)?;
    Ok(formula)
}

pub(super) fn formula_of(fields: &mut Fields<'_>, context: Context) -> Result<Formula, Error> {
    let at = fields.at();
    let conditions = fields.get("where");
    let mut found = KEYS
        .iter()
        .filter_map(|key| Some((*key, fields.get(key)?)))
        .collect::<Vec<_>>()
        .into_iter();
    let kernel = match (found.next(), found.next()) {
        (Some((key, node)), None) => kernel(key, node, context)?,
        (None, _) => match fields.unknown().next() {
            Some((key, _)) => return Err(fields.unknown_key(key)),
            None => {
                let keys = KEYS.join(", ");
                return Err(Error::new(
                    at,
                    format!("the formula has no pattern: give one of {keys}"),
                ));
            }
        },
        (Some(_), Some((second, node))) => {
            return Err(Error::new(
                node.at,
                format!("`{second}` stands beside another pattern; put both into one `all` list"),
            ));
        }
    };
    let Some(conditions) = conditions else {
        return Ok(kernel);
    };
    let mut all = match kernel {
        Formula::All(all) => all,
        other => Conjunction {
            positives: vec![other],
            ..Conjunction::default()
        },
    };
    for item in not_empty(conditions, "where")? {
        restrict(item, &mut all)?;
    }
    Ok(Formula::All(all))
}

fn kernel(key: &str, node: &Node, context: Context) -> Result<Formula, Error> {
    match key {
        "pattern" => Ok(Formula::Pattern(pattern_text(node, key)?)),
        "regex" => Ok(Formula::Regex(located(node, key)?)),
        "inside" => Ok(Formula::Inside(Box::new(formula(node, Context::Nothing)?))),
        "any" => not_empty(node, key)?
            .iter()
            .map(|item| formula(item, Context::Nothing))
            .collect::<Result<_, _>>()
            .map(Formula::Any),
        _ => {
            let mut all = Conjunction::default();
            for item in not_empty(node, key)? {
                match negated(item)? {
                    Some(negative) => all.negatives.push(negative),
                    None => all.positives.push(formula(item, Context::Nothing)?),
                }
            }
            has_positive(&all, node.at, context)?;
            Ok(Formula::All(all))
        }
    }
}

/// The formula in `not`, if that is what `item` is.
fn negated(item: &Node) -> Result<Option<Formula>, Error> {
    let Value::Mapping(_) = item.value else {
        return Ok(None);
    };
    let mut fields = item.fields("all")?;
    let Some(node) = fields.get("not") else {
        return Ok(None);
    };
    fields.finish()?;
    formula(node, Context::Nothing).map(Some)
}

/// Reads one entry of `where`.
fn restrict(item: &Node, all: &mut Conjunction) -> Result<(), Error> {
    let mut fields = item.fields("where")?;
    if let Some(node) = fields.get("focus") {
        all.focus.push(focus(node, "focus")?);
    } else {
        let condition = match () {
            () if fields.has("comparison") => comparison_condition(&mut fields)?,
            () if fields.has("analyzer") => analysis_condition(&mut fields)?,
            () if fields.has("type") || fields.has("types") => type_condition(&mut fields)?,
            () if fields.has("regex") => regex_condition(&mut fields)?,
            () => Condition::Pattern {
                metavariable: required_metavariable(&mut fields)?,
                language: fields
                    .get("language")
                    .map(|n| located(n, "language"))
                    .transpose()?,
                formula: formula_of(&mut fields, Context::Binding)?,
            },
        };
        all.conditions.push(condition);
    }
    refuse_unknown(fields)
}
