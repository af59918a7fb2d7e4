//! A Rust file as `syn` sees it.

use proc_macro2::Span;
use syn::spanned::Spanned;

use crate::tree::{TextRange, Unit};

/// Deepest syntax tree, as the grammar counts, that is handed to `syn`. It recurses, and where the stack ends
/// the whole process does, past any `catch_unwind`.
pub(crate) const MAX_DEPTH: u32 = 1_000;

/// A Rust file that `syn` could parse.
pub(crate) struct RustFile<'a> {
    pub(crate) syntax: syn::File,
    unit: &'a Unit,
}

impl<'a> RustFile<'a> {
    /// Parses a unit; `None` where `syn` finds a syntax error.
    pub(crate) fn parse(unit: &'a Unit) -> Option<RustFile<'a>> {
        let syntax = syn::parse_file(&unit.tree.text).ok()?;
        Some(RustFile { syntax, unit })
    }

    /// What a path means, with dots, through the imports of the file: `std.thread.sleep`.
    pub(crate) fn meaning(&self, path: &syn::Path) -> String {
        let mut segments = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        let first = segments.next().unwrap_or_default();
        let rest: Vec<_> = segments.collect();
        let imported = self
            .unit
            .names()
            .aliases()
            .find(|(local, _)| *local == first);
        let mut meaning = imported.map_or(first, |(_, path)| path.to_owned());
        for segment in rest {
            meaning.push('.');
            meaning += &segment;
        }
        meaning
    }

    /// The source text from an offset on.
    pub(crate) fn after(&self, offset: usize) -> &str {
        &self.unit.tree.text[offset..]
    }

    /// The source text of a node.
    pub(crate) fn text(&self, node: &impl Spanned) -> &str {
        &self.unit.tree.text[source_range(node.span()).indices()]
    }
}

/// The bytes that a span covers.
pub(crate) fn source_range(span: Span) -> TextRange {
    let bytes = span.byte_range();
    TextRange::new(bytes.start, bytes.end)
}

/// The path of an expression that is nothing but a path.
pub(crate) fn expression_path(expression: &syn::Expr) -> Option<&syn::Path> {
    match expression {
        syn::Expr::Path(path) => Some(&path.path),
        syn::Expr::Paren(paren) => expression_path(&paren.expr),
        _ => None,
    }
}

/// Whether the code that a visitor is in runs inside a future. A closure or an item in it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asyncness(pub(crate) bool);

impl Asyncness {
    /// Runs `visit` with another setting, and returns to this one.
    pub(crate) fn within<V>(
        visitor: &mut V,
        slot: fn(&mut V) -> &mut Asyncness,
        inside: bool,
        visit: impl FnOnce(&mut V),
    ) {
        let before = std::mem::replace(slot(visitor), Asyncness(inside));
        visit(visitor);
        *slot(visitor) = before;
    }
}
