//! The graph of a function while it is put together.

use rustc_hash::FxHashSet;

use crate::flow::facts::{Edge, Node, Step, Type};
use crate::tree::TextRange;

/// Nodes and edges. The first nodes are the instructions of the body, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) ranges: Vec<TextRange>,
    pub(super) types: Vec<Type>,
    edges: FxHashSet<Edge>,
    /// In the order in which they came.
    listed: Vec<Edge>,
}

impl Graph {
    /// A further node.
    pub(super) fn node(&mut self, range: TextRange) -> Node {
        self.ranges.push(range);
        self.types.push(Type::Unknown);
        Node(self.ranges.len() as u32 - 1)
    }

    /// Says what values at the node are.
    pub(super) fn set_type(&mut self, node: Node, ty: Type) {
        self.types[node.0 as usize] = ty;
    }

    pub(super) fn edge(&mut self, from: Node, to: Node, step: Step) {
        let edge = Edge { from, to, step };
        let is_loop = from == to && step == Step::Same;
        if !is_loop && self.edges.insert(edge) {
            self.listed.push(edge);
        }
    }

    pub(super) fn range(&self, node: Node) -> TextRange {
        self.ranges[node.0 as usize]
    }

    /// The edges in the order in which they came.
    pub(super) fn into_edges(self) -> (Vec<TextRange>, Vec<Type>, Vec<Edge>) {
        (self.ranges, self.types, self.listed)
    }
}
