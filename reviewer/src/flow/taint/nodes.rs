//! Sets of nodes of all functions, each node with kinds of taint.

use rustc_hash::FxHashMap;

use super::kinds::Kinds;
use crate::flow::facts::Node;
use crate::flow::link::{FunctionId, Project};

/// A node of any function.
pub(super) type At = (FunctionId, Node);

/// Some of the nodes of functions, each with the kinds of taint for which it matters: all those of a rule, or none.
pub(super) struct Nodes {
    /// By function, by node: index into the sets; empty for a function without any.
    of: Vec<Box<[u32]>>,
    /// Each set of kinds once, the empty one first: nodes are many, and sets few.
    sets: Vec<Kinds>,
    numbers: FxHashMap<Kinds, u32>,
}

impl Nodes {
    pub(super) fn none(project: &Project<'_>) -> Nodes {
        Nodes {
            of: project.functions().map(|_| Box::default()).collect(),
            sets: vec![0],
            numbers: FxHashMap::from_iter([(0, 0)]),
        }
    }

    /// The kinds for which a node matters.
    pub(super) fn kinds(&self, (function, node): At) -> Kinds {
        let number = self.of[function.0 as usize].get(node.0 as usize);
        number.map_or(0, |&number| self.sets[number as usize])
    }

    /// Adds kinds to a node; yields those that it did not have.
    pub(super) fn add(
        &mut self,
        (function, node): At,
        kinds: Kinds,
        project: &Project<'_>,
    ) -> Kinds {
        let known = self.kinds((function, node));
        if kinds & !known != 0 {
            let number = self.number(known | kinds);
            let of = &mut self.of[function.0 as usize];
            if of.is_empty() {
                *of = vec![0; project.function(function).ranges.len()].into();
            }
            of[node.0 as usize] = number;
        }
        kinds & !known
    }

    fn number(&mut self, kinds: Kinds) -> u32 {
        let next = self.sets.len() as u32;
        let number = *self.numbers.entry(kinds).or_insert(next);
        if number == next {
            self.sets.push(kinds);
        }
        number
    }

    /// What of some nodes is among them.
    pub(super) fn of(&self, some: &[(At, Kinds)]) -> Vec<(At, Kinds)> {
        let some = some
            .iter()
            .map(|(at, kinds)| (*at, kinds & self.kinds(*at)));
        some.filter(|(_, kinds)| *kinds != 0).collect()
    }

    pub(super) fn and(mut self, others: &Nodes, project: &Project<'_>) -> Nodes {
        for (function, nodes) in project.functions().zip(&others.of) {
            for (&number, node) in nodes.iter().zip(0..) {
                self.add(
                    (function, Node(node)),
                    others.sets[number as usize],
                    project,
                );
            }
        }
        self
    }
}
