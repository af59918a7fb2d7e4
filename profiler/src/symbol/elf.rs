//! Names in ELF files: debug information first, then symbol tables.

use std::borrow::Cow;

use addr2line::Context;
use addr2line::gimli::{
    self, AttributeValue, DwarfSections, EndianSlice, LittleEndian as DwarfEndian, UnitOffset,
    UnitRef,
};
use object::LittleEndian;
use object::read::elf::ElfFile64;
use object::read::{Object as _, ObjectSymbol as _, ReadCache, SymbolKind};

use super::split::{self, Parts};
use super::table::{Symbol, SymbolTable};
use super::{DebugSources, Named, closures, go, plt};
use crate::unwind::{Object, Reader, Svma, section_bytes};

type Elf<'data> = ElfFile64<'data, LittleEndian, &'data ReadCache<Reader<'data>>>;

/// Names each of `addresses` that can be named: `named` is given its index, and its functions, innermost
/// inlined first.
pub(super) fn name(
    object: &Object,
    addresses: &[Svma],
    sources: &DebugSources,
    mut named: impl FnMut(usize, &[Named]),
) {
    let Some(reader) = object.reader() else {
        return;
    };
    let cache = ReadCache::new(reader);
    let Ok(elf) = Elf::parse(&cache) else { return };
    let separate = separate(object, &elf, sources);
    let separate_cache = separate
        .as_ref()
        .and_then(Object::reader)
        .map(ReadCache::new);
    let separate_elf = separate_cache
        .as_ref()
        .and_then(|cache| Elf::parse(cache).ok());

    let symbols = symbols(&elf, separate_elf.as_ref());
    let described = [(object, Some(&elf))]
        .into_iter()
        .chain(
            separate
                .as_ref()
                .map(|object| (object, separate_elf.as_ref())),
        )
        .filter_map(|(object, elf)| Some((object, elf?)))
        .find(|(_, elf)| elf.section_by_name(".debug_info").is_some());
    let shared = described.and_then(|(object, elf)| supplementary(object, elf, sources));
    let shared_cache = shared.as_ref().and_then(Object::reader).map(ReadCache::new);
    let shared_elf = shared_cache
        .as_ref()
        .and_then(|cache| Elf::parse(cache).ok());
    let shared_sections = shared_elf.as_ref().and_then(dwarf_sections);
    let sections = described.and_then(|(_, elf)| dwarf_sections(elf));
    let context = || context(sections.as_ref()?, shared_sections.as_ref());
    let without_parts = context();
    let parts = without_parts
        .as_ref()
        .map(|context| Parts::of(object, context, addresses));
    let parts = parts.unwrap_or_default();
    // A context remembers which parts it did not get.
    let context = match parts.is_empty() {
        true => without_parts,
        false => context(),
    };
    let mut frames = Vec::new();
    for (at, &address) in addresses.iter().enumerate() {
        frames.clear();
        if let Some(context) = &context {
            inlined_frames(context, &parts, address, &mut frames);
        }
        if frames.is_empty() {
            frames = go::frames(object, address);
        }
        closures::by_type(&mut frames);
        complete(&mut frames, symbols.find(address.0));
        closures::by_caller(&mut frames);
        if !frames.is_empty() {
            named(at, &frames);
        }
    }
}

type Slice<'a> = EndianSlice<'a, DwarfEndian>;

fn context<'a>(
    sections: &'a DwarfSections<Cow<'a, [u8]>>,
    shared: Option<&'a DwarfSections<Cow<'a, [u8]>>>,
) -> Option<Context<Slice<'a>>> {
    let slice = |section: &'a Cow<'a, [u8]>| EndianSlice::new(section, DwarfEndian);
    Context::from_dwarf(sections.borrow_with_sup(shared, slice)).ok()
}

/// The file with what several files' debug information has in common.
fn supplementary(object: &Object, elf: &Elf<'_>, sources: &DebugSources) -> Option<Object> {
    let (path, build_id) = elf.gnu_debugaltlink().ok().flatten()?;
    sources.find_supplementary(object, std::str::from_utf8(path).ok()?, build_id)
}

/// The debug information in `elf`, decompressed; `None` where it has none.
fn dwarf_sections<'data>(elf: &Elf<'data>) -> Option<DwarfSections<Cow<'data, [u8]>>> {
    use gimli::SectionId::{DebugLoc, DebugLocLists, DebugMacinfo, DebugMacro};
    elf.section_by_name(".debug_info")?;
    DwarfSections::load(|id| {
        // Where variables lie, and macros, name no function.
        let is_needed = !matches!(id, DebugLoc | DebugLocLists | DebugMacinfo | DebugMacro);
        let section = elf.section_by_name(id.name()).filter(|_| is_needed);
        Ok::<_, addr2line::gimli::Error>(
            section
                .and_then(|section| section_bytes(&section))
                .unwrap_or_default(),
        )
    })
    .ok()
}

fn separate(object: &Object, elf: &Elf<'_>, sources: &DebugSources) -> Option<Object> {
    if elf.section_by_name(".debug_info").is_some() {
        return None;
    }
    let link = elf.gnu_debuglink().ok().flatten();
    let link = link.and_then(|(name, checksum)| Some((std::str::from_utf8(name).ok()?, checksum)));
    sources.find(object, link)
}

/// Bytes of all names of a file.
const MOST_NAMES: usize = 128 << 20;

fn symbols<'data>(elf: &Elf<'data>, separate: Option<&Elf<'data>>) -> SymbolTable {
    let mut room = MOST_NAMES;
    let symbols = [Some(elf), separate]
        .into_iter()
        .flatten()
        .flat_map(|elf| elf.symbols().chain(elf.dynamic_symbols()))
        .filter_map(|symbol| {
            let is_code = symbol.kind() == SymbolKind::Text
                && symbol.is_definition()
                && symbol.address() != 0;
            // Names may overlap: a file can have far more of them than bytes.
            let name = (is_code && room > 0).then(|| symbol.name().ok())??;
            room = room.saturating_sub(name.len());
            (!name.is_empty()).then(|| Symbol {
                address: symbol.address(),
                size: symbol.size(),
                is_global: symbol.is_global(),
                name: name.to_owned(),
            })
        });
    SymbolTable::new(symbols.chain(plt::stubs(elf)).collect())
}

/// What the debug information says of `address`; what of it does not parse is left out.
fn inlined_frames<'a>(
    context: &Context<Slice<'a>>,
    parts: &'a Parts,
    address: Svma,
    frames: &mut Vec<Named>,
) {
    let lookup = context.find_frames(address.0);
    let Ok(mut found) = split::complete(lookup, |load| parts.get(load)) else {
        return;
    };
    let lookup = context.find_dwarf_and_unit(address.0);
    let unit = split::complete(lookup, |load| parts.get(load));
    while let Ok(Some(frame)) = found.next() {
        let function = frame
            .function
            .as_ref()
            .and_then(|function| function.raw_name().ok());
        let location = frame.location.as_ref();
        let linkage_name = function.unwrap_or_default().into_owned();
        let entry = unit.zip(frame.dw_die_offset);
        let arguments = entry
            .filter(|_| is_without_arguments(&linkage_name))
            .and_then(|(unit, offset)| type_arguments(unit, offset));
        frames.push(Named {
            linkage_name,
            arguments: arguments.unwrap_or_default(),
            file: location
                .and_then(|location| location.file)
                .unwrap_or_default()
                .to_owned(),
            line: location.and_then(|location| location.line).unwrap_or(0),
            start_line: entry
                .and_then(|(unit, offset)| declared_line(unit, offset))
                .unwrap_or(0),
        });
    }
}

/// Whether a name is mangled in Rust's legacy way, which makes one name of all instances of a generic function but for a
/// hash.
fn is_without_arguments(name: &str) -> bool {
    name.starts_with("_ZN") && rustc_demangle::try_demangle(name).is_ok()
}

/// Where the function at `offset` is declared; line tables alone do not say.
fn declared_line(unit: UnitRef<'_, Slice<'_>>, offset: UnitOffset) -> Option<u32> {
    let line = attribute(unit, offset, gimli::DW_AT_decl_line)?;
    u32::try_from(line.udata_value()?).ok()
}

/// The type arguments in the name of the function at `offset`.
fn type_arguments(unit: UnitRef<'_, Slice<'_>>, offset: UnitOffset) -> Option<String> {
    let name = attribute(unit, offset, gimli::DW_AT_name)?;
    let name = unit.attr_string(name).ok()?.to_string_lossy();
    let at = name.find('<').filter(|&at| at > 0)?;
    name.ends_with('>').then(|| name[at..].to_owned())
}

/// What the debug information says of the function at `offset`. An instance refers to what it is an instance of, and a
/// definition outside of its class to the one inside.
fn attribute<'a>(
    unit: UnitRef<'_, Slice<'a>>,
    mut offset: UnitOffset,
    name: gimli::DwAt,
) -> Option<AttributeValue<Slice<'a>>> {
    const LONGEST_CHAIN: usize = 4;
    for _ in 0..LONGEST_CHAIN {
        let entry = unit.entry(offset).ok()?;
        if let Some(value) = entry.attr_value(name) {
            return Some(value);
        }
        let origin = entry
            .attr_value(gimli::DW_AT_abstract_origin)
            .or_else(|| entry.attr_value(gimli::DW_AT_specification))?;
        let AttributeValue::UnitRef(next) = origin else {
            return None;
        };
        offset = next;
    }
    None
}

/// The outermost function is the one that has a symbol. The symbol names it where the debug information does not, as
/// for assembly, or where line tables alone know no more than the last part of its path (`new`). Frames that still
/// have no name are dropped.
fn complete(frames: &mut Vec<Named>, symbol: Option<&Symbol>) {
    if let Some(symbol) = symbol {
        match frames.last_mut() {
            Some(outermost)
                if outermost.linkage_name.is_empty()
                    || is_mangled(&symbol.name) && !is_mangled(&outermost.linkage_name) =>
            {
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

/// Whether `name` holds a whole path: Rust's and C++'s linkage names do.
fn is_mangled(name: &str) -> bool {
    name.starts_with("_R") || name.starts_with("_Z")
}
