//! What the names of a file mean: imports, scopes, constants, declared types.
//!
//! Scopes are functions, classes, handlers and the file (a block is not one: a name that two blocks of a function
//! declare counts as declared twice, which only makes it less of a constant). Everything is computed once
//! for a file, on first need.

use rustc_hash::FxHashMap;

use super::{Kind, NodeId, Role, Tree};

/// A name that an import brings into a file, or a module whose names it brings all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The node of the import.
    pub at: NodeId,
    /// The name here; `None` for a wildcard.
    pub local: Option<String>,
    /// What it means, with dots: `subprocess.call`.
    pub path: String,
}

impl Import {
    /// `local` means `path`.
    pub fn name(at: NodeId, local: &str, path: &str) -> Self {
        Import {
            at,
            local: Some(local.to_owned()),
            path: path.to_owned(),
        }
    }

    /// Every name of `path`.
    pub fn wildcard(at: NodeId, path: &str) -> Self {
        Import {
            at,
            local: None,
            path: path.to_owned(),
        }
    }
}

/// What is known about one name in one scope.
#[derive(Clone, Copy, Debug, Default)]
struct Definition {
    /// How often it is declared or written.
    writes: u32,
    /// The value of the declaration, where it has one.
    value: Option<NodeId>,
    /// The declared type.
    ty: Option<NodeId>,
    /// Index into the imports, where it is one.
    import: Option<u32>,
}

/// The names of one file.
#[derive(Debug)]
pub struct Names {
    imports: Vec<Import>,
    /// By scope and name. The name is that of its first occurrence.
    definitions: FxHashMap<(NodeId, Box<str>), Definition>,
}

impl Names {
    /// Reads the names of a tree.
    pub fn of(tree: &Tree) -> Names {
        let imports = tree.language.imports(tree);
        let mut names = Names {
            imports,
            definitions: FxHashMap::default(),
        };
        names.read_imports(tree);
        let mut writes = Vec::new();
        for id in tree.ids() {
            names.read(tree, id, &mut writes);
        }
        for id in writes {
            if let Some(scope) = names.scope_of(tree, id) {
                names.definition(scope, tree.text_of(id)).writes += 1;
            }
        }
        names
    }

    fn definition(&mut self, scope: NodeId, name: &str) -> &mut Definition {
        self.definitions.entry((scope, name.into())).or_default()
    }

    fn read_imports(&mut self, tree: &Tree) {
        for at in 0..self.imports.len() {
            let Import {
                at: node,
                local: Some(local),
                ..
            } = &self.imports[at]
            else {
                continue;
            };
            let (scope, local) = (scope_around(tree, *node), local.clone());
            let definition = self.definition(scope, &local);
            definition.writes += 1;
            definition.import = Some(at as u32);
        }
    }

    /// Notes what a node declares. Where an assignment does not declare, it is put off to `writes`, since
    /// what it writes to may be declared further down.
    fn read(&mut self, tree: &Tree, id: NodeId, writes: &mut Vec<NodeId>) {
        let declares = tree.language.assignment_declares();
        let value = tree.child(id, Role::Value);
        let ty = tree.child(id, Role::Type);
        match tree.kind(id) {
            Kind::VarDef => self.declare(tree, id, Role::Name, value, ty),
            Kind::Assign if declares => {
                self.declare(tree, id, Role::Left, tree.child(id, Role::Right), ty)
            }
            Kind::AugAssign if declares => {
                self.declare(tree, id, Role::Left, None, None);
                self.declare(tree, id, Role::Left, None, None);
            }
            Kind::Assign | Kind::AugAssign => writes.extend(tree.child(id, Role::Left)),
            Kind::Update => writes.extend(tree.children(id)),
            Kind::ForEach => self.declare(tree, id, Role::Left, None, ty),
            Kind::Param | Kind::Catch => self.declare(tree, id, Role::Name, None, ty),
            Kind::As => self.declare(tree, id, Role::Alias, None, None),
            Kind::Function | Kind::Class => {
                if let (Some(name), Some(parent)) = (tree.child(id, Role::Name), tree.parent(id)) {
                    let scope = scope_around(tree, parent);
                    self.definition(scope, tree.text_of(name)).writes += 1;
                }
            }
            // Names that a function shares with the file are written from two scopes at least.
            Kind::Global => {
                for name in tree.children(id) {
                    self.definition(NodeId::ROOT, tree.text_of(name)).writes += 2;
                }
            }
            _ => {}
        }
    }

    /// Notes every name below the child in `role`: a pattern may bind several. Only a lone name has a value.
    fn declare(
        &mut self,
        tree: &Tree,
        id: NodeId,
        role: Role,
        value: Option<NodeId>,
        ty: Option<NodeId>,
    ) {
        let Some(target) = tree.child(id, role) else {
            return;
        };
        let scope = scope_around(tree, id);
        if tree.kind(target) == Kind::Ident {
            let definition = self.definition(scope, tree.text_of(target));
            definition.writes += 1;
            definition.value = value;
            definition.ty = ty;
        } else if !matches!(tree.kind(target), Kind::Member | Kind::Index | Kind::Path) {
            for name in tree
                .subtree(target)
                .filter(|&name| tree.kind(name) == Kind::Ident)
            {
                self.definition(scope, tree.text_of(name)).writes += 1;
            }
        }
    }

    /// The scope that the name at `id` belongs to: the nearest around it that declares it. A class is no
    /// scope for the functions in it where an assignment declares (Python).
    fn scope_of(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let key: Box<str> = tree.text_of(id).into();
        let mut inside_function = false;
        let mut key = (NodeId::ROOT, key);
        for scope in tree
            .ancestors(id)
            .filter(|&scope| tree.kind(scope).is_scope())
        {
            let hidden = tree.kind(scope) == Kind::Class
                && inside_function
                && tree.language.assignment_declares();
            inside_function |= matches!(tree.kind(scope), Kind::Function | Kind::Lambda);
            key.0 = scope;
            if !hidden && self.definitions.contains_key(&key) {
                return Some(scope);
            }
        }
        None
    }

    fn lookup(&self, tree: &Tree, id: NodeId) -> Option<&Definition> {
        let scope = self.scope_of(tree, id)?;
        self.definitions.get(&(scope, tree.text_of(id).into()))
    }

    /// What a name, member or path means, by the imports: `sp.call` is `subprocess.call` after
    /// `import subprocess as sp`. `None` where its first name is not imported.
    pub fn qualified(&self, tree: &Tree, id: NodeId) -> Option<String> {
        let mut names = Vec::new();
        let mut at = id;
        loop {
            match tree.kind(at) {
                Kind::Ident => break,
                Kind::Member | Kind::Path => {
                    names.push(tree.text_of(tree.child(at, Role::Name)?));
                    at = tree.child(at, Role::Object)?;
                }
                Kind::Generic => at = tree.child(at, Role::Base)?,
                _ => return None,
            }
        }
        let import = self.lookup(tree, at)?.import?;
        let mut path = self.imports[import as usize].path.clone();
        for name in names.iter().rev() {
            path.push('.');
            path += name;
        }
        Some(path)
    }

    /// Whether two nodes with the same text may be the same variable: they are not where they are names that
    /// different scopes declare. What is no bare name has no scope to differ in.
    pub fn same_variable(&self, tree: &Tree, a: NodeId, b: NodeId) -> bool {
        let bare = |id: NodeId| {
            let member = tree.parent(id).is_some_and(|parent| {
                matches!(tree.kind(parent), Kind::Member | Kind::Path | Kind::Keyword)
            });
            tree.kind(id) == Kind::Ident && !(member && tree.node(id).role == Role::Name)
        };
        !bare(a) || !bare(b) || self.scope_of(tree, a) == self.scope_of(tree, b)
    }

    /// Modules whose names are all imported.
    pub fn wildcards(&self) -> impl Iterator<Item = &str> {
        self.imports
            .iter()
            .filter(|import| import.local.is_none())
            .map(|import| import.path.as_str())
    }

    /// Imports that give something another name than its own.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.imports
            .iter()
            .filter_map(|import| Some((import.local.as_deref()?, import.path.as_str())))
    }

    /// Whether a name is declared in this file, other than by an import.
    pub fn is_declared(&self, tree: &Tree, id: NodeId) -> bool {
        self.lookup(tree, id)
            .is_some_and(|definition| definition.import.is_none())
    }

    /// The literal that a name always stands for: it is written once, with that literal. A field counts only
    /// where the language's own word says that it does not change.
    pub fn constant(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        // A constant may be defined by another; a cycle is cut.
        let mut at = id;
        for _ in 0..8 {
            if tree.kind(at) != Kind::Ident {
                return tree.kind(at).is_literal().then_some(at);
            }
            let scope = self.scope_of(tree, at)?;
            let definition = self.definitions.get(&(scope, tree.text_of(at).into()))?;
            let value = definition.value.filter(|_| definition.writes == 1)?;
            let holder = tree.parent(value)?;
            let field = tree.kind(scope) == Kind::Class && tree.kind(holder) == Kind::VarDef;
            let settled = !field
                || tree
                    .children_as(holder, Role::Modifier)
                    .any(|m| matches!(tree.text_of(m), "final" | "const"));
            if !settled {
                return None;
            }
            at = value;
        }
        None
    }

    /// The type that a name is declared with, or that its constructor call shows.
    pub fn declared_type(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let definition = self.lookup(tree, id)?;
        let created = definition
            .value
            .filter(|&value| tree.kind(value) == Kind::New);
        match (definition.ty, created) {
            (Some(ty), Some(created)) if tree.text_of(ty) == "var" => {
                tree.child(created, Role::Type)
            }
            (Some(ty), _) => Some(ty),
            (None, created) => tree.child(created?, Role::Type),
        }
    }
}

/// The innermost scope that holds what the node `id` declares: for the name of a parameter, its function.
/// Where an assignment declares, a handler is a scope for nothing but the name of its exception.
fn scope_around(tree: &Tree, id: NodeId) -> NodeId {
    std::iter::once(id)
        .chain(tree.ancestors(id))
        .find(|&scope| {
            tree.kind(scope).is_scope()
                && (tree.kind(scope) != Kind::Catch
                    || scope == id
                    || !tree.language.assignment_declares())
        })
        .unwrap_or(NodeId::ROOT)
}
