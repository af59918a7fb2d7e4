//! Names for the stubs through which a program calls other files' functions: `malloc@plt`.
//!
//! No symbol table has them. Each x86-64 stub jumps through a slot that the loader fills, and the relocation of that
//! slot has the name, whatever the layout of the stubs is.

use object::LittleEndian;
use object::read::elf::{ElfFile64, SectionHeader as _};
use object::read::{
    Object as _, ObjectSection as _, ObjectSymbol as _, ObjectSymbolTable as _, ReadRef,
    RelocationTarget,
};
use rustc_hash::FxHashMap;

use super::table::Symbol;

/// `jmp *slot(%rip)`, before the distance to the slot.
const JUMP: [u8; 2] = [0xff, 0x25];

/// Length of the jump; the distance counts from its end.
const JUMP_LEN: usize = 6;

/// The stubs of `elf`, as symbols.
pub(super) fn stubs<'data, R: ReadRef<'data>>(
    elf: &ElfFile64<'data, LittleEndian, R>,
) -> Vec<Symbol> {
    let slots = slots(elf);
    let mut stubs = Vec::new();
    if slots.is_empty() {
        return stubs;
    }
    for section in elf.sections() {
        let is_plt = section
            .name()
            .is_ok_and(|name| name == ".plt" || name.starts_with(".plt."));
        let size = section.elf_section_header().sh_entsize(LittleEndian);
        let Some(code) = section.data().ok().filter(|_| is_plt && size >= 8) else {
            continue;
        };
        let chunks = code.chunks(size as usize);
        for (at, stub) in (0..).zip(chunks) {
            let address = section.address().wrapping_add(size * at);
            if let Some(name) = slot_of(address, stub).and_then(|slot| slots.get(&slot)) {
                stubs.push(Symbol {
                    address,
                    size,
                    is_global: false,
                    name: format!("{name}@plt"),
                });
            }
        }
    }
    stubs
}

/// Names by the address of their slot.
fn slots<'data, R: ReadRef<'data>>(
    elf: &ElfFile64<'data, LittleEndian, R>,
) -> FxHashMap<u64, &'data str> {
    let (Some(relocations), Some(symbols)) =
        (elf.dynamic_relocations(), elf.dynamic_symbol_table())
    else {
        return FxHashMap::default();
    };
    relocations
        .filter_map(|(slot, relocation)| {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                return None;
            };
            let name = symbols.symbol_by_index(index).ok()?.name().ok()?;
            (!name.is_empty()).then_some((slot, name))
        })
        .collect()
}

/// The slot that the stub at `address` jumps through.
fn slot_of(address: u64, stub: &[u8]) -> Option<u64> {
    let at = stub
        .windows(JUMP_LEN)
        .position(|code| code.starts_with(&JUMP))?;
    let distance = stub[at + JUMP.len()..at + JUMP_LEN].try_into().ok()?;
    let after = address.wrapping_add((at + JUMP_LEN) as u64);
    Some(after.wrapping_add_signed(i32::from_le_bytes(distance).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_with_or_without_a_landing_pad_names_its_slot() {
        let plain = [
            0xff, 0x25, 0x02, 0, 0, 0, 0x68, 0, 0, 0, 0, 0xe9, 0, 0, 0, 0,
        ];
        assert_eq!(slot_of(0x1000, &plain), Some(0x1008));
        let marked = [0xf3, 0x0f, 0x1e, 0xfa, 0xff, 0x25, 0xf6, 0xff, 0xff, 0xff];
        assert_eq!(slot_of(0x1000, &marked), Some(0x1000));
        assert_eq!(slot_of(0x1000, &[0xff, 0x25, 0x02]), None);
        assert_eq!(slot_of(0x1000, &[0x90; 16]), None);
    }
}
