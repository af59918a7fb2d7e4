//! What names mean: variables of this body or of one around it, fields, functions, classes, imports.

use super::patterns::{Bindings, construct};
use crate::flow::ir::{BodyId, BodyKind, Local, Variable};
use crate::lang::Construct;
use crate::tree::{Declared, Kind, Names, NodeId, Role, Tree, Unit};

/// What a name means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning<'t> {
    /// A variable of a body.
    Variable(BodyId, Local),
    /// The object that the method was called on.
    Object,
    /// A field of the class around.
    Field,
    /// A method of the class around.
    Method,
    /// A function that is declared once.
    Function(BodyId),
    /// A class of the file.
    Class,
    /// What an import says.
    Import(&'t str),
    /// Nothing that the file declares.
    Unknown,
}

/// What is to be lowered to a body.
pub(super) struct Head {
    pub(super) node: NodeId,
    pub(super) kind: BodyKind,
    pub(super) outer: Option<BodyId>,
}

/// The bodies and the variables of a file.
pub(super) struct Scopes<'t> {
    tree: &'t Tree,
    names: &'t Names,
    bindings: Bindings<'t>,
    /// In the order of the source.
    pub(super) heads: Vec<Head>,
    /// By body.
    pub(super) locals: Vec<Vec<Variable>>,
    /// By number of the definition; those of bindings follow.
    meanings: Vec<Option<Meaning<'t>>>,
}

impl<'t> Scopes<'t> {
    pub(super) fn of(unit: &'t Unit) -> Self {
        let names = unit.names();
        let mut scopes = Scopes {
            tree: &unit.tree,
            names,
            bindings: Bindings::default(),
            heads: Vec::new(),
            locals: Vec::new(),
            meanings: Vec::new(),
        };
        for id in unit.tree.ids() {
            scopes.bindings.read(&unit.tree, id);
            if let Some(kind) = body_kind(&unit.tree, id) {
                let outer = scopes.body_around(id);
                scopes.heads.push(Head {
                    node: id,
                    kind,
                    outer,
                });
            }
        }
        scopes.bindings.settle(&unit.tree);
        scopes.locals.resize_with(scopes.heads.len(), Vec::new);
        let count = names.count() + scopes.bindings.count();
        scopes.meanings.resize(count, None);
        for id in unit.tree.ids() {
            if unit.tree.kind(id) == Kind::Global {
                for name in unit.tree.children(id) {
                    scopes.share(name, unit.tree.text_of(id).starts_with("global"));
                }
            }
        }
        scopes
    }

    /// The body that a node lies in; that of a function, for its own node.
    fn body_around(&self, id: NodeId) -> Option<BodyId> {
        let before = self.heads.partition_point(|head| head.node <= id);
        let mut at = BodyId(before.checked_sub(1)? as u32);
        while self.tree.after(self.head(at).node) <= id {
            at = self.head(at).outer?;
        }
        Some(at)
    }

    pub(super) fn head(&self, body: BodyId) -> &Head {
        &self.heads[body.0 as usize]
    }

    /// The body of a function, a lambda or a class.
    pub(super) fn body_of(&self, id: NodeId) -> Option<BodyId> {
        let at = self
            .heads
            .binary_search_by_key(&id, |head| head.node)
            .ok()?;
        Some(BodyId(at as u32))
    }

    /// A new variable of a body.
    pub(super) fn add(&mut self, body: BodyId, name: &str, ty: Option<&str>) -> Local {
        let locals = &mut self.locals[body.0 as usize];
        locals.push(Variable {
            name: name.into(),
            ty: ty.map(Into::into),
            captured: false,
        });
        Local(locals.len() as u32 - 1)
    }

    /// Makes a name stand for the object of its method.
    pub(super) fn set_object(&mut self, name: NodeId) {
        if let Some(declared) = self.declared(self.tree.text_of(name), name) {
            self.meanings[declared.number as usize] = Some(Meaning::Object);
        }
    }

    /// What a name means in a body, at `id`.
    pub(super) fn meaning(&mut self, name: &str, id: NodeId, body: BodyId) -> Meaning<'t> {
        let meaning = self.find(name, id);
        if let Meaning::Variable(owner, local) = meaning
            && owner != body
        {
            self.locals[owner.0 as usize][local.0 as usize].captured = true;
        }
        meaning
    }

    /// Makes a name of a function mean what it means around that, as `global` and `nonlocal` say.
    fn share(&mut self, name: NodeId, is_global: bool) {
        let (tree, names) = (self.tree, self.names);
        let Some(own) = self.declared(self.tree.text_of(name), name) else {
            return;
        };
        let is_closed = |scope| match is_global {
            true => scope != NodeId::ROOT,
            false => scope == own.scope || tree.kind(scope) == Kind::Class,
        };
        let shared = names.declared(tree, tree.text_of(name), name, is_closed);
        if let Some(shared) = shared.filter(|shared| shared.number != own.number) {
            let meaning = self.of_declared(self.tree.text_of(name), name, shared);
            self.meanings[own.number as usize] = Some(meaning);
        }
    }

    fn find(&mut self, name: &str, id: NodeId) -> Meaning<'t> {
        let declared = self.declared(name, id);
        let bound = self.bindings.find(self.tree, name, id);
        let bound = bound.filter(|(_, scope)| declared.is_none_or(|other| other.scope <= *scope));
        if let Some((number, scope)) = bound {
            let number = self.names.count() + number as usize;
            let meaning = self.meanings[number];
            return meaning.unwrap_or_else(|| self.variable(number, scope, name, None));
        }
        match declared {
            Some(declared) => self.of_declared(name, id, declared),
            None => Meaning::Unknown,
        }
    }

    fn of_declared(&mut self, name: &str, id: NodeId, declared: Declared) -> Meaning<'t> {
        if declared.is_import
            && let Some(path) = self.names.linked(self.tree, id)
        {
            return Meaning::Import(path);
        }
        let number = declared.number as usize;
        if let Some(known) = self.meanings[number] {
            return known;
        }
        match self.declared_meaning(declared) {
            Some(meaning) => {
                self.meanings[number] = Some(meaning);
                meaning
            }
            None => self.variable(number, declared.scope, name, declared.ty),
        }
    }

    fn declared(&self, name: &str, id: NodeId) -> Option<Declared> {
        let tree = self.tree;
        let language = tree.language;
        // Elsewhere the members of a class are named through their object, but in the body of the class itself.
        let is_closed = |scope| {
            !language.has_bare_members()
                && !language.passes_object_first()
                && body_kind(tree, scope) == Some(BodyKind::Class)
        };
        let declared = self.names.declared(tree, name, id, is_closed)?;
        let is_type = language.capitals_are_types()
            && name.starts_with(char::is_uppercase)
            && matches!(tree.kind(declared.scope), Kind::Function | Kind::Lambda);
        (!is_type).then_some(declared)
    }

    /// The body of the method of the class around that the name at `id` means, if there is but one.
    pub(super) fn only_method(&self, id: NodeId) -> Option<BodyId> {
        let declared = self.declared(self.tree.text_of(id), id)?;
        let mut writers = self.names.writers(declared.number);
        let (method, _) = writers.next()?;
        let is_method = body_kind(self.tree, declared.scope) == Some(BodyKind::Class);
        self.body_of(method)
            .filter(|_| is_method && writers.next().is_none())
    }

    fn variable(
        &mut self,
        number: usize,
        scope: NodeId,
        name: &str,
        ty: Option<NodeId>,
    ) -> Meaning<'t> {
        let body = self.body_around(scope).unwrap_or(BodyId(0));
        let ty = ty.and_then(|ty| type_name(self.tree, ty));
        let local = self.add(body, name, ty);
        let meaning = Meaning::Variable(body, local);
        self.meanings[number] = Some(meaning);
        meaning
    }

    /// What a definition means that is no variable.
    fn declared_meaning(&self, declared: Declared) -> Option<Meaning<'t>> {
        let tree = self.tree;
        let writers: Vec<_> = self
            .names
            .writers(declared.number)
            .filter(|(at, _)| !has_receiver(tree, *at))
            .collect();
        let (at, value) = *writers.first()?;
        let all_are = |kind| writers.iter().all(|(at, _)| tree.kind(*at) == kind);
        // A constructor has the name of its class.
        let is_constructor = || {
            let name = |id| tree.child(id, Role::Name).map(|name| tree.text_of(name));
            tree.kind(declared.scope) == Kind::Class && name(at) == name(declared.scope)
        };
        if writers.iter().any(|(at, _)| tree.kind(*at) == Kind::Class) || is_constructor() {
            return Some(Meaning::Class);
        }
        if body_kind(tree, declared.scope) == Some(BodyKind::Class) {
            return Some(match all_are(Kind::Function) {
                true => Meaning::Method,
                false => Meaning::Field,
            });
        }
        let function = match tree.kind(at) {
            Kind::Function => Some(at),
            Kind::VarDef | Kind::Assign => value.filter(|value| tree.kind(*value) == Kind::Lambda),
            _ => None,
        };
        let body = function.filter(|_| writers.len() == 1);
        Some(Meaning::Function(self.body_of(body?)?))
    }
}

/// What body a node is lowered to. Functions that are only declared have none.
fn body_kind(tree: &Tree, id: NodeId) -> Option<BodyKind> {
    let has_body = || tree.child(id, Role::Body).is_some();
    let has_members = || {
        let body = tree.child(id, Role::Body);
        body.is_some_and(|body| tree.kind(body) == Kind::Block) && !is_module(tree, id)
    };
    match tree.kind(id) {
        Kind::File => Some(BodyKind::File),
        Kind::Function if has_body() => Some(BodyKind::Function),
        Kind::Lambda => Some(BodyKind::Lambda),
        Kind::Class if has_members() => Some(BodyKind::Class),
        _ => None,
    }
}

/// Whether a class is a module: its functions are no methods.
pub(super) fn is_module(tree: &Tree, class: NodeId) -> bool {
    tree.children_as(class, Role::Op)
        .any(|word| tree.text_of(word) == "mod")
}

pub(super) fn has_receiver(tree: &Tree, function: NodeId) -> bool {
    tree.children_as(function, Role::Param)
        .any(|parameter| tree.kind(parameter) == Kind::Receiver)
}

/// The last name of a type, without arguments. That of a pointer is the type that it points to; arrays and what
/// else is made of several types have none.
pub(super) fn type_name(tree: &Tree, mut ty: NodeId) -> Option<&str> {
    loop {
        ty = match tree.kind(ty) {
            Kind::Raw(_) if construct(tree, ty) == Some(Construct::Pointer) => tree
                .children(ty)
                .filter(|&part| matches!(tree.node(part).role, Role::Type | Role::Child))
                .last()?,
            _ => {
                let name = tree.text_of(tree.last_name(ty)?);
                return (name != "var").then_some(name);
            }
        }
    }
}
