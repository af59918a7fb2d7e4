//! Follows facts along the graphs of functions, into what they call and back.

use std::collections::VecDeque;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::kinds::{KindTable, Kinds};
use super::nodes::Nodes;
use super::paths::{Part, PathId, Paths};
use super::slice::About;
use crate::flow::facts::{
    Action, Call, Cell, FileFacts, Function, Key, Node, Out, Place, Slot, Step, Target,
};
use crate::flow::link::{Callees, FunctionId, Placed, Project};

/// Facts for one file on the average, and for one entry of a function, before the analysis is cut.
const MOST_PER_FILE: usize = 20_000;
const LEAST_TOTAL: usize = 2_000_000;

/// Where a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum At {
    Node(Node),
    /// At a sink, here or in what was called: file, place.
    Sink(u32, u32),
    /// In a variable that functions share.
    Cell(u32),
}

/// What came in at an entry of a function gets somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Fact {
    entry: u32,
    at: At,
    path: PathId,
}

/// Index of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FactId(pub(super) u32);

/// How taint got somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It begins there: a place of the sources of the file.
    Source(u32),
    /// It came in at the entry.
    Entry,
    /// From another fact of the function.
    Step(FactId),
    /// Through a call: the fact of the argument, and the fact in what was called that came out.
    Through(FactId, FactId),
    /// Out of what was called, where it began.
    Out(FactId),
    /// Through a variable that functions share.
    Shared(FactId),
    /// From these kinds at the same place, where a source requires them.
    Turned(Kinds),
}

pub(super) struct Record {
    fact: Fact,
    pub(super) kinds: Kinds,
    /// Which kinds came how; earlier ones first.
    pub(super) ways: Vec<(Kinds, Way)>,
    is_waiting: bool,
}

/// What comes in at an entry: a parameter, what part of it, and its kinds among those that may turn into others.
type Incoming = (Slot, PathId, Kinds);

/// An entry of a function: what comes in at a parameter, or what begins inside.
struct Entry {
    function: FunctionId,
    is_inner: bool,
    /// Facts of callers that came in here, by the call.
    callers: Vec<(FactId, u32)>,
    /// Facts that leave the function.
    exits: Vec<FactId>,
}

/// What of a function is looked up by node.
pub(super) struct Ports {
    /// Arguments of calls: node, call, slot. Sorted.
    args: Vec<(Node, u32, Slot)>,
    pub(super) exits: Vec<(Node, Out)>,
    pub(super) writes: Vec<(Node, u32)>,
}

/// A sink that taint gets to.
pub(super) struct Reached {
    pub(super) kinds: Kinds,
    pub(super) facts: Vec<FactId>,
}

/// An analysis under way.
pub(super) struct Solver<'p, 'a> {
    pub(super) project: &'p mut Project<'a>,
    pub(super) kinds: &'p KindTable<'p>,
    paths: Paths,
    facts: FxHashMap<Fact, FactId>,
    records: Vec<Record>,
    entries: Vec<Entry>,
    entry_ids: FxHashMap<(FunctionId, Option<Incoming>), u32>,
    ports: FxHashMap<FunctionId, Rc<Ports>>,
    cells: FxHashMap<(u32, Cell), u32>,
    /// By cell: nodes that read it.
    pub(super) readers: Vec<Vec<(FunctionId, Node)>>,
    shared: FxHashMap<(u32, PathId), Vec<FactId>>,
    /// Functions that get to values which are called.
    called_values: FxHashMap<(FunctionId, u32), Vec<FunctionId>>,
    value_callers: FxHashMap<FunctionId, Vec<(FunctionId, u32)>>,
    waiting: VecDeque<FactId>,
    sinks: Vec<FactId>,
    steps: u64,
    is_cut: bool,
    /// The nodes that matter, once that is known.
    slice: Option<Nodes>,
}

impl<'p, 'a> Solver<'p, 'a> {
    pub(super) fn new(project: &'p mut Project<'a>, kinds: &'p KindTable<'p>) -> Self {
        Solver {
            project,
            kinds,
            paths: Paths::default(),
            facts: FxHashMap::default(),
            records: Vec::new(),
            entries: Vec::new(),
            entry_ids: FxHashMap::default(),
            ports: FxHashMap::default(),
            cells: FxHashMap::default(),
            readers: Vec::new(),
            shared: FxHashMap::default(),
            called_values: FxHashMap::default(),
            value_callers: FxHashMap::default(),
            waiting: VecDeque::new(),
            sinks: Vec::new(),
            steps: 0,
            is_cut: false,
            slice: None,
        }
    }

    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn facts(&self, file: u32) -> &'a FileFacts {
        self.project.files[file as usize].facts
    }

    pub(super) fn record(&self, id: FactId) -> &Record {
        &self.records[id.0 as usize]
    }

    /// The function that a fact is about, and where in it.
    pub(super) fn place(&self, id: FactId) -> (FunctionId, At) {
        let fact = self.record(id).fact;
        (self.entries[fact.entry as usize].function, fact.at)
    }

    /// Follows all taint there is.
    pub(super) fn run(&mut self, about: About<'_>) {
        self.share();
        self.find_values();
        self.slice = Some(self.slice(about));
        for function in self.project.functions() {
            self.begin(function);
        }
        let most = LEAST_TOTAL.max(self.project.files.len() * MOST_PER_FILE);
        while let Some(id) = self.waiting.pop_front() {
            self.steps += 1;
            if self.records.len() > most {
                self.is_cut = true;
                return;
            }
            self.records[id.0 as usize].is_waiting = false;
            self.step(id);
        }
    }

    /// The sinks that taint gets to, by file and place.
    pub(super) fn reached(&self) -> Vec<(u32, u32, Reached)> {
        let mut by_sink: FxHashMap<(u32, u32), Reached> = FxHashMap::default();
        for &id in &self.sinks {
            let record = self.record(id);
            if let At::Sink(file, place) = record.fact.at {
                let reached = by_sink.entry((file, place)).or_insert(Reached {
                    kinds: 0,
                    facts: Vec::new(),
                });
                reached.kinds |= record.kinds;
                reached.facts.push(id);
            }
        }
        let mut all: Vec<_> = by_sink
            .into_iter()
            .map(|((file, place), at)| (file, place, at))
            .collect();
        all.sort_by_key(|(file, place, _)| (*file, *place));
        all
    }

    /// Numbers the variables that functions share, and lists who reads them.
    fn share(&mut self) {
        for function in self.project.functions() {
            let file = self.project.file_of(function);
            for (node, cell) in &self.project.function(function).reads {
                let cell = self.cell(file, cell);
                self.readers[cell as usize].push((function, *node));
            }
        }
    }

    pub(super) fn cell(&mut self, file: u32, cell: &Cell) -> u32 {
        let key = match cell {
            // What several files name is the same in all of them.
            Cell::Global(word) => {
                let symbol = self.project.word(file, *word);
                (u32::MAX, Cell::Global(crate::flow::facts::Word(symbol.0)))
            }
            Cell::Variable(..) | Cell::Inner(..) => (file, cell.clone()),
        };
        let next = self.readers.len() as u32;
        let id = *self.cells.entry(key).or_insert(next);
        if id == next {
            self.readers.push(Vec::new());
        }
        id
    }

    /// Which functions get to values that are called: along edges that keep values the same, into what is called and out
    /// of it, and through variables that functions share.
    fn find_values(&mut self) {
        let mut seen = FxHashSet::default();
        let mut returned: FxHashMap<FunctionId, Vec<FunctionId>> = FxHashMap::default();
        let mut waiting = Vec::new();
        for function in self.project.functions() {
            let file = self.project.file_of(function);
            for (node, body) in &self.project.function(function).closures {
                waiting.push((function, *node, self.project.in_file(file, *body)));
            }
        }
        while let Some((function, node, value)) = waiting.pop() {
            if !seen.insert((function, node, value)) {
                continue;
            }
            let ports = self.ports(function);
            let facts = self.project.function(function);
            let file = self.project.file_of(function);
            let has_a_method = self.project.files[file as usize]
                .language
                .functions_have_a_method();
            let is_called = |call: &Call, node: Node| match call.target {
                Target::Value(value) => value == node,
                Target::Method(..) => has_a_method && call.args.contains(&(Slot::This, node)),
                _ => false,
            };
            for (call, number) in facts.calls.iter().zip(0..) {
                if is_called(call, node) {
                    let values = self.called_values.entry((function, number)).or_default();
                    if !values.contains(&value) {
                        values.push(value);
                        self.value_callers
                            .entry(value)
                            .or_default()
                            .push((function, number));
                    }
                    let results = returned.get(&value).into_iter().flatten();
                    waiting.extend(results.map(|&result| (function, call.result, result)));
                }
            }
            if ports.exits.contains(&(node, Out::Result)) {
                returned.entry(function).or_default().push(value);
                for (caller, call) in self.callers(function) {
                    let result = self.project.function(caller).calls[call as usize].result;
                    waiting.push((caller, result, value));
                }
            }
            for (_, cell) in ports.writes.iter().filter(|(at, _)| *at == node) {
                let readers = self.readers[*cell as usize].iter();
                waiting.extend(readers.map(|&(reader, node)| (reader, node, value)));
            }
            for edge in edges_from(facts, node) {
                if edge.step == Step::Same {
                    waiting.push((function, edge.to, value));
                }
            }
            for &(_, call, slot) in args_at(&ports, node) {
                for &callee in &self.callees(function, call).functions {
                    for (slot, placed) in self.project.params(callee, function, slot) {
                        if placed == Placed::Whole {
                            let entries = self.project.function(callee).entries.iter();
                            let into = entries.filter(|(known, _)| *known == slot);
                            waiting.extend(into.map(|(_, node)| (callee, *node, value)));
                        }
                    }
                }
            }
        }
    }

    pub(super) fn callees(&mut self, function: FunctionId, call: u32) -> Rc<Callees> {
        let mut callees = self.project.callees(function, call);
        if let Some(values) = self.called_values.get(&(function, call)) {
            let callees = Rc::make_mut(&mut callees);
            callees.functions.extend(values);
            callees.is_certain = true;
        }
        callees
    }

    pub(super) fn ports(&mut self, function: FunctionId) -> Rc<Ports> {
        if let Some(ports) = self.ports.get(&function) {
            return Rc::clone(ports);
        }
        let facts = self.project.function(function);
        let file = self.project.file_of(function);
        let calls = facts.calls.iter().zip(0..);
        let mut args: Vec<_> = calls
            .flat_map(|(call, number)| {
                call.args
                    .iter()
                    .map(move |(slot, node)| (*node, number, *slot))
            })
            .collect();
        args.sort_unstable();
        let writes = facts
            .writes
            .iter()
            .map(|(node, cell)| (*node, self.cell(file, cell)))
            .collect();
        let ports = Rc::new(Ports {
            args,
            exits: facts.exits.clone(),
            writes,
        });
        self.ports.insert(function, Rc::clone(&ports));
        ports
    }

    /// The sources of a function.
    fn begin(&mut self, function: FunctionId) {
        let facts = self.project.function(function);
        if facts.actions.is_empty() {
            return;
        }
        let file = self.project.file_of(function);
        for (node, action) in &facts.actions {
            if let Action::Source(place) = action {
                let kinds = self
                    .kinds
                    .of_source(&self.facts(file).sources[*place as usize]);
                let is_cleaned = |rule: u32| {
                    facts
                        .actions
                        .binary_search(&(*node, Action::Clean(rule)))
                        .is_ok()
                };
                let rule = self.facts(file).sources[*place as usize].by.rule;
                if kinds != 0 && !is_cleaned(rule as u32) {
                    let entry = self.entry(function, None);
                    self.add(
                        entry,
                        At::Node(*node),
                        PathId::WHOLE,
                        kinds,
                        Way::Source(*place),
                    );
                }
            }
        }
    }

    fn entry(&mut self, function: FunctionId, incoming: Option<Incoming>) -> u32 {
        let next = self.entries.len() as u32;
        let id = *self.entry_ids.entry((function, incoming)).or_insert(next);
        if id == next {
            self.entries.push(Entry {
                function,
                is_inner: incoming.is_none(),
                callers: Vec::new(),
                exits: Vec::new(),
            });
        }
        id
    }

    /// Notes that taint gets somewhere.
    fn add(&mut self, entry: u32, at: At, path: PathId, kinds: Kinds, way: Way) {
        let kinds = match (at, way) {
            // What begins at a node is not filtered by rules there.
            (At::Node(node), Way::Source(_)) => kinds & self.of_type(entry, node),
            (At::Node(node), _) => self.filtered(entry, node, kinds),
            _ => kinds,
        };
        let kinds = kinds & self.asked(entry, at);
        if kinds == 0 {
            return;
        }
        let fact = Fact { entry, at, path };
        let next = FactId(self.records.len() as u32);
        let id = *self.facts.entry(fact).or_insert(next);
        if id == next {
            self.records.push(Record {
                fact,
                kinds: 0,
                ways: Vec::new(),
                is_waiting: false,
            });
            if matches!(at, At::Sink(..)) && self.entries[entry as usize].is_inner {
                self.sinks.push(id);
            }
        }
        let record = &mut self.records[id.0 as usize];
        let new = kinds & !record.kinds;
        if new != 0 {
            record.kinds |= new;
            record.ways.push((new, way));
            if !std::mem::replace(&mut record.is_waiting, true) {
                self.waiting.push_back(id);
            }
        }
    }

    /// The kinds that the type of a node lets it have.
    fn of_type(&self, entry: u32, node: Node) -> Kinds {
        let facts = self.project.function(self.entries[entry as usize].function);
        self.kinds.of_type(facts.types[node.0 as usize])
    }

    /// The kinds that matter at a place.
    fn asked(&self, entry: u32, at: At) -> Kinds {
        let function = self.entries[entry as usize].function;
        match (&self.slice, at) {
            (Some(slice), At::Node(node)) => slice.kinds((function, node)),
            _ => Kinds::MAX,
        }
    }

    /// What of some kinds gets to a node: its type and what rules do there take some away.
    fn filtered(&self, entry: u32, node: Node, kinds: Kinds) -> Kinds {
        let facts = self.project.function(self.entries[entry as usize].function);
        let mut kinds = kinds & self.kinds.of_type(facts.types[node.0 as usize]);
        for action in actions_at(facts, node) {
            match action {
                Action::Clean(rule) => {
                    if let Some(rule) = self.kinds.of_rule.get(&(rule as usize)) {
                        kinds &= !rule.mask;
                    }
                }
                Action::Propagate(by) => kinds = self.kinds.propagated(by, kinds),
                Action::Source(_) | Action::Sink(_) => {}
            }
        }
        kinds
    }

    fn step(&mut self, id: FactId) {
        let Record { fact, kinds, .. } = self.records[id.0 as usize];
        let Fact { entry, at, path } = fact;
        match at {
            At::Node(node) => self.step_from(id, entry, node, path, kinds),
            At::Sink(..) => self.leave(id, entry),
            At::Cell(cell) => match self.entries[entry as usize].is_inner {
                true => self.read_shared(id, cell, path, kinds),
                false => self.leave(id, entry),
            },
        }
    }

    /// The kinds of the rule that a place is of.
    pub(super) fn of_rule(&self, place: &Place) -> Kinds {
        let rule = self.kinds.of_rule.get(&place.by.rule);
        rule.map_or(0, |rule| rule.mask)
    }

    fn step_from(&mut self, id: FactId, entry: u32, node: Node, path: PathId, kinds: Kinds) {
        let at = At::Node(node);
        let function = self.entries[entry as usize].function;
        let facts = self.project.function(function);
        let file = self.project.file_of(function);
        for action in actions_at(facts, node) {
            match action {
                Action::Sink(place) if !self.is_field_of_object(file, path) => {
                    let at = At::Sink(file, place);
                    let kinds = kinds & self.of_rule(&self.facts(file).sinks[place as usize]);
                    self.add(entry, at, PathId::WHOLE, kinds, Way::Step(id));
                }
                Action::Source(place) => {
                    let source = &self.facts(file).sources[place as usize];
                    let required = kinds & self.of_rule(source);
                    if required != 0 {
                        let turned = self.kinds.turned(source, required);
                        self.add(entry, at, path, turned, Way::Turned(required));
                    }
                }
                _ => {}
            }
        }
        for edge in edges_from(facts, node) {
            let part = |key: Key| match key {
                Key::Is(word) => Part::Is(self.project.word(file, word)),
                Key::Any => Part::Any,
            };
            let (path, kinds) = match edge.step {
                Step::Same => (Some(path), kinds),
                Step::Load(key) => (self.paths.load(path, part(key)), kinds),
                Step::Store(key) => (Some(self.paths.store(path, part(key))), kinds),
                Step::Whole => (Some(PathId::WHOLE), kinds),
                Step::Index => (Some(PathId::WHOLE), kinds & !self.kinds.safe_indexes),
                Step::Compared => (Some(PathId::WHOLE), kinds & !self.kinds.safe_comparisons),
            };
            if let Some(path) = path {
                self.add(entry, At::Node(edge.to), path, kinds, Way::Step(id));
            }
        }
        let ports = self.ports(function);
        for &(_, call, slot) in args_at(&ports, node) {
            self.enter(id, entry, call, slot, path, kinds);
        }
        for (_, cell) in ports.writes.iter().filter(|(at, _)| *at == node) {
            self.add(entry, At::Cell(*cell), path, kinds, Way::Step(id));
        }
        if ports.exits.iter().any(|(at, _)| *at == node) {
            self.leave(id, entry);
        }
    }

    /// Whether a path leads to a named field, where an object is more than what is in it.
    fn is_field_of_object(&self, file: u32, path: PathId) -> bool {
        let language = self.project.files[file as usize].language;
        !language.types_are_optional()
            && matches!(self.paths.first(path), Some(Part::Is(name))
                if self.project.text(name).parse::<u32>().is_err())
    }

    /// A tainted argument goes into what is called.
    fn enter(&mut self, id: FactId, entry: u32, call: u32, slot: Slot, path: PathId, kinds: Kinds) {
        let function = self.entries[entry as usize].function;
        let callees = self.callees(function, call);
        let site = &self.project.function(function).calls[call as usize];
        if !callees.is_certain && !site.is_modelled {
            let kinds = kinds & !self.kinds.safe_functions;
            self.add(
                entry,
                At::Node(site.result),
                PathId::WHOLE,
                kinds,
                Way::Step(id),
            );
        }
        for &callee in &callees.functions {
            for (into, placed) in self.project.params(callee, function, slot) {
                // What is given by position is not among what is spread out.
                if slot == Slot::Spread && site.args.iter().any(|(given, _)| *given == into) {
                    continue;
                }
                let path = match placed {
                    Placed::Whole => Some(path),
                    Placed::Element => Some(self.paths.store(path, Part::Any)),
                    Placed::Under(name) => Some(self.paths.store(path, Part::Is(name))),
                    Placed::Spread => self.paths.load(path, Part::Any),
                };
                if let Some(path) = path {
                    self.enter_at(id, call, callee, into, path);
                }
            }
        }
    }

    fn enter_at(&mut self, id: FactId, call: u32, callee: FunctionId, slot: Slot, path: PathId) {
        let turning = self.kinds.turning;
        let kinds = self.record(id).kinds & turning;
        let inner = self.entry(callee, Some((slot, path, kinds)));
        let entry = &mut self.entries[inner as usize];
        if !entry.callers.contains(&(id, call)) {
            entry.callers.push((id, call));
        }
        for exit in entry.exits.clone() {
            self.come_back(id, call, exit);
        }
        let entries = &self.project.function(callee).entries;
        for (_, node) in entries.iter().filter(|(known, _)| *known == slot) {
            self.add(inner, At::Node(*node), path, kinds | !turning, Way::Entry);
        }
    }

    /// A fact leaves its function: to the callers that came in, or to all where it began inside.
    fn leave(&mut self, id: FactId, entry: u32) {
        let known = &mut self.entries[entry as usize];
        let function = known.function;
        if known.is_inner {
            if matches!(self.record(id).fact.at, At::Node(_)) {
                for (caller, call) in self.callers(function) {
                    self.come_out(id, caller, call);
                }
            }
            return;
        }
        if !known.exits.contains(&id) {
            known.exits.push(id);
        }
        for (caller, call) in known.callers.clone() {
            self.come_back(caller, call, id);
        }
    }

    pub(super) fn callers(&mut self, function: FunctionId) -> Vec<(FunctionId, u32)> {
        let mut callers = self.project.callers(function).to_vec();
        callers.extend(self.value_callers.get(&function).into_iter().flatten());
        callers
    }

    /// What came in with the fact of a caller comes out.
    fn come_back(&mut self, caller: FactId, call: u32, exit: FactId) {
        // What comes out with a kind that may turn had its kinds when it came in.
        let kinds = (self.record(caller).kinds | self.kinds.turning) & self.record(exit).kinds;
        let entry = self.record(caller).fact.entry;
        self.arrive(entry, call, exit, kinds, Way::Through(caller, exit));
    }

    /// What began inside of a function comes out at a call of it.
    fn come_out(&mut self, exit: FactId, caller: FunctionId, call: u32) {
        let entry = self.entry(caller, None);
        let kinds = self.record(exit).kinds;
        self.arrive(entry, call, exit, kinds, Way::Out(exit));
    }

    fn arrive(&mut self, entry: u32, call: u32, exit: FactId, kinds: Kinds, way: Way) {
        let Fact {
            at,
            path,
            entry: inner,
        } = self.record(exit).fact;
        let caller = self.entries[entry as usize].function;
        let callee = self.entries[inner as usize].function;
        let At::Node(node) = at else {
            self.add(entry, at, path, kinds, way);
            return;
        };
        let ports = self.ports(callee);
        let constructs = self.callees(caller, call).constructs;
        let site = &self.project.function(caller).calls[call as usize];
        for (_, out) in ports.exits.iter().filter(|(at, _)| *at == node) {
            match *out {
                Out::Result if !constructs => {
                    self.add(entry, At::Node(site.result), path, kinds, way);
                }
                Out::Result => {}
                Out::Argument(slot) => {
                    if constructs && slot == Slot::This {
                        self.add(entry, At::Node(site.result), path, kinds, way);
                    }
                    for (given, node) in &site.outs {
                        let placed = self.project.params(callee, caller, *given);
                        if placed.contains(&(slot, Placed::Whole)) {
                            self.add(entry, At::Node(*node), path, kinds, way);
                        }
                    }
                }
            }
        }
    }

    /// What is in a shared variable is read by all that read it.
    fn read_shared(&mut self, id: FactId, cell: u32, path: PathId, kinds: Kinds) {
        let facts = self.shared.entry((cell, path)).or_default();
        if !facts.contains(&id) {
            facts.push(id);
        }
        for (function, node) in self.readers[cell as usize].clone() {
            let entry = self.entry(function, None);
            self.add(entry, At::Node(node), path, kinds, Way::Shared(id));
        }
    }
}

pub(super) fn edges_from(function: &Function, node: Node) -> &[crate::flow::facts::Edge] {
    let first = function.edges.partition_point(|edge| edge.from < node);
    let rest = &function.edges[first..];
    let count = rest.partition_point(|edge| edge.from == node);
    &rest[..count]
}

pub(super) fn actions_at(function: &Function, node: Node) -> impl Iterator<Item = Action> {
    let first = function.actions.partition_point(|(at, _)| *at < node);
    function.actions[first..]
        .iter()
        .take_while(move |(at, _)| *at == node)
        .map(|(_, action)| *action)
}

pub(super) fn args_at(ports: &Ports, node: Node) -> &[(Node, u32, Slot)] {
    let first = ports.args.partition_point(|(at, ..)| *at < node);
    let rest = &ports.args[first..];
    let count = rest.partition_point(|(at, ..)| *at == node);
    &rest[..count]
}
