//! Files with values in values: the key of one is the path to it, with dots.

use rules::yaml;

use crate::tree::Constant;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 32;
/// Most nodes of a YAML file, copies made by aliases included.
const MOST_NODES: usize = 100_000;

/// Keys and values of a JSON object.
pub(super) fn json(text: &str) -> Option<Vec<(String, Constant)>> {
    let root = serde_json::from_str(text).ok()?;
    let mut entries = Vec::new();
    flatten(String::new(), &root, MAX_DEPTH, &mut entries);
    Some(entries)
}

/// The same of the first document of a YAML file.
pub(super) fn yaml(text: &str) -> Option<Vec<(String, Constant)>> {
    let root = yaml::parse_within(text, MOST_NODES).ok()?;
    let mut entries = Vec::new();
    flatten_yaml(String::new(), &root.value, MAX_DEPTH, &mut entries);
    Some(entries)
}

/// The same of a TOML file.
pub(super) fn toml(text: &str) -> Option<Vec<(String, Constant)>> {
    let root: serde_json::Value = toml::from_str(text).ok()?;
    let mut entries = Vec::new();
    flatten(String::new(), &root, MAX_DEPTH, &mut entries);
    Some(entries)
}

fn flatten(
    path: String,
    value: &serde_json::Value,
    depth: usize,
    out: &mut Vec<(String, Constant)>,
) {
    use serde_json::Value;
    let constant = match value {
        Value::Object(parts) => {
            for (key, value) in parts.iter().filter(|_| depth > 0) {
                flatten(joined(&path, key), value, depth - 1, out);
            }
            return;
        }
        Value::Array(_) => return,
        Value::Null => Constant::Null,
        Value::Bool(value) => Constant::Bool(Some(*value)),
        Value::Number(number) => match number.as_i128() {
            Some(number) => Constant::Int(Some(number)),
            None => Constant::Float(number.as_f64()),
        },
        Value::String(text) => Constant::text(text.as_str()),
    };
    out.push((path, constant));
}

fn flatten_yaml(
    path: String,
    value: &yaml::Value,
    depth: usize,
    out: &mut Vec<(String, Constant)>,
) {
    match value {
        yaml::Value::Mapping(parts) => {
            for (key, node) in parts.iter().filter(|_| depth > 0) {
                flatten_yaml(joined(&path, &key.text), &node.value, depth - 1, out);
            }
        }
        yaml::Value::Sequence(_) => {}
        yaml::Value::Scalar { text, plain } => out.push((path, scalar(text, *plain))),
    }
}

/// What a scalar of YAML means, which says its type by how it looks.
fn scalar(text: &str, plain: bool) -> Constant {
    match text {
        _ if !plain => Constant::text(text),
        "" | "~" | "null" => Constant::Null,
        "true" | "True" => Constant::Bool(Some(true)),
        "false" | "False" => Constant::Bool(Some(false)),
        _ => match text.parse() {
            Ok(number) => Constant::Int(Some(number)),
            Err(_) => Constant::text(text),
        },
    }
}

fn joined(path: &str, key: &str) -> String {
    match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_keys() {
        let expected = vec![
            ("a.b".to_owned(), Constant::text("x")),
            ("a.c".to_owned(), Constant::Int(Some(1))),
            ("d".to_owned(), Constant::Bool(Some(true))),
        ];
        let found = json(r#"{"a": {"b": "x", "c": 1, "l": [1]}, "d": true}"#);
        assert_eq!(found.as_ref(), Some(&expected));
        let found = yaml("a:\n  b: x\n  c: 1\n  l: [1]\nd: true\n");
        assert_eq!(found.as_ref(), Some(&expected));
        let found = toml("d = true\n[a]\nb = 'x'\nc = 1\nl = [1]\n");
        assert_eq!(found.as_ref(), Some(&expected));
        assert_eq!(
            yaml("a: '1'"),
            Some(vec![("a".to_owned(), Constant::text("1"))])
        );
    }

    #[test]
    fn what_explodes_is_not_read() {
        let deep = "{\"a\":".repeat(1_000) + &"}".repeat(1_000);
        assert_eq!(json(&deep), None);
        let mut bomb = "a0: &a0 [x, x]\n".to_owned();
        for at in 1..40 {
            bomb += &format!("a{at}: &a{at} [*a{0}, *a{0}]\n", at - 1);
        }
        assert_eq!(yaml(&bomb), None);
    }
}
