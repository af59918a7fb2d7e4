//! What expressions always come to, as far as one file shows.
//!
//! A name stands for the values of the assignments that may come last before it. They are found by walking
//! back through the structure of the code: past statements that do not assign, into both branches of those that
//! may, and no further where a loop, an exception or another function could come between.

use std::cell::Cell;

use super::names::{Names, Write};
use super::{Kind, NodeId, Role, Tree};

/// What is known of a value. A text or a number may be known to be one, and not which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// A text.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i128>),
    /// A truth value.
    Bool(Option<bool>),
}

/// Deepest expression that is evaluated. Evaluation recurses.
const MAX_DEPTH: usize = 64;
/// Most expressions that are evaluated for one.
const MOST_STEPS: usize = 256;

impl Names {
    /// What the expression at `id` always comes to.
    pub fn constant_value(&self, tree: &Tree, id: NodeId) -> Option<Constant> {
        let evaluator = Evaluator {
            names: self,
            tree,
            left: Cell::new(MOST_STEPS),
        };
        evaluator.value(id, MAX_DEPTH)
    }
}

struct Evaluator<'a> {
    names: &'a Names,
    tree: &'a Tree,
    /// Steps that are left.
    left: Cell<usize>,
}

impl Evaluator<'_> {
    fn value(&self, id: NodeId, depth: usize) -> Option<Constant> {
        let depth = depth.checked_sub(1)?;
        self.left.set(self.left.get().checked_sub(1)?);
        let tree = self.tree;
        let text = tree.text_of(id);
        match tree.kind(id) {
            Kind::Str | Kind::Template => self.text(id, depth).map(Constant::Text),
            Kind::Int => Some(Constant::Int(integer(text))),
            Kind::Bool => Some(Constant::Bool(Some(text.eq_ignore_ascii_case("true")))),
            Kind::Ident => self.join(&self.names.values(tree, id)?, depth),
            Kind::Member => self.value(self.names.field_value(tree, id)?, depth),
            Kind::Ternary => {
                let (then, other) = (tree.child(id, Role::Then)?, tree.child(id, Role::Else)?);
                self.join(&[then, other], depth)
            }
            // `a and b or c` was Python's conditional expression before it had one.
            Kind::Binary if let Some(branches) = self.conditional(id) => {
                self.join(&branches, depth)
            }
            Kind::Binary => {
                let left = self.value(tree.child(id, Role::Left)?, depth);
                let right = self.value(tree.child(id, Role::Right)?, depth);
                let operator = tree.text_of(tree.child(id, Role::Op)?);
                let python = tree.language.assignment_declares();
                match (operator, &left, &right) {
                    // A text is repeated.
                    ("*", Some(Constant::Text(_)), _) if python => Some(Constant::Text(None)),
                    // Where texts and numbers do not add up.
                    ("+", Some(Constant::Text(_)), Some(Constant::Int(_))) if python => None,
                    _ => binary(operator, left?, right),
                }
            }
            Kind::Unary => {
                let operand = self.value(tree.child(id, Role::Operand)?, depth)?;
                let operator = tree.text_of(tree.child(id, Role::Op)?);
                match (operator, operand) {
                    ("!" | "not", Constant::Bool(value)) => Some(Constant::Bool(value.map(|v| !v))),
                    ("-", Constant::Int(value)) => Some(Constant::Int(value.map(|v| -v))),
                    _ => None,
                }
            }
            Kind::Call => self.formatted(id, depth),
            _ => None,
        }
    }

    /// `b` and `c` of `a and b or c`.
    fn conditional(&self, id: NodeId) -> Option<[NodeId; 2]> {
        let tree = self.tree;
        let is = |id, operator| {
            let found = tree.child(id, Role::Op).map(|op| tree.text_of(op));
            found == Some(operator)
        };
        let first = tree.child(id, Role::Left)?;
        if !is(id, "or") || !is(first, "and") {
            return None;
        }
        Some([
            tree.child(first, Role::Right)?,
            tree.child(id, Role::Right)?,
        ])
    }

    /// What all of the values come to.
    fn join(&self, values: &[NodeId], depth: usize) -> Option<Constant> {
        let mut joined: Option<Constant> = None;
        for &value in values {
            let value = self.value(value, depth)?;
            joined = Some(match (joined, value) {
                (None, value) => value,
                (Some(known), value) if known == value => known,
                (Some(Constant::Text(_)), Constant::Text(_)) => Constant::Text(None),
                (Some(Constant::Int(_)), Constant::Int(_)) => Constant::Int(None),
                (Some(Constant::Bool(_)), Constant::Bool(_)) => Constant::Bool(None),
                _ => return None,
            });
        }
        joined
    }

    /// The text of a string, whose expressions have to be constant.
    fn text(&self, id: NodeId, depth: usize) -> Option<Option<String>> {
        let mut text = Some(String::new());
        for part in self.tree.children(id) {
            let part = match self.tree.kind(part) {
                Kind::StrPart => Constant::Text(Some(self.tree.text_of(part).to_owned())),
                Kind::Interp => {
                    let value = self.tree.child(part, Role::Value)?;
                    let value = self.value(value, depth.checked_sub(1)?)?;
                    if self.tree.language.assignment_declares()
                        && !matches!(value, Constant::Text(_))
                    {
                        return None;
                    }
                    value
                }
                _ => self.value(part, depth)?,
            };
            text = match (text, part) {
                (Some(text), Constant::Text(Some(part))) => Some(text + &part),
                (Some(text), Constant::Int(Some(part))) => Some(text + &part.to_string()),
                _ => None,
            };
        }
        Some(text)
    }

    /// `"...".format(..)` and `String.format("...", ..)` with constants are texts.
    fn formatted(&self, id: NodeId, depth: usize) -> Option<Constant> {
        let tree = self.tree;
        let callee = tree.child(id, Role::Callee)?;
        let name = tree.child(callee, Role::Name)?;
        let object = tree.child(callee, Role::Object)?;
        let known = |id| self.value(id, depth).is_some();
        let class = matches!(tree.text_of(object), "String" | "java.lang.String");
        let all = tree.children_as(id, Role::Arg).all(known);
        let formats = tree.text_of(name) == "format" && (class || tree.kind(object) == Kind::Str);
        (formats && all).then_some(Constant::Text(None))
    }
}

fn binary(operator: &str, left: Constant, right: Option<Constant>) -> Option<Constant> {
    match (operator, left, right?) {
        ("+", Constant::Text(left), Constant::Text(right)) => Some(Constant::Text(
            left.zip(right).map(|(left, right)| left + &right),
        )),
        ("+", Constant::Text(left), Constant::Int(right)) => {
            let sum = left
                .zip(right)
                .map(|(left, right)| format!("{left}{right}"));
            Some(Constant::Text(sum))
        }
        (operator, Constant::Int(left), Constant::Int(right)) => {
            let apply = |left: i128, right: i128| match operator {
                "+" => left.checked_add(right),
                "-" => left.checked_sub(right),
                "*" => left.checked_mul(right),
                _ => None,
            };
            matches!(operator, "+" | "-" | "*" | "/" | "%").then(|| {
                let value = left.zip(right).and_then(|(left, right)| apply(left, right));
                Constant::Int(value)
            })
        }
        ("&&" | "and", Constant::Bool(left), Constant::Bool(right)) => {
            Some(Constant::Bool(left.zip(right).map(|(a, b)| a && b)))
        }
        ("||" | "or", Constant::Bool(left), Constant::Bool(right)) => {
            Some(Constant::Bool(left.zip(right).map(|(a, b)| a || b)))
        }
        _ => None,
    }
}

/// The value of an integer literal: decimal, hexadecimal, octal, binary, with separators and suffixes.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let text = text.replace('_', "").to_lowercase();
    let digits =
        |radix, digits: &str| i128::from_str_radix(digits.trim_end_matches(['l', 'n']), radix).ok();
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(16, hex);
    }
    if let Some(binary) = text.strip_prefix("0b") {
        return digits(2, binary);
    }
    match text.strip_prefix("0o").or_else(|| text.strip_prefix('0')) {
        Some(octal) if !octal.is_empty() => digits(8, octal),
        _ => digits(10, &text),
    }
}

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
