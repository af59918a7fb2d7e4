//! Expressions: each becomes an instruction with its node.

use super::{Lower, MAX_DEPTH, Meaning};
use crate::flow::ir::{Build, Field, InstrId, Key, Op, Part};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

impl Lower<'_> {
    /// Lowers an expression. What hangs together to the left is lowered from its leftmost part on.
    pub(super) fn expr(&mut self, id: NodeId) -> InstrId {
        if self.depth >= MAX_DEPTH {
            return self.cut(id);
        }
        self.depth += 1;
        let base = self.spine.len();
        let mut at = id;
        while let Some(left) = self.leftmost(at) {
            self.spine.push(at);
            at = left;
        }
        let mut value = self.first(at);
        while self.spine.len() > base
            && let Some(node) = self.spine.pop()
        {
            value = self.with_left(node, value);
        }
        self.depth -= 1;
        value
    }

    /// The part that an expression starts with, if it is lowered before all else of it. That of a call of a
    /// method is the object.
    fn leftmost(&self, id: NodeId) -> Option<NodeId> {
        match self.kind(id) {
            Kind::Binary if !self.is_logical(id) => self.child(id, Role::Left),
            Kind::Call | Kind::Tagged => self.object_of_call(id),
            Kind::Member => {
                let object = self.child(id, Role::Object)?;
                (!self.is_super(object)).then_some(object)
            }
            Kind::Index => self.child(id, Role::Object),
            Kind::Question | Kind::Await | Kind::Ascription | Kind::Cast | Kind::Ref => {
                self.child(id, Role::Value)
            }
            _ => None,
        }
    }

    /// The rest of an expression, once its leftmost part has a value.
    fn with_left(&mut self, id: NodeId, left: InstrId) -> InstrId {
        match self.kind(id) {
            Kind::Binary => {
                let right = match self.child(id, Role::Right) {
                    Some(right) => self.expr(right),
                    None => self.nothing(id),
                };
                self.emit(id, Op::Binary(self.operator(id).into(), left, right))
            }
            Kind::Call | Kind::Tagged => self.call_on(id, left),
            Kind::Member => {
                let field = self.field_of(id);
                self.emit(id, Op::Load(left, field))
            }
            Kind::Index => {
                let field = self.index_of(id);
                self.emit(id, Op::Load(left, field))
            }
            Kind::Question if self.tree.language.question_returns() => self.question(id, left),
            Kind::Cast | Kind::Ascription => {
                let ty = self.child(id, Role::Type);
                match ty.and_then(|ty| super::names::type_name(self.tree, ty)) {
                    Some(ty) => self.emit(id, Op::Cast(ty.into(), left)),
                    None => self.emit(id, Op::Same(left)),
                }
            }
            _ => self.emit(id, Op::Same(left)),
        }
    }

    /// What a member access names.
    pub(super) fn field_of(&mut self, member: NodeId) -> Field {
        let Some(name) = self.child(member, Role::Name) else {
            return Field::Name("".into());
        };
        let text = self.text(name);
        match text.parse() {
            Ok(place) => Field::Nth(place),
            Err(_) => Field::Name(text.into()),
        }
    }

    /// What a subscript names.
    pub(super) fn index_of(&mut self, id: NodeId) -> Field {
        let Some(index) = self.child(id, Role::Index) else {
            return Field::Slice;
        };
        let value = self.expr(index);
        match self.construct(index) {
            Some(Construct::Slice) => Field::Slice,
            _ => Field::Index(value),
        }
    }

    /// `value?`: leaves the function where the value is an error.
    fn question(&mut self, id: NodeId, value: InstrId) -> InstrId {
        let (good, bad) = (self.blocks.label(), self.blocks.label());
        self.blocks.either(good, bad);
        self.blocks.begin(bad);
        self.return_value(id, None);
        self.blocks.begin(good);
        self.emit(id, Op::Same(value))
    }

    /// An expression that does not start with another one, or not always.
    fn first(&mut self, id: NodeId) -> InstrId {
        match self.kind(id) {
            Kind::Ident => self.read(id),
            kind if kind.is_literal() => self.emit(id, Op::Literal),
            Kind::StrPart | Kind::Ellipsis => self.emit(id, Op::Literal),
            Kind::This | Kind::Super => self.emit(id, Op::This),
            Kind::Template
            | Kind::Tuple
            | Kind::List
            | Kind::Set
            | Kind::Dict
            | Kind::Record
            | Kind::Comprehension
            | Kind::Element => self.collection(id),
            Kind::Lambda | Kind::Function => self.closure(id),
            Kind::Class => self.class_value(id),
            Kind::Assign => {
                let value = self.assignment(id);
                self.emit(id, Op::Same(value))
            }
            Kind::AugAssign => self.augmented(id),
            Kind::Update => self.update(id),
            Kind::Ternary => self.ternary(id),
            Kind::Binary => self.logical_value(id),
            Kind::Unary => {
                let operand = self.child_value(id, Role::Operand);
                self.emit(id, Op::Unary(self.operator(id).into(), operand))
            }
            Kind::Call | Kind::Tagged => self.call(id),
            Kind::New => self.new_object(id),
            Kind::Macro => self.macro_call(id),
            // A member of `super`.
            Kind::Member => {
                let object = self.child_value(id, Role::Object);
                let field = self.field_of(id);
                self.emit(id, Op::Load(object, field))
            }
            Kind::Path => self.path(id),
            Kind::Generic => {
                let base = self.child_value(id, Role::Base);
                self.emit(id, Op::Same(base))
            }
            Kind::Yield => {
                let value = self.child_value(id, Role::Value);
                self.emit(id, Op::Yield(value))
            }
            Kind::Splat | Kind::Interp | Kind::Keyword | Kind::Pair => {
                let value = self.child_value(id, Role::Value);
                self.emit(id, Op::Same(value))
            }
            Kind::Raw(_) if !self.is_control(id) => self.raw(id),
            _ => self.value_of_statement(id),
        }
    }

    /// The value of the child in a role, or one that says nothing.
    pub(super) fn child_value(&mut self, id: NodeId, role: Role) -> InstrId {
        match self.child(id, role) {
            Some(child) => self.expr(child),
            None => self.nothing(id),
        }
    }

    /// What a name stands for.
    pub(super) fn read(&mut self, name: NodeId) -> InstrId {
        if self.kind(name) != Kind::Ident {
            return self.expr(name);
        }
        let text = self.text(name);
        let op = match self.meaning(name) {
            Meaning::Variable(body, local) if body == self.body => Op::Get(local),
            Meaning::Variable(body, local) => Op::Outer(body, local),
            Meaning::Object => Op::This,
            Meaning::Function(body) => Op::Closure(body),
            Meaning::Field | Meaning::Method => {
                let object = self.emit(name, Op::This);
                Op::Load(object, Field::Name(text.into()))
            }
            Meaning::Import(path) => Op::Name(path.into()),
            Meaning::Class | Meaning::Unknown => Op::Name(self.class_name(name).into()),
        };
        self.emit(name, op)
    }

    fn closure(&mut self, id: NodeId) -> InstrId {
        match self.scopes.body_of(id) {
            Some(body) => self.emit(id, Op::Closure(body)),
            None => self.nothing(id),
        }
    }

    fn class_value(&mut self, id: NodeId) -> InstrId {
        self.class_statement(id);
        let name = self.child(id, Role::Name).map(|name| self.text(name));
        self.emit(id, Op::Name(name.unwrap_or_default().into()))
    }

    /// `a::b`: a name with dots.
    fn path(&mut self, id: NodeId) -> InstrId {
        let mut names = Vec::new();
        let mut at = id;
        while matches!(self.kind(at), Kind::Path | Kind::Generic) {
            names.extend(self.child(at, Role::Name).map(|name| self.text(name)));
            let inner = self.child(at, Role::Object).or(self.child(at, Role::Base));
            match inner {
                Some(inner) => at = inner,
                None => break,
            }
        }
        if at != id && self.kind(at) != Kind::Path {
            let root = match self.kind(at) {
                Kind::Ident => self.meaning(at),
                _ => Meaning::Unknown,
            };
            names.push(match root {
                Meaning::Import(path) => path,
                _ => self.class_name(at),
            });
        }
        names.reverse();
        self.emit(id, Op::Name(names.join(".").into()))
    }

    /// A statement where a value is wanted.
    fn value_of_statement(&mut self, id: NodeId) -> InstrId {
        if self.is_control(id) {
            let result = self.made_up();
            self.control(id, Some(result));
            return self.emit(id, Op::Get(result));
        }
        match self.kind(id) {
            Kind::Error => self.opaque(id),
            Kind::ExprStmt => match self.tree.children(id).last() {
                Some(value) => self.expr(value),
                None => self.nothing(id),
            },
            Kind::Op | Kind::Modifier | Kind::Decorator => self.nothing(id),
            Kind::As => self.opaque(id),
            _ => {
                self.statement(id);
                self.nothing(id)
            }
        }
    }

    /// Something that has no lowering: any of its parts may be its value.
    pub(super) fn opaque(&mut self, id: NodeId) -> InstrId {
        self.opaque.push(id);
        let parts = self.parts(id);
        let parts = parts.into_iter().map(|part| self.expr(part)).collect();
        self.emit(id, Op::Opaque(parts))
    }

    /// Something that lies too deep: whatever it names may be its value.
    pub(super) fn cut(&mut self, id: NodeId) -> InstrId {
        self.opaque.push(id);
        let mut parts = Vec::new();
        let mut at = id;
        while at < self.tree.after(id) {
            let kind = self.kind(at);
            // The bodies of functions are lowered on their own.
            if matches!(kind, Kind::Function | Kind::Lambda | Kind::Class) {
                at = self.tree.after(at);
                continue;
            }
            let is_name = matches!(self.tree.node(at).role, Role::Name | Role::Key | Role::Type);
            if kind == Kind::Ident && !is_name {
                parts.push(self.read(at));
            }
            at = NodeId(at.0 + 1);
        }
        self.emit(id, Op::Opaque(parts))
    }

    /// A collection of some nodes.
    pub(super) fn build_list(&mut self, node: NodeId, values: &[NodeId]) -> InstrId {
        let mut parts = Vec::new();
        for &value in values {
            let value = self.expr(value);
            let key = Key::Next;
            parts.push(Part { key, value });
        }
        self.emit(node, Op::Build(Build::List, parts))
    }
}
