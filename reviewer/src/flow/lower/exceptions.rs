//! Exceptions and scopes that close what they hold.

use super::Lower;
use super::blocks::Label;
use super::jumps::Frame;
use super::names::type_name;
use crate::flow::ir::{InstrId, Op};
use crate::tree::{Kind, NodeId, Role};

/// A value that is closed at the end of a scope.
struct Resource {
    node: NodeId,
    value: InstrId,
    /// Where exceptions within the scope go.
    failed: Label,
    handler: Option<Label>,
}

/// Whether next to all exceptions are of a type.
fn is_any_exception(ty: &str) -> bool {
    matches!(ty, "Exception" | "BaseException" | "Throwable")
}

impl Lower<'_> {
    /// `try`. Its `finally` is lowered once for the normal way, once for exceptions that nothing handles, and once
    /// for each jump.
    pub(super) fn try_(&mut self, id: NodeId) {
        let handlers: Vec<_> = self.tree.children_as(id, Role::Handler).collect();
        let finally = self.child(id, Role::Finally);
        let [caught, failed, end] = std::array::from_fn(|_| self.blocks.label());
        let outer = self.blocks.handler();
        let unhandled = match finally {
            Some(body) => {
                let handler = outer;
                self.frames.push(Frame::Finally { body, handler });
                Some(failed)
            }
            None => outer,
        };
        let inner = match handlers.is_empty() {
            true => unhandled,
            false => Some(caught),
        };
        self.blocks.set_handler(inner);
        self.resources(id);
        self.blocks.set_handler(unhandled);
        if let Some(otherwise) = self.child(id, Role::Else) {
            self.statement(otherwise);
        }
        self.blocks.goto(end);
        if !handlers.is_empty() {
            self.blocks.begin(caught);
            self.handlers(&handlers, end);
        }
        self.blocks.set_handler(outer);
        if let Some(body) = finally {
            self.frames.pop();
            self.blocks.begin(failed);
            self.copy(body);
            self.blocks.throw(None);
            self.blocks.begin(end);
            if self.blocks.is_open() {
                self.statement(body);
            }
        } else {
            self.blocks.begin(end);
        }
    }

    /// The handlers, one of which may be the right one.
    fn handlers(&mut self, handlers: &[NodeId], end: Label) {
        for &handler in handlers {
            let types = self.caught_types(handler);
            let next = self.blocks.label();
            if !types.is_empty() && !types.iter().any(|ty| is_any_exception(ty)) {
                let matched = self.blocks.label();
                self.blocks.either(matched, next);
                self.blocks.begin(matched);
            }
            let exception = self.emit(handler, Op::Caught(types));
            if let Some(name) = self.caught_name(handler) {
                self.assign(name, exception);
            }
            if let Some(body) = self.child(handler, Role::Body) {
                self.statement(body);
            }
            self.blocks.goto(end);
            self.blocks.begin(next);
        }
        // None of them was.
        self.blocks.throw(None);
    }

    /// The types that a handler takes; none if it takes all.
    fn caught_types(&self, handler: NodeId) -> Vec<Box<str>> {
        let mut types = Vec::new();
        for ty in self.tree.children_as(handler, Role::Type) {
            let ty = match self.kind(ty) {
                Kind::As => self.child(ty, Role::Value).unwrap_or(ty),
                _ => ty,
            };
            let alternatives: Vec<_> = match self.kind(ty) {
                Kind::Tuple => self.tree.children(ty).collect(),
                _ => vec![ty],
            };
            let name = |&ty: &NodeId| type_name(self.tree, ty).unwrap_or("?").into();
            types.extend(alternatives.iter().map(name));
        }
        types
    }

    /// The name, or the pattern, that a handler gives the exception.
    fn caught_name(&self, handler: NodeId) -> Option<NodeId> {
        let name = self.child(handler, Role::Name).or_else(|| {
            let ty = self.child(handler, Role::Type)?;
            self.child(ty, Role::Alias)
        })?;
        (!self.text(name).is_empty()).then_some(name)
    }

    /// The body of a `try`, within the scope of its resources.
    fn resources(&mut self, id: NodeId) {
        let mut opened = Vec::new();
        for resource in self.tree.children_as(id, Role::Resource) {
            self.statement(resource);
            let name = self.child(resource, Role::Name);
            let value = match name {
                Some(name) => self.read(name),
                None => match self.tree.children(resource).last() {
                    Some(value) => self.expr(value),
                    None => self.expr(resource),
                },
            };
            opened.push(self.enter(resource, value).0);
        }
        if let Some(body) = self.child(id, Role::Body) {
            self.statement(body);
        }
        self.close(opened);
    }

    /// `with a as b, c: ..`.
    pub(super) fn with(&mut self, id: NodeId) {
        let mut opened = Vec::new();
        for item in self.tree.children_as(id, Role::Item) {
            let (value, alias) = match self.kind(item) {
                Kind::As => (self.child(item, Role::Value), self.child(item, Role::Alias)),
                _ => (Some(item), None),
            };
            let Some(value) = value else { continue };
            let value = self.expr(value);
            let (resource, entered) = self.enter(item, value);
            opened.push(resource);
            if let Some(alias) = alias {
                self.assign(alias, entered);
            }
        }
        if let Some(body) = self.child(id, Role::Body) {
            self.statement(body);
        }
        self.close(opened);
    }

    /// Opens a scope that closes a value.
    fn enter(&mut self, node: NodeId, value: InstrId) -> (Resource, InstrId) {
        let entered = self.emit(node, Op::Enter(value));
        let failed = self.blocks.label();
        let handler = self.blocks.set_handler(Some(failed));
        self.frames.push(Frame::Resource {
            node,
            value,
            handler,
        });
        let resource = Resource {
            node,
            value,
            failed,
            handler,
        };
        (resource, entered)
    }

    /// Closes what was opened, last ones first, on the normal way and where an exception was raised.
    fn close(&mut self, opened: Vec<Resource>) {
        let end = self.blocks.label();
        for resource in opened.iter().rev() {
            self.frames.pop();
            self.blocks.set_handler(resource.handler);
            if self.blocks.is_open() {
                self.emit(resource.node, Op::Exit(resource.value));
            }
        }
        self.blocks.goto(end);
        for resource in opened.iter().rev() {
            self.blocks.set_handler(resource.handler);
            self.blocks.begin(resource.failed);
            self.emit(resource.node, Op::Exit(resource.value));
            self.blocks.throw(None);
        }
        self.blocks.begin(end);
    }
}
