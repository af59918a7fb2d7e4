//! Calls of functions, methods, constructors and macros.

use super::{Lower, Meaning};
use crate::flow::ir::{Argument, Call, Callee, Field, InstrId, Op};
use crate::tree::{Kind, NodeId, Role};

/// Names in a dotted path; longer ones mean nothing that rules know.
const LONGEST_PATH: usize = 12;

impl<'t> Lower<'t> {
    /// What is called, without type arguments.
    fn callee(&self, call: NodeId) -> Option<NodeId> {
        let mut callee = self.child(call, Role::Callee)?;
        while self.kind(callee) == Kind::Generic {
            callee = self.child(callee, Role::Base)?;
        }
        Some(callee)
    }

    /// The object of a method that is called, or the expression whose value is called.
    pub(super) fn object_of_call(&self, call: NodeId) -> Option<NodeId> {
        let callee = self.callee(call)?;
        match self.kind(callee) {
            Kind::Member => {
                let object = self.child(callee, Role::Object)?;
                (!self.is_super(object)).then_some(object)
            }
            Kind::Call | Kind::Index | Kind::Question | Kind::Await | Kind::Ascription => {
                Some(callee)
            }
            _ => None,
        }
    }

    /// Whether a node stands for the object as one of its superclass: `super`, `super()`.
    pub(super) fn is_super(&self, id: NodeId) -> bool {
        let callee = self.child(id, Role::Callee).unwrap_or(id);
        self.kind(id) == Kind::Super
            || self.kind(id) == Kind::Call
                && self.tree.language.calls_classes()
                && self.text(callee) == "super"
    }

    /// A call on a value: of a method of it, or of itself.
    pub(super) fn call_on(&mut self, id: NodeId, value: InstrId) -> InstrId {
        let member = self
            .callee(id)
            .filter(|&callee| self.kind(callee) == Kind::Member);
        let name = member.and_then(|member| self.child(member, Role::Name));
        let path = self.path_of(value);
        match name {
            Some(name) => {
                let name = self.text(name);
                let path = path.map(|path| format!("{path}.{name}").into());
                self.finish_call(id, Callee::Method(value, name.into()), path)
            }
            None => self.finish_call(id, Callee::Value(value), path),
        }
    }

    /// A call whose callee is a name or does not start with an expression.
    pub(super) fn call(&mut self, id: NodeId) -> InstrId {
        let Some(callee) = self.callee(id) else {
            return self.opaque(id);
        };
        match self.kind(callee) {
            Kind::Ident => self.call_name(id, callee),
            Kind::Super => {
                let name = self.super_constructor(id);
                self.finish_call(id, Callee::Super(name.into()), None)
            }
            Kind::This => {
                let object = self.emit(callee, Op::This);
                let class = self.enclosing_class(id);
                let name = class.and_then(|class| self.child(class, Role::Name));
                let name = name.map_or("this", |name| self.text(name));
                self.finish_call(id, Callee::Method(object, name.into()), None)
            }
            Kind::Member => {
                let name = self.child(callee, Role::Name);
                let name = name.map_or("", |name| self.text(name));
                self.finish_call(id, Callee::Super(name.into()), None)
            }
            _ => {
                let value = self.expr(callee);
                let path = self.path_of(value);
                self.finish_call(id, Callee::Value(value), path)
            }
        }
    }

    fn call_name(&mut self, id: NodeId, callee: NodeId) -> InstrId {
        let name = self.text(callee);
        let meaning = self.meaning(callee);
        let is_member = matches!(meaning, Meaning::Method | Meaning::Unknown);
        if is_member && self.tree.language.has_bare_members() {
            let object = self.emit(callee, Op::This);
            let path = matches!(meaning, Meaning::Unknown).then(|| name.into());
            return self.finish_call(id, Callee::Method(object, name.into()), path);
        }
        let value = self.read(callee);
        let path = self.path_of(value);
        let is_new = matches!(meaning, Meaning::Class) && self.tree.language.calls_classes();
        let args = self.arguments(id);
        let callee = Callee::Value(value);
        self.emit_call(id, callee, args, is_new, path)
    }

    fn finish_call(&mut self, id: NodeId, callee: Callee, path: Option<Box<str>>) -> InstrId {
        let args = self.arguments(id);
        self.emit_call(id, callee, args, false, path)
    }

    pub(super) fn emit_call(
        &mut self,
        id: NodeId,
        callee: Callee,
        args: Vec<Argument>,
        is_new: bool,
        path: Option<Box<str>>,
    ) -> InstrId {
        let call = Call {
            callee,
            args,
            is_new,
            path,
        };
        self.emit(id, Op::Call(Box::new(call)))
    }

    /// The text of a name that nothing declares; that of the class around for Rust's `Self`.
    pub(super) fn class_name(&self, name: NodeId) -> &'t str {
        let text = self.text(name);
        if text != "Self" || !self.tree.language.capitals_are_types() {
            return text;
        }
        let class = self.enclosing_class(name);
        let own = class.and_then(|class| self.tree.last_name(self.child(class, Role::Name)?));
        own.map_or(text, |own| self.text(own))
    }

    /// Whether the class around has a name.
    pub(super) fn is_class_around(&self, id: NodeId, name: &str) -> bool {
        let class = self.enclosing_class(id);
        let own = class.and_then(|class| self.child(class, Role::Name));
        own.is_some_and(|own| self.text(own) == name)
    }

    fn enclosing_class(&self, id: NodeId) -> Option<NodeId> {
        self.tree
            .ancestors(id)
            .find(|&around| self.kind(around) == Kind::Class)
    }

    /// The name of the constructor that `super(..)` calls.
    fn super_constructor(&self, id: NodeId) -> &'t str {
        let base = || {
            let base = self.child(self.enclosing_class(id)?, Role::Base)?;
            Some(self.text(self.tree.last_name(base)?))
        };
        let name = self.tree.language.constructor();
        name.or_else(base).unwrap_or("super")
    }

    /// The dotted name of a value, as far as imports and names say.
    pub(super) fn path_of(&self, value: InstrId) -> Option<Box<str>> {
        let mut names: Vec<&str> = Vec::new();
        let mut at = value;
        loop {
            match self.blocks.op(at) {
                Op::Load(object, Field::Name(name)) if names.len() < LONGEST_PATH => {
                    names.push(name);
                    at = *object;
                }
                Op::Same(inner) => at = *inner,
                Op::Name(name) => {
                    names.push(name);
                    break;
                }
                _ => return None,
            }
        }
        names.reverse();
        Some(names.join(".").into())
    }

    /// A statement that calls the function of its first word.
    pub(super) fn call_statement(&mut self, id: NodeId) -> InstrId {
        let name = self.operator(id);
        let callee = self.emit(id, Op::Name(name.into()));
        let mut args = Vec::new();
        for part in self.parts(id) {
            args.push(Argument {
                name: None,
                value: self.expr(part),
                is_spread: false,
            });
        }
        self.emit_call(id, Callee::Value(callee), args, false, Some(name.into()))
    }
}
