//! Runs the blocks of a function until no state changes any more.

use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::File;
use super::Yields;
use super::graph::Graph;
use super::guards::stands_for_true;
use super::hooks::Hooked;
use super::objects::{Objects, Origin};
use super::state::{Held, Object, Spot, State, Value, side_by_side};
use crate::flow::facts::{
    Action, Call, Cell, Function, Node, Out, Param, Receiver, Slot, Step, Type,
};
use crate::flow::ir::{Block, BlockId, Body, BodyId, BodyKind, End, InstrId, Op};
use crate::tree::{Role, TextRange};

/// Times that each instruction of a function may run on the average before the function is cut: loops in loops run
/// their bodies a few times for each level.
const MOST_RUNS: usize = 40;

/// Spots of states that are compared in a step.
const SPOTS_OF_A_STEP: usize = 8;

/// A function under way.
pub(super) struct Interpreter<'f, 'a> {
    pub(super) file: &'f mut File<'a>,
    pub(super) id: BodyId,
    pub(super) body: &'f Body,
    pub(super) hooked: &'f Hooked,
    pub(super) graph: Graph,
    pub(super) objects: Objects,
    /// By instruction.
    pub(super) values: Vec<Option<Value>>,
    /// By call, and by the argument of a call that is a function: index into [`Self::calls`].
    pub(super) call_of: FxHashMap<(InstrId, Option<u32>), usize>,
    pub(super) calls: Vec<Call>,
    pub(super) function: Function,
    /// Variables that functions share, where they are read, and where they are written (true).
    noted: FxHashSet<(Node, Cell, bool)>,
    /// Nodes that are made on need, so that another run finds them again.
    made: FxHashMap<Purpose, Node>,
    /// The state before each block.
    entries: Vec<Option<State>>,
    waiting: BTreeSet<BlockId>,
    /// Steps that are left: instructions, and parts of states that are compared.
    left: usize,
    pub(super) state: State,
}

/// What a node is for that is no instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// What either of several states holds.
    Meet(BlockId, Spot),
    /// The argument of a call, with all that is in it.
    Argument(InstrId, Slot),
    /// What an argument is after the call.
    After(InstrId, Slot),
    /// The result of a function that is an argument.
    Callback(InstrId, u32),
    /// Part of a way through a model: call, flow, step.
    Flow(InstrId, u32, u32),
    /// What a value is where it is nothing.
    Nothing(BlockId, Spot),
    /// What a value is where a guard holds.
    Guarded(BlockId, bool, Spot),
    /// What a variable is after the instruction did something to it.
    Changed(InstrId, Spot),
    /// Several values at a spot, of which the code does not tell which.
    Merged(InstrId, Spot),
    /// The place that a rule asks about.
    Sink(InstrId, u32),
    /// What is inside of the part of a value that goes somewhere.
    Inner(Node, Object),
    /// The object of the method.
    This,
    /// The result of the function.
    Result,
    /// What is inside of an argument in the end.
    Exit(Slot),
    /// The same for an object in a variable that functions share.
    Shared(Object),
}

/// The facts of one function, and the objects that its instructions yield.
pub(super) fn run(file: &mut File<'_>, id: BodyId, hooked: &Hooked) -> (Function, Yields) {
    let program = file.context.program;
    let body = &program.bodies[id.0 as usize];
    let mut interpreter = Interpreter::new(file, id, body, hooked);
    interpreter.all();
    let yields = interpreter.yields();
    (interpreter.finish(), yields)
}

impl<'f, 'a> Interpreter<'f, 'a> {
    fn new(file: &'f mut File<'a>, id: BodyId, body: &'f Body, hooked: &'f Hooked) -> Self {
        let tree = &file.context.unit.tree;
        let mut graph = Graph::default();
        for instr in &body.instrs {
            graph.node(tree.range(instr.node));
        }
        Interpreter {
            values: vec![None; body.instrs.len()],
            entries: vec![None; body.blocks.len()],
            file,
            id,
            body,
            hooked,
            graph,
            objects: Objects::default(),
            call_of: FxHashMap::default(),
            calls: Vec::new(),
            function: Function::default(),
            noted: FxHashSet::default(),
            made: FxHashMap::default(),
            waiting: BTreeSet::new(),
            left: 0,
            state: State::default(),
        }
    }

    fn all(&mut self) {
        if self.body.blocks.is_empty() {
            return;
        }
        self.entries[0] = Some(State::default());
        self.waiting.insert(BlockId(0));
        self.left = MOST_RUNS * (self.body.instrs.len() + self.body.blocks.len());
        while let Some(block) = self.waiting.pop_first() {
            let Some(state) = self.entries[block.0 as usize].clone() else {
                continue;
            };
            let size = self.body.blocks[block.0 as usize].instrs.len() + 1;
            match self.left.checked_sub(size) {
                Some(rest) => self.left = rest,
                None => {
                    let range = self.file.context.unit.tree.range(self.body.node);
                    self.file.facts.cut.push(range);
                    return;
                }
            }
            self.state = state;
            self.block(block);
        }
    }

    fn block(&mut self, id: BlockId) {
        let body = self.body;
        let block = &body.blocks[id.0 as usize];
        self.raise_to(block);
        for (at, instr) in body.instrs_of(id) {
            let value = self.eval(at, instr);
            self.values[at.0 as usize] = Some(value);
            self.after(at);
            if changes_state(&instr.op) {
                self.raise_to(block);
            }
        }
        self.leave(id, block);
    }

    /// What is known here is known to a handler, too: the next instruction may raise.
    fn raise_to(&mut self, block: &Block) {
        if let Some(handler) = block.handler {
            let state = self.state.clone();
            self.flow_to(handler, state);
        }
    }

    fn leave(&mut self, id: BlockId, block: &Block) {
        match block.end {
            End::Goto(next) => {
                let state = std::mem::take(&mut self.state);
                self.flow_to(next, state);
            }
            End::Either(a, b) => {
                let state = std::mem::take(&mut self.state);
                self.flow_to(a, state.clone());
                self.flow_to(b, state);
            }
            End::Branch {
                condition,
                then,
                otherwise,
            } => {
                let truth = self.truth(condition);
                for (outcome, next) in [(true, then), (false, otherwise)] {
                    if truth.is_none_or(|truth| truth == outcome) {
                        let state = self.guarded(id, condition, outcome);
                        self.flow_to(next, state);
                    }
                }
            }
            End::Return(value) => self.exit(value),
            End::Throw(value) => {
                if let (Some(value), Some(handler)) = (value, block.handler) {
                    self.catch(value, handler);
                }
                self.exit_arguments();
            }
            End::Unreachable => {}
        }
    }

    /// What is raised is what handlers catch: each of those that a raised value may come to.
    fn catch(&mut self, raised: InstrId, handler: BlockId) {
        let value = self.value(raised);
        let mut handlers = vec![handler];
        let mut next = 0;
        while let Some(&handler) = handlers.get(next) {
            next += 1;
            let mut instrs = self.body.instrs_of(handler);
            let caught = instrs.find(|(_, instr)| matches!(instr.op, Op::Caught(_)));
            let others = match (caught, self.body.blocks[handler.0 as usize].end) {
                (Some((at, _)), _) => {
                    self.graph.edge(value.node, Node(at.0), Step::Same);
                    continue;
                }
                (None, End::Goto(next)) => vec![next],
                (None, End::Either(a, b)) => vec![a, b],
                (None, End::Throw(None)) => {
                    let outer = self.body.blocks[handler.0 as usize].handler;
                    outer.into_iter().collect()
                }
                (None, _) => Vec::new(),
            };
            for other in others {
                if !handlers.contains(&other) {
                    handlers.push(other);
                }
            }
        }
    }

    /// What an instruction yields. One that was not run yields nothing that matters.
    pub(super) fn value(&mut self, at: InstrId) -> Value {
        match &self.values[at.0 as usize] {
            Some(value) => value.clone(),
            None => self.fresh(at),
        }
    }

    /// A value that an instruction makes.
    pub(super) fn fresh(&mut self, at: InstrId) -> Value {
        Value {
            node: Node(at.0),
            object: self.objects.of(Origin::Made(at)),
            constant: None,
            ty: Receiver::Unknown,
        }
    }

    /// The node for a purpose.
    pub(super) fn made(&mut self, purpose: Purpose, range: TextRange) -> Node {
        let graph = &mut self.graph;
        *self
            .made
            .entry(purpose)
            .or_insert_with(|| graph.node(range))
    }

    fn flow_to(&mut self, block: BlockId, state: State) {
        let before = self.entries[block.0 as usize].take();
        let (after, changed) = match before {
            None => (state, true),
            Some(before) => self.meet(block, before, &state),
        };
        self.entries[block.0 as usize] = Some(after);
        if changed {
            self.waiting.insert(block);
        }
    }

    /// What is known where both states may hold, and whether that is not what the first one said.
    fn meet(&mut self, block: BlockId, before: State, other: &State) -> (State, bool) {
        let mut after = before.clone();
        let mut changed = false;
        if !Rc::ptr_eq(&before.spots, &other.spots) {
            let compared = (before.spots.len() + other.spots.len()) / SPOTS_OF_A_STEP;
            self.left = self.left.saturating_sub(compared);
            for (&spot, known, new) in side_by_side(&before.spots, &other.spots) {
                let met = match (known, new) {
                    (Some(known), Some(new)) if known == new => continue,
                    (Some(known), None) if known.is_partial => continue,
                    (Some(known), Some(new)) => self.meet_at(block, spot, known, new),
                    (Some(one), None) | (None, Some(one)) => Held {
                        is_partial: true,
                        ..one.clone()
                    },
                    (None, None) => continue,
                };
                if known != Some(&met) {
                    changed = true;
                    after.hold(spot, met);
                }
            }
        }
        if !Rc::ptr_eq(&before.clean, &other.clean) {
            let both: BTreeSet<_> = before.clean.intersection(&other.clean).copied().collect();
            changed |= both.len() != before.clean.len();
            after.clean = Rc::new(both);
        }
        for (&object, &length) in before.lengths.iter() {
            if other.length(object) != Some(length) {
                changed = true;
                after.set_length(object, None);
            }
        }
        (after, changed)
    }

    fn meet_at(&mut self, block: BlockId, spot: Spot, held: &Held, new: &Held) -> Held {
        let is_partial = held.is_partial || new.is_partial;
        let is_initial = held.is_initial && new.is_initial;
        let same_place = held.value.node == new.value.node && held.value.object == new.value.object;
        let constant = match (&held.value.constant, &new.value.constant) {
            (a, b) if a == b => a.clone(),
            _ => None,
        };
        let ty = match held.value.ty == new.value.ty {
            true => held.value.ty,
            false => Receiver::Unknown,
        };
        if same_place {
            let value = Value {
                constant,
                ty,
                ..held.value.clone()
            };
            return Held {
                value,
                is_partial,
                is_initial,
            };
        }
        let node = self.made(Purpose::Meet(block, spot), self.graph.range(new.value.node));
        let object = match held.value.object == new.value.object {
            true => held.value.object,
            false => self.either(block, spot, [held.value.object, new.value.object]),
        };
        for from in [held.value.node, new.value.node] {
            self.graph.edge(from, node, Step::Same);
        }
        let value = Value {
            node,
            object,
            constant,
            ty,
        };
        Held {
            value,
            is_partial,
            is_initial,
        }
    }

    fn either(&mut self, block: BlockId, spot: Spot, parts: [Object; 2]) -> Object {
        let either = self.objects.of(Origin::Either(block, spot));
        for part in parts {
            self.objects.add_part(either, part);
        }
        either
    }

    /// The function is left with a value or none.
    fn exit(&mut self, value: Option<InstrId>) {
        if let Some(value) = value {
            let value = self.value(value);
            let result = self.made(Purpose::Result, self.graph.range(value.node));
            self.pour(&value, result);
        }
        self.exit_arguments();
        self.exit_shared();
        self.exit_class();
    }

    /// What is inside of variables that functions share when the function is left.
    fn exit_shared(&mut self) {
        let held = self.state.spots.iter();
        let own = held.filter_map(|(spot, held)| match spot {
            Spot::Variable(local) if self.body.locals[local.0 as usize].captured => {
                Some((held.value.object, Cell::Variable(self.id, local.0)))
            }
            _ => None,
        });
        let around = self.objects.outer();
        let around = around.map(|(object, body, local)| (object, Cell::Inner(body, local.0)));
        let shared: Vec<_> = own.chain(around).collect();
        for (object, cell) in shared {
            if self.is_changed(object) {
                let range = self.file.context.unit.tree.range(self.body.node);
                let inside = self.made(Purpose::Shared(object), range);
                self.pour_inside(object, inside);
                self.writes_cell(inside, cell);
            }
        }
    }

    /// What is inside of arguments when the function is left.
    fn exit_arguments(&mut self) {
        let mut slots: Vec<_> = self
            .function
            .entries
            .iter()
            .map(|(slot, node)| (*slot, *node))
            .collect();
        slots.dedup();
        for (slot, node) in slots {
            let origin = match slot {
                Slot::This => Origin::This,
                Slot::At(at) => Origin::Param(at),
                Slot::Named(_) | Slot::Spread => continue,
            };
            let object = self.objects.of(origin);
            if self.is_changed(object) {
                let out = self.made(Purpose::Exit(slot), self.graph.range(node));
                self.pour_inside(object, out);
            }
        }
    }

    fn yields(&mut self) -> Yields {
        let constant = |value: &Option<Value>| {
            let constant = value.as_ref()?.constant.as_deref()?;
            stands_for_true(constant)
        };
        Yields {
            of: self
                .values
                .iter()
                .map(|value| value.as_ref().map(|value| value.object))
                .collect(),
            dead: self.entries.iter().map(Option::is_none).collect(),
            constants: self.values.iter().map(constant).collect(),
            objects: std::mem::take(&mut self.objects),
        }
    }

    fn finish(self) -> Function {
        let mut exits = Vec::new();
        if let Some(&node) = self.made.get(&Purpose::Result) {
            exits.push((node, Out::Result));
        }
        for (slot, _) in self.function.entries.clone() {
            if let Some(&node) = self.made.get(&Purpose::Exit(slot)) {
                exits.push((node, Out::Argument(slot)));
            }
        }
        exits.sort_unstable();
        exits.dedup();
        let tree = &self.file.context.unit.tree;
        let words = &mut self.file.words;
        let body = self.body;
        let params = body.params.iter().map(|param| Param {
            name: words.word(&param.name),
            takes: param.takes,
            has_default: param.has_default,
        });
        let params = params.collect();
        let mut word = |text: &Option<Box<str>>| text.as_ref().map(|text| words.word(text));
        let (name, class, result) = (word(&body.name), word(&body.class), word(&body.result));
        let (ranges, types, edges) = self.graph.into_edges();
        let mut function = Function {
            name,
            class,
            result,
            params,
            ranges,
            types,
            edges,
            exits,
            is_static: body.is_static,
            has_body: match body.kind {
                // What runs where the class is declared; its constructors are functions of their own.
                BodyKind::Class => false,
                BodyKind::Function => tree.child(body.node, Role::Body).is_some(),
                BodyKind::File | BodyKind::Lambda => true,
            },
            range: tree.range(body.node),
            calls: self.calls,
            ..self.function
        };
        function.actions.sort_unstable();
        function.actions.dedup();
        function.pruned()
    }

    pub(super) fn act(&mut self, node: Node, action: Action) {
        self.function.actions.push((node, action));
    }

    /// Adds an entry of a list of the function, once.
    pub(super) fn note_entry(&mut self, slot: Slot, node: Node) {
        if !self.function.entries.contains(&(slot, node)) {
            self.function.entries.push((slot, node));
        }
    }

    pub(super) fn reads_cell(&mut self, node: Node, cell: Cell) {
        if self.noted.insert((node, cell.clone(), false)) {
            self.function.reads.push((node, cell));
        }
    }

    pub(super) fn writes_cell(&mut self, node: Node, cell: Cell) {
        if self.noted.insert((node, cell.clone(), true)) {
            self.function.writes.push((node, cell));
        }
    }

    /// What values of a type are.
    pub(super) fn set_type(&mut self, node: Node, name: &str) {
        let ty = type_named(name);
        if ty != Type::Unknown {
            self.graph.set_type(node, ty);
        }
    }
}

/// What values of the type with this last name are.
pub(super) fn type_named(name: &str) -> Type {
    match name {
        "int" | "Integer" | "long" | "Long" | "short" | "Short" | "byte" | "Byte" | "float"
        | "Float" | "double" | "Double" | "number" | "Number" | "bigint" | "BigInteger"
        | "BigDecimal" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16"
        | "uint32" | "uint64" | "float32" | "float64" | "usize" | "isize" | "i8" | "i16"
        | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "f32" | "f64" | "Decimal" | "UUID"
        | "AtomicInteger" | "AtomicLong" => Type::Number,
        "bool" | "boolean" | "Boolean" => Type::Boolean,
        _ => Type::Unknown,
    }
}

/// Whether an exception behind the instruction finds another state than one before it.
fn changes_state(op: &Op) -> bool {
    matches!(
        op,
        Op::Set(..) | Op::Store(..) | Op::SetOuter(..) | Op::Call(_)
    )
}
