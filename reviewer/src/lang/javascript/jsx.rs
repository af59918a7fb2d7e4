//! Elements: `<a href="u">text {value}</a>`.

use tree_sitter::Node;

use super::table::key;
use crate::lang::lower::{Lower, named_children};
use crate::tree::{Kind, Role, TextRange};

/// An element with a tag at its end; a fragment has no name.
pub(super) fn element<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Element, role, node);
    for child in named_children(node) {
        match child.kind() {
            "jsx_opening_element" => tag(lower, child),
            "jsx_closing_element" => {}
            _ => lower.visit(child, Role::Elem),
        }
    }
    lower.close();
}

/// `<a />` is `<a></a>`.
pub(super) fn self_closing_element<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    lower.open(Kind::Element, role, node);
    tag(lower, node);
    lower.close();
}

fn tag<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>) {
    lower.visit_field(node, "name", Role::Name);
    lower.visit_field(node, "type_arguments", Role::TypeArg);
    let attributes: Vec<_> = node
        .children_by_field_name("attribute", &mut node.walk())
        .collect();
    for attribute in attributes {
        match (attribute.kind(), named_children(attribute).first()) {
            // `{...props}`
            ("jsx_expression", Some(spread)) => lower.visit(*spread, Role::Item),
            _ => lower.visit(attribute, Role::Item),
        }
    }
}

/// `name`, `name="text"`, `name={value}`.
pub(super) fn attribute<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let parts = named_children(node);
    lower.open(Kind::Keyword, role, node);
    if let Some(name) = parts.first() {
        key(lower, *name, Role::Name);
    }
    match parts.get(1) {
        Some(value) if value.kind() == "jsx_expression" => {
            for part in named_children(*value) {
                lower.visit(part, Role::Value);
            }
        }
        Some(value) => lower.visit(*value, Role::Value),
        None => {}
    }
    lower.close();
}

/// `{value}` among the children of an element. One that holds but a comment says nothing.
pub(super) fn expression_child<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let parts = named_children(node);
    if parts.is_empty() {
        return;
    }
    lower.open(Kind::Interp, role, node);
    for part in parts {
        lower.visit(part, Role::Value);
    }
    lower.close();
}

/// Text between tags, without the space around it.
pub(super) fn text<'t>(lower: &mut Lower<'t, '_>, node: Node<'t>, role: Role) {
    let text = lower.text(node);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return;
    }
    let start = lower.range(node).start + (text.len() - text.trim_start().len()) as u32;
    let end = start + trimmed.len() as u32;
    lower.leaf_over(Kind::StrPart, role, TextRange { start, end });
}
