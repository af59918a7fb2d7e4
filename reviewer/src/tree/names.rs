//! What the names of a file mean: imports, scopes, constants, declared types.
//!
//! Scopes are functions, classes, handlers and the file; blocks only where the language says so (elsewhere a name
//! that two blocks of a function declare counts as declared twice, which only makes it less of a constant). Everything is computed once
//! for a file, on first need.

use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use super::reaching::Reaching;
use super::{Constant, Kind, NodeId, Role, Tree};
use crate::configuration::Configuration;

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

/// Whether the path of a module starts from the file that names it.
pub(crate) fn is_relative(path: &str) -> bool {
    path.starts_with("./") || path.starts_with("../")
}

/// What is known about one name in one scope.
#[derive(Clone, Copy, Debug, Default)]
struct Definition {
    scope: NodeId,
    /// Index, among the definitions of the name, of the one in the nearest scope around.
    around: Option<u32>,
    /// Number of the definition in the file.
    number: u32,
    /// Whether it is also written where nobody can see when.
    is_shared: bool,
    /// The value of the declaration that came last, where it has one.
    value: Option<NodeId>,
    /// The declared type.
    ty: Option<NodeId>,
    /// Index into the imports, where it is one.
    import: Option<u32>,
}

/// A place where a name gets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Write {
    /// Number of the definition.
    definition: u32,
    /// The node that declares or assigns.
    pub(super) at: NodeId,
    /// The value, where it is an expression of its own.
    pub(super) value: Option<NodeId>,
}

/// The writes of one definition, out of some of the file.
fn of_definition<'a>(writes: &'a [Write], definition: &Definition) -> &'a [Write] {
    numbered(writes, definition.number)
}

fn numbered(writes: &[Write], number: u32) -> &[Write] {
    let first = writes.partition_point(|write| write.definition < number);
    let end = writes.partition_point(|write| write.definition <= number);
    &writes[first..end]
}

/// The node that assigns, a name that it assigns to, and the value, where it is an expression of its own.
type Assignment = (NodeId, NodeId, Option<NodeId>);

/// What a name was found to mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared {
    /// The number of the definition, below [`Names::count`].
    pub(crate) number: u32,
    /// The node of its scope.
    pub(crate) scope: NodeId,
    /// Its declared type, or that of the object that it is made as.
    pub(crate) ty: Option<NodeId>,
    /// Whether an import brings it.
    pub(crate) is_import: bool,
}

/// The names of one file.
#[derive(Debug)]
pub struct Names {
    /// By definition, then by place.
    writes: Vec<Write>,
    /// Those of them that hide what the name was imported as: merely assigning to it does not.
    declarations: Vec<Write>,
    imports: Vec<Import>,
    /// What the project says about values that it reads.
    pub(super) configuration: Arc<Configuration>,
    /// What is assigned to members of objects, by the name of the member.
    stores: FxHashMap<Box<str>, Vec<Write>>,
    /// By name; those of one name by scope, outer ones first.
    definitions: FxHashMap<Box<str>, Vec<Definition>>,
    /// What expressions were found to come to, with what the configuration says or without.
    pub(super) evaluated: Mutex<FxHashMap<(NodeId, bool), Option<Constant>>>,
}

impl Names {
    /// Reads the names of a tree, in time that is linear in its size.
    pub fn of(tree: &Tree) -> Names {
        let mut imports = tree.language.imports(tree);
        imports.sort_by_key(|import| import.at);
        let mut reader = Reader::new(tree);
        for (at, import) in imports.iter().enumerate() {
            if let Some(local) = &import.local {
                let scope = reader.scope(import.at);
                reader.write(scope, local, import.at, None);
                reader.define(scope, local, |definition| {
                    definition.import = Some(at as u32);
                });
            }
        }
        for id in tree.ids() {
            reader.read(id);
        }
        let assigned = std::mem::take(&mut reader.assigned);
        let mut writes = std::mem::take(&mut reader.writes);
        let mut names = Names {
            writes: Vec::new(),
            declarations: Vec::new(),
            imports,
            configuration: Arc::default(),
            stores: std::mem::take(&mut reader.stores),
            evaluated: Mutex::default(),
            definitions: by_name(tree, reader.definitions),
        };
        let mut unknown = Vec::new();
        for (at, target, value) in assigned {
            match names.lookup(tree, target) {
                Some(known) => writes.push(Write {
                    definition: known.number,
                    at,
                    value,
                }),
                None => unknown.push((at, target, value)),
            }
        }
        names.assume(tree, &reader.scopes, unknown, &mut writes);
        writes.sort_unstable();
        let declares = |write: &&Write| {
            !tree.language.assignment_declares() || tree.kind(write.at) != Kind::Assign
        };
        names.declarations = writes.iter().filter(declares).copied().collect();
        names.writes = writes;
        names
    }

    /// Takes what a function writes to and nothing around it declares for a variable of that function, or of the
    /// whole file where the language says so.
    fn assume(
        &mut self,
        tree: &Tree,
        scopes: &[NodeId],
        unknown: Vec<Assignment>,
        writes: &mut Vec<Write>,
    ) {
        let mut next = self.definitions.values().map(Vec::len).sum::<usize>() as u32;
        let mut assumed: FxHashMap<(NodeId, &str), u32> = FxHashMap::default();
        let mut names = Vec::new();
        for (at, target, value) in unknown {
            if tree.kind(target) != Kind::Ident {
                continue;
            }
            let outwards = |&scope: &NodeId| Some(scopes[tree.parent(scope)?.index()]);
            let scope = std::iter::successors(Some(scopes[target.index()]), outwards)
                .find(|&scope| tree.kind(scope) == Kind::Function)
                .filter(|_| !tree.language.assignment_makes_global())
                .unwrap_or(NodeId::ROOT);
            let name = tree.text_of(target);
            let definition = *assumed.entry((scope, name)).or_insert_with(|| {
                let definition = Definition {
                    scope,
                    number: next,
                    value,
                    ..Definition::default()
                };
                self.definitions
                    .entry(name.into())
                    .or_default()
                    .push(definition);
                names.push(name);
                next += 1;
                definition.number
            });
            writes.push(Write {
                definition,
                at,
                value,
            });
        }
        names.sort_unstable();
        names.dedup();
        for name in names {
            let definitions = self.definitions.entry(name.into()).or_default();
            definitions.sort_unstable_by_key(|definition| definition.scope);
            for at in 0..definitions.len() {
                definitions[at].around = around(tree, definitions, at, definitions[at].scope);
            }
        }
    }

    /// Which definition of the name at `id` it means: that of the nearest scope around it. A class is no
    /// scope for the functions in it where an assignment declares (Python).
    fn find(&self, tree: &Tree, id: NodeId) -> Option<usize> {
        self.find_name(tree, tree.text_of(id), id)
    }

    /// Which definition a name means at `id`, which need not be its own node.
    fn find_name(&self, tree: &Tree, name: &str, id: NodeId) -> Option<usize> {
        let definitions = self.definitions.get(name)?;
        // Scopes nest: the last one that starts before `id` is around it, or shares with it all that are.
        let mut at = definitions
            .partition_point(|definition| definition.scope <= id)
            .checked_sub(1)?;
        loop {
            let scope = definitions[at].scope;
            let inside = id < tree.after(scope) && id != scope;
            if inside && !is_hidden(tree, scope, id) {
                return Some(at);
            }
            at = definitions[at].around? as usize;
        }
    }

    /// The scope that the name at `id` belongs to.
    fn scope_of(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let at = self.find(tree, id)?;
        Some(self.definitions.get(tree.text_of(id))?[at].scope)
    }

    fn lookup(&self, tree: &Tree, id: NodeId) -> Option<&Definition> {
        let at = self.find(tree, id)?;
        self.definitions.get(tree.text_of(id))?.get(at)
    }

    /// How many definitions the file has.
    pub(crate) fn count(&self) -> usize {
        self.definitions.values().map(Vec::len).sum()
    }

    /// The definition that a name means at `id`, leaving out those in scopes that `is_closed` to it.
    pub(crate) fn declared(
        &self,
        tree: &Tree,
        name: &str,
        id: NodeId,
        is_closed: impl Fn(NodeId) -> bool,
    ) -> Option<Declared> {
        let definitions = self.definitions.get(name)?;
        let mut definition = &definitions[self.find_name(tree, name, id)?];
        while is_closed(definition.scope) {
            definition = &definitions[definition.around? as usize];
        }
        Some(Declared {
            number: definition.number,
            scope: definition.scope,
            ty: definition.declared_type(tree),
            is_import: definition.import.is_some(),
        })
    }

    /// The nodes that write a definition, each with the value where that is an expression of its own.
    pub(crate) fn writers(&self, number: u32) -> impl Iterator<Item = (NodeId, Option<NodeId>)> {
        numbered(&self.writes, number)
            .iter()
            .map(|write| (write.at, write.value))
    }

    /// Whether a name, member or path means the dotted `path` by the imports: `sp.call` means
    /// `subprocess.call` after `import subprocess as sp`.
    pub fn means(&self, tree: &Tree, id: NodeId, path: &str) -> bool {
        let mut rest = path;
        let mut at = id;
        let first = loop {
            let (inner, name) = match tree.kind(at) {
                Kind::Ident => break at,
                Kind::Member | Kind::Path => (Role::Object, tree.child(at, Role::Name)),
                Kind::Generic => (Role::Base, None),
                _ => return false,
            };
            if let Some(name) = name {
                let shorter = rest.strip_suffix(tree.text_of(name));
                match shorter.and_then(|shorter| shorter.strip_suffix('.')) {
                    Some(shorter) => rest = shorter,
                    None => return false,
                }
            }
            match tree.child(at, inner) {
                Some(inner) => at = inner,
                None => return false,
            }
        };
        self.import(tree, first).is_some_and(|meant| meant == rest)
    }

    /// What the name at `id` was imported as, with dots. A definition that comes later hides nothing, and the
    /// last import counts. A relative path is none that a rule could know.
    pub fn import(&self, tree: &Tree, id: NodeId) -> Option<&str> {
        self.linked(tree, id).filter(|path| !is_relative(path))
    }

    /// The same, with relative paths, which lead to other files of the project.
    pub(crate) fn linked(&self, tree: &Tree, id: NodeId) -> Option<&str> {
        Some(self.import_of(tree, id)?.path.as_str())
    }

    /// The module in the import that the name at `id` comes from, where that names one.
    pub fn imported_from(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        self.import(tree, id)?;
        let at = self.import_of(tree, id)?.at;
        let holder = std::iter::once(at)
            .chain(tree.parent(at))
            .find(|&holder| tree.kind(holder) == Kind::ImportFrom)?;
        tree.child(holder, Role::Object)
    }

    fn import_of(&self, tree: &Tree, id: NodeId) -> Option<&Import> {
        let definitions = self.definitions.get(tree.text_of(id))?;
        let mut definition = &definitions[self.find(tree, id)?];
        loop {
            let declarations = of_definition(&self.declarations, definition);
            let before = declarations.partition_point(|write| write.at <= id);
            let Some(write) = declarations[..before].last() else {
                definition = &definitions[definition.around? as usize];
                continue;
            };
            let named = |import: &&Import| import.local.as_deref() == Some(tree.text_of(id));
            return self.imports_at(write.at).find(named);
        }
    }

    /// The imports of one node.
    fn imports_at(&self, at: NodeId) -> impl Iterator<Item = &Import> {
        let first = self.imports.partition_point(|import| import.at < at);
        self.imports[first..]
            .iter()
            .take_while(move |import| import.at == at)
    }

    /// The writes of a name that a class declares, and whether other classes of the file declare it too.
    pub(super) fn member_writes(&self, class: NodeId, name: &str) -> (&[Write], bool) {
        let definitions = self.definitions.get(name).map_or(&[][..], Vec::as_slice);
        let of_class = |definition: &&Definition| definition.scope == class;
        let own = definitions.iter().find(of_class);
        (
            own.map_or(&[], |definition| self.writes_of(definition)),
            definitions.len() > usize::from(own.is_some()),
        )
    }

    /// What is assigned to members of that name, of whatever object.
    pub(super) fn stores_of(&self, name: &str) -> &[Write] {
        self.stores.get(name).map_or(&[], Vec::as_slice)
    }

    /// The class that a name means, where nothing else around has that name.
    pub(super) fn class_of(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let definition = self.lookup(tree, id)?;
        let name = |class| tree.child(class, Role::Name).map(|name| tree.text_of(name));
        // Constructors have the name of their class.
        let scope = definition.scope;
        if tree.kind(scope) == Kind::Class && name(scope) == Some(tree.text_of(id)) {
            return Some(scope);
        }
        match self.writes_of(definition) {
            [only] if tree.kind(only.at) == Kind::Class => Some(only.at),
            _ => None,
        }
    }

    /// All writes of a definition, in the order of the source.
    fn writes_of(&self, definition: &Definition) -> &[Write] {
        of_definition(&self.writes, definition)
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

    /// Modules whose names are all imported, for the whole file.
    pub fn wildcards<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = &'a str> {
        self.imports
            .iter()
            .filter(|import| import.local.is_none())
            .filter(|import| function_around(tree, import.at) == NodeId::ROOT)
            .map(|import| import.path.as_str())
    }

    /// Imports that give something another name than its own.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.imports
            .iter()
            .filter(|import| !is_relative(&import.path))
            .filter_map(|import| Some((import.local.as_deref()?, import.path.as_str())))
    }

    /// Whether a name is declared in this file, other than by an import.
    pub fn is_declared(&self, tree: &Tree, id: NodeId) -> bool {
        self.lookup(tree, id)
            .is_some_and(|definition| definition.import.is_none())
    }

    /// The expressions, one of which the name at `id` stands for there, where `known` says what conditions come to.
    /// A field counts only where the language's own word or the file shows that it does not change, or where the
    /// function itself sets it.
    pub(super) fn values(
        &self,
        tree: &Tree,
        id: NodeId,
        known: &dyn Fn(NodeId) -> Option<Constant>,
    ) -> Option<Vec<NodeId>> {
        let definition = self.lookup(tree, id)?;
        let writes = self.writes_of(definition);
        if definition.is_shared || writes.len() > MOST_WRITES {
            return None;
        }
        let is_field = tree.kind(definition.scope) == Kind::Class;
        let here = function_around(tree, id);
        let is_here = |write: &&Write| function_around(tree, write.at) == here;
        let local: Vec<_> = writes.iter().filter(is_here).copied().collect();
        let reaching = || {
            let writes = &local;
            Reaching {
                tree,
                writes,
                known,
            }
            .values(id)
        };
        if is_field {
            let settled = || self.field(tree, definition.scope, tree.text_of(id));
            return reaching().or_else(|| Some(vec![settled()?]));
        }
        match writes {
            // Another function sees what was assigned before it is called.
            [only] if local.is_empty() => {
                // Where a package has several files, another one may write what this one declares.
                let is_shared =
                    definition.scope == NodeId::ROOT && tree.language.blocks_are_scopes();
                let settled = !is_shared || is_settled(tree, only.at);
                settled.then_some(vec![only.value?])
            }
            // Another function may come in between, and write what this one does not own.
            _ if local.len() < writes.len() => None,
            _ => reaching(),
        }
    }

    /// The type that a name is declared with, or that its constructor call shows.
    pub fn declared_type(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        self.lookup(tree, id)?.declared_type(tree)
    }

    /// What a name is declared with, where it is declared once.
    pub fn initial_value(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        self.lookup(tree, id)?.value
    }

    /// The type of the field of that name, of the class around.
    pub fn field_type(&self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let class = tree
            .ancestors(id)
            .find(|&around| tree.kind(around) == Kind::Class)?;
        let definitions = self.definitions.get(tree.text_of(id))?;
        let at = definitions
            .binary_search_by_key(&class, |definition| definition.scope)
            .ok()?;
        definitions[at].declared_type(tree)
    }
}

impl Definition {
    fn declared_type(&self, tree: &Tree) -> Option<NodeId> {
        let created = self.value.filter(|&value| tree.kind(value) == Kind::New);
        match (self.ty, created) {
            (Some(ty), Some(created)) if tree.text_of(ty) == "var" => {
                tree.child(created, Role::Type)
            }
            (Some(ty), _) => Some(ty),
            (None, created) => tree.child(created?, Role::Type),
        }
    }
}

/// A name with more writes than these is no constant anywhere.
const MOST_WRITES: usize = 16;

/// Whether the language's own word says that what is declared does not change.
pub(super) fn is_settled(tree: &Tree, at: NodeId) -> bool {
    tree.kind(at) != Kind::VarDef || has_modifier(tree, at, &["final", "const", "readonly"])
}

/// Whether a declaration has one of these modifiers.
pub(super) fn has_modifier(tree: &Tree, at: NodeId, words: &[&str]) -> bool {
    let mut modifiers = tree.children_as(at, Role::Modifier);
    modifiers.any(|modifier| words.contains(&tree.text_of(modifier)))
}

/// The function that the node is in, or the file.
pub(super) fn function_around(tree: &Tree, id: NodeId) -> NodeId {
    tree.ancestors(id)
        .find(|&around| matches!(tree.kind(around), Kind::Function | Kind::Lambda))
        .unwrap_or(NodeId::ROOT)
}

/// Whether the class `scope` is none for the name at `id` in it, since a function stands between.
fn is_hidden(tree: &Tree, scope: NodeId, id: NodeId) -> bool {
    tree.kind(scope) == Kind::Class
        && tree.language.assignment_declares()
        && tree
            .ancestors(id)
            .take_while(|&around| around != scope)
            .any(|around| matches!(tree.kind(around), Kind::Function | Kind::Lambda))
}

/// The names that a target of an assignment or declaration writes: all in it but keys, and what a name gets where
/// there is nothing for it.
fn bound_names(tree: &Tree, target: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let mut default_ends = target;
    tree.subtree(target).filter(move |&id| {
        let assigned = |parent| matches!(tree.kind(parent), Kind::Assign | Kind::Param);
        match tree.node(id).role {
            Role::Right | Role::Default
                if id != target && tree.parent(id).is_some_and(assigned) =>
            {
                default_ends = default_ends.max(tree.after(id));
            }
            _ => {}
        }
        // What a target is a part of is read, and so is all that says which part.
        if matches!(tree.kind(id), Kind::Member | Kind::Index | Kind::Path) {
            default_ends = default_ends.max(tree.after(id));
        }
        id >= default_ends && tree.kind(id) == Kind::Ident && tree.node(id).role != Role::Key
    })
}

/// Collects what a file declares, scope by scope.
struct Reader<'t> {
    tree: &'t Tree,
    /// For each node, the innermost scope that holds what it declares: for a function, itself. Where an
    /// assignment declares, a handler is a scope for nothing but the name of its exception.
    scopes: Vec<NodeId>,
    definitions: FxHashMap<(NodeId, Box<str>), Definition>,
    writes: Vec<Write>,
    /// Assignments where they do not declare. It may be declared further down.
    assigned: Vec<Assignment>,
    /// Assignments to members of objects.
    stores: FxHashMap<Box<str>, Vec<Write>>,
}

impl<'t> Reader<'t> {
    fn new(tree: &'t Tree) -> Self {
        let blocks = tree.language.blocks_are_scopes();
        let mut scopes: Vec<NodeId> = Vec::with_capacity(tree.len());
        for id in tree.ids() {
            let around = tree.parent(id).map_or(NodeId::ROOT, |parent| {
                let around = scopes[parent.0 as usize];
                // The scope of a handler is its own alone.
                let left = around == parent
                    && tree.kind(parent) == Kind::Catch
                    && tree.language.assignment_declares();
                match tree.parent(parent) {
                    Some(outside) if left => scopes[outside.0 as usize],
                    _ => around,
                }
            });
            let kind = tree.kind(id);
            let opens = kind.is_scope() || blocks && kind.is_block_scope();
            scopes.push(if opens { id } else { around });
        }
        Reader {
            tree,
            scopes,
            definitions: FxHashMap::default(),
            writes: Vec::new(),
            assigned: Vec::new(),
            stores: FxHashMap::default(),
        }
    }

    /// The innermost scope that holds what the node `id` declares.
    fn scope(&self, id: NodeId) -> NodeId {
        self.scopes
            .get(id.0 as usize)
            .copied()
            .unwrap_or(NodeId::ROOT)
    }

    fn define(&mut self, scope: NodeId, name: &str, note: impl FnOnce(&mut Definition)) -> u32 {
        let number = self.definitions.len() as u32;
        let new = || Definition {
            number,
            ..Definition::default()
        };
        let definition = self
            .definitions
            .entry((scope, name.into()))
            .or_insert_with(new);
        note(definition);
        definition.number
    }

    fn write(&mut self, scope: NodeId, name: &str, at: NodeId, value: Option<NodeId>) {
        let definition = self.define(scope, name, |_| {});
        self.writes.push(Write {
            definition,
            at,
            value,
        });
    }

    /// Notes what a node declares.
    fn read(&mut self, id: NodeId) {
        let tree = self.tree;
        let declares = tree.language.assignment_declares();
        let child = |role| tree.child(id, role);
        self.store(id);
        match tree.kind(id) {
            // A property of an object or of its type is no variable.
            Kind::VarDef | Kind::Function if tree.node(id).role == Role::Elem => {}
            Kind::VarDef => self.declare(id, Role::Name, child(Role::Value), child(Role::Type)),
            Kind::Assign if declares => {
                self.declare(id, Role::Left, child(Role::Right), child(Role::Type))
            }
            Kind::AugAssign if declares => self.declare(id, Role::Left, None, None),
            Kind::Assign | Kind::AugAssign => {
                let Some(target) = child(Role::Left) else {
                    return;
                };
                let alone = tree.kind(id) == Kind::Assign && tree.kind(target) == Kind::Ident;
                let value = child(Role::Right).filter(|_| alone);
                let targets = bound_names(tree, target);
                self.assigned
                    .extend(targets.map(|target| (id, target, value)));
            }
            Kind::Update => {
                let targets = tree.children(id).map(|target| (id, target, None));
                self.assigned.extend(targets);
            }
            Kind::ForEach => {
                for target in tree.children_as(id, Role::Left) {
                    self.declare_target(id, target, None, child(Role::Type));
                }
            }
            Kind::Param | Kind::Receiver | Kind::Catch => {
                self.declare(id, Role::Name, None, child(Role::Type))
            }
            Kind::As => self.declare(id, Role::Alias, None, None),
            Kind::Function | Kind::Class => {
                if let (Some(name), Some(parent)) = (child(Role::Name), tree.parent(id)) {
                    self.write(self.scope(parent), tree.text_of(name), id, None);
                }
            }
            // Names that a function shares with the file are written whenever it is called.
            Kind::Global => {
                for name in tree.children(id) {
                    self.define(NodeId::ROOT, tree.text_of(name), |definition| {
                        definition.is_shared = true;
                    });
                }
            }
            _ => {}
        }
    }

    /// Notes what a node assigns to members.
    fn store(&mut self, id: NodeId) {
        let tree = self.tree;
        let target = match tree.kind(id) {
            Kind::Assign | Kind::AugAssign | Kind::ForEach => tree.child(id, Role::Left),
            Kind::Update | Kind::Delete => tree.children(id).next(),
            Kind::As => tree.child(id, Role::Alias),
            _ => None,
        };
        let Some(target) = target else { return };
        let alone = tree.kind(id) == Kind::Assign && tree.kind(target) == Kind::Member;
        let value = tree.child(id, Role::Right).filter(|_| alone);
        let is_member = |part: &NodeId| tree.kind(*part) == Kind::Member;
        for member in tree.subtree(target).filter(is_member) {
            // An element is stored somewhere in what the member holds.
            let value = value.filter(|_| member == target);
            if let Some(name) = tree.child(member, Role::Name) {
                let stores = self.stores.entry(tree.text_of(name).into()).or_default();
                stores.push(Write {
                    definition: 0,
                    at: id,
                    value,
                });
            }
        }
    }

    /// Notes the names below the child in `role`: a pattern may bind several.
    fn declare(&mut self, id: NodeId, role: Role, value: Option<NodeId>, ty: Option<NodeId>) {
        let tree = self.tree;
        let Some(target) = tree.child(id, role) else {
            return;
        };
        // `a, b = 1, 2` gives each name a value of its own.
        let values = value.filter(|&value| tree.kind(value) == Kind::Tuple);
        if let Some(values) = values.filter(|_| tree.kind(target) == Kind::Tuple)
            && tree.children(target).count() == tree.children(values).count()
        {
            for (target, value) in tree.children(target).zip(tree.children(values)) {
                self.declare_target(id, target, Some(value), ty);
            }
        } else {
            self.declare_target(id, target, value, ty);
        }
    }

    /// Notes every name below `target`. Only a lone name has a value.
    fn declare_target(
        &mut self,
        id: NodeId,
        target: NodeId,
        value: Option<NodeId>,
        ty: Option<NodeId>,
    ) {
        let tree = self.tree;
        let scope = self.scope(id);
        if tree.kind(target) == Kind::Ident {
            self.write(scope, tree.text_of(target), id, value);
            self.define(scope, tree.text_of(target), |definition| {
                definition.value = value.or(definition.value);
                definition.ty = ty.or(definition.ty);
            });
        } else if !matches!(tree.kind(target), Kind::Member | Kind::Index | Kind::Path) {
            for name in bound_names(tree, target) {
                self.write(scope, tree.text_of(name), id, None);
            }
        }
    }
}

fn by_name(
    tree: &Tree,
    definitions: FxHashMap<(NodeId, Box<str>), Definition>,
) -> FxHashMap<Box<str>, Vec<Definition>> {
    let mut by_name: FxHashMap<Box<str>, Vec<Definition>> = FxHashMap::default();
    let mut all: Vec<_> = definitions.into_iter().collect();
    all.sort_unstable_by_key(|((scope, _), _)| *scope);
    for ((scope, name), definition) in all {
        let definitions = by_name.entry(name).or_default();
        definitions.push(Definition {
            scope,
            around: around(tree, definitions, definitions.len(), scope),
            ..definition
        });
    }
    by_name
}

/// Which of the first `count` definitions of a name, sorted by scope, stands in the nearest scope around `scope`.
fn around(tree: &Tree, definitions: &[Definition], count: usize, scope: NodeId) -> Option<u32> {
    let mut around = count.checked_sub(1);
    while let Some(at) = around.filter(|&at| tree.after(definitions[at].scope) <= scope) {
        around = definitions[at].around.map(|at| at as usize);
    }
    around.map(|at| at as u32)
}
