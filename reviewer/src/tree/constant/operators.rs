//! What operators make of constants.

use std::cmp::Ordering;

use super::{Constant, numbers};
use crate::lang::{Arithmetic, Language};

/// What the logical operator comes to by its left operand alone: the other one is not evaluated.
pub fn decided(operator: &str, left: &Constant) -> Option<Constant> {
    let stays = match operator {
        "&&" | "and" => !left.truth()?,
        "||" | "or" => left.truth()?,
        "??" => *left != Constant::Null,
        _ => false,
    };
    stays.then(|| left.clone())
}

/// What an operator makes of two constants.
pub fn binary(
    language: Language,
    operator: &str,
    left: &Constant,
    right: &Constant,
) -> Option<Constant> {
    let arithmetic = &language.arithmetic();
    let (left, right) = (
        &counted(arithmetic, left, right),
        &counted(arithmetic, right, left),
    );
    let truth = |value: Option<bool>| Some(Constant::Bool(value));
    let not = |value: Option<bool>| Some(Constant::Bool(value.map(|value| !value)));
    match operator {
        "&&" | "and" | "||" | "or" | "??" => logical(operator, left, right),
        "==" | "===" | "is" => truth(equal(arithmetic, operator, left, right)?),
        "!=" => not(equal(arithmetic, "==", left, right)?),
        "!==" => not(equal(arithmetic, "===", left, right)?),
        "is not" => not(equal(arithmetic, "is", left, right)?),
        "<" => truth(order(left, right)?.map(Ordering::is_lt)),
        "<=" => truth(order(left, right)?.map(Ordering::is_le)),
        ">" => truth(order(left, right)?.map(Ordering::is_gt)),
        ">=" => truth(order(left, right)?.map(Ordering::is_ge)),
        "in" => truth(is_part(left, right)?),
        "not in" => not(is_part(left, right)?),
        _ => calculated(arithmetic, operator, left, right),
    }
}

/// What an operator makes of one constant.
pub fn unary(language: Language, operator: &str, operand: &Constant) -> Option<Constant> {
    match (operator, operand) {
        ("not", value) => Some(Constant::Bool(value.truth().map(|value| !value))),
        ("!", Constant::Bool(value)) => Some(Constant::Bool(value.map(|value| !value))),
        ("!", value) if language.has_one_type_of_numbers() => {
            Some(Constant::Bool(value.truth().map(|value| !value)))
        }
        ("-", Constant::Float(value)) => Some(Constant::Float(value.map(|value| -value))),
        ("+", Constant::Int(_) | Constant::Float(_)) => Some(operand.clone()),
        ("-", Constant::Int(_)) => binary(language, "-", &Constant::Int(Some(0)), operand),
        ("~", Constant::Int(value)) => Some(Constant::Int(value.map(|value| !value))),
        _ => None,
    }
}

/// A character as the number that it counts as next to a number or another character.
fn counted(arithmetic: &Arithmetic, value: &Constant, other: &Constant) -> Constant {
    match (value, other) {
        (Constant::Char(character), Constant::Char(_) | Constant::Int(_) | Constant::Float(_))
            if arithmetic.counts_characters =>
        {
            Constant::Int(character.map(|character| i128::from(u32::from(character))))
        }
        _ => value.clone(),
    }
}

fn logical(operator: &str, left: &Constant, right: &Constant) -> Option<Constant> {
    if let Some(left) = decided(operator, left) {
        return Some(left);
    }
    match left.truth() {
        Some(_) => Some(right.clone()),
        None => left.clone().either(right),
    }
}

/// Whether two constants are equal, where that can be asked and is known.
fn equal(
    arithmetic: &Arithmetic,
    operator: &str,
    left: &Constant,
    right: &Constant,
) -> Option<Option<bool>> {
    use Constant::{Bool, Char, Float, Int, Null, Text};
    let known = left.is_known() && right.is_known();
    let same_object = match left {
        Text(_) => operator == "is" || operator == "==" && arithmetic.compares_objects,
        Int(_) | Float(_) => operator == "is",
        _ => false,
    };
    let same = match (left, right) {
        (Null, Null) => return Some(Some(true)),
        (Null, _) | (_, Null) => return Some(Some(false)),
        _ if !known => None,
        (Int(_), Float(_)) | (Float(_), Int(_)) => Some(left.number() == right.number()),
        (Char(_), Text(_)) | (Text(_), Char(_)) => Some(left.written() == right.written()),
        (Int(_), Int(_)) | (Float(_), Float(_)) | (Text(_), Text(_)) => Some(left == right),
        (Char(_), Char(_)) | (Bool(_), Bool(_)) => Some(left == right),
        // Truth values may count as numbers.
        (Bool(_), _) | (_, Bool(_)) if operator != "===" => return None,
        _ if operator == "===" || arithmetic.compares_types => Some(false),
        _ => return None,
    };
    // Equal constants may be one object or two.
    Some(same.filter(|same| !(*same && same_object)))
}

/// How two constants are ordered, where they can be and it is known.
fn order(left: &Constant, right: &Constant) -> Option<Option<Ordering>> {
    use Constant::{Char, Float, Int, Text};
    match (left, right) {
        (Int(left), Int(right)) => Some(left.zip(*right).map(|(left, right)| left.cmp(&right))),
        (Int(_) | Float(_), Int(_) | Float(_)) => {
            let both = left.number().zip(right.number());
            Some(both.and_then(|(left, right)| left.partial_cmp(&right)))
        }
        (Char(left), Char(right)) => Some(left.zip(*right).map(|(left, right)| left.cmp(&right))),
        (Text(left), Text(right)) => {
            let both = left.as_ref().zip(right.as_ref());
            Some(both.map(|(left, right)| left.cmp(right)))
        }
        _ => None,
    }
}

/// Whether a text is part of another.
fn is_part(part: &Constant, whole: &Constant) -> Option<Option<bool>> {
    match (part, whole) {
        (Constant::Text(part), Constant::Text(whole)) => {
            let both = part.as_ref().zip(whole.as_ref());
            Some(both.map(|(part, whole)| whole.contains(&**part)))
        }
        _ => None,
    }
}

fn calculated(
    arithmetic: &Arithmetic,
    operator: &str,
    left: &Constant,
    right: &Constant,
) -> Option<Constant> {
    use Constant::{Bool, Char, Int, Text};
    match (operator, left, right) {
        ("+", Text(_), Text(_)) => joined(left, right),
        ("+", Text(_), _) | ("+", _, Text(_)) if arithmetic.joins_anything => joined(left, right),
        ("*", Text(text), Int(times)) | ("*", Int(times), Text(text))
            if !arithmetic.joins_anything =>
        {
            Some(repeated(text.as_deref(), *times))
        }
        // `"..." % ..` fills in a text.
        ("%", Text(_), _) if !arithmetic.joins_anything => Some(Text(None)),
        (_, Text(_) | Char(_), _) | (_, _, Text(_) | Char(_)) => None,
        ("&", Bool(left), Bool(right)) => Some(Bool(left.zip(*right).map(|(a, b)| a & b))),
        ("|", Bool(left), Bool(right)) => Some(Bool(left.zip(*right).map(|(a, b)| a | b))),
        ("^", Bool(left), Bool(right)) => Some(Bool(left.zip(*right).map(|(a, b)| a ^ b))),
        (_, Int(left), Int(right)) => numbers::whole(arithmetic, operator, *left, *right),
        _ => {
            let both = left.number().zip(right.number());
            both.and_then(|(left, right)| numbers::fraction(arithmetic, operator, left, right))
        }
    }
}

fn joined(left: &Constant, right: &Constant) -> Option<Constant> {
    let both = left.written().zip(right.written());
    Some(match both {
        Some((left, right)) => Constant::text(left + &right),
        None => Constant::Text(None),
    })
}

/// A text, several times.
pub(super) fn repeated(text: Option<&str>, times: Option<i128>) -> Constant {
    let Some((text, times)) = text.zip(times) else {
        return Constant::Text(None);
    };
    let times = usize::try_from(times.max(0)).unwrap_or(usize::MAX);
    match text.len().saturating_mul(times) <= Constant::LONGEST {
        true if text.is_empty() => Constant::text(""),
        true => Constant::text(text.repeat(times)),
        false => Constant::Text(None),
    }
}
