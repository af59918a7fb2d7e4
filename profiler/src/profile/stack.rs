//! Call paths, shared in a trie.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::LocationId;

super::id!(
    /// A call path: a node of [`Stacks`], read from the leaf to the root.
    StackId
);

/// All call paths. Two samples that share callers share their nodes.
#[derive(Clone, Debug, Default)]
pub struct Stacks {
    nodes: Vec<(Option<StackId>, LocationId)>,
    ids: FxHashMap<(Option<StackId>, LocationId), StackId>,
}

impl Stacks {
    /// The path that extends `caller` (`None`: the root) by `callee`.
    pub fn push(&mut self, caller: Option<StackId>, callee: LocationId) -> StackId {
        *self.ids.entry((caller, callee)).or_insert_with(|| {
            self.nodes.push((caller, callee));
            StackId(self.nodes.len() as u32 - 1)
        })
    }

    /// The path of `locations`, root first; `None` when there are none.
    pub fn extend(&mut self, locations: impl IntoIterator<Item = LocationId>) -> Option<StackId> {
        locations
            .into_iter()
            .fold(None, |caller, callee| Some(self.push(caller, callee)))
    }

    /// The caller's path and the location of one node.
    pub fn node(&self, id: StackId) -> (Option<StackId>, LocationId) {
        self.nodes[id.index()]
    }

    /// The locations of a path, leaf first.
    pub fn leaf_first(&self, stack: Option<StackId>) -> impl Iterator<Item = LocationId> + '_ {
        let mut next = stack;
        std::iter::from_fn(move || {
            let (caller, location) = self.node(next?);
            next = caller;
            Some(location)
        })
    }

    /// The locations of a path, root first.
    pub fn path(&self, stack: Option<StackId>) -> Vec<LocationId> {
        let mut path: Vec<_> = self.leaf_first(stack).collect();
        path.reverse();
        path
    }

    /// Number of distinct paths.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no path at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Serialize for Stacks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.nodes.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Stacks {
    /// Fails where a node names a caller that does not precede it: that could be a cycle.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let nodes = Vec::<(Option<StackId>, LocationId)>::deserialize(deserializer)?;
        let mut stacks = Stacks::default();
        for (at, (caller, callee)) in nodes.into_iter().enumerate() {
            let follows = caller.is_none_or(|caller| caller.index() < at);
            if !follows || stacks.push(caller, callee).index() != at {
                return Err(serde::de::Error::custom(format!(
                    "stack {at} is out of place: callers come first and no node repeats"
                )));
            }
        }
        Ok(stacks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_share_their_callers() {
        let mut stacks = Stacks::default();
        let a = stacks.extend([0, 1, 2].map(LocationId));
        let b = stacks.extend([0, 1, 3].map(LocationId));
        assert_ne!(a, b);
        assert_eq!(stacks.len(), 4);
        assert_eq!(stacks.path(b), [0, 1, 3].map(LocationId));
    }

    #[test]
    fn a_cycle_is_refused() {
        assert!(serde_json::from_str::<Stacks>("[[1,0],[0,1]]").is_err());
    }
}
