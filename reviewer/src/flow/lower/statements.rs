//! Statements, one after the other.

use super::{Lower, MAX_DEPTH};
use crate::flow::ir::{Local, Op};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

impl Lower<'_> {
    /// Lowers the children of a block; the value of the last one goes to `result`, if it has one.
    pub(super) fn statements(&mut self, block: NodeId, result: Option<Local>) {
        let tail = result.and_then(|result| Some((self.tail(block)?, result)));
        for statement in self.tree.children(block) {
            match tail {
                Some((tail, result)) if tail == statement => self.give_value(statement, result),
                _ => self.statement(statement),
            }
        }
    }

    /// The statement whose value is that of the block: the last one, if no semicolon follows.
    pub(super) fn tail(&self, block: NodeId) -> Option<NodeId> {
        let last = self.tree.children(block).last()?;
        let value = self.child(last, Role::Value)?;
        let ends = self.tree.range(last).end == self.tree.range(value).end;
        let is_tail =
            self.kind(last) == Kind::ExprStmt && self.tree.language.blocks_have_values() && ends;
        is_tail.then_some(last)
    }

    /// Lowers the value of a block, a case or an expression into a variable.
    pub(super) fn give_value(&mut self, id: NodeId, result: Local) {
        match self.kind(id) {
            Kind::ExprStmt => {
                for value in self.tree.children(id) {
                    self.give_value(value, result);
                }
            }
            _ if self.is_control(id) => self.control(id, Some(result)),
            _ => {
                let value = self.expr(id);
                self.emit(id, Op::Set(result, value));
            }
        }
    }

    /// Whether a node is made of statements: lowered as one, whether it has a value or not.
    pub(super) fn is_control(&self, id: NodeId) -> bool {
        match self.kind(id) {
            Kind::Raw(_) => matches!(
                self.construct(id),
                Some(Construct::Blocks | Construct::Match)
            ),
            kind => matches!(
                kind,
                Kind::Block
                    | Kind::If
                    | Kind::While
                    | Kind::DoWhile
                    | Kind::For
                    | Kind::ForEach
                    | Kind::Loop
                    | Kind::Switch
                    | Kind::Labeled
                    | Kind::Try
                    | Kind::With
                    | Kind::Synchronized
            ),
        }
    }

    /// Lowers what has blocks; its value goes to `result`, if it has one.
    pub(super) fn control(&mut self, id: NodeId, result: Option<Local>) {
        if self.depth >= MAX_DEPTH {
            self.cut(id);
            return;
        }
        self.depth += 1;
        match self.kind(id) {
            Kind::Block => self.statements(id, result),
            Kind::If => self.if_(id, result),
            Kind::Switch => self.switch(id, result),
            Kind::While | Kind::DoWhile | Kind::For | Kind::ForEach | Kind::Loop => {
                self.loop_(id, None, result);
            }
            Kind::Labeled => self.labeled(id),
            Kind::Try => self.try_(id),
            Kind::With => self.with(id),
            Kind::Synchronized => {
                for child in self.tree.children(id) {
                    self.statement(child);
                }
            }
            _ if self.construct(id) == Some(Construct::Match) => self.match_(id),
            _ => {
                for child in self.parts(id) {
                    match self.kind(child) {
                        Kind::Block => self.control(child, result),
                        _ if self.tree.node(child).role == Role::Stmt => self.statement(child),
                        _ => {}
                    }
                }
            }
        }
        self.depth -= 1;
    }

    /// Lowers a statement.
    pub(super) fn statement(&mut self, id: NodeId) {
        match self.kind(id) {
            _ if self.is_control(id) => self.control(id, None),
            Kind::ExprStmt | Kind::Finally | Kind::Delete => {
                for value in self.tree.children(id) {
                    self.statement(value);
                }
            }
            Kind::VarDef => self.declaration(id),
            Kind::Assign => {
                self.assignment(id);
            }
            Kind::Return => {
                let values: Vec<_> = self.tree.children(id).collect();
                self.return_(id, &values);
            }
            Kind::Throw => {
                let values: Vec<_> = self.tree.children(id).collect();
                let values: Vec<_> = values.into_iter().map(|value| self.expr(value)).collect();
                self.blocks.throw(values.first().copied());
            }
            Kind::Break => self.break_(id),
            Kind::Continue => self.continue_(id),
            Kind::Yield => {
                let value = self.child(id, Role::Value);
                if value.is_none_or(|value| !self.yield_to_switch(id, value)) {
                    self.expr(id);
                }
            }
            Kind::Assert => self.assert(id),
            Kind::Function => self.function_statement(id),
            Kind::Class => self.class_statement(id),
            Kind::Pass
            | Kind::Global
            | Kind::Import
            | Kind::ImportFrom
            | Kind::Decorator
            | Kind::Modifier => {}
            // A constant of an enumeration.
            Kind::Pair | Kind::Ident if self.is_in_class(id) => self.enum_constant(id),
            Kind::Raw(_) => self.raw_statement(id),
            _ => {
                self.expr(id);
            }
        }
    }
}
