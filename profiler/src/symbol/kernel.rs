//! Names of kernel functions, from `/proc/kallsyms`.

use super::table::{Symbol, SymbolTable};

/// The running kernel's functions.
pub(super) struct KernelSymbols {
    table: SymbolTable,
    start: u64,
}

impl KernelSymbols {
    /// Reads them; `None` where the kernel hides their addresses.
    pub(super) fn read() -> Option<KernelSymbols> {
        let text = std::fs::read("/proc/kallsyms").ok()?;
        KernelSymbols::parse(&String::from_utf8_lossy(&text))
    }

    fn parse(text: &str) -> Option<KernelSymbols> {
        let mut start = None;
        let symbols = text.lines().filter_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let address = u64::from_str_radix(fields.next()?, 16).ok()?;
            let kind = fields.next()?;
            let name = fields.next()?;
            if name == "_text" {
                start = Some(address);
            }
            let is_code = matches!(kind, "T" | "t" | "W" | "w") && address != 0;
            let is_global = kind != "t";
            is_code.then(|| Symbol {
                address,
                size: 0,
                is_global,
                name: name.to_owned(),
            })
        });
        let symbols: Vec<Symbol> = symbols.collect();
        if symbols.is_empty() {
            return None;
        }
        let table = SymbolTable::new(symbols);
        let start = start.or_else(|| table.address_of("_stext")).unwrap_or(0);
        Some(KernelSymbols { table, start })
    }

    /// The function at an address of the running kernel.
    pub(super) fn name(&self, address: u64) -> Option<&str> {
        self.table.find(address).map(|symbol| symbol.name.as_str())
    }

    /// Where the kernel starts.
    pub(super) fn start(&self) -> u64 {
        self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_reach_to_the_next_and_data_is_skipped() {
        let text = "ffffffff81000000 T _text\nffffffff81000100 t do_work\nffffffff81000180 d data\n\
                    ffffffff81000200 T end\t[module]\n";
        let kernel = KernelSymbols::parse(text).unwrap();
        assert_eq!(kernel.name(0xffff_ffff_8100_01ff), Some("do_work"));
        assert_eq!(kernel.start(), 0xffff_ffff_8100_0000);
    }

    #[test]
    fn hidden_addresses_are_no_symbols() {
        assert!(
            KernelSymbols::parse("0000000000000000 T _text\n0000000000000000 T main\n").is_none()
        );
    }
}
