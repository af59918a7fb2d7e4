//! Names of kernel functions, from `/proc/kallsyms`.
//!
//! The list has hundreds of thousands of names, of which a profile needs a few hundred: it is read twice, once for the
//! addresses and once for the names that are wanted.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use rustc_hash::FxHashMap;

/// The functions at some addresses of the running kernel.
pub(super) struct KernelSymbols {
    names: FxHashMap<u64, String>,
    start: u64,
}

/// A function, by the line that has its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    address: u64,
    is_local: bool,
    line: u32,
}

impl KernelSymbols {
    /// Finds the functions at `addresses`; `None` where the kernel hides where they are.
    pub(super) fn read(addresses: &[u64]) -> Option<KernelSymbols> {
        let open = || File::open("/proc/kallsyms").map(BufReader::new);
        KernelSymbols::find(addresses, open).ok().flatten()
    }

    fn find<R: BufRead>(
        addresses: &[u64],
        open: impl Fn() -> io::Result<R>,
    ) -> io::Result<Option<KernelSymbols>> {
        let mut entries = Vec::new();
        let mut start = None;
        for_each_line(open()?, |line, address, kind, name| {
            if matches!(name, "_text" | "_stext") {
                start = start.or(Some(address));
            }
            let is_code = matches!(kind, "T" | "t" | "W" | "w") && address != 0;
            let is_local = kind == "t";
            entries.extend(is_code.then_some(Entry {
                address,
                is_local,
                line,
            }));
        })?;
        entries.sort_unstable();
        entries.dedup_by_key(|entry| entry.address);
        if entries.is_empty() {
            return Ok(None);
        }
        let mut wanted: FxHashMap<u32, Vec<u64>> = FxHashMap::default();
        for &address in addresses {
            let after = entries.partition_point(|entry| entry.address <= address);
            if let Some(entry) = entries[..after].last() {
                wanted.entry(entry.line).or_default().push(address);
            }
        }
        let mut names = FxHashMap::default();
        for_each_line(open()?, |line, _, _, name| {
            for address in wanted.remove(&line).into_iter().flatten() {
                names.insert(address, name.to_owned());
            }
        })?;
        let start = start.unwrap_or(0);
        Ok(Some(KernelSymbols { names, start }))
    }

    /// The function at one of the addresses.
    pub(super) fn name(&self, address: u64) -> Option<&str> {
        self.names.get(&address).map(String::as_str)
    }

    /// Where the kernel starts.
    pub(super) fn start(&self) -> u64 {
        self.start
    }
}

/// Hands over the number, address, kind and name of each line; lines that do not parse are skipped.
fn for_each_line(
    mut list: impl BufRead,
    mut take: impl FnMut(u32, u64, &str, &str),
) -> io::Result<()> {
    let mut text = String::new();
    for line in 0.. {
        text.clear();
        if list.read_line(&mut text)? == 0 {
            break;
        }
        let mut fields = text.split_ascii_whitespace();
        if let (Some(address), Some(kind), Some(name)) =
            (fields.next(), fields.next(), fields.next())
            && let Ok(address) = u64::from_str_radix(address, 16)
        {
            take(line, address, kind, name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, addresses: &[u64]) -> Option<KernelSymbols> {
        KernelSymbols::find(addresses, || Ok(text.as_bytes())).unwrap()
    }

    #[test]
    fn functions_reach_to_the_next_and_data_is_skipped() {
        let text = "ffffffff81000000 T _text\nffffffff81000100 t do_work\nffffffff81000100 T do_public_work\n\
                    ffffffff81000180 d data\nffffffff81000200 T end\t[module]\n";
        let kernel = find(text, &[0xffff_ffff_8100_01ff, 1]).unwrap();
        assert_eq!(kernel.name(0xffff_ffff_8100_01ff), Some("do_public_work"));
        assert_eq!(kernel.name(1), None);
        assert_eq!(kernel.start(), 0xffff_ffff_8100_0000);
    }

    #[test]
    fn hidden_addresses_are_no_symbols() {
        assert!(find("0000000000000000 T _text\n0000000000000000 T main\n", &[1]).is_none());
    }
}
