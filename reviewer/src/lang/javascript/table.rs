//! What becomes of each kind of the JavaScript and TypeScript grammars.

use tree_sitter::Node;

use super::declarations::{
    abstract_signature, ambient, class, class_body, class_field, decorator, export,
    formal_parameters, function, function_expression, import_require, import_statement, method,
    variables,
};
use super::jsx::{attribute, element, expression_child, self_closing_element, text};
use crate::lang::lower::{Lower, Row, Shape, list, named_children, plain, row};
use crate::tree::{Kind, Role, TextRange};
use Shape::{Comment, Custom, Leaf, Skip, Splice, Worded};

pub(super) const TABLE: &[Row] = &[
    list("program", Shape::Node(Kind::File), Role::Stmt),
    list("statement_block", Shape::Node(Kind::Block), Role::Stmt),
    plain("comment", Comment),
    plain("html_comment", Comment),
    plain("hash_bang_line", Comment),
    plain("empty_statement", Skip),
    plain(";", Skip),
    plain("optional_chain", Skip),
    // Modules.
    plain("import_statement", Custom(import_statement)),
    plain("import_require_clause", Custom(import_require)).naturally(Role::Item),
    plain("export_statement", Custom(export)),
    plain("ambient_declaration", Custom(ambient)),
    // Declarations.
    plain("variable_declaration", Custom(variables)),
    plain("lexical_declaration", Custom(variables)),
    plain("using_declaration", Custom(variables)),
    plain("function_declaration", Custom(function)),
    plain("generator_function_declaration", Custom(function)),
    plain("function_signature", Custom(function)),
    plain("function_expression", Custom(function_expression)),
    plain("generator_function", Custom(function_expression)),
    plain("arrow_function", Custom(function_expression)),
    plain("formal_parameters", Custom(formal_parameters)).naturally(Role::Param),
    plain("class_declaration", Custom(class)),
    plain("abstract_class_declaration", Custom(class)),
    plain("class", Custom(class)),
    plain("interface_declaration", Custom(class)),
    plain("enum_declaration", Custom(class)),
    plain("class_body", Custom(class_body)).naturally(Role::Body),
    list("interface_body", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    list("enum_body", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    row(
        "enum_assignment",
        Shape::Node(Kind::Pair),
        &[("name", Role::Key), ("value", Role::Value)],
    ),
    plain("class_heritage", Splice).naturally(Role::Base),
    row("extends_clause", Splice, &[("value", Role::Base)]).naturally(Role::Base),
    list("extends_type_clause", Splice, Role::Base).naturally(Role::Base),
    list("implements_clause", Splice, Role::Interface).naturally(Role::Interface),
    plain("method_definition", Custom(method)),
    plain("method_signature", Custom(method)),
    plain("abstract_method_signature", Custom(abstract_signature)),
    plain("field_definition", Custom(class_field)),
    plain("public_field_definition", Custom(class_field)),
    plain("property_signature", Custom(class_field)),
    plain("decorator", Custom(decorator)).naturally(Role::Decorator),
    // Statements.
    list(
        "expression_statement",
        Shape::Node(Kind::ExprStmt),
        Role::Value,
    ),
    plain("if_statement", Custom(if_statement)),
    plain("while_statement", Custom(while_statement)),
    plain("do_statement", Custom(do_statement)),
    plain("for_statement", Custom(for_statement)),
    plain("for_in_statement", Custom(for_in)),
    plain("with_statement", Custom(with_statement)),
    row(
        "try_statement",
        Shape::Node(Kind::Try),
        &[("body", Role::Body)],
    ),
    plain("catch_clause", Custom(catch_clause)).naturally(Role::Handler),
    row(
        "finally_clause",
        Shape::Node(Kind::Finally),
        &[("body", Role::Body)],
    )
    .naturally(Role::Finally),
    list("throw_statement", Shape::Node(Kind::Throw), Role::Value),
    list("return_statement", Shape::Node(Kind::Return), Role::Value),
    list("break_statement", Shape::Node(Kind::Break), Role::Name),
    list(
        "continue_statement",
        Shape::Node(Kind::Continue),
        Role::Name,
    ),
    row(
        "labeled_statement",
        Shape::Node(Kind::Labeled),
        &[("label", Role::Name), ("body", Role::Body)],
    ),
    row(
        "switch_statement",
        Shape::Node(Kind::Switch),
        &[("value", Role::Cond), ("body", Role::Case)],
    ),
    plain("switch_body", Splice).naturally(Role::Case),
    row(
        "switch_case",
        Shape::Node(Kind::Case),
        &[("value", Role::Left), ("body", Role::Stmt)],
    )
    .naturally(Role::Case),
    row(
        "switch_default",
        Shape::Node(Kind::Case),
        &[("body", Role::Stmt)],
    )
    .naturally(Role::Case),
    // Expressions.
    plain("parenthesized_expression", Splice),
    list("sequence_expression", Shape::Node(Kind::Tuple), Role::Elem),
    plain("call_expression", Custom(call)),
    plain("arguments", Splice),
    plain("type_arguments", Splice).naturally(Role::TypeArg),
    plain("type_parameters", Splice).naturally(Role::TypeParam),
    row(
        "new_expression",
        Shape::Node(Kind::New),
        &[
            ("constructor", Role::Type),
            ("type_arguments", Role::TypeArg),
            ("arguments", Role::Arg),
        ],
    ),
    plain("member_expression", Custom(member)),
    plain("nested_identifier", Custom(member)),
    row(
        "nested_type_identifier",
        Shape::Node(Kind::Member),
        &[("module", Role::Object), ("name", Role::Name)],
    ),
    row(
        "subscript_expression",
        Shape::Node(Kind::Index),
        &[("object", Role::Object), ("index", Role::Index)],
    ),
    row(
        "assignment_expression",
        Shape::Node(Kind::Assign),
        &[("left", Role::Left), ("right", Role::Right)],
    ),
    row(
        "augmented_assignment_expression",
        Shape::Node(Kind::AugAssign),
        BINARY,
    ),
    row("binary_expression", Shape::Node(Kind::Binary), BINARY),
    row(
        "unary_expression",
        Shape::Node(Kind::Unary),
        &[("operator", Role::Op), ("argument", Role::Operand)],
    ),
    plain("update_expression", Custom(update)),
    row(
        "ternary_expression",
        Shape::Node(Kind::Ternary),
        &[
            ("condition", Role::Cond),
            ("consequence", Role::Then),
            ("alternative", Role::Else),
        ],
    ),
    list("await_expression", Shape::Node(Kind::Await), Role::Value),
    list("yield_expression", Worded(Kind::Yield), Role::Value),
    list("spread_element", Shape::Node(Kind::Splat), Role::Value),
    list("rest_pattern", Shape::Node(Kind::Splat), Role::Value),
    list("array", Shape::Node(Kind::List), Role::Elem),
    list("array_pattern", Shape::Node(Kind::List), Role::Elem),
    list("object", Shape::Node(Kind::Record), Role::Elem),
    list("object_pattern", Shape::Node(Kind::Record), Role::Elem),
    plain("pair", Custom(pair)),
    plain("pair_pattern", Custom(pair)),
    plain("shorthand_property_identifier", Custom(shorthand)),
    plain("shorthand_property_identifier_pattern", Custom(shorthand)),
    row("assignment_pattern", Shape::Node(Kind::Assign), BINARY),
    row(
        "object_assignment_pattern",
        Shape::Node(Kind::Assign),
        DEFAULT,
    ),
    plain("string", Custom(string)),
    plain("template_string", Custom(template)),
    plain("string_fragment", Leaf(Kind::StrPart)),
    plain("escape_sequence", Leaf(Kind::StrPart)),
    list(
        "template_substitution",
        Shape::Node(Kind::Interp),
        Role::Value,
    ),
    row(
        "regex",
        Shape::Node(Kind::Regex),
        &[("pattern", Role::Elem), ("flags", Role::Modifier)],
    ),
    plain("regex_pattern", Leaf(Kind::StrPart)).naturally(Role::Elem),
    plain("regex_flags", Leaf(Kind::Modifier)).naturally(Role::Modifier),
    plain("number", Custom(number)),
    plain("identifier", Leaf(Kind::Ident)),
    plain("property_identifier", Leaf(Kind::Ident)),
    plain("private_property_identifier", Leaf(Kind::Ident)),
    plain("statement_identifier", Leaf(Kind::Ident)),
    plain("meta_property", Leaf(Kind::Ident)),
    plain("import", Leaf(Kind::Ident)),
    plain("undefined", Leaf(Kind::Ident)),
    plain("this", Leaf(Kind::This)),
    plain("super", Leaf(Kind::Super)),
    plain("true", Leaf(Kind::Bool)),
    plain("false", Leaf(Kind::Bool)),
    plain("null", Leaf(Kind::Null)),
    // JSX.
    plain("jsx_element", Custom(element)),
    plain("jsx_self_closing_element", Custom(self_closing_element)),
    plain("jsx_attribute", Custom(attribute)),
    plain("jsx_expression", Custom(expression_child)),
    plain("jsx_text", Custom(text)),
    plain("html_character_reference", Leaf(Kind::StrPart)),
    plain("jsx_namespace_name", Leaf(Kind::Ident)),
    // Types.
    plain("type_annotation", Splice),
    plain("type_identifier", Leaf(Kind::Ident)),
    plain("predefined_type", Leaf(Kind::Ident)),
    plain("this_type", Leaf(Kind::This)),
    plain("literal_type", Splice),
    plain("parenthesized_type", Splice),
    row(
        "generic_type",
        Shape::Node(Kind::Generic),
        &[("name", Role::Base), ("type_arguments", Role::TypeArg)],
    ),
    list("object_type", Shape::Node(Kind::Record), Role::Elem),
    plain("as_expression", Custom(ascription)),
    plain("type_assertion", Custom(ascription)),
];

const BINARY: &[(&str, Role)] = &[
    ("left", Role::Left),
    ("operator", Role::Op),
    ("right", Role::Right),
];
const DEFAULT: &[(&str, Role)] = &[("left", Role::Left), ("right", Role::Right)];

fn if_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::If, role, node);
    lower.visit_field(node, "condition", Role::Cond);
    body(lower, node, "consequence", Role::Then);
    let alternative = node
        .child_by_field_name("alternative")
        .and_then(|clause| named_children(clause).first().copied());
    match alternative {
        Some(chained) if chained.kind() == "if_statement" => lower.visit(chained, Role::Else),
        Some(alternative) => lower.body(alternative, Role::Else, "statement_block"),
        None => {}
    }
    lower.close();
}

/// The statement in a field, as a block.
fn body<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, field: &str, role: Role) {
    if let Some(body) = node.child_by_field_name(field) {
        lower.body(body, role, "statement_block");
    }
}

fn while_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::While, role, node);
    lower.visit_field(node, "condition", Role::Cond);
    body(lower, node, "body", Role::Body);
    lower.close();
}

fn do_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::DoWhile, role, node);
    body(lower, node, "body", Role::Body);
    lower.visit_field(node, "condition", Role::Cond);
    lower.close();
}

fn with_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::With, role, node);
    lower.visit_field(node, "object", Role::Item);
    body(lower, node, "body", Role::Body);
    lower.close();
}

fn for_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::For, role, node);
    lower.visit_field(node, "initializer", Role::Init);
    lower.visit_field(node, "condition", Role::Cond);
    lower.visit_field(node, "increment", Role::Update);
    body(lower, node, "body", Role::Body);
    lower.close();
}

/// `for..in` and `for..of`, whatever declares the variable. A pattern with `in` takes both.
fn for_in<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::ForEach, role, node);
    if let Some(of) = node
        .child_by_field_name("operator")
        .filter(|operator| operator.kind() == "of")
    {
        lower.leaf(Kind::Modifier, Role::Modifier, of);
    }
    lower.visit_field(node, "left", Role::Left);
    lower.visit_field(node, "right", Role::Right);
    body(lower, node, "body", Role::Body);
    lower.close();
}

/// A handler that does not name the exception has an empty name, which `$E` stands for. The type can only be
/// `any` or `unknown`.
fn catch_clause<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Catch, role, node);
    match node.child_by_field_name("parameter") {
        Some(parameter) => lower.visit(parameter, Role::Name),
        None => {
            let start = lower.range(node).start;
            lower.leaf_over(Kind::Ident, Role::Name, TextRange { start, end: start });
        }
    }
    lower.visit_field(node, "body", Role::Body);
    lower.close();
}

/// A template behind the callee makes a call that no pattern with parentheses means.
fn call<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let tagged = node
        .child_by_field_name("arguments")
        .is_some_and(|arguments| arguments.kind() == "template_string");
    lower.open(if tagged { Kind::Tagged } else { Kind::Call }, role, node);
    lower.visit_field(node, "function", Role::Callee);
    lower.visit_field(node, "type_arguments", Role::TypeArg);
    lower.visit_field(node, "arguments", Role::Arg);
    lower.close();
}

/// `a?.b` is the member `b` of `a?`.
fn member<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Member, role, node);
    let optional = node
        .children(&mut node.walk())
        .any(|child| matches!(child.kind(), "optional_chain" | "?."));
    match node.child_by_field_name("object") {
        Some(object) if optional => {
            lower.open(Kind::Question, Role::Object, object);
            lower.visit(object, Role::Value);
            lower.close();
        }
        Some(object) => lower.visit(object, Role::Object),
        None => {}
    }
    lower.visit_field(node, "property", Role::Name);
    lower.close();
}

/// The operand stands in another role before the operator than behind it.
fn update<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Update, role, node);
    if let (Some(operator), Some(argument)) = (
        node.child_by_field_name("operator"),
        node.child_by_field_name("argument"),
    ) {
        let before = operator.start_byte() < argument.start_byte();
        lower.leaf(Kind::Op, Role::Op, operator);
        lower.visit(argument, if before { Role::Operand } else { Role::Left });
    }
    lower.close();
}

/// `e as T` and `<T>e`.
fn ascription<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Ascription, role, node);
    let parts = named_children(node);
    match parts[..] {
        [ty, value] if ty.kind() == "type_arguments" => {
            lower.visit(value, Role::Value);
            lower.visit(ty, Role::Type);
        }
        [value, ty] => {
            lower.visit(value, Role::Value);
            lower.visit(ty, Role::Type);
        }
        [value] => {
            lower.visit(value, Role::Value);
            if let Some(word) = node.child(2) {
                lower.leaf(Kind::Ident, Role::Type, word);
            }
        }
        _ => {}
    }
    lower.close();
}

/// A key and its value; a function under a key is a method of the object.
fn pair<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let (Some(key), Some(value)) = (
        node.child_by_field_name("key"),
        node.child_by_field_name("value"),
    ) else {
        return;
    };
    if is_function(value) {
        lower.open(Kind::Function, role, node);
        self::key(lower, key, Role::Name);
        super::declarations::signature(lower, value);
    } else {
        lower.open(Kind::Pair, role, node);
        self::key(lower, key, Role::Key);
        lower.visit(value, Role::Value);
    }
    lower.close();
}

/// Whether the node is a function expression.
pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_expression" | "generator_function" | "arrow_function"
    )
}

/// The name of a property: quotes around it say nothing, but in a pattern the string may stand for others.
pub(super) fn key<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let text = lower.text(node);
    let inner = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default();
    let stands_for_others =
        inner.starts_with("=~/") || inner.starts_with('$') || inner.starts_with("...");
    if node.kind() != "string" || stands_for_others || inner.is_empty() {
        return lower.visit(node, role);
    }
    let range = lower.range(node);
    lower.leaf_over(
        Kind::Ident,
        role,
        TextRange {
            start: range.start + 1,
            end: range.end - 1,
        },
    );
}

/// `{a}` is `{a: a}`.
fn shorthand<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    // What gets a default value is a name and no pair.
    if role == Role::Left {
        return lower.leaf(Kind::Ident, role, node);
    }
    lower.open(Kind::Pair, role, node);
    lower.leaf(Kind::Ident, Role::Key, node);
    lower.leaf(Kind::Ident, Role::Value, node);
    lower.close();
}

/// The text between the quotes is one part, escapes included.
fn string<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Str, role, node);
    inside(lower, node);
    lower.close();
}

/// What stands between the first and the last character, if anything does.
fn inside<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    let range = lower.range(node);
    if range.end - range.start > 2 {
        let inner = TextRange {
            start: range.start + 1,
            end: range.end - 1,
        };
        lower.leaf_over(Kind::StrPart, Role::Elem, inner);
    }
}

/// A template without expressions is a string, but for the pattern that stands for any template.
fn template<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let parts = named_children(node);
    let plain = parts
        .iter()
        .all(|part| part.kind() != "template_substitution");
    if plain {
        let any = lower.text(node) == "`...`";
        lower.open(if any { Kind::Template } else { Kind::Str }, role, node);
        inside(lower, node);
        return lower.close();
    }
    lower.open(Kind::Template, role, node);
    // Characters and escapes between two expressions are one part.
    let mut start = lower.range(node).start + 1;
    let end = lower.range(node).end - 1;
    for part in parts {
        if part.kind() == "template_substitution" {
            let range = lower.range(part);
            characters(lower, start, range.start);
            lower.visit(part, Role::Elem);
            start = range.end;
        }
    }
    characters(lower, start, end);
    lower.close();
}

fn characters(lower: &mut Lower<'_, '_>, start: u32, end: u32) {
    if start < end {
        lower.leaf_over(Kind::StrPart, Role::Elem, TextRange { start, end });
    }
}

fn number<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let text = lower.text(node);
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    let kind = if !hexadecimal && text.contains(['.', 'e', 'E']) {
        Kind::Float
    } else {
        Kind::Int
    };
    lower.leaf(kind, role, node);
}
