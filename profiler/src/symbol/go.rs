//! Names from the function table of a Go program, which stripping leaves.

use super::Named;
use crate::unwind::{Object, Svma};

/// The functions at `address`, innermost inlined first; none where that is no Go code.
pub(super) fn frames(object: &Object, address: Svma) -> Vec<Named> {
    let function = object.go_table().and_then(|table| table.function(address));
    let positions = function.map(|function| function.positions(address));
    let named = positions
        .unwrap_or_default()
        .into_iter()
        .map(|position| Named {
            linkage_name: position.function.to_owned(),
            file: position.file.to_owned(),
            line: position.line,
            start_line: position.start_line,
            ..Named::default()
        });
    named.collect()
}
