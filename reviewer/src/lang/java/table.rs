//! What becomes of each kind of the Java grammar.

use tree_sitter::Node;

use crate::lang::lower::{Lower, Row, Shape, list, named_children, plain, row};
use crate::tree::{Kind, Role, TextRange};
use Shape::{Comment, Custom, Leaf, Skip, Splice, Worded};

pub(super) const TABLE: &[Row] = &[
    list("program", Shape::Node(Kind::File), Role::Stmt),
    list("block", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    list("class_body", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    list("interface_body", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    list("enum_body", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    list("annotation_type_body", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    list("constructor_body", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    plain("enum_body_declarations", Splice),
    plain("line_comment", Comment),
    plain("block_comment", Comment),
    plain(";", Skip),
    // Declarations.
    row("import_declaration", Shape::Node(Kind::Import), &[]).rest(Role::Item),
    plain("asterisk", Leaf(Kind::Op)).naturally(Role::Item),
    plain("static", Leaf(Kind::Modifier)).naturally(Role::Modifier),
    row("class_declaration", Worded(Kind::Class), CLASS),
    row("interface_declaration", Worded(Kind::Class), CLASS),
    row("enum_declaration", Worded(Kind::Class), CLASS),
    row("record_declaration", Worded(Kind::Class), CLASS),
    row("annotation_type_declaration", Worded(Kind::Class), CLASS),
    list("superclass", Splice, Role::Base).naturally(Role::Base),
    plain("super_interfaces", Splice).naturally(Role::Interface),
    plain("extends_interfaces", Splice).naturally(Role::Interface),
    plain("type_list", Splice),
    plain("modifiers", Custom(modifiers)).naturally(Role::Modifier),
    row(
        "marker_annotation",
        Shape::Node(Kind::Decorator),
        ANNOTATION,
    )
    .naturally(Role::Decorator),
    row("annotation", Shape::Node(Kind::Decorator), ANNOTATION).naturally(Role::Decorator),
    plain("annotation_argument_list", Splice),
    row(
        "element_value_pair",
        Shape::Node(Kind::Keyword),
        &[("key", Role::Name), ("value", Role::Value)],
    ),
    list(
        "element_value_array_initializer",
        Shape::Node(Kind::List),
        Role::Elem,
    ),
    row("method_declaration", Shape::Node(Kind::Function), FUNCTION),
    row(
        "constructor_declaration",
        Shape::Node(Kind::Function),
        FUNCTION,
    ),
    row(
        "compact_constructor_declaration",
        Shape::Node(Kind::Function),
        FUNCTION,
    ),
    plain("throws", Splice).naturally(Role::Throws),
    plain("formal_parameters", Splice),
    row(
        "formal_parameter",
        Shape::Node(Kind::Param),
        &[("type", Role::Type), ("name", Role::Name)],
    ),
    list("spread_parameter", Worded(Kind::Param), Role::Type),
    plain("inferred_parameters", Custom(inferred_parameters)),
    plain("field_declaration", Custom(variables)),
    plain("constant_declaration", Custom(variables)),
    plain("local_variable_declaration", Custom(variables)),
    // Statements.
    list(
        "expression_statement",
        Shape::Node(Kind::ExprStmt),
        Role::Value,
    ),
    plain("explicit_constructor_invocation", Custom(constructor_call)),
    plain("if_statement", Custom(if_statement)),
    plain("while_statement", Custom(while_statement)),
    plain("do_statement", Custom(do_statement)),
    plain("for_statement", Custom(for_statement)),
    plain("enhanced_for_statement", Custom(for_each)),
    row("try_statement", Shape::Node(Kind::Try), TRY),
    row("try_with_resources_statement", Shape::Node(Kind::Try), TRY),
    plain("resource_specification", Splice),
    row(
        "resource",
        Shape::Node(Kind::VarDef),
        &[
            ("type", Role::Type),
            ("name", Role::Name),
            ("value", Role::Value),
        ],
    ),
    row(
        "catch_clause",
        Shape::Node(Kind::Catch),
        &[("body", Role::Body)],
    )
    .naturally(Role::Handler),
    row("catch_formal_parameter", Splice, &[("name", Role::Name)]),
    plain("catch_type", Splice).naturally(Role::Type),
    plain("finally_clause", Shape::Node(Kind::Finally)).naturally(Role::Finally),
    list("throw_statement", Shape::Node(Kind::Throw), Role::Value),
    list("return_statement", Shape::Node(Kind::Return), Role::Value),
    list("yield_statement", Shape::Node(Kind::Yield), Role::Value),
    list("break_statement", Shape::Node(Kind::Break), Role::Name),
    list(
        "continue_statement",
        Shape::Node(Kind::Continue),
        Role::Name,
    ),
    list("assert_statement", Shape::Node(Kind::Assert), Role::Value),
    list("labeled_statement", Shape::Node(Kind::Labeled), Role::Child),
    row(
        "synchronized_statement",
        Shape::Node(Kind::Synchronized),
        &[("body", Role::Body)],
    )
    .rest(Role::Cond),
    row(
        "switch_expression",
        Shape::Node(Kind::Switch),
        &[("condition", Role::Cond), ("body", Role::Case)],
    ),
    plain("switch_block", Splice),
    list(
        "switch_block_statement_group",
        Shape::Node(Kind::Case),
        Role::Stmt,
    ),
    list("switch_rule", Shape::Node(Kind::Case), Role::Body),
    plain("switch_label", Splice).naturally(Role::Left),
    // Expressions.
    plain("parenthesized_expression", Splice),
    plain("method_invocation", Custom(method_invocation)),
    plain("argument_list", Splice),
    plain("type_arguments", Splice).naturally(Role::TypeArg),
    plain("type_parameters", Splice).naturally(Role::TypeParam),
    plain("type_parameter", Splice),
    row(
        "enum_constant",
        Shape::Node(Kind::VarDef),
        &[
            ("name", Role::Name),
            ("arguments", Role::Arg),
            ("body", Role::Body),
        ],
    ),
    row(
        "object_creation_expression",
        Shape::Node(Kind::New),
        &[("type", Role::Type), ("arguments", Role::Arg)],
    )
    .rest(Role::Object),
    row(
        "field_access",
        Shape::Node(Kind::Member),
        &[("object", Role::Object), ("field", Role::Name)],
    ),
    row(
        "scoped_identifier",
        Shape::Node(Kind::Member),
        &[("scope", Role::Object), ("name", Role::Name)],
    ),
    plain("scoped_type_identifier", Custom(scoped_type)),
    list("generic_type", Shape::Node(Kind::Generic), Role::Base),
    row(
        "array_access",
        Shape::Node(Kind::Index),
        &[("array", Role::Object), ("index", Role::Index)],
    ),
    plain("assignment_expression", Custom(assignment)),
    plain("update_expression", Worded(Kind::Update)),
    row(
        "binary_expression",
        Shape::Node(Kind::Binary),
        &[
            ("left", Role::Left),
            ("operator", Role::Op),
            ("right", Role::Right),
        ],
    ),
    row(
        "unary_expression",
        Shape::Node(Kind::Unary),
        &[("operator", Role::Op), ("operand", Role::Operand)],
    ),
    row(
        "ternary_expression",
        Shape::Node(Kind::Ternary),
        &[
            ("condition", Role::Cond),
            ("consequence", Role::Then),
            ("alternative", Role::Else),
        ],
    ),
    row(
        "cast_expression",
        Shape::Node(Kind::Cast),
        &[("type", Role::Type), ("value", Role::Value)],
    ),
    plain("lambda_expression", Custom(lambda)),
    list("array_initializer", Shape::Node(Kind::List), Role::Elem),
    plain("string_literal", Custom(string)),
    plain("string_fragment", Leaf(Kind::StrPart)),
    plain("identifier", Leaf(Kind::Ident)),
    plain("type_identifier", Leaf(Kind::Ident)),
    plain("integral_type", Leaf(Kind::Ident)),
    plain("floating_point_type", Leaf(Kind::Ident)),
    plain("boolean_type", Leaf(Kind::Ident)),
    plain("void_type", Leaf(Kind::Ident)),
    plain("this", Leaf(Kind::This)),
    plain("super", Leaf(Kind::Super)),
    plain("decimal_integer_literal", Leaf(Kind::Int)),
    plain("hex_integer_literal", Leaf(Kind::Int)),
    plain("octal_integer_literal", Leaf(Kind::Int)),
    plain("binary_integer_literal", Leaf(Kind::Int)),
    plain("decimal_floating_point_literal", Leaf(Kind::Float)),
    plain("hex_floating_point_literal", Leaf(Kind::Float)),
    plain("character_literal", Leaf(Kind::Char)),
    plain("true", Leaf(Kind::Bool)),
    plain("false", Leaf(Kind::Bool)),
    plain("null_literal", Leaf(Kind::Null)),
];

const CLASS: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("body", Role::Body),
    ("type_parameters", Role::TypeParam),
    ("parameters", Role::Param),
];
const ANNOTATION: &[(&str, Role)] = &[("name", Role::Name), ("arguments", Role::Arg)];
const FUNCTION: &[(&str, Role)] = &[
    ("type", Role::ReturnType),
    ("name", Role::Name),
    ("type_parameters", Role::TypeParam),
    ("parameters", Role::Param),
    ("body", Role::Body),
];
const TRY: &[(&str, Role)] = &[("resources", Role::Resource), ("body", Role::Body)];

/// Keywords and annotations, each a child of what they modify.
fn modifiers<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, _: Role) {
    for child in node.children(&mut node.walk()) {
        if child.is_named() {
            lower.visit(child, Role::Decorator);
        } else {
            lower.leaf(Kind::Modifier, Role::Modifier, child);
        }
    }
}

/// `(a, b) ->` has parameters without types.
fn inferred_parameters<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, _: Role) {
    for child in named_children(node) {
        untyped_parameter(lower, child);
    }
}

fn untyped_parameter<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    lower.open(Kind::Param, Role::Param, node);
    lower.visit(node, Role::Name);
    lower.close();
}

/// Variables of one declaration that repeat its modifiers and its type. If all of them did, the tree could
/// grow with the square of the text.
const MOST_REPEATED: usize = 64;

/// Each declarator of a declaration defines one variable. The first one covers the declaration, so that
/// the usual case, which has one, is the whole statement.
fn variables<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let whole = lower.range(node);
    let declarators: Vec<_> = node
        .children_by_field_name("declarator", &mut node.walk())
        .collect();
    let modifiers: Vec<_> = named_children(node)
        .into_iter()
        .filter(|child| child.kind() == "modifiers")
        .collect();
    for (at, declarator) in declarators.iter().enumerate() {
        let last = at + 1 == declarators.len();
        let end = if last {
            whole.end
        } else {
            lower.range(*declarator).end
        };
        let start = if at == 0 {
            whole.start
        } else {
            lower.range(*declarator).start
        };
        lower.open_over(Kind::VarDef, role, TextRange { start, end });
        if at < MOST_REPEATED {
            for modifiers in &modifiers {
                lower.visit(*modifiers, Role::Modifier);
            }
            lower.visit_field(node, "type", Role::Type);
        }
        lower.visit_field(*declarator, "name", Role::Name);
        lower.visit_field(*declarator, "dimensions", Role::Dimension);
        lower.visit_field(*declarator, "value", Role::Value);
        lower.close();
    }
}

/// `this(..)` and `super(..)` are calls.
fn constructor_call<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::ExprStmt, role, node);
    lower.open(Kind::Call, Role::Value, node);
    lower.visit_field(node, "constructor", Role::Callee);
    lower.visit_field(node, "arguments", Role::Arg);
    lower.close();
    lower.close();
}

fn if_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::If, role, node);
    lower.visit_field(node, "condition", Role::Cond);
    body_field(lower, node, "consequence", Role::Then);
    match node.child_by_field_name("alternative") {
        Some(chained) if chained.kind() == "if_statement" => lower.visit(chained, Role::Else),
        Some(alternative) => lower.body(alternative, Role::Else, "block"),
        None => {}
    }
    lower.close();
}

fn body_field<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, field: &str, role: Role) {
    if let Some(body) = node.child_by_field_name(field) {
        lower.body(body, role, "block");
    }
}

fn while_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::While, role, node);
    lower.visit_field(node, "condition", Role::Cond);
    body_field(lower, node, "body", Role::Body);
    lower.close();
}

fn do_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::DoWhile, role, node);
    body_field(lower, node, "body", Role::Body);
    lower.visit_field(node, "condition", Role::Cond);
    lower.close();
}

fn for_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::For, role, node);
    for (field, role) in [
        ("init", Role::Init),
        ("condition", Role::Cond),
        ("update", Role::Update),
    ] {
        let parts: Vec<_> = node
            .children_by_field_name(field, &mut node.walk())
            .filter(Node::is_named)
            .collect();
        for part in parts {
            lower.visit(part, role);
        }
    }
    body_field(lower, node, "body", Role::Body);
    lower.close();
}

fn for_each<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::ForEach, role, node);
    lower.visit_field(node, "type", Role::Type);
    lower.visit_field(node, "name", Role::Left);
    lower.visit_field(node, "value", Role::Right);
    body_field(lower, node, "body", Role::Body);
    lower.close();
}

/// `a.f(x)` calls the member `a.f`.
fn method_invocation<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let Some(name) = node.child_by_field_name("name") else {
        return;
    };
    lower.open(Kind::Call, role, node);
    match node.child_by_field_name("object") {
        None => lower.visit(name, Role::Callee),
        Some(object) => {
            let range = lower.range(object).to(lower.range(name));
            let range = TextRange {
                start: lower.range(node).start.min(range.start),
                ..range
            };
            lower.open_over(Kind::Member, Role::Callee, range);
            lower.visit(object, Role::Object);
            lower.visit(name, Role::Name);
            lower.close();
        }
    }
    lower.visit_field(node, "type_arguments", Role::TypeArg);
    lower.visit_field(node, "arguments", Role::Arg);
    lower.close();
}

/// `a.b.C` as a type is the same nesting of members as in an expression.
fn scoped_type<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let parts = named_children(node);
    let [scope, .., name] = parts[..] else { return };
    lower.open(Kind::Member, role, node);
    lower.visit(scope, Role::Object);
    lower.visit(name, Role::Name);
    lower.close();
}

fn assignment<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let operator = node
        .child_by_field_name("operator")
        .filter(|operator| operator.kind() != "=");
    lower.open(
        if operator.is_some() {
            Kind::AugAssign
        } else {
            Kind::Assign
        },
        role,
        node,
    );
    lower.visit_field(node, "left", Role::Left);
    if let Some(operator) = operator {
        lower.leaf(Kind::Op, Role::Op, operator);
    }
    lower.visit_field(node, "right", Role::Right);
    lower.close();
}

fn lambda<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Lambda, role, node);
    match node.child_by_field_name("parameters") {
        Some(name) if name.kind() == "identifier" => untyped_parameter(lower, name),
        Some(parameters) => lower.visit(parameters, Role::Param),
        None => {}
    }
    lower.visit_field(node, "body", Role::Body);
    lower.close();
}

/// The text between the quotes is one part, escapes included.
fn string<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Str, role, node);
    let range = lower.range(node);
    let quotes = if lower.text(node).starts_with("\"\"\"") {
        3
    } else {
        1
    };
    if range.end - range.start > 2 * quotes {
        let inner = TextRange {
            start: range.start + quotes,
            end: range.end - quotes,
        };
        lower.leaf_over(Kind::StrPart, Role::Elem, inner);
    }
    lower.close();
}
