//! `/proc/PID/maps`: which file lies where.

use std::fs;
use std::ops::Range;

/// One executable mapping of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Addresses in the process.
    pub range: Range<u64>,
    /// Offset of the range's start in the file.
    pub file_offset: u64,
    /// Device number, as major and minor.
    pub device: (u32, u32),
    /// Inode; 0 where no file is mapped.
    pub inode: u64,
    /// Path as the process sees it, `[vdso]`, or empty for anonymous memory.
    pub path: String,
}

impl Mapping {
    /// Whether a file lies behind the mapping, deleted or not.
    pub fn is_file(&self) -> bool {
        self.inode != 0 && self.path.starts_with('/')
    }
}

/// What the kernel appends to the path of a file that has no name any more.
const DELETED: &str = " (deleted)";

/// The executable mappings of `pid`; empty when they cannot be read.
pub fn maps(pid: u32) -> Vec<Mapping> {
    let text = fs::read(format!("/proc/{pid}/maps")).unwrap_or_default();
    parse_maps(&String::from_utf8_lossy(&text))
}

/// The executable mappings in the text of a `maps` file; lines that do not parse are skipped.
pub fn parse_maps(text: &str) -> Vec<Mapping> {
    text.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Mapping> {
    let mut rest = line;
    let mut field = || {
        let (field, tail) = rest.split_once(' ').unwrap_or((rest, ""));
        rest = tail;
        field
    };
    let (range, permissions, offset, device, inode) = (field(), field(), field(), field(), field());
    if permissions.as_bytes().get(2) != Some(&b'x') {
        return None;
    }
    let hex = |text| u64::from_str_radix(text, 16).ok();
    let (start, end) = range.split_once('-')?;
    let (major, minor) = device.split_once(':')?;
    let path = rest.trim_start();
    Some(Mapping {
        range: hex(start)?..hex(end)?,
        file_offset: hex(offset)?,
        device: (hex(major)? as u32, hex(minor)? as u32),
        inode: inode.parse().ok()?,
        path: path.strip_suffix(DELETED).unwrap_or(path).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
55d0e0a00000-55d0e0a01000 r--p 00000000 08:01 42                         /srv/a b (deleted)
55d0e0a01000-55d0e0a03000 r-xp 00001000 08:01 42                         /srv/a b (deleted)
7f0000000000-7f0000001000 rwxp 00000000 00:00 0 
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
";

    #[test]
    fn only_executable_mappings_are_kept_and_deleted_files_keep_their_name() {
        let maps = parse_maps(TEXT);
        assert_eq!(maps.len(), 3);
        assert_eq!(
            (maps[0].path.as_str(), maps[0].file_offset, maps[0].inode),
            ("/srv/a b", 0x1000, 42)
        );
        assert_eq!(maps[0].device, (8, 1));
        assert!(maps[0].is_file() && !maps[1].is_file() && !maps[2].is_file());
        assert_eq!(maps[2].path, "[vdso]");
    }

    #[test]
    fn truncated_text_never_invents_a_mapping() {
        let whole = parse_maps(TEXT);
        for end in 0..TEXT.len() {
            assert!(parse_maps(&TEXT[..end]).len() <= whole.len());
        }
    }
}
