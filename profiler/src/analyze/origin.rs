//! Whose code a function is: the program's own, or the runtime under it.

use super::Func;
use crate::profile::{FrameKind, Profile};

/// Name prefixes of language runtimes and C libraries.
const NAMES: &[&str] = &[
    "alloc::",
    "core::",
    "std::",
    "hashbrown::",
    "__rust",
    "rust_",
    "__rdl_",
    "_R",
    "__gnu_cxx::",
    "__cxa_",
    "__libc_",
    "__GI_",
    "_IO_",
    "_int_",
    "__mem",
    "__str",
    "__pthread",
    "pthread_",
    "start_thread",
    "_start",
    "__clone",
    "clone3",
    "__x64_sys",
    "_Unwind_",
    "operator new",
    "operator delete",
    "runtime.",
    "void std::",
];

/// Exact names of C library functions that callers are looked for behind.
const EXACT: &[&str] = &[
    "malloc",
    "calloc",
    "realloc",
    "free",
    "cfree",
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "strlen",
    "read",
    "write",
    "sched_yield",
    "syscall",
];

/// Parts of paths under which no program keeps its own code.
const FOLDERS: &[&str] = &[
    "/rust/deps/",
    "/rustc/",
    "/.cargo/registry/",
    "/rustlib/src/",
    "/usr/include/",
    "/usr/src/",
];
const MODULES: &[&str] = &[
    "libc.so",
    "libc-",
    "libpthread",
    "ld-linux",
    "libstdc++",
    "libgcc_s",
    "libm.so",
    "[vdso]",
];

/// Whether `func` belongs to the kernel, a language runtime, a C library or a dependency, so that a reader
/// who wants to change something has to look at its callers.
pub fn is_runtime(profile: &Profile, func: &Func) -> bool {
    let file = profile.text(func.file);
    let module = func.module.map_or("", |module| {
        profile.text(profile.modules[module.index()].path)
    });
    let module = module.rsplit('/').next().unwrap_or(module);
    let name = func.name.trim_start_matches(['<', '&', '*', '[']);
    func.kind != FrameKind::Native
        || FOLDERS.iter().any(|folder| file.contains(folder))
        || MODULES.iter().any(|prefix| module.starts_with(prefix))
        || NAMES.iter().any(|prefix| name.starts_with(prefix))
        || EXACT.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::Frames;

    #[test]
    fn callers_are_told_from_the_runtime() {
        let text = "shop::price;<alloc::vec::Vec<T> as core::clone::Clone>::clone;malloc;clear_page_erms_[k] 1\n";
        let profile = crate::import::folded(text).unwrap();
        let runtime: Vec<bool> = Frames::of(&profile)
            .funcs
            .iter()
            .map(|func| is_runtime(&profile, func))
            .collect();
        assert_eq!(runtime, [false, true, true, true]);
    }
}
