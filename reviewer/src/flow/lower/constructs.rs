//! Constructs that the tree keeps in the shape of their grammar.

use super::Lower;
use super::patterns::instance_pattern;
use crate::flow::ir::{Field, InstrId, Op};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

impl Lower<'_> {
    /// A statement that no kind of the tree names.
    pub(super) fn raw_statement(&mut self, id: NodeId) {
        match self.construct(id) {
            Some(Construct::Inert) => {}
            Some(Construct::FallThrough) => self.fall_through(),
            // Where it goes to may be anywhere: whatever follows may run or not.
            Some(Construct::Goto) => self.or_default(|_| {}),
            Some(Construct::Defer) => match self.parts(id).first() {
                Some(&call) => self.defer(id, call),
                None => {
                    self.nothing(id);
                }
            },
            Some(Construct::Export) => {
                for part in self.parts(id) {
                    self.statement(part);
                }
            }
            _ => {
                self.expr(id);
            }
        }
    }

    /// An expression that no kind of the tree names.
    pub(super) fn raw(&mut self, id: NodeId) -> InstrId {
        match self.construct(id) {
            Some(Construct::Chain) => self.chain(id),
            Some(Construct::Slice) => self.slice(id),
            Some(Construct::CallStatement) => self.call_statement(id),
            Some(Construct::NewArray) => self.new_array(id),
            Some(Construct::Array) => {
                let elements = self.parts(id);
                self.build_list(id, &elements)
            }
            Some(Construct::InstanceOf) => self.instance_of(id),
            Some(Construct::MethodReference) => self.method_reference(id),
            Some(Construct::ClassLiteral) => {
                let parts = self.parts(id);
                let class = match parts.first() {
                    Some(&class) => self.expr(class),
                    None => self.nothing(id),
                };
                self.emit(id, Op::Load(class, Field::Name("class".into())))
            }
            Some(Construct::Same | Construct::Go) => match self.parts(id).first() {
                Some(&part) => {
                    let value = self.expr(part);
                    self.emit(id, Op::Same(value))
                }
                None => self.nothing(id),
            },
            Some(Construct::Send) => self.send(id),
            Some(Construct::Let | Construct::LetChain) => self.let_value(id),
            Some(
                Construct::Inert
                | Construct::Tokens
                | Construct::Export
                | Construct::FallThrough
                | Construct::Goto
                | Construct::Defer
                | Construct::Pointer,
            ) => self.nothing(id),
            _ => self.opaque(id),
        }
    }

    /// `a < b < c` is `a < b and b < c`.
    fn chain(&mut self, id: NodeId) -> InstrId {
        let operators: Vec<_> = self.tree.children_as(id, Role::Op).collect();
        let values: Vec<_> = self.parts(id).into_iter().map(|it| self.expr(it)).collect();
        let mut all = None;
        for (pair, operator) in values.windows(2).zip(operators) {
            let operator = self.text(operator).into();
            let holds = self.emit(id, Op::Binary(operator, pair[0], pair[1]));
            all = Some(match all {
                Some(before) => self.emit(id, Op::Binary("and".into(), before, holds)),
                None => holds,
            });
        }
        all.unwrap_or_else(|| self.nothing(id))
    }

    /// `a[1:2]` as Go has it; elsewhere only what stands between the brackets, or a range.
    fn slice(&mut self, id: NodeId) -> InstrId {
        let object = self.child(id, Role::Object);
        let parts = self.parts(id);
        let values: Vec<_> = parts.into_iter().map(|part| self.expr(part)).collect();
        match (object, values.first()) {
            (Some(_), Some(&object)) => self.emit(id, Op::Load(object, Field::Slice)),
            _ => self.emit(id, Op::Opaque(values)),
        }
    }

    /// `new T[n]` or `new T[] {..}`.
    fn new_array(&mut self, id: NodeId) -> InstrId {
        let parts = self.parts(id);
        let mut made = None;
        for part in parts.into_iter().skip(1) {
            match self.kind(part) {
                Kind::List => made = Some(self.expr(part)),
                Kind::Raw(_) if self.construct(part) == Some(Construct::Same) => {
                    self.expr(part);
                }
                _ => {}
            }
        }
        match made {
            Some(list) => self.emit(id, Op::Same(list)),
            None => self.build_list(id, &[]),
        }
    }

    fn instance_of(&mut self, id: NodeId) -> InstrId {
        let parts = self.parts(id);
        let value = match parts.first() {
            Some(&value) => self.expr(value),
            None => self.nothing(id),
        };
        if let Some(pattern) = instance_pattern(self.tree, id) {
            self.bind(pattern, value);
        }
        self.emit(id, Op::Unary("instanceof".into(), value))
    }

    /// `T::f` is the function, if the class around has it; else a name, or a member of the value.
    fn method_reference(&mut self, id: NodeId) -> InstrId {
        let parts = self.parts(id);
        let object = match parts.first() {
            Some(&object) => self.expr(object),
            None => self.nothing(id),
        };
        let name = parts.get(1).map_or("new", |&name| self.text(name));
        let is_own = match self.blocks.op(object) {
            Op::This => true,
            Op::Name(class) => self.is_class_around(id, class),
            _ => false,
        };
        let own = parts.get(1).filter(|_| is_own);
        let op = match own.and_then(|&name| self.scopes.only_method(name)) {
            Some(body) => Op::Closure(body),
            None => match self.path_of(object) {
                Some(path) => Op::Name(format!("{path}.{name}").into()),
                None => Op::Load(object, Field::Name(name.into())),
            },
        };
        self.emit(id, op)
    }

    /// `channel <- value`: the channel holds it.
    fn send(&mut self, id: NodeId) -> InstrId {
        let parts = self.parts(id);
        let &[channel, value] = &parts[..] else {
            return self.opaque(id);
        };
        let (channel, value) = (self.expr(channel), self.expr(value));
        self.emit(id, Op::Store(channel, Field::Slice, value))
    }

    /// `let pattern = value` as a value.
    fn let_value(&mut self, id: NodeId) -> InstrId {
        let [then, otherwise] = std::array::from_fn(|_| self.blocks.label());
        self.condition(id, then, otherwise);
        self.blocks.begin(then);
        self.blocks.goto(otherwise);
        self.blocks.begin(otherwise);
        self.nothing(id)
    }
}
