//! How values move through code, from its syntax tree on the same for all languages.
//!
//! ```text
//! Tree ─► lower ─► ir: bodies of basic blocks ─► values: what each instruction yields, which branches are dead
//!                                                  │
//!                                    ┌─────────────┴──────────────┐
//!                                 typestate                facts: a graph of values, one file's worth
//!                                                                 │
//!                       facts of all files ─► link: who calls whom ─► taint ─► paths from sources to sinks
//! ```

pub mod facts;
pub mod ir;
mod link;
pub mod lower;
pub mod marks;
pub mod print;
mod prune;
pub mod taint;
pub(crate) mod typestate;
pub(crate) mod values;

use crate::tree::Unit;
use marks::Mark;

/// Where the analysis of a file's flow begins, while its tree is there.
pub(crate) fn of_file(_unit: &Unit, _marks: &[Mark]) {}
