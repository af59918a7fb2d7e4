//! Statements, one after the other.

use super::names::has_receiver;
use super::{Lower, MAX_DEPTH, Meaning};
use crate::flow::ir::{Build, Call, Callee, Field, InstrId, Local, Op};
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

    fn is_in_class(&self, id: NodeId) -> bool {
        let class = self
            .tree
            .parent(id)
            .and_then(|block| self.tree.parent(block));
        let is_ours = |class| {
            self.kind(class) == Kind::Class && self.scopes.body_of(class) == Some(self.body)
        };
        self.tree.node(id).role == Role::Stmt && class.is_some_and(is_ours)
    }

    /// `A = 1` in an enumeration.
    fn enum_constant(&mut self, id: NodeId) {
        let name = self.child(id, Role::Key).unwrap_or(id);
        let value = match self.child(id, Role::Value) {
            Some(value) => self.expr(value),
            None => self.nothing(id),
        };
        self.set_field(name, value);
    }

    /// Gives a field of the class around a value.
    pub(super) fn set_field(&mut self, name: NodeId, value: InstrId) {
        let object = self.emit(name, Op::This);
        let field = match self.construct(name) {
            Some(_) => Field::Index(self.expr(name)),
            None => Field::Name(self.text(name).into()),
        };
        self.emit(name, Op::Store(object, field, value));
    }

    /// A variable, field or constant with its value.
    fn declaration(&mut self, id: NodeId) {
        let Some(name) = self.child(id, Role::Name) else {
            // A resource that has been made before.
            for child in self.tree.children(id) {
                self.expr(child);
            }
            return;
        };
        let value = self.child(id, Role::Value);
        if self.is_in_class(id) {
            let value = match value {
                Some(value) => Some(self.expr(value)),
                None => self.initial_value(id),
            };
            if let Some(value) = value {
                self.set_field(name, value);
            }
            return;
        }
        match (value, self.child(id, Role::Else)) {
            (Some(value), Some(otherwise)) => self.let_else(name, value, otherwise),
            (Some(value), None) => {
                self.assign_value(name, value);
            }
            (None, _) => {
                if let Some(value) = self.initial_value(id) {
                    self.assign(name, value);
                }
            }
        }
    }

    /// `let pattern = value else { .. }`.
    fn let_else(&mut self, name: NodeId, value: NodeId, otherwise: NodeId) {
        let value = self.expr(value);
        let (matched, missed) = (self.blocks.label(), self.blocks.label());
        self.blocks.either(matched, missed);
        self.blocks.begin(missed);
        self.statement(otherwise);
        self.blocks.goto(matched);
        self.blocks.begin(matched);
        self.assign(name, value);
    }

    /// What a declaration without a value makes: constants of Java's enumerations, variables in Go.
    fn initial_value(&mut self, id: NodeId) -> Option<InstrId> {
        let is_constant = self.child(id, Role::Type).is_none() && self.is_in_class(id);
        if is_constant && self.tree.language.has_bare_members() {
            let args = self.arguments(id);
            let class = self.tree.parent(self.tree.parent(id)?)?;
            let name = self.child(class, Role::Name)?;
            let callee = self.emit(name, Op::Name(self.text(name).into()));
            let value = self.emit(
                id,
                Op::Call(Box::new(Call {
                    callee: Callee::Value(callee),
                    args,
                    is_new: true,
                    path: Some(self.text(name).into()),
                })),
            );
            self.anonymous_body(id);
            return Some(value);
        }
        if !self.tree.language.declarations_make_values() {
            return None;
        }
        let ty = self.child(id, Role::Type)?;
        Some(match self.kind(ty) {
            Kind::Ident | Kind::Member | Kind::Generic => self.make(id, ty, Vec::new()),
            _ => self.emit(id, Op::Build(Build::Map, Vec::new())),
        })
    }

    /// Members of a class without a name run as part of the body around.
    pub(super) fn anonymous_body(&mut self, id: NodeId) {
        if let Some(body) = self.child(id, Role::Body) {
            self.statement(body);
        }
    }

    /// A function that is declared several times is a variable; others are known by name.
    fn function_statement(&mut self, id: NodeId) {
        self.decorators(id);
        let (Some(name), Some(body)) = (self.child(id, Role::Name), self.scopes.body_of(id)) else {
            return;
        };
        // Neither a method of a class, with a name or without, nor one with a receiver.
        let around = self
            .tree
            .parent(id)
            .filter(|&block| self.tree.node(block).role == Role::Body);
        let around = around.and_then(|block| self.tree.parent(block));
        let is_method = has_receiver(self.tree, id)
            || around.is_some_and(|around| {
                matches!(self.kind(around), Kind::Class | Kind::New | Kind::VarDef)
            });
        if !is_method
            && self.kind(name) == Kind::Ident
            && let Meaning::Variable(..) = self.meaning(name)
        {
            let value = self.emit(id, Op::Closure(body));
            self.assign(name, value);
        }
    }

    /// The class itself is a body of its own, known by its name.
    pub(super) fn class_statement(&mut self, id: NodeId) {
        self.decorators(id);
        if self.tree.language.evaluates_bases() {
            let bases: Vec<_> = self.tree.children_as(id, Role::Base).collect();
            for base in bases {
                self.expr(base);
            }
        }
        // A module, or a type of Go.
        if self.scopes.body_of(id).is_none()
            && let Some(body) = self.child(id, Role::Body)
            && self.kind(body) == Kind::Block
        {
            self.control(body, None);
        }
    }

    /// Decorators are expressions where they may be any.
    fn decorators(&mut self, id: NodeId) {
        let decorators: Vec<_> = self.tree.children_as(id, Role::Decorator).collect();
        for decorator in decorators {
            if self.tree.language.passes_object_first()
                && let Some(value) = self.child(decorator, Role::Value)
            {
                self.expr(value);
            }
        }
    }
}
