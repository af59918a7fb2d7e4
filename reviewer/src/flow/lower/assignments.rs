//! Assignments: to variables, fields and elements, and to patterns of them.

use super::{Lower, MAX_DEPTH, Meaning};
use crate::flow::ir::{Field, InstrId, Op};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

/// Where a value is kept: found once, read and written.
enum Place {
    /// A name or a pattern.
    Target(NodeId),
    /// A part of an object.
    Part(InstrId, Field),
}

impl Lower<'_> {
    /// `a = b = value`; its value.
    pub(super) fn assignment(&mut self, id: NodeId) -> InstrId {
        let mut targets = Vec::new();
        let mut at = id;
        while self.kind(at) == Kind::Assign {
            targets.extend(self.child(at, Role::Left));
            match self.child(at, Role::Right) {
                Some(right) => at = right,
                // `x: int` declares a variable without a value.
                None => return self.nothing(id),
            }
        }
        if let [target] = targets[..] {
            return self.assign_value(target, at);
        }
        let value = self.expr(at);
        for target in targets.into_iter().rev() {
            self.assign(target, value);
        }
        value
    }

    /// Gives a target the value of a node. `a, b = b, a` pairs them up.
    pub(super) fn assign_value(&mut self, target: NodeId, value: NodeId) -> InstrId {
        let targets: Vec<_> = self.tree.children(target).collect();
        let values: Vec<_> = self.tree.children(value).collect();
        let is_tuple = |id| self.kind(id) == Kind::Tuple;
        let spread = |id: &NodeId| self.kind(*id) == Kind::Splat;
        let pairs_up = is_tuple(target)
            && is_tuple(value)
            && !self.tree.language.commas_make_sequences()
            && targets.len() == values.len()
            && !targets.iter().chain(&values).any(spread);
        if !pairs_up {
            let tells_whether = is_tuple(target) && self.tells_whether(value);
            let value = self.expr(value);
            match (tells_whether, &targets[..]) {
                (true, &[target, whether]) => self.assign_whether(target, whether, value),
                _ => self.assign(target, value),
            }
            return value;
        }
        let list = self.build_list(value, &values);
        let Op::Build(_, parts) = self.blocks.op(list) else {
            return list;
        };
        let parts: Vec<_> = parts.iter().map(|part| part.value).collect();
        for (target, value) in targets.into_iter().zip(parts) {
            self.assign(target, value);
        }
        list
    }

    /// Whether two variables take a value and whether there is one.
    fn tells_whether(&self, value: NodeId) -> bool {
        self.tree.language.tells_whether()
            && matches!(self.kind(value), Kind::Index | Kind::Unary | Kind::Cast)
    }

    /// `value, ok = m[k]`.
    fn assign_whether(&mut self, target: NodeId, whether: NodeId, value: InstrId) {
        self.assign(target, value);
        let holds = self.nth(whether, value, 1);
        let holds = self.emit(whether, Op::Cast("bool".into(), holds));
        self.assign(whether, holds);
    }

    /// Gives a target a value.
    pub(super) fn assign(&mut self, target: NodeId, value: InstrId) {
        if self.depth >= MAX_DEPTH {
            self.cut(target);
            return;
        }
        self.depth += 1;
        match self.kind(target) {
            Kind::Ident => self.assign_name(target, value),
            Kind::Member | Kind::Index => {
                let place = self.place(target);
                self.store(target, place, value);
            }
            Kind::Tuple | Kind::List => self.assign_parts(target, value),
            Kind::Record => {
                let fields: Vec<_> = self.tree.children(target).collect();
                fields
                    .into_iter()
                    .for_each(|it| self.assign_field(it, value));
            }
            // `target = default` in a pattern.
            Kind::Assign => self.assign_or_default(target, value),
            Kind::Splat | Kind::Ascription | Kind::Ref | Kind::Question | Kind::Cast => {
                if let Some(inner) = self.child(target, Role::Value) {
                    self.assign(inner, value);
                }
            }
            // Others may know what a pointer points to: all of it may change.
            Kind::Unary => {
                let pointer = self.child_value(target, Role::Operand);
                self.emit(target, Op::Store(pointer, Field::Slice, value));
            }
            Kind::Raw(_) => self.assign_raw(target, value),
            _ => {
                self.expr(target);
            }
        }
        self.depth -= 1;
    }

    fn assign_raw(&mut self, target: NodeId, value: InstrId) {
        match self.construct(target) {
            Some(
                Construct::Pattern
                | Construct::TypedPattern
                | Construct::DeclaredPattern
                | Construct::FieldPattern
                | Construct::MapPattern,
            ) => self.bind(target, value),
            Some(Construct::Same) => {
                if let Some(&inner) = self.parts(target).first() {
                    self.assign(inner, value);
                }
            }
            // Part of an object: all of it may change.
            Some(Construct::Slice) => {
                let object = self.child_value(target, Role::Object);
                self.emit(target, Op::Store(object, Field::Slice, value));
            }
            _ => {
                self.opaque(target);
            }
        }
    }

    fn assign_name(&mut self, name: NodeId, value: InstrId) {
        if self.text(name) == "_" && !self.tree.language.assignment_declares() {
            return;
        }
        let op = match self.meaning(name) {
            Meaning::Variable(body, local) if body == self.body => Op::Set(local, value),
            Meaning::Variable(body, local) => Op::SetOuter(body, local, value),
            Meaning::Field | Meaning::Method => {
                let object = self.emit(name, Op::This);
                Op::Store(object, Field::Name(self.text(name).into()), value)
            }
            // Nothing reads it by that name: other meanings go first.
            _ => Op::Set(self.made_up(), value),
        };
        self.emit(name, op);
    }

    fn assign_parts(&mut self, target: NodeId, value: InstrId) {
        let targets: Vec<_> = self.tree.children(target).collect();
        let splat = targets.iter().position(|&it| self.kind(it) == Kind::Splat);
        for (at, &target) in targets.iter().enumerate() {
            let part = match splat {
                Some(splat) if at >= splat => self.emit(target, Op::Load(value, Field::Slice)),
                _ => self.nth(target, value, at),
            };
            // Behind the rest, places are counted from the end.
            let part = match splat {
                Some(splat) if at > splat => self.emit(target, Op::Element(part)),
                _ => part,
            };
            self.assign(target, part);
        }
    }

    /// One field of a pattern: `key: target`, `...rest`, `name = default`.
    fn assign_field(&mut self, field: NodeId, value: InstrId) {
        let (key, target) = match self.kind(field) {
            Kind::Pair => (self.child(field, Role::Key), self.child(field, Role::Value)),
            Kind::Assign => (self.child(field, Role::Left), Some(field)),
            Kind::Splat => {
                let rest = self.emit(field, Op::Load(value, Field::Slice));
                return self.assign(field, rest);
            }
            _ => (None, Some(field)),
        };
        let Some(target) = target else { return };
        let name = match key {
            Some(key) if self.construct(key).is_some() => Field::Index(self.expr(key)),
            Some(key) => Field::Name(self.text(key).into()),
            None => Field::Slice,
        };
        let part = self.emit(target, Op::Load(value, name));
        self.assign(target, part);
    }

    fn assign_or_default(&mut self, id: NodeId, value: InstrId) {
        let Some(target) = self.child(id, Role::Left) else {
            return;
        };
        self.assign(target, value);
        if let Some(default) = self.child(id, Role::Right) {
            self.or_default(|lower| {
                let value = lower.expr(default);
                lower.assign(target, value);
            });
        }
    }

    fn place(&mut self, target: NodeId) -> Place {
        match self.kind(target) {
            Kind::Member => {
                let object = self.child_value(target, Role::Object);
                Place::Part(object, self.field_of(target))
            }
            Kind::Index => {
                let object = self.child_value(target, Role::Object);
                Place::Part(object, self.index_of(target))
            }
            _ => Place::Target(target),
        }
    }

    fn store(&mut self, target: NodeId, place: Place, value: InstrId) {
        match place {
            Place::Target(target) => self.assign(target, value),
            Place::Part(object, field) => {
                self.emit(target, Op::Store(object, field, value));
            }
        }
    }

    fn load(&mut self, target: NodeId, place: &Place) -> InstrId {
        match place {
            Place::Target(target) => self.expr(*target),
            Place::Part(object, field) => self.emit(target, Op::Load(*object, field.clone())),
        }
    }

    /// `target += value`; its value.
    pub(super) fn augmented(&mut self, id: NodeId) -> InstrId {
        let Some(target) = self.child(id, Role::Left) else {
            return self.opaque(id);
        };
        let place = self.place(target);
        let before = self.load(target, &place);
        let value = self.child_value(id, Role::Right);
        let operator = self.operator(id).trim_end_matches('=');
        let value = self.emit(id, Op::Binary(operator.into(), before, value));
        self.store(target, place, value);
        value
    }

    /// `target++`; its value is that before or after it.
    pub(super) fn update(&mut self, id: NodeId) -> InstrId {
        let Some(&target) = self.parts(id).first() else {
            return self.opaque(id);
        };
        let place = self.place(target);
        let before = self.load(target, &place);
        let after = self.emit(id, Op::Unary(self.operator(id).into(), before));
        self.store(target, place, after);
        let is_prefix = self
            .tree
            .children(id)
            .next()
            .is_some_and(|first| self.kind(first) == Kind::Op);
        match is_prefix && self.tree.node(target).role != Role::Left {
            true => after,
            false => before,
        }
    }
}
