//! YAML as a tree in which every value knows where it stands.
//!
//! Rule files are written by people, so an error has to say file, line, column and key. The parser is
//! saphyr's; this module keeps its positions and refuses what makes a document explode: nesting deeper
//! than [`MAX_DEPTH`], and aliases that would copy the document beyond [`MAX_NODES`] nodes.

use std::collections::HashMap;
use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde::{Deserialize, Serialize};

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 64;
/// Most nodes of one document, copies made by aliases included.
pub const MAX_NODES: usize = 1_000_000;

/// A position in a file: 1-based line and column, columns counted in characters.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value with its position.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it starts.
    pub at: Position,
    /// What it is.
    pub value: Value,
}

/// The three shapes of YAML.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text; `plain` when it was written without quotes or block markers, so that `true` and `3` can be
    /// told from `"true"` and `"3"`.
    Scalar {
        /// The text, unquoted and unescaped.
        text: String,
        /// Whether it was a plain scalar.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the file. Keys are unique.
    Mapping(Vec<(Key, Node)>),
}

/// A key of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Where it starts.
    pub at: Position,
    /// The key.
    pub text: String,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{at}: {message}")]
pub struct Error {
    /// Where.
    pub at: Position,
    /// What, with the remedy.
    pub message: String,
}

impl Error {
    /// An error at a position.
    pub fn new(at: Position, message: impl Into<String>) -> Self {
        Error {
            at,
            message: message.into(),
        }
    }
}

/// Reads the first document of `text`.
///
/// # Errors
/// Where `text` is not YAML, repeats a key, nests deeper than [`MAX_DEPTH`], or grows beyond
/// [`MAX_NODES`] through aliases.
pub fn parse(text: &str) -> Result<Node, Error> {
    parse_within(text, MAX_NODES)
}

/// Reads the first document of `text`, of at most `most_nodes` nodes.
///
/// # Errors
/// As [`parse`].
pub fn parse_within(text: &str, most_nodes: usize) -> Result<Node, Error> {
    let mut builder = Builder {
        most_nodes,
        ..Builder::default()
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            Error::new(
                position(error.marker().line(), error.marker().col()),
                format!("not valid YAML: {}", error.info()),
            )
        })?;
        if builder.event(event, span)? {
            break;
        }
    }
    builder
        .document
        .ok_or_else(|| Error::new(position(1, 0), "the file is empty"))
}

fn position(line: usize, column: usize) -> Position {
    Position {
        line: line.max(1) as u32,
        column: column as u32 + 1,
    }
}

/// A collection that is still open, with the anchor that will name it and the count of nodes before it.
struct Open {
    node: Node,
    key: Option<Key>,
    anchor: usize,
    before: usize,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    most_nodes: usize,
    document: Option<Node>,
}

impl Builder {
    /// Takes one event; true once the first document is complete.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<bool, Error> {
        let at = position(span.start.line(), span.start.col());
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let value = Value::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                };
                self.complete(Node { at, value }, anchor, 1)?;
            }
            Event::SequenceStart(anchor, _) => {
                self.start(at, Value::Sequence(Vec::new()), anchor)?
            }
            Event::MappingStart(anchor, _) => self.start(at, Value::Mapping(Vec::new()), anchor)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(done) = self.open.pop() {
                    self.complete(done.node, done.anchor, self.nodes - done.before + 1)?;
                }
            }
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(Error::new(
                        at,
                        "this alias names an anchor that does not precede it",
                    ));
                };
                // Counted before it is copied: the copy is what a bomb is made of.
                self.nodes += size;
                self.check_size(at)?;
                let node = Node {
                    at,
                    value: node.value.clone(),
                };
                self.complete(node, 0, 0)?;
            }
            Event::DocumentEnd => return Ok(true),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        self.check_size(at)?;
        Ok(false)
    }

    fn start(&mut self, at: Position, value: Value, anchor: usize) -> Result<(), Error> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Error::new(
                at,
                format!("nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        self.open.push(Open {
            node: Node { at, value },
            key: None,
            anchor,
            before: self.nodes,
        });
        Ok(())
    }

    fn check_size(&self, at: Position) -> Result<(), Error> {
        if self.nodes <= self.most_nodes {
            return Ok(());
        }
        let most = self.most_nodes;
        Err(Error::new(
            at,
            format!("the document has more than {most} values"),
        ))
    }

    /// Puts a finished node into the collection that is open around it.
    fn complete(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Error> {
        self.nodes += 1;
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(parent) = self.open.last_mut() else {
            self.document = Some(node);
            return Ok(());
        };
        match &mut parent.node.value {
            Value::Sequence(items) => items.push(node),
            Value::Mapping(entries) => match parent.key.take() {
                Some(key) => entries.push((key, node)),
                None => {
                    let Value::Scalar { text, .. } = node.value else {
                        return Err(Error::new(node.at, "a key must be a text"));
                    };
                    if entries.iter().any(|(key, _)| key.text == text) {
                        return Err(Error::new(
                            node.at,
                            format!("`{text}` stands twice in the same mapping"),
                        ));
                    }
                    parent.key = Some(Key { at: node.at, text });
                }
            },
            Value::Scalar { .. } => unreachable!("only collections are opened"),
        }
        Ok(())
    }
}

impl Node {
    /// What the value is, in words for an error message.
    pub fn shape(&self) -> &'static str {
        match self.value {
            Value::Scalar { .. } => "a text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
        }
    }

    /// The text of a scalar.
    ///
    /// # Errors
    /// Where the value is a list or a mapping. `what` names it in the message.
    pub fn text(&self, what: &str) -> Result<&str, Error> {
        match &self.value {
            Value::Scalar { text, .. } => Ok(text),
            _ => Err(self.unexpected(what, "a text")),
        }
    }

    /// A plain `true` or `false`.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn boolean(&self, what: &str) -> Result<bool, Error> {
        match &self.value {
            Value::Scalar { text, plain: true } if text == "true" => Ok(true),
            Value::Scalar { text, plain: true } if text == "false" => Ok(false),
            _ => Err(self.unexpected(what, "true or false")),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// Where the value is not a finite number.
    pub fn number(&self, what: &str) -> Result<f64, Error> {
        match &self.value {
            Value::Scalar { text, plain: true } => {
                text.parse().ok().filter(|n: &f64| n.is_finite())
            }
            _ => None,
        }
        .ok_or_else(|| self.unexpected(what, "a number"))
    }

    /// The items of a list.
    ///
    /// # Errors
    /// Where the value is not a list.
    pub fn items(&self, what: &str) -> Result<&[Node], Error> {
        match &self.value {
            Value::Sequence(items) => Ok(items),
            _ => Err(self.unexpected(what, "a list")),
        }
    }

    /// The texts of a list; a lone text counts as a list of one.
    ///
    /// # Errors
    /// Where the value is neither.
    pub fn texts(&self, what: &str) -> Result<Vec<String>, Error> {
        match &self.value {
            Value::Scalar { text, .. } => Ok(vec![text.clone()]),
            Value::Sequence(items) => items
                .iter()
                .map(|item| item.text(what).map(str::to_owned))
                .collect(),
            Value::Mapping(_) => Err(self.unexpected(what, "a list of texts")),
        }
    }

    /// The entries of a mapping.
    ///
    /// # Errors
    /// Where the value is not a mapping.
    pub fn entries(&self, what: &str) -> Result<&[(Key, Node)], Error> {
        match &self.value {
            Value::Mapping(entries) => Ok(entries),
            _ => Err(self.unexpected(what, "a mapping")),
        }
    }

    /// The entries of a mapping, to be taken one by one. See [`Fields`].
    ///
    /// # Errors
    /// Where the value is not a mapping.
    pub fn fields(&self, what: &str) -> Result<Fields<'_>, Error> {
        Ok(Fields {
            at: self.at,
            entries: self.entries(what)?,
            known: Vec::new(),
        })
    }

    fn unexpected(&self, what: &str, wanted: &str) -> Error {
        Error::new(
            self.at,
            format!("`{what}` must be {wanted}, and this is {}", self.shape()),
        )
    }
}

/// The entries of a mapping, read key by key; the keys that were asked for are the known ones, so that
/// [`Fields::finish`] can name the others.
#[derive(Debug)]
pub struct Fields<'a> {
    at: Position,
    entries: &'a [(Key, Node)],
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Those of an empty mapping.
    pub fn none(at: Position) -> Fields<'a> {
        Fields {
            at,
            entries: &[],
            known: Vec::new(),
        }
    }

    /// Where the mapping starts.
    pub fn at(&self) -> Position {
        self.at
    }

    /// Whether there is a value of `key`, which is not thereby asked for.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(k, _)| k.text == key)
    }

    /// The value of `key`, if it is there.
    pub fn get(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        self.entries
            .iter()
            .find(|(k, _)| k.text == key)
            .map(|(_, value)| value)
    }

    /// The value of `key`.
    ///
    /// # Errors
    /// Where it is missing.
    pub fn require(&mut self, key: &'static str) -> Result<&'a Node, Error> {
        self.get(key)
            .ok_or_else(|| Error::new(self.at, format!("`{key}` is missing")))
    }

    /// The entries that nobody asked for.
    pub fn unknown(&self) -> impl Iterator<Item = &'a (Key, Node)> + '_ {
        self.entries
            .iter()
            .filter(|(key, _)| !self.known.contains(&key.text.as_str()))
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// At the first key that nobody asked for, with the known key that it resembles.
    pub fn finish(self) -> Result<(), Error> {
        match self.unknown().next() {
            None => Ok(()),
            Some((key, _)) => Err(self.unknown_key(key)),
        }
    }

    /// The error for a key that nobody asked for.
    pub fn unknown_key(&self, key: &Key) -> Error {
        let hint = did_you_mean(&key.text, self.known.iter().copied());
        Error::new(key.at, format!("unknown key `{}`{hint}", key.text))
    }
}

/// `; did you mean X?` for the closest of `known`, empty where none is close.
pub fn did_you_mean<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(text, candidate), candidate))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_file() {
        let node = parse("a: 1\nlist:\n  - x\n  - {k: v}\n").unwrap();
        let mut fields = node.fields("file").unwrap();
        assert_eq!(fields.get("a").unwrap().at, Position { line: 1, column: 4 });
        assert_eq!(
            fields.get("list").unwrap().items("list").unwrap()[1].at,
            Position { line: 4, column: 5 }
        );
        fields.finish().unwrap();
    }

    #[test]
    fn an_unknown_key_names_the_one_that_was_meant() {
        let node = parse("severty: ERROR\n").unwrap();
        let mut fields = node.fields("rule").unwrap();
        assert!(fields.get("severity").is_none());
        let error = fields.finish().unwrap_err();
        assert_eq!(
            error.to_string(),
            "1:1: unknown key `severty`; did you mean `severity`?"
        );
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..9 {
            let items = vec![format!("*a{}", i - 1); 10].join(", ");
            text += &format!("a{i}: &a{i} [{items}]\n");
        }
        assert!(parse(&text).unwrap_err().message.contains("more than"));
    }

    #[test]
    fn deep_nesting_and_repeated_keys_are_refused() {
        assert!(
            parse(&"[".repeat(200))
                .unwrap_err()
                .message
                .contains("nested deeper")
        );
        assert_eq!(
            parse("a: 1\na: 2").unwrap_err().at,
            Position { line: 2, column: 1 }
        );
    }
}
