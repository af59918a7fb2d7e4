//! A file's tree together with what is computed from it on first need.

use std::cell::OnceCell;

use super::{Names, Tree};

/// One source file under review. Not shared between threads: each file is one task.
#[derive(Debug)]
pub struct Unit {
    /// Its tree.
    pub tree: Tree,
    names: OnceCell<Names>,
}

impl Unit {
    /// A unit of which only the tree is known.
    pub fn new(tree: Tree) -> Self {
        Unit {
            tree,
            names: OnceCell::new(),
        }
    }

    /// What the names of the file mean.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.tree))
    }
}
