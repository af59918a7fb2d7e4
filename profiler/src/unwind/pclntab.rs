//! Go's table of functions, the "pclntab": frame sizes, names, files and lines, in stripped programs too.
//!
//! ```text
//! header ─► functions, sorted: (address, offset) ─► record: name, tables of values by address, unit
//!                                                    │
//!             runs of (value, length in bytes)  ◄────┴─► stack size, file, line, place in the inline tree
//! ```
//!
//! The runtime walks its own stacks with it, so it describes every instruction of every Go function and of Go's
//! assembly. Four layouts are read, by the first four bytes: those that came with Go 1.2, 1.16, 1.18 and 1.20. They
//! are documented by Go's `debug/gosym` and `runtime/symtab.go`. Offsets are checked as they are used: a table
//! that lies gives nothing.

use super::Svma;
use super::object::Bytes;

/// A parsed header; everything else is read where it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Pclntab {
    bytes: Bytes,
    version: Version,
    /// Number of functions.
    count: usize,
    /// What the addresses of functions count from.
    text: u64,
    /// Offsets of the parts.
    functions: usize,
    names: usize,
    units: usize,
    files: usize,
    values: usize,
    /// The inline trees and where they start; empty where they were not found.
    inline_trees: Bytes,
}

/// The release of Go that a layout came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    Go1_2,
    Go1_16,
    Go1_18,
    Go1_20,
}

/// A function of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function<'a> {
    table: &'a Pclntab,
    entry: u64,
    /// Offset of the fields that follow the address.
    fields: usize,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position<'a> {
    pub(crate) function: &'a str,
    pub(crate) file: &'a str,
    /// 1-based; 0 where unknown.
    pub(crate) line: u32,
    /// Where the function starts, likewise.
    pub(crate) start_line: u32,
}

/// Index of the table of places in the inline tree among a function's further tables (`PCDATA_InlTreeIndex`).
const INLINE_INDEX: usize = 2;
/// Index of the inline tree among a function's data (`FUNCDATA_InlTree`).
const INLINE_TREE: usize = 3;
/// `funcFlag_SPWRITE`: the function sets the stack pointer to what no table says.
const WRITES_STACK_POINTER: u8 = 2;
/// `funcFlag_TOPFRAME`: nothing called the function.
const TOP_FRAME: u8 = 1;
/// No function is inlined deeper.
const MAX_INLINED: usize = 128;

impl Pclntab {
    /// Where the header of a table from Go 1.18 on has the address that functions count from.
    pub(super) const TEXT_AT: u64 = 8 + 2 * 8;

    /// Reads the header; `text` is for tables that leave out the address that functions count from.
    pub(super) fn parse(bytes: Bytes, text: u64) -> Option<Pclntab> {
        const X86_64: [u8; 4] = [0, 0, 1, 8];
        let version = match u32_at(&bytes, 0)? {
            0xffff_fffb => Version::Go1_2,
            0xffff_fffa => Version::Go1_16,
            0xffff_fff0 => Version::Go1_18,
            0xffff_fff1 => Version::Go1_20,
            _ => return None,
        };
        if bytes.get(4..8)? != X86_64 {
            return None;
        }
        let word = |at: usize| usize::try_from(u64_at(&bytes, 8 + at * 8)?).ok();
        let count = word(0)?;
        let table = match version {
            Version::Go1_2 => Pclntab {
                functions: 16,
                names: 0,
                units: 0,
                files: u32_at(&bytes, 16usize.checked_add(count.checked_mul(16)?)? + 8)? as usize,
                values: 0,
                text: 0,
                version,
                count,
                inline_trees: Bytes::default(),
                bytes: bytes.clone(),
            },
            // From Go 1.18 on, the address of the text comes third.
            _ => {
                let skip = usize::from(version >= Version::Go1_18);
                let stated = if skip == 1 { word(2)? as u64 } else { 0 };
                Pclntab {
                    names: word(2 + skip)?,
                    units: word(3 + skip)?,
                    files: word(4 + skip)?,
                    values: word(5 + skip)?,
                    functions: word(6 + skip)?,
                    text: match version {
                        Version::Go1_16 => 0,
                        _ if stated == 0 => text,
                        _ => stated,
                    },
                    version,
                    count,
                    inline_trees: Bytes::default(),
                    bytes: bytes.clone(),
                }
            }
        };
        let end = table
            .functions
            .checked_add(count.checked_mul(table.entry_len())?)?;
        (end <= bytes.len()).then_some(table)
    }

    /// Adds the inline trees: what follows the runtime's `go:func.*`.
    pub(super) fn with_inline_trees(self, inline_trees: Bytes) -> Pclntab {
        Pclntab {
            inline_trees,
            ..self
        }
    }

    /// Whether the layout has inline trees that are read.
    pub(super) fn may_have_inline_trees(&self) -> bool {
        self.version >= Version::Go1_18
    }

    /// How the table of contents of a Go program looks: the address of this table at `address`, then that of its names.
    pub(super) fn names_address(&self, address: u64) -> u64 {
        address.wrapping_add(self.names as u64)
    }

    /// Which word of that table of contents has the address of the inline trees.
    pub(super) fn inline_trees_word(&self) -> u64 {
        if self.version >= Version::Go1_20 {
            40
        } else {
            38
        }
    }

    /// The function that covers `address`.
    pub(crate) fn function(&self, address: Svma) -> Option<Function<'_>> {
        let after = partition_point(self.count + 1, |at| {
            self.entry(at).is_some_and(|entry| entry <= address.0)
        });
        let at = after.checked_sub(1).filter(|&at| at < self.count)?;
        let offset = self.offset(at)?;
        // From Go 1.16 on, offsets count from the functions.
        let base = match self.version {
            Version::Go1_2 => 0,
            _ => self.functions,
        };
        let fields = base
            .checked_add(offset)?
            .checked_add(self.entry_len() / 2)?;
        Some(Function {
            table: self,
            entry: self.entry(at)?,
            fields,
        })
    }

    /// An address and an offset.
    fn entry_len(&self) -> usize {
        if self.version >= Version::Go1_18 {
            8
        } else {
            16
        }
    }

    /// Address of function `at`; that after the last is its end.
    fn entry(&self, at: usize) -> Option<u64> {
        let place = self.functions + at * self.entry_len();
        match self.version {
            Version::Go1_2 | Version::Go1_16 => u64_at(&self.bytes, place),
            _ => Some(self.text.wrapping_add(u32_at(&self.bytes, place)?.into())),
        }
    }

    fn offset(&self, at: usize) -> Option<usize> {
        let place = self.functions + at * self.entry_len() + self.entry_len() / 2;
        match self.version {
            Version::Go1_2 | Version::Go1_16 => usize::try_from(u64_at(&self.bytes, place)?).ok(),
            _ => Some(u32_at(&self.bytes, place)? as usize),
        }
    }

    fn name(&self, offset: u32) -> Option<&str> {
        text_at(&self.bytes, self.names.checked_add(offset as usize)?)
    }

    /// The value at `address` in the runs at `offset`, of a function that starts at `entry`.
    fn value(&self, offset: u32, entry: u64, address: u64) -> Option<i32> {
        if offset == 0 {
            return None;
        }
        let mut at = self.values.checked_add(offset as usize)?;
        let (mut value, mut end) = (-1i32, entry);
        loop {
            let change = varint(&self.bytes, &mut at)?;
            if change == 0 && end != entry {
                return None;
            }
            value = value.wrapping_add((change >> 1) as i32 ^ -((change & 1) as i32));
            end = end.checked_add(varint(&self.bytes, &mut at)?.into())?;
            if address < end {
                return Some(value);
            }
        }
    }
}

impl<'a> Function<'a> {
    /// With the path of its package.
    pub(crate) fn name(&self) -> Option<&'a str> {
        self.table.name(self.field(0)?)
    }

    /// Bytes between the stack pointer and the return address at the instruction at `address`.
    pub(super) fn stack_size(&self, address: Svma) -> Option<u32> {
        u32::try_from(self.value(3, address.0)?).ok()
    }

    /// Whether the function sets the stack pointer to what no table says.
    pub(super) fn writes_stack_pointer(&self) -> bool {
        self.flags() & WRITES_STACK_POINTER != 0
    }

    /// Whether nothing called the function.
    pub(super) fn is_top_frame(&self) -> bool {
        self.flags() & TOP_FRAME != 0
    }

    /// What runs at `address`, innermost inlined function first.
    pub(crate) fn positions(&self, address: Svma) -> Vec<Position<'a>> {
        let mut positions = Vec::new();
        let mut address = address.0;
        while positions.len() < MAX_INLINED {
            let inlined = self.inlined(address);
            let function = match inlined {
                Some(ref inlined) => Some(inlined.function),
                None => self.name(),
            };
            let Some(function) = function else { break };
            positions.push(Position {
                function,
                file: self.file(address).unwrap_or_default(),
                line: self.line(address).unwrap_or(0),
                start_line: match &inlined {
                    Some(inlined) => inlined.start_line,
                    None => self.start_line(),
                },
            });
            match inlined {
                Some(inlined) => address = self.entry.wrapping_add(inlined.call.into()),
                None => break,
            }
        }
        positions
    }

    fn file(&self, address: u64) -> Option<&'a str> {
        let table = self.table;
        let file = usize::try_from(self.value(4, address)?).ok()?;
        match table.version {
            Version::Go1_2 => {
                let offset = u32_at(&table.bytes, table.files.checked_add(file.checked_mul(4)?)?)?;
                text_at(&table.bytes, offset as usize)
            }
            _ => {
                const UNIT: usize = 7;
                let at = (self.field(UNIT)? as usize)
                    .checked_add(file)?
                    .checked_mul(4)?;
                let offset = u32_at(&table.bytes, table.units.checked_add(at)?)?;
                text_at(&table.bytes, table.files.checked_add(offset as usize)?)
            }
        }
    }

    fn line(&self, address: u64) -> Option<u32> {
        u32::try_from(self.value(5, address)?).ok()
    }

    fn start_line(&self) -> u32 {
        let line = (self.table.version >= Version::Go1_20).then(|| self.field(8));
        line.flatten().unwrap_or(0)
    }

    fn inlined(&self, address: u64) -> Option<Inlined<'a>> {
        let table = self.table;
        let tables = self.field(6)? as usize;
        let data = usize::from(*table.bytes.get(self.tail()?.checked_add(3)?)?);
        if table.version < Version::Go1_18 || tables <= INLINE_INDEX || data <= INLINE_TREE {
            return None;
        }
        let further = self.tail()?.checked_add(4)?;
        let index = u32_at(&table.bytes, further + INLINE_INDEX * 4)?;
        let index = usize::try_from(table.value(index, self.entry, address)?).ok()?;
        let tree = further.checked_add(tables.checked_mul(4)?)? + INLINE_TREE * 4;
        let tree = u32_at(&table.bytes, tree)? as usize;
        // Both layouts start with four bytes that say what sort of function it is.
        let (len, name, call, start_line) = match table.version {
            Version::Go1_20 => (16, 4, 8, Some(12)),
            _ => (20, 12, 16, None),
        };
        let node = tree.checked_add(index.checked_mul(len)?)?;
        let field = |offset: usize| u32_at(&table.inline_trees, node.checked_add(offset)?);
        Some(Inlined {
            function: table.name(field(name)?)?,
            call: field(call)?,
            start_line: start_line.and_then(field).unwrap_or(0),
        })
    }

    fn value(&self, field: usize, address: u64) -> Option<i32> {
        self.table.value(self.field(field)?, self.entry, address)
    }

    fn flags(&self) -> u8 {
        let flags = self.tail().and_then(|at| self.table.bytes.get(at + 1));
        flags.copied().unwrap_or(0)
    }

    /// One of: name, arguments, deferred call, stack sizes, files, lines, number of further tables, unit, first line.
    fn field(&self, at: usize) -> Option<u32> {
        u32_at(&self.table.bytes, self.fields.checked_add(at * 4)?)
    }

    /// Offset of the four bytes at the end of the fields: sort, flags, nothing, number of data.
    fn tail(&self) -> Option<usize> {
        let fields = match self.table.version {
            Version::Go1_2 => 7,
            Version::Go1_16 | Version::Go1_18 => 8,
            Version::Go1_20 => 9,
        };
        self.fields.checked_add(fields * 4)
    }
}

/// A call that was inlined.
struct Inlined<'a> {
    function: &'a str,
    /// An instruction of the caller, counted from the entry.
    call: u32,
    start_line: u32,
}

fn partition_point(len: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        match holds(middle) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    low
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

/// The text at `at`, up to a byte of zero.
fn text_at(bytes: &[u8], at: usize) -> Option<&str> {
    const LONGEST: usize = 1 << 14;
    let rest = bytes.get(at..)?;
    let rest = &rest[..rest.len().min(LONGEST)];
    let len = rest.iter().position(|&byte| byte == 0)?;
    std::str::from_utf8(&rest[..len]).ok()
}

/// A number in groups of seven bits, lowest first.
fn varint(bytes: &[u8], at: &mut usize) -> Option<u32> {
    let mut value = 0;
    for shift in (0..32).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: u64 = 0x40_1000;

    /// A table as Go 1.20 lays it out: `main.outer`, 16 bytes, which calls the inlined `main.inner` in its middle.
    fn table() -> Vec<u8> {
        let names = b"\0main.outer\0main.inner\0".as_slice();
        let units = 0u32.to_le_bytes();
        let files = b"/src/main.go\0".as_slice();
        // Runs of (change of the value, twice its size and odd if negative; length), from -1 on.
        let values = [
            &[0][..],
            // Stack sizes at 1: 0 for 4 bytes, 24 for 8, 0 for 4.
            &[2, 4, 48, 8, 47, 4, 0],
            // Files at 8: always the first.
            &[2, 16, 0],
            // Lines at 11: 10 for 4 bytes, 90 for 8, 12 for 4.
            &[22, 4, 0xa0, 1, 8, 0x9b, 1, 4, 0],
            // Places in the inline tree at 20: none, the first one, none.
            &[0, 4, 2, 8, 1, 4, 0],
        ]
        .concat();
        let mut bytes = vec![0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8];
        let parts = [names, &units, files, &values];
        let mut offsets = Vec::new();
        let mut at = 8 + 8 * 8;
        for part in parts {
            offsets.push(at as u64);
            at += part.len();
        }
        let words = [1, 1, ENTRY].into_iter().chain(offsets).chain([at as u64]);
        words.for_each(|word| bytes.extend(word.to_le_bytes()));
        parts.iter().for_each(|part| bytes.extend(*part));
        let functions = [0, 12, 16];
        let fields = [0, 1, 0, 0, 1, 8, 11, 3, 0, 9, 4 << 24];
        let tables = [0, 0, 20, 0, 0, 0, 0];
        let all = functions.into_iter().chain(fields).chain(tables);
        all.for_each(|field: u32| bytes.extend(field.to_le_bytes()));
        bytes
    }

    fn parse(bytes: Vec<u8>) -> Option<Pclntab> {
        let tree: Vec<u8> = [0u32, 12, 2, 80]
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .collect();
        Some(Pclntab::parse(Bytes::new(bytes), 0)?.with_inline_trees(Bytes::new(tree)))
    }

    #[test]
    fn sizes_lines_and_inlined_functions_are_found_by_address() {
        let table = parse(table()).unwrap();
        let sizes = [0, 3, 4, 11, 12, 15].map(|at| {
            let address = Svma(ENTRY + at);
            table.function(address)?.stack_size(address)
        });
        assert_eq!(sizes, [0, 0, 24, 24, 0, 0].map(Some));
        assert!(table.function(Svma(ENTRY - 1)).is_none());
        assert!(table.function(Svma(ENTRY + 16)).is_none());
        let address = Svma(ENTRY + 5);
        let positions = table.function(address).unwrap().positions(address);
        let position = |function, line, start_line| Position {
            function,
            file: "/src/main.go",
            line,
            start_line,
        };
        assert_eq!(
            positions,
            [
                position("main.inner", 90, 80),
                position("main.outer", 10, 9)
            ]
        );
    }

    #[test]
    fn truncated_and_altered_tables_do_not_panic() {
        let whole = table();
        let address = Svma(ENTRY + 5);
        let read = |bytes| {
            let table = parse(bytes)?;
            let function = table.function(address)?;
            Some((
                function.stack_size(address),
                function.positions(address).len(),
            ))
        };
        assert_eq!(read(whole.clone()), Some((Some(24), 2)));
        for end in 0..whole.len() {
            assert_ne!(
                read(whole[..end].to_vec()),
                Some((Some(24), 2)),
                "{end} bytes"
            );
        }
        for at in 0..whole.len() {
            for byte in [0, 0x7f, 0xff] {
                let mut altered = whole.clone();
                altered[at] = byte;
                read(altered);
            }
        }
    }
}
