//! Which assignments to a name may come last before a place.
//!
//! They are found by walking back through the structure of the code: past statements that do not assign, into both
//! branches of those that may, and no further where a loop, an exception or another function could come between.

use super::names::Write;
use super::{Kind, NodeId, Role, Tree};

/// Deepest nesting of blocks that is looked into.
const MAX_DEPTH: usize = 64;

/// What a statement does to a name.
enum Effect {
    Nothing,
    /// It gets one of these values.
    Always(Vec<NodeId>),
    /// It may get one of these values.
    Sometimes(Vec<NodeId>),
    /// It gets a value that is not known, or at a time that is not known.
    Unknown,
}

/// The values that a name may have at `id`, by its writes in one function, in order. `None` where that is not
/// certain.
pub(super) fn reaching(tree: &Tree, writes: &[Write], id: NodeId) -> Option<Vec<NodeId>> {
    let mut values = Vec::new();
    let mut at = id;
    loop {
        let parent = tree.parent(at)?;
        let within = |write: &Write| parent <= write.at && write.at < tree.after(parent);
        match tree.kind(parent) {
            Kind::Function | Kind::Lambda | Kind::Class => return None,
            Kind::Block | Kind::File | Kind::Case => {
                match block_effect(tree, writes, parent, at, MAX_DEPTH) {
                    Effect::Nothing => {}
                    Effect::Always(found) => {
                        values.extend(found);
                        return Some(values);
                    }
                    Effect::Sometimes(found) => values.extend(found),
                    Effect::Unknown => return None,
                }
            }
            Kind::While | Kind::DoWhile | Kind::For | Kind::ForEach | Kind::Loop => {
                if writes.iter().any(within) {
                    return None;
                }
            }
            // What an expression or a condition assigns before `id` comes in between.
            _ => {
                let before = |write: &Write| within(write) && write.at < at && write.at != parent;
                let in_branch = tree.kind(parent) == Kind::If && tree.node(at).role == Role::Else;
                let in_handler = tree.kind(parent) == Kind::Try;
                if !in_branch && writes.iter().any(before)
                    || in_handler && writes.iter().any(within)
                {
                    return None;
                }
            }
        }
        at = parent;
    }
}

/// What the statements of a block in front of `end` do, together.
fn block_effect(tree: &Tree, writes: &[Write], block: NodeId, end: NodeId, depth: usize) -> Effect {
    let mut values = Vec::new();
    let mut end = end;
    loop {
        let last = writes
            .iter()
            .rev()
            .find(|write| block < write.at && write.at < end);
        let Some(last) = last else {
            return match values.is_empty() {
                true => Effect::Nothing,
                false => Effect::Sometimes(values),
            };
        };
        let statement = std::iter::once(last.at)
            .chain(tree.ancestors(last.at))
            .find(|&at| tree.parent(at) == Some(block));
        let Some(statement) = statement else {
            return Effect::Unknown;
        };
        match effect(tree, writes, statement, last, depth) {
            Effect::Nothing => {}
            Effect::Always(found) => {
                values.extend(found);
                return Effect::Always(values);
            }
            Effect::Sometimes(found) => values.extend(found),
            Effect::Unknown => return Effect::Unknown,
        }
        end = statement;
    }
}

/// What a statement does in which `last` is the last write.
fn effect(tree: &Tree, writes: &[Write], statement: NodeId, last: &Write, depth: usize) -> Effect {
    let Some(depth) = depth.checked_sub(1) else {
        return Effect::Unknown;
    };
    let whole = |block: NodeId| match tree.kind(block) {
        Kind::Block => block_effect(tree, writes, block, tree.after(block), depth),
        _ if !writes
            .iter()
            .any(|w| block <= w.at && w.at < tree.after(block)) =>
        {
            Effect::Nothing
        }
        Kind::If => effect(tree, writes, block, last, depth),
        _ => Effect::Unknown,
    };
    let written_in = |role| {
        tree.children_as(statement, role).any(|part| {
            writes
                .iter()
                .any(|w| part <= w.at && w.at < tree.after(part))
        })
    };
    match tree.kind(statement) {
        Kind::VarDef | Kind::Assign | Kind::ExprStmt => {
            let direct = last.at == statement || tree.parent(last.at) == Some(statement);
            match last.value.filter(|_| direct) {
                Some(value) => Effect::Always(vec![value]),
                None => Effect::Unknown,
            }
        }
        Kind::If if !written_in(Role::Cond) => {
            let branch = |role| match tree.child(statement, role) {
                Some(block) if leaves(tree, block) => None,
                Some(block) => Some(whole(block)),
                None => Some(Effect::Nothing),
            };
            either(branch(Role::Then), branch(Role::Else))
        }
        Kind::Block => whole(statement),
        Kind::With | Kind::Synchronized if !written_in(Role::Item) => tree
            .child(statement, Role::Body)
            .map_or(Effect::Unknown, whole),
        _ => Effect::Unknown,
    }
}

/// One of two branches is taken; one that leaves has none.
fn either(a: Option<Effect>, b: Option<Effect>) -> Effect {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (Some(only), None) | (None, Some(only)) => return only,
        (None, None) => return Effect::Nothing,
    };
    match (a, b) {
        (Effect::Unknown, _) | (_, Effect::Unknown) => Effect::Unknown,
        (Effect::Nothing, Effect::Nothing) => Effect::Nothing,
        (Effect::Always(mut a), Effect::Always(b)) => {
            a.extend(b);
            Effect::Always(a)
        }
        (a, b) => {
            let values = |effect| match effect {
                Effect::Always(values) | Effect::Sometimes(values) => values,
                Effect::Nothing | Effect::Unknown => Vec::new(),
            };
            let mut all = values(a);
            all.extend(values(b));
            Effect::Sometimes(all)
        }
    }
}

/// Whether what follows a block is never reached through it.
fn leaves(tree: &Tree, block: NodeId) -> bool {
    let last = tree.children_as(block, Role::Stmt).last();
    last.is_some_and(|last| {
        matches!(
            tree.kind(last),
            Kind::Return | Kind::Throw | Kind::Break | Kind::Continue
        )
    })
}
