//! Constants: what is known of values before a program runs, and what its operators, methods and functions make
//! of them.
//!
//! Everything here is a pure function of constants, for whoever finds out which value goes where. `None` as a result
//! says that nothing is known, not even the type. Nothing panics or grows: what overflows or gets too long is known by
//! its type alone.

mod functions;
mod literal;
mod methods;
mod numbers;
mod operators;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use functions::call;
pub use literal::literal;
pub(crate) use literal::{integer, part_of_text};
pub use methods::{index, method};
pub use operators::{binary, decided, unary};

/// What is known of a value. Of what type it is may be known without which it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A text, of at most [`Constant::LONGEST`] bytes where it is known.
    Text(Option<Arc<str>>),
    /// A character, where that is no text.
    Char(Option<char>),
    /// A whole number.
    Int(Option<i128>),
    /// A number with a fraction: finite where it is known.
    Float(Option<f64>),
    /// A truth value.
    Bool(Option<bool>),
    /// Nothing: `null`, `None`, `nil`.
    Null,
}

/// A float that is known is finite, so that it equals itself.
impl Eq for Constant {}

impl Constant {
    /// Bytes of the longest text that is kept.
    pub const LONGEST: usize = 4096;

    /// A text; known unless it is too long.
    pub fn text(text: impl AsRef<str> + Into<Arc<str>>) -> Constant {
        let short = text.as_ref().len() <= Constant::LONGEST;
        Constant::Text(short.then(|| text.into()))
    }

    /// A number; known unless it is infinite or none.
    pub fn float(number: f64) -> Constant {
        Constant::Float(Some(number).filter(|number| number.is_finite()))
    }

    /// Whether it is known which value it is.
    pub fn is_known(&self) -> bool {
        match self {
            Constant::Text(text) => text.is_some(),
            Constant::Char(character) => character.is_some(),
            Constant::Int(number) => number.is_some(),
            Constant::Float(number) => number.is_some(),
            Constant::Bool(value) => value.is_some(),
            Constant::Null => true,
        }
    }

    /// What is known of a value that is one of these two.
    pub fn either(self, other: &Constant) -> Option<Constant> {
        match (self, other) {
            (value, other) if value == *other => Some(value),
            (Constant::Text(_), Constant::Text(_)) => Some(Constant::Text(None)),
            (Constant::Char(_), Constant::Char(_)) => Some(Constant::Char(None)),
            (Constant::Int(_), Constant::Int(_)) => Some(Constant::Int(None)),
            (Constant::Float(_), Constant::Float(_)) => Some(Constant::Float(None)),
            (Constant::Bool(_), Constant::Bool(_)) => Some(Constant::Bool(None)),
            _ => None,
        }
    }

    /// Whether it counts as true where it is a condition.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Constant::Text(text) => text.as_ref().map(|text| !text.is_empty()),
            Constant::Char(character) => character.map(|_| true),
            Constant::Int(number) => number.map(|number| number != 0),
            Constant::Float(number) => number.map(|number| number != 0.0),
            Constant::Bool(value) => *value,
            Constant::Null => Some(false),
        }
    }

    /// How most languages write it into a text. They do not agree about fractions.
    pub fn written(&self) -> Option<String> {
        match self {
            Constant::Text(text) => text.as_ref().map(|text| text.to_string()),
            Constant::Char(character) => character.map(String::from),
            Constant::Int(number) => number.map(|number| number.to_string()),
            Constant::Float(_) => None,
            Constant::Bool(value) => value.map(|value| value.to_string()),
            Constant::Null => Some("null".to_owned()),
        }
    }

    /// Its value as a number, where it is one.
    fn number(&self) -> Option<f64> {
        match self {
            Constant::Int(number) => number.map(|number| number as f64),
            Constant::Float(number) => *number,
            _ => None,
        }
    }
}
