//! What a node is, and what it is to its parent.

/// The common constructs of all languages. What fits none of them stays as `Raw`, with the kind number
/// of its grammar, so that nothing of the source is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Root of a file: statements.
    File,
    /// Braces or an indented suite: statements. A lone statement as a body is wrapped in one.
    Block,
    /// An expression that stands as a statement.
    ExprStmt,
    /// Declaration of one variable, field or constant.
    VarDef,
    /// Assignment to something that exists (in Python: that may).
    Assign,
    /// `+=` and its like.
    AugAssign,
    /// `x++` and its like.
    Update,
    /// Conditional statement or expression with blocks; `elif` nests in the else.
    If,
    /// `c ? a : b`.
    Ternary,
    /// Loop with a condition in front.
    While,
    /// Loop with a condition at its end.
    DoWhile,
    /// Loop with initializer, condition and update.
    For,
    /// Loop over a sequence.
    ForEach,
    /// Loop without an end of its own.
    Loop,
    /// Selection by value or by pattern.
    Switch,
    /// One case of a selection.
    Case,
    /// Block with handlers.
    Try,
    /// A handler.
    Catch,
    /// The part that always runs.
    Finally,
    /// Python's `with`.
    With,
    /// `e as x`.
    As,
    /// Leaves a function with a value or none.
    Return,
    /// Raises an exception.
    Throw,
    /// Leaves a loop.
    Break,
    /// Goes to the next turn of a loop.
    Continue,
    /// Hands a value to the consumer of a generator, or of a switch expression.
    Yield,
    /// Waits for a future.
    Await,
    /// `assert`.
    Assert,
    /// `del`.
    Delete,
    /// Does nothing.
    Pass,
    /// Imports of modules or names.
    Import,
    /// Python's `from m import a, b`.
    ImportFrom,
    /// One imported name, perhaps with an alias.
    ImportItem,
    /// Declares that names belong to an outer scope.
    Global,
    /// A statement with a label.
    Labeled,
    /// Java's `synchronized` block.
    Synchronized,
    /// Function, method or constructor.
    Function,
    /// Function expression.
    Lambda,
    /// Class, interface, enum, record, trait or implementation.
    Class,
    /// Parameter of a function.
    Param,
    /// Go's `(r T)` in front of the name of a method.
    Receiver,
    /// Decorator, annotation or attribute.
    Decorator,
    /// `static`, `async`, `mut` and their like.
    Modifier,
    /// Call.
    Call,
    /// Creation of an object.
    New,
    /// `name!(..)`.
    Macro,
    /// `object.name`.
    Member,
    /// `scope::name`.
    Path,
    /// `object[index]`.
    Index,
    /// Operator with two operands.
    Binary,
    /// Operator with one operand.
    Unary,
    /// Reference or address.
    Ref,
    /// Rust's `e?`.
    Question,
    /// Conversion of a type.
    Cast,
    /// `e as T` of TypeScript, which does nothing when the program runs: a pattern may leave the type out.
    Ascription,
    /// Fixed sequence of values.
    Tuple,
    /// List or array literal.
    List,
    /// Map literal.
    Dict,
    /// Object literal or pattern of JavaScript: fields whose order says nothing, and more than a pattern has.
    Record,
    /// Set literal.
    Set,
    /// List, map, set or sequence that is made by a loop.
    Comprehension,
    /// Key and value.
    Pair,
    /// Argument with a name.
    Keyword,
    /// `*x`, `**x`.
    Splat,
    /// Type with arguments.
    Generic,
    /// Name.
    Ident,
    /// Whole number.
    Int,
    /// Number with a fraction.
    Float,
    /// String: its parts in order; none when it is empty. Adjacent literals are one string.
    Str,
    /// Text of a string, as written.
    StrPart,
    /// Template that has expressions inside, where that is no string.
    Template,
    /// Call of a function with a template behind it: ``tag`text` ``.
    Tagged,
    /// Regular expression literal.
    Regex,
    /// Element of JSX, with attributes and children.
    Element,
    /// Expression inside a string.
    Interp,
    /// Character.
    Char,
    /// `true`, `false`.
    Bool,
    /// `null`, `None`.
    Null,
    /// `this`, `self`.
    This,
    /// `super`.
    Super,
    /// Operator or keyword that tells constructs apart.
    Op,
    /// `...` of the language itself.
    Ellipsis,
    /// Code that the parser could not read.
    Error,
    /// Anything else, by the kind number of its grammar.
    Raw(u16),
}

/// What a child is to its parent. Children of one role keep the order of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Nothing in particular: a child of a `Raw` node.
    Child,
    /// Statement of a block.
    Stmt,
    /// Body of a loop, function, class, handler.
    Body,
    /// Body of an `if` whose condition holds; first value of a ternary.
    Then,
    /// The other branch; `else` of a loop or `try`.
    Else,
    /// Condition or scrutinee.
    Cond,
    /// Initializer of a `for`.
    Init,
    /// Update of a `for`.
    Update,
    /// Left operand; target of an assignment or loop.
    Left,
    /// Right operand; source of an assignment or loop.
    Right,
    /// Operator.
    Op,
    /// Operand of a unary operator.
    Operand,
    /// What is called.
    Callee,
    /// Argument.
    Arg,
    /// Object of a member, scope of a path, module of an import.
    Object,
    /// Name.
    Name,
    /// Name that it gets here.
    Alias,
    /// Index of a subscript.
    Index,
    /// Key of a pair.
    Key,
    /// Value.
    Value,
    /// Element of a collection; part of a string.
    Elem,
    /// Imported name; resource of a `with`.
    Item,
    /// Parameter.
    Param,
    /// Default of a parameter.
    Default,
    /// Type.
    Type,
    /// Result type.
    ReturnType,
    /// Type argument.
    TypeArg,
    /// Type parameter.
    TypeParam,
    /// Superclass; generic type's base.
    Base,
    /// Implemented interface.
    Interface,
    /// `static` and its like.
    Modifier,
    /// Decorator.
    Decorator,
    /// Declared exception.
    Throws,
    /// Exception handler.
    Handler,
    /// Finally.
    Finally,
    /// Resource of a try.
    Resource,
    /// Cause of a raised exception.
    Cause,
    /// Case of a switch.
    Case,
    /// Guard of a case.
    Guard,
    /// Dimension of an array declarator.
    Dimension,
}

impl Kind {
    /// Whether a node of this kind is a leaf whose text is its value.
    pub fn is_literal(self) -> bool {
        matches!(
            self,
            Kind::Int
                | Kind::Float
                | Kind::Str
                | Kind::Regex
                | Kind::Char
                | Kind::Bool
                | Kind::Null
        )
    }

    /// Whether a node of this kind is a scope where blocks are: for what it or its header declares.
    pub fn is_block_scope(self) -> bool {
        matches!(
            self,
            Kind::Block | Kind::If | Kind::For | Kind::ForEach | Kind::Switch | Kind::Case
        )
    }

    /// Whether a node of this kind opens a scope for names.
    pub fn is_scope(self) -> bool {
        matches!(
            self,
            Kind::File | Kind::Function | Kind::Lambda | Kind::Class | Kind::Catch
        )
    }
}
