//! Readable names.

use std::borrow::Cow;

/// The name that a programmer wrote: generics kept, hashes dropped. What is not mangled stays as it is.
///
/// ```
/// use profiler::symbol::demangle;
/// assert_eq!(demangle("_ZN4core3fmt5write17h0123456789abcdefE"), "core::fmt::write");
/// assert_eq!(demangle("_RNvCs1234_7mycrate3foo"), "mycrate::foo");
/// assert_eq!(demangle("_ZNSt6vectorIiSaIiEE9push_backERKi"), "std::vector<int, std::allocator<int> >::push_back(int const&)");
/// assert_eq!(demangle("main"), "main");
/// ```
pub fn demangle(name: &str) -> Cow<'_, str> {
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        return format!("{rust:#}").into();
    }
    // Compilers add suffixes such as `.cold` to the names of parts and clones.
    let (mangled, suffix) = match name.find('.') {
        Some(at) if name.starts_with("_Z") => name.split_at(at),
        _ => (name, ""),
    };
    if mangled.starts_with("_Z")
        && let Ok(symbol) = cpp_demangle::Symbol::new(mangled)
        && let Ok(readable) = symbol.demangle()
    {
        return (readable + suffix).into();
    }
    name.into()
}
