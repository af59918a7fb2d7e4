//! Conditions: which way they go, and what is clean where they hold.

use std::rc::Rc;

use super::hooks::Guarded;
use super::interpret::{Interpreter, Purpose};
use super::objects::Origin;
use super::state::{Object, Spot, State, Value};
use crate::flow::facts::{Action, Step};
use crate::flow::ir::{BlockId, InstrId, Op};
use crate::tree::Constant;

/// Longest chain of negations and comparisons with `null` around a condition.
const MAX_CHAIN: usize = 4;

impl Interpreter<'_, '_> {
    /// Which way a condition always goes.
    pub(super) fn truth(&mut self, condition: InstrId) -> Option<bool> {
        self.constant(condition)?.truth()
    }

    /// The state where a condition has an outcome: what its guards tell is clean there.
    pub(super) fn guarded(&mut self, block: BlockId, condition: InstrId, outcome: bool) -> State {
        let mut state = self.state.clone();
        for (guard, holds) in self.guards_of(condition) {
            if guard.when == (holds == outcome) {
                self.clean(&mut state, block, outcome, guard);
            }
        }
        self.drop_nothing(&mut state, block, condition, outcome);
        state
    }

    /// Where a value is known to be nothing (`not x`, `x is None`), there is nothing in it.
    fn drop_nothing(
        &mut self,
        state: &mut State,
        block: BlockId,
        condition: InstrId,
        outcome: bool,
    ) {
        let mut at = condition;
        let mut holds = true;
        for _ in 0..MAX_CHAIN {
            if holds != outcome && self.is_variable(at) {
                let object = self.value(at).object;
                self.replace(state, object, |this, spot, _| {
                    let range = this.graph.range(crate::flow::facts::Node(at.0));
                    this.made(Purpose::Nothing(block, spot), range)
                });
                return;
            }
            let Some((inner, same)) = self.tested(at) else {
                return;
            };
            at = inner;
            holds = holds == same;
        }
    }

    /// Whether an instruction reads a variable or a field.
    fn is_variable(&self, at: InstrId) -> bool {
        matches!(self.body.instr(at).op, Op::Get(_) | Op::Load(..))
    }

    /// Lets whatever holds an object hold another value of it, at the node that `node` says.
    fn replace(
        &mut self,
        state: &mut State,
        object: Object,
        node: impl Fn(&mut Self, Spot, &Value) -> crate::flow::facts::Node,
    ) {
        let same: Vec<_> = state
            .spots
            .iter()
            .filter(|(spot, held)| {
                held.value.object == object && !matches!(spot, Spot::Inside(_) | Spot::Control)
            })
            .map(|(spot, held)| (*spot, held.clone()))
            .collect();
        for (spot, mut held) in same {
            held.value.node = node(self, spot, &held.value);
            held.is_initial = false;
            held.is_partial = false;
            state.hold(spot, held);
        }
    }

    /// The guards that a condition stands for, and in which outcome each of them holds.
    fn guards_of(&mut self, condition: InstrId) -> Vec<(Guarded, bool)> {
        if self.hooked.guards.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut holds = true;
        let mut at = condition;
        for _ in 0..MAX_CHAIN {
            let guards = self.hooked.guards.get(&at).into_iter().flatten();
            found.extend(guards.map(|guard| (*guard, holds)));
            let value = self.value(at);
            let made = match self.objects.origin(value.object) {
                Origin::Made(made) if made != at => Some((made, true)),
                // `v, ok := m[k]`: what tells whether there was something.
                Origin::Field(of, _) => match self.objects.origin(of) {
                    Origin::Made(made) => Some((made, true)),
                    _ => self.tested(at),
                },
                _ => self.tested(at),
            };
            match made {
                Some((inner, same)) => {
                    at = inner;
                    holds = holds == same;
                }
                None => break,
            }
        }
        found
    }

    /// The condition that an operator tests, and whether it holds where the operator does: `not c`, `c == false`,
    /// `m is not None`, `i != -1`.
    fn tested(&mut self, at: InstrId) -> Option<(InstrId, bool)> {
        match &self.body.instr(at).op {
            Op::Unary(op, operand) if matches!(&**op, "!" | "not") => Some((*operand, false)),
            Op::Same(operand) | Op::Cast(_, operand) => Some((*operand, true)),
            Op::Binary(op, left, right) => {
                let is_equal = match &**op {
                    "==" | "===" | "is" => true,
                    "!=" | "!==" | "is not" => false,
                    _ => return None,
                };
                let (left, right) = (*left, *right);
                [(left, right), (right, left)]
                    .into_iter()
                    .find_map(|(operand, other)| {
                        let constant = self.constant(other)?;
                        Some((operand, is_equal == stands_for_true(&constant)?))
                    })
            }
            _ => None,
        }
    }

    /// Makes everything clean that is the value of a guard.
    fn clean(&mut self, state: &mut State, block: BlockId, outcome: bool, guard: Guarded) {
        let value = self.value(guard.value);
        if let Origin::Named(_) = self.objects.origin(value.object) {
            return;
        }
        self.replace(state, value.object, |this, spot, value| {
            let range = this.graph.range(value.node);
            let node = this.made(Purpose::Guarded(block, outcome, spot), range);
            if node != value.node {
                this.graph.edge(value.node, node, Step::Same);
            }
            this.act(node, Action::Clean(guard.rule));
            node
        });
        state.set_clean(value.object, guard.rule);
    }

    /// Lets what is read somewhere be another value from here on, which `node` says.
    pub(super) fn change(&mut self, at: InstrId, object: Object, action: Option<Action>) {
        if let Some(Action::Clean(rule)) = action {
            self.state.set_clean(object, rule);
        }
        let same: Vec<_> = self
            .state
            .spots
            .iter()
            .filter(|(spot, held)| match spot {
                // What is clean is so with all that is in it.
                Spot::Inside(of) | Spot::Field(of, _) if *of == object => {
                    matches!(action, Some(Action::Clean(_)))
                }
                Spot::Inside(_) | Spot::Control => false,
                _ => held.value.object == object,
            })
            .map(|(spot, held)| (*spot, held.clone()))
            .collect();
        for (spot, mut held) in same {
            let node = self.made(
                Purpose::Changed(at, spot),
                self.graph.range(crate::flow::facts::Node(at.0)),
            );
            if node != held.value.node {
                self.graph.edge(held.value.node, node, Step::Same);
            }
            if let Some(action) = action {
                self.act(node, action);
            }
            held.value = Value { node, ..held.value };
            // Whoever reads it again gets what is clean, and nothing of what was there before.
            if let Some(Action::Clean(_)) = action {
                held.is_initial = false;
                held.is_partial = false;
            }
            self.state.hold(spot, held);
        }
    }

    /// A constant that an instruction yields.
    pub(super) fn with_constant(&self, value: Value, constant: Option<Constant>) -> Value {
        Value {
            constant: constant.map(Rc::new),
            ..value
        }
    }
}

/// Whether being equal to the constant means that a test did what it is for: `true` does, `null`, `false` and what
/// searches return when they find nothing do not.
pub(super) fn stands_for_true(constant: &Constant) -> Option<bool> {
    match constant {
        Constant::Bool(value) => *value,
        Constant::Null => Some(false),
        Constant::Int(Some(-1 | 0)) => Some(false),
        _ => None,
    }
}
