//! Where in a file a shape can match: at nodes of some kinds or names, or at what surrounds them.

use super::Metavariable;
use super::shape::{Mark, Root, Shape};
use crate::tree::{Kind, NodeId, Role, Tree};

/// Nodes of a target at which a shape can match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RootKinds {
    /// Nodes of these kinds.
    Of(Vec<Kind>),
    /// Calls, macros and creations whose callee ends in this name, or in an alias of it.
    Callee(Kind, String),
    /// Names, members and paths that are not what something else is called.
    Names,
    /// Blocks: what matches are rows of their statements, wherever they start.
    Blocks,
    /// Rows that start with a statement at which this can match.
    Row(Box<RootKinds>),
    /// Any expression.
    Expressions,
    /// Any statement.
    Statements,
    /// Literals of this kind, and names that may always stand for one.
    Literal(Kind),
    /// Statements that hold such an expression.
    InStatement(Box<RootKinds>),
    /// Assignments and declarations of such a value.
    Assigned(Box<RootKinds>),
    /// Assignments and declarations whose value is of one of these kinds.
    AssignedKind(Vec<Kind>),
    /// Names, members and paths that end in this name, or in an alias of it.
    Named(String),
}

impl RootKinds {
    /// Whether most files have many nodes at which a match may start.
    pub(crate) fn are_common(&self) -> bool {
        match self {
            RootKinds::Callee(..) | RootKinds::Named(_) => false,
            RootKinds::Of(kinds) => kinds.iter().any(|kind| {
                matches!(
                    kind,
                    Kind::Ident
                        | Kind::Member
                        | Kind::Call
                        | Kind::Assign
                        | Kind::VarDef
                        | Kind::ExprStmt
                        | Kind::Function
                        | Kind::Block
                        | Kind::If
                )
            }),
            RootKinds::Row(inner) | RootKinds::InStatement(inner) | RootKinds::Assigned(inner) => {
                inner.are_common()
            }
            RootKinds::Names
            | RootKinds::Blocks
            | RootKinds::Expressions
            | RootKinds::Statements
            | RootKinds::Literal(_)
            | RootKinds::AssignedKind(_) => true,
        }
    }

    /// Whether a match can start at the node. What it says is less than the walk's index knows: aliases of
    /// callees pass.
    pub(crate) fn admits(&self, tree: &Tree, id: NodeId) -> bool {
        let node = tree.node(id);
        match self {
            RootKinds::Of(kinds) => kinds.contains(&node.kind),
            RootKinds::Callee(kind, _) => node.kind == *kind,
            RootKinds::Names => {
                matches!(node.kind, Kind::Ident | Kind::Member | Kind::Path)
                    && !is_part_of_name(tree, id)
            }
            RootKinds::Blocks => matches!(node.kind, Kind::Block | Kind::Case | Kind::File),
            RootKinds::Expressions => {
                node.role != Role::Stmt
                    && is_expression(node.kind)
                    && !is_part_of_name(tree, id)
                    && !is_part_of_type(tree, id)
            }
            RootKinds::Statements => node.role == Role::Stmt,
            RootKinds::Literal(kind) => {
                node.kind == *kind
                    || may_be_constant(tree, id)
                    || *kind == Kind::Str && matches!(node.kind, Kind::Binary | Kind::Template)
            }
            RootKinds::InStatement(_) => is_simple_statement(node.kind),
            RootKinds::Assigned(_) | RootKinds::AssignedKind(_) => {
                matches!(node.kind, Kind::Assign | Kind::VarDef)
            }
            RootKinds::Named(_) => {
                matches!(node.kind, Kind::Ident | Kind::Member | Kind::Path)
                    && !is_part_of_name(tree, id)
            }
            RootKinds::Row(_) => node.role == Role::Stmt,
        }
    }
}

/// Kinds that a lone `$X` matches.
pub(crate) fn is_expression(kind: Kind) -> bool {
    kind.is_literal()
        || matches!(
            kind,
            Kind::Assign
                | Kind::AugAssign
                | Kind::Update
                | Kind::Ternary
                | Kind::Lambda
                | Kind::Call
                | Kind::New
                | Kind::Macro
                | Kind::Member
                | Kind::Path
                | Kind::Index
                | Kind::Binary
                | Kind::Unary
                | Kind::Ref
                | Kind::Question
                | Kind::Cast
                | Kind::Tuple
                | Kind::List
                | Kind::Dict
                | Kind::Set
                | Kind::Record
                | Kind::Template
                | Kind::Tagged
                | Kind::Regex
                | Kind::Element
                | Kind::Ascription
                | Kind::Ident
                | Kind::This
                | Kind::Super
                | Kind::Await
                | Kind::Yield
                | Kind::Raw(_)
        )
}

/// Statements that consist of an expression.
fn is_simple_statement(kind: Kind) -> bool {
    matches!(kind, Kind::ExprStmt | Kind::VarDef | Kind::Return)
}

/// By node: the statement that consists of the expression there and what is around it, if it is such a one.
pub(crate) fn statements_around(tree: &Tree) -> Vec<Option<NodeId>> {
    let mut around: Vec<Option<NodeId>> = Vec::with_capacity(tree.len());
    for id in tree.ids() {
        let statement = match tree.kind(id) {
            Kind::Block | Kind::Function | Kind::Class => None,
            kind if is_simple_statement(kind) => Some(id),
            _ => tree.parent(id).and_then(|parent| around[parent.0 as usize]),
        };
        around.push(statement);
    }
    // What is declared in the header of a loop is no statement.
    let is_statement = |id: &NodeId| matches!(tree.node(*id).role, Role::Stmt | Role::Resource);
    around
        .iter_mut()
        .for_each(|one| *one = one.filter(is_statement));
    around
}

/// The assignment or declaration whose value stands at `id`, given another type in passing or not.
pub(crate) fn assignment_around(tree: &Tree, id: NodeId) -> Option<NodeId> {
    let mut value = id;
    loop {
        let parent = tree.parent(value)?;
        match (tree.kind(parent), tree.node(value).role) {
            (Kind::Ascription, _) => value = parent,
            (Kind::Assign, Role::Right) | (Kind::VarDef, Role::Value) => return Some(parent),
            _ => return None,
        }
    }
}

/// Whether a node is a name that is read, and not one that is written, called or part of another.
pub(crate) fn may_be_constant(tree: &Tree, id: NodeId) -> bool {
    tree.kind(id) == Kind::Ident
        && !matches!(
            tree.node(id).role,
            Role::Name | Role::Left | Role::Callee | Role::Alias | Role::Type
        )
}

/// Whether the node is what a decorator names or calls.
pub(crate) fn is_decorator(tree: &Tree, id: NodeId) -> bool {
    let parent = tree.parent(id);
    parent.is_some_and(|parent| tree.kind(parent) == Kind::Decorator)
}

/// Whether a node only names something: the `b` of `a.b`, of `b=1`, of `def b`.
/// The name of a decorator is an expression.
pub(crate) fn is_part_of_name(tree: &Tree, id: NodeId) -> bool {
    tree.node(id).role == Role::Name
        && tree
            .parent(id)
            .is_none_or(|parent| tree.kind(parent) != Kind::Decorator)
}

/// Whether a node stands in a type or names a module, where no expression can stand.
pub(crate) fn is_part_of_type(tree: &Tree, mut id: NodeId) -> bool {
    loop {
        let Some(parent) = tree.parent(id) else {
            return false;
        };
        match tree.node(id).role {
            Role::ReturnType | Role::TypeArg | Role::TypeParam | Role::Throws | Role::Interface => {
                return true;
            }
            Role::Type => return !matches!(tree.kind(parent), Kind::New | Kind::Catch),
            Role::Object if tree.kind(parent) == Kind::ImportFrom => return true,
            Role::Base | Role::Object | Role::Name | Role::Child => id = parent,
            _ => return false,
        }
    }
}

/// Where a metavariable stands that names what a shape is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameAt {
    /// `$F(...)`
    Callee,
    /// `$X.$F(...)`
    LastOfCallee,
    /// `$X.$F`
    Last,
}

impl NameAt {
    /// What such a metavariable is bound to where a shape matches at `id`; `None` where that is not plain to see.
    pub(crate) fn name(self, tree: &Tree, id: NodeId) -> Option<NodeId> {
        let callee = |id| match tree.kind(id) {
            Kind::New => tree.child(id, Role::Type),
            _ => tree.child(id, Role::Callee),
        };
        let last = |id| match tree.kind(id) {
            Kind::Ident => Some(id),
            Kind::Member | Kind::Path => tree.child(id, Role::Name),
            _ => None,
        };
        let name = match self {
            NameAt::Callee => callee(id)?,
            NameAt::LastOfCallee => last(callee(id)?)?,
            NameAt::Last => last(id)?,
        };
        let is_plain = matches!(tree.kind(name), Kind::Ident | Kind::Member | Kind::Path);
        is_plain.then_some(name)
    }
}

impl Shape {
    /// The metavariable that names what this is about: the function that it calls, the field that it reads.
    pub(crate) fn name_variable(&self) -> Option<(Metavariable, NameAt)> {
        let Root::Node(mut root) = self.root else {
            return None;
        };
        if self.tree.kind(root) == Kind::ExprStmt {
            root = self.tree.child(root, Role::Value)?;
        }
        if !matches!(self.mark_of(root), Mark::Plain) {
            return None;
        }
        let variable = |at: NameAt| match self.mark_of(at.name(&self.tree, root)?) {
            Mark::Metavariable(variable) => Some((*variable, at)),
            _ => None,
        };
        match self.tree.kind(root) {
            Kind::Call | Kind::Macro | Kind::New => {
                variable(NameAt::Callee).or_else(|| variable(NameAt::LastOfCallee))
            }
            Kind::Member | Kind::Path => variable(NameAt::Last),
            _ => None,
        }
    }

    /// Where in a target this can match.
    pub(crate) fn root_kinds(&self) -> RootKinds {
        match &self.root {
            Root::Node(root) => self.kinds_at(*root),
            Root::Statements(statements) => match self.starts_anywhere() {
                true => RootKinds::Blocks,
                false => RootKinds::Row(Box::new(self.kinds_at(statements[0]))),
            },
        }
    }

    /// Whether a call can match as far as the number of its arguments says. Where a pattern names no function,
    /// most calls of a file fail here.
    pub(crate) fn may_be_call(&self, tree: &Tree, id: NodeId) -> bool {
        let Root::Node(root) = self.root else {
            return true;
        };
        if self.tree.kind(root) != Kind::Call || tree.kind(id) != Kind::Call {
            return true;
        }
        let ellipsis = |p: &&NodeId| matches!(self.mark_of(**p), Mark::Ellipsis(_));
        let group = self
            .groups_of(root)
            .iter()
            .find(|group| group.role == Role::Arg);
        let found = tree.children_as(id, Role::Arg).count();
        match group {
            None => matches!(self.mark_of(root), Mark::Deep(_)) || found == 0,
            Some(group) if group.open => {
                found >= group.nodes.len() - group.nodes.iter().filter(ellipsis).count()
            }
            Some(group) => {
                matches!(self.mark_of(root), Mark::Deep(_)) || found == group.nodes.len()
            }
        }
    }

    /// Whether it is a row that starts with an ellipsis.
    pub(crate) fn starts_anywhere(&self) -> bool {
        match &self.root {
            Root::Node(_) => false,
            Root::Statements(statements) => {
                matches!(self.mark_of(statements[0]), Mark::Ellipsis(_))
            }
        }
    }

    fn kinds_at(&self, root: NodeId) -> RootKinds {
        let kind = self.tree.kind(root);
        match self.mark_of(root) {
            Mark::Deep(_) if self.tree.node(root).role == Role::Stmt => {
                return RootKinds::Statements;
            }
            Mark::Metavariable(_) | Mark::Deep(_) | Mark::Ellipsis(_) | Mark::Chain(_) => {
                return RootKinds::Expressions;
            }
            Mark::Statement(_) => return RootKinds::Statements,
            Mark::Dotted(path) => {
                let last = path.rsplit('.').next().unwrap_or(path);
                return RootKinds::Named(last.to_owned());
            }
            _ => {}
        }
        match kind {
            Kind::Call | Kind::Macro | Kind::New => {
                let name = self.tree.callee_name(root).filter(|&name| {
                    !matches!(
                        self.mark_of(name),
                        Mark::Metavariable(_) | Mark::Ellipsis(_)
                    )
                });
                match name {
                    Some(name) => RootKinds::Callee(kind, self.tree.text_of(name).to_owned()),
                    None => RootKinds::Of(vec![kind]),
                }
            }
            Kind::Assign => {
                let value = self.tree.child(root, Role::Right);
                match value.map(|value| self.kinds_at(value)) {
                    Some(value @ RootKinds::Callee(..)) => RootKinds::Assigned(Box::new(value)),
                    Some(RootKinds::Of(mut kinds)) => {
                        kinds.push(Kind::Ascription);
                        RootKinds::AssignedKind(kinds)
                    }
                    Some(RootKinds::Names | RootKinds::Named(_)) => RootKinds::AssignedKind(vec![
                        Kind::Ident,
                        Kind::Member,
                        Kind::Path,
                        Kind::Generic,
                        Kind::Ascription,
                    ]),
                    _ => RootKinds::Of(vec![Kind::Assign, Kind::VarDef]),
                }
            }
            Kind::ExprStmt => match self.tree.child(root, Role::Value) {
                Some(value) => RootKinds::InStatement(Box::new(self.kinds_at(value))),
                None => RootKinds::Of(vec![kind]),
            },
            literal if literal.is_literal() => RootKinds::Literal(literal),
            Kind::Ident | Kind::Member | Kind::Path => match self.tree.last_name(root) {
                Some(name) if matches!(self.mark_of(name), Mark::Dotted(_)) => {
                    RootKinds::Named(self.tree.text_of(name).to_owned())
                }
                _ => RootKinds::Names,
            },
            Kind::Import => RootKinds::Of(vec![Kind::Import, Kind::ImportFrom, Kind::VarDef]),
            Kind::ImportFrom => RootKinds::Of(vec![Kind::ImportFrom, Kind::Import, Kind::VarDef]),
            Kind::List | Kind::Dict => RootKinds::Of(vec![kind, Kind::Comprehension]),
            Kind::Function if self.has_any_name(root) => {
                RootKinds::Of(vec![Kind::Function, Kind::Lambda])
            }
            Kind::Pair => RootKinds::Of(vec![Kind::Pair, Kind::Function]),
            Kind::Template => RootKinds::Of(vec![Kind::Template, Kind::Str]),
            Kind::For => RootKinds::Of(vec![Kind::For, Kind::ForEach]),
            Kind::Set => RootKinds::Of(vec![Kind::Set, Kind::Dict, Kind::Comprehension]),
            Kind::Index => RootKinds::Of(vec![Kind::Index, Kind::Generic]),
            kind => RootKinds::Of(vec![kind]),
        }
    }

    fn has_any_name(&self, function: NodeId) -> bool {
        let name = self.tree.child(function, Role::Name);
        name.is_some_and(|name| matches!(self.mark_of(name), Mark::Ellipsis(None)))
    }
}
