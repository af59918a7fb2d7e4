//! What functions that are no methods make of constants.

use super::{Constant, method, methods};
use crate::lang::Language;

/// What a call of the function `path` makes of constants: `len("a")`, `strings.ToUpper("a")`, `String.valueOf(1)`.
pub fn call(language: Language, path: &str, args: &[Constant]) -> Option<Constant> {
    match (path, args) {
        ("len", [text]) => method(language, "length", text, &[]),
        ("str" | "String" | "String.valueOf" | "Integer.toString" | "strconv.Itoa", [value]) => {
            Some(methods::as_text(value))
        }
        ("String.from" | "String::from" | "Integer.valueOf" | "Boolean.valueOf", [value])
            if !matches!(value, Constant::Text(_)) || path.starts_with("String") =>
        {
            Some(value.clone())
        }
        (
            "int" | "parseInt" | "Number" | "Integer.parseInt" | "Integer.valueOf"
            | "Long.parseLong",
            [value],
        ) => whole(value),
        ("bool" | "Boolean", [value]) => Some(Constant::Bool(value.truth())),
        ("Boolean.parseBoolean" | "Boolean.valueOf", [Constant::Text(text)]) => {
            let text = text.as_deref();
            Some(Constant::Bool(
                text.map(|text| text.eq_ignore_ascii_case("true")),
            ))
        }
        ("String.format" | "java.lang.String.format" | "fmt.Sprintf", [Constant::Text(_), ..]) => {
            Some(Constant::Text(None))
        }
        _ => {
            let name = path.strip_prefix("strings.")?;
            let (text, args) = args.split_first()?;
            method(language, name, text, args)
        }
    }
}

/// A whole number, or the one that a text writes in decimal digits.
fn whole(value: &Constant) -> Option<Constant> {
    match value {
        Constant::Int(_) => Some(value.clone()),
        Constant::Text(text) => {
            let text = text.as_deref().map(str::trim);
            Some(Constant::Int(text.and_then(|text| text.parse().ok())))
        }
        _ => None,
    }
}
