//! Whole names for inlined closures.
//!
//! Line tables alone know a closure by the last part of its path, `{closure#0}`, as any other one. Whose it is stands in
//! the type arguments of what calls it, or it is called by the function around it.

use super::{Named, demangle};

/// How such a name starts.
const CLOSURE: &str = "{closure#";

/// Names closures by the type arguments of what calls them, as the debug information has them; `frames` are the
/// functions of one location, innermost first.
pub(super) fn by_type(frames: &mut [Named]) {
    qualify(frames, |closure, _, caller| {
        owner(&closure.linkage_name, caller)
    });
}

/// Names the closures that are left after the function around them, which calls them.
pub(super) fn by_caller(frames: &mut [Named]) {
    qualify(frames, |closure, caller, name| {
        let is_around = caller.file == closure.file && !name.starts_with(CLOSURE);
        is_around.then_some(name)
    });
}

/// Puts what `owner` finds in a closure, its caller, and the caller's readable name before the closure's name.
fn qualify(
    frames: &mut [Named],
    owner: impl for<'a> Fn(&Named, &Named, &'a str) -> Option<&'a str>,
) {
    // Callers first: a closure in a closure gets its name from the outer one's.
    for at in (0..frames.len().saturating_sub(1)).rev() {
        let (closure, caller) = (&frames[at], &frames[at + 1]);
        if !closure.linkage_name.starts_with(CLOSURE) {
            continue;
        }
        if let Some(owner) = owner(closure, caller, &demangle(&caller.linkage_name)) {
            frames[at].linkage_name = format!("{owner}::{}", closure.linkage_name);
        }
    }
}

/// The path before the type of `closure` in the name of its caller.
fn owner<'a>(closure: &str, caller: &'a str) -> Option<&'a str> {
    let number = closure.strip_prefix(CLOSURE)?.split('}').next()?;
    let (before, _) = caller.split_once(&format!("::{{closure_env#{number}}}"))?;
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '{' | '}' | '#');
    let path = &before[before.trim_end_matches(is_path).len()..];
    (!path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_in_the_callers_name_tells_whose_a_closure_is() {
        let caller = "__rust_begin_short_backtrace<shop::{impl#1}::accept::{closure_env#0}, ()>";
        assert_eq!(owner("{closure#0}", caller), Some("shop::{impl#1}::accept"));
        assert_eq!(owner("{closure#1}", caller), None);
        let generic =
            "call_once<std::spawn::{closure_env#1}<shop::accept::{closure_env#0}, ()>, ()>";
        assert_eq!(owner("{closure#1}<shop::x>", generic), Some("std::spawn"));
    }

    #[test]
    fn a_closure_that_its_function_calls_is_named_after_it() {
        let named = |name: &str| Named {
            linkage_name: name.to_owned(),
            ..Named::default()
        };
        let mut frames = [
            named("{closure#1}"),
            named("{closure#0}"),
            named("_RNvCs1234_4shop5price"),
        ];
        by_type(&mut frames);
        by_caller(&mut frames);
        assert_eq!(
            frames[0].linkage_name,
            "shop::price::{closure#0}::{closure#1}"
        );
    }
}
