//! What a name in a file means: through its imports, and by its declared type.

use crate::tree::{Kind, NodeId, Role, Tree, Unit};

/// Whether the target says the dotted name `path`, directly or through the imports of its file.
pub(super) fn means(unit: &Unit, path: &str, t: NodeId) -> bool {
    let tree = &unit.tree;
    let t = if tree.kind(t) == Kind::Generic {
        tree.child(t, Role::Base).unwrap_or(t)
    } else {
        t
    };
    if !matches!(tree.kind(t), Kind::Ident | Kind::Member | Kind::Path) {
        return path == tree.text_of(t) && tree.is_leaf(t);
    }
    if says(tree, t, path) {
        return true;
    }
    let names = unit.names();
    if names.means(tree, t, path) {
        return true;
    }
    // A wildcard import can only hide a dotted name.
    let Some((_, last)) = path.rsplit_once('.') else {
        return false;
    };
    let root = root_name(tree, t);
    tree.last_name(t)
        .is_some_and(|name| tree.text_of(name) == last)
        && root.is_some_and(|root| !names.is_declared(tree, root))
        && names.wildcards().any(|module| {
            path.strip_prefix(module)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|rest| says(tree, t, rest))
        })
}

/// Whether a name, member or path is written as `path`, with dots for whatever separates its parts.
fn says(tree: &Tree, mut t: NodeId, path: &str) -> bool {
    let mut rest = path;
    loop {
        match tree.kind(t) {
            Kind::Ident => return tree.text_of(t) == rest,
            Kind::Member | Kind::Path => {
                let (Some(object), Some(name)) =
                    (tree.child(t, Role::Object), tree.child(t, Role::Name))
                else {
                    return false;
                };
                let Some(shorter) = rest
                    .strip_suffix(tree.text_of(name))
                    .and_then(|rest| rest.strip_suffix('.'))
                else {
                    return false;
                };
                rest = shorter;
                t = object;
            }
            _ => return false,
        }
    }
}

/// The first identifier of a dotted name.
fn root_name(tree: &Tree, mut t: NodeId) -> Option<NodeId> {
    while matches!(tree.kind(t), Kind::Member | Kind::Path) {
        t = tree.child(t, Role::Object)?;
    }
    (tree.kind(t) == Kind::Ident).then_some(t)
}

/// Whether code has the type `wanted`, as far as declarations and literals of its file show.
pub(crate) fn has_type(unit: &Unit, t: NodeId, wanted: &str) -> bool {
    let tree = &unit.tree;
    let is = |ty: NodeId| is_type(unit, ty, wanted);
    let one_of = |types: &[&str]| types.contains(&wanted);
    match tree.kind(t) {
        Kind::Str => one_of(&["String", "str", "string", "java.lang.String"]),
        Kind::Int => one_of(&["int", "long", "i32", "Integer", "number"]),
        Kind::Float => one_of(&["float", "double", "f64", "float64", "number"]),
        Kind::Bool => one_of(&["boolean", "bool"]),
        Kind::Char => one_of(&["char", "rune"]),
        Kind::New | Kind::Cast | Kind::Ascription => tree.child(t, Role::Type).is_some_and(is),
        Kind::Ident => match unit.names().declared_type(tree, t) {
            Some(ty) => is(ty),
            None => {
                let names = unit.names();
                let has = |value| has_type(unit, value, wanted);
                names.constant(tree, t).is_some_and(has)
                    || names
                        .initial_value(tree, t)
                        .is_some_and(|value| shows_type(unit, value, wanted))
            }
        },
        Kind::Ref | Kind::Call => shows_type(unit, t, wanted),
        Kind::Template => wanted == "string",
        Kind::Member => {
            let this = tree.child(t, Role::Object).map(|object| tree.kind(object));
            tree.child(t, Role::Name)
                .filter(|_| this == Some(Kind::This))
                .and_then(|field| unit.names().field_type(tree, field))
                .is_some_and(is)
        }
        // A sum with a text in it is one.
        Kind::Binary => {
            let operator = tree.child(t, Role::Op).map(|op| tree.text_of(op));
            let part = |role| {
                tree.child(t, role)
                    .filter(|&part| tree.kind(part) != Kind::Binary)
            };
            operator == Some("+")
                && one_of(&["String", "str", "string"])
                && [Role::Left, Role::Right]
                    .into_iter()
                    .filter_map(part)
                    .any(|part| has_type(unit, part, wanted))
        }
        _ => false,
    }
}

/// Whether a value shows by itself that its type is `wanted`.
fn shows_type(unit: &Unit, value: NodeId, wanted: &str) -> bool {
    let tree = &unit.tree;
    let child_is = |t, role, wanted: &str| {
        tree.child(t, role)
            .is_some_and(|ty| is_type(unit, ty, wanted))
    };
    let pointed_at = wanted.strip_prefix('*').map(str::trim_start);
    match tree.kind(value) {
        // `&T{}` points to a `T`.
        Kind::Ref => tree
            .child(value, Role::Value)
            .filter(|&value| tree.kind(value) == Kind::New)
            .zip(pointed_at)
            .is_some_and(|(value, wanted)| child_is(value, Role::Type, wanted)),
        // So does `new(T)`; `make(T)` is a `T`.
        Kind::Call => match tree.callee_name(value).map(|name| tree.text_of(name)) {
            Some("new") => pointed_at.is_some_and(|wanted| child_is(value, Role::TypeArg, wanted)),
            Some("make") => child_is(value, Role::TypeArg, wanted),
            _ => false,
        },
        kind if kind.is_literal() || kind == Kind::Cast => has_type(unit, value, wanted),
        _ => false,
    }
}

/// Whether the type that is written at `ty` is `wanted`, which may be a name or any text.
fn is_type(unit: &Unit, ty: NodeId, wanted: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<String>();
    // What a pointer points to may go by an alias.
    if let Some(wanted) = wanted.strip_prefix('*')
        && unit.tree.text_of(ty).starts_with('*')
        && let Some(target) = unit.tree.child(ty, Role::Type)
    {
        return is_type(unit, target, wanted.trim_start());
    }
    means(unit, wanted, ty) || words(unit.tree.text_of(ty)) == words(wanted)
}
