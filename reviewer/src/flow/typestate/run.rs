//! One rule in one function: states flow along its blocks until none changes any more.

use std::collections::{BTreeMap, BTreeSet};

use rules::review::{Escape, Typestate};
use rustc_hash::FxHashMap;

use super::Wrong;
use super::machine::{Machine, States};
use super::places::{Happening, Here};
use crate::flow::ir::{Block, BlockId, Body, Callee, End, InstrId, Op};
use crate::flow::marks::Mark;
use crate::flow::values::{Object, Yields};

/// States of values that are looked at for each instruction of a function on the average, before it is cut.
const MOST_STATES: usize = 256;

/// The states of each tracked value, by its start. One that is not there is not tracked.
type Tracked = BTreeMap<usize, States>;

/// One rule in one body.
pub(super) struct Run<'a> {
    body: &'a Body,
    yields: &'a Yields,
    typestate: &'a Typestate,
    machine: &'a Machine,
    here: &'a Here,
    starts_of: FxHashMap<Object, Vec<usize>>,
    entries: FxHashMap<BlockId, Tracked>,
    waiting: BTreeSet<BlockId>,
    pub(super) wrong: Vec<Wrong>,
    rule: usize,
    marks: &'a [Mark],
    /// States that may still be looked at.
    left: usize,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        body: &'a Body,
        yields: &'a Yields,
        (rule, typestate, machine): (usize, &'a Typestate, &'a Machine),
        here: &'a Here,
        marks: &'a [Mark],
    ) -> Run<'a> {
        Run {
            body,
            yields,
            typestate,
            machine,
            here,
            starts_of: starts_of(here, yields),
            entries: FxHashMap::default(),
            waiting: BTreeSet::new(),
            wrong: Vec::new(),
            rule,
            marks,
            left: MOST_STATES * (body.instrs.len() + body.blocks.len()),
        }
    }

    /// Whether the budget of the function ran out.
    pub(super) fn is_cut(&self) -> bool {
        self.left == 0
    }

    pub(super) fn all(&mut self) {
        self.flow_to(BlockId(0), &Tracked::default());
        self.waiting.insert(BlockId(0));
        while let Some(id) = self.waiting.pop_first() {
            if self.left == 0 {
                return;
            }
            let mut tracked = self.entries.get(&id).cloned().unwrap_or_default();
            let Some(block) = self.body.blocks.get(id.0 as usize) else {
                return;
            };
            for at in block.instrs.clone().map(InstrId) {
                self.instr(block, at, &mut tracked);
            }
            self.leave(block, tracked);
        }
    }

    fn flow_to(&mut self, block: BlockId, tracked: &Tracked) {
        let mut changed = false;
        self.left = self.left.saturating_sub(tracked.len());
        let known = self.entries.entry(block).or_insert_with(|| {
            changed = true;
            Tracked::default()
        });
        for (&start, &states) in tracked {
            let before = known.entry(start).or_default();
            let after = before.or(states);
            changed |= after != *before;
            *before = after;
        }
        if changed && (!self.yields.is_dead(block) || block == BlockId(0)) {
            self.waiting.insert(block);
        }
    }

    fn instr(&mut self, block: &Block, at: InstrId, tracked: &mut Tracked) {
        let happens = self.here.events.get(&at).map_or(&[][..], Vec::as_slice);
        if let Op::Call(_) = self.body.instr(at).op {
            let is_event = happens.iter().any(|happening| {
                let mut starts = self.starts_of(happening.value);
                starts.any(|start| tracked.contains_key(&start))
            });
            // A call that releases a value, or takes it over, does not leave it behind when it fails.
            if !is_event && self.sees_exceptions(block) && self.left > 0 {
                let mut left = tracked.clone();
                self.let_go(at, &mut left);
                self.may_raise(block, &left);
            }
        }
        for happening in happens.iter().filter(|happening| happening.when.is_none()) {
            self.happen(happening, tracked);
        }
        self.let_go(at, tracked);
        for (number, start) in self.here.starts.iter().enumerate() {
            if start.at == at && !self.is_captured(start.value) {
                tracked.insert(number, start.state);
            }
        }
    }

    /// The starts of what the value of an instruction may be.
    fn starts_of(&self, value: InstrId) -> impl Iterator<Item = usize> {
        let objects = self.yields.objects(value).into_iter();
        objects.flat_map(|object| {
            let starts = self.starts_of.get(&object);
            starts.into_iter().flatten().copied()
        })
    }

    /// Whether it matters what is tracked when an instruction of a block raises an exception.
    fn sees_exceptions(&self, block: &Block) -> bool {
        let exit = self.typestate.exit.as_ref();
        block.handler.is_some() || exit.is_some_and(|exit| exit.exceptional)
    }

    /// Whether an instruction puts the value where another function uses it.
    fn is_captured(&self, at: InstrId) -> bool {
        match self.body.instr(at).op {
            Op::Set(local, _) => {
                self.body.locals[local.0 as usize].captured
                    && self.typestate.escapes.contains(&Escape::Captured)
            }
            _ => false,
        }
    }

    /// The starts of values that the scopes which they are made for close.
    fn held(&self) -> BTreeSet<usize> {
        let entered = self.body.instrs.iter().filter_map(|instr| match instr.op {
            Op::Enter(value) => Some(value),
            _ => None,
        });
        entered.flat_map(|value| self.starts_of(value)).collect()
    }

    fn happen(&mut self, happening: &Happening, tracked: &mut Tracked) {
        let starts: BTreeSet<_> = self.starts_of(happening.value).collect();
        for start in starts {
            let Some(&before) = tracked.get(&start) else {
                continue;
            };
            let affected = before.and(happening.from);
            if happening.is_wrong && !affected.is_empty() {
                self.report(happening.mark, self.here.starts[start].mark);
            }
            if let Some(to) = happening.to
                && !affected.is_empty()
            {
                tracked.insert(start, before.without(affected).or(to));
            }
        }
    }

    /// What lets a value go.
    fn let_go(&self, at: InstrId, tracked: &mut Tracked) {
        let op = &self.body.instr(at).op;
        let typestate = self.typestate;
        let lets = |escape| typestate.escapes.contains(&escape);
        let gone: Vec<InstrId> = match op {
            Op::Call(call) if lets(Escape::Passed) && !self.here.keeps.contains(&at) => {
                let values = call.args.iter().map(|arg| arg.value);
                values
                    .chain(match call.callee {
                        Callee::Value(value) => Some(value),
                        _ => None,
                    })
                    .collect()
            }
            Op::Store(_, _, value) | Op::SetOuter(_, _, value) if lets(Escape::Stored) => {
                vec![*value]
            }
            Op::Build(_, parts) if lets(Escape::Stored) => {
                parts.iter().map(|part| part.value).collect()
            }
            Op::Set(local, value)
                if self.body.locals[local.0 as usize].captured && lets(Escape::Captured) =>
            {
                vec![*value]
            }
            Op::Yield(value) if lets(Escape::Returned) => vec![*value],
            Op::Opaque(values) => values.clone(),
            _ => return,
        };
        // What an event is about is not let go by it.
        let happens = self.here.events.get(&at).map_or(&[][..], Vec::as_slice);
        let of_events = happens.iter().map(|happening| happening.value);
        let kept: BTreeSet<_> = of_events.flat_map(|value| self.starts_of(value)).collect();
        for start in gone.iter().flat_map(|&value| self.starts_of(value)) {
            if !kept.contains(&start) {
                tracked.remove(&start);
            }
        }
    }

    fn forget(&self, value: InstrId, tracked: &mut Tracked) {
        for start in self.starts_of(value) {
            tracked.remove(&start);
        }
    }

    /// An exception may leave here.
    fn may_raise(&mut self, block: &Block, tracked: &Tracked) {
        match block.handler {
            Some(handler) => self.flow_to(handler, tracked),
            None => self.exit(tracked, true),
        }
    }

    fn leave(&mut self, block: &Block, mut tracked: Tracked) {
        match block.end {
            End::Goto(next) => self.flow_to(next, &tracked),
            End::Either(a, b) => {
                self.flow_to(a, &tracked);
                self.flow_to(b, &tracked);
            }
            End::Branch {
                condition,
                then,
                otherwise,
            } => {
                for (outcome, next) in [(true, then), (false, otherwise)] {
                    let mut tracked = tracked.clone();
                    self.branch(condition, outcome, &mut tracked);
                    self.flow_to(next, &tracked);
                }
            }
            End::Return(value) => {
                if let Some(value) = value
                    && self.typestate.escapes.contains(&Escape::Returned)
                {
                    self.forget(value, &mut tracked);
                }
                self.exit(&tracked, false);
            }
            End::Throw(value) => {
                if let Some(value) = value {
                    self.forget(value, &mut tracked);
                }
                self.may_raise(block, &tracked);
            }
            End::Unreachable => {}
        }
    }

    /// What a condition says of tracked values where it has an outcome.
    fn branch(&mut self, condition: InstrId, outcome: bool, tracked: &mut Tracked) {
        for (at, holds) in self.yields.tested(self.body, condition) {
            let happens = self.here.events.get(&at).map_or(&[][..], Vec::as_slice);
            for happening in happens {
                if happening.when == Some(holds == outcome) {
                    self.happen(happening, tracked);
                }
            }
            // Where it is nothing, there is nothing to track.
            if holds != outcome && happens.is_empty() {
                self.forget(at, tracked);
            }
        }
    }

    fn exit(&mut self, tracked: &Tracked, is_exceptional: bool) {
        let Some(exit) = &self.typestate.exit else {
            return;
        };
        if is_exceptional && !exit.exceptional {
            return;
        }
        let wrong = self.machine.states(&exit.states);
        self.left = self.left.saturating_sub(tracked.len());
        let states = tracked.iter();
        let starts = states.filter(|(_, states)| !states.and(wrong).is_empty());
        let mut starts: Vec<_> = starts.map(|(start, _)| *start).collect();
        if !starts.is_empty() {
            let held = self.held();
            starts.retain(|start| !held.contains(start));
        }
        for start in starts {
            let mark = self.here.starts[start].mark;
            self.report(mark, mark);
        }
    }

    fn report(&mut self, mark: usize, start: usize) {
        let mark = &self.marks[mark];
        self.wrong.push(Wrong {
            rule: self.rule,
            range: mark.range,
            bound: mark.bound.clone(),
            start: self.marks[start].range,
        });
    }
}

/// By object: the starts that it is tracked from.
fn starts_of(here: &Here, yields: &Yields) -> FxHashMap<Object, Vec<usize>> {
    let mut starts_of: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for (number, start) in here.starts.iter().enumerate() {
        if let Some(object) = yields.object(start.value) {
            starts_of.entry(object).or_default().push(number);
        }
    }
    starts_of
}
