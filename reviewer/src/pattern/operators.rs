//! Operators that may be grouped and ordered otherwise than in the pattern.

use super::binding::Binding;
use super::matcher::{Matcher, Next};
use super::shape::Mark;
use crate::tree::{Kind, NodeId, Role, Tree};

impl<'a> Matcher<'a> {
    /// Matches two operations. Operands of associative operators match however they are grouped, those of
    /// commutative ones in any order.
    pub(super) fn operation(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        // In Python, `a or b or c` is one operation, and `a or b` no part of it.
        if self.is_part_of_chain(t) {
            return;
        }
        let (pattern, tree) = (&self.shape.tree, self.tree);
        let (Some(operator), Some(found)) = (operator(pattern, p), operator(tree, t)) else {
            return self.groups(p, t, next);
        };
        if operator != found {
            return;
        }
        self.groups(p, t, next);
        let commutative = self.is_commutative(operator);
        let associative = self.options.ac_matching && is_associative(operator);
        // `1 + 2 + ...` goes on for as long as it likes.
        let (left, right) = (pattern.child(p, Role::Left), pattern.child(p, Role::Right));
        if let (Some(left), Some(right)) = (left, right)
            && matches!(self.shape.mark_of(right), Mark::Ellipsis(None))
            && !is_associative(operator)
        {
            let mut at = tree.child(t, Role::Left);
            while let Some(inner) = at.filter(|&at| tree.kind(at) == Kind::Binary) {
                if !self.steps.take() {
                    return;
                }
                at = tree.child(inner, Role::Left);
                if let Some(first) = at.filter(|_| self::operator(tree, inner) == Some(operator)) {
                    self.node(left, first, next);
                }
            }
        }
        if !commutative && !associative {
            return;
        }
        let (patterns, targets) = (operands(pattern, p, operator), operands(tree, t, operator));
        if !self.steps.take_many(1 + targets.len() / 8) {
            return;
        }
        if commutative {
            let reversed: Vec<_> = targets.iter().rev().copied().collect();
            match (&patterns[..], &reversed[..]) {
                ([_, _], [_, _]) if !is_associative(operator) => {
                    self.operands(&patterns, &reversed, next);
                }
                _ => self.each_order(&patterns, &targets, next),
            }
        }
        if associative && (patterns.len() > 2 || targets.len() > 2) {
            self.operands(&patterns, &targets, next);
        }
    }

    /// Whether `t` is the start of a longer chain of `and` or `or`, without parentheses of its own.
    fn is_part_of_chain(&self, t: NodeId) -> bool {
        let tree = self.tree;
        let operator = operator(tree, t);
        let longer = |parent: &NodeId| {
            tree.kind(*parent) == Kind::Binary
                && self::operator(tree, *parent) == operator
                && tree.range(*parent).start == tree.range(t).start
        };
        matches!(operator, Some("and" | "or")) && tree.parent(t).filter(longer).is_some()
    }

    fn is_commutative(&self, operator: &str) -> bool {
        let options = self.options;
        match operator {
            "&" | "|" | "^" => options.ac_matching,
            "&&" | "||" | "and" | "or" => options.ac_matching && options.commutative_boolop,
            "==" | "!=" | "===" | "!==" => options.symmetric_eq,
            _ => false,
        }
    }

    /// Matches operands in order. A metavariable may stand for several, an ellipsis for any number.
    fn operands(&mut self, patterns: &[NodeId], targets: &[NodeId], next: Next<'_, 'a>) {
        if !self.steps.take() {
            return;
        }
        let Some((&first, rest)) = patterns.split_first() else {
            if targets.is_empty() {
                next(self);
            }
            return;
        };
        let most = targets.len().saturating_sub(rest.len());
        match self.shape.mark_of(first) {
            Mark::Ellipsis(None) => {
                for taken in 0..=targets.len() {
                    self.operands(rest, &targets[taken..], next);
                }
            }
            Mark::Metavariable(variable) if most > 1 => {
                for taken in 1..=most {
                    let binding = match targets[..taken] {
                        [only] => Binding::Node(only),
                        [first, .., last] => Binding::Nodes(first, last),
                        [] => continue,
                    };
                    let others = &targets[taken..];
                    self.bind(*variable, binding, &mut |m| m.operands(rest, others, next));
                }
            }
            _ => {
                if let Some((&target, others)) = targets.split_first() {
                    self.node(first, target, &mut |m| m.operands(rest, others, next));
                }
            }
        }
    }

    /// Matches operands in any order. Some may be left over, since a chain holds every smaller one. Where there
    /// are many, metavariables take what the others leave in its order: all orders would be too many.
    fn each_order(&mut self, patterns: &[NodeId], targets: &[NodeId], next: Next<'_, 'a>) {
        let shape = self.shape;
        let is_free = |p: &NodeId| {
            matches!(
                shape.mark_of(*p),
                Mark::Metavariable(_) | Mark::Ellipsis(None)
            )
        };
        let (free, fixed): (Vec<_>, Vec<_>) = patterns.iter().copied().partition(is_free);
        if targets.len() <= fixed.len() + 3 {
            return self.subset(patterns, targets, true, next);
        }
        let mut left = targets.to_vec();
        for &p in &fixed {
            let taken = left.iter().position(|&t| {
                let mut matches = false;
                self.node(p, t, &mut |_| matches = true);
                matches
            });
            match taken {
                Some(at) => {
                    left.remove(at);
                }
                None => return,
            }
        }
        self.sequence(None, &free, &left, false, &mut |m, _| next(m));
    }
}

fn operator(tree: &Tree, id: NodeId) -> Option<&str> {
    tree.child(id, Role::Op).map(|op| tree.text_of(op))
}

fn is_associative(operator: &str) -> bool {
    matches!(operator, "&&" | "||" | "and" | "or" | "&" | "|" | "^")
}

/// The operands of a chain of one operator, from left to right.
fn operands(tree: &Tree, id: NodeId, wanted: &str) -> Vec<NodeId> {
    let mut operands = Vec::new();
    let mut todo = vec![id];
    while let Some(at) = todo.pop() {
        if tree.kind(at) == Kind::Binary && operator(tree, at) == Some(wanted) {
            todo.extend(tree.child(at, Role::Right));
            todo.extend(tree.child(at, Role::Left));
        } else {
            operands.push(at);
        }
    }
    operands
}
