//! Reads the text of a settings file, and says everything that is wrong with it at once.

use std::ops::Range;
use std::sync::LazyLock;

use rules::yaml::{Error, Position, did_you_mean};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::file::{File, schema};

/// Reads a settings file.
///
/// # Errors
/// Where the text is no TOML, or has keys or values that are not known.
pub(super) fn read(text: &str) -> Result<File, Vec<Error>> {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<_> = errors
        .iter()
        .map(|error| (error.span().unwrap_or_default(), error.message().to_owned()))
        .collect();
    if faults.is_empty() {
        static SCHEMA: LazyLock<Value> = LazyLock::new(schema);
        check(table.get_ref(), &SCHEMA, &SCHEMA, &mut faults);
        list_lone_text(table.get_mut(), "extends");
        values(&table, &mut faults);
    }
    let file = File::deserialize(Deserializer::from(table));
    if let (Ok(file), true) = (file, faults.is_empty()) {
        return Ok(file);
    }
    faults.sort_by_key(|(span, _)| span.start);
    let error =
        |(span, message): (Range<usize>, _)| Error::new(position(text, span.start), message);
    Err(faults.into_iter().map(error).collect())
}

/// The line and column of a byte.
pub(super) fn position(text: &str, byte: usize) -> Position {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    Position {
        line: before.matches('\n').count() as u32 + 1,
        column: line.chars().count() as u32 + 1,
    }
}

/// Names the keys, and the values out of a short list, that the schema does not know.
fn check(
    table: &DeTable<'_>,
    schema: &Value,
    root: &Value,
    faults: &mut Vec<(Range<usize>, String)>,
) {
    let Some(known) = schema["properties"].as_object() else {
        return;
    };
    for (key, value) in table {
        let Some(property) = known.get(&**key.get_ref()) else {
            let hint = did_you_mean(key.get_ref(), known.keys().map(String::as_str));
            faults.push((key.span(), format!("unknown key `{}`{hint}", key.get_ref())));
            continue;
        };
        if let Some(names) = property["enum"].as_array() {
            one_of(key.get_ref(), names, value, faults);
        }
        let name = property["items"]["$ref"].as_str();
        let item = name.and_then(|name| root.pointer(name.trim_start_matches('#')));
        for (table, item) in value
            .get_ref()
            .as_array()
            .into_iter()
            .flatten()
            .zip(item.into_iter().cycle())
        {
            if let Some(table) = table.get_ref().as_table() {
                check(table, item, root, faults);
            }
        }
    }
}

/// Names a value that is not among `names`.
fn one_of(
    key: &str,
    names: &[Value],
    value: &Spanned<DeValue<'_>>,
    faults: &mut Vec<(Range<usize>, String)>,
) {
    let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
    let text = value.get_ref().as_str().unwrap_or_default();
    if !names.contains(&text) {
        let hint = did_you_mean(text, names.iter().copied());
        let message = format!("`{key}` is one of {}{hint}", names.join(", "));
        faults.push((value.span(), message));
    }
}

/// A text where a list of texts may stand is a list of one.
fn list_lone_text(table: &mut DeTable<'_>, key: &str) {
    if let Some(value) = table.get_mut(key)
        && value.get_ref().is_str()
    {
        let span = value.span();
        let lone = std::mem::replace(value, Spanned::new(span, DeValue::Boolean(false)));
        *value.get_mut() = DeValue::Array([lone].into_iter().collect());
    }
}

/// Reads each key for itself, so that the first wrong value does not hide the others.
fn values(table: &Spanned<DeTable<'_>>, faults: &mut Vec<(Range<usize>, String)>) {
    for (key, value) in table.get_ref() {
        let mut alone = DeTable::new();
        alone.insert(key.clone(), value.clone());
        let alone = Deserializer::from(Spanned::new(table.span(), alone));
        if let Err(error) = File::deserialize(alone) {
            let span = error.span().unwrap_or(value.span());
            // What the schema does not know is named already.
            if faults.iter().all(|(at, _)| at.start != span.start) {
                let message = format!("`{}`: {}", key.get_ref(), error.message());
                faults.push((span, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        read(text)
            .unwrap_err()
            .iter()
            .map(Error::to_string)
            .collect()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = "pakc = 'thorough'\nseverity = \"warnin\"\nselect = 'a'\nfail-on = 3\n[[overrides]]\npath = ['a']\n";
        assert_eq!(
            faults(text),
            [
                "1:1: unknown key `pakc`; did you mean `pack`?",
                "2:12: `severity` is one of info, warning, error; did you mean `warning`?",
                "3:10: `select`: invalid type: string \"a\", expected a sequence",
                "4:11: `fail-on` is one of info, warning, error",
                "6:1: unknown key `path`; did you mean `paths`?",
            ]
        );
        let broken = faults("pack = = 1\nb = = 1\n");
        assert_eq!(
            broken
                .iter()
                .filter(|fault| fault.starts_with("2:5: "))
                .count(),
            1
        );
    }

    #[test]
    fn values_know_where_they_stand() {
        let text = "extends = 'é/base.toml'\nignore = [\n  'a',\n]\n";
        let file = read(text).unwrap();
        assert_eq!(file.extends[0].value, "é/base.toml");
        assert_eq!(position(text, file.ignore[0].span.start).to_string(), "3:3");
    }
}
