//! What each instruction of a function yields, on the ways that can be taken: an abstract interpretation that makes
//! the graph of the function while it goes.
//!
//! A state says what variables and fields hold at one point. Blocks are run in order, and again where a loop brings
//! another state to them; a branch whose condition is a constant is taken one way only. Where states meet and differ,
//! a node of its own stands for either. Every step is of the size of what it touches, so a function takes time that is
//! linear in its size but for loops in loops, and a budget ends what is worse.

mod calls;
mod eval;
mod fields;
mod graph;
mod guards;
mod hooks;
mod interpret;
mod located;
mod models;
mod nesting;
mod objects;
mod state;
mod words;
mod yields;

use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use located::Located;
pub(crate) use models::ModelIndex;
pub(crate) use state::Object;
pub(crate) use words::Words;
pub(crate) use yields::Yields;

use super::facts::{Class, FileFacts, Function};
use super::ir::{BodyId, Local, Op, Program};
use super::marks::{Mark, Parts};
use crate::tree::{Kind, NodeId, Role, Tree, Unit};
use hooks::Hooks;

/// What the functions of a file are read with.
pub(crate) struct Context<'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) program: &'a Program,
    pub(crate) parts: &'a Parts,
    pub(crate) models: &'a ModelIndex,
    pub(crate) rules: &'a dyn Fn(usize) -> Option<&'a rules::review::Taint>,
}

/// The facts of one file, and what the instructions of each body yield.
pub(crate) fn facts<'a>(context: &'a Context<'a>, marks: &[Mark]) -> (FileFacts, Vec<Yields>) {
    let mut file = File {
        context,
        words: Words::default(),
        facts: FileFacts::default(),
        set_within: set_within(context.program),
        methods: methods(context.program),
    };
    let mut hooks = Hooks::new(context, marks);
    let mut yields = Vec::new();
    for index in 0..context.program.bodies.len() {
        let body = BodyId(index as u32);
        let (function, yielded) = file.function(body, &mut hooks);
        file.facts.functions.push(function);
        yields.push(yielded);
    }
    file.facts.classes = file.classes();
    file.facts.words = file.words.into_list();
    file.facts.shrink();
    (file.facts, yields)
}

/// A file under way.
struct File<'a> {
    context: &'a Context<'a>,
    words: Words,
    facts: FileFacts,
    /// Variables that functions in their function set.
    set_within: FxHashSet<(BodyId, Local)>,
    /// The methods of the file: class and name.
    methods: FxHashSet<(&'a str, &'a str)>,
}

fn set_within(program: &Program) -> FxHashSet<(BodyId, Local)> {
    let instrs = program.bodies.iter().flat_map(|body| &body.instrs);
    let set = instrs.filter_map(|instr| match instr.op {
        Op::SetOuter(body, local, _) => Some((body, local)),
        _ => None,
    });
    set.collect()
}

fn methods(program: &Program) -> FxHashSet<(&str, &str)> {
    let bodies = program.bodies.iter();
    let method = bodies.map(|body| Some((body.class.as_deref()?, body.name.as_deref()?)));
    method.flatten().collect()
}

impl File<'_> {
    fn function(&mut self, body: BodyId, hooks: &mut Hooks<'_>) -> (Function, Yields) {
        let hooked = hooks.of(body, &mut self.facts);
        interpret::run(self, body, &hooked)
    }

    fn classes(&mut self) -> Vec<Class> {
        let tree = &self.context.unit.tree;
        let mut fields: FxHashMap<NodeId, Vec<_>> = FxHashMap::default();
        let mut classes = Vec::new();
        for id in tree.ids() {
            match tree.kind(id) {
                Kind::VarDef => {
                    let class = class_around(tree, id);
                    let parts = (tree.child(id, Role::Name), tree.child(id, Role::Type));
                    if let (Some(class), (Some(name), Some(ty))) = (class, parts)
                        && let Some(ty) = tree.last_name(ty)
                    {
                        let field = (
                            self.words.word(tree.text_of(name)),
                            self.words.word(tree.text_of(ty)),
                        );
                        fields.entry(class).or_default().push(field);
                    }
                }
                Kind::Class => classes.push(id),
                _ => {}
            }
        }
        let class = |id: NodeId| {
            let name = tree
                .child(id, Role::Name)
                .or_else(|| tree.child(id, Role::Type))?;
            let above = tree
                .children(id)
                .filter(|&child| matches!(tree.node(child).role, Role::Base | Role::Interface));
            let bases = above
                .flat_map(|base| base_names(tree, base))
                .map(|base| self.words.word(tree.text_of(base)))
                .collect();
            Some(Class {
                name: self.words.word(tree.text_of(name)),
                bases,
                fields: fields.remove(&id).unwrap_or_default(),
            })
        };
        classes.into_iter().filter_map(class).collect()
    }
}

/// The class whose member a declaration is.
fn class_around(tree: &Tree, id: NodeId) -> Option<NodeId> {
    let around = tree.ancestors(id).find(|&around| {
        matches!(
            tree.kind(around),
            Kind::Class | Kind::Function | Kind::Lambda | Kind::File
        )
    });
    around.filter(|&around| tree.kind(around) == Kind::Class)
}

/// The last names of the types that a clause of bases lists.
fn base_names(tree: &Tree, base: NodeId) -> Vec<NodeId> {
    match tree.last_name(base) {
        Some(name) => vec![name],
        None => tree
            .children(base)
            .filter_map(|child| tree.last_name(child))
            .collect(),
    }
}
