//! What becomes of each kind of the Go grammar.

use crate::lang::lower::Row;

pub(super) const TABLE: &[Row] = &[];
