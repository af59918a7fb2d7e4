//! What expressions always come to, as far as one file shows.

use std::cell::Cell;
use std::sync::PoisonError;

use super::constant::{self, Constant};
use super::names::Names;
use super::{Kind, NodeId, Role, Tree};

/// Deepest expression that is evaluated. Evaluation recurses.
const MAX_DEPTH: usize = 64;
/// Most expressions that are evaluated for one.
const MOST_STEPS: usize = 256;

impl Names {
    /// What the expression at `id` always comes to, be it that the project's configuration says so.
    pub fn constant_value(&self, tree: &Tree, id: NodeId) -> Option<Constant> {
        self.evaluated(tree, id, true)
    }

    /// What the expression at `id` always comes to, as the code alone says.
    pub fn coded_value(&self, tree: &Tree, id: NodeId) -> Option<Constant> {
        self.evaluated(tree, id, false)
    }

    /// Once for each expression: many patterns ask for the same ones.
    fn evaluated(&self, tree: &Tree, id: NodeId, reads_configuration: bool) -> Option<Constant> {
        let key = (id, reads_configuration);
        let evaluated = || {
            self.evaluated
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = evaluated().get(&key) {
            return known.clone();
        }
        let evaluator = Evaluator {
            names: self,
            tree,
            left: Cell::new(MOST_STEPS),
            reads_configuration,
        };
        let value = evaluator.value(id, MAX_DEPTH);
        evaluated().insert(key, value.clone());
        value
    }

    /// The literal that the name or field at `id` stands for there: that of its only declaration, or of the assignment
    /// before it that nothing can come between. A literal stands for itself.
    pub fn constant(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let mut at = id;
        // A constant may be defined by another; a cycle is cut.
        for _ in 0..8 {
            at = match tree.kind(at) {
                Kind::Ident => self.value(tree, at)?,
                Kind::Member => self.member(tree, at)?,
                kind => return kind.is_literal().then_some(at),
            };
        }
        None
    }

    /// The expression that the name at `id` stands for there, as in [`Names::constant`].
    pub fn value(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let values = Evaluator::new(self, tree).values(id, MAX_DEPTH)?;
        let (first, others) = values.split_first()?;
        let same = |other: &NodeId| tree.same_code(*first, tree, *other);
        others.iter().all(same).then_some(*first)
    }
}

struct Evaluator<'a> {
    names: &'a Names,
    tree: &'a Tree,
    /// Steps that are left.
    left: Cell<usize>,
    reads_configuration: bool,
}

impl<'a> Evaluator<'a> {
    fn new(names: &'a Names, tree: &'a Tree) -> Self {
        Evaluator {
            names,
            tree,
            left: Cell::new(MOST_STEPS),
            reads_configuration: false,
        }
    }

    /// The expressions, one of which the name at `id` stands for. Conditions that decide about them have to be
    /// simpler the deeper they stand, since each of them takes its part of the stack.
    fn values(&self, id: NodeId, depth: usize) -> Option<Vec<NodeId>> {
        let known = |condition| self.value(condition, depth / 4);
        self.names.values(self.tree, id, &known)
    }

    fn value(&self, id: NodeId, depth: usize) -> Option<Constant> {
        let depth = depth.checked_sub(1)?;
        self.left.set(self.left.get().checked_sub(1)?);
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Str | Kind::Template => self.text(id, depth),
            Kind::Ident => self.join(&self.values(id, depth)?, depth),
            Kind::Member => self.member(id, depth),
            Kind::Ternary => self.ternary(id, depth),
            // `a and b or c` was Python's conditional expression before it had one.
            Kind::Binary if let Some(branches) = self.conditional(id) => {
                self.join(&branches, depth)
            }
            Kind::Binary => self.binary(id, depth),
            Kind::Unary => {
                let operand = self.value(tree.child(id, Role::Operand)?, depth)?;
                let operator = tree.text_of(tree.child(id, Role::Op)?);
                constant::unary(tree.language, operator, &operand)
            }
            Kind::Index => {
                if let Some(value) = self.setting(id, depth) {
                    return Some(value);
                }
                let text = self.value(tree.child(id, Role::Object)?, depth)?;
                let at = self.value(tree.child(id, Role::Index)?, depth)?;
                constant::index(tree.language, &text, &at)
            }
            Kind::Call => self.call(id, depth),
            _ => constant::literal(tree, id),
        }
    }

    fn binary(&self, id: NodeId, depth: usize) -> Option<Constant> {
        let tree = self.tree;
        let operator = tree.text_of(tree.child(id, Role::Op)?);
        let left = self.value(tree.child(id, Role::Left)?, depth)?;
        // A text is repeated, however often.
        if let ("*", Constant::Text(_), true) =
            (operator, &left, tree.language.assignment_declares())
            && self.value(tree.child(id, Role::Right)?, depth).is_none()
        {
            return Some(Constant::Text(None));
        }
        if let Some(decided) = constant::decided(operator, &left) {
            return Some(decided);
        }
        let right = self.value(tree.child(id, Role::Right)?, depth)?;
        constant::binary(tree.language, operator, &left, &right)
    }

    /// The branch that is taken, where that is certain, or what both have in common.
    fn ternary(&self, id: NodeId, depth: usize) -> Option<Constant> {
        let tree = self.tree;
        let (then, other) = (tree.child(id, Role::Then)?, tree.child(id, Role::Else)?);
        let condition = tree.child(id, Role::Cond)?;
        match self.value(condition, depth).and_then(|value| value.truth()) {
            Some(true) => self.value(then, depth),
            Some(false) => self.value(other, depth),
            None => self.join(&[then, other], depth),
        }
    }

    /// A field that does not change, or the length of a text.
    fn member(&self, id: NodeId, depth: usize) -> Option<Constant> {
        let tree = self.tree;
        if let Some(value) = self.names.member(tree, id) {
            return self.value(value, depth);
        }
        if let Some(value) = self.setting(id, depth) {
            return Some(value);
        }
        let name = tree.text_of(tree.child(id, Role::Name)?);
        let text = self.value(tree.child(id, Role::Object)?, depth)?;
        (name == "length").then(|| constant::method(tree.language, name, &text, &[]))?
    }

    /// What the project's configuration says.
    fn setting(&self, id: NodeId, depth: usize) -> Option<Constant> {
        if !self.reads_configuration {
            return None;
        }
        let text = |arg| match self.value(arg, depth)? {
            Constant::Text(text) => text,
            _ => None,
        };
        self.names.setting(self.tree, id, &text)
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
        let (first, others) = values.split_first()?;
        let mut joined = self.value(*first, depth)?;
        for &other in others {
            joined = joined.either(&self.value(other, depth)?)?;
        }
        Some(joined)
    }

    /// The text of a string, whose expressions have to be constant.
    fn text(&self, id: NodeId, depth: usize) -> Option<Constant> {
        let tree = self.tree;
        let mut text = Some(String::new());
        for part in tree.children(id) {
            let part = match tree.kind(part) {
                Kind::StrPart => Some(constant::part_of_text(tree, part).into_owned()),
                Kind::Interp => {
                    let value = self.value(tree.child(part, Role::Value)?, depth)?;
                    // Python's numbers have formats.
                    if tree.language.assignment_declares() && !matches!(value, Constant::Text(_)) {
                        return None;
                    }
                    value.written()
                }
                _ => self.value(part, depth)?.written(),
            };
            let both = text.zip(part);
            text = both
                .map(|(text, part)| text + &part)
                .filter(|text| text.len() <= Constant::LONGEST);
        }
        Some(text.map_or(Constant::Text(None), Constant::text))
    }

    /// A call of a function or method that only looks at constants.
    fn call(&self, id: NodeId, depth: usize) -> Option<Constant> {
        if let Some(value) = self.setting(id, depth) {
            return Some(value);
        }
        let tree = self.tree;
        let callee = tree.child(id, Role::Callee)?;
        let args = tree.children_as(id, Role::Arg);
        let args: Vec<_> = args
            .map(|arg| self.value(arg, depth))
            .collect::<Option<_>>()?;
        let language = tree.language;
        if let Some(result) = constant::call(language, tree.text_of(callee), &args) {
            return Some(result);
        }
        let name = tree.text_of(tree.child(callee, Role::Name)?);
        let receiver = self.value(tree.child(callee, Role::Object)?, depth)?;
        constant::method(language, name, &receiver, &args)
    }
}
