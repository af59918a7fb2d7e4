//! Where a Go program keeps the tables of its runtime.

use object::read::{Object as _, ObjectSection as _, RelocationTarget};
use rustc_hash::FxHashMap;

use super::object::{Bytes, Elf};
use super::pclntab::Pclntab;

/// The function table of a Go program.
pub(super) fn function_table(elf: &Elf<'_>) -> Option<Pclntab> {
    const SECTIONS: [&str; 2] = [".gopclntab", ".data.rel.ro.gopclntab"];
    let section = SECTIONS.iter().find_map(|name| elf.section_by_name(name))?;
    let bytes = Bytes::new(section.data().ok()?);
    let words = Words::new(elf);
    let text = words
        .get(section.address().wrapping_add(Pclntab::TEXT_AT))
        .filter(|&text| text != 0);
    let first = || Some(elf.section_by_name(".text")?.address());
    let table = Pclntab::parse(bytes, text.or_else(first)?)?;
    Some(match inline_trees(elf, &words, &table, section.address()) {
        Some(trees) => table.with_inline_trees(trees),
        None => table,
    })
}

/// The inline trees of a Go program. The runtime's table of contents has their address; it starts with that of the
/// function table, and of the names in it.
fn inline_trees(elf: &Elf<'_>, words: &Words<'_>, table: &Pclntab, address: u64) -> Option<Bytes> {
    let contents = words.find(address).find(|&at| {
        words.get(at.wrapping_add(8)) == Some(table.names_address(address))
            && table.may_have_inline_trees()
    })?;
    let start = words.get(contents.wrapping_add(8 * table.inline_trees_word()))?;
    let section = elf
        .sections()
        .find(|section| start.wrapping_sub(section.address()) < section.size())?;
    let skip = usize::try_from(start - section.address()).ok()?;
    Some(Bytes::new(section.data().ok()?.get(skip..)?))
}

/// Words of a program as its loader leaves them: a position-independent one has its addresses in relocations alone.
struct Words<'a> {
    /// The sections with data, and where they start.
    sections: Vec<(u64, &'a [u8])>,
    relocated: FxHashMap<u64, u64>,
}

impl<'a> Words<'a> {
    fn new(elf: &Elf<'a>) -> Words<'a> {
        const SECTIONS: [&str; 5] = [
            ".go.module",
            ".noptrdata",
            ".data",
            ".gopclntab",
            ".data.rel.ro.gopclntab",
        ];
        let section = |name: &&str| {
            let section = elf.section_by_name(name)?;
            Some((section.address(), section.data().ok()?))
        };
        let relocations = elf.dynamic_relocations().into_iter().flatten();
        Words {
            sections: SECTIONS.iter().filter_map(section).collect(),
            relocated: relocations
                .filter(|(_, relocation)| relocation.target() == RelocationTarget::Absolute)
                .map(|(at, relocation)| (at, relocation.addend() as u64))
                .collect(),
        }
    }

    fn get(&self, address: u64) -> Option<u64> {
        if let Some(&value) = self.relocated.get(&address) {
            return Some(value);
        }
        self.sections.iter().find_map(|(start, bytes)| {
            let at = usize::try_from(address.checked_sub(*start)?).ok()?;
            let word = bytes.get(at..at.checked_add(8)?)?;
            Some(u64::from_le_bytes(word.try_into().ok()?))
        })
    }

    /// Where `value` stands in the data.
    fn find(&self, value: u64) -> impl Iterator<Item = u64> + '_ {
        let stored = self.sections.iter().flat_map(move |(start, bytes)| {
            let words = (*start..).step_by(8).zip(bytes.chunks_exact(8));
            words
                .filter(move |(_, word)| **word == value.to_le_bytes())
                .map(|(at, _)| at)
        });
        let relocated = self.relocated.iter();
        stored.chain(
            relocated
                .filter(move |(_, held)| **held == value)
                .map(|(&at, _)| at),
        )
    }
}
