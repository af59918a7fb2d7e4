//! Arguments, and what takes them besides functions: types whose objects are made, macros.

use super::{Lower, Meaning};
use crate::flow::ir::{Argument, Callee, InstrId, Op};
use crate::tree::{Kind, NodeId, Role};

impl Lower<'_> {
    /// The arguments of a call.
    pub(super) fn arguments(&mut self, call: NodeId) -> Vec<Argument> {
        let nodes: Vec<_> = self.tree.children_as(call, Role::Arg).collect();
        nodes.into_iter().map(|node| self.argument(node)).collect()
    }

    fn argument(&mut self, node: NodeId) -> Argument {
        let kind = self.kind(node);
        let role = match kind {
            Kind::Keyword => Role::Name,
            _ => Role::Key,
        };
        let named = matches!(kind, Kind::Keyword | Kind::Pair);
        let name = match self.names_its_field(node) {
            true => Some(node),
            false => self.child(node, role).filter(|_| named),
        };
        let value = match kind {
            Kind::Keyword | Kind::Pair | Kind::Splat => self.child_value(node, Role::Value),
            _ => self.expr(node),
        };
        Argument {
            name: name.map(|name| self.text(name).into()),
            value,
            is_spread: kind == Kind::Splat,
        }
    }

    /// Whether a variable gives the field of its own name a value: Rust's `T { x }`.
    fn names_its_field(&self, node: NodeId) -> bool {
        let parent = self.tree.parent(node);
        self.tree.language.fields_take_names_of_variables()
            && self.kind(node) == Kind::Ident
            && parent.is_some_and(|parent| self.kind(parent) == Kind::New)
    }

    /// `new T(..)`, and Go's `T{..}`.
    pub(super) fn new_object(&mut self, id: NodeId) -> InstrId {
        for outer in self.tree.children_as(id, Role::Object) {
            self.expr(outer);
        }
        let Some(ty) = self.child(id, Role::Type) else {
            return self.opaque(id);
        };
        if matches!(self.kind(ty), Kind::Raw(_)) && self.tree.language.declarations_make_values() {
            return self.elements_of(id, Role::Arg);
        }
        let args = self.arguments(id);
        let value = self.make(id, ty, args);
        self.anonymous_body(id);
        value
    }

    /// Makes an object of a type.
    pub(super) fn make(&mut self, id: NodeId, ty: NodeId, args: Vec<Argument>) -> InstrId {
        let base = match self.kind(ty) {
            Kind::Generic => self.child(ty, Role::Base).unwrap_or(ty),
            _ => ty,
        };
        let value = self.expr(base);
        let path = self.path_of(value);
        self.emit_call(id, Callee::Value(value), args, true, path)
    }

    /// `name!(..)`: the macro is called like a function, by its name with `!`.
    pub(super) fn macro_call(&mut self, id: NodeId) -> InstrId {
        let callee = self.child(id, Role::Callee).unwrap_or(id);
        let name: Box<str> = format!("{}!", self.text(callee)).replace("::", ".").into();
        let value = self.emit(callee, Op::Name(name.clone()));
        let mut args = self.arguments(id);
        for text in self.tree.children_as(id, Role::Arg) {
            self.captured(text, &mut args);
        }
        self.emit_call(id, Callee::Value(value), args, false, Some(name))
    }

    /// The variables that a format names: `{name}`, `{name:?}`.
    fn captured(&mut self, format: NodeId, args: &mut Vec<Argument>) {
        if self.kind(format) != Kind::Str {
            return;
        }
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        for part in self.text(format).split('{').skip(1) {
            let name = part.split(|c| !is_name(c)).next().unwrap_or_default();
            let ends = part[name.len()..].starts_with(['}', ':']);
            if ends
                && let Meaning::Variable(body, local) = self.scopes.meaning(name, format, self.body)
            {
                let op = match body == self.body {
                    true => Op::Get(local),
                    false => Op::Outer(body, local),
                };
                args.push(Argument {
                    name: Some(name.into()),
                    value: self.emit(format, op),
                    is_spread: false,
                });
            }
        }
    }
}
