//! Matches a shape against the nodes of a file.
//!
//! Backtracking with continuations: each step calls `next` once for every way to go on, with the bindings
//! of that way in place, and takes them back afterwards. So all ways to match are found, which the
//! conditions of a rule choose from. Depth is bounded by the size of the pattern, work by [`Steps`].

use rules::review::Options;
use rustc_hash::FxHashSet;

use super::Metavariable;
use super::binding::{Binding, Bindings, Match, STEPS_OF_A_MATCH, Steps, same_binding};
use super::meaning::{has_type, means, type_of};
use super::roots::is_part_of_name;
use super::shape::{Mark, Root, Shape, TypeDemand};
use crate::tree::{Kind, NodeId, Role, TextRange, Tree, Unit};

/// What a pattern is matched in.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) unit: &'a Unit,
    /// How it matches.
    pub(crate) options: &'a Options,
    /// What is bound beforehand: one slot for each metavariable of the rule.
    pub(crate) bindings: &'a Bindings,
}

impl<'a> Context<'a> {
    fn matcher<'m>(
        &self,
        shape: &'m Shape,
        steps: &'m mut Steps,
        found: &'m mut FxHashSet<Match>,
    ) -> Matcher<'m>
    where
        'a: 'm,
    {
        let mut bindings = std::mem::take(&mut steps.scratch);
        bindings.clear();
        bindings.extend_from_slice(self.bindings);
        Matcher {
            shape,
            unit: self.unit,
            tree: &self.unit.tree,
            options: self.options,
            bindings,
            steps,
            found,
        }
    }
}

/// Adds every way in which `shape` matches at the node `at` to `found`. Where `inner` is given, and the shape is
/// an expression statement, only the ways in which the expression is `inner` count.
pub(crate) fn matches(
    shape: &Shape,
    context: &Context<'_>,
    at: NodeId,
    inner: Option<NodeId>,
    steps: &mut Steps,
    found: &mut FxHashSet<Match>,
) {
    let tree = &context.unit.tree;
    let mut matcher = context.matcher(shape, steps, found);
    match &shape.root {
        Root::Node(root) => {
            let mut range = tree.range(at);
            // A header alone covers the header alone.
            if let Some(body) = tree.child(at, Role::Body)
                && shape.tree.kind(*root) == Kind::Function
                && shape.tree.child(*root, Role::Body).is_none()
            {
                let header = range.start as usize..tree.range(body).start as usize;
                range.end = range.start + tree.text[header].trim_end().len() as u32;
            }
            let expression = shape.tree.child(*root, Role::Value);
            match (expression, inner.filter(|&inner| inner != at)) {
                (Some(p), Some(inner)) if shape.tree.kind(*root) == Kind::ExprStmt => {
                    if matcher.leads_to(at, inner) {
                        matcher.node(p, inner, &mut |m| m.accept(range));
                    }
                }
                _ => matcher.node(*root, at, &mut |m| m.accept(range)),
            }
        }
        Root::Statements(statements) if shape.starts_anywhere() => {
            let targets: Vec<_> = tree.children_as(at, Role::Stmt).collect();
            matcher.rows(statements, &targets);
        }
        Root::Statements(statements) => {
            if matcher.starts_row(statements, at) {
                let block = tree.parent(at).unwrap_or(NodeId::ROOT);
                let after = |sibling: &NodeId| *sibling >= at;
                let targets: Vec<_> = tree.children_as(block, Role::Stmt).filter(after).collect();
                matcher.row(statements, &targets, &mut None);
            }
        }
    }
    matcher.steps.scratch = matcher.bindings;
}

/// Adds every way in which a shape of several statements matches among the siblings `targets` to `found`.
pub(crate) fn rows(
    shape: &Shape,
    context: &Context<'_>,
    targets: &[NodeId],
    steps: &mut Steps,
    found: &mut FxHashSet<Match>,
) {
    if let Root::Statements(statements) = &shape.root {
        let mut matcher = context.matcher(shape, steps, found);
        matcher.rows(statements, targets);
        matcher.steps.scratch = matcher.bindings;
    }
}

pub(super) type Next<'n, 'a> = &'n mut dyn FnMut(&mut Matcher<'a>);
/// The same, told which sibling was used last.
pub(super) type NextAfter<'n, 'a> = &'n mut dyn FnMut(&mut Matcher<'a>, Option<NodeId>);

pub(super) struct Matcher<'a> {
    pub(super) shape: &'a Shape,
    pub(super) unit: &'a Unit,
    pub(super) tree: &'a Tree,
    pub(super) options: &'a Options,
    pub(super) bindings: Bindings,
    pub(super) steps: &'a mut Steps,
    pub(super) found: &'a mut FxHashSet<Match>,
}

/// Most types that one expression is given in passing and that are looked through.
const MOST_TYPES_IN_PASSING: usize = 16;
impl<'a> Matcher<'a> {
    pub(super) fn accept(&mut self, range: TextRange) {
        let matched = Match {
            range,
            bindings: self.bindings.clone(),
        };
        if self.steps.take_many(STEPS_OF_A_MATCH) {
            self.found.insert(matched);
        }
    }

    /// Matches the pattern node `p` against the target node `t`.
    pub(super) fn node(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        if !self.steps.take() {
            return;
        }
        let shape = self.shape;
        // `(int, error)` leaves out the names of results.
        let t = match self.tree.node(t).role {
            Role::Elem if self.tree.kind(t) == Kind::Param => {
                let named = shape.tree.kind(p) == Kind::Param;
                let ty = self.tree.child(t, Role::Type).filter(|_| !named);
                ty.unwrap_or(t)
            }
            _ => t,
        };
        match shape.mark_of(p) {
            Mark::Metavariable(variable) => {
                let bound = self.bindings[usize::from(variable.0)].is_some();
                // The second time, it may be given another type in passing.
                let t = if bound { self.unascribed(t) } else { t };
                match self.tree.kind(t) {
                    // An argument with a name is not what a bare `$X` among the arguments means.
                    Kind::Keyword => {}
                    // In plain text it is a word.
                    Kind::Op | Kind::Block if self.tree.language.is_text() => {}
                    // Part of a template or of a regular expression.
                    Kind::StrPart => self.bind(*variable, Binding::Text(self.tree.range(t)), next),
                    _ => self.typed(*variable, t, next),
                }
            }
            Mark::Statement(variable) => {
                // The value of an expression statement is what `$X` means wherever it stands.
                let value = (self.tree.kind(t) == Kind::ExprStmt)
                    .then(|| self.tree.child(t, Role::Value))
                    .flatten();
                self.bind(*variable, Binding::Node(value.unwrap_or(t)), next);
            }
            Mark::Ellipsis(None) => next(self),
            Mark::Ellipsis(Some(variable)) => self.bind(*variable, Binding::Node(t), next),
            Mark::Deep(inner) => self.deep(*inner, t, next),
            Mark::Chain(start) => {
                let mut link = Some(t);
                while let Some(at) = link.filter(|_| !self.steps.exhausted()) {
                    self.node(*start, at, next);
                    link = self.link_before(at);
                }
            }
            Mark::Dotted(path) => {
                let t = self.unascribed(t);
                if means(self.unit, path, t) {
                    next(self);
                } else if let Some(value) = self.meant(t) {
                    self.node(p, value, next);
                } else if self.tree.kind(t) == Kind::Member
                    && shape.tree.kind(p) == Kind::Member
                    && self
                        .tree
                        .child(t, Role::Object)
                        .is_some_and(|object| self.unascribed(object) != object)
                {
                    self.groups(p, t, next);
                }
            }
            mark => self.plain(p, mark, t, next),
        }
    }

    /// Matches anything in the expression or statement `t`. An expression does not hold what functions in it do,
    /// nor a statement what the statements in it do, other than those of function expressions.
    pub(super) fn deep(&mut self, inner: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let tree = self.tree;
        let is_statement = tree.node(t).role == Role::Stmt;
        let mut id = t;
        while id < tree.after(t) && !self.steps.exhausted() {
            let skipped = match is_statement {
                true => id != t && self.is_inner_statement(id),
                false => tree.kind(id) == Kind::Block,
            };
            if skipped {
                id = tree.after(id);
                continue;
            }
            if id == t || !is_part_of_name(tree, id) {
                self.node(inner, id, next);
            }
            id.0 += 1;
        }
    }

    /// The expression without the types that it is given in passing.
    pub(super) fn unascribed(&self, mut t: NodeId) -> NodeId {
        for _ in 0..MOST_TYPES_IN_PASSING {
            match self.tree.child(t, Role::Value) {
                Some(value) if self.tree.kind(t) == Kind::Ascription => t = value,
                _ => break,
            }
        }
        t
    }

    /// What a link of a chain hangs on: `a.b` of `a.b()`, `a` of `a.b`.
    pub(super) fn link_before(&self, t: NodeId) -> Option<NodeId> {
        match self.tree.kind(t) {
            Kind::Call => self.tree.child(t, Role::Callee),
            Kind::Member | Kind::Path | Kind::Index => self.tree.child(t, Role::Object),
            Kind::Await | Kind::Question => self.tree.child(t, Role::Value),
            _ => None,
        }
    }

    pub(super) fn plain(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
        self.itself(p, mark, t, next);
        // A row goes on in the functions that a statement makes.
        let assigns = matches!(self.shape.tree.kind(p), Kind::Assign | Kind::VarDef);
        if assigns && self.is_in_row(p) && self.tree.node(t).role == Role::Stmt {
            for below in self.inner_statements(t) {
                self.itself(p, mark, below, next);
            }
        }
    }

    /// Binds a metavariable, or compares with what it is bound to.
    pub(super) fn bind(&mut self, variable: Metavariable, binding: Binding, next: Next<'_, 'a>) {
        let slot = usize::from(variable.0);
        match self.bindings[slot] {
            Some(bound) => {
                let meant = match binding {
                    Binding::Node(node) => self.meant(node).map(Binding::Node),
                    _ => None,
                };
                if same_binding(self.unit, bound, binding)
                    || self.same_constant(bound, binding)
                    || meant.is_some_and(|meant| same_binding(self.unit, bound, meant))
                {
                    next(self);
                }
            }
            None => {
                self.bindings[slot] = Some(binding);
                next(self);
                self.bindings[slot] = None;
            }
        }
    }

    /// The expression before it that a name always stands for, where the rule asks for that.
    pub(super) fn meant(&self, name: NodeId) -> Option<NodeId> {
        let names = self.unit.names();
        (self.options.symbolic_propagation && self.tree.kind(name) == Kind::Ident)
            .then(|| names.value(self.tree, name))?
            .filter(|&value| value < name)
    }

    /// Whether one of two bindings is a name that always stands for the literal which is the other.
    pub(super) fn same_constant(&self, a: Binding, b: Binding) -> bool {
        let (Binding::Node(a), Binding::Node(b), true) = (a, b, self.options.constant_propagation)
        else {
            return false;
        };
        let tree = self.tree;
        let (name, literal) = match (tree.kind(a), tree.kind(b)) {
            (Kind::Ident, kind) if kind.is_literal() => (a, b),
            (kind, Kind::Ident) if kind.is_literal() => (b, a),
            _ => return false,
        };
        let read = !matches!(tree.node(name).role, Role::Name | Role::Left | Role::Alias)
            || tree
                .parent(name)
                .is_some_and(|parent| tree.kind(parent) == Kind::Binary);
        read && self
            .unit
            .names()
            .constant(tree, name)
            .is_some_and(|value| tree.same_code(value, tree, literal))
    }

    /// Binds a metavariable to `t`, if that has the type which the pattern demands of it. A type may have
    /// metavariables itself.
    pub(super) fn typed(&mut self, variable: Metavariable, t: NodeId, next: Next<'_, 'a>) {
        let shape = self.shape;
        let mut types = shape.types.iter();
        let binding = Binding::Node(t);
        match types.find(|ty| ty.variable == variable) {
            None => self.bind(variable, binding, next),
            Some(TypeDemand {
                pattern: Some(ty), ..
            }) => {
                if let (Some(found), Root::Node(root)) = (type_of(self.unit, t), &ty.root) {
                    self.shape = ty;
                    self.node(*root, found, &mut |m| {
                        m.shape = shape;
                        m.bind(variable, binding, next);
                        m.shape = ty;
                    });
                    self.shape = shape;
                }
            }
            Some(TypeDemand { text, .. }) => {
                if has_type(self.unit, t, text) {
                    self.bind(variable, binding, next);
                }
            }
        }
    }
}
