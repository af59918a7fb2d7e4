//! The uniform syntax tree: one shape for all languages.
//!
//! ```text
//! id  0 File                          nodes lie in pre-order, so the subtree of a node is the
//!     1   ExprStmt                    range id..end, a walk is a loop over an array, and the
//!     2     Call                      next sibling of a node starts where the node ends
//!     3       Ident  (Callee) print
//!     4       Str    (Arg)
//!     5         StrPart (Elem) hello
//! ```
//!
//! Optional punctuation, parentheses, quote styles and keyword order are gone; what a child is to its
//! parent is its [`Role`]. Nothing here recurses: trees get ten thousand levels deep.

mod build;
mod configured;
pub mod constant;
mod constants;
mod fields;
mod kind;
mod names;
mod reaching;
mod scopes;
mod unit;

use std::ops::Range;

pub use build::Builder;
pub(crate) use configured::may_read;
pub use constant::Constant;
pub(crate) use constant::integer;
pub use kind::{Kind, Role};
pub(crate) use names::{Declared, is_relative};
pub use names::{Import, Names};
pub use scopes::Scope;
pub(crate) use scopes::Scopes;
pub use unit::Unit;

use crate::lang::Language;

/// A range of bytes in a source text.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct TextRange {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl TextRange {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        TextRange {
            start: start as u32,
            end: end as u32,
        }
    }

    /// Whether `other` lies within this range; equal ranges contain each other.
    pub fn contains(self, other: TextRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// As indices into a text.
    pub fn indices(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same range, `by` bytes further on.
    pub fn shifted(self, by: u32) -> TextRange {
        TextRange {
            start: self.start + by,
            end: self.end + by,
        }
    }

    /// From the start of this range to the end of `last`.
    pub fn to(self, last: TextRange) -> TextRange {
        TextRange {
            start: self.start,
            end: self.end.max(last.end),
        }
    }
}

/// Index of a node in its tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root of every tree.
    pub const ROOT: NodeId = NodeId(0);

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// One node: 24 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// What it is to its parent.
    pub role: Role,
    /// Its text.
    pub range: TextRange,
    end: NodeId,
    parent: NodeId,
}

/// The tree of one file or of one pattern, with the text that it was made of.
#[derive(Debug)]
pub struct Tree {
    /// The language.
    pub language: Language,
    /// Whose grammar the numbers of [`Kind::Raw`] are: that of another one where the text was read as such.
    pub(crate) grammar: Language,
    /// The source.
    pub text: String,
    nodes: Vec<Node>,
    /// Comments, in order; they are no nodes.
    pub comments: Vec<TextRange>,
    /// Places that the parser could not read and recovered from.
    pub errors: Vec<TextRange>,
    /// How deep the grammar's tree goes. That is deeper than this one: parentheses count.
    pub depth: u32,
}

impl Tree {
    /// The node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// Its kind.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The name of its kind; of one that the tree does not name, that in the grammar.
    pub fn kind_name(&self, id: NodeId) -> String {
        match self.kind(id) {
            Kind::Raw(kind) => self.grammar.kind_name(kind),
            kind => format!("{kind:?}"),
        }
    }

    /// Its range.
    pub fn range(&self, id: NodeId) -> TextRange {
        self.node(id).range
    }

    /// Its source text.
    pub fn text_of(&self, id: NodeId) -> &str {
        &self.text[self.range(id).indices()]
    }

    /// The range of the whole text.
    pub fn whole(&self) -> TextRange {
        TextRange::new(0, self.text.len())
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the tree has no node; only a tree without a root has none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes, parents before children.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// The node and everything below it, parents before children.
    pub fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.node(id).end.0).map(NodeId)
    }

    /// The first node behind the subtree of `id`.
    pub fn after(&self, id: NodeId) -> NodeId {
        self.node(id).end
    }

    /// The parent; `None` for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| self.node(id).parent)
    }

    /// The ancestors, nearest first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |&id| self.parent(id))
    }

    /// The direct children, in the order of the source.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + Clone + '_ {
        let end = self.node(id).end;
        let mut next = NodeId(id.0 + 1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.node(child).end;
            Some(child)
        })
    }

    /// The children in one role.
    pub fn children_as(&self, id: NodeId, role: Role) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id)
            .filter(move |&child| self.node(child).role == role)
    }

    /// The first child in a role.
    pub fn child(&self, id: NodeId, role: Role) -> Option<NodeId> {
        self.children_as(id, role).next()
    }

    /// Whether the node has no children.
    pub fn is_leaf(&self, id: NodeId) -> bool {
        self.node(id).end.0 == id.0 + 1
    }

    /// The name that a call, macro or creation ends in: `c` of `a.b.c(x)`.
    pub fn callee_name(&self, id: NodeId) -> Option<NodeId> {
        let role = if self.kind(id) == Kind::New {
            Role::Type
        } else {
            Role::Callee
        };
        self.last_name(self.child(id, role)?)
    }

    /// The module that a call loads: the string of `require("m")`.
    pub fn required_module(&self, call: NodeId) -> Option<NodeId> {
        let callee = self.child(call, Role::Callee)?;
        let mut arguments = self.children_as(call, Role::Arg);
        match (arguments.next(), arguments.next()) {
            (Some(module), None)
                if self.kind(call) == Kind::Call
                    && self.kind(module) == Kind::Str
                    && self.text_of(callee) == "require" =>
            {
                Some(module)
            }
            _ => None,
        }
    }

    /// The last identifier of a name, member, path or generic type.
    pub fn last_name(&self, mut id: NodeId) -> Option<NodeId> {
        loop {
            id = match self.kind(id) {
                Kind::Ident => return Some(id),
                Kind::Member | Kind::Path => self.child(id, Role::Name)?,
                Kind::Generic => self.child(id, Role::Base)?,
                _ => return None,
            }
        }
    }

    /// Whether two subtrees, of this tree and of `other`, are the same code: same shape, same words.
    pub fn same_code(&self, id: NodeId, other: &Tree, other_id: NodeId) -> bool {
        let (a, b) = (self.subtree(id), other.subtree(other_id));
        let size = |tree: &Tree, id: NodeId| tree.node(id).end.0 - id.0;
        size(self, id) == size(other, other_id)
            && a.zip(b).all(|(a, b)| {
                self.kind(a) == other.kind(b)
                    && size(self, a) == size(other, b)
                    && (!self.is_leaf(a) || self.text_of(a) == other.text_of(b))
                    && (self.kind(a) != Kind::Str || self.is_bytes(a) == other.is_bytes(b))
            })
    }

    /// Whether a string is one of bytes: `b"..."`.
    fn is_bytes(&self, string: NodeId) -> bool {
        let prefix = self.text_of(string).split(['"', '\'']).next();
        prefix.is_some_and(|prefix| prefix.contains(['b', 'B']))
    }

    /// One line a node, indented: for tests and for people who write rules.
    pub fn dump(&self) -> String {
        let mut out = String::new();
        let mut ends: Vec<NodeId> = Vec::new();
        for id in self.ids() {
            while ends.last().is_some_and(|end| *end <= id) {
                ends.pop();
            }
            let node = self.node(id);
            out += &"  ".repeat(ends.len());
            out += &format!("{:?}: {:?}", node.role, node.kind);
            if self.is_leaf(id) {
                out += &format!(" {:?}", self.text_of(id));
            }
            out.push('\n');
            ends.push(node.end);
        }
        out
    }
}
