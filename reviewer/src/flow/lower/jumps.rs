//! Jumps: what they leave, and what runs on the way.

use super::Lower;
use super::blocks::Label;
use crate::flow::ir::{InstrId, Local, Op};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

/// How deep `finally` blocks are lowered within the copies of others, and how many times more steps than nodes a
/// body may have when another copy is made. What would be more is left out.
const MAX_CLEANUPS: u32 = 3;
const COPIES: usize = 4;
const FEW_STEPS: usize = 1000;

/// What a jump may leave or go to.
pub(super) enum Frame<'t> {
    /// A loop, a switch, or a statement with a label.
    Target(Target<'t>),
    /// A block with a `finally`.
    Finally {
        body: NodeId,
        handler: Option<Label>,
    },
    /// A scope that closes a value.
    Resource {
        node: NodeId,
        value: InstrId,
        handler: Option<Label>,
    },
}

/// What `break` and `continue` go to.
#[derive(Clone, Copy, Default)]
pub(super) struct Target<'t> {
    /// Its name.
    pub(super) label: Option<&'t str>,
    /// Where `break` goes; only one with its label, if there is no [`Target::is_plain`].
    pub(super) exit: Option<Label>,
    /// Where `continue` goes.
    pub(super) next: Option<Label>,
    /// Where `fallthrough` goes.
    pub(super) below: Option<Label>,
    /// What takes the value of `break` or `yield`.
    pub(super) result: Option<Local>,
    /// Whether a `break` without a label leaves it.
    pub(super) is_plain: bool,
}

/// A call that waits for the end of the function.
pub(super) struct Deferred {
    pub(super) call: NodeId,
    /// Where to run it and those before it.
    pub(super) label: Label,
}

impl<'t> Lower<'t> {
    /// How many steps a body may have before copies are left out.
    pub(super) fn limit_copies(&mut self, body: NodeId) {
        let nodes = (self.tree.after(body).0 - body.0) as usize;
        self.most_steps = FEW_STEPS + COPIES * nodes;
    }

    /// Runs what must run before a jump out of all frames but the first `kept`. Returns the handler that holds for
    /// what follows the jump.
    fn unwind(&mut self, kept: usize) -> Option<Label> {
        let handler = self.blocks.handler();
        let mut left = Vec::new();
        while self.frames.len() > kept
            && let Some(frame) = self.frames.pop()
        {
            match frame {
                Frame::Finally { body, handler } => {
                    self.blocks.set_handler(handler);
                    self.copy(body);
                }
                Frame::Resource {
                    node,
                    value,
                    handler,
                } => {
                    self.blocks.set_handler(handler);
                    self.emit(node, Op::Exit(value));
                }
                Frame::Target(_) => {}
            }
            left.push(frame);
        }
        self.frames.extend(left.into_iter().rev());
        handler
    }

    /// Lowers a `finally` block for another way than the normal one, unless there were too many of them.
    pub(super) fn copy(&mut self, body: NodeId) {
        if self.cleanups < MAX_CLEANUPS && self.blocks.size() < self.most_steps {
            self.cleanups += 1;
            self.statement(body);
            self.cleanups -= 1;
        }
    }

    /// The innermost frame that holds for `wanted`.
    fn target(&self, wanted: impl Fn(&Target<'t>) -> Option<Label>) -> Option<(usize, Label)> {
        let frames = self.frames.iter().enumerate().rev();
        frames.into_iter().find_map(|(at, frame)| match frame {
            Frame::Target(target) => Some((at, wanted(target)?)),
            _ => None,
        })
    }

    fn jump(&mut self, to: Option<(usize, Label)>) {
        if let Some((at, label)) = to {
            let handler = self.unwind(at + 1);
            self.blocks.goto(label);
            self.blocks.set_handler(handler);
        }
    }

    /// The label that a jump or a loop names.
    pub(super) fn label_of(&self, id: NodeId) -> Option<&'t str> {
        let lifetime = |&child: &NodeId| self.construct(child) == Some(Construct::Inert);
        let name = match self.kind(id) {
            Kind::Break | Kind::Continue => self.child(id, Role::Name),
            _ => None,
        };
        let name = name.or_else(|| self.tree.children(id).find(lifetime))?;
        Some(self.text(name))
    }

    /// The value of a jump.
    fn jump_value(&self, id: NodeId) -> Option<NodeId> {
        self.tree
            .children_as(id, Role::Value)
            .find(|&value| self.construct(value) != Some(Construct::Inert))
    }

    /// `break`, with a label, a value, both or none.
    pub(super) fn break_(&mut self, id: NodeId) {
        let label = self.label_of(id);
        let to = self.target(|target| match label {
            Some(_) => target.exit.filter(|_| target.label == label),
            None => target.exit.filter(|_| target.is_plain),
        });
        if let Some(value) = self.jump_value(id) {
            self.give(id, value, to);
        }
        self.jump(to);
    }

    /// Lowers the value of a jump into what takes it.
    fn give(&mut self, id: NodeId, value: NodeId, to: Option<(usize, Label)>) {
        let value = self.expr(value);
        if let Some((at, _)) = to
            && let Frame::Target(Target {
                result: Some(result),
                ..
            }) = self.frames[at]
        {
            self.emit(id, Op::Set(result, value));
        }
    }

    /// `continue`, with a label or without.
    pub(super) fn continue_(&mut self, id: NodeId) {
        let label = self.label_of(id);
        let to = self.target(|target| {
            target
                .next
                .filter(|_| label.is_none() || target.label == label)
        });
        self.jump(to);
    }

    /// Whether a `yield` hands its value to a switch; if so, it is lowered.
    pub(super) fn yield_to_switch(&mut self, id: NodeId, value: NodeId) -> bool {
        let to = self.target(|target| target.exit.filter(|_| target.result.is_some()));
        if to.is_some() {
            self.give(id, value, to);
            self.jump(to);
        }
        to.is_some()
    }

    /// Goes on with the case below.
    pub(super) fn fall_through(&mut self) {
        let to = self.target(|target| target.below);
        self.jump(to);
    }

    /// Leaves the function.
    pub(super) fn return_value(&mut self, node: NodeId, value: Option<InstrId>) {
        let handler = self.unwind(0);
        match (self.deferred.last(), self.result) {
            (Some(deferred), Some(result)) => {
                let label = deferred.label;
                if let Some(value) = value {
                    self.emit(node, Op::Set(result, value));
                }
                self.blocks.goto(label);
            }
            _ => self.blocks.leave(value),
        }
        self.blocks.set_handler(handler);
    }

    /// Notes a call that runs when the function is left from here on.
    pub(super) fn defer(&mut self, node: NodeId, call: NodeId) {
        self.emit(node, Op::Defer);
        if self.result.is_none() {
            self.result = Some(self.made_up());
        }
        let label = self.blocks.label();
        self.deferred.push(Deferred { call, label });
    }

    /// Runs the deferred calls, last ones first, and leaves the function.
    pub(super) fn run_deferred(&mut self, body: NodeId) {
        let Some(result) = self.result.filter(|_| !self.deferred.is_empty()) else {
            return;
        };
        while let Some(Deferred { call, label }) = self.deferred.pop() {
            self.blocks.begin(label);
            self.expr(call);
        }
        let value = self.emit(body, Op::Get(result));
        self.blocks.leave(Some(value));
    }
}
