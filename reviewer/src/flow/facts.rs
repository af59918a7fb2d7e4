//! What one file contributes to the flow of values through a project: a graph for each of its functions, with the
//! calls left open. Plain data, which is kept beside the results of the file and linked anew in every run.
//!
//! ```text
//! def f(a):             param a ──► get a ──► argument 0 of call g ·····► (g, wherever it is)
//!     b = g(a.x)                    load .x ──►
//!     return [b]        call g ──► set b ──► get b ──store [0]──► return
//! ```
//!
//! A taint is at a node together with a path: which part of the object it is in. An edge may strip the outermost field
//! from the path (a load), put one on (a store), or leave it alone.

use serde::{Deserialize, Serialize};

use super::ir::{BodyId, Takes};
use super::marks::Use;
use crate::lang::Language;
use crate::tree::TextRange;

/// Index of a word in [`FileFacts::words`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Word(pub u32);

/// Index of a node in the graph of its function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Node(pub u32);

/// What one file contributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Each name and key once.
    pub words: Vec<Box<str>>,
    /// The functions, by [`BodyId`]: the top level first.
    pub functions: Vec<Function>,
    /// The classes.
    pub classes: Vec<Class>,
    /// The package that the file says it belongs to (Java, Go).
    pub package: Option<Word>,
    /// What rules say of places in the file: text that a finding needs.
    pub sinks: Vec<Place>,
    /// The same for sources.
    pub sources: Vec<Place>,
    /// Functions whose budget ran out, so that taint may be missing.
    pub cut: Vec<TextRange>,
}

/// A place that a rule marked as a source or sink.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The entry of the rule.
    pub by: Use,
    /// What it matched.
    pub range: TextRange,
    /// What its metavariables stand for.
    pub bound: Vec<(Box<str>, Box<str>)>,
    /// For a sink that asks for labels of a metavariable: which of its conditions this is.
    pub condition: Option<u32>,
}

/// A class, interface or trait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub name: Word,
    /// The last names of what it extends or implements.
    pub bases: Vec<Word>,
    /// Fields and their declared types.
    pub fields: Vec<(Word, Word)>,
}

/// Which value goes into a function, or is changed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Slot {
    /// What the method is called on.
    This,
    /// An argument, or the parameter for it, by position.
    At(u32),
    /// An argument by name.
    Named(Word),
    /// Arguments that cannot be told apart: `*args` of a call.
    Spread,
}

/// The graph of one function.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name; none for the top level and function expressions.
    pub name: Option<Word>,
    /// The class that it is a member of.
    pub class: Option<Word>,
    /// Whether it is called without an object.
    pub is_static: bool,
    /// Whether a call may run it: a declaration of an interface has no body, and that of a class is not called.
    pub has_body: bool,
    /// Its place.
    pub range: TextRange,
    /// The declared type of its result.
    pub result: Option<Word>,
    /// Parameters: name, what arguments it takes, whether a call may leave it out, declared type.
    pub params: Vec<Param>,
    /// By node: the code that it stands for.
    pub ranges: Vec<TextRange>,
    /// By node: what values of its type are.
    pub types: Vec<Type>,
    /// Sorted by where they start.
    pub edges: Vec<Edge>,
    /// Where arguments come in.
    pub entries: Vec<(Slot, Node)>,
    /// What comes out: the result, and arguments that were changed.
    pub exits: Vec<(Node, Out)>,
    /// The calls.
    pub calls: Vec<Call>,
    /// What rules do at a node. Sorted.
    pub actions: Vec<(Node, Action)>,
    /// Variables that several functions see: nodes that read them.
    pub reads: Vec<(Node, Cell)>,
    /// Nodes whose value they get.
    pub writes: Vec<(Node, Cell)>,
    /// Functions that nodes stand for.
    pub closures: Vec<(Node, BodyId)>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// Its name.
    pub name: Word,
    /// What arguments it takes.
    pub takes: Takes,
    /// Whether a call may leave it out.
    pub has_default: bool,
}

/// What comes out of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Out {
    /// Its result.
    Result,
    /// What is inside of an argument when the function is left.
    Argument(Slot),
}

/// A variable that several functions see.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cell {
    /// A variable of a function of this file, as that function itself sets it.
    Variable(BodyId, u32),
    /// The same variable, as functions in that function set it.
    Inner(BodyId, u32),
    /// A variable of the top level, or a field of a class, that other files may name: with dots.
    Global(Word),
}

/// What is known of the type of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// Nothing.
    #[default]
    Unknown,
    /// A number.
    Number,
    /// A truth value.
    Boolean,
}

/// A way from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edge {
    /// From where.
    pub from: Node,
    /// To where.
    pub to: Node,
    /// What becomes of the path.
    pub step: Step,
}

/// What an edge does to the path of a taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Step {
    /// Nothing: the value is the same.
    Same,
    /// Takes a field off.
    Load(Key),
    /// Puts a field on.
    Store(Key),
    /// The value is made of it: whatever part is tainted, the whole is then.
    Whole,
    /// As `Whole`, of an index or key.
    Index,
    /// As `Whole`, of a comparison.
    Compared,
}

/// A field, index or key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Key {
    /// One that is known, as text.
    Is(Word),
    /// An element whose index or key is not known: any of them.
    Any,
}

/// A call whose target is found when files are linked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its result.
    pub result: Node,
    /// What is called.
    pub target: Target,
    /// What goes in.
    pub args: Vec<(Slot, Node)>,
    /// What the call may change: nodes that hold it afterwards.
    pub outs: Vec<(Slot, Node)>,
    /// Whether it makes an object, which its result is.
    pub is_new: bool,
    /// Whether a model says what a call does that turns out to be none of a function of the project.
    pub is_modelled: bool,
}

/// What is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// A function of the same file.
    Body(BodyId),
    /// A dotted path: a function, a class, a member of one.
    Path(Word),
    /// A method of an object of this type.
    Method(Receiver, Word),
    /// A method of the class above the one around.
    Super(Word),
    /// The value of a node: functions that get there.
    Value(Node),
}

/// What is known of the type of what a method is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receiver {
    /// Nothing.
    Unknown,
    /// It is a value of this type, or of one below it.
    Declared(Word),
    /// It was made as one of this type.
    Exactly(Word),
    /// It is an object of the class around.
    This,
    /// It is what that call returns.
    ResultOf(u32),
    /// It is this field of the class around.
    Field(Word),
}

/// What a rule does at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    /// Taint of the rule ends here.
    Clean(u32),
    /// Nothing but taint that this propagator lets through gets here.
    Propagate(Use),
    /// Taint begins: a place of [`FileFacts::sources`].
    Source(u32),
    /// Taint must not get here: a place of [`FileFacts::sinks`].
    Sink(u32),
}

impl FileFacts {
    /// Gives back what the lists have taken beyond what is in them.
    pub(crate) fn shrink(&mut self) {
        self.words.shrink_to_fit();
        self.functions.shrink_to_fit();
        self.classes.shrink_to_fit();
        self.sinks.shrink_to_fit();
        self.sources.shrink_to_fit();
    }

    /// Replaces each text that it holds.
    pub(crate) fn mask(&mut self, masked: &dyn Fn(&str) -> String) {
        let places = self.sinks.iter_mut().chain(&mut self.sources);
        let bound = places
            .flat_map(|place| &mut place.bound)
            .map(|(_, text)| text);
        for text in bound.chain(&mut self.words) {
            *text = masked(text).into();
        }
    }

    /// The text of a word.
    pub fn word(&self, word: Word) -> &str {
        &self.words[word.0 as usize]
    }
}

/// Facts of a file, with what is needed to link it with others.
#[derive(Clone, Copy, Debug)]
pub struct LinkedFile<'a> {
    /// As in [`crate::source::SourceFile::name`].
    pub name: &'a str,
    /// Its language.
    pub language: Language,
    /// Its facts.
    pub facts: &'a FileFacts,
}
