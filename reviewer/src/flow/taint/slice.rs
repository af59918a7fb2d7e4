//! Which nodes matter where only some files are asked about: those that what is asked about is reached from, and those
//! that are reached from it.
//!
//! The two passes of Horwitz, Reps and Binkley (*Interprocedural slicing using dependence graphs*, TOPLAS 1990) keep
//! what goes into a function at one call from coming out at another: whoever goes down into what is called does not come
//! up again. A call is taken to pass on all that it gets, and parts of objects are not looked at, so these are more nodes
//! than taint gets to. But each is looked at a few times at most, and they are few where few files are asked about. What
//! lies behind what taint is asked to get through is looked at only where taint has got there.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::kinds::Kinds;
use super::solve::{Solver, actions_at, args_at, edges_from};
use crate::flow::facts::{Action, Call, Function, Node, Place};
use crate::flow::link::{FunctionId, Project};
use crate::tree::TextRange;

/// What is asked about.
#[derive(Clone, Copy)]
pub enum About<'a> {
    /// Everything.
    All,
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

/// What taint is asked to get to.
pub(super) struct Asked {
    /// Sinks, and the nodes of [`Asked::through`].
    to: Vec<(At, Kinds)>,
    /// Nodes from where it matters wherever it gets.
    through: Vec<(At, Kinds)>,
}

impl Asked {
    /// Whether it is asked what gets through something.
    pub(super) fn has_through(&self) -> bool {
        !self.through.is_empty()
    }
}

/// Some of the nodes of all functions, each with the kinds of taint for which it matters: all those of a rule, or none.
#[derive(Default)]
pub(super) struct Nodes {
    /// By function, and by node of it; of most functions, there is none.
    kinds: Vec<Box<[Kinds]>>,
}

impl Nodes {
    /// The kinds for which a node matters.
    pub(super) fn kinds(&self, function: FunctionId, node: Node) -> Kinds {
        let function = self.kinds.get(function.0 as usize);
        let kinds = function.and_then(|kinds| kinds.get(node.0 as usize));
        kinds.copied().unwrap_or(0)
    }

    fn kinds_mut(&mut self, (function, node): At, project: &Project<'_>) -> &mut Kinds {
        let at = function.0 as usize;
        if self.kinds.len() <= at {
            self.kinds.resize_with(at + 1, Box::default);
        }
        let kinds = &mut self.kinds[at];
        if kinds.is_empty() {
            *kinds = vec![0; project.function(function).ranges.len()].into();
        }
        &mut kinds[node.0 as usize]
    }

    fn all(&self) -> impl Iterator<Item = (At, Kinds)> {
        let functions = self.kinds.iter().zip(0..);
        functions.flat_map(|(kinds, function)| {
            let nodes = kinds.iter().zip(0..).filter(|(kinds, _)| **kinds != 0);
            nodes.map(move |(kinds, node)| ((FunctionId(function), Node(node)), *kinds))
        })
    }

    fn add(&mut self, others: &Nodes, project: &Project<'_>) {
        for (at, kinds) in others.all() {
            *self.kinds_mut(at, project) |= kinds;
        }
    }
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

type At = (FunctionId, Node);

/// By variable that functions share: who writes it.
type Writers = FxHashMap<u32, Vec<At>>;

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
    /// What is asked about; none where that is everything.
    pub(super) fn ask(&self, about: About<'_>) -> Option<Asked> {
        let (files, functions) = match about {
            About::All => return None,
            About::SinksOf(files) => (files, None),
            About::Through { files, functions } => (files, Some(functions)),
        };
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
        let through = through.unwrap_or_default();
        to.extend(&through);
        Some(Asked { to, through })
    }

    /// The nodes on ways from sources to what is asked about.
    pub(super) fn slice(&mut self, asked: &Asked) -> Nodes {
        let reaching = self.reaching(None, &asked.to);
        let sources = self.among(&reaching, Solver::sources);
        self.reached_in(Some(&reaching), &sources)
    }

    /// Adds the nodes on ways to sinks from where taint got to of what it is asked to get through.
    pub(super) fn widen(&mut self, asked: &Asked) {
        let mut through = Nodes::default();
        for (at, kinds) in &asked.through {
            *through.kinds_mut(*at, self.project) |= kinds;
        }
        let tainted = self.tainted();
        let got = tainted.map(|(at, kinds)| (at, kinds & through.kinds(at.0, at.1)));
        let got: Vec<_> = got.filter(|(_, kinds)| *kinds != 0).collect();
        let reached = self.reached_in(None, &got);
        let sinks = self.among(&reached, Solver::sinks);
        let more = self.reaching(Some(&reached), &sinks);
        if let Some(slice) = &mut self.slice {
            slice.add(&more, self.project);
        }
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

    /// Those of the nodes of functions that are among some.
    fn among(
        &self,
        some: &Nodes,
        nodes: impl Fn(&Self, FunctionId) -> Vec<(Node, Kinds)>,
    ) -> Vec<(At, Kinds)> {
        let has = |_: &Self, function: FunctionId| {
            let kinds = some.kinds.get(function.0 as usize);
            kinds.is_some_and(|kinds| !kinds.is_empty())
        };
        let mut all = self.nodes(has, nodes);
        for (at, kinds) in &mut all {
            *kinds &= some.kinds(at.0, at.1);
        }
        all.retain(|(_, kinds)| *kinds != 0);
        all
    }

    /// The sinks of a function.
    fn sinks(&self, function: FunctionId) -> Vec<(Node, Kinds)> {
        let places = &self.facts(self.project.file_of(function)).sinks;
        let sink = |(node, action): &(Node, Action)| match action {
            Action::Sink(place) => Some((*node, self.of_rule(&places[*place as usize]))),
            _ => None,
        };
        let actions = self.project.function(function).actions.iter();
        actions.filter_map(sink).collect()
    }

    /// The sources of a function.
    fn sources(&self, function: FunctionId) -> Vec<(Node, Kinds)> {
        let places = &self.facts(self.project.file_of(function)).sources;
        let source = |(node, action): &(Node, Action)| match action {
            Action::Source(place) => Some((*node, self.of_rule(&places[*place as usize]))),
            _ => None,
        };
        let actions = self.project.function(function).actions.iter();
        actions.filter_map(source).collect()
    }

    fn of_rule(&self, place: &Place) -> Kinds {
        let rule = self.kinds.of_rule.get(&place.by.rule);
        rule.map_or(0, |rule| rule.mask)
    }

    /// Those from which `to` is reached, among `within` or all.
    fn reaching(&mut self, within: Option<&Nodes>, to: &[(At, Kinds)]) -> Nodes {
        let mut known = FxHashMap::default();
        let mut writers = None;
        self.closed(within, to, |this, visit, into| {
            let function = visit.at.0;
            let behind = known.entry(function);
            let behind =
                behind.or_insert_with(|| Rc::new(Behind::new(this.project.function(function))));
            // What a rule cleans here may begin here, but does not get here.
            let kinds = visit.kinds & !this.cleaned(visit.at);
            if kinds != 0 {
                let behind = Rc::clone(behind);
                this.before(&Visit { kinds, ..*visit }, &behind, &mut writers, into);
            }
        })
    }

    /// Those that are reached from `from`, among `within` or all.
    fn reached_in(&mut self, within: Option<&Nodes>, from: &[(At, Kinds)]) -> Nodes {
        self.closed(within, from, |this, visit, into| {
            this.after(visit, into);
            for new in into {
                new.kinds &= !this.cleaned(new.at);
            }
        })
    }

    /// Those that are reached from `from` by `next`, by way of `within` or all.
    fn closed(
        &mut self,
        within: Option<&Nodes>,
        from: &[(At, Kinds)],
        mut next: impl FnMut(&mut Self, &Visit, &mut Vec<Visit>),
    ) -> Nodes {
        let (mut up, mut down) = (Nodes::default(), Nodes::default());
        let begin = |&(at, kinds): &(At, Kinds)| Visit {
            at,
            kinds,
            pass: Pass::Up,
        };
        let mut waiting: VecDeque<_> = from.iter().map(begin).collect();
        let mut new = Vec::new();
        while let Some(visit) = waiting.pop_front() {
            let (function, node) = visit.at;
            let known = match visit.pass {
                Pass::Up => up.kinds_mut(visit.at, self.project),
                // Whoever may come up has been down, too.
                Pass::Down if visit.kinds & !up.kinds(function, node) == 0 => continue,
                Pass::Down => down.kinds_mut(visit.at, self.project),
            };
            let allowed = within.map_or(Kinds::MAX, |within| within.kinds(function, node));
            let kinds = visit.kinds & allowed & !*known;
            if kinds != 0 {
                *known |= kinds;
                next(self, &Visit { kinds, ..visit }, &mut new);
                waiting.extend(new.drain(..));
            }
        }
        up.add(&down, self.project);
        up
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
    fn before(
        &mut self,
        visit: &Visit,
        behind: &Behind,
        writers: &mut Option<Writers>,
        into: &mut Vec<Visit>,
    ) {
        let (function, node) = visit.at;
        let facts = self.project.function(function);
        let edges = from(&behind.edges, node);
        into.extend(edges.map(|(_, before)| visit.beside(*before)));
        for &(_, call) in from(&behind.calls, node) {
            let args = &facts.calls[call as usize].args;
            into.extend(args.iter().map(|(_, arg)| visit.beside(*arg)));
            for callee in self.callees(function, call).functions {
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
            let writers = writers.get_or_insert_with(|| self.writers());
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
            for callee in self.callees(function, call).functions {
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
