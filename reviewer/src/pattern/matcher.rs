//! Matches a shape against the nodes of a file.
//!
//! Backtracking with continuations: each step calls `next` once for every way to go on, with the bindings
//! of that way in place, and takes them back afterwards. So all ways to match are found, which the
//! conditions of a rule choose from. Depth is bounded by the size of the pattern, work by [`Steps`].

use rules::review::Options;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::tree::{Constant, Kind, NodeId, Role, TextRange, Tree, Unit, integer};

use super::Metavariable;
use super::meaning::{has_type, means, type_of};
use super::shape::{Group, Mark, Root, Shape, TypeDemand, is_part_of_name};

/// What a metavariable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Binding {
    /// A node.
    Node(NodeId),
    /// Siblings, first and last.
    Nodes(NodeId, NodeId),
    /// No siblings: `$...X` may match none. The position is where they would stand.
    Nothing(u32),
    /// A part of the text: the content of a string, a group of a regular expression.
    Text(TextRange),
}

/// By metavariable number; `None` where it is not bound.
pub(crate) type Bindings = Vec<Option<Binding>>;

/// One way in which a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Match {
    /// What matched.
    pub(crate) range: TextRange,
    /// What the metavariables stand for.
    pub(crate) bindings: Bindings,
}

/// Steps that one rule may take in one file. They are counted, so results do not depend on the machine.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    left: u64,
    /// Steps taken.
    pub(crate) taken: u64,
    /// Whether a statement of a pattern (by the address of its shape) may match a statement at all, whatever its
    /// metavariables stand for. Rows ask for it again at each of their starts.
    may_match: FxHashMap<(usize, NodeId, NodeId), bool>,
    /// Memory for bindings, kept from one attempt to the next.
    scratch: Bindings,
}

impl Steps {
    /// The budget in a file of that many nodes. Over real files, a rule takes less than one step for a node;
    /// what nests ellipses in deep code takes some tens.
    pub(crate) fn for_nodes(nodes: usize) -> Self {
        Steps {
            left: 1_000_000 + 50 * nodes as u64,
            taken: 0,
            may_match: FxHashMap::default(),
            scratch: Vec::new(),
        }
    }

    /// Whether the budget is used up; then matches are missing.
    pub(crate) fn exhausted(&self) -> bool {
        self.left == 0
    }

    /// Takes a step; false where none is left.
    pub(crate) fn take(&mut self) -> bool {
        self.take_many(1)
    }

    /// Takes several steps at once; false where the budget is used up by them.
    pub(crate) fn take_many(&mut self, steps: usize) -> bool {
        self.taken += steps as u64;
        self.left = self.left.saturating_sub(steps as u64);
        self.left > 0
    }
}

impl Binding {
    /// The text that it covers.
    pub(crate) fn range(self, tree: &Tree) -> TextRange {
        match self {
            Binding::Node(id) => tree.range(id),
            Binding::Nodes(first, last) => tree.range(first).to(tree.range(last)),
            Binding::Nothing(at) => TextRange { start: at, end: at },
            Binding::Text(range) => range,
        }
    }
}

/// Whether two bindings are the same code. The same word in two scopes that each declare it is not.
pub(crate) fn same_binding(unit: &Unit, a: Binding, b: Binding) -> bool {
    let tree = &unit.tree;
    match (a, b) {
        (Binding::Node(a), Binding::Node(b)) => {
            a == b || tree.same_code(a, tree, b) && unit.names().same_variable(tree, a, b)
        }
        _ => tree.text[a.range(tree).indices()] == tree.text[b.range(tree).indices()],
    }
}

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

/// Steps that keeping a match counts for: it takes memory.
pub(crate) const STEPS_OF_A_MATCH: usize = 8;

/// Most types that one expression is given in passing and that are looked through.
const MOST_TYPES_IN_PASSING: usize = 16;

impl<'a> Matcher<'a> {
    fn accept(&mut self, range: TextRange) {
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
    fn deep(&mut self, inner: NodeId, t: NodeId, next: Next<'_, 'a>) {
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

    /// Whether this is a statement, and none of a function expression.
    fn is_inner_statement(&self, t: NodeId) -> bool {
        let mut around = self.tree.ancestors(t);
        let of_function = |id| matches!(self.tree.kind(id), Kind::Lambda | Kind::Function);
        self.tree.node(t).role == Role::Stmt && !around.nth(1).is_some_and(of_function)
    }

    /// The expression without the types that it is given in passing.
    fn unascribed(&self, mut t: NodeId) -> NodeId {
        for _ in 0..MOST_TYPES_IN_PASSING {
            match self.tree.child(t, Role::Value) {
                Some(value) if self.tree.kind(t) == Kind::Ascription => t = value,
                _ => break,
            }
        }
        t
    }

    /// What a link of a chain hangs on: `a.b` of `a.b()`, `a` of `a.b`.
    fn link_before(&self, t: NodeId) -> Option<NodeId> {
        match self.tree.kind(t) {
            Kind::Call => self.tree.child(t, Role::Callee),
            Kind::Member | Kind::Path | Kind::Index => self.tree.child(t, Role::Object),
            Kind::Await | Kind::Question => self.tree.child(t, Role::Value),
            _ => None,
        }
    }

    fn plain(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
        self.itself(p, mark, t, next);
        // A row goes on in the functions that a statement makes.
        let assigns = matches!(self.shape.tree.kind(p), Kind::Assign | Kind::VarDef);
        if assigns && self.is_in_row(p) && self.tree.node(t).role == Role::Stmt {
            for below in self.inner_statements(t) {
                self.itself(p, mark, below, next);
            }
        }
    }

    /// Whether a statement of the pattern has others beside it or around it.
    fn is_in_row(&self, p: NodeId) -> bool {
        let root = matches!(self.shape.root, Root::Node(root) if root == p);
        !root && self.shape.tree.node(p).role == Role::Stmt
    }

    /// The assignments in the function expressions of a simple statement.
    fn inner_statements(&self, t: NodeId) -> Vec<NodeId> {
        let simple = matches!(
            self.tree.kind(t),
            Kind::ExprStmt | Kind::Return | Kind::VarDef | Kind::Assign
        );
        if !simple {
            return Vec::new();
        }
        let mut inside = self.tree.subtree(t).skip(1).peekable();
        while inside
            .next_if(|&id| self.tree.kind(id) != Kind::Lambda)
            .is_some()
        {}
        inside
            .filter(|&id| {
                self.tree.node(id).role == Role::Stmt
                    && matches!(self.tree.kind(id), Kind::Assign | Kind::VarDef)
            })
            .collect()
    }

    fn itself(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
        let kinds = (self.shape.tree.kind(p), self.tree.kind(t));
        match kinds {
            (Kind::Str, Kind::Str) => self.string(p, mark, t, next),
            (Kind::Block, Kind::Block) if let Some(variable) = self.lone_statement(p) => {
                let statements: Vec<_> = self.tree.children(t).collect();
                match statements[..] {
                    [first, .., last] => self.bind(variable, Binding::Nodes(first, last), next),
                    _ => self.groups(p, t, next),
                }
            }
            (Kind::Int, Kind::Int) => {
                let (a, b) = (self.shape.tree.text_of(p), self.tree.text_of(t));
                if a == b || integer(a).is_some_and(|value| integer(b) == Some(value)) {
                    next(self);
                }
            }
            (Kind::ExprStmt, Kind::ExprStmt | Kind::Return | Kind::Assign | Kind::AugAssign) => {
                self.in_statement(p, t, next)
            }
            (Kind::Binary, Kind::Binary) => self.operation(p, t, next),
            // `import a` matches `import a.b`.
            (Kind::ImportItem, Kind::ImportItem)
                if matches!(mark, Mark::Plain) && self.imports_part(p, t) =>
            {
                next(self)
            }
            // A literal alone is not what stands side by side with others.
            (Kind::Template, Kind::Template)
                if self.is_root(p)
                    && is_joined(self.tree, t)
                    && !is_joined(&self.shape.tree, p) => {}
            (Kind::Comprehension, Kind::Comprehension) if !self.same_bracket(p, t) => {}
            (Kind::Decorator, Kind::Decorator) => self.decorator(p, t, next),
            // A pattern that says no type matches what is given another one in passing.
            (pattern, Kind::Ascription) if pattern != Kind::Ascription => {
                let value = self.unascribed(t);
                if self.tree.kind(value) != Kind::Ascription {
                    self.node(p, value, next);
                }
            }
            // The pattern is a method, the target none.
            (Kind::Function, Kind::Function)
                if matches!(self.shape.root, Root::Node(root) if root == p)
                    && is_member(&self.shape.tree, p)
                    && !is_member(self.tree, t) => {}
            (Kind::For, Kind::For) if self.shape.has_open_header(p) => self.bodies(p, t, next),
            // The name of a function expression says nothing where it may be any.
            (Kind::Lambda, Kind::Lambda)
                if self.tree.child(t, Role::Name).is_none() && self.has_free_name(p) =>
            {
                self.groups_but(Role::Name, p, t, next);
            }
            (a, b) if a == b => self.groups(p, t, next),
            // `else { ... }` matches `else if` too.
            (Kind::Block, Kind::If) if self.tree.node(t).role == Role::Else => {
                let patterns: Vec<_> = self.shape.tree.children(p).collect();
                if patterns.iter().any(|p| self.is_ellipsis(*p)) {
                    self.statements(&patterns, &[t], next);
                }
            }
            (Kind::Template, Kind::Str)
                if self.tree.text_of(t).starts_with('`') && self.is_only_ellipsis(p) =>
            {
                next(self);
            }
            // `function ...(...) { ... }` matches functions without a name too.
            (Kind::Function, Kind::Lambda) if self.has_any_name(p) => {
                self.groups_but(Role::Name, p, t, next);
            }
            // `key: ...` matches a method.
            (Kind::Pair, Kind::Function) => self.any_value(p, t, next),
            // A key in quotes that stands for others.
            (Kind::Str, Kind::Ident) if self.tree.node(t).role == Role::Key => match mark {
                Mark::AnyString => next(self),
                Mark::StringContent(variable) => self.bind(*variable, Binding::Node(t), next),
                Mark::StringRegex(regex)
                    if regex.is_match(self.tree.text_of(t)).unwrap_or(false) =>
                {
                    next(self)
                }
                _ => {}
            },
            (Kind::Import | Kind::ImportFrom, Kind::VarDef) => self.required(p, t, next),
            // `for (...)` matches any loop with `for`.
            (Kind::For, Kind::ForEach) if self.shape.has_open_header(p) => self.bodies(p, t, next),
            // What an arrow returns, it may also merely do.
            (Kind::Return, Kind::ExprStmt) => {
                let pattern = &self.shape.tree;
                if let (Some(value), Some(done)) = (
                    pattern.child(p, Role::Value),
                    self.tree.child(t, Role::Value),
                ) && pattern.range(value) == pattern.range(p)
                {
                    self.node(value, done, next);
                }
            }
            // An assignment in a pattern matches the declaration that assigns.
            (Kind::Assign, Kind::VarDef) if self.options.vardef_assign => self.assigned(p, t, next),
            (Kind::ExprStmt, Kind::VarDef) => {
                if self.options.vardef_assign
                    && let Some(value) = self.shape.tree.child(p, Role::Value)
                {
                    match self.shape.tree.kind(value) {
                        Kind::Assign => self.assigned(value, t, next),
                        _ => self.in_statement(p, t, next),
                    }
                }
            }
            // `else { ... }` matches what `else if` starts.
            (Kind::Block, Kind::If) if self.tree.node(t).role == Role::Else => {
                let statements: Vec<_> = self.shape.tree.children(p).collect();
                self.statements(&statements, &[t], next);
            }
            // `for ... { }` matches any loop.
            (Kind::For, Kind::ForEach) if self.shape.has_open_header(p) => self.bodies(p, t, next),
            // `{...}` is read as a set where it may as well be a map.
            (Kind::Set, Kind::Dict) if self.is_only_ellipsis(p) => next(self),
            // `[...]` matches however the elements are made.
            (Kind::List | Kind::Set | Kind::Dict, Kind::Comprehension)
                if self.is_only_ellipsis(p) && self.same_bracket(p, t) =>
            {
                next(self)
            }

            // `import m` matches whatever is imported from `m`.
            (Kind::Import, Kind::ImportFrom) => self.imported_from(p, t, next),
            // `from a import b` matches `import a.b`.
            (Kind::ImportFrom, Kind::Import) => {
                let (pattern, tree) = (&self.shape.tree, self.tree);
                let mut items = pattern.children_as(p, Role::Item);
                if let (Some(item), None) = (items.next(), items.next())
                    && let (Some(module), Some(name)) = (
                        pattern.child(p, Role::Object),
                        pattern.child(item, Role::Name),
                    )
                {
                    let wanted = format!("{}.{}", pattern.text_of(module), pattern.text_of(name));
                    let found = tree
                        .children_as(t, Role::Item)
                        .filter_map(|item| tree.child(item, Role::Name))
                        .any(|found| tree.text_of(found) == wanted);
                    if found {
                        next(self);
                    }
                }
            }
            // One of several types of a handler.
            (Kind::Tuple, _) if self.is_handled_type(t) => {
                let types: Vec<_> = self.shape.tree.children(p).collect();
                self.sequence(None, &types, &[t], true, &mut |m, _| next(m));
            }
            // As an expression, the type `List[int]` is a subscript.
            (Kind::Index, Kind::Generic) if self.tree.text_of(t).ends_with(']') => {
                let pattern = &self.shape.tree;
                if let (Some(object), Some(index), Some(base), Some(argument)) = (
                    pattern.child(p, Role::Object),
                    pattern.child(p, Role::Index),
                    self.tree.child(t, Role::Base),
                    self.tree.child(t, Role::TypeArg),
                ) && self.tree.children(t).count() == 2
                {
                    self.node(object, base, &mut |m| m.node(index, argument, next));
                }
            }
            // Absent type arguments match any.
            (_, Kind::Generic) => {
                if let Some(base) = self.tree.child(t, Role::Base) {
                    self.node(p, base, next);
                }
            }
            // `"..." "..."` matches whatever stands side by side.
            (Kind::Str, Kind::Template)
                if is_joined(&self.shape.tree, p) && is_joined(self.tree, t) =>
            {
                self.groups(p, t, next);
            }
            // The texts of a template are strings, too.
            (Kind::Str, Kind::Template) if self.is_root(p) => {
                let tree = self.tree;
                let fits = |part| match mark {
                    Mark::AnyString => tree.kind(part) == Kind::StrPart,
                    Mark::StringRegex(regex) => {
                        tree.kind(part) == Kind::StrPart
                            && regex.is_match(tree.text_of(part)).unwrap_or(false)
                    }
                    _ => false,
                };
                match tree.children(t).any(fits) {
                    true => next(self),
                    false => self.constant(p, mark, t, next),
                }
            }
            // A literal matches what always comes to it.
            (
                literal,
                Kind::Ident
                | Kind::Member
                | Kind::Binary
                | Kind::Template
                | Kind::Ternary
                | Kind::Call,
            ) if literal.is_literal() && self.options.constant_propagation => {
                let names = self.unit.names();
                match names.constant(self.tree, t) {
                    Some(constant) => self.node(p, constant, next),
                    None => self.constant(p, mark, t, next),
                }
            }
            // A name matches as the expression that it stands for, where the rule asks for that.
            (_, Kind::Ident) if self.options.symbolic_propagation => {
                if let Some(value) = self.unit.names().value(self.tree, t)
                    && value < t
                {
                    self.node(p, value, next);
                }
                self.imported(p, t, next);
            }
            // A decorator without arguments is a call without arguments.
            (Kind::Call, Kind::Ident | Kind::Member) if self.is_decorator(t) => {
                let pattern = &self.shape.tree;
                let all_open = pattern
                    .children_as(p, Role::Arg)
                    .all(|argument| self.is_ellipsis(argument));
                if let Some(callee) = pattern.child(p, Role::Callee).filter(|_| all_open) {
                    self.node(callee, t, next);
                }
            }
            // `m.$F` matches a bare name that was imported from `m`.
            (Kind::Member | Kind::Path, Kind::Ident) => self.imported(p, t, next),
            _ => {}
        }
    }

    fn is_root(&self, p: NodeId) -> bool {
        matches!(self.shape.root, Root::Node(root) if root == p)
    }

    /// Matches the bodies of two loops, and nothing else of them.
    fn bodies(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        if let (Some(body), Some(target)) = (
            self.shape.tree.child(p, Role::Body),
            self.tree.child(t, Role::Body),
        ) {
            self.node(body, target, next);
        }
    }

    fn is_decorator(&self, t: NodeId) -> bool {
        let parent = self.tree.parent(t);
        parent.is_some_and(|parent| self.tree.kind(parent) == Kind::Decorator)
    }

    fn same_bracket(&self, p: NodeId, t: NodeId) -> bool {
        self.shape.tree.text_of(p).chars().next() == self.tree.text_of(t).chars().next()
    }

    fn is_handled_type(&self, t: NodeId) -> bool {
        let parent = self.tree.parent(t).map(|parent| self.tree.kind(parent));
        parent == Some(Kind::Catch) && self.tree.node(t).role == Role::Type
    }

    /// `@name` matches `@name()`, but no decorator with arguments, and neither does `@$X`.
    fn decorator(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let (pattern, tree) = (&self.shape.tree, self.tree);
        if let (Some(p), Some(call)) = (pattern.child(p, Role::Value), tree.child(t, Role::Value))
            && pattern.kind(p) != Kind::Call
            && tree.kind(call) == Kind::Call
        {
            if tree.child(call, Role::Arg).is_none()
                && let Some(callee) = tree.child(call, Role::Callee)
            {
                self.node(p, callee, next);
            }
            return;
        }
        self.groups(p, t, next);
    }

    fn is_only_ellipsis(&self, p: NodeId) -> bool {
        let mut children = self.shape.tree.children(p);
        let first = children.next();
        children.next().is_none()
            && first.is_some_and(|p| matches!(self.shape.mark_of(p), Mark::Ellipsis(_)))
    }

    /// Whether the function is named `...`.
    fn has_any_name(&self, p: NodeId) -> bool {
        let name = self.shape.tree.child(p, Role::Name);
        name.is_some_and(|name| matches!(self.shape.mark_of(name), Mark::Ellipsis(None)))
    }

    /// Whether the function is named by a metavariable.
    fn has_free_name(&self, p: NodeId) -> bool {
        let name = self.shape.tree.child(p, Role::Name);
        name.is_some_and(|name| matches!(self.shape.mark_of(name), Mark::Metavariable(_)))
    }

    /// Matches a pattern of another kind than the target, role by role, but for one role and for what only one
    /// of both kinds has.
    fn groups_but(&mut self, but: Role, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let shape = self.shape;
        let kept = |role| role != but && !matches!(role, Role::Cond | Role::Update);
        let mut groups = shape
            .groups_of(p)
            .iter()
            .filter(|group| kept(group.role))
            .collect::<Vec<_>>();
        groups.reverse();
        self.some_groups(groups, t, next);
    }

    fn some_groups(&mut self, mut groups: Vec<&'a Group>, t: NodeId, next: Next<'_, 'a>) {
        match groups.pop() {
            None => next(self),
            Some(group) => self.each_group(std::slice::from_ref(group), t, &mut |m| {
                m.some_groups(groups.clone(), t, next);
            }),
        }
    }

    /// Matches the key of a pair without a value of its own against the name of a method.
    fn any_value(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let pattern = &self.shape.tree;
        if let (Some(key), Some(value), Some(name)) = (
            pattern.child(p, Role::Key),
            pattern.child(p, Role::Value),
            self.tree.child(t, Role::Name),
        ) && matches!(self.shape.mark_of(value), Mark::Ellipsis(None))
        {
            self.node(key, name, next);
        }
    }

    /// Matches an import against a declaration whose value is loaded from the module: `const {a: b} =
    /// require("m")` is `import {a as b} from "m"`.
    fn required(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let (pattern, tree) = (&self.shape.tree, self.tree);
        let Some(loaded) = tree
            .child(t, Role::Value)
            .and_then(|value| tree.required_module(value))
        else {
            return;
        };
        let items: Vec<_> = pattern.children_as(p, Role::Item).collect();
        if pattern.kind(p) == Kind::Import {
            if let Some(module) = items
                .first()
                .and_then(|item| pattern.child(*item, Role::Name))
            {
                self.node(module, loaded, next);
            }
            return;
        }
        if let (Some(module), Some(names)) =
            (pattern.child(p, Role::Object), tree.child(t, Role::Name))
        {
            self.node(module, loaded, &mut |m| {
                m.required_items(&items, names, next)
            });
        }
    }

    /// Matches imported names against the names of a declaration, in any order.
    fn required_items(&mut self, items: &[NodeId], names: NodeId, next: Next<'_, 'a>) {
        let Some((&item, rest)) = items.split_first() else {
            return next(self);
        };
        if matches!(self.shape.mark_of(item), Mark::Ellipsis(None)) {
            return self.required_items(rest, names, next);
        }
        let (pattern, tree) = (&self.shape.tree, self.tree);
        let part = |role| pattern.child(item, role);
        match (part(Role::Name), part(Role::Alias)) {
            (Some(name), alias) if tree.kind(names) == Kind::Record => {
                for pair in tree.children(names) {
                    let (Some(key), Some(value)) =
                        (tree.child(pair, Role::Key), tree.child(pair, Role::Value))
                    else {
                        continue;
                    };
                    self.node(name, key, &mut |m| match alias {
                        Some(alias) => {
                            m.node(alias, value, &mut |m| m.required_items(rest, names, next))
                        }
                        None => m.required_items(rest, names, next),
                    });
                }
            }
            _ => {}
        }
    }

    /// The metavariable of a body that is nothing else, without braces of its own: it stands for any body.
    fn lone_statement(&self, p: NodeId) -> Option<Metavariable> {
        let pattern = &self.shape.tree;
        let mut statements = pattern.children(p);
        let (Some(only), None) = (statements.next(), statements.next()) else {
            return None;
        };
        match self.shape.mark_of(only) {
            Mark::Statement(variable) if pattern.range(p) == pattern.range(only) => Some(*variable),
            _ => None,
        }
    }

    /// Matches `import a.b` against `from a.b import c`, `from a import b` and `from a.b.c import d`.
    fn imported_from(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let (pattern, tree) = (&self.shape.tree, self.tree);
        let mut items = pattern.children_as(p, Role::Item);
        if let (Some(item), None) = (items.next(), items.next())
            && pattern.child(item, Role::Alias).is_none()
            && let (Some(module), Some(from)) =
                (pattern.child(item, Role::Name), tree.child(t, Role::Object))
        {
            let (wanted, from_text) = (pattern.text_of(module), tree.text_of(from));
            let name = wanted
                .strip_prefix(from_text)
                .and_then(|rest| rest.strip_prefix('.'));
            let imports_name = tree
                .children_as(t, Role::Item)
                .filter_map(|item| tree.child(item, Role::Name))
                .any(|found| Some(tree.text_of(found)) == name);
            match begins_with(from_text, wanted) || imports_name {
                true => next(self),
                false => self.node(module, from, next),
            }
        }
    }

    /// Whether the module of the pattern holds the one that is imported.
    fn imports_part(&self, p: NodeId, t: NodeId) -> bool {
        let (pattern, tree) = (&self.shape.tree, self.tree);
        let is_module = |tree: &Tree, id| {
            tree.parent(id)
                .is_some_and(|parent| tree.kind(parent) == Kind::Import)
        };
        match (pattern.child(p, Role::Name), tree.child(t, Role::Name)) {
            (Some(wanted), Some(found)) => {
                is_module(pattern, p)
                    && is_module(tree, t)
                    && pattern.child(p, Role::Alias).is_none()
                    && matches!(self.shape.mark_of(wanted), Mark::Dotted(_))
                    && begins_with(tree.text_of(found), pattern.text_of(wanted))
            }
            _ => false,
        }
    }

    /// Matches `object.$NAME` against the imported name `t`.
    fn imported(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let pattern = &self.shape.tree;
        let (Some(object), Some(name)) =
            (pattern.child(p, Role::Object), pattern.child(p, Role::Name))
        else {
            return;
        };
        let path = self.unit.names().import(self.tree, t);
        let Some((from, last)) = path.and_then(|path| path.rsplit_once('.')) else {
            return;
        };
        match (self.shape.mark_of(object), self.shape.mark_of(name)) {
            (Mark::Dotted(module), Mark::Metavariable(variable)) if from == &**module => {
                self.bind(*variable, Binding::Node(t), next);
            }
            // So does `$M.$NAME`: the module is where it was imported from.
            (Mark::Metavariable(module), Mark::Metavariable(name)) if !from.is_empty() => {
                let names = self.unit.names();
                if let Some(from) = names.imported_from(self.tree, t) {
                    self.bind(*module, Binding::Node(from), &mut |m| {
                        m.bind(*name, Binding::Node(t), next);
                    });
                }
            }
            // `$M.name` does so whatever the module.
            (Mark::Metavariable(variable), Mark::Dotted(name)) if last == &**name => {
                self.bind(*variable, Binding::Node(t), next);
            }
            _ => {}
        }
    }

    /// Matches the two sides of an assignment against the name and value of a declaration.
    fn assigned(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let side = |role| self.shape.tree.child(p, role);
        let part = |role| self.tree.child(t, role);
        if let (Some(left), Some(right), Some(name), Some(value)) = (
            side(Role::Left),
            side(Role::Right),
            part(Role::Name),
            part(Role::Value),
        ) {
            // `var a, b = f()` is no assignment to two things; `a, b := f()` is.
            if self.tree.kind(name) == Kind::Tuple && part(Role::Op).is_none() {
                return;
            }
            self.node(left, name, &mut |m| m.node(right, value, next));
            self.one_of_pairs(p, t, next);
        }
    }

    /// Matches an assignment to one thing against `a, b := 1, 2`, which declares two.
    fn one_of_pairs(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let tuple = |role| {
            self.tree
                .child(t, role)
                .filter(|&id| self.tree.kind(id) == Kind::Tuple)
        };
        if let (Some(targets), Some(values)) = (tuple(Role::Name), tuple(Role::Value))
            && let (Some(left), Some(right)) = (
                self.shape.tree.child(p, Role::Left),
                self.shape.tree.child(p, Role::Right),
            )
            && self.shape.tree.kind(left) != Kind::Tuple
            && self.tree.children(targets).count() == self.tree.children(values).count()
        {
            let pairs: Vec<_> = self
                .tree
                .children(targets)
                .zip(self.tree.children(values))
                .collect();
            for (target, value) in pairs {
                self.node(left, target, &mut |m| m.node(right, value, next));
            }
        }
    }

    /// Matches two nodes of one kind: leaves by their text, others role by role.
    pub(super) fn groups(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let shape = self.shape;
        let groups = shape.groups_of(p);
        let kind = self.tree.kind(t);
        if groups.is_empty() && self.tree.is_leaf(t) {
            let same = shape.tree.text_of(p) == self.tree.text_of(t) || !has_words(kind);
            if same {
                next(self);
            }
            return;
        }
        let accepted = self.tree.children(t).all(|child| {
            let role = self.tree.node(child).role;
            groups.iter().any(|group| group.role == role)
                || may_be_absent(kind, role)
                || role == Role::Stmt && self.is_class_body(t)
                || matches!(role, Role::Type | Role::Name) && shape.handles_anything(p)
        });
        if accepted {
            self.each_group(groups, t, next);
        }
    }

    fn each_group(&mut self, groups: &'a [Group], t: NodeId, next: Next<'_, 'a>) {
        let Some((group, rest)) = groups.split_first() else {
            return next(self);
        };
        if let [only] = group.nodes[..]
            && !group.open
            && group.role != Role::Arg
            && !self.is_class_body(t)
            && !any_order(self.tree.kind(t), group.role)
        {
            let mut targets = self.tree.children_as(t, group.role);
            if let (Some(target), None) = (targets.next(), targets.next()) {
                self.node(only, target, &mut |m| m.each_group(rest, t, next));
            }
            return;
        }
        let targets: Vec<_> = self.tree.children_as(t, group.role).collect();
        let kind = self.tree.kind(t);
        // A declaration that gives no value is no assignment of `...`.
        if targets.is_empty() && group.role == Role::Value && kind == Kind::VarDef {
            return;
        }
        let go_on: Next<'_, 'a> = &mut |m| m.each_group(rest, t, next);
        let members = self.is_class_body(t);
        if any_order(kind, group.role) || members {
            self.subset(&group.nodes, &targets, true, go_on);
        } else if kind == Kind::Dict || kind == Kind::Set {
            self.subset(&group.nodes, &targets, group.open, go_on);
        } else if group.role == Role::Arg {
            self.arguments(group, &targets, go_on);
        } else if group.role == Role::Stmt && group.open {
            self.statements(&group.nodes, &targets, go_on);
        } else {
            self.sequence(None, &group.nodes, &targets, true, &mut |m, _| go_on(m));
        }
    }

    /// Whether the statements of a block are the members of a class: their order says nothing.
    fn is_class_body(&self, t: NodeId) -> bool {
        let holder = self.tree.parent(t).map(|parent| self.tree.kind(parent));
        self.tree.kind(t) == Kind::Block && holder == Some(Kind::Class)
    }

    /// Every pattern matches another target; the order does not matter. Targets may be left over where
    /// `open`.
    pub(super) fn subset(
        &mut self,
        patterns: &[NodeId],
        targets: &[NodeId],
        open: bool,
        next: Next<'_, 'a>,
    ) {
        let patterns: Vec<_> = patterns
            .iter()
            .copied()
            .filter(|&p| !matches!(self.shape.mark_of(p), Mark::Ellipsis(None)))
            .collect();
        let mut choices = Vec::new();
        for &p in &patterns {
            // Whether there is a way at all does not depend on the other patterns, so that is found out first:
            // otherwise their ways would multiply.
            let alone = patterns.len() > 1 && targets.len() > 1;
            let mut may_match = |&t: &NodeId| {
                let mut matches = !alone;
                if alone {
                    self.node(p, t, &mut |_| matches = true);
                }
                matches
            };
            let found: Vec<_> = targets.iter().copied().filter(|t| may_match(t)).collect();
            if found.is_empty() {
                return;
            }
            choices.push((p, found));
        }
        choices.sort_by_key(|(_, targets)| targets.len());
        let left_over = targets.len() - patterns.len().min(targets.len());
        if open || left_over == 0 {
            self.choose(&choices, &mut Vec::new(), next);
        }
    }

    /// One target for each pattern, no target twice.
    fn choose(
        &mut self,
        choices: &[(NodeId, Vec<NodeId>)],
        used: &mut Vec<NodeId>,
        next: Next<'_, 'a>,
    ) {
        let Some(((p, targets), rest)) = choices.split_first() else {
            return next(self);
        };
        for &target in targets {
            if !used.contains(&target) {
                used.push(target);
                let mut taken = used.clone();
                self.node(*p, target, &mut |m| m.choose(rest, &mut taken, next));
                used.pop();
            }
        }
    }

    /// Arguments: those with names match in any order, the others in theirs.
    fn arguments(&mut self, group: &'a Group, targets: &[NodeId], next: Next<'_, 'a>) {
        let named = |kind| matches!(kind, Kind::Keyword | Kind::Pair);
        let named_pattern = |id: &NodeId| named(self.shape.tree.kind(*id));
        let named_target = |id: &NodeId| named(self.tree.kind(*id));
        if !group.nodes.iter().any(named_pattern) && !targets.iter().any(named_target) {
            return self.sequence(None, &group.nodes, targets, true, &mut |m, _| next(m));
        }
        // `$...X` stands for all arguments in its place, whether they have names or not.
        let variadic = |id: &NodeId| matches!(self.shape.mark_of(*id), Mark::Ellipsis(Some(_)));
        if group.nodes.iter().any(variadic) {
            return self.sequence(None, &group.nodes, targets, true, &mut |m, _| next(m));
        }
        let (named, placed): (Vec<_>, Vec<_>) =
            group.nodes.iter().copied().partition(named_pattern);
        let (named_targets, placed_targets): (Vec<_>, Vec<_>) =
            targets.iter().copied().partition(named_target);
        self.subset(&named, &named_targets, group.open, &mut |m| {
            m.sequence(None, &placed, &placed_targets, true, &mut |m, _| next(m))
        });
    }

    /// Matches siblings in order; an ellipsis takes any number of them. Where not `whole`, targets may be left
    /// over; `next` learns the last one that was used, which is `last` where there is none.
    pub(super) fn sequence(
        &mut self,
        last: Option<NodeId>,
        patterns: &[NodeId],
        targets: &[NodeId],
        whole: bool,
        next: NextAfter<'_, 'a>,
    ) {
        if !self.steps.take() {
            return;
        }
        let Some((&first, rest)) = patterns.split_first() else {
            if !whole || targets.is_empty() {
                next(self, last);
            }
            return;
        };
        let Mark::Ellipsis(variable) = self.shape.mark_of(first) else {
            if let Some((&target, others)) = targets.split_first() {
                self.node(first, target, &mut |m| {
                    m.sequence(Some(target), rest, others, whole, next)
                });
            }
            return;
        };
        // What stands at the end takes all.
        let (least, last) = match rest {
            [] => (targets.len(), targets.last().copied().or(last)),
            _ => (0, last),
        };
        for taken in least..=targets.len() {
            let (skipped, others) = targets.split_at(taken);
            if !self.may_go_on(rest, others) {
                continue;
            }
            match variable {
                None => self.sequence(last, rest, others, whole, next),
                Some(variable) => {
                    let binding = match skipped {
                        [] => Binding::Nothing(
                            others.first().map_or(0, |&t| self.tree.range(t).start),
                        ),
                        [first, .., last] => Binding::Nodes(*first, *last),
                        [only] => Binding::Nodes(*only, *only),
                    };
                    self.bind(*variable, binding, &mut |m| {
                        m.sequence(last, rest, others, whole, next)
                    });
                }
            }
        }
    }

    /// Whether the patterns may go on with the first of the `targets`, as far as that can be said for statements
    /// without knowing what else matched.
    fn may_go_on(&mut self, patterns: &[NodeId], targets: &[NodeId]) -> bool {
        let (Some(&p), Some(&t)) = (patterns.first(), targets.first()) else {
            return true;
        };
        if self.shape.tree.node(p).role != Role::Stmt || self.is_ellipsis(p) {
            return true;
        }
        let key = (std::ptr::from_ref(self.shape) as usize, p, t);
        if let Some(&known) = self.steps.may_match.get(&key) {
            return known;
        }
        let unbound = vec![None; self.bindings.len()];
        let bindings = std::mem::replace(&mut self.bindings, unbound);
        let mut matches = false;
        self.node(p, t, &mut |_| matches = true);
        self.bindings = bindings;
        // What was cut short says nothing.
        if !self.steps.exhausted() {
            self.steps.may_match.insert(key, matches);
        }
        matches
    }

    /// The statements of a block with an ellipsis among them. What follows an ellipsis may also stand
    /// deeper, in the blocks of the statements that it skips, and more statements may follow.
    fn statements(&mut self, patterns: &[NodeId], targets: &[NodeId], next: Next<'_, 'a>) {
        self.sequence(None, patterns, targets, false, &mut |m, _| next(m));
        if patterns.iter().any(|p| !self.is_ellipsis(*p)) {
            let deep = self.flatten(targets);
            if deep.len() > targets.len() {
                self.sequence(None, patterns, &deep, false, &mut |m, _| next(m));
            }
        }
    }

    /// Rows of statements that start with any of the `targets`, and may end before the block does.
    fn rows(&mut self, patterns: &[NodeId], targets: &[NodeId]) {
        // Flattened only once a row starts somewhere; then the rows at the other statements share it.
        let mut deep: Option<Vec<NodeId>> = None;
        // What starts with an ellipsis starts with the first statement; later starts would say no more.
        let starts = match patterns.first() {
            Some(&first) if matches!(self.shape.mark_of(first), Mark::Ellipsis(None)) => 1,
            _ => targets.len(),
        };
        for at in 0..starts.min(targets.len()) {
            self.row(patterns, &targets[at..], &mut deep);
        }
    }

    /// Rows that start with the first of the `targets`; `deep` keeps what they flatten to.
    fn row(&mut self, patterns: &[NodeId], targets: &[NodeId], deep: &mut Option<Vec<NodeId>>) {
        let Some(&first) = targets.first() else {
            return;
        };
        if !self.starts_row(patterns, first) {
            return;
        }
        let start = self.tree.range(first);
        // A row that ends deeper takes in the whole statement around its end.
        let mut accept = |m: &mut Self, last: Option<NodeId>| {
            let ends = last.map_or(0, |last| targets.partition_point(|t| *t <= last));
            let end = targets[..ends]
                .last()
                .map_or(start, |last| m.tree.range(*last));
            m.accept(start.to(end));
        };
        self.sequence(None, patterns, targets, false, &mut accept);
        if patterns.iter().any(|p| self.is_ellipsis(*p)) {
            let deep = deep.get_or_insert_with(|| self.flatten(targets));
            let from = deep.partition_point(|statement| *statement < first);
            if deep.len() - from > targets.len() {
                self.sequence(None, patterns, &deep[from..], false, &mut accept);
            }
        }
    }

    /// Whether a row of `patterns` may start with this statement.
    fn starts_row(&mut self, patterns: &[NodeId], target: NodeId) -> bool {
        let mut starts = false;
        match patterns.first() {
            Some(&first) if !self.is_ellipsis(first) => {
                self.node(first, target, &mut |_| starts = true);
                starts
            }
            _ => true,
        }
    }

    fn is_ellipsis(&self, p: NodeId) -> bool {
        matches!(self.shape.mark_of(p), Mark::Ellipsis(_))
    }

    /// Statements and, after each, those in it, however deep: those of functions and classes too.
    fn flatten(&mut self, statements: &[NodeId]) -> Vec<NodeId> {
        let tree = self.tree;
        let mut flat = Vec::new();
        for &statement in statements {
            flat.push(statement);
            let below = tree.subtree(statement).skip(1);
            flat.extend(below.filter(|&id| tree.node(id).role == Role::Stmt));
            // Looking at a node is cheaper than matching it.
            let looked_at = (tree.after(statement).0 - statement.0) as usize;
            if !self.steps.take_many(1 + looked_at / 8) {
                break;
            }
        }
        flat
    }

    /// Whether an expression statement that matches the expression at `inner` matches the statement around it.
    fn leads_to(&self, statement: NodeId, inner: NodeId) -> bool {
        let tree = self.tree;
        let deep = tree.kind(statement) != Kind::ExprStmt;
        let mut at = inner;
        while let Some(parent) = tree.parent(at) {
            let role = tree.node(at).role;
            if parent == statement {
                return role == Role::Value && (self.options.implicit_deep_exprstmt || at == inner);
            }
            let kind = tree.kind(parent);
            if !(deep && kind != Kind::Function || leads_on(kind, role)) {
                return false;
            }
            at = parent;
        }
        false
    }

    /// Matches an expression statement against one that holds the expression: `f();` is in `x = g(f());`, in
    /// `int x = f();` and in `return f();`.
    fn in_statement(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        let (pattern, tree) = (&self.shape.tree, self.tree);
        // An assignment may be a statement without being an expression.
        let value = match tree.kind(t) {
            Kind::Assign | Kind::AugAssign => Some(t),
            _ => tree.child(t, Role::Value),
        };
        let (Some(p), Some(value)) = (pattern.child(p, Role::Value), value) else {
            return;
        };
        if !self.options.implicit_deep_exprstmt {
            return self.node(p, value, next);
        }
        // An expression may be as deep as its author made it: no recursion.
        let mut todo = vec![value];
        while let Some(at) = todo.pop() {
            self.node(p, at, next);
            if self.steps.exhausted() {
                return;
            }
            let kind = tree.kind(at);
            let sides = kind != Kind::Function && tree.kind(t) != Kind::ExprStmt;
            let before = todo.len();
            todo.extend(
                tree.children(at)
                    .filter(|&child| sides || leads_on(kind, tree.node(child).role)),
            );
            todo[before..].reverse();
        }
    }

    /// Matches strings: by content, whatever their quotes; those with expressions inside part by part.
    fn string(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
        let (pattern, tree) = (&self.shape.tree, self.tree);
        match mark {
            Mark::AnyString => next(self),
            Mark::StringContent(variable) => {
                let content = content_range(tree, t);
                self.bind(*variable, Binding::Text(content), next);
            }
            Mark::StringRegex(regex) => {
                let text = &tree.text[content_range(tree, t).indices()];
                if regex.is_match(text).unwrap_or(false) {
                    next(self);
                }
            }
            _ if is_joined(pattern, p) && !is_joined(tree, t) => {}
            _ if !is_joined(pattern, p) => {
                if content(pattern, p).eq(content(tree, t))
                    || self.holds(p, t)
                    || self.is_below(p, t)
                {
                    next(self);
                }
            }
            _ => self.groups(p, t, next),
        }
    }

    /// Matches a string against an expression that is always the same text.
    fn constant(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
        let pattern = &self.shape.tree;
        let names = self.unit.names();
        let Some(constant) = names.constant_value(self.tree, t) else {
            return;
        };
        let same = match (pattern.kind(p), constant) {
            (Kind::Str, Constant::Text(text)) => match (mark, text) {
                (Mark::AnyString, _) => true,
                (Mark::StringContent(variable), _) => {
                    return self.bind(*variable, Binding::Node(t), next);
                }
                (Mark::StringRegex(regex), Some(text)) => regex.is_match(&text).unwrap_or(false),
                (Mark::Plain, Some(text)) => content(pattern, p).eq(text.bytes()),
                _ => false,
            },
            (Kind::Int, Constant::Int(Some(value))) => integer(pattern.text_of(p)) == Some(value),
            (Kind::Bool, Constant::Bool(Some(value))) => {
                pattern.text_of(p).eq_ignore_ascii_case("true") == value
            }
            _ => false,
        };
        if same {
            next(self);
        }
    }

    /// Whether the module `t` of an import lies in the module `p`: `m/part` in `m`.
    fn holds(&self, p: NodeId, t: NodeId) -> bool {
        let module = self.tree.node(t).role == Role::Object
            && self
                .tree
                .parent(t)
                .is_some_and(|import| self.tree.kind(import) == Kind::ImportFrom);
        let text = |tree: &'a Tree, string| &tree.text[content_range(tree, string).indices()];
        module
            && text(self.tree, t)
                .strip_prefix(text(&self.shape.tree, p))
                .is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether the target imports something from below the path that the pattern imports.
    fn is_below(&self, p: NodeId, t: NodeId) -> bool {
        let imported = |id| self.tree.kind(id) == Kind::ImportItem;
        let content = |tree: &'a Tree, id| &tree.text[content_range(tree, id).indices()];
        self.tree.node(t).role == Role::Name
            && self.tree.parent(t).is_some_and(imported)
            && content(self.tree, t)
                .strip_prefix(content(&self.shape.tree, p))
                .is_some_and(|rest| rest.starts_with('/'))
    }

    /// Binds a metavariable, or compares with what it is bound to.
    pub(super) fn bind(&mut self, variable: Metavariable, binding: Binding, next: Next<'_, 'a>) {
        let slot = usize::from(variable.0);
        match self.bindings[slot] {
            Some(bound) => {
                let meant = self.meant(binding);
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

    /// What a name always stands for, where the rule asks for that.
    fn meant(&self, binding: Binding) -> Option<Binding> {
        let Binding::Node(node) = binding else {
            return None;
        };
        let names = self.unit.names();
        (self.options.symbolic_propagation && self.tree.kind(node) == Kind::Ident)
            .then(|| names.value(self.tree, node))?
            .map(Binding::Node)
    }

    /// Whether one of two bindings is a name that always stands for the literal which is the other.
    fn same_constant(&self, a: Binding, b: Binding) -> bool {
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
    fn typed(&mut self, variable: Metavariable, t: NodeId, next: Next<'_, 'a>) {
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

/// Whether the dotted `path` is `start`, or lies in it.
fn begins_with(path: &str, start: &str) -> bool {
    path.strip_prefix(start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The text between the quotes.
fn content_range(tree: &Tree, string: NodeId) -> TextRange {
    let mut parts = tree.children(string);
    match parts.next() {
        Some(first) => tree
            .range(first)
            .to(tree.range(parts.last().unwrap_or(first))),
        None => {
            let middle = (tree.range(string).start + tree.range(string).end) / 2;
            TextRange {
                start: middle,
                end: middle,
            }
        }
    }
}

/// The bytes of a string without expressions inside.
fn content(tree: &Tree, string: NodeId) -> impl Iterator<Item = u8> + '_ {
    tree.subtree(string)
        .filter(|&part| tree.kind(part) == Kind::StrPart)
        .flat_map(|part| tree.text_of(part).bytes())
}

/// Whether the string is written as several literals side by side.
fn is_joined(tree: &Tree, string: NodeId) -> bool {
    tree.children(string)
        .any(|part| matches!(tree.kind(part), Kind::Str | Kind::Template))
}

/// Whether the text of a leaf of this kind says more than its kind. That of an empty block, a bare `return`
/// or an empty list does not.
fn has_words(kind: Kind) -> bool {
    kind.is_literal() && kind != Kind::Null
        || matches!(
            kind,
            Kind::Ident | Kind::StrPart | Kind::Op | Kind::Modifier | Kind::Raw(_) | Kind::Error
        )
}

/// Whether an expression statement also means what stands in this part of an expression.
fn leads_on(kind: Kind, role: Role) -> bool {
    match kind {
        Kind::Assign | Kind::AugAssign => role == Role::Right,
        Kind::Call => matches!(role, Role::Callee | Role::Arg),
        Kind::Member => role == Role::Object,
        Kind::Keyword | Kind::Cast | Kind::Ascription | Kind::Await | Kind::Yield => {
            role == Role::Value
        }
        Kind::List | Kind::Tuple | Kind::Set | Kind::Dict | Kind::Record | Kind::Pair => true,
        Kind::Binary | Kind::Unary => role != Role::Op,
        _ => false,
    }
}

/// Whether a function is a member of a class or of an object.
fn is_member(tree: &Tree, function: NodeId) -> bool {
    let holder = tree.ancestors(function).nth(1);
    tree.node(function).role == Role::Elem
        || holder.is_some_and(|holder| matches!(tree.kind(holder), Kind::Class | Kind::New))
}

/// Parts of a target that a pattern may leave out.
fn may_be_absent(kind: Kind, role: Role) -> bool {
    match role {
        Role::Decorator
        | Role::ReturnType
        | Role::TypeParam
        | Role::TypeArg
        | Role::Throws
        | Role::Interface
        | Role::Dimension => true,
        Role::Modifier => kind != Kind::Ref,
        Role::Base => kind == Kind::Class,
        Role::Type => matches!(kind, Kind::Param | Kind::VarDef | Kind::Assign),
        Role::Else => matches!(kind, Kind::If | Kind::ForEach | Kind::While),
        Role::Handler => kind == Kind::Try,
        Role::Cause => kind == Kind::Throw,
        Role::Alias => kind == Kind::ImportItem,
        Role::Body => matches!(kind, Kind::New | Kind::Function),
        Role::Default => kind == Kind::Param,
        Role::Name => kind == Kind::Lambda,
        Role::Elem => matches!(kind, Kind::Element | Kind::Record),
        Role::Item => kind == Kind::Element,
        Role::Init => kind == Kind::If,
        Role::Case => kind == Kind::Switch,
        _ => false,
    }
}

/// Parts whose order says nothing, and of which a target may have more than the pattern.
fn any_order(kind: Kind, role: Role) -> bool {
    match role {
        Role::Decorator | Role::Modifier | Role::Throws | Role::Interface | Role::Handler => true,
        Role::Base => kind == Kind::Class,
        Role::Case => kind == Kind::Switch,
        Role::Item => matches!(
            kind,
            Kind::Import | Kind::ImportFrom | Kind::With | Kind::Element
        ),
        Role::Elem => kind == Kind::Record,
        // A handler of several types handles each of them.
        Role::Type => kind == Kind::Catch,
        _ => false,
    }
}
