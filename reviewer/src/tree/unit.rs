//! A file's tree together with what is computed from it on first need.

use std::sync::{Arc, OnceLock};

use super::{Names, Tree};
use crate::configuration::Configuration;

/// One source file under review.
#[derive(Debug)]
pub struct Unit {
    /// Its tree.
    pub tree: Tree,
    names: OnceLock<Names>,
    configuration: Arc<Configuration>,
}

impl Unit {
    /// A unit of which only the tree is known.
    pub fn new(tree: Tree) -> Self {
        Unit {
            tree,
            names: OnceLock::new(),
            configuration: Arc::default(),
        }
    }

    /// The same file in a project with that configuration.
    pub fn with_configuration(self, configuration: Arc<Configuration>) -> Self {
        Unit {
            tree: self.tree,
            names: OnceLock::new(),
            configuration,
        }
    }

    /// What the names of the file mean.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let configuration = Arc::clone(&self.configuration);
            Names::of(&self.tree).configured(configuration)
        })
    }
}
