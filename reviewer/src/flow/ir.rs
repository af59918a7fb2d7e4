//! The intermediate representation: what the functions of one file do, in small steps.
//!
//! ```text
//! def f(a):                    f(a)
//!     if a and g(a):           b0:  v0 = param 0 a     v1 = set a v0      v2 = get a      branch v2 ? b1 : b3
//!         return a + "x"       b1:  v3 = name g        v4 = get a         v5 = call v3(v4)   branch v5 ? b2 : b3
//!     return None              b2:  v6 = get a   v7 = literal "x"   v8 = binary + v6 v7   return v8
//!                              b3:  v9 = literal None   return v9
//! ```
//!
//! Each instruction yields one value, which later ones of the same body name by its number; an expression of the
//! source is one instruction (or several, where `finally` is lowered once for each way through it). Variables are
//! no values: they are read by `Get` and written by `Set`, since what they hold depends on the way that was taken.

use crate::tree::NodeId;

/// All functions of one file.
#[derive(Debug, Default)]
pub struct Program {
    /// The top level of the file first; then functions, lambdas and the initializers of classes, in the order of
    /// the source.
    pub bodies: Vec<Body>,
    /// Nodes of syntax that has no lowering: their parts are there, as [`Op::Opaque`].
    pub opaque: Vec<NodeId>,
}

/// Index of a body in its program.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct BodyId(pub u32);

/// Index of a basic block in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

/// Index of an instruction in its body, and the value that it yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstrId(pub u32);

/// Index of a variable in its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Local(pub u32);

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// The top level of a file.
    File,
    /// A function, method or constructor.
    Function,
    /// A function expression.
    Lambda,
    /// What a class does when it is made or loaded: values of fields, static blocks.
    Class,
}

/// A function, or what runs like one.
#[derive(Debug)]
pub struct Body {
    /// What it is.
    pub kind: BodyKind,
    /// Its `Function`, `Lambda`, `Class` or `File`.
    pub node: NodeId,
    /// The name that it is called by.
    pub name: Option<Box<str>>,
    /// The name of the class that it is a member of.
    pub class: Option<Box<str>>,
    /// Whether it is called without an object.
    pub is_static: bool,
    /// The body around it.
    pub outer: Option<BodyId>,
    /// Its parameters, without the one that stands for the object (`self`, Go's receiver).
    pub params: Vec<Param>,
    /// The declared type of what it returns: the last name of it, without arguments.
    pub result: Option<Box<str>>,
    /// Its variables, those that the lowering made up included.
    pub locals: Vec<Variable>,
    /// All instructions; those of a block follow each other.
    pub instrs: Vec<Instr>,
    /// Block 0 is the entry. Predecessors of a block come before it, but for loops.
    pub blocks: Vec<Block>,
}

/// A parameter.
#[derive(Debug)]
pub struct Param {
    /// Its name; empty for a pattern.
    pub name: Box<str>,
    /// Its `Param`.
    pub node: NodeId,
    /// What arguments it takes.
    pub takes: Takes,
    /// Whether a call may leave it out.
    pub has_default: bool,
    /// Its declared type, as [`Body::result`].
    pub ty: Option<Box<str>>,
}

/// What arguments a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Takes {
    /// One.
    One,
    /// All that are left by position: `*args`, `...rest`, `String... names`.
    Rest,
    /// All that are left by name: `**kwargs`.
    Named,
}

/// A variable of a body.
#[derive(Debug)]
pub struct Variable {
    /// Its name; empty where the lowering made it up.
    pub name: Box<str>,
    /// Its declared type, as [`Body::result`].
    pub ty: Option<Box<str>>,
    /// Whether bodies within this one read it, or write it.
    pub captured: bool,
}

/// One step.
#[derive(Debug)]
pub struct Instr {
    /// The node of the source that it is about: rules find it by the range of that.
    pub node: NodeId,
    /// What it does.
    pub op: Op,
}

/// What a step does, and what value it yields.
#[derive(Debug)]
pub enum Op {
    /// The literal at the node.
    Literal,
    /// The argument for this parameter. The node is the name in it.
    Param(u32),
    /// The object that the method was called on: `this`, `self`, Go's receiver; in a function within a method, what
    /// it is in that. Also the class itself in a class body or a class method.
    This,
    /// What a variable holds.
    Get(Local),
    /// Gives a variable a value, and yields it. The node is the variable at the left.
    Set(Local, InstrId),
    /// What a variable of a body around this one holds.
    Outer(BodyId, Local),
    /// Gives a variable of a body around this one a value, and yields it.
    SetOuter(BodyId, Local, InstrId),
    /// A name that nothing in the file declares, or an import: with dots, as imports say (`os.path`, `String`).
    Name(Box<str>),
    /// `object.field` or `object[index]`.
    Load(InstrId, Field),
    /// `object.field = value`, which yields the value. The node is the target at the left.
    Store(InstrId, Field, InstrId),
    /// A call, or the creation of an object.
    Call(Box<Call>),
    /// An operator, by its text at the [`crate::tree::Role::Op`] child of the node or, for `+=`, without the `=`.
    Binary(Box<str>, InstrId, InstrId),
    /// An operator with one operand: `-`, `not`, `!`, `typeof`, `&`, `*`.
    Unary(Box<str>, InstrId),
    /// A collection, or a text with expressions inside.
    Build(Build, Vec<Part>),
    /// A function expression, or a declared function as a value.
    Closure(BodyId),
    /// The value of whatever an iteration yields: an element, or a key.
    Element(InstrId),
    /// The same value: parentheses, `await`, references, decorated functions.
    Same(InstrId),
    /// A value of another type: `(T) x`, with the last name of the type.
    Cast(Box<str>, InstrId),
    /// The exception that a handler caught, with its declared types.
    Caught(Vec<Box<str>>),
    /// What a generator's consumer sends back; the value goes to the consumer.
    Yield(InstrId),
    /// Enters the scope that closes the value: `with`, try-with-resources, `using`.
    Enter(InstrId),
    /// Leaves it, whichever way.
    Exit(InstrId),
    /// A call whose turn comes when the function is left (Go's `defer`); lowered again there. Yields nothing.
    Defer,
    /// Something that has no lowering: it may yield any of its parts.
    Opaque(Vec<InstrId>),
}

/// What part of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// By name.
    Name(Box<str>),
    /// By a value: an index or a key.
    Index(InstrId),
    /// By a place that the syntax gives: `a, b = pair`, Rust's `pair.0`.
    Nth(u32),
    /// From some index on, or between two: `a[1:]`.
    Slice,
}

/// What [`Op::Build`] makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// A list, array, tuple or set: parts in order.
    List,
    /// A map or an object: parts with keys.
    Map,
    /// A text made of its parts: templates, f-strings. Adjacent literals are one [`Op::Literal`].
    Text,
}

/// One part of a [`Op::Build`].
#[derive(Debug)]
pub struct Part {
    /// What it is stored under; for a list, its place among the parts.
    pub key: Key,
    /// What is stored.
    pub value: InstrId,
}

/// What a part is stored under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// The next index.
    Next,
    /// A name that the source spells out.
    Name(Box<str>),
    /// A value.
    Value(InstrId),
    /// All parts of another collection: `*x`, `...x`, `**x`; also what a comprehension yields again and again.
    Spread,
}

/// A call.
#[derive(Debug)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// The arguments, by position and by name.
    pub args: Vec<Argument>,
    /// Whether an object is made: `new T(..)`; in Python and Go, where that can be told. Then the callee is the type.
    pub is_new: bool,
    /// What is called, with dots, as far as imports and names say: `subprocess.run`, `java.io.File`. `None` where the
    /// first part of it is a value.
    pub path: Option<Box<str>>,
}

/// What is called.
#[derive(Debug)]
pub enum Callee {
    /// A value: a name or an expression.
    Value(InstrId),
    /// `object.name(..)`.
    Method(InstrId, Box<str>),
    /// `super.name(..)`, `super(..)` (whose name is that of the constructor).
    Super(Box<str>),
}

/// An argument.
#[derive(Debug)]
pub struct Argument {
    /// Its name, where it is passed by one.
    pub name: Option<Box<str>>,
    /// Its value.
    pub value: InstrId,
    /// Whether it stands for several: `*x`.
    pub is_spread: bool,
}

/// Steps that run one after the other.
#[derive(Debug)]
pub struct Block {
    /// First instruction, and one past the last.
    pub instrs: std::ops::Range<u32>,
    /// What comes next.
    pub end: End,
    /// Where an exception goes that an instruction of the block raises; `None` leaves the body.
    pub handler: Option<BlockId>,
}

/// How a block ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Goes on there.
    Goto(BlockId),
    /// Goes on by whether a value is true. Conditions with `and`, `or`, `not` are several of these.
    Branch {
        /// The value.
        condition: InstrId,
        /// Where it is true.
        then: BlockId,
        /// Where it is false.
        otherwise: BlockId,
    },
    /// Goes on at one of two places for reasons that are no value: whether a loop has another element, whether a
    /// pattern matched.
    Either(BlockId, BlockId),
    /// Leaves the body with a value or none.
    Return(Option<InstrId>),
    /// Raises an exception.
    Throw(Option<InstrId>),
    /// Never gets here.
    Unreachable,
}

impl Body {
    /// The instruction that yields a value.
    pub fn instr(&self, id: InstrId) -> &Instr {
        &self.instrs[id.0 as usize]
    }

    /// The instructions of a block.
    pub fn instrs_of(&self, block: BlockId) -> impl Iterator<Item = (InstrId, &Instr)> {
        let range = self.blocks[block.0 as usize].instrs.clone();
        range.map(|id| (InstrId(id), &self.instrs[id as usize]))
    }
}
