//! From the tree of a file to its [`Program`].
//!
//! ```text
//! names, patterns    what each name means: found for all bodies before the first one is lowered
//! functions          a body: parameters, statements, what happens when it is left
//! statements, declarations, conditions, loops, switches, exceptions, jumps
//!                    from statements to blocks
//! expressions, calls, arguments, collections, assignments, constructs
//!                    from expressions to instructions
//! blocks             the blocks under construction
//! ```
//!
//! Every expression becomes an instruction with its node, targets of assignments and parameters included; a call
//! of a method has no other one for its callee. Code that hangs together to the left (`a + b + c`, `a.b().c()`,
//! `else if`) is lowered in loops, all else by recursion, which is cut at [`MAX_DEPTH`].

mod arguments;
mod assignments;
mod blocks;
mod calls;
mod collections;
mod conditions;
mod constructs;
mod declarations;
mod exceptions;
mod expressions;
mod functions;
mod jumps;
mod loops;
mod names;
mod patterns;
mod statements;
mod switches;

use blocks::Blocks;
use jumps::{Deferred, Frame};
use names::{Meaning, Scopes};

use crate::flow::ir::{Body, BodyId, InstrId, Local, Op, Program};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role, Tree, Unit};

/// Levels of recursion. What lies deeper in a body becomes one opaque instruction: it may yield whatever it names.
/// Nothing in Django, Commons Lang, Express or Prometheus is as deep.
const MAX_DEPTH: u32 = 150;

/// Lowers all functions of a file, in time that is linear in its size.
pub fn lower(unit: &Unit) -> Program {
    let mut lower = Lower {
        tree: &unit.tree,
        scopes: Scopes::of(unit),
        body: BodyId(0),
        blocks: Blocks::new(),
        frames: Vec::new(),
        deferred: Vec::new(),
        result: None,
        spine: Vec::new(),
        depth: 0,
        cleanups: 0,
        most_steps: 0,
        opaque: Vec::new(),
    };
    let count = lower.scopes.heads.len() as u32;
    let mut bodies: Vec<Body> = (0..count)
        .map(|body| lower.lower_body(BodyId(body)))
        .collect();
    // A body may add to the variables of those around it.
    for (body, locals) in bodies.iter_mut().zip(lower.scopes.locals) {
        body.locals = locals;
    }
    Program {
        bodies,
        opaque: lower.opaque,
    }
}

/// A lowering under way.
struct Lower<'t> {
    tree: &'t Tree,
    scopes: Scopes<'t>,
    /// The body that is lowered.
    body: BodyId,
    blocks: Blocks,
    /// What jumps leave, innermost last.
    frames: Vec<Frame<'t>>,
    /// Calls that wait for the end of the function, first ones first.
    deferred: Vec<Deferred>,
    /// What the function returns once they ran.
    result: Option<Local>,
    /// Nodes whose leftmost part is lowered before them.
    spine: Vec<NodeId>,
    depth: u32,
    /// How many `finally` blocks are lowered for a jump, one within the other.
    cleanups: u32,
    /// Steps after which no more copies of `finally` blocks are made.
    most_steps: usize,
    opaque: Vec<NodeId>,
}

impl<'t> Lower<'t> {
    fn kind(&self, id: NodeId) -> Kind {
        self.tree.kind(id)
    }

    fn construct(&self, id: NodeId) -> Option<Construct> {
        patterns::construct(self.tree, id)
    }

    fn child(&self, id: NodeId, role: Role) -> Option<NodeId> {
        self.tree.child(id, role)
    }

    fn text(&self, id: NodeId) -> &'t str {
        self.tree.text_of(id)
    }

    fn emit(&mut self, node: NodeId, op: Op) -> InstrId {
        self.blocks.emit(node, op)
    }

    fn meaning(&mut self, name: NodeId) -> Meaning<'t> {
        self.scopes.meaning(self.text(name), name, self.body)
    }

    /// A variable that the source does not have.
    fn made_up(&mut self) -> Local {
        self.scopes.add(self.body, "", None)
    }

    /// A value that says nothing.
    fn nothing(&mut self, node: NodeId) -> InstrId {
        self.emit(node, Op::Opaque(Vec::new()))
    }

    /// The text of the operator of a node.
    fn operator(&self, id: NodeId) -> &'t str {
        self.child(id, Role::Op)
            .map(|operator| self.text(operator))
            .unwrap_or_default()
    }

    /// The children of a node that are no operators.
    fn parts(&self, id: NodeId) -> Vec<NodeId> {
        patterns::parts(self.tree, id).collect()
    }
}
