//! `requires`: a condition on labels, in Python's syntax for truth values.
//!
//! ```text
//! or  = and ("or" and)*      and = not ("and" not)*      not = "not" not | "(" or ")" | True | False | LABEL
//! ```

use super::condition::metavariable;
use super::formula::not_empty;
use crate::review::{Located, Requires, SinkRequires};
use crate::yaml::{Error, Key, Node, Position, Value};

/// Deepest nesting of parentheses and negations.
const MAX_DEPTH: usize = 50;

/// What a source or propagator requires.
pub(super) fn requires(node: &Node) -> Result<Requires, Error> {
    let text = node.text("requires")?;
    let mut parser = Parser {
        at: node.at,
        rest: text,
        depth: 0,
    };
    let condition = parser.or()?;
    match parser.next()? {
        None => Ok(condition),
        Some(token) => Err(parser.error(&format!("`{token}` is not expected there"))),
    }
}

/// What a sink requires: of the matched code, or of metavariables, each with its own condition.
pub(super) fn of_sink(node: &Node) -> Result<SinkRequires, Error> {
    let Value::Sequence(_) = node.value else {
        return requires(node).map(SinkRequires::Here);
    };
    let items = not_empty(node, "requires")?;
    let each = items.iter().map(|item| match &item.value {
        Value::Mapping(pairs) if pairs.len() == 1 => {
            let (key, condition) = &pairs[0];
            Ok((named(key)?, requires(condition)?))
        }
        _ => Err(Error::new(
            item.at,
            "an entry of `requires` is one metavariable and its condition, such as `$X: LABEL`",
        )),
    });
    each.collect::<Result<_, _>>()
        .map(SinkRequires::Metavariables)
}

/// A metavariable that is a key.
fn named(key: &Key) -> Result<Located, Error> {
    let value = Value::Scalar {
        text: key.text.clone(),
        plain: true,
    };
    metavariable(&Node { at: key.at, value }, "requires")
}

struct Parser<'a> {
    at: Position,
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn or(&mut self) -> Result<Requires, Error> {
        self.row("or", Parser::and, Requires::Any)
    }

    fn and(&mut self) -> Result<Requires, Error> {
        self.row("and", Parser::not, Requires::All)
    }

    /// Operands with the same operator between them.
    fn row(
        &mut self,
        operator: &str,
        operand: fn(&mut Self) -> Result<Requires, Error>,
        of_several: fn(Vec<Requires>) -> Requires,
    ) -> Result<Requires, Error> {
        let first = operand(self)?;
        let mut operands = vec![first];
        while self.takes(operator)? {
            operands.push(operand(self)?);
        }
        Ok(match operands.len() {
            1 => operands.remove(0),
            _ => of_several(operands),
        })
    }

    fn not(&mut self) -> Result<Requires, Error> {
        match self.next()? {
            Some("not") => self
                .nested(Parser::not)
                .map(|inner| Requires::Not(Box::new(inner))),
            Some("(") => {
                let inner = self.nested(Parser::or)?;
                match self.takes(")")? {
                    true => Ok(inner),
                    false => Err(self.error("a `)` is missing")),
                }
            }
            Some("True") => Ok(Requires::Constant(true)),
            Some("False") => Ok(Requires::Constant(false)),
            Some(token @ (")" | "and" | "or")) => {
                Err(self.error(&format!("a label is missing before `{token}`")))
            }
            Some(label) => Ok(Requires::Label(label.to_owned())),
            None => Err(self.error("a label is missing at the end")),
        }
    }

    fn nested(
        &mut self,
        operand: fn(&mut Self) -> Result<Requires, Error>,
    ) -> Result<Requires, Error> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(&format!("it is nested deeper than {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let inner = operand(self);
        self.depth -= 1;
        inner
    }

    fn takes(&mut self, wanted: &str) -> Result<bool, Error> {
        let before = self.rest;
        let takes = self.next()? == Some(wanted);
        if !takes {
            self.rest = before;
        }
        Ok(takes)
    }

    /// The next parenthesis, or word as in Python.
    fn next(&mut self) -> Result<Option<&'a str>, Error> {
        let text = self.rest.trim_start();
        let in_word = |c: char| c == '_' || c.is_alphanumeric();
        let end = match text.chars().next() {
            None => return Ok(None),
            Some('(' | ')') => 1,
            Some(c) if in_word(c) && !c.is_numeric() => {
                text.find(|c| !in_word(c)).unwrap_or(text.len())
            }
            Some(c) => return Err(self.error(&format!("`{c}` is not expected there"))),
        };
        let (token, rest) = text.split_at(end);
        self.rest = rest;
        Ok(Some(token))
    }

    fn error(&self, what: &str) -> Error {
        let form = "`requires` is made of labels, `not`, `and`, `or` and parentheses";
        Error::new(self.at, format!("{form}: {what}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Requires, String> {
        let value = Value::Scalar {
            text: text.into(),
            plain: true,
        };
        let at = Position::default();
        requires(&Node { at, value }).map_err(|error| error.message)
    }

    #[test]
    fn operators_bind_as_in_python() {
        let label = |name: &str| Requires::Label(name.into());
        let not = |inner| Requires::Not(Box::new(inner));
        assert_eq!(
            read("A and not B or C"),
            Ok(Requires::Any(vec![
                Requires::All(vec![label("A"), not(label("B"))]),
                label("C")
            ]))
        );
        assert_eq!(
            read("not (A or B) and True"),
            Ok(Requires::All(vec![
                not(Requires::Any(vec![label("A"), label("B")])),
                Requires::Constant(true)
            ]))
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| {
            let error = read(text).unwrap_err();
            error.rsplit_once(": ").unwrap().1.to_owned()
        };
        assert_eq!(wrong("A and"), "a label is missing at the end");
        assert_eq!(wrong("(A or B"), "a `)` is missing");
        assert_eq!(wrong("A B"), "`B` is not expected there");
        assert_eq!(wrong("$X"), "`$` is not expected there");
        assert_eq!(wrong("or A"), "a label is missing before `or`");
        assert_eq!(wrong(""), "a label is missing at the end");
        let deep = "(".repeat(100_000);
        assert_eq!(wrong(&deep), "it is nested deeper than 50 levels");
    }
}
