//! Modules, variables, functions and classes.

use tree_sitter::Node;

use super::table::{is_function, key};
use crate::lang::lower::{Lower, named_children};
use crate::tree::{Kind, Role, TextRange};

/// What stands around a declaration and belongs to it: `export`, `declare`, decorators before them.
#[derive(Default)]
struct Around<'t> {
    words: Vec<Node<'t>>,
    decorators: Vec<Node<'t>>,
    range: Option<TextRange>,
}

/// Variables of one declaration that repeat its modifiers. If all of them did, the tree could grow with the
/// square of the text.
const MOST_REPEATED: usize = 64;

/// `export` is a modifier of what it declares. What else is exported keeps its own shape.
pub(super) fn export<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let Some(declaration) = node.child_by_field_name("declaration") else {
        return lower.raw(node, role);
    };
    let mut around = Around {
        range: Some(lower.range(node)),
        ..Around::default()
    };
    for child in node.children(&mut node.walk()) {
        match child.kind() {
            "export" | "default" => around.words.push(child),
            "decorator" => around.decorators.push(child),
            _ => {}
        }
    }
    declaration_in(lower, declaration, role, around);
}

/// `declare` is a modifier of what it declares.
pub(super) fn ambient<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let around = Around {
        range: Some(lower.range(node)),
        ..Around::default()
    };
    declaration_in(lower, node, role, around);
}

fn declaration_in<'t>(
    lower: &mut Lower<'t, '_>,
    mut node: Node<'t>,
    role: Role,
    mut around: Around<'t>,
) {
    // `export declare class A {}`
    while node.kind() == "ambient_declaration"
        && let Some(&inner) = named_children(node).first()
        && inner.kind() != "statement_block"
    {
        around.words.extend(node.child(0));
        node = inner;
    }
    match node.kind() {
        "variable_declaration" | "lexical_declaration" | "using_declaration" => {
            variables_in(lower, node, role, around);
        }
        "function_declaration" | "generator_function_declaration" | "function_signature" => {
            function_in(lower, node, role, around);
        }
        "class_declaration"
        | "abstract_class_declaration"
        | "interface_declaration"
        | "enum_declaration"
        | "class" => class_in(lower, node, role, around),
        "ambient_declaration" => lower.raw(node, role),
        _ => lower.visit(node, role),
    }
}

pub(super) fn variables<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    variables_in(lower, node, role, Around::default());
}

/// Each declarator of a declaration defines one variable. The first one covers the declaration, so that
/// the usual case, which has one, is the whole statement. `var` in a pattern means any declaration.
fn variables_in<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role, around: Around<'t>) {
    let whole = around.range.unwrap_or_else(|| lower.range(node));
    let declarators: Vec<_> = named_children(node)
        .into_iter()
        .filter(|child| child.kind() == "variable_declarator")
        .collect();
    for (at, declarator) in declarators.iter().enumerate() {
        let own = lower.range(*declarator);
        let last = at + 1 == declarators.len();
        let range = TextRange {
            start: if at == 0 { whole.start } else { own.start },
            end: if last { whole.end } else { own.end },
        };
        lower.open_over(Kind::VarDef, role, range);
        if at < MOST_REPEATED {
            words(lower, &around.words);
            if let Some(word) = node.child_by_field_name("kind") {
                lower.leaf(Kind::Modifier, Role::Modifier, word);
            }
        }
        lower.visit_field(*declarator, "name", Role::Name);
        lower.visit_field(*declarator, "type", Role::Type);
        lower.visit_field(*declarator, "value", Role::Value);
        lower.close();
    }
}

fn words<'t>(lower: &mut Lower<'t, '_>, words: &[Node<'t>]) {
    for word in words {
        lower.leaf(Kind::Modifier, Role::Modifier, *word);
    }
}

pub(super) fn function<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    function_in(lower, node, role, Around::default());
}

fn function_in<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role, around: Around<'t>) {
    let range = around.range.unwrap_or_else(|| lower.range(node));
    lower.open_over(Kind::Function, role, range);
    words(lower, &around.words);
    lower.visit_field(node, "name", Role::Name);
    signature(lower, node);
    lower.close();
}

/// A function expression of any form.
pub(super) fn function_expression<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Lambda, role, node);
    lower.visit_field(node, "name", Role::Name);
    signature(lower, node);
    lower.close();
}

/// Modifiers, parameters, result and body of a function. An arrow's expression is returned.
pub(super) fn signature<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    modifiers(lower, node);
    lower.visit_field(node, "type_parameters", Role::TypeParam);
    match node.child_by_field_name("parameter") {
        Some(name) => parameter(lower, name),
        None => lower.visit_field(node, "parameters", Role::Param),
    }
    lower.visit_field(node, "return_type", Role::ReturnType);
    match node.child_by_field_name("body") {
        Some(body) if body.kind() == "statement_block" => lower.visit(body, Role::Body),
        Some(value) => {
            lower.open(Kind::Block, Role::Body, value);
            lower.open(Kind::Return, Role::Stmt, value);
            lower.visit(value, Role::Value);
            lower.close();
            lower.close();
        }
        None => {}
    }
}

/// Words such as `static`, `async`, `get`, `*`.
fn modifiers<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    for child in node.children(&mut node.walk()) {
        match child.kind() {
            "async" | "static" | "get" | "set" | "*" | "abstract" | "readonly" | "declare"
            | "accessor" | "const" | "static get"
                if !child.is_named() =>
            {
                lower.leaf(Kind::Modifier, Role::Modifier, child);
            }
            "accessibility_modifier" | "override_modifier" => {
                lower.leaf(Kind::Modifier, Role::Modifier, child);
            }
            _ => {}
        }
    }
}

pub(super) fn formal_parameters<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, _: Role) {
    for child in named_children(node) {
        parameter(lower, child);
    }
}

fn parameter<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    lower.open(Kind::Param, Role::Param, node);
    match node.kind() {
        "required_parameter" | "optional_parameter" => {
            decorators(lower, node);
            modifiers(lower, node);
            if let Some(pattern) = node.child_by_field_name("pattern") {
                bound(lower, pattern);
            }
            lower.visit_field(node, "type", Role::Type);
            lower.visit_field(node, "value", Role::Default);
        }
        "assignment_pattern" => {
            lower.visit_field(node, "left", Role::Name);
            lower.visit_field(node, "right", Role::Default);
        }
        _ => bound(lower, node),
    }
    lower.close();
}

/// What a parameter binds: `...` before it is a modifier.
fn bound<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    if node.kind() != "rest_pattern" {
        return lower.visit(node, Role::Name);
    }
    if let Some(dots) = node.child(0) {
        lower.leaf(Kind::Modifier, Role::Modifier, dots);
    }
    for part in named_children(node) {
        lower.visit(part, Role::Name);
    }
}

fn decorators<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    let own: Vec<_> = node
        .children_by_field_name("decorator", &mut node.walk())
        .collect();
    for decorator in own {
        lower.visit(decorator, Role::Decorator);
    }
}

/// `@name` is `@name()`.
pub(super) fn decorator<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Decorator, role, node);
    for part in named_children(node) {
        if part.kind() == "call_expression" {
            lower.visit_field(part, "function", Role::Name);
            lower.visit_field(part, "type_arguments", Role::TypeArg);
            lower.visit_field(part, "arguments", Role::Arg);
        } else {
            lower.visit(part, Role::Name);
        }
    }
    lower.close();
}

pub(super) fn class<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    class_in(lower, node, role, Around::default());
}

/// Classes, interfaces and enumerations, which their keyword tells apart.
fn class_in<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role, around: Around<'t>) {
    let range = around.range.unwrap_or_else(|| lower.range(node));
    lower.open_over(Kind::Class, role, range);
    words(lower, &around.words);
    for decorator in around.decorators {
        lower.visit(decorator, Role::Decorator);
    }
    decorators(lower, node);
    modifiers(lower, node);
    for child in node.children(&mut node.walk()) {
        match child.kind() {
            "class" | "interface" | "enum" if !child.is_named() => {
                lower.leaf(Kind::Op, Role::Op, child);
            }
            "class_heritage" => lower.visit(child, Role::Base),
            "extends_type_clause" => lower.visit(child, Role::Base),
            _ => {}
        }
    }
    lower.visit_field(node, "name", Role::Name);
    lower.visit_field(node, "type_parameters", Role::TypeParam);
    lower.visit_field(node, "body", Role::Body);
    lower.close();
}

/// The members of a class. Decorators may stand before the member that they belong to.
pub(super) fn class_body<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Block, role, node);
    let mut before = Vec::new();
    for child in named_children(node) {
        match child.kind() {
            "decorator" => before.push(child),
            "method_definition" | "method_signature" => {
                method_in(lower, child, Role::Stmt, &before);
                before.clear();
            }
            "class_static_block" => {
                if let Some(body) = child.child_by_field_name("body") {
                    lower.visit(body, Role::Stmt);
                }
            }
            _ => lower.visit(child, Role::Stmt),
        }
    }
    lower.close();
}

pub(super) fn method<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    method_in(lower, node, role, &[]);
}

pub(super) fn abstract_signature<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    method_in(lower, node, role, &[]);
}

fn method_in<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role, before: &[Node<'t>]) {
    let own = lower.range(node);
    let range = before
        .first()
        .map_or(own, |first| lower.range(*first).to(own));
    lower.open_over(Kind::Function, role, range);
    for decorator in before {
        lower.visit(*decorator, Role::Decorator);
    }
    decorators(lower, node);
    if let Some(name) = node.child_by_field_name("name") {
        key(lower, name, Role::Name);
    }
    signature(lower, node);
    lower.close();
}

/// A field of a class. One that holds a function is a method.
pub(super) fn class_field<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let function = node
        .child_by_field_name("value")
        .filter(|value| is_function(*value));
    let kind = match function {
        Some(_) => Kind::Function,
        None => Kind::VarDef,
    };
    lower.open(kind, role, node);
    decorators(lower, node);
    modifiers(lower, node);
    let name = node
        .child_by_field_name("name")
        .or_else(|| node.child_by_field_name("property"));
    if let Some(name) = name {
        key(lower, name, Role::Name);
    }
    match function {
        Some(function) => signature(lower, function),
        None => {
            lower.visit_field(node, "type", Role::Type);
            lower.visit_field(node, "value", Role::Value);
        }
    }
    lower.close();
}

/// `import "m"` takes a module as a whole, all others take names from it: that of a default has only the name
/// that it gets here, `* as n` has a star besides.
pub(super) fn import_statement<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let parts = named_children(node);
    let clause = parts
        .iter()
        .find(|part| matches!(part.kind(), "import_clause" | "import_require_clause"));
    let Some(clause) = clause else {
        lower.open(Kind::Import, role, node);
        if let Some(source) = node.child_by_field_name("source") {
            lower.open(Kind::ImportItem, Role::Item, source);
            lower.visit(source, Role::Name);
            lower.close();
        }
        return lower.close();
    };
    lower.open(Kind::ImportFrom, role, node);
    if clause.kind() == "import_require_clause" {
        lower.visit(*clause, Role::Item);
        return lower.close();
    }
    lower.visit_field(node, "source", Role::Object);
    for part in named_children(*clause) {
        match part.kind() {
            "named_imports" => {
                for specifier in named_children(part) {
                    import_item(lower, specifier);
                }
            }
            "namespace_import" => star(lower, part, part.child(0)),
            _ => star(lower, part, None),
        }
    }
    lower.close();
}

fn import_item<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    let default = node
        .child_by_field_name("name")
        .filter(|name| lower.text(*name) == "default");
    lower.open(Kind::ImportItem, Role::Item, node);
    if default.is_none() {
        lower.visit_field(node, "name", Role::Name);
    }
    lower.visit_field(node, "alias", Role::Alias);
    lower.close();
}

/// A module under one name: `* as n`, or its default.
fn star<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, star: Option<Node<'t>>) {
    lower.open(Kind::ImportItem, Role::Item, node);
    if let Some(star) = star {
        lower.leaf(Kind::Splat, Role::Op, star);
    }
    let name = match star {
        Some(_) => named_children(node).first().copied(),
        None => Some(node),
    };
    if let Some(name) = name {
        lower.visit(name, Role::Alias);
    }
    lower.close();
}

/// `import fs = require("fs")` is `import * as fs from "fs"`.
pub(super) fn import_require<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.visit_field(node, "source", Role::Object);
    lower.open(Kind::ImportItem, role, node);
    lower.leaf(Kind::Splat, Role::Op, node);
    if let Some(name) = named_children(node).first() {
        lower.visit(*name, Role::Alias);
    }
    lower.close();
}
