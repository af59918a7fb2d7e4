//! `examples`: the tests of a rule.

use std::path::{Component, Path};

use super::located;
use crate::review::{Example, Expected, Located};
use crate::yaml::{Error, Fields, Node, Value};

/// Reads one example.
pub(super) fn example(node: &Node) -> Result<Example, Error> {
    let mut fields = node.fields("example")?;
    let mut code = |key| fields.get(key).map(|n| located(n, key)).transpose();
    let mut example = Example {
        bad: code("bad")?,
        good: code("good")?,
        fixed: code("fixed")?,
        ..Example::default()
    };
    if let Some(node) = fields.get("files") {
        if example != Example::default() {
            return Err(Error::new(
                node.at,
                "`files` stands beside `bad`, `good` or `fixed`; make them examples of their own",
            ));
        }
        example.files = files(node)?;
        example.expect = expect(&mut fields, &example.files)?;
    }
    fields.finish()?;
    Ok(example)
}

fn files(node: &Node) -> Result<Vec<(String, Located)>, Error> {
    let entries = match &node.value {
        Value::Mapping(entries) if !entries.is_empty() => entries,
        _ => {
            let message = "`files` has the text of each file behind its path";
            return Err(Error::new(node.at, message));
        }
    };
    let read = |(key, text): &(crate::yaml::Key, Node)| {
        let mut components = Path::new(&key.text).components();
        if key.text.is_empty() || !components.all(|part| matches!(part, Component::Normal(_))) {
            let message = format!("`{}` is no path below the folder of the example", key.text);
            return Err(Error::new(key.at, message));
        }
        Ok((key.text.clone(), located(text, &key.text)?))
    };
    entries.iter().map(read).collect()
}

fn expect(fields: &mut Fields<'_>, files: &[(String, Located)]) -> Result<Vec<Expected>, Error> {
    let Some(node) = fields.get("expect") else {
        return Ok(Vec::new());
    };
    let read = |item: &Node| {
        let text = item.text("expect")?;
        let place = text.rsplit_once(':').and_then(|(path, line)| {
            let line: usize = line.parse().ok()?;
            let (_, code) = files.iter().find(|(known, _)| known == path)?;
            (1..=code.text.lines().count())
                .contains(&line)
                .then(|| Expected {
                    path: path.to_owned(),
                    line,
                })
        });
        place.ok_or_else(|| {
            let message = format!("`{text}` is no line of `files`, such as `PATH:3`");
            Error::new(item.at, message)
        })
    };
    node.items("expect")?.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    fn read(text: &str) -> Result<Example, String> {
        example(&parse(text).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_example_may_have_several_files() {
        let example = read("files: {a.py: x, lib/b.py: y}\nexpect: ['lib/b.py:1']\n").unwrap();
        assert_eq!(example.files[1].0, "lib/b.py");
        assert_eq!(example.expect[0].path, "lib/b.py");
        assert!(example.is_bad() && !example.is_good());
    }

    #[test]
    fn places_that_do_not_exist_are_errors() {
        assert_eq!(
            read("files: {a.py: x}\nexpect: ['a.py:2']\n").unwrap_err(),
            "2:10: `a.py:2` is no line of `files`, such as `PATH:3`"
        );
        assert_eq!(
            read("files: {../a.py: x}\n").unwrap_err(),
            "1:9: `../a.py` is no path below the folder of the example"
        );
        assert_eq!(
            read("bad: x\nfiles: {a.py: x}\n").unwrap_err(),
            "2:8: `files` stands beside `bad`, `good` or `fixed`; make them examples of their own"
        );
    }
}
