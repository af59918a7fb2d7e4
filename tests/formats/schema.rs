//! As much of JSON Schema as our own schemas use, and stricter: what a schema does not describe is a mistake.

use serde_json::Value;

/// What in `value` does not fit `schema`, whose references are looked up in `root`.
pub(crate) fn mistakes(
    root: &Value,
    schema: &Value,
    value: &Value,
    at: &str,
    found: &mut Vec<String>,
) {
    let mut wrong = |what: String| found.push(format!("{at}: {what}"));
    match (schema["type"].as_str(), value) {
        (None, _)
        | (Some("object"), Value::Object(_))
        | (Some("array"), Value::Array(_))
        | (Some("string"), Value::String(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("null"), Value::Null) => {}
        (Some("integer"), Value::Number(number)) if !number.is_f64() => {}
        (Some(kind), _) => wrong(format!("no {kind}: {value}")),
    }
    if let Some(allowed) = schema["enum"]
        .as_array()
        .filter(|allowed| !allowed.contains(value))
    {
        wrong(format!("{value} is none of {allowed:?}"));
    }
    if let Some(only) = schema.get("const").filter(|only| *only != value) {
        wrong(format!("{value} is not {only}"));
    }
    for (bound, is_out) in [("minimum", -1i128), ("maximum", 1)] {
        let number = |value: &Value| {
            value
                .as_i64()
                .map(i128::from)
                .or(value.as_u64().map(i128::from))
        };
        if let (Some(limit), Some(number)) = (number(&schema[bound]), number(value))
            && (number - limit).signum() == is_out
        {
            wrong(format!("{number} is beyond the {bound} of {limit}"));
        }
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root
            .pointer(&reference[1..])
            .expect("a reference leads to a definition");
        mistakes(root, target, value, at, found);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = |choice: &Value| {
            let mut found = Vec::new();
            mistakes(root, choice, value, at, &mut found);
            found.is_empty()
        };
        if !choices.iter().any(fits) {
            found.push(format!("{at}: {value} fits no choice"));
        }
    }
    match value {
        Value::Object(fields) if schema["type"] == "object" => {
            for name in schema["required"].as_array().into_iter().flatten() {
                if !fields.contains_key(name.as_str().expect("names are texts")) {
                    found.push(format!("{at}: {name} is missing"));
                }
            }
            for (name, value) in fields {
                match schema["properties"].get(name) {
                    Some(schema) => mistakes(root, schema, value, &format!("{at}.{name}"), found),
                    None => found.push(format!("{at}.{name} is not described")),
                }
            }
        }
        Value::Array(items) if schema["type"] == "array" => {
            for (index, item) in items.iter().enumerate() {
                let schema = match &schema["prefixItems"][index] {
                    Value::Null => &schema["items"],
                    prefix => prefix,
                };
                if *schema == Value::Bool(false) {
                    found.push(format!("{at}[{index}] is one too many"));
                }
                mistakes(root, schema, item, &format!("{at}[]"), found);
            }
        }
        _ => {}
    }
}

/// Every field of `schema` that has no description.
pub(crate) fn undescribed(schema: &Value) -> Vec<String> {
    let definitions = schema["$defs"].as_object().into_iter().flatten();
    let mut missing = Vec::new();
    for (definition, schema) in definitions {
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields
            .filter(|(_, field)| !field["description"].is_string() && !field["$ref"].is_string());
        missing.extend(fields.map(|(name, _)| format!("{definition}.{name}")));
        if !schema["description"].is_string() {
            missing.push(definition.clone());
        }
    }
    missing
}
