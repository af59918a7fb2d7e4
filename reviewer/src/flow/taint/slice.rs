//! Which nodes matter where only some files are asked about: those that what is asked about is reached from, and those
//! that are reached from it.
//!
//! The two passes of Horwitz, Reps and Binkley (*Interprocedural slicing using dependence graphs*, TOPLAS 1990) keep
//! what goes into a function at one call from coming out at another: whoever goes down into what is called does not come
//! up again. A call is taken to pass on all that it gets, and parts of objects and kinds of taint are not looked at, so
//! these are more nodes than taint gets to, but each is looked at twice at most.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::solve::{Solver, args_at, edges_from};
use crate::flow::facts::{Action, Call, Function, Node};
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

/// Some of the nodes of all functions.
pub(super) struct Nodes {
    /// By function: where its nodes start.
    first: Rc<[usize]>,
    has: Vec<bool>,
}

impl Nodes {
    fn all(project: &Project<'_>) -> Nodes {
        let mut first = Vec::new();
        let mut end = 0;
        for function in project.functions() {
            first.push(end);
            end += project.function(function).ranges.len();
        }
        Nodes {
            first: first.into(),
            has: vec![true; end],
        }
    }

    fn index(&self, (function, node): At) -> usize {
        self.first[function.0 as usize] + node.0 as usize
    }

    /// Whether a node is among them.
    pub(super) fn has(&self, function: FunctionId, node: Node) -> bool {
        self.has[self.index((function, node))]
    }

    /// Those of them that are reached from `from` by `next`, by way of them.
    fn reached(&self, from: &[At], mut next: impl FnMut(At, Pass, &mut Vec<(At, Pass)>)) -> Nodes {
        let mut seen: Vec<Option<Pass>> = vec![None; self.has.len()];
        let mut waiting: Vec<_> = from.iter().map(|at| (*at, Pass::Up)).collect();
        while let Some((at, pass)) = waiting.pop() {
            let index = self.index(at);
            if self.has[index] && seen[index].is_none_or(|known| known < pass) {
                seen[index] = Some(pass);
                next(at, pass, &mut waiting);
            }
        }
        Nodes {
            first: Rc::clone(&self.first),
            has: seen.into_iter().map(|seen| seen.is_some()).collect(),
        }
    }

    fn of(&self, at: &[At]) -> Vec<At> {
        let at = at.iter().copied();
        at.filter(|at| self.has[self.index(*at)]).collect()
    }

    fn and(mut self, others: &Nodes) -> Nodes {
        let pairs = self.has.iter_mut().zip(&others.has);
        pairs.for_each(|(has, other)| *has |= other);
        self
    }
}

type At = (FunctionId, Node);

/// How a node was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pass {
    /// From a call of its function, to which there is nothing to come back with.
    Down,
    /// In another way, so that all callers matter.
    Up,
}

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
        let (files, is_through) = match about {
            About::All => return None,
            About::SinksOf(files) => (files, false),
            About::Through(files) => (files, true),
        };
        let all = Nodes::all(self.project);
        let asked = match is_through {
            true => self.nodes(files, |facts| {
                (0..facts.ranges.len() as u32).map(Node).collect()
            }),
            false => self.nodes(files, sinks),
        };
        let before = self.reaching(&all, &asked);
        let sources = self.nodes(&|_| true, sources);
        let before = self.reached_in(&before, &sources);
        if !is_through {
            return Some(before);
        }
        let after = self.reached_in(&all, &before.of(&asked));
        let sinks = self.nodes(&|_| true, sinks);
        let after = self.reaching(&after, &after.of(&sinks));
        Some(before.and(&after))
    }

    /// Nodes of the functions in some files.
    fn nodes(
        &self,
        is_asked: &dyn Fn(usize) -> bool,
        nodes: impl Fn(&Function) -> Vec<Node>,
    ) -> Vec<At> {
        let functions = self.project.functions();
        let asked = functions.filter(|&one| is_asked(self.project.file_of(one) as usize));
        let all = asked.flat_map(|function| {
            let nodes = nodes(self.project.function(function));
            nodes.into_iter().map(move |node| (function, node))
        });
        all.collect()
    }

    /// Those among `within` from which `to` is reached.
    fn reaching(&mut self, within: &Nodes, to: &[At]) -> Nodes {
        let writers = self.writers();
        let mut known = FxHashMap::default();
        within.reached(to, |at, pass, into| {
            let behind = known.entry(at.0);
            let behind =
                behind.or_insert_with(|| Rc::new(Behind::new(self.project.function(at.0))));
            let behind = Rc::clone(behind);
            self.before(at, pass, &behind, &writers, into);
        })
    }

    /// Those among `within` that are reached from `from`.
    fn reached_in(&mut self, within: &Nodes, from: &[At]) -> Nodes {
        within.reached(from, |at, pass, into| self.after(at, pass, into))
    }

    /// From where a node is reached in one step.
    fn before(
        &mut self,
        (function, node): At,
        pass: Pass,
        behind: &Behind,
        writers: &FxHashMap<u32, Vec<At>>,
        into: &mut Vec<(At, Pass)>,
    ) {
        let facts = self.project.function(function);
        let edges = from(&behind.edges, node);
        into.extend(edges.map(|(_, before)| ((function, *before), pass)));
        for &(_, call) in from(&behind.calls, node) {
            let args = &facts.calls[call as usize].args;
            into.extend(args.iter().map(|(_, arg)| ((function, *arg), pass)));
            for callee in self.callees(function, call).functions {
                let exits = &self.project.function(callee).exits;
                into.extend(exits.iter().map(|(exit, _)| ((callee, *exit), Pass::Down)));
            }
        }
        if pass == Pass::Up && facts.entries.iter().any(|(_, entry)| *entry == node) {
            for (caller, call) in self.callers(function) {
                let args = &self.project.function(caller).calls[call as usize].args;
                into.extend(args.iter().map(|(_, arg)| ((caller, *arg), Pass::Up)));
            }
        }
        let file = self.project.file_of(function);
        for (_, cell) in facts.reads.iter().filter(|(reader, _)| *reader == node) {
            let cell = self.cell(file, cell);
            let writers = writers.get(&cell).into_iter().flatten();
            into.extend(writers.map(|writer| (*writer, Pass::Up)));
        }
    }

    /// What is reached from a node in one step.
    fn after(&mut self, (function, node): At, pass: Pass, into: &mut Vec<(At, Pass)>) {
        let facts = self.project.function(function);
        let edges = edges_from(facts, node).iter();
        into.extend(edges.map(|edge| ((function, edge.to), pass)));
        let ports = self.ports(function);
        for &(_, call, _) in args_at(&ports, node) {
            let outs = results(&facts.calls[call as usize]);
            into.extend(outs.map(|out| ((function, out), pass)));
            for callee in self.callees(function, call).functions {
                let entries = self.project.function(callee).entries.iter();
                into.extend(entries.map(|(_, entry)| ((callee, *entry), Pass::Down)));
            }
        }
        if pass == Pass::Up && ports.exits.iter().any(|(exit, _)| *exit == node) {
            for (caller, call) in self.callers(function) {
                let outs = results(&self.project.function(caller).calls[call as usize]);
                into.extend(outs.map(|out| ((caller, out), Pass::Up)));
            }
        }
        for (_, cell) in ports.writes.iter().filter(|(writer, _)| *writer == node) {
            let readers = self.readers[*cell as usize].iter();
            into.extend(readers.map(|reader| (*reader, Pass::Up)));
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
            calls.extend(results(call).map(|node| (node, number)));
        }
        calls.sort_unstable();
        Behind { edges, calls }
    }
}

/// The nodes that a call changes.
fn results(call: &Call) -> impl Iterator<Item = Node> {
    let outs = call.outs.iter().map(|(_, out)| *out);
    outs.chain([call.result])
}

/// The sinks of a function.
fn sinks(facts: &Function) -> Vec<Node> {
    let actions = facts.actions.iter();
    let sinks = actions.filter(|(_, action)| matches!(action, Action::Sink(_)));
    sinks.map(|(node, _)| *node).collect()
}

/// The sources of a function.
fn sources(facts: &Function) -> Vec<Node> {
    let actions = facts.actions.iter();
    let sources = actions.filter(|(_, action)| matches!(action, Action::Source(_)));
    sources.map(|(node, _)| *node).collect()
}

/// The pairs of a sorted list that start with a node.
fn from<T>(list: &[(Node, T)], node: Node) -> impl Iterator<Item = &(Node, T)> {
    let first = list.partition_point(|(at, _)| *at < node);
    list[first..].iter().take_while(move |(at, _)| *at == node)
}
