//! Where in the bodies of a file the marks of rules lie.

use std::cmp::Reverse;

use rules::review::{SideEffect, SinkRequires, Taint};
use rustc_hash::FxHashMap;

use super::Context;
use crate::flow::facts::{FileFacts, Place};
use crate::flow::ir::{BlockId, BodyId, End, InstrId, Op};
use crate::flow::marks::{List, Mark, Use};
use crate::tree::{Role, TextRange};

/// What a rule wants at an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    /// Its value is tainted: a place of [`FileFacts::sources`].
    Source(u32),
    /// What it reads is tainted from here on.
    SourceEffect(u32),
    /// All code from here on is tainted.
    Control(u32),
    /// Its value is clean of the rule.
    Clean(u32),
    /// What it reads is clean of the rule from here on.
    CleanEffect(u32),
    /// Its value must not be tainted: a place of [`FileFacts::sinks`].
    Sink(u32),
    /// Nothing that goes into the call, or comes out of it, must be tainted.
    SinkCall(u32),
    /// Taint of one value goes over to another.
    Propagate {
        by: Use,
        from: InstrId,
        to: InstrId,
        /// Whether what is read there stays tainted.
        by_side_effect: bool,
    },
}

/// A condition that tells that a value is clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guarded {
    pub(super) rule: u32,
    /// In which outcome.
    pub(super) when: bool,
    /// The value.
    pub(super) value: InstrId,
}

/// The hooks of one body.
#[derive(Debug, Default)]
pub(super) struct Hooked {
    pub(super) at: FxHashMap<InstrId, Vec<Hook>>,
    pub(super) guards: FxHashMap<InstrId, Vec<Guarded>>,
}

/// The hooks of a file.
pub(super) struct Hooks<'a> {
    context: &'a Context<'a>,
    /// Instructions by the code that they are about; outer code first.
    instrs: Vec<(TextRange, BodyId, InstrId)>,
    /// Calls by the code of what they call.
    callees: FxHashMap<TextRange, Vec<(BodyId, InstrId)>>,
    marks: Vec<(Mark, Vec<Use>)>,
    by_body: Option<FxHashMap<BodyId, Hooked>>,
}

impl<'a> Hooks<'a> {
    pub(super) fn new(context: &'a Context<'a>, marks: &[Mark]) -> Self {
        let tree = &context.unit.tree;
        let mut hooks = Hooks {
            context,
            instrs: Vec::new(),
            callees: FxHashMap::default(),
            marks: Vec::new(),
            by_body: None,
        };
        for mark in marks {
            let uses = context.parts.users[mark.part].clone();
            hooks.marks.push((mark.clone(), uses));
        }
        if marks.is_empty() {
            return hooks;
        }
        for (body, id) in context.program.bodies.iter().zip(0..) {
            for (instr, at) in body.instrs.iter().zip(0..) {
                let at = (BodyId(id), InstrId(at));
                hooks.instrs.push((tree.range(instr.node), at.0, at.1));
                if let Op::Call(_) = instr.op
                    && let Some(callee) = tree.child(instr.node, Role::Callee)
                {
                    hooks
                        .callees
                        .entry(tree.range(callee))
                        .or_default()
                        .push(at);
                }
            }
        }
        hooks.instrs.sort_unstable_by_key(|(range, body, at)| {
            (range.start, Reverse(range.end), *body, *at)
        });
        hooks
    }

    /// The hooks of a body; places that they speak of join the facts.
    pub(super) fn of(&mut self, body: BodyId, facts: &mut FileFacts) -> Hooked {
        if self.by_body.is_none() {
            self.by_body = Some(self.place(facts));
        }
        let by_body = self.by_body.as_mut();
        by_body
            .and_then(|hooks| hooks.remove(&body))
            .unwrap_or_default()
    }

    fn place(&self, facts: &mut FileFacts) -> FxHashMap<BodyId, Hooked> {
        let mut placing = Placing {
            hooks: self,
            facts,
            by_body: FxHashMap::default(),
        };
        for (mark, uses) in &self.marks {
            for &by in uses {
                if let Some(rule) = (self.context.rules)(by.rule) {
                    placing.mark(mark, by, rule);
                }
            }
        }
        placing.by_body
    }

    /// The instructions of exactly this code; calls of it where it is only called.
    fn exactly(&self, range: TextRange) -> Vec<(BodyId, InstrId)> {
        let key = (range.start, Reverse(range.end));
        let first = self
            .instrs
            .partition_point(|(r, ..)| (r.start, Reverse(r.end)) < key);
        let equal: Vec<_> = self.instrs[first..]
            .iter()
            .take_while(|(r, ..)| *r == range)
            .map(|(_, body, at)| (*body, *at))
            .collect();
        match equal.is_empty() {
            true => self.callees.get(&range).cloned().unwrap_or_default(),
            false => equal,
        }
    }

    /// The instructions of code within this code.
    fn within(&self, range: TextRange) -> impl Iterator<Item = (TextRange, BodyId, InstrId)> {
        let first = self.instrs.partition_point(|(r, ..)| r.start < range.start);
        self.instrs[first..]
            .iter()
            .take_while(move |(r, ..)| r.start < range.end.max(range.start + 1))
            .filter(move |(r, ..)| r.end <= range.end)
            .copied()
    }

    /// The instructions of exactly this code, or of the outermost code in it that has any: of a statement.
    fn outermost(&self, range: TextRange) -> Vec<(BodyId, InstrId)> {
        let exact = self.exactly(range);
        if !exact.is_empty() {
            return exact;
        }
        let mut found = Vec::new();
        let mut covered: Option<TextRange> = None;
        for (inner, body, at) in self.within(range) {
            if covered.is_none_or(|c| inner == c || !c.contains(inner)) {
                covered = Some(inner);
                found.push((body, at));
            }
        }
        found
    }

    /// All instructions of this code and in it; calls of it where it is only called.
    fn all(&self, range: TextRange) -> Vec<(BodyId, InstrId)> {
        let mut all: Vec<_> = self.within(range).map(|(_, body, at)| (body, at)).collect();
        all.extend(self.callees.get(&range).into_iter().flatten());
        all
    }

    fn is_call(&self, body: BodyId, at: InstrId) -> bool {
        matches!(
            self.context.program.bodies[body.0 as usize].instr(at).op,
            Op::Call(_)
        )
    }

    /// Whether nothing happens between an instruction and the end of its function.
    fn is_last(&self, body: BodyId, at: InstrId) -> bool {
        const MOST_BLOCKS: usize = 8;
        let body = &self.context.program.bodies[body.0 as usize];
        let holds = |block: &&crate::flow::ir::Block| block.instrs.contains(&at.0);
        let Some(mut block) = body.blocks.iter().find(holds) else {
            return false;
        };
        let mut from = at.0 + 1;
        for _ in 0..MOST_BLOCKS {
            let mut rest = from..block.instrs.end;
            let acts = |id: u32| {
                matches!(
                    body.instrs[id as usize].op,
                    Op::Call(_) | Op::Store(..) | Op::Set(..)
                )
            };
            if rest.any(acts) {
                return false;
            }
            match block.end {
                End::Return(_) => return true,
                End::Goto(BlockId(next)) => block = &body.blocks[next as usize],
                _ => return false,
            }
            from = block.instrs.start;
        }
        false
    }
}

/// Hooks that are being placed.
struct Placing<'a, 'h> {
    hooks: &'h Hooks<'a>,
    facts: &'h mut FileFacts,
    by_body: FxHashMap<BodyId, Hooked>,
}

impl Placing<'_, '_> {
    fn mark(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        match by.list {
            List::Sources => self.source(mark, by, rule),
            List::Sinks => self.sink(mark, by, rule),
            List::Sanitizers => self.sanitizer(mark, by, rule),
            List::Propagators => self.propagator(mark, by, rule),
            List::Guards => self.guard(mark, by, rule),
            List::Starts | List::Events | List::Keeps => {}
        }
    }

    fn hook(&mut self, (body, at): (BodyId, InstrId), hook: Hook) {
        let hooks = self
            .by_body
            .entry(body)
            .or_default()
            .at
            .entry(at)
            .or_default();
        if !hooks.contains(&hook) {
            hooks.push(hook);
        }
    }

    fn place(&self, mark: &Mark, by: Use, range: TextRange, condition: Option<u32>) -> Place {
        let text = &self.hooks.context.unit.tree.text;
        let words =
            |(name, range): &(Box<str>, TextRange)| (name.clone(), text[range.indices()].into());
        Place {
            by,
            range,
            bound: mark.bound.iter().map(words).collect(),
            condition,
        }
    }

    fn source(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        let source = &rule.sources[by.entry];
        let exact = self.hooks.outermost(mark.range);
        let all = match source.exact {
            true => exact.clone(),
            false => self.hooks.all(mark.range),
        };
        if all.is_empty() {
            return;
        }
        let place = self.facts.sources.len() as u32;
        let source_place = self.place(mark, by, mark.range, None);
        self.facts.sources.push(source_place);
        if source.control {
            for at in exact {
                self.hook(at, Hook::Control(place));
            }
            return;
        }
        if source.side_effect != SideEffect::Only {
            for &at in &all {
                self.hook(at, Hook::Source(place));
            }
        }
        if source.side_effect != SideEffect::No {
            for at in exact {
                self.hook(at, Hook::SourceEffect(place));
            }
        }
    }

    fn sink(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        let sink = &rule.sinks[by.entry];
        let mut wanted = vec![(mark.range, None)];
        if let Some(SinkRequires::Metavariables(conditions)) = &sink.requires {
            wanted.clear();
            for ((name, _), condition) in conditions.iter().zip(0..) {
                let bound = mark.bound.iter().find(|(known, _)| **known == *name.text);
                wanted.extend(bound.map(|(_, range)| (*range, Some(condition))));
            }
        }
        for (range, condition) in wanted {
            let mut found = match sink.exact {
                true => self.hooks.outermost(range),
                false => self.hooks.all(range),
            };
            if sink.at_exit {
                found.retain(|&(body, at)| self.hooks.is_last(body, at));
            }
            if found.is_empty() {
                continue;
            }
            let place = self.facts.sinks.len() as u32;
            let sink_place = self.place(mark, by, mark.range, condition);
            self.facts.sinks.push(sink_place);
            for at in found {
                let hook = match self.hooks.is_call(at.0, at.1) {
                    true => Hook::SinkCall(place),
                    false => Hook::Sink(place),
                };
                self.hook(at, hook);
            }
        }
    }

    fn sanitizer(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        let sanitizer = &rule.sanitizers[by.entry];
        let conflicts = |(other, uses): &(Mark, Vec<Use>)| {
            other.range == mark.range
                && uses.iter().any(|other| {
                    other.rule == by.rule && matches!(other.list, List::Sources | List::Sinks)
                })
        };
        if sanitizer.not_conflicting && self.hooks.marks.iter().any(conflicts) {
            return;
        }
        let rule = by.rule as u32;
        let exact = self.hooks.outermost(mark.range);
        if sanitizer.by_side_effect {
            for &at in &exact {
                self.hook(at, Hook::CleanEffect(rule));
            }
        }
        let all = match sanitizer.exact {
            true => exact,
            false => self.hooks.all(mark.range),
        };
        for at in all {
            self.hook(at, Hook::Clean(rule));
        }
    }

    fn propagator(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        let propagator = &rule.propagators[by.entry];
        let bound = |name: &str| {
            let bound = mark.bound.iter().find(|(known, _)| **known == *name);
            bound
                .map(|(_, range)| self.hooks.outermost(*range))
                .unwrap_or_default()
        };
        let (from, to) = (bound(&propagator.from.text), bound(&propagator.to.text));
        for &(body, from) in &from {
            for &(_, to) in to.iter().filter(|(other, _)| *other == body) {
                let hook = Hook::Propagate {
                    by,
                    from,
                    to,
                    by_side_effect: propagator.by_side_effect,
                };
                self.hook((body, from.max(to)), hook);
            }
        }
    }

    fn guard(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        let guard = &rule.guards[by.entry];
        let bound = mark
            .bound
            .iter()
            .find(|(name, _)| **name == *guard.value.text);
        let Some((_, value)) = bound else { return };
        let values = self.hooks.outermost(*value);
        for (body, condition) in self.hooks.exactly(mark.range) {
            for &(_, value) in values.iter().filter(|(other, _)| *other == body) {
                let guarded = Guarded {
                    rule: by.rule as u32,
                    when: guard.when,
                    value,
                };
                let hooked = self.by_body.entry(body).or_default();
                hooked.guards.entry(condition).or_default().push(guarded);
            }
        }
    }
}
