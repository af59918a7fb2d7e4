//! Instructions by the code that they are about.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::Context;
use crate::flow::ir::{BlockId, BodyId, End, InstrId, Op, Program};
use crate::flow::marks::Mark;
use crate::tree::{Role, TextRange};

/// The instructions of a file, by their code.
pub(crate) struct Located<'a> {
    program: &'a Program,
    /// Outer code first.
    instrs: Vec<(TextRange, BodyId, InstrId)>,
    /// Calls by the code of what they call.
    callees: FxHashMap<TextRange, Vec<(BodyId, InstrId)>>,
}

impl<'a> Located<'a> {
    pub(crate) fn new(context: &Context<'a>) -> Self {
        let tree = &context.unit.tree;
        let mut located = Located {
            program: context.program,
            instrs: Vec::new(),
            callees: FxHashMap::default(),
        };
        for (body, id) in context.program.bodies.iter().zip(0..) {
            for (instr, at) in body.instrs.iter().zip(0..) {
                let next = body.instrs.get(at as usize + 1);
                // The object of a field that is named without it: code that names the field is about the field.
                if let Op::This = instr.op
                    && next.is_some_and(|next| next.node == instr.node)
                {
                    continue;
                }
                // What enters and leaves a scope has the code of the value, which another instruction yields.
                if matches!(instr.op, Op::Enter(_) | Op::Exit(_) | Op::Defer) {
                    continue;
                }
                let at = (BodyId(id), InstrId(at));
                located.instrs.push((tree.range(instr.node), at.0, at.1));
                if let Op::Call(_) = instr.op
                    && let Some(callee) = tree.child(instr.node, Role::Callee)
                {
                    located
                        .callees
                        .entry(tree.range(callee))
                        .or_default()
                        .push(at);
                }
            }
        }
        located.instrs.sort_unstable_by_key(|(range, body, at)| {
            (range.start, Reverse(range.end), *body, *at)
        });
        located
    }

    /// The instructions of exactly this code; calls of it where it is only called.
    pub(crate) fn exactly(&self, range: TextRange) -> Vec<(BodyId, InstrId)> {
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
    pub(crate) fn outermost(&self, range: TextRange) -> Vec<(BodyId, InstrId)> {
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

    /// The instructions that a mark is about, each with the instruction of the value: what `name` stands for, read last
    /// before; or itself.
    pub(crate) fn valued(
        &self,
        mark: &Mark,
        name: Option<&rules::review::Located>,
    ) -> Vec<(BodyId, InstrId, InstrId)> {
        let exact = self.outermost(mark.range);
        let Some(name) = name else {
            return exact.into_iter().map(|(body, at)| (body, at, at)).collect();
        };
        let bound = mark.bound.iter().find(|(known, _)| **known == *name.text);
        let values = bound.map_or(Vec::new(), |(_, range)| self.outermost(*range));
        let of = |(body, at): (BodyId, InstrId)| {
            let own = values
                .iter()
                .filter(|(other, value)| *other == body && *value <= at);
            own.map(|(_, value)| (body, at, *value)).next_back()
        };
        exact.into_iter().filter_map(of).collect()
    }

    /// All instructions of this code and in it; calls of it where it is only called.
    pub(crate) fn all(&self, range: TextRange) -> Vec<(BodyId, InstrId)> {
        let mut all: Vec<_> = self.within(range).map(|(_, body, at)| (body, at)).collect();
        all.extend(self.callees.get(&range).into_iter().flatten());
        all
    }

    /// Whether an instruction is a call.
    pub(crate) fn is_call(&self, body: BodyId, at: InstrId) -> bool {
        matches!(
            self.program.bodies[body.0 as usize].instr(at).op,
            Op::Call(_)
        )
    }

    /// Whether nothing happens between an instruction and the end of its function.
    pub(crate) fn is_last(&self, body: BodyId, at: InstrId) -> bool {
        const MOST_BLOCKS: usize = 8;
        let body = &self.program.bodies[body.0 as usize];
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
