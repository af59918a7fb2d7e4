//! The basic blocks of a body under construction.
//!
//! Instructions are only ever appended to the last block, so those of a block lie side by side. What comes later
//! is jumped to by labels; at the end, these become the numbers of the blocks that they stand before.

use crate::flow::ir::{Block, BlockId, End, Instr, InstrId, Op};
use crate::tree::NodeId;

/// A place that is jumped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(u32);

impl Label {
    /// The label as the target of an [`End`], until blocks have numbers.
    fn target(self) -> BlockId {
        BlockId(self.0)
    }
}

/// Where a label stands.
#[derive(Clone, Copy, Default)]
struct Place {
    block: Option<u32>,
    is_used: bool,
}

/// Blocks under construction. The targets of their ends are labels.
pub(super) struct Blocks {
    instrs: Vec<Instr>,
    blocks: Vec<Block>,
    places: Vec<Place>,
    /// Whether the last block has no end yet.
    is_open: bool,
    handler: Option<Label>,
}

impl Blocks {
    /// Only the entry, still empty.
    pub(super) fn new() -> Self {
        let mut blocks = Blocks {
            instrs: Vec::new(),
            blocks: Vec::new(),
            places: Vec::new(),
            is_open: false,
            handler: None,
        };
        blocks.start();
        blocks
    }

    /// Number of instructions and blocks.
    pub(super) fn size(&self) -> usize {
        self.instrs.len() + self.blocks.len()
    }

    /// Whether what is appended runs.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// What an instruction does.
    pub(super) fn op(&self, id: InstrId) -> &Op {
        &self.instrs[id.0 as usize].op
    }

    /// A new label, which stands nowhere yet.
    pub(super) fn label(&mut self) -> Label {
        self.places.push(Place::default());
        Label(self.places.len() as u32 - 1)
    }

    /// Appends an instruction; behind an end, to a block that nothing reaches.
    pub(super) fn emit(&mut self, node: NodeId, op: Op) -> InstrId {
        if !self.is_open {
            self.start();
        }
        self.instrs.push(Instr { node, op });
        InstrId(self.instrs.len() as u32 - 1)
    }

    /// Goes on at a label that only what came before jumps to. Where nothing does, it is as if it were not there.
    pub(super) fn begin(&mut self, label: Label) {
        if self.places[label.0 as usize].is_used {
            self.begin_loop(label);
        }
    }

    /// Goes on at a label that what follows may jump to.
    pub(super) fn begin_loop(&mut self, label: Label) {
        if self.is_open && !self.is_fresh() {
            self.goto(label);
        }
        if !self.is_open {
            self.start();
        }
        self.places[label.0 as usize].block = Some(self.blocks.len() as u32 - 1);
    }

    /// Whether nothing is in the last block, and it has the handler that holds.
    fn is_fresh(&self) -> bool {
        self.blocks.last().is_some_and(|block| {
            block.instrs.start == self.instrs.len() as u32
                && block.handler == self.handler.map(Label::target)
        })
    }

    fn start(&mut self) {
        let at = self.instrs.len() as u32;
        self.blocks.push(Block {
            instrs: at..at,
            end: End::Unreachable,
            handler: self.handler.map(Label::target),
        });
        self.is_open = true;
    }

    fn used(&mut self, label: Label) -> BlockId {
        self.places[label.0 as usize].is_used = true;
        label.target()
    }

    fn end(&mut self, end: End) {
        let last = self.blocks.last_mut().filter(|_| self.is_open);
        if let Some(block) = last {
            block.instrs.end = self.instrs.len() as u32;
            block.end = end;
            self.is_open = false;
        }
    }

    /// Ends the block, if it has no end yet.
    pub(super) fn goto(&mut self, label: Label) {
        if self.is_open {
            let target = self.used(label);
            self.end(End::Goto(target));
        }
    }

    /// Ends the block by the truth of a value.
    pub(super) fn branch(&mut self, condition: InstrId, then: Label, otherwise: Label) {
        if self.is_open {
            let (then, otherwise) = (self.used(then), self.used(otherwise));
            self.end(End::Branch {
                condition,
                then,
                otherwise,
            });
        }
    }

    /// Ends the block at one of two labels.
    pub(super) fn either(&mut self, one: Label, other: Label) {
        if self.is_open {
            let (one, other) = (self.used(one), self.used(other));
            self.end(End::Either(one, other));
        }
    }

    /// Ends the block by leaving the body.
    pub(super) fn leave(&mut self, value: Option<InstrId>) {
        self.end(End::Return(value));
    }

    /// Ends the block by an exception.
    pub(super) fn throw(&mut self, value: Option<InstrId>) {
        self.end(End::Throw(value));
    }

    /// Where exceptions of what follows go; returns where they went before.
    pub(super) fn set_handler(&mut self, handler: Option<Label>) -> Option<Label> {
        let before = std::mem::replace(&mut self.handler, handler);
        if let Some(handler) = handler {
            self.used(handler);
        }
        let at = self.instrs.len() as u32;
        let last = self.blocks.last_mut().filter(|_| self.is_open);
        match last {
            Some(block) if block.instrs.start == at => {
                block.handler = handler.map(Label::target);
            }
            Some(_) if before != handler => {
                let next = self.label();
                self.begin_loop(next);
            }
            _ => {}
        }
        before
    }

    /// Where exceptions of what follows go.
    pub(super) fn handler(&self) -> Option<Label> {
        self.handler
    }

    /// All instructions and blocks. What has no end returns.
    pub(super) fn finish(mut self) -> (Vec<Instr>, Vec<Block>) {
        self.leave(None);
        let numbers = self.drop_empty();
        let places = self.places;
        let number = |label: &mut BlockId| {
            let place = places[label.0 as usize].block;
            let place = place.expect("every label that is used stands somewhere");
            *label = BlockId(numbers[place as usize]);
        };
        for block in &mut self.blocks {
            block.handler.iter_mut().for_each(number);
            match &mut block.end {
                End::Goto(next) => number(next),
                End::Branch {
                    then, otherwise, ..
                } => {
                    number(then);
                    number(otherwise);
                }
                End::Either(one, other) => {
                    number(one);
                    number(other);
                }
                End::Return(_) | End::Throw(_) | End::Unreachable => {}
            }
        }
        (self.instrs, self.blocks)
    }

    /// Drops blocks that do nothing but go on further down. Returns the number that each block has now: for a
    /// dropped one, that of the block that it goes on with.
    fn drop_empty(&mut self) -> Vec<u32> {
        let next = |(at, block): (usize, &Block)| match block.end {
            End::Goto(next) if at > 0 && block.instrs.is_empty() => {
                let next = self.places[next.0 as usize].block? as usize;
                (next > at).then_some(next)
            }
            _ => None,
        };
        let next: Vec<_> = self.blocks.iter().enumerate().map(next).collect();
        let mut kept = 0;
        let mut numbers = Vec::with_capacity(next.len());
        for next in &next {
            numbers.push(kept);
            kept += u32::from(next.is_none());
        }
        for at in (0..next.len()).rev() {
            if let Some(next) = next[at] {
                numbers[at] = numbers[next];
            }
        }
        let mut is_dropped = next.iter().map(Option::is_some);
        self.blocks.retain(|_| is_dropped.next() == Some(false));
        numbers
    }
}
