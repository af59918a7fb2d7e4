//! The files that are mapped into this process, and the functions in their symbol tables.
//!
//! Debug information with line tables only knows functions by their bare names (`new`), without the path
//! of their module; the symbol table has the whole name. Inlined functions are in no symbol table and keep
//! the bare one.
//!
//! The sampler gives addresses relative to a module that it does not name, so a module is recognized by
//! having a function of the right name at the address.

use std::collections::BTreeSet;
use std::fs;

use object::{Object as _, ObjectSymbol as _, SymbolKind};

/// A mapped file with code.
pub(super) struct Module {
    /// Its path.
    pub(super) path: String,
    /// Its GNU build id in hex; empty where it has none.
    pub(super) build_id: String,
    /// Functions as linked: start, end, linkage name; by start.
    symbols: Vec<(u64, u64, String)>,
}

/// Every module of this process that can be read.
pub(super) fn modules() -> Vec<Module> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let paths: BTreeSet<&str> = maps.lines().filter_map(code_path).collect();
    paths.into_iter().filter_map(module).collect()
}

/// The module that has a function with the bare name `name` at `address`, and the function's linkage name.
pub(super) fn find<'a>(
    modules: &'a [Module],
    address: u64,
    name: &str,
) -> Option<(usize, &'a str)> {
    let bare = name.rsplit("::").next().unwrap_or(name);
    let bare = bare.split('<').next().unwrap_or(bare);
    modules.iter().enumerate().find_map(|(at, module)| {
        let linkage = module.symbol(address)?;
        linkage.contains(bare).then_some((at, linkage))
    })
}

impl Module {
    fn symbol(&self, address: u64) -> Option<&str> {
        let after = self
            .symbols
            .partition_point(|(start, ..)| *start <= address);
        let (_, end, name) = &self.symbols[after.checked_sub(1)?];
        (address < *end).then_some(name)
    }
}

/// The path of one line of `maps`, where that is code of a file.
fn code_path(line: &str) -> Option<&str> {
    let executable = line.split_ascii_whitespace().nth(1)?.as_bytes().get(2) == Some(&b'x');
    let path = &line[line.find('/').filter(|_| executable)?..];
    Some(path)
}

fn module(path: &str) -> Option<Module> {
    let bytes = fs::read(path).ok()?;
    let file = object::File::parse(&*bytes).ok()?;
    let build_id = file.build_id().ok().flatten().unwrap_or_default();
    let build_id = build_id.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(Module {
        path: path.to_owned(),
        build_id,
        symbols: symbols(&file),
    })
}

fn symbols(file: &object::File<'_>) -> Vec<(u64, u64, String)> {
    let mut symbols: Vec<(u64, u64, String)> = file
        .symbols()
        .chain(file.dynamic_symbols())
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
        .filter_map(|symbol| {
            let name = symbol.name().ok().filter(|name| !name.is_empty())?;
            let end = symbol.address().checked_add(symbol.size())?;
            Some((symbol.address(), end, name.to_owned()))
        })
        .collect();
    // Aliases share an address; the first by name stands for all.
    symbols.sort();
    symbols.dedup_by_key(|(start, ..)| *start);
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_recognized_by_its_function() {
        let modules = modules();
        let name = "a_module_is_recognized_by_its_function";
        let symbols = modules.iter().flat_map(|module| &module.symbols);
        let (start, _, linkage) = symbols
            .into_iter()
            .find(|(.., text)| text.contains(name))
            .unwrap();
        let (at, found) = find(&modules, *start, name).unwrap();
        assert_eq!(found, linkage);
        assert!(!modules[at].path.is_empty());
        assert_eq!(find(&modules, *start, "other"), None);
    }
}
