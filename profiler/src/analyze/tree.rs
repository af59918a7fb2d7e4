//! The call tree: every distinct path of functions once, with its own cost.

use rustc_hash::FxHashMap;

use super::{Frames, FuncId, Measure};
use crate::profile::{Profile, StringId};

/// What a node of the tree stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeName {
    /// All threads of this name; the root of their stacks.
    Thread(StringId),
    /// A call of a function, and whether it was inlined into its caller.
    Call(FuncId, bool),
}

/// A node: a path from the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The caller; `None` at the root. A caller always precedes its callees.
    pub parent: Option<u32>,
    /// The function or thread.
    pub name: NodeName,
    /// Weight of the samples that end here.
    pub own: i64,
}

/// All nodes, callers before callees.
#[derive(Clone, Debug, Default)]
pub struct CallTree {
    /// The nodes.
    pub nodes: Vec<Node>,
}

impl CallTree {
    /// The tree of `profile`. Threads of one name share a root; samples without a thread have none.
    pub fn of(profile: &Profile, frames: &Frames, measure: &Measure) -> CallTree {
        let mut tree = CallTree::default();
        let mut ids = FxHashMap::default();
        for sample in &profile.samples {
            let thread = sample
                .thread
                .map(|thread| profile.threads[thread.index()].name);
            let calls = frames
                .path(profile, sample.stack)
                .map(|frame| NodeName::Call(frame.func, frame.inlined));
            let mut at = None;
            for name in thread.map(NodeName::Thread).into_iter().chain(calls) {
                let node = *ids.entry((at, name)).or_insert_with(|| {
                    tree.nodes.push(Node {
                        parent: at,
                        name,
                        own: 0,
                    });
                    tree.nodes.len() as u32 - 1
                });
                at = Some(node);
            }
            if let Some(leaf) = at {
                tree.nodes[leaf as usize].own += measure.weight(sample);
            }
        }
        tree
    }

    /// The cost of each node with everything below it.
    pub fn totals(&self) -> Vec<i64> {
        let mut totals: Vec<i64> = self.nodes.iter().map(|node| node.own).collect();
        for (at, node) in self.nodes.iter().enumerate().rev() {
            if let Some(parent) = node.parent {
                totals[parent as usize] += totals[at];
            }
        }
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_add_up_from_the_leaves() {
        let profile = crate::import::folded("a;b 2\na;b;c 3\na 1\n").unwrap();
        let tree = CallTree::of(&profile, &Frames::of(&profile), &Measure::of(&profile));
        assert_eq!(
            tree.nodes.iter().map(|node| node.own).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert_eq!(tree.totals(), [6, 5, 3]);
    }
}
