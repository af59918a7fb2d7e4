//! Code that a pattern means though it is written otherwise: declarations for assignments, constants for
//! literals, one import for another.

use super::Metavariable;
use super::binding::Binding;
use super::matcher::{Matcher, Next};
use super::roots::is_decorator;
use super::shape::{Mark, Root};
use crate::tree::{Constant, Kind, NodeId, Role, TextRange, Tree, constant, integer};

impl<'a> Matcher<'a> {
    pub(super) fn itself(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
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
            (Kind::Function | Kind::Lambda, Kind::Function | Kind::Lambda)
                if !self.options.arrow_is_function
                    && is_arrow(&self.shape.tree, p) != is_arrow(self.tree, t) => {}
            // The pattern is a method, the target none.
            (Kind::Function, Kind::Function)
                if self.is_root(p)
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
                | Kind::Index
                | Kind::Unary
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
                if let Some(value) = self.meant(t) {
                    self.node(p, value, next);
                }
                self.imported(p, t, next);
            }
            // A decorator without arguments is a call without arguments.
            (Kind::Call, Kind::Ident | Kind::Member) if is_decorator(self.tree, t) => {
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

    pub(super) fn is_root(&self, p: NodeId) -> bool {
        matches!(self.shape.root, Root::Node(root) if root == p)
    }

    /// Matches the bodies of two loops, and nothing else of them.
    pub(super) fn bodies(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
        if let (Some(body), Some(target)) = (
            self.shape.tree.child(p, Role::Body),
            self.tree.child(t, Role::Body),
        ) {
            self.node(body, target, next);
        }
    }

    pub(super) fn same_bracket(&self, p: NodeId, t: NodeId) -> bool {
        self.shape.tree.text_of(p).chars().next() == self.tree.text_of(t).chars().next()
    }

    pub(super) fn is_handled_type(&self, t: NodeId) -> bool {
        let parent = self.tree.parent(t).map(|parent| self.tree.kind(parent));
        parent == Some(Kind::Catch) && self.tree.node(t).role == Role::Type
    }

    /// `@name` matches `@name()`, but no decorator with arguments, and neither does `@$X`.
    pub(super) fn decorator(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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

    pub(super) fn is_only_ellipsis(&self, p: NodeId) -> bool {
        let mut children = self.shape.tree.children(p);
        let first = children.next();
        children.next().is_none()
            && first.is_some_and(|p| matches!(self.shape.mark_of(p), Mark::Ellipsis(_)))
    }

    /// Whether the function is named `...`.
    pub(super) fn has_any_name(&self, p: NodeId) -> bool {
        let name = self.shape.tree.child(p, Role::Name);
        name.is_some_and(|name| matches!(self.shape.mark_of(name), Mark::Ellipsis(None)))
    }

    /// Whether the function is named by a metavariable.
    pub(super) fn has_free_name(&self, p: NodeId) -> bool {
        let name = self.shape.tree.child(p, Role::Name);
        name.is_some_and(|name| matches!(self.shape.mark_of(name), Mark::Metavariable(_)))
    }

    /// Matches the key of a pair without a value of its own against the name of a method.
    pub(super) fn any_value(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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
    pub(super) fn required(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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
    pub(super) fn required_items(&mut self, items: &[NodeId], names: NodeId, next: Next<'_, 'a>) {
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
    pub(super) fn lone_statement(&self, p: NodeId) -> Option<Metavariable> {
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
    pub(super) fn imported_from(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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
    pub(super) fn imports_part(&self, p: NodeId, t: NodeId) -> bool {
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
    pub(super) fn imported(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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
    pub(super) fn assigned(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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
    pub(super) fn one_of_pairs(&mut self, p: NodeId, t: NodeId, next: Next<'_, 'a>) {
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

    /// Matches strings: by content, whatever their quotes; those with expressions inside part by part.
    pub(super) fn string(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
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
                if content(pattern, p).eq(content(tree, t)) || self.is_below(p, t) {
                    next(self);
                }
            }
            _ => self.groups(p, t, next),
        }
    }

    /// Matches a string against an expression that is always the same text.
    pub(super) fn constant(&mut self, p: NodeId, mark: &Mark, t: NodeId, next: Next<'_, 'a>) {
        let pattern = &self.shape.tree;
        let names = self.unit.names();
        // What configuration says is not written into the code: only what names a value asks for it.
        let constant = match mark {
            Mark::AnyString | Mark::StringContent(_) => names.coded_value(self.tree, t),
            _ => names.constant_value(self.tree, t),
        };
        let Some(constant) = constant else {
            return;
        };
        let same = match (mark, &constant) {
            (Mark::AnyString, Constant::Text(_)) => true,
            (Mark::StringContent(variable), Constant::Text(text)) => {
                let binding = match text {
                    Some(_) => Binding::Constant(t),
                    None => Binding::Node(t),
                };
                return self.bind(*variable, binding, next);
            }
            (Mark::StringRegex(regex), Constant::Text(Some(text))) => {
                regex.is_match(&**text).unwrap_or(false)
            }
            (Mark::Plain, constant) if constant.is_known() => {
                constant::literal(pattern, p).as_ref() == Some(constant)
            }
            _ => false,
        };
        if same {
            next(self);
        }
    }

    /// Whether the module `t` that the target imports from, or imports, lies in the module `p`: `m/part` in `m`.
    pub(super) fn is_below(&self, p: NodeId, t: NodeId) -> bool {
        let parent = self.tree.parent(t).map(|parent| self.tree.kind(parent));
        let imported = matches!(
            (self.tree.node(t).role, parent),
            (Role::Object, Some(Kind::ImportFrom)) | (Role::Name, Some(Kind::ImportItem))
        );
        let text = |tree: &'a Tree, string| &tree.text[content_range(tree, string).indices()];
        imported
            && text(self.tree, t)
                .strip_prefix(text(&self.shape.tree, p))
                .is_some_and(|rest| rest.starts_with('/'))
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

/// Whether a function is written with an arrow.
fn is_arrow(tree: &Tree, function: NodeId) -> bool {
    let text = tree.text_of(function);
    let text = text.strip_prefix("async").unwrap_or(text);
    tree.kind(function) == Kind::Lambda && !text.trim_start().starts_with("function")
}

/// Whether a function is a member of a class or of an object.
fn is_member(tree: &Tree, function: NodeId) -> bool {
    let holder = tree.ancestors(function).nth(1);
    tree.node(function).role == Role::Elem
        || holder.is_some_and(|holder| matches!(tree.kind(holder), Kind::Class | Kind::New))
}
