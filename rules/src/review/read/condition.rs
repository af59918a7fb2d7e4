//! `metavariable-…`: conditions on what was bound.

use super::formula::{Context, formula_of, negative, not_empty};
use super::{located, refuse_unknown};
use crate::review::{Analyzer, Condition, Conjunction, Formula, Located};
use crate::yaml::{self, Error, Fields, Node, Position};

type ReadCondition = fn(&mut Fields<'_>) -> Result<Condition, Error>;

/// Reads the `metavariable-…` key among `fields`, if there is one.
pub(super) fn condition(fields: &mut Fields<'_>) -> Result<Option<Condition>, Error> {
    const READERS: [(&str, ReadCondition); 5] = [
        ("metavariable-regex", regex_condition),
        ("metavariable-pattern", pattern_condition),
        ("metavariable-comparison", comparison_condition),
        ("metavariable-analysis", analysis_condition),
        ("metavariable-type", type_condition),
    ];
    for (key, read) in READERS {
        if let Some(node) = fields.get(key) {
            let mut fields = node.fields(key)?;
            let condition = read(&mut fields)?;
            refuse_unknown(fields)?;
            return Ok(Some(condition));
        }
    }
    Ok(None)
}

pub(super) fn required_metavariable(fields: &mut Fields<'_>) -> Result<Located, Error> {
    metavariable(fields.require("metavariable")?, "metavariable")
}

pub(super) fn regex_condition(fields: &mut Fields<'_>) -> Result<Condition, Error> {
    let constants = fields
        .get("constant-propagation")
        .map(|n| n.boolean("constant-propagation"))
        .transpose()?;
    Ok(Condition::Regex {
        metavariable: required_metavariable(fields)?,
        regex: located(fields.require("regex")?, "regex")?,
        constants: constants.unwrap_or(false),
    })
}

fn pattern_condition(fields: &mut Fields<'_>) -> Result<Condition, Error> {
    let metavariable = required_metavariable(fields)?;
    let language = fields
        .get("language")
        .map(|n| located(n, "language"))
        .transpose()?;
    // A lone negation is a formula here: the binding is what it takes away from.
    let formula = match negative(fields)? {
        Some(negative) => Formula::All(Conjunction {
            negatives: vec![negative],
            ..Conjunction::default()
        }),
        None => formula_of(fields, "metavariable-pattern", Context::Binding)?,
    };
    Ok(Condition::Pattern {
        metavariable,
        language,
        formula,
    })
}

pub(super) fn comparison_condition(fields: &mut Fields<'_>) -> Result<Condition, Error> {
    let base = match fields.get("base") {
        None => None,
        Some(node) => match node.number("base")? {
            base @ 2.0..=36.0 => Some(base as u32),
            other => {
                return Err(Error::new(
                    node.at,
                    format!("`base` is a number from 2 to 36, and this is {other}"),
                ));
            }
        },
    };
    let strip = fields
        .get("strip")
        .map(|n| n.boolean("strip"))
        .transpose()?;
    let metavariable = fields
        .get("metavariable")
        .map(|n| metavariable(n, "metavariable"))
        .transpose()?;
    if metavariable.is_none() && (base.is_some() || strip == Some(true)) {
        return Err(Error::new(
            fields.at(),
            "`base` and `strip` need `metavariable`, whose text they change",
        ));
    }
    Ok(Condition::Comparison {
        metavariable,
        comparison: located(fields.require("comparison")?, "comparison")?,
        base,
        strip: strip.unwrap_or(false),
    })
}

pub(super) fn analysis_condition(fields: &mut Fields<'_>) -> Result<Condition, Error> {
    let node = fields.require("analyzer")?;
    let analyzer = match node.text("analyzer")? {
        "entropy" => Analyzer::Entropy,
        "redos" => Analyzer::Redos,
        other => {
            let hint = yaml::did_you_mean(other, ["entropy", "redos"]);
            return Err(Error::new(
                node.at,
                format!("`analyzer` is entropy or redos, and this is `{other}`{hint}"),
            ));
        }
    };
    Ok(Condition::Analysis {
        metavariable: required_metavariable(fields)?,
        analyzer,
    })
}

pub(super) fn type_condition(fields: &mut Fields<'_>) -> Result<Condition, Error> {
    let metavariable = required_metavariable(fields)?;
    // The language of the type is that of the rule.
    fields.get("language");
    let types = match (fields.get("type"), fields.get("types")) {
        (Some(one), None) => vec![located(one, "type")?],
        (None, Some(several)) => not_empty(several, "types")?
            .iter()
            .map(|item| located(item, "types"))
            .collect::<Result<_, _>>()?,
        _ => {
            return Err(Error::new(
                fields.at(),
                "`metavariable-type` has either a `type` or a list of `types`",
            ));
        }
    };
    Ok(Condition::Type {
        metavariable,
        types,
    })
}

pub(super) fn metavariable(node: &Node, what: &str) -> Result<Located, Error> {
    let name = located(node, what)?;
    metavariable_name(&name.text, name.at)?;
    Ok(name)
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
