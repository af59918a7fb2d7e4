//! A jitdump: a header and records of code that was loaded, moved, or that lines are known of, as the kernel's
//! `jitdump-specification.txt` says.

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::{MAX_COVERED, Named, covered, function};

/// The first word of a file that was written on a machine of this byte order.
const MAGIC: u32 = 0x4a69_5444;
/// A flag of the header: times are not of the monotonic clock.
const OTHER_CLOCK: u64 = 1;
/// More functions than any program loads; the rest of a larger file is not read.
const MAX_CODES: usize = 1 << 21;
/// Longer names are cut.
const MAX_NAME: u64 = 1 << 14;
/// Larger descriptions of a function's lines are left out.
const MAX_LINES: u64 = 1 << 24;
/// Where `perf inject` puts code in the files that it makes; V8 adds it to the addresses in its line records.
const INJECTED_AT: u64 = 0x40;

/// A function that was loaded, and where the file says what of it.
#[derive(Clone, Copy, Debug)]
struct Code {
    start: u64,
    size: u64,
    name_at: u64,
    /// Range of the records of lines; empty where there are none.
    lines_at: (u64, u64),
}

/// Names those of the sorted `addresses` that code which was loaded until `until_ns` covers.
pub(super) fn read<R: Read + Seek>(
    file: R,
    addresses: &[u64],
    until_ns: u64,
    names: &mut [Option<Named>],
) {
    let mut file = BufReader::new(file);
    let codes = codes(&mut file, until_ns);
    let mut last: Vec<Option<usize>> = vec![None; addresses.len()];
    let mut left = MAX_COVERED;
    for (at, code) in codes.iter().enumerate() {
        let covered = covered(addresses, code.start, code.size);
        left = left.saturating_sub(covered.len());
        if left == 0 {
            break;
        }
        last[covered].fill(Some(at));
    }
    let mut known: Option<(usize, Named, Vec<Place>)> = None;
    for ((&address, name), last) in addresses.iter().zip(names).zip(last) {
        let Some(at) = last else { continue };
        if known.as_ref().is_none_or(|(known, _, _)| *known != at) {
            known = describe(&mut file, &codes[at]).map(|(named, places)| (at, named, places));
        }
        if let Some((_, named, places)) = &known {
            let after = places.partition_point(|place| place.address <= address);
            let place = after.checked_sub(1).map(|at| &places[at]);
            *name = Some(match place {
                Some(place) => Named {
                    file: place.file.clone(),
                    line: place.line,
                    ..named.clone()
                },
                None => named.clone(),
            });
        }
    }
}

/// Everything that was loaded, in the order of the file; what does not parse ends it.
fn codes<R: Read + Seek>(file: &mut BufReader<R>, until_ns: u64) -> Vec<Code> {
    let mut codes = Vec::new();
    let _: Option<()> = read_codes(file, until_ns, &mut codes);
    codes
}

fn read_codes<R: Read + Seek>(
    file: &mut BufReader<R>,
    until_ns: u64,
    codes: &mut Vec<Code>,
) -> Option<()> {
    const LOAD: u32 = 0;
    const MOVE: u32 = 1;
    const DEBUG_INFO: u32 = 2;
    const CLOSE: u32 = 3;
    const RECORD_HEADER: u64 = 16;
    let [magic, _version, header_len] = u32s(file)?;
    if magic != MAGIC {
        return None;
    }
    let [_machine, _pad, _pid] = u32s(file)?;
    let [_time, flags] = u64s(file)?;
    let until_ns = if flags & OTHER_CLOCK != 0 {
        u64::MAX
    } else {
        until_ns
    };
    let mut at = u64::from(header_len);
    let mut lines: Option<(u64, (u64, u64))> = None;
    while codes.len() < MAX_CODES {
        let here = file.stream_position().ok()?;
        let skip = i128::from(at) - i128::from(here);
        file.seek_relative(i64::try_from(skip).ok()?).ok()?;
        let [kind, len] = u32s(file)?;
        let [time] = u64s(file)?;
        let end = at
            .checked_add(len.into())
            .filter(|_| u64::from(len) >= RECORD_HEADER)?;
        match kind {
            LOAD => {
                let [_pid, _tid] = u32s(file)?;
                let [_vma, start, size, _index] = u64s(file)?;
                let of_it = lines.take().filter(|(code, _)| *code == start);
                if time <= until_ns {
                    codes.push(Code {
                        start,
                        size,
                        name_at: at + RECORD_HEADER + 8 + 32,
                        lines_at: of_it.map_or((0, 0), |(_, range)| range),
                    });
                }
            }
            MOVE => {
                let [_pid, _tid] = u32s(file)?;
                let [_vma, from, to, size, _index] = u64s(file)?;
                let moved = codes.iter().rev().find(|code| code.start == from).copied();
                if let Some(code) = moved.filter(|_| time <= until_ns) {
                    // Lines keep the addresses of the first place.
                    codes.push(Code {
                        start: to,
                        size,
                        lines_at: (0, 0),
                        ..code
                    });
                }
            }
            DEBUG_INFO => {
                let [code, _count] = u64s(file)?;
                lines = Some((code, (at + RECORD_HEADER + 16, end)));
            }
            CLOSE => return Some(()),
            _ => {}
        }
        at = end;
    }
    Some(())
}

/// A line, from an address on.
#[derive(Clone, Debug)]
struct Place {
    address: u64,
    line: u32,
    file: String,
}

fn describe<R: Read + Seek>(file: &mut BufReader<R>, code: &Code) -> Option<(Named, Vec<Place>)> {
    file.seek(SeekFrom::Start(code.name_at)).ok()?;
    let mut name = Vec::new();
    file.take(MAX_NAME).read_to_end(&mut name).ok()?;
    let len = name
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(name.len());
    let text = String::from_utf8_lossy(&name[..len]);
    let named = function(&text);
    let is_of_v8 = named.linkage_name != text;
    let mut places = places(file, code).unwrap_or_default();
    if is_of_v8 {
        let moved = places.iter_mut();
        moved.for_each(|place| place.address = place.address.wrapping_sub(INJECTED_AT));
    }
    places.retain(|place| place.line != 0);
    places.sort_by_key(|place| place.address);
    Some((named, places))
}

fn places<R: Read + Seek>(file: &mut BufReader<R>, code: &Code) -> Option<Vec<Place>> {
    /// Stands for the file name of the entry before.
    const SAME: &[u8] = b"\xff";
    let (start, end) = code.lines_at;
    let len = end
        .checked_sub(start)
        .filter(|&len| len > 0 && len <= MAX_LINES)?;
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = Vec::new();
    file.take(len).read_to_end(&mut bytes).ok()?;
    let mut places: Vec<Place> = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((head, tail)) = rest.split_at_checked(16) {
        let len = tail.iter().position(|&byte| byte == 0)?;
        let name = match &tail[..len] {
            SAME => places
                .last()
                .map(|place| place.file.clone())
                .unwrap_or_default(),
            name => String::from_utf8_lossy(name).into_owned(),
        };
        places.push(Place {
            address: u64::from_le_bytes(head[..8].try_into().ok()?),
            line: u32::from_le_bytes(head[8..12].try_into().ok()?),
            file: name,
        });
        rest = &tail[len + 1..];
    }
    Some(places)
}

fn u32s<const N: usize>(file: &mut impl Read) -> Option<[u32; N]> {
    let mut words = [0; N];
    for word in &mut words {
        let mut bytes = [0; 4];
        file.read_exact(&mut bytes).ok()?;
        *word = u32::from_le_bytes(bytes);
    }
    Some(words)
}

fn u64s<const N: usize>(file: &mut impl Read) -> Option<[u64; N]> {
    let mut words = [0; N];
    for word in &mut words {
        let mut bytes = [0; 8];
        file.read_exact(&mut bytes).ok()?;
        *word = u64::from_le_bytes(bytes);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn record(kind: u32, time: u64, body: &[&[u8]]) -> Vec<u8> {
        let body = body.concat();
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend((body.len() as u32 + 16).to_le_bytes());
        bytes.extend(time.to_le_bytes());
        bytes.extend(body);
        bytes
    }

    fn words(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn load(time: u64, start: u64, name: &str) -> Vec<u8> {
        let code = [0x90; 0x10];
        record(
            0,
            time,
            &[
                &words(&[0, start, start, 0x10, 1]),
                name.as_bytes(),
                &[0],
                &code,
            ],
        )
    }

    /// `old`, whose place `new` takes and which has lines; `moved`; `late`, which comes too late.
    fn dump() -> Vec<u8> {
        let mut bytes = Vec::new();
        [MAGIC, 1, 40, 62, 0, 7]
            .iter()
            .for_each(|word: &u32| bytes.extend(word.to_le_bytes()));
        bytes.extend(words(&[0, 0]));
        bytes.extend(load(1, 0x1000, "old"));
        let line =
            |address, line: u64, file: &[u8]| [&words(&[address, line]), file, &[0]].concat();
        let lines = [line(0x1000, 5, b"/a.c"), line(0x1008, 6, b"\xff")].concat();
        bytes.extend(record(2, 2, &[&words(&[0x1000, 2]), &lines]));
        bytes.extend(load(2, 0x1000, "new"));
        bytes.extend(load(3, 0x2000, "moved"));
        bytes.extend(record(1, 4, &[&words(&[0, 0, 0x2000, 0x3000, 0x10, 1])]));
        bytes.extend(load(9, 0x3000, "late"));
        bytes
    }

    fn names(bytes: Vec<u8>) -> Vec<(String, u32)> {
        let addresses = [0x1000, 0x1009, 0x1010, 0x3004];
        let mut names = vec![None; addresses.len()];
        read(Cursor::new(bytes), &addresses, 5, &mut names);
        let text = |name: Option<Named>| {
            name.map_or((String::new(), 0), |named| {
                (named.linkage_name + &named.file, named.line)
            })
        };
        names.into_iter().map(text).collect()
    }

    #[test]
    fn the_latest_code_before_the_end_names_an_address_and_its_line() {
        let expected = [("new/a.c", 5), ("new/a.c", 6), ("", 0), ("moved", 0)];
        assert_eq!(
            names(dump()),
            expected.map(|(name, line)| (name.to_owned(), line))
        );
    }

    #[test]
    fn truncated_dumps_name_no_more() {
        let whole = dump();
        for end in 0..whole.len() - 80 {
            assert_ne!(
                names(whole[..end].to_vec()),
                names(whole.clone()),
                "{end} bytes"
            );
        }
    }
}
