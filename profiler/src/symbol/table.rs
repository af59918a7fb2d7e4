//! Symbols by address.

use std::cmp::Reverse;

/// Functions, sorted by address; of several names for one address, the best.
#[derive(Debug, Default)]
pub(super) struct SymbolTable {
    symbols: Vec<Symbol>,
}

/// A function symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) address: u64,
    /// 0 where the symbol does not say, as hand-written assembly often does not.
    pub(super) size: u64,
    pub(super) is_global: bool,
    pub(super) name: String,
}

impl SymbolTable {
    pub(super) fn new(mut symbols: Vec<Symbol>) -> SymbolTable {
        symbols.sort_by(|a, b| {
            a.address
                .cmp(&b.address)
                .then_with(|| rank(a).cmp(&rank(b)))
        });
        symbols.dedup_by_key(|symbol| symbol.address);
        SymbolTable { symbols }
    }

    /// The function that `address` lies in. One without a size reaches to the next.
    pub(super) fn find(&self, address: u64) -> Option<&Symbol> {
        let after = self
            .symbols
            .partition_point(|symbol| symbol.address <= address);
        let symbol = self.symbols[..after].last()?;
        (symbol.size == 0 || address - symbol.address < symbol.size).then_some(symbol)
    }
}

/// What orders names for the same address, best first: with a size, global, without the underscores of internal
/// aliases, short.
fn rank(symbol: &Symbol) -> impl Ord + '_ {
    let underscores = symbol.name.len() - symbol.name.trim_start_matches('_').len();
    (
        symbol.size == 0,
        Reverse(symbol.is_global),
        underscores,
        symbol.name.len(),
        symbol.name.as_str(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(address: u64, size: u64, is_global: bool, name: &str) -> Symbol {
        Symbol {
            address,
            size,
            is_global,
            name: name.to_owned(),
        }
    }

    #[test]
    fn gaps_between_sized_symbols_belong_to_nobody() {
        let table = SymbolTable::new(vec![symbol(10, 5, true, "a"), symbol(20, 0, true, "b")]);
        let name = |address| table.find(address).map(|symbol| symbol.name.as_str());
        assert_eq!(
            [9, 10, 14, 15, 20, 99].map(name),
            [None, Some("a"), Some("a"), None, Some("b"), Some("b")]
        );
    }

    #[test]
    fn of_aliases_the_public_one_is_shown() {
        let aliases = [("__GI_memcpy", false), ("__memcpy", true), ("memcpy", true)];
        let table = SymbolTable::new(
            aliases
                .map(|(name, global)| symbol(1, 8, global, name))
                .to_vec(),
        );
        assert_eq!(table.find(3).unwrap().name, "memcpy");
    }
}
