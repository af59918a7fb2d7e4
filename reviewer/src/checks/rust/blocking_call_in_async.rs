//! A call that blocks its thread, in a future.

use syn::visit::{self, Visit};
use syn::{Expr, ExprAsync, ExprCall, ExprClosure, ImplItemFn, ItemFn};

use super::{Asyncness, Report, RustFile, Words, expression_path, source_range};

/// Functions that block, by their full paths; a name that ends in a dot is all of a module.
const BLOCKING: [&str; 10] = [
    "std.thread.sleep",
    "std.thread.park",
    "std.net.TcpStream.connect",
    "std.net.TcpStream.connect_timeout",
    "reqwest.blocking.",
    "ureq.get",
    "ureq.post",
    "futures.executor.block_on",
    "pollster.block_on",
    "smol.block_on",
];

pub(crate) const WORDS: Words = &[
    &["async"],
    &["sleep", "park", "connect", "blocking", "ureq", "block_on"],
];

pub(crate) fn check(file: &RustFile<'_>, report: &mut Report<'_>) {
    Visitor {
        file,
        report,
        inside: Asyncness(false),
    }
    .visit_file(&file.syntax);
}

struct Visitor<'a, 'r> {
    file: &'a RustFile<'a>,
    report: &'a mut Report<'r>,
    inside: Asyncness,
}

impl Visitor<'_, '_> {
    fn within(&mut self, inside: bool, visit: impl FnOnce(&mut Self)) {
        Asyncness::within(self, |visitor| &mut visitor.inside, inside, visit);
    }
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.within(item.sig.asyncness.is_some(), |v| {
            visit::visit_item_fn(v, item)
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.within(item.sig.asyncness.is_some(), |v| {
            visit::visit_impl_item_fn(v, item)
        });
    }

    fn visit_expr_async(&mut self, block: &'ast ExprAsync) {
        self.within(true, |v| visit::visit_expr_async(v, block));
    }

    /// A closure may be handed to `spawn_blocking`: what it does is not the future's doing.
    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.within(closure.asyncness.is_some(), |v| {
            visit::visit_expr_closure(v, closure)
        });
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if self.inside.0
            && let Some(path) = expression_path(&call.func)
        {
            let meaning = self.file.meaning(path);
            let blocks = BLOCKING.iter().any(|blocking| {
                meaning == *blocking || blocking.ends_with('.') && meaning.starts_with(blocking)
            });
            if blocks {
                let range = source_range(syn::spanned::Spanned::span(&Expr::Call(call.clone())));
                (self.report)(range, &[("CALL", meaning.replace('.', "::"))]);
            }
        }
        visit::visit_expr_call(self, call);
    }
}
