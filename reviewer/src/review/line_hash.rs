//! How GitHub's code scanning tells alerts apart: by a hash of the code from the start of their line on.
//!
//! It is that of `github/codeql-action`, which computes it from the sources where a report has none: over the first 100
//! UTF-16 code units that are neither space nor tab, with line breaks of all kinds as one unit; lines that are alike are
//! numbered.

use std::collections::HashMap;

use super::Finding;

/// How many units are hashed.
const WINDOW: usize = 100;
/// The base of the polynomial.
const BASE: u64 = 37;
/// Stands behind the last character.
const END: u16 = u16::MAX;
const LINE_FEED: u16 = 0x0a;

/// Gives findings in `text` the hash of the line that they start in.
pub(super) fn assign<'a>(findings: impl Iterator<Item = &'a mut Finding>, text: &str) {
    let mut hashes = None;
    for finding in findings {
        let hashes = hashes.get_or_insert_with(|| line_hashes(text));
        if let Some(hash) = hashes.get(finding.place.start.line - 1) {
            finding.line_hash.clone_from(hash);
        }
    }
}

/// The hash of each line, with its number among those that are alike.
fn line_hashes(text: &str) -> Vec<String> {
    let units = units(text);
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let is_start = |at: usize| at == 0 || units[at - 1] == LINE_FEED;
    (0..units.len() - WINDOW)
        .filter(|&at| is_start(at))
        .map(|at| {
            let hash = units[at..at + WINDOW].iter().fold(0u64, |hash, unit| {
                hash.wrapping_mul(BASE).wrapping_add(u64::from(*unit))
            });
            let number = seen.entry(hash).or_default();
            *number += 1;
            format!("{hash:x}:{number}")
        })
        .collect()
}

/// What is hashed, with zeros behind it, so that there is a whole window for the last line too.
fn units(text: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len() + WINDOW + 1);
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let is_return = unit == u16::from(b'\r');
        match unit {
            0x20 | 0x09 => {}
            LINE_FEED if after_return => {}
            _ if is_return => units.push(LINE_FEED),
            _ => units.push(unit),
        }
        after_return = is_return;
    }
    units.push(END);
    units.extend([0; WINDOW]);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are those that GitHub's action gives for these texts.
    #[test]
    fn lines_hash_as_github_hashes_them() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            [
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1"
            ]
        );
        let alike = line_hashes(&"Lorem ipsum dolor sit amet.\r\n".repeat(10));
        assert_eq!(alike[0], "a7f2ff13bc495cf2:1");
        assert_eq!(alike[5], "a7f2ff13bc495cf2:6");
        assert_eq!(alike[6], "a7f2ff1481e87703:1");
    }

    #[test]
    fn any_line_break_is_one() {
        let hashes = line_hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n");
        for mixed in [
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(line_hashes(mixed), hashes);
        }
    }
}
