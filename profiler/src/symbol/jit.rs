//! Names of code that a process generated while it ran, from what the process itself wrote about it: a jitdump, else
//! a perf map.
//!
//! Both are files of the target's. They are read as streams, what is kept is bounded by the number of sampled
//! addresses (and of dumped functions, up to a limit), and what does not parse is skipped.

mod dump;
mod perf_map;

use std::ops::Range;

use super::Named;
use crate::unwind::Descriptions;

/// Names those of `addresses`, which are sorted, that the process described. Of several descriptions that cover an address
/// the last one counts: code is dropped and others take its place.
pub(super) fn name(
    descriptions: &Descriptions,
    addresses: &[u64],
    mut named: impl FnMut(usize, &[Named]),
) {
    let mut names = vec![None; addresses.len()];
    if let Some(map) = descriptions.perf_map() {
        perf_map::read(map, addresses, &mut names);
    }
    if let Some(dump) = descriptions.dump().and_then(|dump| dump.reader()) {
        dump::read(dump, addresses, descriptions.until_ns(), &mut names);
    }
    for (at, name) in names.into_iter().enumerate() {
        if let Some(name) = name {
            named(at, &[name]);
        }
    }
}

/// More descriptions of sampled addresses than any program writes; beyond, a file is not read further.
const MAX_COVERED: usize = 1 << 24;

/// Which of the sorted `addresses` lie in the `size` bytes from `start` on.
fn covered(addresses: &[u64], start: u64, size: u64) -> Range<usize> {
    let end = start.saturating_add(size);
    let below = |limit| addresses.partition_point(|&address| address < limit);
    below(start)..below(end)
}

/// A function as a runtime describes it. V8 tells what it is, how well it is optimized and where it stands, in one text:
/// `JS:*name /srv/app.js:12:7`. Of all that, name and place are kept, so that a function is one function
/// however often it was compiled.
fn function(text: &str) -> Named {
    const KINDS: [&str; 6] = [
        "JS:",
        "LazyCompile:",
        "Function:",
        "Script:",
        "Eval:",
        "Callback:",
    ];
    const TIERS: [char; 4] = ['*', '~', '^', '+'];
    let plain = |name: &str| Named {
        linkage_name: name.to_owned(),
        ..Named::default()
    };
    let Some(rest) = KINDS.iter().find_map(|kind| text.strip_prefix(kind)) else {
        return plain(text);
    };
    let rest = rest.strip_prefix(TIERS).unwrap_or(rest);
    let place = || {
        let (name, place) = rest.split_once(' ')?;
        let (place, _column) = place.rsplit_once(':')?;
        let (file, line) = place.rsplit_once(':')?;
        Some((name, file, line.parse().ok()?))
    };
    let Some((name, file, start_line)) = place() else {
        return plain(rest.trim());
    };
    Named {
        linkage_name: if name.is_empty() { "(anonymous)" } else { name }.to_owned(),
        file: file.strip_prefix("file://").unwrap_or(file).to_owned(),
        line: 0,
        start_line,
        ..Named::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_of_v8_has_a_name_and_a_place() {
        let read = |text| {
            let named = function(text);
            (named.linkage_name, named.file, named.start_line)
        };
        let expected = |name: &str, file: &str, line| (name.to_owned(), file.to_owned(), line);
        assert_eq!(
            read("JS:*fib /srv/a b.js:12:7"),
            expected("fib", "/srv/a b.js", 12)
        );
        assert_eq!(
            read("LazyCompile:~ file:///srv/a.js:1:2"),
            expected("(anonymous)", "/srv/a.js", 1)
        );
        assert_eq!(
            read("JS:^next node:internal"),
            expected("next node:internal", "", 0)
        );
        assert_eq!(read("jit_sixty"), expected("jit_sixty", "", 0));
    }
}
