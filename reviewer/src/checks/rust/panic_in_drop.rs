//! A `drop` that may panic.

use syn::visit::{self, Visit};
use syn::{Block, ExprClosure, ExprMethodCall, ImplItem, ItemImpl, Macro};

use super::{Report, RustFile, Words, source_range};

pub(crate) const WORDS: Words = &[
    &["Drop"],
    &[
        "unwrap",
        "expect",
        "panic",
        "unreachable",
        "todo",
        "unimplemented",
    ],
];

pub(crate) fn check(file: &RustFile<'_>, report: &mut Report<'_>) {
    Visitor { report }.visit_file(&file.syntax);
}

struct Visitor<'a, 'r> {
    report: &'a mut Report<'r>,
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let is_drop = item
            .trait_
            .as_ref()
            .and_then(|(path, _)| path.segments.last())
            .is_some_and(|last| last.ident == "Drop");
        if is_drop {
            for member in &item.items {
                if let ImplItem::Fn(function) = member {
                    self.body(&function.block);
                }
            }
        }
        visit::visit_item_impl(self, item);
    }
}

impl Visitor<'_, '_> {
    fn body(&mut self, block: &Block) {
        // A `drop` that asks whether the thread panics already knows what it does.
        let mut panics = Panics {
            ranges: Vec::new(),
            guarded: false,
        };
        panics.visit_block(block);
        if !panics.guarded {
            for (range, what) in panics.ranges {
                (self.report)(range, &[("CALL", what)]);
            }
        }
    }
}

struct Panics {
    ranges: Vec<(crate::tree::TextRange, String)>,
    guarded: bool,
}

impl<'ast> Visit<'ast> for Panics {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        // A poisoned lock means that another thread has panicked already.
        let lock = matches!(&*call.receiver, syn::Expr::MethodCall(inner) if matches!(inner.method.to_string().as_str(), "lock" | "read" | "write"));
        if matches!(name.as_str(), "unwrap" | "expect") && !lock {
            self.ranges
                .push((source_range(syn::spanned::Spanned::span(call)), name));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        if ["panic", "unreachable", "todo", "unimplemented"]
            .iter()
            .any(|name| mac.path.is_ident(name))
        {
            let name = mac
                .path
                .segments
                .last()
                .map(|last| last.ident.to_string())
                .unwrap_or_default();
            self.ranges.push((
                source_range(syn::spanned::Spanned::span(mac)),
                format!("{name}!"),
            ));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.guarded |= path
            .segments
            .last()
            .is_some_and(|last| last.ident == "panicking");
        visit::visit_path(self, path);
    }

    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
}
