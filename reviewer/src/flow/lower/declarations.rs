//! Declarations of variables, fields, constants, functions and classes.

use super::names::has_receiver;
use super::{Lower, Meaning};
use crate::flow::ir::{Build, Call, Callee, Field, InstrId, Op};
use crate::tree::{Kind, NodeId, Role};

impl Lower<'_> {
    /// Whether a node is a member of the class whose body this is.
    pub(super) fn is_in_class(&self, id: NodeId) -> bool {
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
    pub(super) fn enum_constant(&mut self, id: NodeId) {
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
    pub(super) fn declaration(&mut self, id: NodeId) {
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
    pub(super) fn function_statement(&mut self, id: NodeId) {
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
