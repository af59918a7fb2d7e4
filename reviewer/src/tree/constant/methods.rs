//! What the methods of texts make of constants.
//!
//! A method goes by any of the names that the languages give it. Languages count characters in different units: where
//! that matters, nothing is known of texts that are not ASCII.

use super::{Constant, operators};
use crate::lang::Language;

/// What a method makes of a constant, where it only looks at that and at its arguments.
pub fn method(
    language: Language,
    name: &str,
    receiver: &Constant,
    args: &[Constant],
) -> Option<Constant> {
    let Constant::Text(text) = receiver else {
        return of_anything(name, receiver, args);
    };
    let text = text.as_deref();
    changed(language, name, text, args)
        .or_else(|| asked(name, text, args))
        .or_else(|| cut(language, name, text, args))
        .or_else(|| of_anything(name, receiver, args))
}

/// What an index makes of a constant: `text[0]`.
pub fn index(language: Language, text: &Constant, at: &Constant) -> Option<Constant> {
    let (Constant::Text(text), Constant::Int(at)) = (text, at) else {
        return None;
    };
    let text = ascii(text.as_deref());
    let from_end = at.filter(|at| *at < 0 && language.arithmetic().rounds_down);
    let at = match (from_end, text) {
        (Some(at), Some(text)) => at.checked_add(text.len() as i128),
        _ => *at,
    };
    Some(character(language, text, at))
}

/// Methods that every constant has.
fn of_anything(name: &str, receiver: &Constant, args: &[Constant]) -> Option<Constant> {
    match (name, args) {
        ("equals" | "eq", [other]) => {
            let both = receiver.is_known() && other.is_known();
            Some(Constant::Bool(both.then(|| receiver == other)))
        }
        ("toString" | "to_string", []) => Some(as_text(receiver)),
        (
            "to_owned" | "into" | "clone" | "as_str" | "as_bytes" | "encode" | "decode" | "intern"
            | "intValue" | "longValue" | "charValue" | "booleanValue",
            [],
        ) => Some(receiver.clone()),
        _ => None,
    }
}

/// A constant as a text.
pub(super) fn as_text(value: &Constant) -> Constant {
    value.written().map_or(Constant::Text(None), Constant::text)
}

/// Methods that make another text of a text.
fn changed(
    language: Language,
    name: &str,
    text: Option<&str>,
    args: &[Constant],
) -> Option<Constant> {
    let plain = |make: fn(&str) -> String| made(text.map(make));
    Some(match (name, args) {
        ("toUpperCase" | "toLocaleUpperCase" | "upper" | "to_uppercase" | "ToUpper", []) => {
            plain(str::to_uppercase)
        }
        ("toLowerCase" | "toLocaleLowerCase" | "lower" | "to_lowercase" | "ToLower", []) => {
            plain(str::to_lowercase)
        }
        ("format" | "formatted", _) => Constant::Text(None),
        ("trim" | "strip" | "TrimSpace", []) => plain(|text| text.trim().to_owned()),
        ("concat", [Constant::Text(other)]) => {
            let both = text.zip(other.as_deref());
            made(both.map(|(text, other)| text.to_owned() + other))
        }
        ("repeat" | "Repeat", [Constant::Int(times)]) => operators::repeated(text, *times),
        ("replace" | "replaceAll" | "ReplaceAll", [from, to]) => {
            // JavaScript's `replace` stops after the first one; Java's `replaceAll` takes an expression.
            let one_type = language.has_one_type_of_numbers();
            let most = if one_type && name == "replace" {
                1
            } else {
                usize::MAX
            };
            let is_plain = name != "replaceAll" || one_type;
            let texts = from.written().zip(to.written()).filter(|_| is_plain);
            made(
                text.zip(texts)
                    .and_then(|(text, (from, to))| replaced(text, &from, &to, most)),
            )
        }
        _ => return None,
    })
}

fn made(text: Option<String>) -> Constant {
    text.map_or(Constant::Text(None), Constant::text)
}

/// A text with `from` replaced, at most `most` times, where it does not get too long.
fn replaced(text: &str, from: &str, to: &str, most: usize) -> Option<String> {
    let places = text.matches(from).count().min(most);
    let added = places.saturating_mul(to.len());
    (added <= Constant::LONGEST).then(|| text.replacen(from, to, places))
}

/// Methods that ask something about a text.
fn asked(name: &str, text: Option<&str>, args: &[Constant]) -> Option<Constant> {
    let ask = |ask: fn(&str) -> bool| Constant::Bool(text.map(ask));
    let count = |number: usize| number as i128;
    let other = match args {
        [other @ (Constant::Text(_) | Constant::Char(_))] => Some(other.written()),
        _ => None,
    };
    let compare = |compare: fn(&str, &str) -> bool| {
        let both = text.zip(other.clone()?);
        Some(Constant::Bool(
            both.map(|(text, other)| compare(text, &other)),
        ))
    };
    let find = |find: fn(&str, &str) -> Option<usize>| {
        let both = ascii(text).zip(other.clone()?);
        let found = both.map(|(text, other)| find(text, &other).map_or(-1, count));
        Some(Constant::Int(found))
    };
    match (name, args) {
        ("isEmpty" | "is_empty", []) => Some(ask(str::is_empty)),
        ("isBlank", []) => Some(ask(|text| text.trim().is_empty())),
        ("length" | "len", []) => Some(Constant::Int(ascii(text).map(|text| count(text.len())))),
        ("equalsIgnoreCase" | "eq_ignore_ascii_case" | "EqualFold", [_]) => {
            compare(|text, other| text.to_lowercase() == other.to_lowercase())
        }
        ("startsWith" | "startswith" | "starts_with" | "HasPrefix", [_]) => {
            compare(|text, other| text.starts_with(other))
        }
        ("endsWith" | "endswith" | "ends_with" | "HasSuffix", [_]) => {
            compare(|text, other| text.ends_with(other))
        }
        ("contains" | "includes" | "Contains", [_]) => compare(|text, other| text.contains(other)),
        ("indexOf" | "find" | "index" | "Index", [_]) => find(|text, other| text.find(other)),
        ("lastIndexOf" | "rfind" | "rindex" | "LastIndex", [_]) => {
            find(|text, other| text.rfind(other))
        }
        _ => None,
    }
}

/// Methods that take a part of a text, by position.
fn cut(language: Language, name: &str, text: Option<&str>, args: &[Constant]) -> Option<Constant> {
    let numbers: Vec<_> = args
        .iter()
        .map(|arg| match arg {
            Constant::Int(number) => Some(*number),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let text = ascii(text);
    let part = |from: Option<i128>, to: Option<i128>| {
        let range = text.zip(from).zip(to).and_then(|((text, from), to)| {
            text.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
        });
        Some(made(range.map(str::to_owned)))
    };
    let end = text.map(|text| text.len() as i128);
    match (name, numbers.as_slice()) {
        ("charAt", [at]) => Some(character(language, text, *at)),
        ("substring" | "subSequence" | "slice" | "substr", [from]) => part(*from, end),
        ("substring" | "subSequence" | "slice", [from, to]) => part(*from, *to),
        ("substr", [from, length]) => {
            let to = from
                .zip(*length)
                .and_then(|(from, length)| from.checked_add(length));
            part(*from, to)
        }
        _ => None,
    }
}

/// The character at a place, which is a text where the language has no characters.
fn character(language: Language, text: Option<&str>, at: Option<i128>) -> Constant {
    let at = at.and_then(|at| usize::try_from(at).ok());
    let found = text.zip(at).and_then(|(text, at)| text.as_bytes().get(at));
    let found = found.map(|byte| char::from(*byte));
    match language.arithmetic().counts_characters {
        true => Constant::Char(found),
        false => made(found.map(String::from)),
    }
}

/// A text in which every language counts the same.
fn ascii(text: Option<&str>) -> Option<&str> {
    text.filter(|text| text.is_ascii())
}
