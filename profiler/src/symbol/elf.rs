//! Names in ELF files: debug information first, then symbol tables.

use std::borrow::Cow;

use addr2line::Context;
use addr2line::gimli::{DwarfSections, EndianSlice, LittleEndian as DwarfEndian};
use object::LittleEndian;
use object::read::elf::ElfFile64;
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _, ReadCache, SymbolKind};

use super::table::{Symbol, SymbolTable};
use super::{Named, debug_files};
use crate::unwind::{Object, Reader, Svma};

type Elf<'data> = ElfFile64<'data, LittleEndian, &'data ReadCache<Reader<'data>>>;

/// Names each of `addresses` that can be named: `named` is given its index, and its functions, innermost
/// inlined first.
pub(super) fn name(object: &Object, addresses: &[Svma], mut named: impl FnMut(usize, &[Named])) {
    let Some(reader) = object.reader() else {
        return;
    };
    let cache = ReadCache::new(reader);
    let Ok(elf) = Elf::parse(&cache) else { return };
    let separate = separate(object, &elf);
    let separate_cache = separate
        .as_ref()
        .and_then(Object::reader)
        .map(ReadCache::new);
    let separate_elf = separate_cache
        .as_ref()
        .and_then(|cache| Elf::parse(cache).ok());

    let symbols = symbols([Some(&elf), separate_elf.as_ref()].into_iter().flatten());
    let sections = [Some(&elf), separate_elf.as_ref()]
        .into_iter()
        .flatten()
        .find_map(dwarf_sections);
    let context = sections.as_ref().and_then(context);
    let mut frames = Vec::new();
    for (at, &address) in addresses.iter().enumerate() {
        frames.clear();
        if let Some(context) = &context {
            inlined_frames(context, address, &mut frames);
        }
        complete(&mut frames, symbols.find(address.0));
        if !frames.is_empty() {
            named(at, &frames);
        }
    }
}

type Slice<'a> = EndianSlice<'a, DwarfEndian>;

fn context<'a>(sections: &'a DwarfSections<Cow<'_, [u8]>>) -> Option<Context<Slice<'a>>> {
    Context::from_dwarf(sections.borrow(|section| EndianSlice::new(section, DwarfEndian))).ok()
}

/// The debug information in `elf`, decompressed; `None` where it has none.
fn dwarf_sections<'data>(elf: &Elf<'data>) -> Option<DwarfSections<Cow<'data, [u8]>>> {
    elf.section_by_name(".debug_info")?;
    DwarfSections::load(|id| {
        let section = elf.section_by_name(id.name());
        Ok::<_, addr2line::gimli::Error>(
            section
                .and_then(|s| s.uncompressed_data().ok())
                .unwrap_or_default(),
        )
    })
    .ok()
}

fn separate(object: &Object, elf: &Elf<'_>) -> Option<Object> {
    if elf.section_by_name(".debug_info").is_some() {
        return None;
    }
    let link = elf.gnu_debuglink().ok().flatten();
    let link = link.and_then(|(name, checksum)| Some((std::str::from_utf8(name).ok()?, checksum)));
    debug_files::find(object, link)
}

fn symbols<'a, 'data: 'a>(files: impl Iterator<Item = &'a Elf<'data>>) -> SymbolTable {
    let symbols = files
        .flat_map(|elf| elf.symbols().chain(elf.dynamic_symbols()))
        .filter_map(|symbol| {
            let is_code = symbol.kind() == SymbolKind::Text
                && symbol.is_definition()
                && symbol.address() != 0;
            let name = symbol
                .name()
                .ok()
                .filter(|name| is_code && !name.is_empty())?;
            Some(Symbol {
                address: symbol.address(),
                size: symbol.size(),
                is_global: symbol.is_global(),
                name: name.to_owned(),
            })
        });
    SymbolTable::new(symbols.collect())
}

/// What the debug information says of `address`; what of it does not parse is left out.
fn inlined_frames(context: &Context<Slice<'_>>, address: Svma, frames: &mut Vec<Named>) {
    let Ok(mut found) = context.find_frames(address.0).skip_all_loads() else {
        return;
    };
    while let Ok(Some(frame)) = found.next() {
        let function = frame
            .function
            .as_ref()
            .and_then(|function| function.raw_name().ok());
        let location = frame.location.as_ref();
        frames.push(Named {
            linkage_name: function.unwrap_or_default().into_owned(),
            file: location
                .and_then(|location| location.file)
                .unwrap_or_default()
                .to_owned(),
            line: location.and_then(|location| location.line).unwrap_or(0),
        });
    }
}

/// The outermost function is the one that has a symbol; where the debug information does not name it, as for
/// assembly, the symbol does. Frames that still have no name are dropped.
fn complete(frames: &mut Vec<Named>, symbol: Option<&Symbol>) {
    if let Some(symbol) = symbol {
        match frames.last_mut() {
            Some(outermost) if outermost.linkage_name.is_empty() => {
                outermost.linkage_name.clone_from(&symbol.name);
            }
            Some(_) => {}
            None => frames.push(Named {
                linkage_name: symbol.name.clone(),
                ..Named::default()
            }),
        }
    }
    frames.retain(|named| !named.linkage_name.is_empty());
}
