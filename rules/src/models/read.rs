//! Reads the file of a model.

use std::collections::BTreeMap;

use super::{CallModel, Model, flow};
use crate::review::{Look, lists};
use crate::yaml::{self, Error, Fields, Node};

/// Reads a model.
///
/// # Errors
/// At the first thing that is wrong.
pub fn load(text: &str) -> Result<Model, Error> {
    let document = yaml::parse(text)?;
    let mut fields = document.fields("model")?;
    let languages = fields.require("languages")?;
    let model = Model {
        languages: languages.texts("languages")?,
        library: fields.require("library")?.text("library")?.to_owned(),
        sources: named(&mut fields, "sources", lists::sources, |e| &e.look)?,
        propagators: named(&mut fields, "propagators", lists::propagators, |e| &e.look)?,
        sanitizers: named(&mut fields, "sanitizers", lists::sanitizers, |e| &e.look)?,
        guards: named(&mut fields, "guards", lists::guards, |e| &e.look)?,
        sinks: named(&mut fields, "sinks", lists::sinks, |e| &e.look)?,
        calls: match fields.get("calls") {
            None => Vec::new(),
            Some(node) => {
                let items = node.items("calls")?.iter();
                items.map(call).collect::<Result<_, _>>()?
            }
        },
    };
    fields.finish()?;
    if model.languages.is_empty() {
        return Err(Error::new(languages.at, "`languages` is an empty list"));
    }
    Ok(model)
}

/// Lists by their names. Their entries have formulas of their own.
fn named<T>(
    fields: &mut Fields<'_>,
    key: &'static str,
    read: fn(&Node) -> Result<Vec<T>, Error>,
    look: fn(&T) -> &Look,
) -> Result<BTreeMap<String, Vec<T>>, Error> {
    let Some(node) = fields.get(key) else {
        return Ok(BTreeMap::new());
    };
    let mut lists = BTreeMap::new();
    for (name, node) in node.entries(key)? {
        let list = read(node)?;
        for entry in &list {
            if let Look::Use(used) = look(entry) {
                let message = "a list has formulas of its own, and uses no other list";
                return Err(Error::new(used.at, message));
            }
        }
        lists.insert(name.text.clone(), list);
    }
    Ok(lists)
}

fn call(item: &Node) -> Result<CallModel, Error> {
    let mut fields = item.fields("calls")?;
    let model = CallModel {
        call: called(fields.require("call")?)?,
        args: fields.get("args").map(args).transpose()?,
        flow: fields
            .require("flow")?
            .items("flow")?
            .iter()
            .map(|item| {
                let text = item.text("flow")?;
                flow::flow(text)
                    .map_err(|what| Error::new(item.at, format!("`{text}` is no flow: {what}")))
            })
            .collect::<Result<_, _>>()?,
        returns: fields
            .get("returns")
            .map(|n| n.text("returns").map(str::to_owned))
            .transpose()?,
    };
    fields.finish()?;
    Ok(model)
}

/// A dotted path, perhaps behind `new`.
fn called(node: &Node) -> Result<String, Error> {
    let text = node.text("call")?;
    let path = text.strip_prefix("new ").unwrap_or(text);
    let part = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "()[]".contains(c))
    };
    match path.split('.').all(part) {
        true => Ok(text.to_owned()),
        false => Err(Error::new(
            node.at,
            format!(
                "`call` is a path such as `list.append`, `*.get` or `new java.io.File`, and this is `{text}`"
            ),
        )),
    }
}

/// `2`, or `1..3`.
fn args(node: &Node) -> Result<(u32, u32), Error> {
    let text = node.text("args")?;
    let (fewest, most) = text.split_once("..").unwrap_or((text, text));
    match (fewest.parse(), most.parse()) {
        (Ok(fewest), Ok(most)) if fewest <= most => Ok((fewest, most)),
        _ => Err(Error::new(
            node.at,
            format!(
                "`args` is a number such as 2, or the fewest and most such as 1..3, and this is `{text}`"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_calls_are_read() {
        let model = load(
            "languages: [python]\nlibrary: Flask\n\
             sources:\n  http-request:\n  - pattern: flask.request.args\n\
             guards:\n  validated: [{patterns: [{pattern: $X.isdigit()}, {focus-metavariable: $X}]}]\n\
             calls:\n\
             - {call: list.append, args: 1, flow: [\"0 -> this[+]\"]}\n\
             - {call: '*.length', args: 0..1, flow: [], returns: int}\n",
        )
        .unwrap();
        assert_eq!(model.sources["http-request"].len(), 1);
        assert!(model.guards["validated"][0].when);
        assert_eq!(
            (model.calls[0].args, model.calls[0].flow.len()),
            (Some((1, 1)), 1)
        );
        assert_eq!(model.calls[1].args, Some((0, 1)));
        assert_eq!(model.calls[1].returns.as_deref(), Some("int"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let error = |rest: &str| {
            let head = "languages: [python]\nlibrary: x\n";
            load(&format!("{head}{rest}")).unwrap_err().to_string()
        };
        assert_eq!(
            error("calls: [{call: a.b, flow: [\"0 > this\"]}]\n"),
            "3:28: `0 > this` is no flow: write `FROM -> TO`, or `FROM = TO` for the same object"
        );
        assert_eq!(error("calls: [{call: a.b}]\n"), "3:9: `flow` is missing");
        assert_eq!(
            error("calls: [{call: a..b, flow: []}]\n"),
            "3:16: `call` is a path such as `list.append`, `*.get` or `new java.io.File`, and this is `a..b`"
        );
        assert_eq!(
            error("calls: [{call: a, args: 3..1, flow: []}]\n"),
            "3:25: `args` is a number such as 2, or the fewest and most such as 1..3, and this is `3..1`"
        );
        assert_eq!(
            error("sources: {a: [{use: b}]}\n"),
            "3:21: a list has formulas of its own, and uses no other list"
        );
        assert_eq!(
            error("sanitisers: {}\n"),
            "3:1: unknown key `sanitisers`; did you mean `sanitizers`?"
        );
    }
}
