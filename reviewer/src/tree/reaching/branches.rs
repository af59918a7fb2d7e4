//! What statements do that may run their parts, or not.

use super::{Effect, MOST_AROUND, Reaching};
use crate::tree::{Constant, Kind, NodeId, Role};

/// Most nodes of a loop or a selection in which jumps are looked for.
const MOST_SEARCHED: u32 = 4096;

impl Reaching<'_> {
    /// A part of a statement, where it has one; `None` where what follows is not reached through it.
    fn part(&self, part: Option<NodeId>, depth: usize) -> Option<Effect> {
        match part {
            Some(part) if self.leaves(part) => None,
            Some(part) => Some(self.statement(part, depth)),
            None => Some(Effect::Nothing),
        }
    }

    /// What a conditional statement does.
    pub(super) fn branches(&self, statement: NodeId, depth: usize) -> Effect {
        let tree = self.tree;
        let Some(condition) = tree.child(statement, Role::Cond) else {
            return Effect::Unknown;
        };
        let branch = |role| self.part(tree.child(statement, role), depth);
        let taken = match (self.known)(condition).and_then(|value| value.truth()) {
            Some(true) => branch(Role::Then),
            Some(false) => branch(Role::Else),
            None => Effect::one_of([branch(Role::Then), branch(Role::Else)]),
        };
        let decided = self.expression(condition, tree.after(condition));
        decided.then(taken.unwrap_or(Effect::Nothing))
    }

    /// What a loop does. A turn may be left in the middle, and there may be none.
    pub(super) fn repetition(&self, statement: NodeId, depth: usize) -> Effect {
        let tree = self.tree;
        let after = tree.after(statement);
        let is_jump = |id: NodeId| matches!(tree.kind(id), Kind::Break | Kind::Continue);
        let Some(body) = tree
            .child(statement, Role::Body)
            .filter(|_| after.0 - statement.0 <= MOST_SEARCHED)
            .filter(|body| !tree.subtree(*body).any(is_jump))
        else {
            return self.anything(statement, after);
        };
        let turn = self.part(Some(body), depth).unwrap_or(Effect::Nothing);
        let around = self.anything(statement, body).then(turn);
        around
            .then(self.anything(tree.after(body), after))
            .perhaps()
    }

    /// What a statement with handlers does.
    pub(super) fn attempt(&self, statement: NodeId, depth: usize) -> Effect {
        let tree = self.tree;
        let Some(body) = tree.child(statement, Role::Body) else {
            return Effect::Unknown;
        };
        let resources = || self.expression(NodeId(statement.0 + 1), body);
        let whole = self.part(Some(body), depth).and_then(|whole| {
            let other = self.part(tree.child(statement, Role::Else), depth)?;
            Some(resources().then(whole).then(other))
        });
        let raises = self.may_raise(statement, tree.after(body));
        let handlers = tree.children_as(statement, Role::Handler).map(|handler| {
            let handled = self.part(tree.child(handler, Role::Body), depth)?;
            let tried = self.anything(statement, tree.after(body));
            raises.then(|| tried.then(handled))
        });
        let taken = Effect::one_of(std::iter::once(whole).chain(handlers));
        let last = tree.child(statement, Role::Finally);
        let last = last.and_then(|last| tree.child(last, Role::Body));
        let last = self.part(last, depth).unwrap_or(Effect::Nothing);
        taken.unwrap_or(Effect::Nothing).then(last)
    }

    /// Whether anything between the start of a statement and `end` could raise an exception.
    fn may_raise(&self, statement: NodeId, end: NodeId) -> bool {
        (statement.0 + 1..end.0).map(NodeId).any(|id| {
            let kind = self.tree.kind(id);
            let is_quiet = matches!(
                kind,
                Kind::Block
                    | Kind::ExprStmt
                    | Kind::VarDef
                    | Kind::Assign
                    | Kind::Pass
                    | Kind::Try
                    | Kind::Finally
                    | Kind::Return
                    | Kind::Break
                    | Kind::Continue
                    | Kind::Ident
                    | Kind::Op
                    | Kind::Modifier
                    | Kind::StrPart
            );
            !is_quiet && !kind.is_literal()
        })
    }

    /// What a selection does: the case that a constant selects, or any.
    pub(super) fn selection(&self, statement: NodeId, depth: usize) -> Effect {
        let tree = self.tree;
        let cases: Vec<_> = tree.children_as(statement, Role::Case).collect();
        let after = tree.after(statement);
        let (Some(selector), Some(first)) = (tree.child(statement, Role::Cond), cases.first())
        else {
            return self.anything(statement, after);
        };
        if after.0 - statement.0 > MOST_SEARCHED {
            return self.anything(statement, after);
        }
        let is_default = |case: &NodeId| tree.child(*case, Role::Left).is_none();
        let taken = match self.selected(selector, &cases) {
            Some(Some(at)) => self.cases(&cases[at..], depth),
            Some(None) => Some(Effect::Nothing),
            None => {
                let other = (!cases.iter().any(is_default)).then_some(Effect::Nothing);
                let any = (0..cases.len()).map(|at| self.cases(&cases[at..], depth));
                Effect::one_of(any.chain([other]))
            }
        };
        self.expression(selector, *first)
            .then(taken.unwrap_or(Effect::Nothing))
    }

    /// Which case a constant selects, if any; `None` where that is not certain.
    fn selected(&self, selector: NodeId, cases: &[NodeId]) -> Option<Option<usize>> {
        let tree = self.tree;
        let selector = (self.known)(selector).filter(Constant::is_known)?;
        let mut default = None;
        for (at, &case) in cases.iter().enumerate() {
            if tree.child(case, Role::Guard).is_some() {
                return None;
            }
            let mut labels = tree.children_as(case, Role::Left).peekable();
            if labels.peek().is_none() {
                default = Some(at);
            }
            for label in labels {
                let label = (self.known)(label).filter(Constant::is_known)?;
                if label == selector {
                    return Some(Some(at));
                }
            }
        }
        Some(default)
    }

    /// What the first of these cases does, and those that it falls through to.
    fn cases(&self, cases: &[NodeId], depth: usize) -> Option<Effect> {
        let tree = self.tree;
        let mut effect = Effect::Nothing;
        for &case in cases {
            let is_jump = |id: &NodeId| tree.kind(*id) == Kind::Break;
            let jumps: Vec<_> = tree.subtree(case).filter(is_jump).collect();
            if jumps.iter().any(|jump| tree.parent(*jump) != Some(case)) {
                // It may be left in the middle.
                return Some(self.anything(case, tree.after(cases[cases.len() - 1])));
            }
            let is_left = !jumps.is_empty();
            if !is_left && self.leaves(case) {
                return None;
            }
            effect = effect.then(self.block(case, tree.after(case), depth));
            let falls =
                tree.language.cases_fall_through() && tree.child(case, Role::Body).is_none();
            if is_left || !falls {
                break;
            }
        }
        Some(effect)
    }

    /// Whether what follows a block is certainly never reached through it.
    fn leaves(&self, block: NodeId) -> bool {
        let mut statements = self.tree.children_as(block, Role::Stmt).take(MOST_AROUND);
        statements.any(|statement| {
            matches!(
                self.tree.kind(statement),
                Kind::Return | Kind::Throw | Kind::Break | Kind::Continue
            )
        })
    }
}
