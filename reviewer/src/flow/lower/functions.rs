//! Bodies: parameters, what runs, what is returned.

use super::Lower;
use super::blocks::Blocks;
use super::names::type_name;
use super::patterns::rest_name;
use crate::flow::ir::{Body, BodyId, BodyKind, Build, Field, Key, Op, Param, Part, Takes};
use crate::tree::{Kind, NodeId, Role};

impl<'t> Lower<'t> {
    /// Lowers one body, all but its variables.
    pub(super) fn lower_body(&mut self, body: BodyId) -> Body {
        let head = self.scopes.head(body);
        let (node, kind, outer) = (head.node, head.kind, head.outer);
        self.body = body;
        self.blocks = Blocks::new();
        self.deferred.clear();
        self.result = None;
        self.limit_copies(node);
        let params = self.params(node);
        match kind {
            BodyKind::File => self.statements(node, None),
            BodyKind::Class => self.class_body(node),
            BodyKind::Function | BodyKind::Lambda => self.function_body(node),
        }
        self.run_deferred(node);
        let (instrs, blocks) = std::mem::replace(&mut self.blocks, Blocks::new()).finish();
        let class = self.class_of(node, kind);
        Body {
            kind,
            node,
            name: self.name_of(node).map(Into::into),
            class: class.map(Into::into),
            is_static: class.is_some() && kind == BodyKind::Function && self.is_static(node),
            outer,
            params,
            result: self.result_of(node, class).map(Into::into),
            locals: Vec::new(),
            instrs,
            blocks,
        }
    }

    /// The declared type of what a function returns.
    fn result_of(&self, node: NodeId, class: Option<&'t str>) -> Option<&'t str> {
        let ty = self.child(node, Role::ReturnType)?;
        match type_name(self.tree, ty) {
            Some("Self") => class,
            known => known,
        }
    }

    /// The name of a function or class; that of a function expression is the variable that it is the value of.
    fn name_of(&self, node: NodeId) -> Option<&'t str> {
        let name = self.child(node, Role::Name).or_else(|| {
            let parent = self.tree.parent(node)?;
            let is_value = matches!(self.tree.node(node).role, Role::Value | Role::Right);
            [Role::Name, Role::Left, Role::Key]
                .into_iter()
                .filter(|_| is_value)
                .find_map(|role| self.child(parent, role))
        });
        let name = self.tree.last_name(name?)?;
        Some(self.text(name))
    }

    /// The name of the class that a body belongs to.
    fn class_of(&self, node: NodeId, kind: BodyKind) -> Option<&'t str> {
        let receiver = self
            .tree
            .children_as(node, Role::Param)
            .find(|&parameter| self.kind(parameter) == Kind::Receiver);
        match (kind, receiver) {
            (BodyKind::Class, _) => self.name_of(node),
            (_, Some(receiver)) => type_name(self.tree, self.child(receiver, Role::Type)?),
            _ => self.name_of(self.class_around(node)?),
        }
    }

    /// The class that a function is a member of.
    pub(super) fn class_around(&self, function: NodeId) -> Option<NodeId> {
        let block = self.tree.parent(function)?;
        let class = self.tree.parent(block)?;
        let is_class = self.kind(function) == Kind::Function
            && self.kind(block) == Kind::Block
            && self.kind(class) == Kind::Class
            && self.scopes.body_of(class).is_some();
        is_class.then_some(class)
    }

    /// Whether a member of a class is called without an object.
    fn is_static(&self, function: NodeId) -> bool {
        if self.tree.language.blocks_have_values() {
            let takes_object = |parameter| {
                self.child(parameter, Role::Name)
                    .is_some_and(|name| self.kind(name) == Kind::This)
            };
            return !self
                .tree
                .children_as(function, Role::Param)
                .any(takes_object);
        }
        self.has_modifier(function, "static")
            || self.has_decorator(function, "staticmethod")
            || self.has_decorator(function, "classmethod")
    }

    pub(super) fn has_modifier(&self, id: NodeId, word: &str) -> bool {
        self.tree
            .children_as(id, Role::Modifier)
            .any(|modifier| self.text(modifier) == word)
    }

    fn has_decorator(&self, function: NodeId, name: &str) -> bool {
        self.tree
            .children_as(function, Role::Decorator)
            .filter_map(|decorator| self.child(decorator, Role::Value))
            .any(|value| self.text(value) == name)
    }

    /// Lowers the parameters: each becomes a variable.
    fn params(&mut self, function: NodeId) -> Vec<Param> {
        let mut params = Vec::new();
        let mut is_first = self.tree.language.passes_object_first()
            && self.class_around(function).is_some()
            && !self.has_decorator(function, "staticmethod");
        let nodes: Vec<_> = self.tree.children_as(function, Role::Param).collect();
        for node in nodes {
            let name = self.child(node, Role::Name);
            match self.kind(node) {
                Kind::Receiver => name
                    .into_iter()
                    .for_each(|name| self.scopes.set_object(name)),
                Kind::Param if name.is_some_and(|name| self.kind(name) == Kind::This) => {}
                Kind::Param if is_first => {
                    is_first = false;
                    name.into_iter()
                        .for_each(|name| self.scopes.set_object(name));
                }
                Kind::Param => self.param(node, &mut params),
                _ => {}
            }
        }
        params
    }

    fn param(&mut self, node: NodeId, params: &mut Vec<Param>) {
        let name = self
            .child(node, Role::Name)
            .or_else(|| rest_name(self.tree, node));
        let takes = self.takes(node, name);
        let target = match name {
            Some(name) if self.kind(name) == Kind::Splat => self.child(name, Role::Value),
            _ => name,
        };
        let default = self.child(node, Role::Default);
        let ty = self.child(node, Role::Type);
        let is_name = |name: &NodeId| self.kind(*name) == Kind::Ident;
        params.push(Param {
            name: target
                .filter(is_name)
                .map_or("", |name| self.text(name))
                .into(),
            node,
            takes,
            has_default: default.is_some(),
            ty: ty.and_then(|ty| type_name(self.tree, ty)).map(Into::into),
        });
        // In Go a parameter may be but a type.
        let Some(target) = target else { return };
        let value = self.emit(target, Op::Param(params.len() as u32 - 1));
        // The parameters of a class are its fields.
        let of = self.tree.parent(node);
        if of.is_some_and(|of| self.kind(of) == Kind::Class) {
            return self.set_field(target, value);
        }
        self.assign(target, value);
        if let Some(default) = default {
            self.or_default(|lower| {
                let value = lower.expr(default);
                lower.assign(target, value);
            });
        }
        self.keep_as_field(node, target);
    }

    /// What arguments a parameter takes.
    fn takes(&self, node: NodeId, name: Option<NodeId>) -> Takes {
        let splat = name.filter(|&name| self.kind(name) == Kind::Splat);
        let dots = |child: NodeId| self.text(child) == "...";
        match splat.map(|splat| self.operator(splat)) {
            Some("**") => Takes::Named,
            Some(_) => Takes::Rest,
            None if self.parts_with_words(node).any(dots) => Takes::Rest,
            None => Takes::One,
        }
    }

    fn parts_with_words(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.tree
            .children(node)
            .filter(|&child| matches!(self.tree.node(child).role, Role::Op | Role::Modifier))
    }

    /// `constructor(private name: T)` has a field of that name.
    fn keep_as_field(&mut self, node: NodeId, target: NodeId) {
        let is_field = ["private", "public", "protected", "readonly"]
            .into_iter()
            .any(|word| self.has_modifier(node, word));
        if is_field && self.kind(target) == Kind::Ident {
            let object = self.emit(target, Op::This);
            let value = self.read(target);
            let field = Field::Name(self.text(target).into());
            self.emit(target, Op::Store(object, field, value));
        }
    }

    fn function_body(&mut self, function: NodeId) {
        let Some(body) = self.child(function, Role::Body) else {
            return;
        };
        if self.kind(body) != Kind::Block {
            let value = self.expr(body);
            return self.blocks.leave(Some(value));
        }
        if self.tree.language.blocks_have_values() {
            let result = self.made_up();
            let has_value = self.tail(body).is_some();
            self.statements(body, has_value.then_some(result));
            if has_value {
                let value = self.emit(body, Op::Get(result));
                self.return_value(body, Some(value));
            }
            return;
        }
        self.statements(body, None);
        if !self.deferred.is_empty() && self.blocks.is_open() {
            self.return_(function, &[]);
        }
    }

    /// `return` with values or, where the results have names, without.
    pub(super) fn return_(&mut self, node: NodeId, values: &[NodeId]) {
        let value = match values {
            [] => self.named_results(node),
            [only] => Some(self.expr(*only)),
            several => Some(self.build_list(node, several)),
        };
        self.return_value(node, value);
    }

    /// What the results hold that have names.
    fn named_results(&mut self, node: NodeId) -> Option<crate::flow::ir::InstrId> {
        let function = self.scopes.head(self.body).node;
        let results = self.child(function, Role::ReturnType)?;
        let names: Vec<_> = self
            .tree
            .children(results)
            .filter(|&result| self.kind(result) == Kind::Param)
            .filter_map(|result| self.child(result, Role::Name))
            .collect();
        let mut parts = Vec::new();
        for &name in &names {
            let value = self.read(name);
            let key = Key::Next;
            parts.push(Part { key, value });
        }
        match &parts[..] {
            [] => None,
            [only] => Some(only.value),
            _ => Some(self.emit(node, Op::Build(Build::List, parts))),
        }
    }

    /// What a class does when it is made: its fields get their values.
    fn class_body(&mut self, class: NodeId) {
        if let Some(body) = self.child(class, Role::Body) {
            self.statements(body, None);
        }
    }
}
