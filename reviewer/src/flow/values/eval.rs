//! What each kind of instruction yields.

use std::rc::Rc;

use super::hooks::Hook;
use super::interpret::{Interpreter, Purpose, type_named};
use super::objects::Origin;
use super::state::{Held, Object, Spot, Value};
use crate::flow::facts::{Action, Cell, Key, Node, Receiver, Slot, Step, Type};
use crate::flow::ir;
use crate::flow::ir::{BodyId, BodyKind, Build, Instr, InstrId, Local, Op, Part};
use crate::lang::Language;
use crate::tree::constant::{self as arithmetic, literal};
use crate::tree::{Constant, Kind, TextRange};

impl Interpreter<'_, '_> {
    /// Runs one instruction.
    pub(super) fn eval(&mut self, at: InstrId, instr: &Instr) -> Value {
        let fresh = self.fresh(at);
        match &instr.op {
            Op::Literal => self.literal(fresh, instr),
            Op::Param(index) => self.param(fresh, *index),
            Op::This => self.this(fresh),
            Op::Get(local) => self.get(fresh, *local),
            Op::Set(local, value) => self.set(fresh, *local, *value),
            Op::Outer(body, local) => self.outer(fresh, *body, *local, instr),
            Op::SetOuter(body, local, value) => {
                let value = self.value(*value);
                self.pour(&value, fresh.node);
                self.writes_cell(fresh.node, Cell::Inner(*body, local.0));
                let value = Value {
                    node: fresh.node,
                    ..value
                };
                self.state.put(Spot::Outer(*body, *local), value.clone());
                value
            }
            Op::Name(path) => self.name(fresh, path, instr),
            Op::Load(of, field) => {
                let (of, key) = (self.value(*of), self.key(field));
                self.load_field(at, &of, key, field, instr)
            }
            Op::Store(into, field, value) => {
                let (into, value) = (self.value(*into), self.value(*value));
                let key = self.key(field);
                self.store_field(at, &into, key, value)
            }
            Op::Call(call) => self.call(at, call),
            Op::Binary(op, left, right) => self.binary(fresh, op, *left, *right),
            Op::Unary(op, operand) => self.unary(fresh, op, *operand),
            Op::Build(build, parts) => self.build(at, *build, parts),
            Op::Closure(body) => {
                self.function.closures.push((fresh.node, *body));
                let object = self.objects.of(Origin::Function(*body));
                Value { object, ..fresh }
            }
            Op::Element(of) => {
                let of = self.value(*of);
                let found = self.read(&of, Key::Any, fresh.node);
                found.map_or(fresh.clone(), |found| Value {
                    node: fresh.node,
                    ..found
                })
            }
            Op::Same(of) | Op::Enter(of) => self.same(fresh, *of),
            Op::Cast(ty, of) => {
                let value = self.same(fresh, *of);
                self.set_type(value.node, ty);
                let ty = Receiver::Declared(self.file.words.word(ty));
                Value { ty, ..value }
            }
            Op::Yield(of) => {
                let value = self.value(*of);
                let result = self.made(Purpose::Result, self.graph.range(value.node));
                let yielded = self.poured(&value, Purpose::Merged(at, Spot::Control));
                self.graph.edge(yielded, result, Step::Store(Key::Any));
                fresh
            }
            Op::Opaque(parts) => {
                for &part in parts {
                    let part = self.value(part);
                    self.pour(&part, fresh.node);
                }
                fresh
            }
            Op::Caught(_) | Op::Exit(_) | Op::Defer => fresh,
        }
    }

    fn literal(&mut self, fresh: Value, instr: &Instr) -> Value {
        let tree = &self.file.context.unit.tree;
        let constant = literal(tree, instr.node);
        let ty = match tree.kind(instr.node) {
            Kind::Str | Kind::Template => Receiver::Exactly(self.file.words.word("String")),
            _ => Receiver::Unknown,
        };
        let value = Value { ty, ..fresh };
        self.with_constant(value, constant)
    }

    fn param(&mut self, fresh: Value, index: u32) -> Value {
        let param = &self.body.params[index as usize];
        let ty = self.declared(param.ty.as_deref(), fresh.node);
        self.note_entry(Slot::At(index), fresh.node);
        let object = self.objects.of(Origin::Param(index));
        Value {
            object,
            ty,
            ..fresh
        }
    }

    /// The receiver of a declared type; values of the node are of it.
    fn declared(&mut self, ty: Option<&str>, node: Node) -> Receiver {
        match ty {
            Some(ty) => {
                self.set_type(node, ty);
                Receiver::Declared(self.file.words.word(ty))
            }
            None => Receiver::Unknown,
        }
    }

    fn this(&mut self, fresh: Value) -> Value {
        let this = self.object_of_method(self.graph.range(fresh.node));
        self.graph.edge(this.node, fresh.node, Step::Same);
        Value {
            node: fresh.node,
            ..this
        }
    }

    /// What the method was called on.
    pub(super) fn object_of_method(&mut self, range: TextRange) -> Value {
        let node = self.made(Purpose::This, range);
        self.note_entry(Slot::This, node);
        Value {
            node,
            object: self.objects.of(Origin::This),
            constant: None,
            ty: Receiver::This,
        }
    }

    fn get(&mut self, fresh: Value, local: Local) -> Value {
        if self.body.locals[local.0 as usize].captured {
            self.reads_cell(fresh.node, Cell::Inner(self.id, local.0));
        }
        match self.state.get(Spot::Variable(local)).cloned() {
            Some(held) => {
                self.graph.edge(held.value.node, fresh.node, Step::Same);
                let is_own = !self.file.set_within.contains(&(self.id, local));
                Value {
                    node: fresh.node,
                    constant: held.value.constant.filter(|_| is_own),
                    ..held.value
                }
            }
            None => fresh,
        }
    }

    fn set(&mut self, fresh: Value, local: Local, value: InstrId) -> Value {
        let value = self.value(value);
        self.graph.edge(value.node, fresh.node, Step::Same);
        let variable = &self.body.locals[local.0 as usize];
        let captured = variable.captured;
        let ty = match (value.ty, self.declared(variable.ty.as_deref(), fresh.node)) {
            (exact @ Receiver::Exactly(_), _) => exact,
            (known, Receiver::Unknown) => known,
            (_, declared) => declared,
        };
        let value = Value {
            node: fresh.node,
            ty,
            ..value
        };
        if captured {
            let cell = self.made(
                Purpose::Changed(InstrId(fresh.node.0), Spot::Variable(local)),
                self.graph.range(fresh.node),
            );
            self.pour(&value, cell);
            self.writes_cell(cell, Cell::Variable(self.id, local.0));
        }
        self.state.put(Spot::Variable(local), value.clone());
        value
    }

    fn outer(&mut self, fresh: Value, body: BodyId, local: Local, instr: &Instr) -> Value {
        if let Some(held) = self.state.get(Spot::Outer(body, local)).cloned() {
            self.graph.edge(held.value.node, fresh.node, Step::Same);
            if !held.is_partial {
                return Value {
                    node: fresh.node,
                    ..held.value
                };
            }
        }
        self.reads_cell(fresh.node, Cell::Variable(body, local.0));
        self.reads_cell(fresh.node, Cell::Inner(body, local.0));
        let variable = &self.file.context.program.bodies[body.0 as usize].locals[local.0 as usize];
        let ty = self.declared(variable.ty.as_deref(), fresh.node);
        let value = Value {
            object: self.objects.of(Origin::Outer(body, local)),
            ty,
            ..fresh
        };
        // What was put in there in this function is known from the fields of the object.
        self.with_known_constant(value, instr)
    }

    fn name(&mut self, fresh: Value, path: &str, instr: &Instr) -> Value {
        let word = self.file.words.word(path);
        if path.contains('.') {
            self.reads_cell(fresh.node, Cell::Global(word));
        }
        let value = Value {
            object: self.objects.of(Origin::Named(word)),
            ..fresh
        };
        self.with_known_constant(value, instr)
    }

    /// The value with the constant that the whole file shows it to be.
    fn with_known_constant(&self, value: Value, instr: &Instr) -> Value {
        let unit = self.file.context.unit;
        let constant = unit.names().constant_value(&unit.tree, instr.node);
        self.with_constant(value, constant)
    }

    fn load_field(
        &mut self,
        at: InstrId,
        of: &Value,
        key: Key,
        field: &ir::Field,
        instr: &Instr,
    ) -> Value {
        let value = self.load(at, of, key);
        if let ir::Field::Index(index) = field {
            let index = self.value(*index);
            self.graph.edge(index.node, value.node, Step::Index);
        }
        if let (ir::Field::Name(_), Key::Is(name)) = (field, key) {
            if !self.is_set_here(of, key)
                && let Some(cell) = self.global(of.object, name)
            {
                self.reads_cell(value.node, cell);
            }
            if value.constant.is_none() && self.is_settled(of) {
                return self.with_known_constant(value, instr);
            }
        }
        value
    }

    /// Whether a field holds what this function put there, and nothing else.
    fn is_set_here(&self, of: &Value, key: Key) -> bool {
        let held = self.state.get(Spot::Field(of.object, key));
        held.is_some_and(|held| !held.is_partial && !held.is_initial)
    }

    /// Whether fields of the value may be constants of the file.
    fn is_settled(&self, of: &Value) -> bool {
        matches!(
            self.objects.origin(of.object),
            Origin::This | Origin::Named(_)
        )
    }

    /// The cell of a field that belongs to a class and no object, or is set where objects are made.
    fn global(&mut self, of: Object, field: crate::flow::facts::Word) -> Option<Cell> {
        let class = match self.objects.origin(of) {
            Origin::This => self.body.class.clone()?,
            Origin::Named(path) => {
                let path = self.file.words.text(path);
                path.rsplit('.').next()?.into()
            }
            _ => return None,
        };
        let path = format!("{class}.{}", self.file.words.text(field));
        Some(Cell::Global(self.file.words.word(&path)))
    }

    fn store_field(&mut self, at: InstrId, into: &Value, key: Key, value: Value) -> Value {
        let node = Node(at.0);
        self.graph.edge(value.node, node, Step::Same);
        let value = Value { node, ..value };
        self.store(at, into, key, &value);
        if let (Key::Is(name), Origin::Named(_)) = (key, self.objects.origin(into.object))
            && let Some(cell) = self.global(into.object, name)
        {
            self.writes_cell(node, cell);
        }
        value
    }

    /// What the fields of a class hold behind its body.
    pub(super) fn exit_class(&mut self) {
        if self.body.kind != BodyKind::Class {
            return;
        }
        let this = self.objects.of(Origin::This);
        let fields = self.state.fields(this);
        let set = fields.filter(|(_, held)| !held.is_initial);
        let set: Vec<_> = set.map(|(key, held)| (key, held.value.clone())).collect();
        for (key, value) in set {
            if let Key::Is(name) = key
                && let Some(cell) = self.global(this, name)
            {
                let node = self.poured(&value, Purpose::Shared(value.object));
                self.writes_cell(node, cell);
            }
        }
    }

    fn binary(&mut self, fresh: Value, op: &str, left: InstrId, right: InstrId) -> Value {
        let (left, right) = (self.value(left), self.value(right));
        let language = self.file.context.unit.tree.language;
        let is_comparison = matches!(
            op,
            "==" | "==="
                | "!="
                | "!=="
                | "<"
                | ">"
                | "<="
                | ">="
                | "is"
                | "is not"
                | "in"
                | "not in"
                | "instanceof"
        );
        let step = match is_comparison {
            true => Step::Compared,
            false => Step::Whole,
        };
        for operand in [&left, &right] {
            let node = self.poured(operand, Purpose::Inner(fresh.node, operand.object));
            self.graph.edge(node, fresh.node, step);
        }
        if is_comparison {
            self.graph.set_type(fresh.node, Type::Boolean);
        } else if makes_number(op, language.assignment_declares()) {
            self.graph.set_type(fresh.node, Type::Number);
        }
        let constant = match (&left.constant, &right.constant) {
            (Some(left), Some(right)) => arithmetic::binary(language, op, left, right),
            _ => None,
        };
        self.with_constant(fresh, constant)
    }

    fn unary(&mut self, fresh: Value, op: &str, operand: InstrId) -> Value {
        let value = self.value(operand);
        if matches!(op, "&" | "*" | "<-") {
            return self.same(fresh, operand);
        }
        // None of what was in it is left.
        if matches!(op, "typeof" | "void" | "delete") {
            return fresh;
        }
        let ty = match op {
            "!" | "not" => Type::Boolean,
            "-" | "+" | "~" | "++" | "--" => Type::Number,
            _ => Type::Unknown,
        };
        self.graph.set_type(fresh.node, ty);
        let step = match ty {
            Type::Boolean => Step::Compared,
            _ => Step::Whole,
        };
        self.graph.edge(value.node, fresh.node, step);
        let language = self.file.context.unit.tree.language;
        let constant = value
            .constant
            .and_then(|operand| arithmetic::unary(language, op, &operand));
        self.with_constant(fresh, constant)
    }

    fn same(&mut self, fresh: Value, of: InstrId) -> Value {
        let mut value = self.value(of);
        self.graph.edge(value.node, fresh.node, Step::Same);
        let node = self.body.instr(InstrId(fresh.node.0)).node;
        // What a reference leads to may be changed through it, whatever it is.
        if self.file.context.unit.tree.kind(node) == Kind::Ref && self.is_plain(&value) {
            value.ty = Receiver::Unknown;
            value.constant = None;
        }
        Value {
            node: fresh.node,
            ..value
        }
    }

    fn build(&mut self, at: InstrId, build: Build, parts: &[Part]) -> Value {
        let mut fresh = self.fresh(at);
        if build == Build::Text {
            return self.text(fresh, parts);
        }
        let tree = &self.file.context.unit.tree;
        let kind = tree.kind(self.body.instr(at).node);
        if let Some(ty) = collection_type(tree.language, kind) {
            fresh.ty = Receiver::Exactly(self.file.words.word(ty));
        }
        let mut next = Some(0);
        for part in parts {
            let value = self.value(part.value);
            let key = match &part.key {
                ir::Key::Next => next.map_or(Key::Any, |next| self.index(next)),
                ir::Key::Name(name) => Key::Is(self.file.words.word(name)),
                ir::Key::Value(key) => {
                    let key = self.constant(*key);
                    self.key_of(key.as_deref())
                }
                ir::Key::Spread => {
                    next = None;
                    self.spread(at, &fresh, &value, build);
                    continue;
                }
            };
            next = next.map(|next| next + 1);
            self.store(at, &fresh, key, &value);
        }
        let length = next.filter(|_| build == Build::List);
        self.state.set_length(fresh.object, length);
        fresh
    }

    /// Everything of another collection becomes part of a new one.
    fn spread(&mut self, at: InstrId, into: &Value, value: &Value, build: Build) {
        match build {
            Build::List => {
                let element = self.made(
                    Purpose::Changed(at, Spot::Inside(value.object)),
                    self.graph.range(value.node),
                );
                self.read(value, Key::Any, element);
                let element = Value {
                    node: element,
                    object: self.objects.of(Origin::Made(at)),
                    constant: None,
                    ty: Receiver::Unknown,
                };
                self.merge(at, Spot::Field(into.object, Key::Any), &element);
            }
            Build::Map | Build::Text => self.pour(value, into.node),
        }
    }

    fn text(&mut self, fresh: Value, parts: &[Part]) -> Value {
        let mut constant = Some(String::new());
        for part in parts {
            let value = self.value(part.value);
            let node = self.poured(&value, Purpose::Inner(fresh.node, value.object));
            self.graph.edge(node, fresh.node, Step::Whole);
            let written = value.constant.and_then(|part| part.written());
            constant = constant.zip(written).map(|(text, part)| text + &part);
        }
        let ty = Receiver::Exactly(self.file.words.word("String"));
        let value = Value { ty, ..fresh };
        self.with_constant(value, constant.map(Constant::text))
    }

    /// What rules want behind an instruction.
    pub(super) fn after(&mut self, at: InstrId) {
        let Some(hooks) = self.hooked.at.get(&at) else {
            return;
        };
        let node = Node(at.0);
        for hook in hooks {
            let value = self.value(at);
            match *hook {
                Hook::Source(place) => {
                    let rule = self.file.facts.sources[place as usize].by.rule as u32;
                    if !self.state.clean.contains(&(value.object, rule)) {
                        self.act(node, Action::Source(place));
                    }
                }
                Hook::SourceEffect(place) => {
                    self.change(at, value.object, Some(Action::Source(place)));
                }
                Hook::Control(place) => self.control(at, value, place),
                Hook::Clean(rule) => self.clean_value(at, value, rule),
                Hook::CleanEffect(rule) => {
                    self.change(at, value.object, Some(Action::Clean(rule)));
                }
                Hook::Sink(place) => {
                    let sink = self.sink(at, place);
                    self.pour(&value, sink);
                    if let Op::Store(_, ir::Field::Index(index), _) = self.body.instr(at).op {
                        let index = self.value(index);
                        self.pour(&index, sink);
                    }
                }
                Hook::SinkCall(place) => self.sink_call(at, place),
                Hook::Propagate {
                    by,
                    from,
                    to,
                    by_side_effect,
                } => {
                    let from = self.value(from);
                    let through = self.made(
                        Purpose::Flow(at, u32::MAX, (by.rule * 64 + by.entry) as u32),
                        self.graph.range(node),
                    );
                    self.pour(&from, through);
                    self.act(through, Action::Propagate(by));
                    self.graph.edge(through, Node(to.0), Step::Same);
                    if by_side_effect {
                        self.propagate(at, to, through);
                    }
                }
            }
        }
    }

    fn control(&mut self, at: InstrId, value: Value, place: u32) {
        let node = self.made(
            Purpose::Changed(at, Spot::Control),
            self.graph.range(value.node),
        );
        self.act(node, Action::Source(place));
        self.state.put(Spot::Control, Value { node, ..value });
    }

    /// The value is clean, with all that is in it.
    fn clean_value(&mut self, at: InstrId, value: Value, rule: u32) {
        self.act(value.node, Action::Clean(rule));
        if self.is_changed(value.object) && value.node == Node(at.0) {
            self.pour_inside(value.object, value.node);
            let object = self.objects.of(Origin::Made(at));
            self.values[at.0 as usize] = Some(Value { object, ..value });
        }
    }

    /// The node at which a rule looks for taint.
    fn sink(&mut self, at: InstrId, place: u32) -> Node {
        let node = self.made(Purpose::Sink(at, place), self.graph.range(Node(at.0)));
        self.act(node, Action::Sink(place));
        if let Some(control) = self.state.get(Spot::Control) {
            let control = control.value.node;
            self.graph.edge(control, node, Step::Same);
        }
        node
    }

    fn sink_call(&mut self, at: InstrId, place: u32) {
        let sink = self.sink(at, place);
        let body = self.body;
        if let Op::Call(call) = &body.instr(at).op {
            let receiver = match call.callee {
                ir::Callee::Method(of, _) => Some(of),
                _ => None,
            };
            for value in call.args.iter().map(|arg| arg.value).chain(receiver) {
                let value = self.value(value);
                self.pour(&value, sink);
            }
        }
    }

    /// Lets what is read at `to` stay tainted by what comes through a propagator.
    fn propagate(&mut self, at: InstrId, to: InstrId, through: Node) {
        let to = self.value(to);
        self.change(at, to.object, None);
        let same: Vec<Held> = self
            .state
            .spots
            .iter()
            .filter(|(spot, held)| {
                held.value.object == to.object && !matches!(spot, Spot::Inside(_))
            })
            .map(|(_, held)| held.clone())
            .collect();
        for held in same {
            self.graph.edge(through, held.value.node, Step::Same);
        }
        let inside = Value {
            node: through,
            object: to.object,
            constant: None,
            ty: Receiver::Unknown,
        };
        self.merge(at, Spot::Inside(to.object), &inside);
    }

    /// The constant of a value, shared.
    pub(super) fn constants<'v>(
        values: impl Iterator<Item = &'v Value>,
    ) -> Option<Vec<Rc<Constant>>> {
        values.map(|value| value.constant.clone()).collect()
    }

    /// Whether values of a type are numbers or truth values.
    pub(super) fn is_plain(&self, value: &Value) -> bool {
        if self.graph.types[value.node.0 as usize] != Type::Unknown || value.constant.is_some() {
            return true;
        }
        match value.ty {
            Receiver::Declared(ty) | Receiver::Exactly(ty) => {
                let ty = self.file.words.text(ty);
                type_named(ty) != Type::Unknown || matches!(ty, "String" | "str" | "string")
            }
            _ => false,
        }
    }
}

/// The type of a collection that is written out, where models of its methods go by that.
fn collection_type(language: Language, kind: Kind) -> Option<&'static str> {
    use Language::{JavaScript, Python, Tsx, TypeScript};
    match (language, kind) {
        (Python, Kind::List) => Some("list"),
        (Python, Kind::Tuple) => Some("tuple"),
        (Python, Kind::Dict) => Some("dict"),
        (Python, Kind::Set) => Some("set"),
        (JavaScript | TypeScript | Tsx, Kind::List) => Some("Array"),
        _ => None,
    }
}

/// Whether an operator makes numbers only. Where texts are repeated and formatted by operators, and paths joined,
/// some do not.
fn makes_number(op: &str, has_text_operators: bool) -> bool {
    match op {
        "-" | "//" | "**" | "<<" | ">>" | ">>>" => true,
        "*" | "/" | "%" | "&" | "|" | "^" => !has_text_operators,
        _ => false,
    }
}
