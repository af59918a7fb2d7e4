//! `while let` on a locked value: the guard lives through the body.

use syn::visit::{self, Visit};
use syn::{Expr, ExprForLoop, ExprWhile};

use super::locks::temporary_guard;
use super::{Report, RustFile, Words, source_range};

pub(crate) const WORDS: Words = &[&["while", "drain"], &["lock()", "read()", "write()"]];

pub(crate) fn check(file: &RustFile<'_>, report: &mut Report<'_>) {
    Visitor { file, report }.visit_file(&file.syntax);
}

struct Visitor<'a, 'r> {
    file: &'a RustFile<'a>,
    report: &'a mut Report<'r>,
}

impl Visitor<'_, '_> {
    /// A loop whose body calls nothing is over before anybody waits.
    fn held(&mut self, head: &Expr, body: &syn::Block) {
        if let Some(lock) = temporary_guard(head)
            && calls(body)
        {
            let range = source_range(syn::spanned::Spanned::span(head));
            let lock = self.file.text(lock).to_owned();
            (self.report)(range, &[("LOCK", lock)]);
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_expr_while(&mut self, repeated: &'ast ExprWhile) {
        if let Expr::Let(condition) = &*repeated.cond {
            self.held(&condition.expr, &repeated.body);
        }
        visit::visit_expr_while(self, repeated);
    }

    fn visit_expr_for_loop(&mut self, repeated: &'ast ExprForLoop) {
        // Going through the locked collection needs the lock; taking from it, as `drain` does, need not.
        if let Expr::MethodCall(call) = &*repeated.expr
            && call.method == "drain"
        {
            self.held(&repeated.expr, &repeated.body);
        }
        visit::visit_expr_for_loop(self, repeated);
    }
}

fn calls(body: &syn::Block) -> bool {
    struct Calls(bool);
    impl Visit<'_> for Calls {
        fn visit_expr_call(&mut self, _: &syn::ExprCall) {
            self.0 = true;
        }
        fn visit_expr_await(&mut self, _: &syn::ExprAwait) {
            self.0 = true;
        }
        fn visit_expr_method_call(&mut self, _: &syn::ExprMethodCall) {
            self.0 = true;
        }
    }
    let mut calls = Calls(false);
    calls.visit_block(body);
    calls.0
}
