//! What the flow of values needs to know of a language: constructs that no kind of the uniform tree names, and
//! how what looks alike differs.

use std::sync::OnceLock;

use super::{Language, Syntax};

/// A construct that the tree keeps in the shape of its grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
    /// None that is known: any of its parts may be its value.
    Unknown,
    /// Types, labels and other syntax that does nothing when the program runs.
    Inert,
    /// `a < b < c`.
    Chain,
    /// From some index to another.
    Slice,
    /// `for x in xs` of a comprehension.
    Clause,
    /// `if c` of a comprehension or of a case.
    Filter,
    /// Python's `match`.
    Match,
    /// A case of it.
    MatchCase,
    /// A statement that calls the function of its first word: `print x`.
    CallStatement,
    /// Blocks that run where they stand: static initializers, namespaces, `unsafe`.
    Blocks,
    /// `new T[n]`, `new T[] {..}`.
    NewArray,
    /// `[a, b]` where no kind says so.
    Array,
    /// `x instanceof T`, perhaps with a pattern.
    InstanceOf,
    /// `T::f`.
    MethodReference,
    /// `T.class`.
    ClassLiteral,
    /// The value of its first part: `x!`, `x satisfies T`.
    Same,
    /// `export default x`.
    Export,
    /// Go's `defer`.
    Defer,
    /// Go's `go`.
    Go,
    /// `channel <- value`.
    Send,
    /// Go's `fallthrough`.
    FallThrough,
    /// `goto label`.
    Goto,
    /// `let pattern = value` as a condition.
    Let,
    /// `let a = b && c`.
    LetChain,
    /// Tokens of a macro.
    Tokens,
    /// The type of a reference or pointer.
    Pointer,
    /// A pattern whose parts are patterns.
    Pattern,
    /// A pattern whose first part is a type: `Some(x)`, `Point(x=1)`.
    TypedPattern,
    /// A pattern whose last part is the name: `String s`.
    DeclaredPattern,
    /// A field of a pattern: `name: pattern`, `name=pattern`, or a name alone.
    FieldPattern,
    /// A pattern of keys and patterns.
    MapPattern,
}

use Construct::{
    Array, Blocks, CallStatement, Chain, ClassLiteral, Clause, DeclaredPattern, Defer, Export,
    FallThrough, FieldPattern, Filter, Go, Goto, Inert, InstanceOf, Let, LetChain, MapPattern,
    Match, MatchCase, MethodReference, NewArray, Pattern, Pointer, Same, Send, Slice, Tokens,
    TypedPattern,
};

/// By the names that the grammars give them. No two grammars mean different things by one name.
const CONSTRUCTS: &[(&str, Construct)] = &[
    ("comparison_operator", Chain),
    ("slice", Slice),
    ("slice_expression", Slice),
    ("range_expression", Slice),
    ("for_in_clause", Clause),
    ("if_clause", Filter),
    ("guard", Filter),
    ("match_statement", Match),
    ("case_clause", MatchCase),
    ("print_statement", CallStatement),
    ("exec_statement", CallStatement),
    ("chevron", Same),
    ("static_initializer", Blocks),
    ("internal_module", Blocks),
    ("module", Blocks),
    ("ambient_declaration", Blocks),
    ("unsafe_block", Blocks),
    ("async_block", Blocks),
    ("const_block", Blocks),
    ("try_block", Blocks),
    ("gen_block", Blocks),
    ("foreign_mod_item", Inert),
    ("array_creation_expression", NewArray),
    ("array_expression", Array),
    ("instanceof_expression", InstanceOf),
    ("method_reference", MethodReference),
    ("class_literal", ClassLiteral),
    ("non_null_expression", Same),
    ("satisfies_expression", Same),
    ("instantiation_expression", Same),
    ("computed_property_name", Same),
    ("dimensions_expr", Same),
    ("export_statement", Export),
    ("export_clause", Export),
    ("defer_statement", Defer),
    ("go_statement", Go),
    ("send_statement", Send),
    ("fallthrough_statement", FallThrough),
    ("goto_statement", Goto),
    ("let_condition", Let),
    ("let_chain", LetChain),
    ("token_tree", Tokens),
    ("pointer_type", Pointer),
    ("reference_type", Pointer),
    ("case_pattern", Pattern),
    ("union_pattern", Pattern),
    ("splat_pattern", Pattern),
    ("complex_pattern", Inert),
    ("pattern", Pattern),
    ("record_pattern_body", Pattern),
    ("or_pattern", Pattern),
    ("ref_pattern", Pattern),
    ("mut_pattern", Pattern),
    ("reference_pattern", Pattern),
    ("captured_pattern", Pattern),
    ("slice_pattern", Pattern),
    ("class_pattern", TypedPattern),
    ("record_pattern", TypedPattern),
    ("tuple_struct_pattern", TypedPattern),
    ("struct_pattern", TypedPattern),
    ("type_pattern", DeclaredPattern),
    ("record_pattern_component", DeclaredPattern),
    ("keyword_pattern", FieldPattern),
    ("field_pattern", FieldPattern),
    ("dict_pattern", MapPattern),
    ("range_pattern", Inert),
    ("array_type", Inert),
    ("slice_type", Inert),
    ("map_type", Inert),
    ("function_type", Inert),
    ("unit_type", Inert),
    ("union_type", Inert),
    ("lifetime", Inert),
    ("attribute", Inert),
    ("call_signature", Inert),
    ("construct_signature", Inert),
    ("default_type", Inert),
    ("type_parameter", Inert),
    ("base_field_initializer", Same),
    ("type_instantiation_expression", Same),
    ("remaining_field_pattern", Inert),
    ("label", Inert),
    ("dimensions", Inert),
    ("debugger_statement", Inert),
    ("type_alias_declaration", Inert),
    ("type_alias_statement", Inert),
    ("future_import_statement", Inert),
    ("package_clause", Inert),
    ("package_declaration", Inert),
    ("module_declaration", Inert),
    ("annotation_type_element_declaration", Inert),
    ("import_alias", Inert),
    ("index_signature", Inert),
    ("export_specifier", Inert),
    ("namespace_export", Inert),
    ("macro_definition", Inert),
    ("extern_crate_declaration", Inert),
    ("inner_attribute_item", Inert),
    ("associated_type", Inert),
    ("type_item", Inert),
    ("type_conversion", Inert),
    ("empty_statement", Inert),
];

impl Language {
    /// The construct that a kind of the language's grammar is.
    pub(crate) fn construct(self, kind: u16) -> Construct {
        static TABLES: [OnceLock<Vec<Construct>>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        let table = TABLES[self as usize].get_or_init(|| self.constructs());
        table
            .get(usize::from(kind))
            .copied()
            .unwrap_or(Construct::Unknown)
    }

    fn constructs(self) -> Vec<Construct> {
        let Syntax::Grammar(grammar, _) = self.definition().syntax else {
            return Vec::new();
        };
        let grammar = grammar();
        let of = |id| {
            let name = grammar.node_kind_for_id(id)?;
            let known = CONSTRUCTS.iter().find(|(known, _)| *known == name)?;
            Some(known.1)
        };
        (0..grammar.node_kind_count() as u16)
            .map(|id| of(id).unwrap_or(Construct::Unknown))
            .collect()
    }

    /// The name of a kind of the language's grammar.
    pub(crate) fn kind_name(self, kind: u16) -> String {
        match self.definition().syntax {
            Syntax::Grammar(grammar, _) => grammar()
                .node_kind_for_id(kind)
                .unwrap_or_default()
                .to_owned(),
            Syntax::Text(_) => String::new(),
        }
    }

    /// Whether a bare name may mean a member of the class around.
    pub(crate) fn has_bare_members(self) -> bool {
        self == Language::Java
    }

    /// Whether a function is an object that is called by its one method.
    pub(crate) fn functions_have_a_method(self) -> bool {
        self == Language::Java
    }

    /// Whether the first parameter of a method is its object.
    pub(crate) fn passes_object_first(self) -> bool {
        self == Language::Python
    }

    /// Whether blocks have values, and a function returns that of its body.
    pub(crate) fn blocks_have_values(self) -> bool {
        self == Language::Rust
    }

    /// Whether a case of a switch goes on with the next one where nothing leaves it.
    pub(crate) fn cases_fall_through(self) -> bool {
        self == Language::Java || self.assignment_makes_global()
    }

    /// Whether `break` leaves a switch.
    pub(crate) fn breaks_leave_switches(self) -> bool {
        self.cases_fall_through() || self == Language::Go
    }

    /// Whether the cases of a switch are patterns that may bind names.
    pub(crate) fn cases_are_patterns(self) -> bool {
        matches!(self, Language::Rust | Language::Java)
    }

    /// Whether `a, b` is the value of `b`.
    pub(crate) fn commas_make_sequences(self) -> bool {
        self.assignment_makes_global()
    }

    /// Whether what has the methods of an interface implements it.
    pub(crate) fn implements_by_methods(self) -> bool {
        self == Language::Go || self.assignment_makes_global()
    }

    /// Whether a loop that does not say `of` goes over keys.
    pub(crate) fn loops_go_over_keys(self) -> bool {
        self.assignment_makes_global()
    }

    /// Whether two variables take a value and whether there is one: `v, ok := m[k]`.
    pub(crate) fn tells_whether(self) -> bool {
        self == Language::Go
    }

    /// Whether `T{a: b}` gives fields values, and calls nothing.
    pub(crate) fn writes_structures_out(self) -> bool {
        matches!(self, Language::Go | Language::Rust)
    }

    /// Whether `T{a}` gives the field `a` the value of the variable `a`.
    pub(crate) fn fields_take_names_of_variables(self) -> bool {
        self == Language::Rust
    }

    /// Whether what a class extends is an expression.
    pub(crate) fn evaluates_bases(self) -> bool {
        self == Language::Python || self.assignment_makes_global()
    }

    /// Whether a declaration without a value makes one.
    pub(crate) fn declarations_make_values(self) -> bool {
        self == Language::Go
    }

    /// Whether calling a class makes an object.
    pub(crate) fn calls_classes(self) -> bool {
        self == Language::Python
    }

    /// Whether `x?` returns where `x` is an error. Elsewhere it says that `x` may be missing.
    pub(crate) fn question_returns(self) -> bool {
        self == Language::Rust
    }

    /// Whether a name says by its first letter that it is a type or a variant, and no variable.
    pub(crate) fn capitals_are_types(self) -> bool {
        self == Language::Rust
    }

    /// The name of constructors, where it is not that of their class.
    pub(crate) fn constructor(self) -> Option<&'static str> {
        match self {
            Language::Python => Some("__init__"),
            Language::JavaScript | Language::Tsx | Language::TypeScript => Some("constructor"),
            _ => None,
        }
    }
}
