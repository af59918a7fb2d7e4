//! Recognizes the guards of blocking locks.

use syn::{Expr, ExprMethodCall, Local, Pat};

/// The lock of an expression that yields a guard: `m` of `m.lock().unwrap()`. Only calls whose result is
/// unwrapped count: that is how the standard library's locks are taken, and no asynchronous one is.
pub(super) fn guarded(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::MethodCall(call) if is_unwrap(call) => match &*call.receiver {
            Expr::MethodCall(lock) if takes_lock(lock) => Some(&lock.receiver),
            _ => None,
        },
        Expr::Try(attempt) => match &*attempt.expr {
            Expr::MethodCall(lock) if takes_lock(lock) => Some(&lock.receiver),
            _ => None,
        },
        Expr::Paren(paren) => guarded(&paren.expr),
        _ => None,
    }
}

fn takes_lock(call: &ExprMethodCall) -> bool {
    // `read` and `write` with arguments are those of files and sockets.
    call.args.is_empty() && matches!(call.method.to_string().as_str(), "lock" | "read" | "write")
}

fn is_unwrap(call: &ExprMethodCall) -> bool {
    matches!(
        call.method.to_string().as_str(),
        "unwrap" | "expect" | "unwrap_or_else"
    )
}

/// The lock of the guard that an expression holds as a temporary to its end: `m` of
/// `m.lock().unwrap().pop()`.
pub(super) fn temporary_guard(expression: &Expr) -> Option<&Expr> {
    let mut at = expression;
    loop {
        if let Some(lock) = guarded(at) {
            return Some(lock);
        }
        at = match at {
            Expr::MethodCall(call) => &call.receiver,
            Expr::Field(field) => &field.base,
            Expr::Index(index) => &index.expr,
            Expr::Reference(reference) => &reference.expr,
            Expr::Paren(paren) => &paren.expr,
            Expr::Unary(unary) => &unary.expr,
            Expr::Try(attempt) => &attempt.expr,
            _ => return None,
        };
    }
}

/// The name of the guard that a statement binds, and its lock. `_` binds nothing.
pub(super) fn bound_guard(local: &Local) -> Option<(String, &Expr)> {
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        pattern => pattern,
    };
    let Pat::Ident(name) = pattern else {
        return None;
    };
    let lock = guarded(&local.init.as_ref()?.expr)?;
    Some((name.ident.to_string(), lock))
}
