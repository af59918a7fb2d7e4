//! `s = format!("{s}…")` in a loop: each turn copies all that came before.

use syn::visit::{self, Visit};
use syn::{Expr, ExprAssign, ExprClosure, ExprForLoop, ExprLoop, ExprWhile, Item, Macro};

use super::{Report, RustFile, Words, expression_path, source_range};

pub(crate) const WORDS: Words = &[&["format!"], &["for ", "while ", "loop "]];

pub(crate) fn check(file: &RustFile<'_>, report: &mut Report<'_>) {
    Visitor { report, loops: 0 }.visit_file(&file.syntax);
}

struct Visitor<'a, 'r> {
    report: &'a mut Report<'r>,
    loops: usize,
}

impl Visitor<'_, '_> {
    fn in_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        visit(self);
        self.loops -= 1;
    }

    fn outside(&mut self, visit: impl FnOnce(&mut Self)) {
        let loops = std::mem::take(&mut self.loops);
        visit(self);
        self.loops = loops;
    }
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_expr_for_loop(&mut self, node: &'ast ExprForLoop) {
        self.in_loop(|v| visit::visit_expr_for_loop(v, node));
    }
    fn visit_expr_while(&mut self, node: &'ast ExprWhile) {
        self.in_loop(|v| visit::visit_expr_while(v, node));
    }
    fn visit_expr_loop(&mut self, node: &'ast ExprLoop) {
        self.in_loop(|v| visit::visit_expr_loop(v, node));
    }
    fn visit_expr_closure(&mut self, node: &'ast ExprClosure) {
        self.outside(|v| visit::visit_expr_closure(v, node));
    }
    fn visit_item(&mut self, node: &'ast Item) {
        self.outside(|v| visit::visit_item(v, node));
    }

    fn visit_expr_assign(&mut self, assign: &'ast ExprAssign) {
        if self.loops > 0
            && let Some(name) = expression_path(&assign.left).and_then(syn::Path::get_ident)
            && let Expr::Macro(format) = &*assign.right
            && format.mac.path.is_ident("format")
            && starts_with(&format.mac, &name.to_string())
        {
            let range = source_range(syn::spanned::Spanned::span(assign));
            (self.report)(range, &[("TEXT", name.to_string())]);
        }
        visit::visit_expr_assign(self, assign);
    }
}

/// Whether a `format!` begins with the value of `name`: as the first argument or written into the text.
fn starts_with(format: &Macro, name: &str) -> bool {
    use syn::punctuated::Punctuated;
    let Ok(arguments) =
        format.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated)
    else {
        return false;
    };
    let mut arguments = arguments.iter();
    let Some(Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(text),
        ..
    })) = arguments.next()
    else {
        return false;
    };
    let text = text.value();
    let first = arguments
        .next()
        .and_then(expression_path)
        .is_some_and(|path| path.is_ident(name));
    text.starts_with(&format!("{{{name}}}")) || text.starts_with("{}") && first
}
