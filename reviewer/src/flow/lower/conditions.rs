//! Conditions: `and`, `or`, `not`, `if`, and their values.

use super::Lower;
use super::blocks::Label;
use super::patterns::{bound_names, let_pattern};
use crate::flow::ir::{InstrId, Local, Op};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

/// An operator that does not always look at its right side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Logical {
    And,
    Or,
    /// The right side where the left one is missing.
    Else,
}

impl Lower<'_> {
    fn logical(&self, id: NodeId) -> Option<Logical> {
        if self.kind(id) != Kind::Binary {
            return None;
        }
        match self.operator(id) {
            "and" | "&&" => Some(Logical::And),
            "or" | "||" => Some(Logical::Or),
            "??" => Some(Logical::Else),
            _ => None,
        }
    }

    /// Whether an operator does not always look at its right side.
    pub(super) fn is_logical(&self, id: NodeId) -> bool {
        self.logical(id).is_some()
    }

    /// The operands of a chain of one operator: `a and b and c`.
    fn operands(&self, id: NodeId, operator: Logical) -> Vec<NodeId> {
        let mut operands = Vec::new();
        let mut at = id;
        while self.logical(at) == Some(operator) {
            operands.extend(self.child(at, Role::Right));
            match self.child(at, Role::Left) {
                Some(left) => at = left,
                None => break,
            }
        }
        operands.push(at);
        operands.reverse();
        operands
    }

    /// Goes on at `then` or at `otherwise`.
    pub(super) fn condition(&mut self, id: NodeId, then: Label, otherwise: Label) {
        if self.depth >= super::MAX_DEPTH {
            let value = self.cut(id);
            return self.blocks.branch(value, then, otherwise);
        }
        self.depth += 1;
        match (self.logical(id), self.construct(id)) {
            (Some(Logical::And), _) => {
                let operands = self.operands(id, Logical::And);
                self.all(&operands, then, otherwise);
            }
            (Some(Logical::Or), _) => {
                let operands = self.operands(id, Logical::Or);
                for &operand in &operands[..operands.len() - 1] {
                    let next = self.blocks.label();
                    self.condition(operand, then, next);
                    self.blocks.begin(next);
                }
                self.condition(operands[operands.len() - 1], then, otherwise);
            }
            (_, Some(Construct::LetChain)) => {
                let operands = self.parts(id);
                self.all(&operands, then, otherwise);
            }
            (_, Some(Construct::Let)) => self.let_condition(id, then, otherwise),
            _ if self.kind(id) == Kind::Unary && matches!(self.operator(id), "not" | "!") => {
                match self.child(id, Role::Operand) {
                    Some(operand) if self.has_branches(operand) => {
                        self.condition(operand, otherwise, then);
                    }
                    // The operand decides, but the whole is there to be found.
                    Some(operand) => {
                        let value = self.expr(operand);
                        self.emit(id, Op::Unary(self.operator(id).into(), value));
                        self.blocks.branch(value, otherwise, then);
                    }
                    None => self.branch(id, then, otherwise),
                }
            }
            _ => self.branch(id, then, otherwise),
        }
        self.depth -= 1;
    }

    /// Whether a condition is made of others.
    fn has_branches(&self, id: NodeId) -> bool {
        self.is_logical(id)
            || matches!(
                self.construct(id),
                Some(Construct::Let | Construct::LetChain)
            )
            || self.kind(id) == Kind::Unary && matches!(self.operator(id), "not" | "!")
    }

    fn branch(&mut self, id: NodeId, then: Label, otherwise: Label) {
        let value = self.expr(id);
        self.blocks.branch(value, then, otherwise);
    }

    fn all(&mut self, operands: &[NodeId], then: Label, otherwise: Label) {
        let Some((last, before)) = operands.split_last() else {
            return self.blocks.goto(then);
        };
        for &operand in before {
            let next = self.blocks.label();
            self.condition(operand, next, otherwise);
            self.blocks.begin(next);
        }
        self.condition(*last, then, otherwise);
    }

    /// `let pattern = value`.
    fn let_condition(&mut self, id: NodeId, then: Label, otherwise: Label) {
        let parts = self.parts(id);
        let (Some(pattern), Some(&value)) = (let_pattern(self.tree, id), parts.last()) else {
            return self.branch(id, then, otherwise);
        };
        let value = self.expr(value);
        self.emit(id, Op::Same(value));
        let matched = self.blocks.label();
        self.blocks.either(matched, otherwise);
        self.blocks.begin(matched);
        self.bind(pattern, value);
        self.blocks.goto(then);
    }

    /// Gives a pattern's names their values.
    pub(super) fn bind(&mut self, pattern: NodeId, value: InstrId) {
        for bound in bound_names(self.tree, pattern) {
            let part = match bound.field {
                Some(field) => {
                    let field = crate::flow::ir::Field::Name(self.text(field).into());
                    self.emit(bound.name, Op::Load(value, field))
                }
                None => value,
            };
            self.assign(bound.name, part);
        }
    }

    /// The value of `a and b`, `a or b`, `a ?? b`: that of the operand that was looked at last.
    pub(super) fn logical_value(&mut self, id: NodeId) -> InstrId {
        let Some(operator) = self.logical(id) else {
            return self.nothing(id);
        };
        let operands = self.operands(id, operator);
        let (result, join) = (self.made_up(), self.blocks.label());
        for (at, &operand) in operands.iter().enumerate() {
            let value = self.expr(operand);
            self.emit(id, Op::Set(result, value));
            if at + 1 < operands.len() {
                let next = self.blocks.label();
                match operator {
                    Logical::And => self.blocks.branch(value, next, join),
                    Logical::Or => self.blocks.branch(value, join, next),
                    Logical::Else => self.blocks.either(join, next),
                }
                self.blocks.begin(next);
            }
        }
        self.blocks.begin(join);
        self.emit(id, Op::Get(result))
    }

    /// The value of `c ? a : b`.
    pub(super) fn ternary(&mut self, id: NodeId) -> InstrId {
        let (result, join) = (self.made_up(), self.blocks.label());
        let mut at = id;
        loop {
            let (then, otherwise) = (self.blocks.label(), self.blocks.label());
            if let Some(condition) = self.child(at, Role::Cond) {
                self.condition(condition, then, otherwise);
            }
            self.blocks.begin(then);
            if let Some(value) = self.child(at, Role::Then) {
                let value = self.expr(value);
                self.emit(at, Op::Set(result, value));
            }
            self.blocks.goto(join);
            self.blocks.begin(otherwise);
            match self.child(at, Role::Else) {
                Some(next) if self.kind(next) == Kind::Ternary => at = next,
                Some(value) => {
                    let value = self.expr(value);
                    self.emit(at, Op::Set(result, value));
                    break;
                }
                None => break,
            }
        }
        self.blocks.begin(join);
        self.emit(id, Op::Get(result))
    }

    /// `if`, with all its `else if`.
    pub(super) fn if_(&mut self, id: NodeId, result: Option<Local>) {
        let join = self.blocks.label();
        let mut at = id;
        loop {
            for init in self.tree.children_as(at, Role::Init) {
                self.statement(init);
            }
            let (then, otherwise) = (self.blocks.label(), self.blocks.label());
            if let Some(condition) = self.child(at, Role::Cond) {
                self.condition(condition, then, otherwise);
            }
            self.blocks.begin(then);
            if let Some(then) = self.child(at, Role::Then) {
                self.control(then, result);
            }
            self.blocks.goto(join);
            self.blocks.begin(otherwise);
            match self.child(at, Role::Else) {
                Some(next) if self.kind(next) == Kind::If => at = next,
                Some(otherwise) => {
                    self.control(otherwise, result);
                    break;
                }
                None => break,
            }
        }
        self.blocks.begin(join);
    }

    /// Runs some code, or does not.
    pub(super) fn or_default(&mut self, run: impl FnOnce(&mut Self)) {
        let (given, missing) = (self.blocks.label(), self.blocks.label());
        self.blocks.either(given, missing);
        self.blocks.begin(missing);
        run(self);
        self.blocks.goto(given);
        self.blocks.begin(given);
    }

    /// `assert c, message`: raises where the condition does not hold.
    pub(super) fn assert(&mut self, id: NodeId) {
        let values: Vec<_> = self.tree.children_as(id, Role::Value).collect();
        let Some((condition, message)) = values.split_first() else {
            return;
        };
        let (holds, fails) = (self.blocks.label(), self.blocks.label());
        self.condition(*condition, holds, fails);
        self.blocks.begin(fails);
        let message = message.first().map(|&message| self.expr(message));
        self.blocks.throw(message);
        self.blocks.begin(holds);
    }
}
