//! What metavariables stand for, and what matching may cost.

use rustc_hash::FxHashMap;

use crate::tree::{NodeId, TextRange, Tree, Unit};

/// What a metavariable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Binding {
    /// A node.
    Node(NodeId),
    /// Siblings, first and last.
    Nodes(NodeId, NodeId),
    /// No siblings: `$...X` may match none. The position is where they would stand.
    Nothing(u32),
    /// The text that the expression always comes to, and that stands nowhere as it is.
    Constant(NodeId),
    /// A part of the text: the content of a string, a group of a regular expression.
    Text(TextRange),
}

/// By metavariable number; `None` where it is not bound.
pub(crate) type Bindings = Vec<Option<Binding>>;

/// One way in which a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Match {
    /// What matched.
    pub(crate) range: TextRange,
    /// What the metavariables stand for.
    pub(crate) bindings: Bindings,
}

/// By shape, statement of it, and node of one tree.
pub(crate) type MayMatch = FxHashMap<(usize, NodeId, NodeId), bool>;

/// Steps that one rule may take in one file. They are counted, so results do not depend on the machine.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    left: u64,
    /// Steps taken.
    pub(crate) taken: u64,
    /// Whether a statement of a pattern (by the address of its shape) may match a statement at all, whatever its
    /// metavariables stand for. Rows ask for it again at each of their starts.
    pub(super) may_match: MayMatch,
    /// Memory for bindings, kept from one attempt to the next.
    pub(super) scratch: Bindings,
}

impl Steps {
    /// The budget in a file of that many nodes. Over real files, a rule takes less than one step for a node;
    /// what nests ellipses in deep code takes some tens.
    pub(crate) fn for_nodes(nodes: usize) -> Self {
        Steps {
            left: 1_000_000 + 50 * nodes as u64,
            taken: 0,
            may_match: FxHashMap::default(),
            scratch: Vec::new(),
        }
    }

    /// Forgets what may match in the tree at hand, and gives it back for [`Self::leave_tree`].
    pub(crate) fn enter_tree(&mut self) -> MayMatch {
        std::mem::take(&mut self.may_match)
    }

    /// Comes back from another tree.
    pub(crate) fn leave_tree(&mut self, known: MayMatch) {
        self.may_match = known;
    }

    /// Whether the budget is used up; then matches are missing.
    pub(crate) fn exhausted(&self) -> bool {
        self.left == 0
    }

    /// Takes a step; false where none is left.
    pub(crate) fn take(&mut self) -> bool {
        self.take_many(1)
    }

    /// Takes several steps at once; false where the budget is used up by them.
    pub(crate) fn take_many(&mut self, steps: usize) -> bool {
        self.taken += steps as u64;
        self.left = self.left.saturating_sub(steps as u64);
        self.left > 0
    }
}

impl Binding {
    /// The text that it covers.
    pub(crate) fn range(self, tree: &Tree) -> TextRange {
        match self {
            Binding::Node(id) | Binding::Constant(id) => tree.range(id),
            Binding::Nodes(first, last) => tree.range(first).to(tree.range(last)),
            Binding::Nothing(at) => TextRange { start: at, end: at },
            Binding::Text(range) => range,
        }
    }
}

/// Whether two bindings are the same code. The same word in two scopes that each declare it is not.
pub(crate) fn same_binding(unit: &Unit, a: Binding, b: Binding) -> bool {
    let tree = &unit.tree;
    match (a, b) {
        (Binding::Node(a), Binding::Node(b)) => {
            a == b || tree.same_code(a, tree, b) && unit.names().same_variable(tree, a, b)
        }
        _ => tree.text[a.range(tree).indices()] == tree.text[b.range(tree).indices()],
    }
}

/// Steps that keeping a match counts for: it takes memory.
pub(crate) const STEPS_OF_A_MATCH: usize = 8;
