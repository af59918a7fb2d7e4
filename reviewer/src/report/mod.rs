//! Renderers: pure functions from a review to a text. One format, one file.

mod inert;
mod json;
mod sarif;
mod summary;
mod text;

use rules::review::Rule;

pub(crate) use inert::{inert, inert_line};
pub use json::json;
pub use sarif::sarif;
pub(crate) use summary::plural;
pub use summary::summary;
pub use text::{TextStyle, text};

use crate::review::Review;

/// What a renderer sees.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The review.
    pub review: &'a Review,
    /// Every rule that ran, by id.
    pub rules: &'a [&'a Rule],
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: code frames.
    Text,
    /// For programs: our own.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
}

impl Report<'_> {
    /// Renders in a format; `style` matters for [`Format::Text`].
    pub fn render(&self, format: Format, style: TextStyle) -> String {
        match format {
            Format::Text => text(self, style),
            Format::Json => json(self),
            Format::Sarif => sarif(self),
        }
    }

    fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().copied().find(|rule| rule.id == id)
    }
}
