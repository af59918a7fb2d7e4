//! Frame patterns: function names in which `*` stands for any text.

use crate::analyze::Func;
use crate::profile::FrameKind;

/// One pattern of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern<'a> {
    name: &'a str,
    kernel_only: bool,
}

impl<'a> Pattern<'a> {
    pub(super) fn new(text: &'a str) -> Pattern<'a> {
        match text.strip_suffix("_[k]") {
            Some(name) => Pattern {
                name,
                kernel_only: true,
            },
            None => Pattern {
                name: text,
                kernel_only: false,
            },
        }
    }

    pub(super) fn matches(self, func: &Func) -> bool {
        (!self.kernel_only || func.kind == FrameKind::Kernel) && glob(self.name, &func.name)
    }
}

/// Whether `pattern` describes all of `text`. At a mismatch the last `*` takes one byte more, which is
/// enough: an earlier `*` taking more can only shorten what remains for the later ones.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star_p, star_t)) = star {
            star = Some((star_p, star_t + 1));
            p = star_p + 1;
            t = star_t + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_star_is_any_text_and_all_must_match() {
        assert!(glob("malloc", "malloc"));
        assert!(!glob("malloc", "malloc_consolidate"));
        assert!(glob("malloc*", "malloc"));
        assert!(glob(
            "*Vec<*>*::clone",
            "<alloc::vec::Vec<T,A> as core::clone::Clone>::clone"
        ));
        assert!(glob("*a*b", "aab_b"));
        assert!(!glob("*a*b", "aab_c"));
        assert!(glob("é*", "éa"));
    }

    #[test]
    fn many_stars_stay_cheap() {
        assert!(!glob(&"a*".repeat(50), &"a".repeat(49)));
        assert!(!glob(&format!("{}b", "*a".repeat(40)), &"a".repeat(1_000)));
    }
}
