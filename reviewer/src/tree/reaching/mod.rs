//! Which assignments to a name may come last before a place.
//!
//! They are found by walking back through the structure of the code: past statements that do not assign, into the
//! branches of those that may, and no further where the value is not an expression. Branches that a constant condition
//! rules out are passed over. What a loop, an exception or a jump makes uncertain counts as a value that the name may
//! have.

mod branches;
mod effect;

use super::names::Write;
use super::{Constant, Kind, NodeId, Role, Tree};
use effect::Effect;

/// Deepest nesting of statements that is looked into.
const MAX_DEPTH: usize = 32;
/// Most nodes around a place, or statements of a branch, that are looked at.
const MOST_AROUND: usize = 512;

/// The writes of a name in one function, and what is known of conditions.
pub(super) struct Reaching<'a> {
    pub(super) tree: &'a Tree,
    /// In the order of the source.
    pub(super) writes: &'a [Write],
    /// What an expression always comes to.
    pub(super) known: &'a dyn Fn(NodeId) -> Option<Constant>,
}

impl Reaching<'_> {
    /// The values that the name may have at `id`. `None` where that is not certain.
    pub(super) fn values(&self, id: NodeId) -> Option<Vec<NodeId>> {
        let tree = self.tree;
        let mut later = Effect::Nothing;
        let mut at = id;
        for parent in tree.ancestors(id).take(MOST_AROUND) {
            let earlier = match tree.kind(parent) {
                Kind::Function | Kind::Lambda | Kind::Class => return None,
                Kind::Block | Kind::File | Kind::Case => self.block(parent, at, MAX_DEPTH),
                // An earlier turn may have assigned.
                Kind::While | Kind::DoWhile | Kind::For | Kind::ForEach | Kind::Loop => {
                    self.anything(parent, tree.after(parent))
                }
                // Whatever happened until an exception came, or until a case fell through.
                Kind::Try | Kind::Switch => self.anything(parent, at),
                Kind::If => match tree.child(parent, Role::Cond) {
                    Some(condition) if condition < at => {
                        self.expression(condition, tree.after(condition))
                    }
                    _ => Effect::Nothing,
                },
                // The node itself assigns when all in it is done.
                _ => self.expression(NodeId(parent.0 + 1), at),
            };
            later = earlier.then(later);
            match later {
                Effect::Always(values) => return Some(values),
                Effect::Unknown => return None,
                _ => {}
            }
            at = parent;
        }
        None
    }

    /// The writes from `start` to `end`.
    fn within(&self, start: NodeId, end: NodeId) -> &[Write] {
        let first = self.writes.partition_point(|write| write.at < start);
        let last = self.writes.partition_point(|write| write.at < end);
        &self.writes[first..last.max(first)]
    }

    /// All that is written from `start` to `end`, in any order and perhaps not at all.
    fn anything(&self, start: NodeId, end: NodeId) -> Effect {
        let writes = self.within(start, end).iter();
        match writes.map(|write| write.value).collect::<Option<Vec<_>>>() {
            Some(values) => Effect::sometimes(values),
            None => Effect::Unknown,
        }
    }

    /// What the expressions from `start` to `end` assign.
    fn expression(&self, start: NodeId, end: NodeId) -> Effect {
        let tree = self.tree;
        let writes = self.within(start, end);
        let is_within = |pair: &[Write]| pair[1].at < tree.after(pair[0].at);
        // The outer one of two comes last.
        if writes.windows(2).any(is_within) {
            return Effect::Unknown;
        }
        let mut effect = Effect::Nothing;
        for write in writes {
            effect = effect.then(match write.value {
                None => Effect::Unknown,
                Some(value) if self.is_conditional(write.at, start) => {
                    Effect::sometimes(vec![value])
                }
                Some(value) => Effect::Always(vec![value]),
            });
        }
        effect
    }

    /// Whether something within the expression at `start` decides whether the node at `write` runs.
    fn is_conditional(&self, write: NodeId, start: NodeId) -> bool {
        let tree = self.tree;
        let mut at = write;
        for around in tree.ancestors(write).take_while(|around| *around >= start) {
            let role = tree.node(at).role;
            let depends = match tree.kind(around) {
                Kind::Binary => {
                    let operator = tree.child(around, Role::Op).map(|op| tree.text_of(op));
                    let is_logical = matches!(operator, Some("&&" | "and" | "||" | "or" | "??"));
                    role == Role::Right && is_logical
                }
                Kind::Ternary => role != Role::Cond,
                Kind::Raw(_) => tree.kind(write) != Kind::VarDef,
                Kind::Block | Kind::If | Kind::Switch | Kind::Try | Kind::Comprehension => true,
                _ => false,
            };
            if depends {
                return true;
            }
            at = around;
        }
        false
    }

    /// What the statements of a block in front of `end` do, together.
    fn block(&self, block: NodeId, end: NodeId, depth: usize) -> Effect {
        let tree = self.tree;
        let mut later = Effect::Nothing;
        let mut end = end;
        while let Some(last) = self.within(NodeId(block.0 + 1), end).last() {
            let around = std::iter::once(last.at).chain(tree.ancestors(last.at));
            let mut around = around.take(MOST_AROUND);
            let Some(statement) = around.find(|&at| tree.parent(at) == Some(block)) else {
                return Effect::Unknown;
            };
            later = self.statement(statement, depth).then(later);
            if matches!(later, Effect::Always(_) | Effect::Unknown) {
                break;
            }
            end = statement;
        }
        later
    }

    /// What a statement does.
    fn statement(&self, statement: NodeId, depth: usize) -> Effect {
        let tree = self.tree;
        let after = tree.after(statement);
        let Some(depth) = depth.checked_sub(1) else {
            return self.anything(statement, after);
        };
        if self.within(statement, after).is_empty() {
            return Effect::Nothing;
        }
        match tree.kind(statement) {
            Kind::Block => self.block(statement, after, depth),
            Kind::If => self.branches(statement, depth),
            Kind::Try => self.attempt(statement, depth),
            Kind::Switch => self.selection(statement, depth),
            Kind::With | Kind::Synchronized => match tree.child(statement, Role::Body) {
                Some(body) => self
                    .expression(statement, body)
                    .then(self.statement(body, depth)),
                None => Effect::Unknown,
            },
            Kind::While | Kind::DoWhile | Kind::For | Kind::ForEach | Kind::Loop => {
                self.repetition(statement, depth)
            }
            Kind::Labeled => self.anything(statement, after),
            _ => self.expression(statement, after),
        }
    }
}
