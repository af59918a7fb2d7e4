//! Loops, and statements with labels.

use super::blocks::Label;
use super::jumps::{Frame, Target};
use super::{Lower, Meaning};
use crate::flow::ir::{Field, InstrId, Local, Op};
use crate::tree::{Kind, NodeId, Role};

/// The part of a map that its keys are said to be.
const KEYS: &str = "keys";

impl<'t> Lower<'t> {
    /// A statement with a label: a loop takes it for its own, of others only `break` with it leaves.
    pub(super) fn labeled(&mut self, id: NodeId) {
        let parts = self.parts(id);
        let (Some(&label), Some(&body)) = (parts.first(), parts.get(1)) else {
            return;
        };
        let label = self.text(label);
        if self.is_loop(body) {
            return self.loop_(body, Some(label), None);
        }
        let exit = self.blocks.label();
        self.frames.push(Frame::Target(Target {
            label: Some(label),
            exit: Some(exit),
            ..Target::default()
        }));
        self.statement(body);
        self.frames.pop();
        self.blocks.begin(exit);
    }

    fn is_loop(&self, id: NodeId) -> bool {
        matches!(
            self.kind(id),
            Kind::While | Kind::DoWhile | Kind::For | Kind::ForEach | Kind::Loop
        )
    }

    /// A loop of any kind; what `break` hands out goes to `result`.
    pub(super) fn loop_(&mut self, id: NodeId, label: Option<&'t str>, result: Option<Local>) {
        let label = label.or_else(|| self.label_of(id));
        for init in self.tree.children_as(id, Role::Init) {
            self.statement(init);
        }
        let sequence = match self.kind(id) {
            Kind::ForEach => self.child(id, Role::Right).map(|right| self.expr(right)),
            _ => None,
        };
        let [head, body, next, done, exit] = std::array::from_fn(|_| self.blocks.label());
        self.blocks.begin_loop(head);
        let condition = self.child(id, Role::Cond);
        match (self.kind(id), condition) {
            (Kind::ForEach, _) => self.blocks.either(body, done),
            (Kind::DoWhile, _) => {}
            (_, Some(condition)) => self.condition(condition, body, done),
            _ => {}
        }
        self.blocks.begin(body);
        if let Some(sequence) = sequence {
            self.elements(id, sequence);
        }
        self.frames.push(Frame::Target(Target {
            label,
            exit: Some(exit),
            next: Some(next),
            result,
            is_plain: true,
            ..Target::default()
        }));
        if let Some(body) = self.child(id, Role::Body) {
            self.statement(body);
        }
        self.frames.pop();
        self.blocks.begin(next);
        for update in self.tree.children_as(id, Role::Update) {
            self.statement(update);
        }
        match (self.kind(id), condition) {
            (Kind::DoWhile, Some(condition)) => self.condition(condition, head, done),
            _ => self.blocks.goto(head),
        }
        self.after_loop(id, done, exit);
    }

    /// What runs where no `break` left the loop.
    fn after_loop(&mut self, id: NodeId, done: Label, exit: Label) {
        self.blocks.begin(done);
        if let Some(otherwise) = self.child(id, Role::Else) {
            self.statement(otherwise);
        }
        self.blocks.begin(exit);
    }

    /// Gives the variables of a loop the next element: in Go, key and value.
    fn elements(&mut self, id: NodeId, sequence: InstrId) {
        let targets: Vec<_> = self.tree.children_as(id, Role::Left).collect();
        for (at, &target) in targets.iter().enumerate() {
            let is_key = at + 1 < targets.len() || self.goes_over_keys(id);
            let element = match is_key {
                true => Op::Load(sequence, Field::Name(KEYS.into())),
                false => Op::Element(sequence),
            };
            let element = self.emit(target, element);
            self.assign(target, element);
        }
    }

    /// Whether a loop goes over the keys of an object: `for (k in o)`.
    fn goes_over_keys(&self, id: NodeId) -> bool {
        self.tree.language.loops_go_over_keys() && self.child(id, Role::Modifier).is_none()
    }

    /// Whether a name is a variable of this body or of one around it.
    pub(super) fn is_variable(&mut self, name: NodeId) -> bool {
        matches!(self.meaning(name), Meaning::Variable(..))
    }
}
