//! Children in their roles: in order, in any order, with ellipses; rows of statements.

use rules::review::Options;

use super::binding::Binding;
use super::matcher::{Matcher, Next, NextAfter};
use super::shape::{Group, Mark, Root};
use crate::tree::{Kind, NodeId, Role};

impl<'a> Matcher<'a> {
    /// Matches a pattern of another kind than the target, role by role, but for one role and for what only one
    /// of both kinds has.
    pub(super) fn groups_but(&mut self, but: Role, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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

    pub(super) fn some_groups(
        &mut self,
        mut groups: Vec<&'a Group>,
        t: NodeId,
        next: Next<'_, 'a>,
    ) {
        match groups.pop() {
            None => next(self),
            Some(group) => self.each_group(std::slice::from_ref(group), t, &mut |m| {
                m.some_groups(groups.clone(), t, next);
            }),
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
                || may_be_absent(kind, role, self.options)
                || role == Role::Stmt && self.is_class_body(t)
                || matches!(role, Role::Type | Role::Name) && shape.handles_anything(p)
        });
        if accepted {
            self.each_group(groups, t, next);
        }
    }

    pub(super) fn each_group(&mut self, groups: &'a [Group], t: NodeId, next: Next<'_, 'a>) {
        let Some((group, rest)) = groups.split_first() else {
            return next(self);
        };
        if let [only] = group.nodes[..]
            && !group.open
            && group.role != Role::Arg
            && !self.is_class_body(t)
            && !any_order(self.tree.kind(t), group.role, self.options)
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
        if group.role == Role::Decorator && self.options.decorators_order_matters {
            self.subsequence(&group.nodes, &targets, go_on);
        } else if any_order(kind, group.role, self.options) || members {
            self.subset(&group.nodes, &targets, true, go_on);
        } else if matches!(kind, Kind::Dict | Kind::Set) || is_attribute(kind, group.role) {
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
    pub(super) fn is_class_body(&self, t: NodeId) -> bool {
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

    /// The patterns match targets in their order; others may stand between.
    fn subsequence(&mut self, patterns: &[NodeId], targets: &[NodeId], next: Next<'_, 'a>) {
        let Some((&first, rest)) = patterns.split_first() else {
            return next(self);
        };
        for (at, &target) in targets.iter().enumerate() {
            let after = &targets[at + 1..];
            self.node(first, target, &mut |m| m.subsequence(rest, after, next));
        }
    }

    /// One target for each pattern, no target twice.
    pub(super) fn choose(
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
    pub(super) fn arguments(&mut self, group: &'a Group, targets: &[NodeId], next: Next<'_, 'a>) {
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
    pub(super) fn may_go_on(&mut self, patterns: &[NodeId], targets: &[NodeId]) -> bool {
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
    pub(super) fn statements(
        &mut self,
        patterns: &[NodeId],
        targets: &[NodeId],
        next: Next<'_, 'a>,
    ) {
        self.sequence(None, patterns, targets, false, &mut |m, _| next(m));
        if patterns.iter().any(|p| !self.is_ellipsis(*p)) {
            let deep = self.flatten(targets);
            if deep.len() > targets.len() {
                self.sequence(None, patterns, &deep, false, &mut |m, _| next(m));
            }
        }
    }

    /// Rows of statements that start with any of the `targets`, and may end before the block does.
    pub(super) fn rows(&mut self, patterns: &[NodeId], targets: &[NodeId]) {
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
    pub(super) fn row(
        &mut self,
        patterns: &[NodeId],
        targets: &[NodeId],
        deep: &mut Option<Vec<NodeId>>,
    ) {
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
    pub(super) fn starts_row(&mut self, patterns: &[NodeId], target: NodeId) -> bool {
        let mut starts = false;
        match patterns.first() {
            Some(&first) if !self.is_ellipsis(first) => {
                self.node(first, target, &mut |_| starts = true);
                starts
            }
            _ => true,
        }
    }

    pub(super) fn is_ellipsis(&self, p: NodeId) -> bool {
        matches!(self.shape.mark_of(p), Mark::Ellipsis(_))
    }

    /// Statements and, after each, those in it, however deep: those of functions and classes too.
    pub(super) fn flatten(&mut self, statements: &[NodeId]) -> Vec<NodeId> {
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
    pub(super) fn leads_to(&mut self, statement: NodeId, inner: NodeId) -> bool {
        let tree = self.tree;
        let deep = tree.kind(statement) != Kind::ExprStmt;
        let mut at = inner;
        while let Some(parent) = tree.parent(at) {
            let role = tree.node(at).role;
            if parent == statement {
                return role == Role::Value && (self.options.implicit_deep_exprstmt || at == inner);
            }
            let kind = tree.kind(parent);
            let goes_on = deep && kind != Kind::Function || leads_on(kind, role);
            if !goes_on || !self.steps.take() {
                return false;
            }
            at = parent;
        }
        false
    }

    /// Matches an expression statement against one that holds the expression: `f();` is in `x = g(f());`, in
    /// `int x = f();` and in `return f();`.
    pub(super) fn in_statement(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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

    /// Whether a statement of the pattern has others beside it or around it.
    pub(super) fn is_in_row(&self, p: NodeId) -> bool {
        let root = matches!(self.shape.root, Root::Node(root) if root == p);
        !root && self.shape.tree.node(p).role == Role::Stmt
    }

    /// The assignments in the function expressions of a simple statement.
    pub(super) fn inner_statements(&self, t: NodeId) -> Vec<NodeId> {
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

    /// Whether this is a statement, and none of a function expression.
    pub(super) fn is_inner_statement(&self, t: NodeId) -> bool {
        let mut around = self.tree.ancestors(t);
        let of_function = |id| matches!(self.tree.kind(id), Kind::Lambda | Kind::Function);
        self.tree.node(t).role == Role::Stmt && !around.nth(1).is_some_and(of_function)
    }
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

/// Whether the part is an attribute of an element. Their order never says anything.
fn is_attribute(kind: Kind, role: Role) -> bool {
    kind == Kind::Element && role == Role::Item
}

/// Parts of a target that a pattern may leave out.
fn may_be_absent(kind: Kind, role: Role, options: &Options) -> bool {
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
        Role::Item => is_attribute(kind, role) && options.xml_attrs_implicit_ellipsis,
        Role::Init => kind == Kind::If,
        Role::Case => kind == Kind::Switch,
        _ => false,
    }
}

/// Parts whose order says nothing, and of which a target may have more than the pattern.
fn any_order(kind: Kind, role: Role, options: &Options) -> bool {
    match role {
        Role::Decorator | Role::Modifier | Role::Throws | Role::Interface | Role::Handler => true,
        Role::Base => kind == Kind::Class,
        Role::Case => kind == Kind::Switch,
        Role::Item if is_attribute(kind, role) => options.xml_attrs_implicit_ellipsis,
        Role::Item => matches!(kind, Kind::Import | Kind::ImportFrom | Kind::With),
        Role::Elem => kind == Kind::Record,
        // A handler of several types handles each of them.
        Role::Type => kind == Kind::Catch,
        _ => false,
    }
}
