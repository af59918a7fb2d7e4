//! Which nodes matter: those on a way from a source to a sink that is asked about, as far as a look shows that is much
//! cheaper than following the taint.
//!
//! The two passes of Horwitz, Reps and Binkley (*Interprocedural slicing using dependence graphs*, TOPLAS 1990) keep
//! what goes into a function at one call from coming out at another: whoever goes down into what is called does not come
//! up again. A call is taken to pass on all that it gets, and parts of objects are not looked at, so these are more nodes
//! than taint gets to. But each is looked at a few times at most, and most of what is tainted gets nowhere near a sink.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::kinds::Kinds;
use super::nodes::{At, Nodes};
use super::solve::{Solver, actions_at, args_at, edges_from};
use crate::flow::facts::{Action, Call, Function, Node, Place};
use crate::flow::link::FunctionId;
use crate::tree::TextRange;

/// What is asked about.
#[derive(Clone, Copy)]
pub enum About<'a> {
    /// What gets to sinks in these files.
    SinksOf(&'a dyn Fn(usize) -> bool),
    /// That, and what gets anywhere through some functions, by their file and place.
    Through {
        /// The files.
        files: &'a dyn Fn(usize) -> bool,
        /// The functions.
        functions: &'a dyn Fn(usize, TextRange) -> bool,
    },
}

/// A node that is reached.
struct Visit {
    at: At,
    kinds: Kinds,
    pass: Pass,
}

impl Visit {
    fn to(&self, at: At, pass: Pass) -> Visit {
        Visit {
            at,
            kinds: self.kinds,
            pass,
        }
    }

    /// Another node of the same function.
    fn beside(&self, node: Node) -> Visit {
        self.to((self.at.0, node), self.pass)
    }
}

/// By variable that functions share: who writes it.
type Writers = FxHashMap<u32, Vec<At>>;

/// How a node was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The nodes that matter.
    pub(super) fn slice(&mut self, about: About<'_>) -> Nodes {
        let (files, functions) = match about {
            About::SinksOf(files) => (files, None),
            About::Through { files, functions } => (files, Some(functions)),
        };
        let writers = self.writers();
        let own = |this: &Self, function| files(this.project.file_of(function) as usize);
        let mut to = self.nodes(own, Solver::sinks);
        let through = functions.map(|is_asked| {
            let is_asked = |this: &Self, function| {
                let file = this.project.file_of(function) as usize;
                files(file) && is_asked(file, this.project.function(function).range)
            };
            self.nodes(is_asked, |this, function| {
                let nodes = this.project.function(function).ranges.len() as u32;
                (0..nodes).map(|node| (Node(node), Kinds::MAX)).collect()
            })
        });
        // What gets through matters as far as it may get on to a sink.
        let after = through.map(|through| {
            let after = self.reached_from(None, &through);
            let sinks = self.nodes(|_, _| true, Solver::sinks);
            let after = self.reaching(Some(&after), &after.of(&sinks), &writers);
            let through = after.of(&through);
            (after, through)
        });
        to.extend(after.iter().flat_map(|(_, through)| through));
        let before = self.reaching(None, &to, &writers);
        let sources = self.nodes(|_, _| true, Solver::sources);
        let before = self.reached_from(Some(&before), &before.of(&sources));
        let Some((after, through)) = after else {
            return before;
        };
        let after = self.reached_from(Some(&after), &before.of(&through));
        before.and(&after, self.project)
    }

    /// Nodes of some functions.
    fn nodes(
        &self,
        is_asked: impl Fn(&Self, FunctionId) -> bool,
        nodes: impl Fn(&Self, FunctionId) -> Vec<(Node, Kinds)>,
    ) -> Vec<(At, Kinds)> {
        let functions = self.project.functions();
        let asked = functions.filter(|&function| is_asked(self, function));
        let all = asked.flat_map(|function| {
            let nodes = nodes(self, function).into_iter();
            nodes.map(move |(node, kinds)| ((function, node), kinds))
        });
        all.collect()
    }

    /// The sinks of a function.
    fn sinks(&self, function: FunctionId) -> Vec<(Node, Kinds)> {
        let places = &self.facts(self.project.file_of(function)).sinks;
        self.acted(function, |action| match action {
            Action::Sink(place) => Some(&places[place as usize]),
            _ => None,
        })
    }

    /// The sources of a function.
    fn sources(&self, function: FunctionId) -> Vec<(Node, Kinds)> {
        let places = &self.facts(self.project.file_of(function)).sources;
        self.acted(function, |action| match action {
            Action::Source(place) => Some(&places[place as usize]),
            _ => None,
        })
    }

    /// The nodes of a function with actions that are such places, with the kinds of their rules.
    fn acted<'p>(
        &self,
        function: FunctionId,
        place: impl Fn(Action) -> Option<&'p Place>,
    ) -> Vec<(Node, Kinds)> {
        let actions = self.project.function(function).actions.iter();
        let acted = actions
            .filter_map(|(node, action)| place(*action).map(|place| (*node, self.of_rule(place))));
        acted.collect()
    }

    /// Those from which `to` is reached by way of `within`; of all, where that is not given.
    fn reaching(&mut self, within: Option<&Nodes>, to: &[(At, Kinds)], writers: &Writers) -> Nodes {
        let mut known = FxHashMap::default();
        self.visited(within, to, |this, visit, into| {
            let function = visit.at.0;
            let behind = known.entry(function);
            let behind =
                behind.or_insert_with(|| Rc::new(Behind::new(this.project.function(function))));
            // What a rule cleans here may begin here, but does not get here.
            let kinds = visit.kinds & !this.cleaned(visit.at);
            if kinds != 0 {
                let behind = Rc::clone(behind);
                this.before(&Visit { kinds, ..*visit }, &behind, writers, into);
            }
        })
    }

    /// Those that are reached from `from` by way of `within`; of all, where that is not given.
    fn reached_from(&mut self, within: Option<&Nodes>, from: &[(At, Kinds)]) -> Nodes {
        self.visited(within, from, |this, visit, into| {
            this.after(visit, into);
            for new in into {
                new.kinds &= !this.cleaned(new.at);
            }
        })
    }

    /// Those that are reached from `from` by `next`.
    fn visited(
        &mut self,
        within: Option<&Nodes>,
        from: &[(At, Kinds)],
        mut next: impl FnMut(&mut Self, &Visit, &mut Vec<Visit>),
    ) -> Nodes {
        let (mut up, mut down) = (Nodes::none(self.project), Nodes::none(self.project));
        let begin = |&(at, kinds): &(At, Kinds)| Visit {
            at,
            kinds,
            pass: Pass::Up,
        };
        let mut new: Vec<_> = from.iter().map(begin).collect();
        let mut waiting = VecDeque::new();
        // What gets to a node while it waits goes on together.
        let mut together: FxHashMap<(At, Pass), Kinds> = FxHashMap::default();
        loop {
            for Visit { at, kinds, pass } in new.drain(..) {
                let within = within.map_or(Kinds::MAX, |within| within.kinds(at));
                let known = match pass {
                    Pass::Up => &mut up,
                    // Whoever may come up has been down, too.
                    Pass::Down if kinds & within & !up.kinds(at) == 0 => continue,
                    Pass::Down => &mut down,
                };
                let kinds = known.add(at, kinds & within, self.project);
                if kinds != 0 {
                    let all = together.entry((at, pass)).or_default();
                    if *all == 0 {
                        waiting.push_back((at, pass));
                    }
                    *all |= kinds;
                }
            }
            let Some((at, pass)) = waiting.pop_front() else {
                break;
            };
            let kinds = together.remove(&(at, pass)).unwrap_or_default();
            next(self, &Visit { at, kinds, pass }, &mut new);
        }
        up.and(&down, self.project)
    }

    /// The kinds that rules clean at a node.
    fn cleaned(&self, (function, node): At) -> Kinds {
        let clean = |action| match action {
            Action::Clean(rule) => self.kinds.of_rule.get(&(rule as usize)),
            _ => None,
        };
        let actions = actions_at(self.project.function(function), node);
        actions
            .filter_map(clean)
            .fold(0, |all, rule| all | rule.mask)
    }

    /// From where a node is reached in one step.
    fn before(&mut self, visit: &Visit, behind: &Behind, writers: &Writers, into: &mut Vec<Visit>) {
        let (function, node) = visit.at;
        let facts = self.project.function(function);
        let edges = from(&behind.edges, node);
        into.extend(edges.map(|(_, before)| visit.beside(*before)));
        for &(_, call) in from(&behind.calls, node) {
            let args = &facts.calls[call as usize].args;
            into.extend(args.iter().map(|(_, arg)| visit.beside(*arg)));
            for &callee in &self.callees(function, call).functions {
                let exits = &self.project.function(callee).exits;
                into.extend(
                    exits
                        .iter()
                        .map(|(exit, _)| visit.to((callee, *exit), Pass::Down)),
                );
            }
        }
        if visit.pass == Pass::Up && facts.entries.iter().any(|(_, entry)| *entry == node) {
            for (caller, call) in self.callers(function) {
                let args = &self.project.function(caller).calls[call as usize].args;
                into.extend(
                    args.iter()
                        .map(|(_, arg)| visit.to((caller, *arg), Pass::Up)),
                );
            }
        }
        let file = self.project.file_of(function);
        for (_, cell) in facts.reads.iter().filter(|(reader, _)| *reader == node) {
            let cell = self.cell(file, cell);
            let writers = writers.get(&cell).into_iter().flatten();
            into.extend(writers.map(|writer| visit.to(*writer, Pass::Up)));
        }
    }

    /// What is reached from a node in one step.
    fn after(&mut self, visit: &Visit, into: &mut Vec<Visit>) {
        let (function, node) = visit.at;
        let facts = self.project.function(function);
        let edges = edges_from(facts, node).iter();
        into.extend(edges.map(|edge| visit.beside(edge.to)));
        let ports = self.ports(function);
        for &(_, call, _) in args_at(&ports, node) {
            let outs = results(&facts.calls[call as usize]);
            into.extend(outs.map(|out| visit.beside(out)));
            for &callee in &self.callees(function, call).functions {
                let entries = self.project.function(callee).entries.iter();
                into.extend(entries.map(|(_, entry)| visit.to((callee, *entry), Pass::Down)));
            }
        }
        if visit.pass == Pass::Up && ports.exits.iter().any(|(exit, _)| *exit == node) {
            for (caller, call) in self.callers(function) {
                let outs = results(&self.project.function(caller).calls[call as usize]);
                into.extend(outs.map(|out| visit.to((caller, out), Pass::Up)));
            }
        }
        for (_, cell) in ports.writes.iter().filter(|(writer, _)| *writer == node) {
            let readers = self.readers[*cell as usize].iter();
            into.extend(readers.map(|reader| visit.to(*reader, Pass::Up)));
        }
    }

    fn writers(&mut self) -> Writers {
        let mut writers = Writers::default();
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

/// The pairs of a sorted list that start with a node.
fn from<T>(list: &[(Node, T)], node: Node) -> impl Iterator<Item = &(Node, T)> {
    let first = list.partition_point(|(at, _)| *at < node);
    list[first..].iter().take_while(move |(at, _)| *at == node)
}
