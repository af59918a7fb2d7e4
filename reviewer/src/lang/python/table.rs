//! What becomes of each kind of the Python grammar.

use tree_sitter::Node;

use crate::lang::lower::{Lower, Row, Shape, list, named_children, plain, row};
use crate::tree::{Kind, Role, TextRange};
use Shape::{Comment, Custom, Leaf, Skip, Splice, Worded};

pub(super) const TABLE: &[Row] = &[
    list("module", Shape::Node(Kind::File), Role::Stmt),
    list("block", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    plain("comment", Comment),
    plain("line_continuation", Skip),
    plain("async", Leaf(Kind::Modifier)).naturally(Role::Modifier),
    // Statements.
    plain("expression_statement", Custom(expression_statement)),
    row(
        "assignment",
        Shape::Node(Kind::Assign),
        &[
            ("left", Role::Left),
            ("right", Role::Right),
            ("type", Role::Type),
        ],
    ),
    row(
        "augmented_assignment",
        Shape::Node(Kind::AugAssign),
        &[
            ("left", Role::Left),
            ("operator", Role::Op),
            ("right", Role::Right),
        ],
    ),
    plain("if_statement", Custom(if_statement)),
    row("else_clause", Splice, &[("body", Role::Else)]).naturally(Role::Else),
    row(
        "for_statement",
        Shape::Node(Kind::ForEach),
        &[
            ("left", Role::Left),
            ("right", Role::Right),
            ("body", Role::Body),
            ("alternative", Role::Else),
        ],
    ),
    row(
        "while_statement",
        Shape::Node(Kind::While),
        &[
            ("condition", Role::Cond),
            ("body", Role::Body),
            ("alternative", Role::Else),
        ],
    ),
    row(
        "try_statement",
        Shape::Node(Kind::Try),
        &[("body", Role::Body)],
    ),
    row(
        "except_clause",
        Shape::Node(Kind::Catch),
        &[("value", Role::Type), ("alias", Role::Name)],
    )
    .naturally(Role::Handler),
    plain("finally_clause", Shape::Node(Kind::Finally)).naturally(Role::Finally),
    row(
        "with_statement",
        Shape::Node(Kind::With),
        &[("body", Role::Body)],
    )
    .rest(Role::Item),
    plain("with_clause", Splice).naturally(Role::Item),
    plain("with_item", Splice),
    row(
        "as_pattern",
        Shape::Node(Kind::As),
        &[("alias", Role::Alias)],
    )
    .rest(Role::Value),
    plain("as_pattern_target", Splice),
    list("return_statement", Shape::Node(Kind::Return), Role::Value),
    row(
        "raise_statement",
        Shape::Node(Kind::Throw),
        &[("cause", Role::Cause)],
    )
    .rest(Role::Value),
    list("assert_statement", Shape::Node(Kind::Assert), Role::Value),
    list("delete_statement", Shape::Node(Kind::Delete), Role::Value),
    list("global_statement", Shape::Node(Kind::Global), Role::Name),
    list("nonlocal_statement", Shape::Node(Kind::Global), Role::Name),
    plain("break_statement", Leaf(Kind::Break)),
    plain("continue_statement", Leaf(Kind::Continue)),
    plain("pass_statement", Leaf(Kind::Pass)),
    plain("import_statement", Custom(import_statement)),
    plain("import_from_statement", Custom(import_from_statement)),
    row(
        "aliased_import",
        Shape::Node(Kind::ImportItem),
        &[("name", Role::Name), ("alias", Role::Alias)],
    ),
    plain("wildcard_import", Shape::Node(Kind::ImportItem)).naturally(Role::Item),
    // Declarations.
    plain("decorated_definition", Custom(decorated_definition)),
    list("decorator", Shape::Node(Kind::Decorator), Role::Value).naturally(Role::Decorator),
    plain("function_definition", Custom(definition)),
    plain("class_definition", Custom(definition)),
    plain("parameters", Custom(parameters)),
    plain("lambda_parameters", Custom(parameters)),
    row(
        "default_parameter",
        Shape::Node(Kind::Param),
        &[("name", Role::Name), ("value", Role::Default)],
    ),
    row(
        "typed_parameter",
        Shape::Node(Kind::Param),
        &[("type", Role::Type)],
    )
    .rest(Role::Name),
    row(
        "typed_default_parameter",
        Shape::Node(Kind::Param),
        &[
            ("name", Role::Name),
            ("type", Role::Type),
            ("value", Role::Default),
        ],
    ),
    plain("type", Splice),
    list("generic_type", Shape::Node(Kind::Generic), Role::Base),
    list("type_parameter", Splice, Role::TypeArg).naturally(Role::TypeArg),
    // Expressions.
    plain("parenthesized_expression", Splice),
    row(
        "call",
        Shape::Node(Kind::Call),
        &[("function", Role::Callee), ("arguments", Role::Arg)],
    ),
    plain("argument_list", Splice),
    row(
        "keyword_argument",
        Shape::Node(Kind::Keyword),
        &[("name", Role::Name), ("value", Role::Value)],
    ),
    list("list_splat", Worded(Kind::Splat), Role::Value),
    list("dictionary_splat", Worded(Kind::Splat), Role::Value),
    list("list_splat_pattern", Worded(Kind::Splat), Role::Value),
    list("dictionary_splat_pattern", Worded(Kind::Splat), Role::Value),
    row(
        "attribute",
        Shape::Node(Kind::Member),
        &[("object", Role::Object), ("attribute", Role::Name)],
    ),
    plain("subscript", Custom(subscript)),
    row("binary_operator", Shape::Node(Kind::Binary), BINARY),
    row("boolean_operator", Shape::Node(Kind::Binary), BINARY),
    plain("comparison_operator", Custom(comparison)),
    row(
        "not_operator",
        Worded(Kind::Unary),
        &[("argument", Role::Operand)],
    ),
    row(
        "unary_operator",
        Shape::Node(Kind::Unary),
        &[("operator", Role::Op), ("argument", Role::Operand)],
    ),
    plain("conditional_expression", Custom(conditional)),
    row(
        "named_expression",
        Shape::Node(Kind::Assign),
        &[("name", Role::Left), ("value", Role::Right)],
    ),
    plain("lambda", Custom(lambda)),
    list("await", Shape::Node(Kind::Await), Role::Value),
    list("yield", Worded(Kind::Yield), Role::Value),
    list("tuple", Shape::Node(Kind::Tuple), Role::Elem),
    list("expression_list", Shape::Node(Kind::Tuple), Role::Elem),
    list("pattern_list", Shape::Node(Kind::Tuple), Role::Elem),
    list("tuple_pattern", Shape::Node(Kind::Tuple), Role::Elem),
    list("list", Shape::Node(Kind::List), Role::Elem),
    list("list_pattern", Shape::Node(Kind::List), Role::Elem),
    list("set", Shape::Node(Kind::Set), Role::Elem),
    list("dictionary", Shape::Node(Kind::Dict), Role::Elem),
    plain("list_comprehension", Worded(Kind::Comprehension)),
    plain("set_comprehension", Worded(Kind::Comprehension)),
    plain("dictionary_comprehension", Worded(Kind::Comprehension)),
    plain("generator_expression", Worded(Kind::Comprehension)),
    row(
        "pair",
        Shape::Node(Kind::Pair),
        &[("key", Role::Key), ("value", Role::Value)],
    ),
    plain("dotted_name", Custom(dotted_name)),
    plain("string", Custom(string)),
    plain("concatenated_string", Custom(joined_strings)),
    plain("string_content", Leaf(Kind::StrPart)),
    row(
        "interpolation",
        Shape::Node(Kind::Interp),
        &[("expression", Role::Value)],
    ),
    plain("identifier", Leaf(Kind::Ident)),
    plain("integer", Leaf(Kind::Int)),
    plain("float", Leaf(Kind::Float)),
    plain("true", Leaf(Kind::Bool)),
    plain("false", Leaf(Kind::Bool)),
    plain("none", Leaf(Kind::Null)),
    plain("ellipsis", Leaf(Kind::Ellipsis)),
];

const BINARY: &[(&str, Role)] = &[
    ("left", Role::Left),
    ("operator", Role::Op),
    ("right", Role::Right),
];

/// `a, b` as a statement has its elements directly below.
fn expression_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::ExprStmt, role, node);
    match named_children(node)[..] {
        [only] => lower.visit(only, Role::Value),
        ref several => {
            lower.open(Kind::Tuple, Role::Value, node);
            for &element in several {
                lower.visit(element, Role::Elem);
            }
            lower.close();
        }
    }
    lower.close();
}

/// Several subscripts are one, a tuple.
fn subscript<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let subscripts: Vec<_> = node
        .children_by_field_name("subscript", &mut node.walk())
        .collect();
    lower.open(Kind::Index, role, node);
    lower.visit_field(node, "value", Role::Object);
    match subscripts[..] {
        [only] => lower.visit(only, Role::Index),
        [first, .., last] => {
            let range = lower.range(first).to(lower.range(last));
            lower.open_over(Kind::Tuple, Role::Index, range);
            for &subscript in &subscripts {
                lower.visit(subscript, Role::Elem);
            }
            lower.close();
        }
        [] => {}
    }
    lower.close();
}

/// Each `elif` becomes an `if` in the `else` of the one before.
fn if_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let whole = lower.range(node);
    let clauses: Vec<_> = node
        .children_by_field_name("alternative", &mut node.walk())
        .collect();
    lower.open(Kind::If, role, node);
    lower.visit_field(node, "condition", Role::Cond);
    lower.visit_field(node, "consequence", Role::Then);
    let mut depth = 1;
    for clause in clauses {
        if clause.kind() == "elif_clause" {
            let range = TextRange {
                start: lower.range(clause).start,
                end: whole.end,
            };
            lower.open_over(Kind::If, Role::Else, range);
            lower.visit_field(clause, "condition", Role::Cond);
            lower.visit_field(clause, "consequence", Role::Then);
            depth += 1;
        } else {
            lower.visit_field(clause, "body", Role::Else);
        }
    }
    for _ in 0..depth {
        lower.close();
    }
}

fn import_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Import, role, node);
    imported_names(lower, node);
    lower.close();
}

fn import_from_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::ImportFrom, role, node);
    lower.visit_field(node, "module_name", Role::Object);
    imported_names(lower, node);
    for child in named_children(node)
        .into_iter()
        .filter(|child| child.kind() == "wildcard_import")
    {
        lower.visit(child, Role::Item);
    }
    lower.close();
}

/// Every imported name is an item, with an alias or without.
fn imported_names<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    let names: Vec<_> = node
        .children_by_field_name("name", &mut node.walk())
        .collect();
    for name in names {
        if name.kind() == "aliased_import" {
            lower.visit(name, Role::Item);
        } else {
            lower.open(Kind::ImportItem, Role::Item, name);
            lower.visit(name, Role::Name);
            lower.close();
        }
    }
}

fn decorated_definition<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let Some(definition) = node.child_by_field_name("definition") else {
        return;
    };
    let decorators = named_children(node)
        .into_iter()
        .filter(|child| child.kind() == "decorator")
        .collect();
    define(lower, definition, node, decorators, role);
}

fn definition<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    define(lower, node, node, Vec::new(), role);
}

/// A function or class; its decorators are part of it.
fn define<'t>(
    lower: &mut Lower<'t, '_>,
    node: Node<'t>,
    whole: Node<'t>,
    decorators: Vec<Node<'t>>,
    role: Role,
) {
    let class = node.kind() == "class_definition";
    lower.open(
        if class { Kind::Class } else { Kind::Function },
        role,
        whole,
    );
    for decorator in decorators {
        lower.visit(decorator, Role::Decorator);
    }
    if let Some(first) = node.child(0).filter(|first| first.kind() == "async") {
        lower.visit(first, Role::Modifier);
    }
    lower.visit_field(node, "name", Role::Name);
    lower.visit_field(node, "type_parameters", Role::TypeParam);
    lower.visit_field(node, "superclasses", Role::Base);
    lower.visit_field(node, "parameters", Role::Param);
    lower.visit_field(node, "return_type", Role::ReturnType);
    lower.visit_field(node, "body", Role::Body);
    lower.close();
}

/// A lambda returns its expression.
fn lambda<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Lambda, role, node);
    lower.visit_field(node, "parameters", Role::Param);
    if let Some(body) = node.child_by_field_name("body") {
        lower.open(Kind::Block, Role::Body, body);
        lower.open(Kind::Return, Role::Stmt, body);
        lower.visit(body, Role::Value);
        lower.close();
        lower.close();
    }
    lower.close();
}

/// Every parameter is a `Param`, with type and default or without.
fn parameters<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, _: Role) {
    for child in named_children(node) {
        match child.kind() {
            "identifier" | "tuple_pattern" | "list_splat_pattern" | "dictionary_splat_pattern" => {
                lower.open(Kind::Param, Role::Param, child);
                lower.visit(child, Role::Name);
                lower.close();
            }
            _ => lower.visit(child, Role::Param),
        }
    }
}

/// A comparison of two is a binary operator; a chain of more keeps its own shape.
fn comparison<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let operands = named_children(node);
    let operators: Vec<_> = node
        .children_by_field_name("operators", &mut node.walk())
        .collect();
    let binary = operands.len() == 2;
    lower.open(
        if binary {
            Kind::Binary
        } else {
            Kind::Raw(node.kind_id())
        },
        role,
        node,
    );
    let mut operators = operators.into_iter().peekable();
    let mut operands = operands.into_iter().enumerate().peekable();
    while let Some((at, operand)) = operands.next() {
        let side = if !binary {
            Role::Child
        } else if at == 0 {
            Role::Left
        } else {
            Role::Right
        };
        lower.visit(operand, side);
        // `is not` and `not in` are one operator of two tokens.
        let next = operands
            .peek()
            .map_or(usize::MAX, |(_, next)| next.start_byte());
        let mut words: Option<TextRange> = None;
        while let Some(word) = operators.next_if(|word| word.start_byte() < next) {
            let range = lower.range(word);
            words = Some(words.map_or(range, |words| words.to(range)));
        }
        if let Some(range) = words {
            lower.leaf_over(Kind::Op, Role::Op, range);
        }
    }
    lower.close();
}

fn conditional<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Ternary, role, node);
    for (child, role) in named_children(node)
        .into_iter()
        .zip([Role::Then, Role::Cond, Role::Else])
    {
        lower.visit(child, role);
    }
    lower.close();
}

/// `a.b.c` in an import is the same nesting of members as in an expression.
fn dotted_name<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let names = named_children(node);
    let Some((first, rest)) = names.split_first() else {
        return;
    };
    let start = lower.range(*first);
    for (at, name) in rest.iter().enumerate().rev() {
        let range = start.to(lower.range(*name));
        lower.open_over(
            Kind::Member,
            if at + 1 == rest.len() {
                role
            } else {
                Role::Object
            },
            range,
        );
    }
    lower.visit(*first, if rest.is_empty() { role } else { Role::Object });
    for name in rest {
        lower.visit(*name, Role::Name);
        lower.close();
    }
}

/// Literals side by side are one string, and a template where one of them is.
fn joined_strings<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let parts = named_children(node);
    let template = parts.iter().any(|&part| is_template(lower.text(part)));
    lower.open(kind_of_string(template), role, node);
    for part in parts {
        lower.visit(part, Role::Elem);
    }
    lower.close();
}

fn kind_of_string(template: bool) -> Kind {
    if template { Kind::Template } else { Kind::Str }
}

fn is_template(literal: &str) -> bool {
    let prefix = literal.split(['"', '\'']).next().unwrap_or_default();
    prefix.contains(['f', 'F'])
}

/// The text and the expressions of a string, which is a template where it may hold expressions.
fn string<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let kind = kind_of_string(is_template(lower.text(node)));
    lower.open(kind, role, node);
    for part in named_children(node) {
        if matches!(part.kind(), "string_content" | "interpolation") {
            lower.visit(part, Role::Elem);
        }
    }
    lower.close();
}
