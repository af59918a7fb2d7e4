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

use rules::review::{Body, Rule};

use crate::tree::Unit;
use facts::FileFacts;
use marks::{Mark, Parts};
use typestate::Wrong;
use values::{Context, ModelIndex};

/// What the flow of one file comes to.
#[derive(Debug, Default)]
pub(crate) struct OfFile {
    /// For rules about taint: what the file contributes.
    pub(crate) facts: FileFacts,
    /// For rules about typestates: what they found.
    pub(crate) wrong: Vec<Wrong>,
    /// Why something may be missing.
    pub(crate) incomplete: Vec<String>,
}

/// Looks at the flow of one file. `rule` gives the rules of a plan by their indices.
pub(crate) fn of_file<'r>(
    unit: &Unit,
    marks: &[Mark],
    parts: &Parts,
    rule: &dyn Fn(usize) -> &'r Rule,
) -> OfFile {
    let program = lower::lower(unit);
    let taint = |index: usize| match &rule(index).body {
        Body::Taint(taint) => Some(taint),
        _ => None,
    };
    let context = Context {
        unit,
        program: &program,
        parts,
        models: ModelIndex::builtin(unit.tree.language),
        rules: &taint,
    };
    let (facts, yields) = values::facts(&context, marks);
    let typestate = |index: usize| match &rule(index).body {
        Body::Typestate(typestate) => Some(typestate),
        _ => None,
    };
    let checked = typestate::check(&context, marks, &typestate, &yields);
    let cut = |range: &crate::tree::TextRange| {
        let line = unit.tree.text[..range.start as usize].matches('\n').count() + 1;
        format!(
            "following values through the function at line {line} took more than its budget of steps: findings about them may be missing"
        )
    };
    OfFile {
        incomplete: facts.cut.iter().chain(&checked.cut).map(cut).collect(),
        facts,
        wrong: checked.wrong,
    }
}
