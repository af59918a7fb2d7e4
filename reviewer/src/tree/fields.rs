//! Fields and properties that do not change.

use super::names::{Names, Write, has_modifier, is_settled};
use super::{Kind, NodeId, Role, Tree};

/// Deepest `a.b.c` that is followed.
const MAX_DEPTH: usize = 8;

impl Names {
    /// The value of what `this.name`, `Class.name` or `constant.name` names, where it does not change.
    pub(super) fn member(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        self.nested_member(tree, id, MAX_DEPTH)
    }

    fn nested_member(&self, tree: &Tree, id: NodeId, depth: usize) -> Option<NodeId> {
        let depth = depth.checked_sub(1)?;
        let object = tree.child(id, Role::Object)?;
        let name = tree.text_of(tree.child(id, Role::Name)?);
        if matches!(tree.text_of(object), "this" | "self") {
            let mut around = tree.ancestors(id);
            let class = around.find(|&around| tree.kind(around) == Kind::Class)?;
            return self.field(tree, class, name);
        }
        let record = match tree.kind(object) {
            Kind::Ident => match self.class_of(tree, object) {
                Some(class) => return self.field(tree, class, name),
                None => self.only_value(tree, object)?,
            },
            Kind::Member => self.nested_member(tree, object, depth)?,
            _ => return None,
        };
        self.property(tree, record, name)
    }

    /// The value of the property of an object literal, where the file changes none of that name.
    fn property(&self, tree: &Tree, record: NodeId, name: &str) -> Option<NodeId> {
        let is_fixed = tree.kind(record) == Kind::Record
            && self.stores_of(name).is_empty()
            && tree
                .children(record)
                .all(|part| tree.kind(part) == Kind::Pair);
        let mut pairs = tree.children(record).filter(|_| is_fixed);
        let pair = pairs.find(|&pair| {
            let key = tree.child(pair, Role::Key).map(|key| tree.text_of(key));
            key.is_some_and(|key| key.trim_matches(['"', '\'']) == name)
        });
        tree.child(pair?, Role::Value)
    }

    /// The only value that a field of a class ever gets, as far as its file shows: where it is declared, or in the
    /// constructor. Others may assign to fields that are not private, unless the language forbids it.
    pub(super) fn field(&self, tree: &Tree, class: NodeId, name: &str) -> Option<NodeId> {
        let (own, is_overridden) = self.member_writes(class, name);
        // The names of two classes may be one field, if they inherit.
        if is_overridden && tree.language.assignment_declares() {
            return None;
        }
        let is_empty =
            |write: &&Write| tree.kind(write.at) == Kind::VarDef && write.value.is_none();
        let declaration = own.iter().find(|write| tree.kind(write.at) == Kind::VarDef);
        let is_closed = declaration.is_none_or(|declaration| {
            let is_private = has_modifier(tree, declaration.at, &["private"]);
            // What is annotated, a framework may set.
            let is_annotated = tree.child(declaration.at, Role::Decorator).is_some();
            is_settled(tree, declaration.at)
                || (is_private || name.starts_with('#')) && !is_annotated
        });
        let stores = self.stores_of(name).iter();
        let mut writes = own.iter().filter(|write| !is_empty(write)).chain(stores);
        let only = writes.next().filter(|_| writes.next().is_none())?;
        let is_initial = tree.kind(only.at) == Kind::VarDef || self.is_first(tree, class, only.at);
        // Nothing is there until somebody sets it.
        let value = only.value.filter(|value| tree.kind(*value) != Kind::Null);
        value.filter(|_| is_closed && is_initial)
    }

    /// Whether an assignment always runs when an object of the class is made, or the class itself.
    fn is_first(&self, tree: &Tree, class: NodeId, assignment: NodeId) -> bool {
        let mut around = tree
            .ancestors(assignment)
            .filter(|at| !matches!(tree.kind(*at), Kind::ExprStmt | Kind::Block));
        let Some(function) = around.next() else {
            return false;
        };
        if function == class {
            return true;
        }
        let name = tree
            .child(function, Role::Name)
            .map(|name| tree.text_of(name));
        let class_name = tree.child(class, Role::Name).map(|name| tree.text_of(name));
        let constructs = matches!(name, Some("__init__" | "constructor")) || name == class_name;
        tree.kind(function) == Kind::Function && constructs && around.next() == Some(class)
    }

    /// What a name is declared with, where its language's word says that it does not change.
    fn only_value(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let value = self.initial_value(tree, id)?;
        let declaration = tree.parent(value)?;
        let is_variable = tree.kind(declaration) == Kind::VarDef;
        (is_variable && is_settled(tree, declaration)).then_some(value)
    }
}
