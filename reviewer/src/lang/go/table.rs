//! What becomes of each kind of the Go grammar.

use tree_sitter::Node;

use crate::lang::lower::{Lower, Row, Shape, list, named_children, plain, row};
use crate::lang::spell::ELLIPSIS;
use crate::tree::{Kind, Role, TextRange};
use Shape::{Comment, Custom, Leaf, Skip, Splice, Structure, Worded};

pub(super) const TABLE: &[Row] = &[
    list("source_file", Shape::Node(Kind::File), Role::Stmt),
    list("block", Shape::Node(Kind::Block), Role::Stmt).naturally(Role::Body),
    plain("statement_list", Splice).naturally(Role::Stmt),
    plain("comment", Comment),
    plain("empty_statement", Skip),
    plain("\n", Skip),
    plain(":=", Leaf(Kind::Op)).naturally(Role::Op),
    // Declarations.
    list("package_clause", Structure, Role::Name),
    plain("import_declaration", Custom(imports)),
    plain("dot", Leaf(Kind::Ident)),
    plain("const_declaration", Custom(variables)),
    plain("var_declaration", Custom(variables)),
    plain("short_var_declaration", Custom(short_variable)),
    plain("type_declaration", Custom(types)),
    row("type_spec", Shape::Node(Kind::Class), TYPE),
    row("type_alias", Worded(Kind::Class), TYPE),
    plain("function_declaration", Custom(function)),
    plain("method_declaration", Custom(function)),
    plain("method_elem", Custom(function)).naturally(Role::Stmt),
    plain("func_literal", Custom(function)),
    plain("parameter_list", Splice),
    plain("parameter_declaration", Custom(parameter)).naturally(Role::Param),
    plain("variadic_parameter_declaration", Custom(parameter)).naturally(Role::Param),
    plain("type_parameter_list", Splice).naturally(Role::TypeParam),
    // Statements.
    list(
        "expression_statement",
        Shape::Node(Kind::ExprStmt),
        Role::Value,
    ),
    plain("expression_list", Custom(expressions)),
    plain("assignment_statement", Custom(assignment)),
    plain("receive_statement", Custom(receive)),
    plain("inc_statement", Worded(Kind::Update)),
    plain("dec_statement", Worded(Kind::Update)),
    row(
        "if_statement",
        Shape::Node(Kind::If),
        &[
            ("initializer", Role::Init),
            ("condition", Role::Cond),
            ("consequence", Role::Then),
            ("alternative", Role::Else),
        ],
    ),
    plain("for_statement", Custom(for_statement)),
    row(
        "expression_switch_statement",
        Shape::Node(Kind::Switch),
        &[("initializer", Role::Init), ("value", Role::Cond)],
    )
    .rest(Role::Case),
    plain("type_switch_statement", Custom(type_switch)),
    list("select_statement", Worded(Kind::Switch), Role::Case),
    plain("expression_case", Custom(case)).naturally(Role::Case),
    row(
        "type_case",
        Shape::Node(Kind::Case),
        &[("type", Role::Left)],
    )
    .naturally(Role::Case),
    row(
        "communication_case",
        Shape::Node(Kind::Case),
        &[("communication", Role::Left)],
    )
    .naturally(Role::Case),
    list("default_case", Shape::Node(Kind::Case), Role::Stmt).naturally(Role::Case),
    list("return_statement", Shape::Node(Kind::Return), Role::Value),
    list("break_statement", Shape::Node(Kind::Break), Role::Name),
    list(
        "continue_statement",
        Shape::Node(Kind::Continue),
        Role::Name,
    ),
    list("labeled_statement", Shape::Node(Kind::Labeled), Role::Child),
    // Expressions.
    plain("parenthesized_expression", Splice),
    plain("call_expression", Custom(call)),
    plain("argument_list", Splice).naturally(Role::Arg),
    list("variadic_argument", Shape::Node(Kind::Splat), Role::Value),
    plain("composite_literal", Custom(composite_literal)),
    list("literal_value", Shape::Node(Kind::List), Role::Elem),
    plain("literal_element", Splice),
    row(
        "keyed_element",
        Shape::Node(Kind::Pair),
        &[("key", Role::Key), ("value", Role::Value)],
    ),
    plain("type_conversion_expression", Custom(conversion)),
    plain("type_assertion_expression", Custom(type_assertion)),
    row(
        "selector_expression",
        Shape::Node(Kind::Member),
        &[("operand", Role::Object), ("field", Role::Name)],
    ),
    row(
        "index_expression",
        Shape::Node(Kind::Index),
        &[("operand", Role::Object), ("index", Role::Index)],
    ),
    row(
        "slice_expression",
        Structure,
        &[
            ("operand", Role::Object),
            ("start", Role::Left),
            ("end", Role::Right),
            ("capacity", Role::Index),
        ],
    ),
    plain("unary_expression", Custom(unary)),
    row(
        "binary_expression",
        Shape::Node(Kind::Binary),
        &[
            ("left", Role::Left),
            ("operator", Role::Op),
            ("right", Role::Right),
        ],
    ),
    // Types.
    list("pointer_type", Structure, Role::Type).naturally(Role::Type),
    list("slice_type", Structure, Role::Type).naturally(Role::Type),
    row("array_type", Structure, &[("length", Role::Value)])
        .rest(Role::Type)
        .naturally(Role::Type),
    plain("implicit_length_array_type", Custom(slice_type)),
    list("map_type", Structure, Role::Type).naturally(Role::Type),
    list("channel_type", Structure, Role::Type).naturally(Role::Type),
    plain("function_type", Custom(function_type)).naturally(Role::Type),
    list("struct_type", Structure, Role::Stmt).naturally(Role::Type),
    list("interface_type", Structure, Role::Stmt).naturally(Role::Type),
    list("negated_type", Structure, Role::Type).naturally(Role::Type),
    plain("parenthesized_type", Splice),
    plain("field_declaration_list", Splice),
    plain("field_declaration", Custom(field)).naturally(Role::Stmt),
    row(
        "qualified_type",
        Shape::Node(Kind::Member),
        &[("package", Role::Object), ("name", Role::Name)],
    ),
    row(
        "generic_type",
        Shape::Node(Kind::Generic),
        &[("type", Role::Base), ("type_arguments", Role::TypeArg)],
    ),
    plain("type_arguments", Splice).naturally(Role::TypeArg),
    plain("type_elem", Custom(type_element)),
    // Words.
    plain("interpreted_string_literal", Custom(string)),
    plain("raw_string_literal", Custom(string)),
    plain("identifier", Leaf(Kind::Ident)),
    plain("type_identifier", Custom(type_name)),
    plain("field_identifier", Leaf(Kind::Ident)),
    plain("package_identifier", Leaf(Kind::Ident)),
    plain("blank_identifier", Leaf(Kind::Ident)),
    plain("label_name", Leaf(Kind::Ident)),
    plain("iota", Leaf(Kind::Ident)),
    plain("int_literal", Leaf(Kind::Int)),
    plain("float_literal", Leaf(Kind::Float)),
    plain("imaginary_literal", Leaf(Kind::Float)),
    plain("rune_literal", Leaf(Kind::Char)),
    plain("true", Leaf(Kind::Bool)),
    plain("false", Leaf(Kind::Bool)),
    plain("nil", Leaf(Kind::Null)),
];

const TYPE: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("type_parameters", Role::TypeParam),
    ("type", Role::Type),
];

/// Names of one declaration that repeat its type. If all of them did, the tree could grow with the square of
/// the text.
const MOST_REPEATED: usize = 64;

/// Every path is an import of its own, and starts with the word `import`.
fn imports<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let start = lower.range(node).start;
    for spec in specs(lower, node) {
        lower.note_extras(spec);
        let range = TextRange {
            start,
            ..lower.range(spec)
        };
        lower.open_over(Kind::Import, role, range);
        lower.open(Kind::ImportItem, Role::Item, spec);
        lower.visit_field(spec, "path", Role::Name);
        lower.visit_field(spec, "name", Role::Alias);
        lower.close();
        lower.close();
    }
}

/// What a declaration holds, in brackets or not.
fn specs<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) -> Vec<Node<'t>> {
    let mut specs = Vec::new();
    for child in named_children(node) {
        match child.kind() {
            "import_spec_list" | "var_spec_list" => {
                lower.note_extras(child);
                specs.extend(named_children(child));
            }
            "ERROR" => {}
            _ => specs.push(child),
        }
    }
    specs
}

/// A declaration without brackets covers its word; each variable in brackets is alone.
fn variables<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let lone =
        node.child_count() == 2 && node.child(1).is_some_and(|c| c.kind() != "var_spec_list");
    let word = node.child(0).filter(|word| word.kind() == "const");
    for spec in specs(lower, node) {
        lower.note_extras(spec);
        let range = lower.range(if lone { node } else { spec });
        variable(lower, spec, word, range, role);
    }
}

/// The names of a declaration, with one value each, with no value, or with one value for all.
fn variable<'t>(
    lower: &mut Lower<'t, '_>,
    spec: Node<'t>,
    word: Option<Node<'t>>,
    declaration: TextRange,
    role: Role,
) {
    let names = names(spec);
    let values = spec
        .child_by_field_name("value")
        .map(named_children)
        .unwrap_or_default();
    if values.len() != names.len() && !values.is_empty() {
        lower.open_over(Kind::VarDef, role, declaration);
        modifier(lower, word);
        lower.visit_field(spec, "type", Role::Type);
        tuple(lower, &names, Role::Name);
        tuple(lower, &values, Role::Value);
        return lower.close();
    }
    for (at, name) in names.iter().enumerate() {
        let mut range = lower.range(*name);
        if at == 0 {
            range.start = declaration.start;
        }
        if at + 1 == names.len() {
            range.end = declaration.end;
        }
        lower.open_over(Kind::VarDef, role, range);
        modifier(lower, word);
        if at < MOST_REPEATED {
            lower.visit_field(spec, "type", Role::Type);
        }
        lower.visit(*name, Role::Name);
        if let Some(value) = values.get(at) {
            lower.visit(*value, Role::Value);
        }
        lower.close();
    }
}

/// The names that a declaration of variables, parameters or fields gives.
fn names<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.children_by_field_name("name", &mut node.walk())
        .filter(Node::is_named)
        .collect()
}

/// The token `text` directly below a node.
fn token<'t>(node: Node<'t>, text: &str) -> Option<Node<'t>> {
    node.children(&mut node.walk())
        .find(|child| child.kind() == text)
}

/// The range of the name number `at` of a declaration over `whole`: the last one has its type in it.
fn range_of_name(
    lower: &Lower<'_, '_>,
    names: &[Node<'_>],
    at: usize,
    whole: TextRange,
) -> TextRange {
    match names.get(at) {
        Some(name) if at + 1 < names.len() => lower.range(*name),
        Some(name) => TextRange {
            start: lower.range(*name).start,
            ..whole
        },
        None => whole,
    }
}

fn modifier<'t>(lower: &mut Lower<'t, '_>, word: Option<Node<'t>>) {
    if let Some(word) = word {
        lower.leaf(Kind::Modifier, Role::Modifier, word);
    }
}

/// One node as it is; several are a tuple.
fn tuple<'t>(lower: &mut Lower<'t, '_>, nodes: &[Node<'t>], role: Role) {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return;
    };
    if nodes.len() == 1 {
        return lower.visit(*first, role);
    }
    let range = lower.range(*first).to(lower.range(*last));
    lower.open_over(Kind::Tuple, role, range);
    for node in nodes {
        lower.visit(*node, Role::Elem);
    }
    lower.close();
}

fn expressions<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    tuple(lower, &named_children(node), role);
}

/// `x := e`. Its operator stays, since a pattern with `:=` means no other declaration.
fn short_variable<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::VarDef, role, node);
    lower.visit_field(node, "left", Role::Name);
    operator(lower, node);
    lower.visit_field(node, "right", Role::Value);
    lower.close();
}

/// The `:=` of a node.
fn operator<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    if let Some(operator) = token(node, ":=") {
        lower.leaf(Kind::Op, Role::Op, operator);
    }
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

/// What a case of a `select` receives, perhaps into variables.
fn receive<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    if node.child_by_field_name("left").is_none() {
        lower.visit_field(node, "right", role);
    } else if token(node, ":=").is_some() {
        short_variable(lower, node, role);
    } else {
        assignment(lower, node, role);
    }
}

/// A group declares several types; each is a statement.
fn types<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let specs = named_children(node);
    match specs[..] {
        [spec] if node.child_count() == 2 => {
            lower.note_extras(spec);
            lower.open(Kind::Class, role, node);
            if let Some(sign) = token(spec, "=") {
                lower.leaf(Kind::Op, Role::Op, sign);
            }
            for (field, role) in TYPE {
                lower.visit_field(spec, field, *role);
            }
            lower.close();
        }
        _ => {
            for spec in specs {
                lower.visit(spec, role);
            }
        }
    }
}

/// Functions, methods, function literals, and the methods of an interface.
fn function<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let kind = if node.kind() == "func_literal" {
        Kind::Lambda
    } else {
        Kind::Function
    };
    lower.open(kind, role, node);
    if let Some(receiver) = node.child_by_field_name("receiver") {
        lower.note_extras(receiver);
        for parameter in named_children(receiver) {
            lower.open(Kind::Receiver, Role::Param, parameter);
            lower.visit_field(parameter, "name", Role::Name);
            lower.visit_field(parameter, "type", Role::Type);
            lower.close();
        }
    }
    lower.visit_field(node, "name", Role::Name);
    lower.visit_field(node, "type_parameters", Role::TypeParam);
    lower.visit_field(node, "parameters", Role::Param);
    if let Some(result) = node.child_by_field_name("result") {
        results(lower, result);
    }
    lower.visit_field(node, "body", Role::Body);
    lower.close();
}

/// `func(a int) error` as a type. Where it has no result, that is an empty tuple, so that `$T` stands for it.
fn function_type<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Raw(node.kind_id()), role, node);
    lower.visit_field(node, "parameters", Role::Param);
    if let Some(result) = node.child_by_field_name("result") {
        results(lower, result);
    } else {
        let end = lower.range(node).end;
        lower.leaf_over(Kind::Tuple, Role::ReturnType, TextRange { start: end, end });
    }
    lower.close();
}

/// The type of a result; several of them, or those with names, are a tuple.
fn results<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    if node.kind() != "parameter_list" {
        return lower.visit(node, Role::ReturnType);
    }
    lower.note_extras(node);
    let results = named_children(node);
    if let [only] = results[..]
        && only.child_by_field_name("name").is_none()
    {
        return lower.visit_field(only, "type", Role::ReturnType);
    }
    lower.open(Kind::Tuple, Role::ReturnType, node);
    for result in results {
        if result.child_by_field_name("name").is_some() {
            parameter(lower, result, Role::Elem);
        } else {
            lower.visit_field(result, "type", Role::Elem);
        }
    }
    lower.close();
}

/// Each name is a parameter with the type that they share; a type without a name is one too.
fn parameter<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let whole = lower.range(node);
    let names = names(node);
    let dots = token(node, "...");
    for at in 0..names.len().max(1) {
        let range = range_of_name(lower, &names, at, whole);
        lower.open_over(Kind::Param, role, range);
        if let Some(name) = names.get(at) {
            lower.visit(*name, Role::Name);
        }
        if let Some(dots) = dots {
            lower.leaf(Kind::Op, Role::Op, dots);
        }
        if at < MOST_REPEATED {
            lower.visit_field(node, "type", Role::Type);
        }
        lower.close();
    }
}

/// `for {}`, `for c {}`, `for i; c; u {}`, and `for x := range xs {}`.
fn for_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let header = named_children(node)
        .into_iter()
        .find(|child| child.kind() != "block");
    if let Some(header) = header.filter(|header| header.kind().ends_with("_clause")) {
        lower.note_extras(header);
    }
    match header {
        Some(range) if range.kind() == "range_clause" => {
            lower.open(Kind::ForEach, role, node);
            // Key and value are two variables: a pattern with one of them means a loop over keys.
            for name in range
                .child_by_field_name("left")
                .map(named_children)
                .unwrap_or_default()
            {
                lower.visit(name, Role::Left);
            }
            lower.visit_field(range, "right", Role::Right);
        }
        Some(clause) if clause.kind() == "for_clause" => {
            lower.open(Kind::For, role, node);
            lower.visit_field(clause, "initializer", Role::Init);
            lower.visit_field(clause, "condition", Role::Cond);
            lower.visit_field(clause, "update", Role::Update);
        }
        Some(condition) => {
            lower.open(Kind::For, role, node);
            // `for ... {` of a pattern means any header.
            let role = match lower.text(condition) {
                ELLIPSIS => Role::Init,
                _ => Role::Cond,
            };
            lower.visit(condition, role);
        }
        None => lower.open(Kind::For, role, node),
    }
    lower.visit_field(node, "body", Role::Body);
    lower.close();
}

/// `switch t := v.(type)`: the word `type` stays, and a variable is declared once for all cases.
fn type_switch<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Switch, role, node);
    lower.visit_field(node, "initializer", Role::Init);
    let word = token(node, "type");
    let value = node.child_by_field_name("value");
    let alias = node.child_by_field_name("alias");
    if let (Some(value), Some(word)) = (value, word) {
        let end = token(node, ")").map_or(lower.range(word), |end| lower.range(end));
        let cast = lower.range(value).to(end);
        let mut cast_role = Role::Cond;
        if let Some(alias) = alias {
            let range = lower.range(alias).to(cast);
            lower.open_over(Kind::VarDef, Role::Cond, range);
            lower.visit(alias, Role::Name);
            operator(lower, node);
            cast_role = Role::Value;
        }
        lower.open_over(Kind::Cast, cast_role, cast);
        lower.leaf(Kind::Op, Role::Op, word);
        lower.visit(value, Role::Value);
        lower.close();
        if alias.is_some() {
            lower.close();
        }
    }
    for case in named_children(node) {
        if matches!(case.kind(), "type_case" | "default_case") {
            lower.visit(case, Role::Case);
        }
    }
    lower.close();
}

/// The values of a case stand side by side, as types do.
fn case<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Case, role, node);
    for child in named_children(node) {
        if child.kind() == "expression_list" {
            lower.note_extras(child);
            for value in named_children(child) {
                lower.visit(value, Role::Left);
            }
        } else {
            lower.visit(child, Role::Stmt);
        }
    }
    lower.close();
}

/// The first argument of `new` and `make` is a type, and no argument.
fn call<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Call, role, node);
    lower.visit_field(node, "function", Role::Callee);
    lower.visit_field(node, "type_arguments", Role::TypeArg);
    let takes_type = node
        .child_by_field_name("function")
        .is_some_and(|function| matches!(lower.text(function), "new" | "make"));
    if let Some(arguments) = node.child_by_field_name("arguments") {
        lower.note_extras(arguments);
        for (at, argument) in named_children(arguments).into_iter().enumerate() {
            let is_type = at == 0 && takes_type && lower.text(argument) != ELLIPSIS;
            lower.visit(argument, if is_type { Role::TypeArg } else { Role::Arg });
        }
    }
    lower.close();
}

/// `T{..}` creates an object: the elements are its arguments.
fn composite_literal<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::New, role, node);
    lower.visit_field(node, "type", Role::Type);
    if let Some(body) = node.child_by_field_name("body") {
        lower.note_extras(body);
        for element in named_children(body) {
            lower.visit(element, Role::Arg);
        }
    }
    lower.close();
}

/// `T(x)`. What is written `f[T](x)` is far more often a call than a conversion.
fn conversion<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let generic = node
        .child_by_field_name("type")
        .filter(|ty| ty.kind() == "generic_type");
    if let Some(generic) = generic {
        lower.note_extras(generic);
        lower.open(Kind::Call, role, node);
        lower.visit_field(generic, "type", Role::Callee);
        lower.visit_field(generic, "type_arguments", Role::TypeArg);
        lower.visit_field(node, "operand", Role::Arg);
    } else {
        lower.open(Kind::Cast, role, node);
        lower.visit_field(node, "type", Role::Type);
        lower.visit_field(node, "operand", Role::Value);
    }
    lower.close();
}

/// `x.(T)`: a conversion that may fail. Its dot tells it from `T(x)`.
fn type_assertion<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Cast, role, node);
    lower.visit_field(node, "operand", Role::Value);
    if let Some(dot) = token(node, ".") {
        lower.leaf(Kind::Op, Role::Op, dot);
    }
    lower.visit_field(node, "type", Role::Type);
    lower.close();
}

/// `[...]T` is matched as `[]T` is.
fn slice_type<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let kind = lower.grammar.language.id_for_node_kind("slice_type", true);
    lower.open(Kind::Raw(kind), role, node);
    lower.visit_field(node, "element", Role::Type);
    lower.close();
}

/// `&x` is a reference; the other operators stay.
fn unary<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let operator = node.child_by_field_name("operator");
    if operator.is_some_and(|operator| operator.kind() == "&") {
        lower.open(Kind::Ref, role, node);
        lower.visit_field(node, "operand", Role::Value);
    } else {
        lower.open(Kind::Unary, role, node);
        if let Some(operator) = operator {
            lower.leaf(Kind::Op, Role::Op, operator);
        }
        lower.visit_field(node, "operand", Role::Operand);
    }
    lower.close();
}

/// Each name of a field declaration is a field. An embedded type has no name.
fn field<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let whole = lower.range(node);
    let names = names(node);
    for at in 0..names.len().max(1) {
        let range = range_of_name(lower, &names, at, whole);
        lower.open_over(Kind::Raw(node.kind_id()), role, range);
        if let Some(name) = names.get(at) {
            lower.visit(*name, Role::Name);
        }
        if at < MOST_REPEATED {
            lower.visit_field(node, "type", Role::Type);
            lower.visit_field(node, "tag", Role::Decorator);
        }
        lower.close();
    }
}

/// Among types, `nil` is read as the name of one.
fn type_name<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let kind = match lower.text(node) {
        "nil" => Kind::Null,
        _ => Kind::Ident,
    };
    lower.leaf(kind, role, node);
}

/// One type of a constraint stands for itself; `A | B` stays.
fn type_element<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let types = named_children(node);
    match types[..] {
        [only] => lower.visit(only, role),
        _ => {
            lower.open(Kind::Raw(node.kind_id()), role, node);
            for ty in types {
                lower.visit(ty, Role::Child);
            }
            lower.close();
        }
    }
}

/// The text between the quotes is one part, escapes included.
fn string<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Str, role, node);
    let range = lower.range(node);
    if range.end - range.start > 2 {
        let inner = TextRange {
            start: range.start + 1,
            end: range.end - 1,
        };
        lower.leaf_over(Kind::StrPart, Role::Elem, inner);
    }
    lower.close();
}
