//! The same lock taken again while a guard of it is alive.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAsync, ExprClosure, ExprMethodCall, Item, Stmt};

use super::locks::{bound_guard, guarded, temporary_guard};
use super::{Report, RustFile, Words, expression_path, source_range};

pub(crate) const WORDS: Words = &[&["lock()", "read()", "write()"]];

pub(crate) fn check(file: &RustFile<'_>, report: &mut Report<'_>) {
    Visitor { file, report }.visit_file(&file.syntax);
}

struct Visitor<'a, 'r> {
    file: &'a RustFile<'a>,
    report: &'a mut Report<'r>,
}

impl Visitor<'_, '_> {
    /// Reports where `within` takes `lock` again.
    fn again(&mut self, lock: &Expr, within: impl FnOnce(&mut Takes<'_>)) {
        let mut takes = Takes {
            file: self.file,
            lock: self.file.text(lock),
            exclusive: is_exclusive(self.file, lock),
            found: Vec::new(),
        };
        within(&mut takes);
        let (lock, found) = (takes.lock.to_owned(), takes.found);
        for range in found {
            (self.report)(range, &[("LOCK", lock.clone())]);
        }
    }
}

/// Whether a guard of `lock` keeps every other one out: all but the guards of `read` do.
fn is_exclusive(file: &RustFile<'_>, lock: &Expr) -> bool {
    let end = source_range(syn::spanned::Spanned::span(lock)).end as usize;
    !file
        .after(end)
        .trim_start()
        .trim_start_matches('.')
        .starts_with("read")
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_block(&mut self, block: &'ast Block) {
        for (at, statement) in block.stmts.iter().enumerate() {
            if let Stmt::Local(local) = statement
                && let Some((name, lock)) = bound_guard(local)
            {
                let rest = block.stmts[at + 1..]
                    .iter()
                    .take_while(|statement| !mentions_drop(statement, &name));
                self.again(lock, |takes| {
                    rest.for_each(|statement| takes.visit_stmt(statement))
                });
            }
        }
        visit::visit_block(self, block);
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        match expression {
            Expr::Match(choice) => {
                if let Some(lock) = temporary_guard(&choice.expr) {
                    self.again(lock, |takes| {
                        choice.arms.iter().for_each(|arm| takes.visit_arm(arm))
                    });
                }
            }
            Expr::If(choice) => {
                if let Expr::Let(condition) = &*choice.cond
                    && let Some(lock) = temporary_guard(&condition.expr)
                {
                    self.again(lock, |takes| takes.visit_block(&choice.then_branch));
                }
            }
            // `m.lock().unwrap().push(m.lock().unwrap().len())`
            Expr::MethodCall(call) => {
                if let Some(lock) = temporary_guard(&call.receiver) {
                    self.again(lock, |takes| {
                        call.args
                            .iter()
                            .for_each(|argument| takes.visit_expr(argument))
                    });
                }
            }
            _ => {}
        }
        visit::visit_expr(self, expression);
    }
}

/// Whether a statement drops the guard, or binds another value to its name.
fn mentions_drop(statement: &Stmt, guard: &str) -> bool {
    struct Drops<'a>(&'a str, bool);
    impl Visit<'_> for Drops<'_> {
        fn visit_expr_call(&mut self, call: &syn::ExprCall) {
            // Handing the guard to any function may end it.
            self.1 |= call.args.iter().any(|argument| {
                expression_path(argument).is_some_and(|path| path.is_ident(self.0))
            });
            visit::visit_expr_call(self, call);
        }
        fn visit_expr_return(&mut self, _: &syn::ExprReturn) {}
    }
    let mut drops = Drops(guard, false);
    drops.visit_stmt(statement);
    drops.1
}

/// Looks for the same lock being taken. What a closure, a future or an item does, it may do later.
struct Takes<'a> {
    file: &'a RustFile<'a>,
    lock: &'a str,
    exclusive: bool,
    found: Vec<crate::tree::TextRange>,
}

impl<'ast> Visit<'ast> for Takes<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let expression = Expr::MethodCall(call.clone());
        if let Some(lock) = guarded(&expression)
            && self.file.text(lock) == self.lock
            && (self.exclusive || is_exclusive(self.file, lock))
        {
            self.found
                .push(source_range(syn::spanned::Spanned::span(&expression)));
        }
        visit::visit_expr_method_call(self, call);
    }
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast ExprAsync) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}
