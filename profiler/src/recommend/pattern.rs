//! Frame patterns: function names in which `*` stands for any text.

use crate::analyze::Func;
use crate::profile::FrameKind;

/// One pattern of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern<'a> {
    name: &'a str,
    kernel: bool,
}

impl<'a> Pattern<'a> {
    pub(super) fn new(text: &'a str) -> Pattern<'a> {
        match text.strip_suffix("_[k]") {
            Some(name) => Pattern { name, kernel: true },
            None => Pattern {
                name: text,
                kernel: false,
            },
        }
    }

    pub(super) fn matches(self, func: &Func) -> bool {
        self.kernel == (func.kind == FrameKind::Kernel) && self.names(&func.name)
    }

    fn names(self, name: &str) -> bool {
        glob(self.name, name) || source_name(name).is_some_and(|name| glob(self.name, name))
    }
}

/// What compilers append to the names of functions that they split or specialize.
const CLONES: &[&str] = &[
    ".part",
    ".isra",
    ".constprop",
    ".cold",
    ".lto_priv",
    ".llvm",
    ".localalias",
];

/// The name as it is in the source, where a compiler, a linker or glibc has added to it: `qsort_r` for
/// `qsort_r.part.0`, `pthread_create` for `pthread_create@@GLIBC_2.34`, `munmap` for `__GI_munmap`.
fn source_name(name: &str) -> Option<&str> {
    let inner = name.strip_prefix("__GI_");
    without_ending(inner.unwrap_or(name)).or(inner)
}

fn without_ending(name: &str) -> Option<&str> {
    let version = name.find("@GLIBC").or_else(|| name.find("@@"));
    let clone = CLONES.iter().filter_map(|clone| name.find(clone)).min();
    let end = version.into_iter().chain(clone).min()?;
    Some(name[..end].trim_end_matches('@')).filter(|name| !name.is_empty())
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
    use super::{Pattern, glob};

    #[test]
    fn what_a_compiler_or_linker_appends_is_no_part_of_a_name() {
        let names = |name| Pattern::new("msort_with_tmp").names(name);
        assert!(names("msort_with_tmp.part.0"));
        assert!(names("msort_with_tmp.constprop.0.isra.0"));
        assert!(names("msort_with_tmp@@GLIBC_2.34"));
        assert!(names("msort_with_tmp@GLIBC_2.2.5"));
        assert!(names("__GI_msort_with_tmp"));
        assert!(names("__GI_msort_with_tmp.part.0"));
        assert!(!names("msort_with_tmp_r.part.0"));
        assert!(!names("@@GLIBC_2.34"));
    }

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
