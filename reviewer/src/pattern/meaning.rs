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
    // What is imported is named there as it is.
    let imported = tree
        .parent(t)
        .is_some_and(|parent| tree.kind(parent) == Kind::ImportItem);
    if says(tree, t, path) || imported {
        return says(tree, t, path);
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
    if root.is_some_and(|root| names.import(tree, root).is_some()) {
        return false;
    }
    tree.last_name(t)
        .is_some_and(|name| tree.text_of(name) == last)
        && root.is_some_and(|root| !names.is_declared(tree, root))
        && names.wildcards(tree).any(|module| {
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

/// The type that is written for what code stands for, where its declaration shows it.
pub(super) fn type_of(unit: &Unit, t: NodeId) -> Option<NodeId> {
    let (tree, names) = (&unit.tree, unit.names());
    match tree.kind(t) {
        Kind::New | Kind::Cast | Kind::Ascription => tree.child(t, Role::Type),
        Kind::Ident => names.declared_type(tree, t),
        Kind::Member => {
            let object = tree.child(t, Role::Object)?;
            let field = tree.child(t, Role::Name)?;
            (tree.kind(object) == Kind::This).then(|| names.field_type(tree, field))?
        }
        _ => None,
    }
}

/// Types that differ in how their values are kept, and in nothing else.
const BOXED: [[&str; 2]; 8] = [
    ["Boolean", "boolean"],
    ["Byte", "byte"],
    ["Character", "char"],
    ["Double", "double"],
    ["Float", "float"],
    ["Integer", "int"],
    ["Long", "long"],
    ["Short", "short"],
];

/// The name of a type without its package, where every file knows it, and unboxed.
fn unboxed(name: &str) -> &str {
    let name = name.strip_prefix("java.lang.").unwrap_or(name);
    let boxed = BOXED.iter().find(|[boxed, _]| *boxed == name);
    boxed.map_or(name, |[_, unboxed]| unboxed)
}

/// Whether code has the type `wanted`, as far as declarations and literals of its file show.
pub(crate) fn has_type(unit: &Unit, t: NodeId, wanted: &str) -> bool {
    let tree = &unit.tree;
    let plain = !wanted.contains('.');
    let one_of =
        |types: &[&str]| types.contains(&wanted) || plain && types.contains(&unboxed(wanted));
    let branch = |role| {
        tree.child(t, role)
            .is_some_and(|part| has_type(unit, part, wanted))
    };
    if let Some(ty) = type_of(unit, t) {
        return is_type(unit, ty, wanted);
    }
    match tree.kind(t) {
        Kind::Str => one_of(&["String", "str", "string"]),
        Kind::Int if wanted == "float" => tree.language.has_one_type_of_numbers(),
        Kind::Int => one_of(&["int", "long", "i32", "number"]),
        Kind::Float => one_of(&["float", "double", "f64", "float64", "number"]),
        Kind::Bool => one_of(&["boolean", "bool"]),
        Kind::Char => one_of(&["char", "rune"]),
        Kind::Template => wanted == "string",
        Kind::Ident => {
            let names = unit.names();
            match names.initial_value(tree, t) {
                Some(value) => shows_type(unit, value, wanted),
                // A class stands for itself: `T.create()`.
                None => !names.is_declared(tree, t) && means(unit, wanted, t),
            }
        }
        Kind::Ref | Kind::Call => shows_type(unit, t, wanted),
        // Code may be as deep as its author made it.
        Kind::Ternary if tree.after(t).0 - t.0 < MOST_NODES => {
            branch(Role::Then) || branch(Role::Else)
        }
        Kind::Unary => tree.text_of(t).starts_with(['!', 'n']) && one_of(&["boolean", "bool"]),
        Kind::Binary => {
            let operator = tree.child(t, Role::Op).map_or("", |op| tree.text_of(op));
            let small = tree.after(t).0 - t.0 < MOST_NODES;
            match operator {
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "===" | "!==" => {
                    one_of(&["boolean", "bool"])
                }
                // A sum with a text in it is one.
                "+" if small && one_of(&["String", "str", "string"]) => {
                    branch(Role::Left) || branch(Role::Right)
                }
                "+" | "-" if small => branch(Role::Left) && branch(Role::Right),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Larger expressions have no type that is looked for.
const MOST_NODES: u32 = 400;

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
    let text = words(unit.tree.text_of(ty));
    // What is written out is meant so; `String` may be written out where it is declared.
    let plain = !wanted.contains('.');
    means(unit, wanted, ty) || text == words(wanted) || plain && unboxed(&text) == unboxed(wanted)
}
