//! Puts a tree together, parents before children.

use super::{Kind, Node, NodeId, Role, TextRange, Tree};
use crate::lang::Language;

/// A tree under construction. Every [`Builder::open`] is followed by its [`Builder::close`].
#[derive(Debug)]
pub struct Builder {
    tree: Tree,
    open: Vec<NodeId>,
}

impl Builder {
    /// An empty tree over `text`.
    pub fn new(language: Language, text: String) -> Self {
        // Measured over real files, a tree has about one node for six bytes.
        let nodes = Vec::with_capacity(text.len() / 6 + 16);
        let tree = Tree {
            language,
            grammar: language,
            text,
            nodes,
            comments: Vec::new(),
            errors: Vec::new(),
            depth: 0,
        };
        Builder {
            tree,
            open: Vec::new(),
        }
    }

    /// Starts a node; what follows until it is closed is below it.
    pub fn open(&mut self, kind: Kind, role: Role, range: TextRange) {
        let id = NodeId(self.tree.nodes.len() as u32);
        let parent = self.open.last().copied().unwrap_or(NodeId::ROOT);
        self.tree.nodes.push(Node {
            kind,
            role,
            range,
            end: NodeId(id.0 + 1),
            parent,
        });
        self.open.push(id);
    }

    /// Ends the node that was opened last.
    pub fn close(&mut self) {
        let end = NodeId(self.tree.nodes.len() as u32);
        if let Some(id) = self.open.pop() {
            self.tree.nodes[id.index()].end = end;
        }
    }

    /// A node without children.
    pub fn leaf(&mut self, kind: Kind, role: Role, range: TextRange) {
        self.open(kind, role, range);
        self.close();
    }

    /// Notes a comment.
    pub fn comment(&mut self, range: TextRange) {
        self.tree.comments.push(range);
    }

    /// Notes a place that could not be parsed.
    pub fn error(&mut self, range: TextRange) {
        self.tree.errors.push(range);
    }

    /// Notes that some place could not be parsed, if none was noted: lowering does not look everywhere.
    pub fn has_error(&mut self) {
        if self.tree.errors.is_empty() {
            self.error(TextRange::new(0, self.tree.text.len()));
        }
    }

    /// Notes that the grammar's tree goes as deep as `level`.
    pub fn reaches(&mut self, level: u32) {
        self.tree.depth = self.tree.depth.max(level);
    }

    /// The range of the whole text.
    pub fn whole(&self) -> TextRange {
        self.tree.whole()
    }

    /// The source text.
    pub fn text(&self) -> &str {
        &self.tree.text
    }

    /// The finished tree.
    pub fn finish(mut self) -> Tree {
        while !self.open.is_empty() {
            self.close();
        }
        self.tree.errors.sort_unstable();
        self.tree.errors.dedup();
        self.tree
    }
}
