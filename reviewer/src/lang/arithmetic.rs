//! How operators work where languages differ.

use super::Language;

/// What the operators of a language make of constants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arithmetic {
    /// Whether `/` of whole numbers keeps the fraction.
    pub(crate) divides_exactly: bool,
    /// Whether `%` takes the sign of the divisor instead of that of the dividend.
    pub(crate) rounds_down: bool,
    /// Whether `+` makes a text of anything that stands next to one.
    pub(crate) joins_anything: bool,
    /// Whether a character counts as its number.
    pub(crate) counts_characters: bool,
    /// Whether `==` of texts asks if they are the same object.
    pub(crate) compares_objects: bool,
    /// Whether `==` holds of no two values of different types.
    pub(crate) compares_types: bool,
    /// Bits that a whole number may have, sign included, narrow types first. What gets too large for the types of
    /// its operands is not known; where this is empty, nothing does.
    pub(crate) widths: &'static [u32],
    /// The same for operators on bits, where that differs.
    pub(crate) bits: Option<u32>,
}

/// What most languages do.
const COMMON: Arithmetic = Arithmetic {
    divides_exactly: false,
    rounds_down: false,
    joins_anything: false,
    counts_characters: false,
    compares_objects: false,
    compares_types: false,
    widths: &[],
    bits: None,
};

impl Language {
    /// How its operators work.
    pub(crate) fn arithmetic(self) -> Arithmetic {
        match self {
            Language::Java => Arithmetic {
                joins_anything: true,
                counts_characters: true,
                compares_objects: true,
                widths: &[32, 64],
                ..COMMON
            },
            Language::Go => Arithmetic {
                counts_characters: true,
                widths: &[64],
                ..COMMON
            },
            Language::JavaScript | Language::Tsx | Language::TypeScript => Arithmetic {
                divides_exactly: true,
                joins_anything: true,
                // The whole numbers that a double holds exactly.
                widths: &[54],
                bits: Some(32),
                ..COMMON
            },
            Language::Python => Arithmetic {
                divides_exactly: true,
                rounds_down: true,
                compares_types: true,
                ..COMMON
            },
            Language::Rust | Language::Generic | Language::Regex => COMMON,
        }
    }
}
