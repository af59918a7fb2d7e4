//! Which nodes matter where only some files are asked about: those that what is asked about is reached from, and those
//! that are reached from it.
//!
//! Parts of objects, kinds of taint, and which call it was that a function is left to are not looked at, so these are
//! more nodes than taint gets to. But there are few of them, and each is looked at once: in a large project that takes
//! a small part of the time that following all taint takes.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::solve::{Solver, args_at, edges_from};
use crate::flow::facts::{Action, Function, Node};
use crate::flow::link::{FunctionId, Project};

/// What is asked about.
#[derive(Clone, Copy)]
pub enum About<'a> {
    /// Everything.
    All,
    /// What gets to sinks in these files.
    SinksOf(&'a dyn Fn(usize) -> bool),
    /// What gets to, or through, these files.
    Through(&'a dyn Fn(usize) -> bool),
}

/// A set of nodes of all functions.
pub(super) struct Nodes {
    /// By function: where its nodes start.
    first: Vec<usize>,
    has: Vec<bool>,
}

impl Nodes {
    fn none(project: &Project<'_>) -> Nodes {
        let mut first = Vec::new();
        let mut end = 0;
        for function in project.functions() {
            first.push(end);
            end += project.function(function).ranges.len();
        }
        Nodes {
            first,
            has: vec![false; end],
        }
    }

    fn index(&self, (function, node): At) -> usize {
        self.first[function.0 as usize] + node.0 as usize
    }

    /// Whether it is among them.
    pub(super) fn has(&self, function: FunctionId, node: Node) -> bool {
        self.has[self.index((function, node))]
    }

    /// Adds everything that is reached from `from` by `next`.
    fn reach(&mut self, from: &[At], mut next: impl FnMut(At, &mut Vec<At>)) {
        let mut seen = vec![false; self.has.len()];
        let mut waiting = from.to_vec();
        while let Some(at) = waiting.pop() {
            let index = self.index(at);
            if !std::mem::replace(&mut seen[index], true) {
                self.has[index] = true;
                next(at, &mut waiting);
            }
        }
    }
}

type At = (FunctionId, Node);

/// What of a function is looked up by node, backwards.
struct Behind {
    /// To, from. Sorted.
    edges: Vec<(Node, Node)>,
    /// Results of calls, and what calls may change. Sorted.
    calls: Vec<(Node, u32)>,
}

impl Solver<'_, '_> {
    /// The nodes that matter; none where all of them do.
    pub(super) fn slice(&mut self, about: About<'_>) -> Option<Nodes> {
        let (is_asked, is_through) = match about {
            About::All => return None,
            About::SinksOf(files) => (files, false),
            About::Through(files) => (files, true),
        };
        let mut from = Vec::new();
        for function in self.project.functions() {
            if is_asked(self.project.file_of(function) as usize) {
                let facts = self.project.function(function);
                let nodes = match is_through {
                    true => (0..facts.ranges.len() as u32).map(Node).collect(),
                    false => sinks(facts),
                };
                from.extend(nodes.into_iter().map(|node| (function, node)));
            }
        }
        let mut nodes = Nodes::none(self.project);
        let writers = self.writers();
        let mut known = FxHashMap::default();
        nodes.reach(&from, |at, into| {
            let behind = known.entry(at.0);
            let behind =
                behind.or_insert_with(|| Rc::new(Behind::new(self.project.function(at.0))));
            let behind = Rc::clone(behind);
            self.before(at, &behind, &writers, into);
        });
        if is_through {
            nodes.reach(&from, |at, into| self.after(at, into));
        }
        Some(nodes)
    }

    /// From where a node is reached in one step.
    fn before(
        &mut self,
        (function, node): At,
        behind: &Behind,
        writers: &FxHashMap<u32, Vec<At>>,
        into: &mut Vec<At>,
    ) {
        let facts = self.project.function(function);
        let edges = from(&behind.edges, node);
        into.extend(edges.map(|(_, before)| (function, *before)));
        for &(_, call) in from(&behind.calls, node) {
            let args = &facts.calls[call as usize].args;
            into.extend(args.iter().map(|(_, arg)| (function, *arg)));
            for callee in self.callees(function, call).functions {
                let exits = &self.project.function(callee).exits;
                into.extend(exits.iter().map(|(exit, _)| (callee, *exit)));
            }
        }
        if facts.entries.iter().any(|(_, entry)| *entry == node) {
            for (caller, call) in self.callers(function) {
                let args = &self.project.function(caller).calls[call as usize].args;
                into.extend(args.iter().map(|(_, arg)| (caller, *arg)));
            }
        }
        let file = self.project.file_of(function);
        for (_, cell) in facts.reads.iter().filter(|(reader, _)| *reader == node) {
            let cell = self.cell(file, cell);
            into.extend(writers.get(&cell).into_iter().flatten());
        }
    }

    /// What is reached from a node in one step.
    fn after(&mut self, (function, node): At, into: &mut Vec<At>) {
        let facts = self.project.function(function);
        into.extend(
            edges_from(facts, node)
                .iter()
                .map(|edge| (function, edge.to)),
        );
        let ports = self.ports(function);
        for &(_, call, _) in args_at(&ports, node) {
            into.push((function, facts.calls[call as usize].result));
            for callee in self.callees(function, call).functions {
                let entries = &self.project.function(callee).entries;
                into.extend(entries.iter().map(|(_, entry)| (callee, *entry)));
            }
        }
        if ports.exits.iter().any(|(exit, _)| *exit == node) {
            for (caller, call) in self.callers(function) {
                let call = &self.project.function(caller).calls[call as usize];
                let outs = call.outs.iter().map(|(_, out)| *out);
                into.extend(outs.chain([call.result]).map(|out| (caller, out)));
            }
        }
        for (_, cell) in ports.writes.iter().filter(|(writer, _)| *writer == node) {
            into.extend(&self.readers[*cell as usize]);
        }
    }

    /// By variable that functions share: who writes it.
    fn writers(&mut self) -> FxHashMap<u32, Vec<At>> {
        let mut writers: FxHashMap<u32, Vec<At>> = FxHashMap::default();
        for function in self.project.functions() {
            let file = self.project.file_of(function);
            for (node, cell) in &self.project.function(function).writes {
                let cell = self.cell(file, cell);
                writers.entry(cell).or_default().push((function, *node));
            }
        }
        writers
    }
}

impl Behind {
    fn new(facts: &Function) -> Behind {
        let mut edges: Vec<_> = facts
            .edges
            .iter()
            .map(|edge| (edge.to, edge.from))
            .collect();
        edges.sort_unstable();
        let mut calls = Vec::new();
        for (call, number) in facts.calls.iter().zip(0..) {
            let outs = call.outs.iter().map(|(_, out)| *out);
            calls.extend(outs.chain([call.result]).map(|node| (node, number)));
        }
        calls.sort_unstable();
        Behind { edges, calls }
    }
}

/// The sinks of a function.
fn sinks(facts: &Function) -> Vec<Node> {
    let actions = facts.actions.iter();
    let sinks = actions.filter(|(_, action)| matches!(action, Action::Sink(_)));
    sinks.map(|(node, _)| *node).collect()
}

/// The pairs of a sorted list that start with a node.
fn from<T>(list: &[(Node, T)], node: Node) -> impl Iterator<Item = &(Node, T)> {
    let first = list.partition_point(|(at, _)| *at < node);
    list[first..].iter().take_while(move |(at, _)| *at == node)
}
