//! What becomes of each kind of the Rust grammar.

use tree_sitter::Node;

use crate::lang::lower::{Lower, Row, Shape, list, named_children, plain, row};
use crate::tree::{Kind, Role, TextRange};
use Shape::{Comment, Custom, Leaf, Skip, Splice, Worded};

pub(super) const TABLE: &[Row] = &[
    plain("source_file", Custom(statements)),
    plain("block", Custom(statements)).naturally(Role::Body),
    plain("declaration_list", Custom(statements)).naturally(Role::Body),
    plain("line_comment", Comment),
    plain("block_comment", Comment),
    plain("empty_statement", Skip),
    plain("shebang", Skip),
    // Items.
    row("function_item", Shape::Node(Kind::Function), FUNCTION),
    row(
        "function_signature_item",
        Shape::Node(Kind::Function),
        FUNCTION,
    ),
    list("function_modifiers", Custom(modifiers), Role::Modifier).naturally(Role::Modifier),
    plain("visibility_modifier", Leaf(Kind::Modifier)).naturally(Role::Modifier),
    plain("mutable_specifier", Leaf(Kind::Modifier)).naturally(Role::Modifier),
    plain("parameters", Splice),
    row(
        "parameter",
        Shape::Node(Kind::Param),
        &[("pattern", Role::Name), ("type", Role::Type)],
    ),
    list("self_parameter", Worded(Kind::Param), Role::Name),
    plain("closure_parameters", Custom(closure_parameters)),
    row("const_item", Worded(Kind::VarDef), VARIABLE),
    row("static_item", Worded(Kind::VarDef), VARIABLE),
    row("let_declaration", Shape::Node(Kind::VarDef), VARIABLE),
    row("struct_item", Worded(Kind::Class), CLASS),
    row("enum_item", Worded(Kind::Class), CLASS),
    row("union_item", Worded(Kind::Class), CLASS),
    row("trait_item", Worded(Kind::Class), CLASS),
    row(
        "struct_expression",
        Shape::Node(Kind::New),
        &[("name", Role::Type), ("body", Role::Arg)],
    ),
    list("field_initializer_list", Splice, Role::Arg).naturally(Role::Arg),
    row(
        "field_initializer",
        Shape::Node(Kind::Keyword),
        &[("field", Role::Name), ("value", Role::Value)],
    ),
    plain("shorthand_field_initializer", Splice),
    row("impl_item", Worded(Kind::Class), CLASS),
    row("mod_item", Worded(Kind::Class), CLASS),
    plain("type_parameters", Splice).naturally(Role::TypeParam),
    plain("type_arguments", Splice).naturally(Role::TypeArg),
    row(
        "use_declaration",
        Shape::Node(Kind::Import),
        &[("argument", Role::Item)],
    ),
    row(
        "use_as_clause",
        Shape::Node(Kind::ImportItem),
        &[("path", Role::Name), ("alias", Role::Alias)],
    ),
    row(
        "scoped_use_list",
        Shape::Node(Kind::ImportItem),
        &[("path", Role::Object), ("list", Role::Elem)],
    ),
    list("use_list", Shape::Node(Kind::Set), Role::Item),
    list("use_wildcard", Shape::Node(Kind::ImportItem), Role::Name),
    list("attribute_item", Shape::Node(Kind::Decorator), Role::Value),
    // Expressions and statements.
    list(
        "expression_statement",
        Shape::Node(Kind::ExprStmt),
        Role::Value,
    ),
    plain("parenthesized_expression", Splice),
    row(
        "call_expression",
        Shape::Node(Kind::Call),
        &[("function", Role::Callee), ("arguments", Role::Arg)],
    ),
    plain("arguments", Splice),
    row(
        "generic_function",
        Shape::Node(Kind::Generic),
        &[("function", Role::Base), ("type_arguments", Role::TypeArg)],
    ),
    row(
        "generic_type",
        Shape::Node(Kind::Generic),
        &[("type", Role::Base), ("type_arguments", Role::TypeArg)],
    ),
    row(
        "generic_type_with_turbofish",
        Shape::Node(Kind::Generic),
        &[("type", Role::Base), ("type_arguments", Role::TypeArg)],
    ),
    row(
        "field_expression",
        Shape::Node(Kind::Member),
        &[("value", Role::Object), ("field", Role::Name)],
    ),
    row("scoped_identifier", Shape::Node(Kind::Path), PATH),
    row("scoped_type_identifier", Shape::Node(Kind::Path), PATH),
    plain("index_expression", Custom(index)),
    plain("macro_invocation", Custom(macro_invocation)),
    row(
        "assignment_expression",
        Shape::Node(Kind::Assign),
        &[("left", Role::Left), ("right", Role::Right)],
    ),
    row(
        "compound_assignment_expr",
        Shape::Node(Kind::AugAssign),
        BINARY,
    ),
    row("binary_expression", Shape::Node(Kind::Binary), BINARY),
    list("unary_expression", Worded(Kind::Unary), Role::Operand),
    row(
        "reference_expression",
        Shape::Node(Kind::Ref),
        &[("value", Role::Value)],
    ),
    list("try_expression", Shape::Node(Kind::Question), Role::Value),
    list("await_expression", Shape::Node(Kind::Await), Role::Value),
    row(
        "type_cast_expression",
        Shape::Node(Kind::Cast),
        &[("type", Role::Type), ("value", Role::Value)],
    ),
    list("return_expression", Shape::Node(Kind::Return), Role::Value),
    list("break_expression", Shape::Node(Kind::Break), Role::Value),
    list(
        "continue_expression",
        Shape::Node(Kind::Continue),
        Role::Value,
    ),
    row(
        "if_expression",
        Shape::Node(Kind::If),
        &[
            ("condition", Role::Cond),
            ("consequence", Role::Then),
            ("alternative", Role::Else),
        ],
    ),
    plain("else_clause", Custom(else_clause)),
    row(
        "while_expression",
        Shape::Node(Kind::While),
        &[("condition", Role::Cond), ("body", Role::Body)],
    ),
    row(
        "loop_expression",
        Shape::Node(Kind::Loop),
        &[("body", Role::Body)],
    ),
    row(
        "for_expression",
        Shape::Node(Kind::ForEach),
        &[
            ("pattern", Role::Left),
            ("value", Role::Right),
            ("body", Role::Body),
        ],
    ),
    row(
        "match_expression",
        Shape::Node(Kind::Switch),
        &[("value", Role::Cond), ("body", Role::Case)],
    ),
    plain("match_block", Splice),
    row(
        "match_arm",
        Shape::Node(Kind::Case),
        &[("pattern", Role::Left), ("value", Role::Body)],
    ),
    row("match_pattern", Splice, &[("condition", Role::Guard)]),
    row(
        "closure_expression",
        Worded(Kind::Lambda),
        &[
            ("parameters", Role::Param),
            ("return_type", Role::ReturnType),
            ("body", Role::Body),
        ],
    ),
    list("tuple_expression", Shape::Node(Kind::Tuple), Role::Elem),
    list("tuple_pattern", Shape::Node(Kind::Tuple), Role::Elem),
    list("unit_expression", Shape::Node(Kind::Tuple), Role::Elem),
    plain("string_literal", Custom(string)),
    plain("raw_string_literal", Custom(raw_string)),
    plain("char_literal", Leaf(Kind::Char)),
    plain("integer_literal", Leaf(Kind::Int)),
    plain("float_literal", Leaf(Kind::Float)),
    plain("boolean_literal", Leaf(Kind::Bool)),
    plain("identifier", Leaf(Kind::Ident)),
    plain("type_identifier", Leaf(Kind::Ident)),
    plain("field_identifier", Leaf(Kind::Ident)),
    plain("shorthand_field_identifier", Leaf(Kind::Ident)),
    plain("primitive_type", Leaf(Kind::Ident)),
    plain("crate", Leaf(Kind::Ident)),
    plain("self", Leaf(Kind::This)),
    plain("super", Leaf(Kind::Super)),
];

const FUNCTION: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("type_parameters", Role::TypeParam),
    ("parameters", Role::Param),
    ("return_type", Role::ReturnType),
    ("body", Role::Body),
];
const CLASS: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("type", Role::Name),
    ("trait", Role::Interface),
    ("type_parameters", Role::TypeParam),
    ("body", Role::Body),
];
const VARIABLE: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("pattern", Role::Name),
    ("type", Role::Type),
    ("value", Role::Value),
    ("alternative", Role::Else),
];
const PATH: &[(&str, Role)] = &[("path", Role::Object), ("name", Role::Name)];
const BINARY: &[(&str, Role)] = &[
    ("left", Role::Left),
    ("operator", Role::Op),
    ("right", Role::Right),
];

/// Statements and items. The expression that a block ends with is a statement too, so that a pattern need
/// not know whether a value is used.
fn statements<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let kind = if node.kind() == "source_file" {
        Kind::File
    } else {
        Kind::Block
    };
    lower.open(kind, role, node);
    for child in named_children(node) {
        let kind = child.kind();
        let statement = kind.ends_with("_item")
            || kind.ends_with("_declaration")
            || matches!(
                kind,
                "expression_statement"
                    | "empty_statement"
                    | "macro_definition"
                    | "associated_type"
                    | "label"
                    | "ERROR"
            );
        if statement {
            lower.visit(child, Role::Stmt);
        } else {
            lower.open(Kind::ExprStmt, Role::Stmt, child);
            lower.visit(child, Role::Value);
            lower.close();
        }
    }
    lower.close();
}

/// `async`, `unsafe`, `const`, `extern "C"`.
fn modifiers<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, _: Role) {
    for child in node.children(&mut node.walk()) {
        lower.leaf(Kind::Modifier, Role::Modifier, child);
    }
}

/// `|a, b: T|`: every parameter is a `Param`.
fn closure_parameters<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, _: Role) {
    for child in named_children(node) {
        if child.kind() == "parameter" {
            lower.visit(child, Role::Param);
        } else {
            lower.open(Kind::Param, Role::Param, child);
            lower.visit(child, Role::Name);
            lower.close();
        }
    }
}

fn else_clause<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    for child in named_children(node) {
        lower.visit(child, role);
    }
}

fn index<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Index, role, node);
    for (child, role) in named_children(node)
        .into_iter()
        .zip([Role::Object, Role::Index])
    {
        lower.visit(child, role);
    }
    lower.close();
}

/// A macro whose tokens read as arguments has them as children, so that what is inside `format!` or
/// `assert!` is code like any other; of others the tokens stay one leaf.
fn macro_invocation<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Macro, role, node);
    lower.visit_field(node, "macro", Role::Callee);
    if let Some(tokens) = named_children(node)
        .into_iter()
        .find(|child| child.kind() == "token_tree")
    {
        let range = lower.range(tokens);
        let inner = TextRange {
            start: range.start + 1,
            end: range.end - 1,
        };
        let braces = lower.text(tokens).starts_with('{');
        if braces || !lower.reparse("fn h() { h(", inner, ") }", "arguments", Role::Arg) {
            lower.leaf(Kind::Raw(tokens.kind_id()), Role::Child, tokens);
        }
    }
    lower.close();
}

fn string<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    quoted(lower, node, role, 1);
}

/// `r#"..."#`.
fn raw_string<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let hashes = lower
        .text(node)
        .bytes()
        .rev()
        .take_while(|b| *b == b'#')
        .count();
    quoted(lower, node, role, hashes as u32 + 1);
}

/// The text between the quotes is one part, escapes included.
fn quoted<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role, closing: u32) {
    let range = lower.range(node);
    let opening = lower.text(node).find('"').map_or(1, |at| at as u32 + 1);
    lower.open(Kind::Str, role, node);
    if range.start + opening + closing < range.end {
        let inner = TextRange {
            start: range.start + opening,
            end: range.end - closing,
        };
        lower.leaf_over(Kind::StrPart, Role::Elem, inner);
    }
    lower.close();
}
