//! Names that patterns bind: those of cases, conditions and comprehensions, which [`crate::tree::Names`] leaves out.

use rustc_hash::FxHashMap;

use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role, Tree};

/// A name in a pattern, and the field that it stands for, where the pattern names one.
pub(super) struct Bound {
    pub(super) name: NodeId,
    pub(super) field: Option<NodeId>,
}

/// The construct of a node.
pub(super) fn construct(tree: &Tree, id: NodeId) -> Option<Construct> {
    match tree.kind(id) {
        Kind::Raw(kind) => Some(tree.grammar.construct(kind)),
        _ => None,
    }
}

/// The names that a pattern binds, whatever its shape.
pub(super) fn bound_names(tree: &Tree, pattern: NodeId) -> Vec<Bound> {
    let mut bound = Vec::new();
    let mut todo = vec![(pattern, None)];
    while let Some((id, field)) = todo.pop() {
        let children = tree.children(id);
        match tree.kind(id) {
            Kind::Ident if !is_variant(tree, id) => bound.push(Bound { name: id, field }),
            Kind::Tuple | Kind::List | Kind::Splat | Kind::As | Kind::Ref | Kind::Error => {
                todo.extend(children.map(|child| (child, None)));
            }
            Kind::Raw(_) => match construct(tree, id) {
                Some(Construct::Pattern) => todo.extend(children.map(|child| (child, field))),
                Some(Construct::TypedPattern) => {
                    todo.extend(children.skip(1).map(|child| (child, None)));
                }
                Some(Construct::DeclaredPattern) => {
                    todo.extend(children.last().map(|child| (child, None)));
                }
                Some(Construct::MapPattern) => {
                    let keys = |child: &NodeId| tree.kind(*child) != Kind::Str;
                    todo.extend(children.filter(keys).map(|child| (child, None)));
                }
                Some(Construct::FieldPattern) => {
                    let mut parts = children
                        .filter(|&part| !matches!(tree.node(part).role, Role::Op | Role::Modifier));
                    let name = parts.next();
                    todo.extend(parts.last().or(name).map(|part| (part, name)));
                }
                _ => {}
            },
            _ => {}
        }
    }
    bound.reverse();
    bound
}

/// Whether a name in a pattern is compared with, and not bound.
fn is_variant(tree: &Tree, id: NodeId) -> bool {
    let text = tree.text_of(id);
    let is_capital = text.starts_with(char::is_uppercase);
    text == "_" || is_capital && tree.language.capitals_are_types()
}

/// A name that a pattern binds, in a scope.
struct Binding {
    scope: NodeId,
    number: u32,
    /// Index, among the bindings of the name, of the one in the nearest scope around.
    around: Option<u32>,
}

/// All such names of a file.
#[derive(Default)]
pub(super) struct Bindings<'t> {
    by_name: FxHashMap<&'t str, Vec<Binding>>,
    count: u32,
}

impl<'t> Bindings<'t> {
    /// Notes what a node binds.
    pub(super) fn read(&mut self, tree: &'t Tree, id: NodeId) {
        match tree.kind(id) {
            Kind::Comprehension => {
                for clause in tree.children(id) {
                    if construct(tree, clause) == Some(Construct::Clause) {
                        self.bind(tree, id, clause_target(tree, clause));
                    }
                }
            }
            Kind::Case if tree.language.cases_are_patterns() => {
                // A name alone is a constant, unless all names of patterns are variables.
                let names = tree.language.blocks_have_values();
                let binds = |&pattern: &NodeId| names || tree.kind(pattern) != Kind::Ident;
                for pattern in tree.children_as(id, Role::Left).filter(binds) {
                    self.bind(tree, id, Some(pattern));
                }
            }
            // A last parameter that takes the rest has its name in a declarator.
            Kind::Param if tree.child(id, Role::Name).is_none() => {
                let function = tree.parent(id).filter(|&of| tree.kind(of) != Kind::Class);
                if let Some(function) = function {
                    self.bind(tree, function, rest_name(tree, id));
                }
            }
            Kind::Raw(_) => match construct(tree, id) {
                Some(Construct::MatchCase) => {
                    self.bind(tree, function_around(tree, id), case_pattern(tree, id));
                }
                Some(Construct::Let) => {
                    let holds = |&around: &NodeId| {
                        let kind = tree.kind(around);
                        matches!(kind, Kind::If | Kind::While | Kind::Case) || kind.is_scope()
                    };
                    let scope = tree.ancestors(id).find(holds).unwrap_or(NodeId::ROOT);
                    self.bind(tree, scope, let_pattern(tree, id));
                }
                Some(Construct::InstanceOf) => {
                    self.bind(tree, function_around(tree, id), instance_pattern(tree, id));
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn bind(&mut self, tree: &'t Tree, scope: NodeId, pattern: Option<NodeId>) {
        let Some(pattern) = pattern else { return };
        for bound in bound_names(tree, pattern) {
            let name = tree.text_of(bound.name);
            self.by_name.entry(name).or_default().push(Binding {
                scope,
                number: self.count,
                around: None,
            });
            self.count += 1;
        }
    }

    /// Puts the bindings of each name in order, once all are read.
    #[expect(clippy::iter_over_hash_type, reason = "no name knows of another")]
    pub(super) fn settle(&mut self, tree: &Tree) {
        for bindings in self.by_name.values_mut() {
            bindings.sort_by_key(|binding| binding.scope);
            bindings.dedup_by_key(|binding| binding.scope);
            for at in 1..bindings.len() {
                let scope = bindings[at].scope;
                let mut around = Some(at - 1);
                while let Some(outer) = around.filter(|&at| tree.after(bindings[at].scope) <= scope)
                {
                    around = bindings[outer].around.map(|at| at as usize);
                }
                bindings[at].around = around.map(|at| at as u32);
            }
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count as usize
    }

    /// The number and the scope of the binding that a name means at `id`.
    pub(super) fn find(&self, tree: &Tree, name: &str, id: NodeId) -> Option<(u32, NodeId)> {
        if self.count == 0 {
            return None;
        }
        let bindings = self.by_name.get(name)?;
        let mut at = bindings
            .partition_point(|binding| binding.scope <= id)
            .checked_sub(1)?;
        while tree.after(bindings[at].scope) <= id {
            at = bindings[at].around? as usize;
        }
        Some((bindings[at].number, bindings[at].scope))
    }
}

fn function_around(tree: &Tree, id: NodeId) -> NodeId {
    let holds = |&around: &NodeId| matches!(tree.kind(around), Kind::Function | Kind::Lambda);
    tree.ancestors(id).find(holds).unwrap_or(NodeId::ROOT)
}

/// The children of a node that are no operators.
pub(super) fn parts(tree: &Tree, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    tree.children(id)
        .filter(|&child| !matches!(tree.node(child).role, Role::Op | Role::Modifier))
}

/// `x` of `for x in xs`.
pub(super) fn clause_target(tree: &Tree, clause: NodeId) -> Option<NodeId> {
    parts(tree, clause).next()
}

/// `p` of `case p if c:`.
pub(super) fn case_pattern(tree: &Tree, case: NodeId) -> Option<NodeId> {
    parts(tree, case).next()
}

/// `p` of `let p = x`.
pub(super) fn let_pattern(tree: &Tree, condition: NodeId) -> Option<NodeId> {
    parts(tree, condition).next()
}

/// `s` of `x instanceof T s`, or the pattern in its place.
pub(super) fn instance_pattern(tree: &Tree, id: NodeId) -> Option<NodeId> {
    let mut parts = parts(tree, id).skip(1);
    match (parts.next(), parts.next()) {
        (Some(_), Some(name)) => Some(name),
        (Some(pattern), None) if matches!(tree.kind(pattern), Kind::Raw(_)) => Some(pattern),
        _ => None,
    }
}

/// `names` of `String... names`.
pub(super) fn rest_name(tree: &Tree, parameter: NodeId) -> Option<NodeId> {
    let mut types = tree.children_as(parameter, Role::Type);
    let declarator = types.find(|&ty| matches!(tree.kind(ty), Kind::Raw(_)))?;
    tree.children(declarator)
        .find(|&part| tree.kind(part) == Kind::Ident)
}
