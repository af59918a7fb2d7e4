//! A perf map: lines of `START SIZE name`, both numbers in hex.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};

use super::{MAX_COVERED, Named, covered, function};

/// More than any runtime writes; the rest of a larger file is not read.
const MAX_BYTES: u64 = 1 << 30;

/// Longer lines are cut.
const MAX_LINE: u64 = 1 << 16;

/// Names those of the sorted `addresses` that a line covers.
pub(super) fn read(mut map: &File, addresses: &[u64], names: &mut [Option<Named>]) {
    if map.rewind().is_err() {
        return;
    }
    let mut lines = BufReader::new(map.take(MAX_BYTES));
    let mut line = Vec::new();
    let mut left = MAX_COVERED;
    while left > 0 {
        line.clear();
        match (&mut lines).take(MAX_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        if let Some((start, size, name)) = parse(&line) {
            let covered = covered(addresses, start, size);
            left = left.saturating_sub(covered.len());
            if !covered.is_empty() {
                names[covered].fill(Some(function(&String::from_utf8_lossy(name))));
            }
        }
    }
}

fn parse(line: &[u8]) -> Option<(u64, u64, &[u8])> {
    let line = line.trim_ascii();
    let mut fields = line.splitn(3, |byte| *byte == b' ');
    let mut number = || {
        let text = std::str::from_utf8(fields.next()?).ok()?;
        u64::from_str_radix(text.trim_start_matches("0x"), 16).ok()
    };
    let (start, size) = (number()?, number()?);
    let name = fields.next()?.trim_ascii_start();
    (!name.is_empty()).then_some((start, size, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn the_last_line_that_covers_an_address_names_it() {
        let mut file = tempfile::tempfile().unwrap();
        let text = b"1000 100 first\nnot a line\n 5 6\n\xff\xff\n1080 0x10 second one\n2000 10 \n";
        file.write_all(text).unwrap();
        let addresses = [0xfff, 0x1000, 0x107f, 0x1080, 0x1090, 0x1100, 0x2000];
        let mut names = vec![None; addresses.len()];
        read(&file, &addresses, &mut names);
        let names: Vec<&str> = names
            .iter()
            .map(|name| name.as_ref().map_or("", |name| &name.linkage_name))
            .collect();
        assert_eq!(names, ["", "first", "first", "second one", "first", "", ""]);
    }
}
