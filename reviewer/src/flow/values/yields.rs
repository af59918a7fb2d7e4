//! What the interpretation of a body says of the identity of values, for who tracks them.

use super::objects::{Objects, Origin};
use super::state::Object;
use crate::flow::ir::{BlockId, Body, InstrId, Op};

/// Longest chain of tests around a value.
const MAX_CHAIN: usize = 4;

/// The objects that the instructions of a body yield.
#[derive(Debug, Default)]
pub(crate) struct Yields {
    pub(super) objects: Objects,
    /// By instruction; none where it is never reached.
    pub(super) of: Vec<Option<Object>>,
    /// By block: whether it is never reached.
    pub(super) dead: Vec<bool>,
    /// By instruction that compares: whether the other side is a constant that stands for success.
    pub(super) constants: Vec<Option<bool>>,
}

impl Yields {
    /// Whether a block is never reached.
    pub(crate) fn is_dead(&self, block: BlockId) -> bool {
        self.dead[block.0 as usize]
    }

    /// The object that an instruction yields; none where it is never reached.
    pub(crate) fn object(&self, at: InstrId) -> Option<Object> {
        self.of[at.0 as usize]
    }

    /// That, and the objects that it may be.
    pub(crate) fn objects(&self, at: InstrId) -> Vec<Object> {
        let object = self.object(at);
        object.map_or(Vec::new(), |object| self.objects.all(object))
    }

    /// The values that a condition tests, and whether each is true (or is something) where the condition holds.
    pub(crate) fn tested(&self, body: &Body, condition: InstrId) -> Vec<(InstrId, bool)> {
        let mut tested = Vec::new();
        let mut at = condition;
        let mut holds = true;
        for _ in 0..MAX_CHAIN {
            tested.push((at, holds));
            let next = match &body.instr(at).op {
                Op::Unary(op, operand) if matches!(&**op, "!" | "not") => Some((*operand, false)),
                Op::Same(operand) | Op::Cast(_, operand) => Some((*operand, true)),
                Op::Binary(op, left, right) => self.compared(op, *left, *right),
                _ => self.made(at).map(|made| (made, true)),
            };
            let Some((next, same)) = next else { break };
            at = next;
            holds = holds == same;
        }
        tested
    }

    /// The instruction that made what another one reads.
    fn made(&self, at: InstrId) -> Option<InstrId> {
        match self.objects.origin(self.of[at.0 as usize]?) {
            Origin::Made(made) if made != at => Some(made),
            _ => None,
        }
    }

    /// What a comparison with a constant tests, and whether it is true where the comparison holds.
    fn compared(&self, op: &str, left: InstrId, right: InstrId) -> Option<(InstrId, bool)> {
        let is_equal = match op {
            "==" | "===" | "is" => true,
            "!=" | "!==" | "is not" => false,
            _ => return None,
        };
        [(left, right), (right, left)]
            .into_iter()
            .find_map(|(operand, other)| {
                let success = self.constants[other.0 as usize]?;
                Some((operand, is_equal == success))
            })
    }
}
