//! What the text of a metavariable has to match for a match of a pattern to count: conditions of the formula, tested as
//! soon as the pattern binds what they are about, and before it where the node's own name tells.

use std::sync::Arc;

use fancy_regex::Regex;
use rustc_hash::FxHashMap;

use crate::pattern::{Binding, Bindings, Metavariable, NameAt, Shape};
use crate::tree::{NodeId, Tree};

/// An expression that the text of a metavariable has to match.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    pub(super) variable: Metavariable,
    pub(super) regex: Arc<Regex>,
}

/// Longest text that is tested before the formula is evaluated, which counts what longer ones cost.
const LONGEST: usize = 256;

/// What texts of one file were found to be, by the address of the expression.
#[derive(Default)]
pub(super) struct Tested<'t>(FxHashMap<(usize, &'t str), bool>);

impl<'t> Tested<'t> {
    /// Whether the bindings of a match are what is demanded. What is not bound yet may become so.
    pub(super) fn holds(
        &mut self,
        demands: &[Demand],
        bindings: &Bindings,
        tree: &'t Tree,
    ) -> bool {
        demands.iter().all(|demand| {
            let bound = bindings.get(usize::from(demand.variable.0));
            let node = bound.copied().flatten().filter(|binding| {
                // The text of what is computed does not stand in the file.
                !matches!(binding, Binding::Constant(_))
            });
            node.is_none_or(|binding| {
                self.is_match(demand, &tree.text[binding.range(tree).indices()])
            })
        })
    }

    /// Whether the name at a node where a shape may match is what is demanded of it.
    pub(super) fn may_match(
        &mut self,
        (demand, at): (&Demand, NameAt),
        tree: &'t Tree,
        id: NodeId,
    ) -> bool {
        let name = at.name(tree, id);
        name.is_none_or(|name| self.is_match(demand, tree.text_of(name)))
    }

    fn is_match(&mut self, demand: &Demand, text: &'t str) -> bool {
        if text.len() > LONGEST {
            return true;
        }
        let key = (Arc::as_ptr(&demand.regex).addr(), text);
        *self.0.entry(key).or_insert_with(|| {
            // One that gives up does so again where that is noted.
            demand.regex.is_match(text).unwrap_or(true)
        })
    }
}

/// The demand on the name that tells a shape apart, by its place among the demands, and where the name stands.
pub(super) fn on_name(shape: &Shape, demands: &[Demand]) -> Option<(usize, NameAt)> {
    let (variable, at) = shape.name_variable()?;
    let mut all = demands.iter();
    let demand = all.position(|demand| demand.variable == variable)?;
    Some((demand, at))
}
