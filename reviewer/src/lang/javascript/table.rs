//! What becomes of each kind of the JavaScript and TypeScript grammars.

use crate::lang::lower::Row;

pub(super) const TABLE: &[Row] = &[];
