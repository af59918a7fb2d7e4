//! The guard of a blocking lock that lives while its future waits.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAsync, ExprAwait, ExprClosure, Item, Stmt};

use super::locks::{bound_guard, temporary_guard};
use super::{Report, RustFile, Words, expression_path, source_range};

pub(crate) const WORDS: Words = &[&["await"], &["lock()", "read()", "write()"]];

pub(crate) fn check(file: &RustFile<'_>, report: &mut Report<'_>) {
    Visitor { file, report }.visit_file(&file.syntax);
}

struct Visitor<'a, 'r> {
    file: &'a RustFile<'a>,
    report: &'a mut Report<'r>,
}

impl Visitor<'_, '_> {
    fn found(&mut self, lock: &Expr, held: &dyn quote::ToTokens) {
        let range = source_range(syn::spanned::Spanned::span(held));
        let lock = self.file.text(lock).to_owned();
        (self.report)(range, &[("LOCK", lock)]);
    }
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_block(&mut self, block: &'ast Block) {
        for (at, statement) in block.stmts.iter().enumerate() {
            if let Stmt::Local(local) = statement
                && let Some((name, lock)) = bound_guard(local)
                && awaits_before_drop(&block.stmts[at + 1..], &name)
            {
                self.found(lock, local);
            }
        }
        visit::visit_block(self, block);
    }

    /// The scrutinee's temporaries live to the end of the `match` and of the `if let`.
    fn visit_expr(&mut self, expression: &'ast Expr) {
        let held = match expression {
            Expr::Match(choice) => temporary_guard(&choice.expr)
                .filter(|_| choice.arms.iter().any(|arm| awaits(&arm.body))),
            Expr::If(choice) => match &*choice.cond {
                Expr::Let(condition) => temporary_guard(&condition.expr)
                    .filter(|_| choice.then_branch.stmts.iter().any(statement_awaits)),
                _ => None,
            },
            Expr::While(repeated) => match &*repeated.cond {
                Expr::Let(condition) => temporary_guard(&condition.expr)
                    .filter(|_| repeated.body.stmts.iter().any(statement_awaits)),
                _ => None,
            },
            _ => None,
        };
        if let Some(lock) = held {
            self.found(lock, lock);
        }
        visit::visit_expr(self, expression);
    }
}

/// Whether one of `statements` awaits before the guard is dropped or moved away.
fn awaits_before_drop(statements: &[Stmt], guard: &str) -> bool {
    for statement in statements {
        if gives_up(statement, guard) {
            return false;
        }
        if statement_awaits(statement) {
            return true;
        }
    }
    false
}

/// `drop(guard)`, or `let guard = …` again is a new variable, which does not drop the old one.
fn gives_up(statement: &Stmt, guard: &str) -> bool {
    struct Drops<'a>(&'a str, bool);
    impl Visit<'_> for Drops<'_> {
        fn visit_expr_call(&mut self, call: &syn::ExprCall) {
            let dropped = expression_path(&call.func)
                .and_then(|path| path.segments.last())
                .is_some_and(|last| last.ident == "drop");
            let argument = call
                .args
                .first()
                .and_then(expression_path)
                .and_then(syn::Path::get_ident);
            self.1 |= dropped && argument.is_some_and(|name| name == self.0);
            visit::visit_expr_call(self, call);
        }
    }
    let mut drops = Drops(guard, false);
    drops.visit_stmt(statement);
    drops.1
}

fn statement_awaits(statement: &Stmt) -> bool {
    let mut awaits = Awaits(false);
    awaits.visit_stmt(statement);
    awaits.0
}

fn awaits(expression: &Expr) -> bool {
    let mut awaits = Awaits(false);
    awaits.visit_expr(expression);
    awaits.0
}

/// Looks for `.await` in this future: closures, inner futures and items have their own.
struct Awaits(bool);

impl Visit<'_> for Awaits {
    fn visit_expr_await(&mut self, _: &ExprAwait) {
        self.0 = true;
    }
    fn visit_expr_closure(&mut self, _: &ExprClosure) {}
    fn visit_expr_async(&mut self, _: &ExprAsync) {}
    fn visit_item(&mut self, _: &Item) {}
}
