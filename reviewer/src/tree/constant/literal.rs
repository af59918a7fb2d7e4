//! The constants that literals stand for.

use std::borrow::Cow;

use super::Constant;
use crate::lang::Language;
use crate::tree::{Kind, NodeId, Tree};

/// Endings of whole numbers that say their type.
const SUFFIXES: [&str; 14] = [
    "l", "n", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// What a literal stands for. Texts with expressions inside are no literals.
pub fn literal(tree: &Tree, id: NodeId) -> Option<Constant> {
    let text = tree.text_of(id);
    match tree.kind(id) {
        Kind::Str => string(tree, id),
        Kind::Char => Some(Constant::Char(character(text))),
        Kind::Int => Some(Constant::Int(integer(text))),
        Kind::Float => Some(Constant::Float(float(text))),
        Kind::Bool => Some(Constant::Bool(Some(text.eq_ignore_ascii_case("true")))),
        Kind::Null => Some(Constant::Null),
        _ => None,
    }
}

/// The text of a string whose parts, adjacent literals included, are all text.
fn string(tree: &Tree, id: NodeId) -> Option<Constant> {
    let mut text = String::new();
    for part in tree.subtree(id).skip(1) {
        match tree.kind(part) {
            Kind::Str => {}
            Kind::StrPart => text += &part_of_text(tree, part),
            _ => return None,
        }
        if text.len() > Constant::LONGEST {
            return Some(Constant::Text(None));
        }
    }
    Some(Constant::text(text))
}

/// What a part of a string says.
pub(crate) fn part_of_text(tree: &Tree, part: NodeId) -> Cow<'_, str> {
    let text = tree.text_of(part);
    let string = tree.parent(part).map(|string| tree.text_of(string));
    match string {
        Some(string) if text.contains('\\') && !is_raw(tree.language, string) => {
            unescaped(text).into()
        }
        _ => text.into(),
    }
}

/// Whether nothing is escaped in a literal: `r"..."`, Go's `` `...` ``.
fn is_raw(language: Language, literal: &str) -> bool {
    let Some(at) = literal.find(['"', '\'', '`']) else {
        return false;
    };
    let (prefix, quoted) = literal.split_at(at);
    prefix.contains(['r', 'R'])
        || language
            .raw_quote()
            .is_some_and(|raw| quoted.starts_with(raw))
}

/// The character between the quotes.
fn character(text: &str) -> Option<char> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let text = unescaped(inner);
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// A text with the escapes that the languages share taken for what they mean. Others stay as they are.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out += &rest[..at];
        rest = &rest[at + 1..];
        let (meant, length) = escape(rest).unwrap_or(('\\', 0));
        out.push(meant);
        rest = &rest[length..];
    }
    out + rest
}

/// The character that an escape stands for, and the bytes that it takes behind the backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let code = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    let first = rest.chars().next()?;
    let simple = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        '\\' | '\'' | '"' | '`' => first,
        'x' => return Some((code(rest.get(1..3)?, 16)?, 3)),
        'u' if rest[1..].starts_with('{') => {
            let end = rest.find('}')?;
            return Some((code(&rest[2..end], 16)?, end + 1));
        }
        'u' => return Some((code(rest.get(1..5)?, 16)?, 5)),
        '0'..='7' => {
            let digits = rest
                .bytes()
                .take(3)
                .take_while(|b| (b'0'..=b'7').contains(b));
            let length = digits.count();
            return Some((code(&rest[..length], 8)?, length));
        }
        _ => return None,
    };
    Some((simple, 1))
}

/// The value of an integer literal: decimal, hexadecimal, octal, binary, with separators and suffixes.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let text = text.replace('_', "").to_lowercase();
    let digits = |radix, digits: &str| {
        let plain = SUFFIXES
            .iter()
            .find_map(|suffix| digits.strip_suffix(suffix));
        i128::from_str_radix(plain.unwrap_or(digits), radix).ok()
    };
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(16, hex);
    }
    if let Some(binary) = text.strip_prefix("0b") {
        return digits(2, binary);
    }
    match text.strip_prefix("0o").or_else(|| text.strip_prefix('0')) {
        Some(octal) if octal.starts_with(|c: char| c.is_ascii_digit()) => digits(8, octal),
        _ => digits(10, &text),
    }
}

fn float(text: &str) -> Option<f64> {
    let text = text.replace('_', "").to_lowercase();
    let plain = ["f32", "f64", "f", "d"]
        .iter()
        .find_map(|suffix| text.strip_suffix(suffix));
    let number: f64 = plain.unwrap_or(&text).parse().ok()?;
    number.is_finite().then_some(number)
}
