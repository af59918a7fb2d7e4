//! Difference flamegraph, drawn by inferno: widths are after, red frames cost more than before, blue ones less.

use std::collections::BTreeMap;
use std::io;

use inferno::flamegraph::{Options, from_lines};

use super::verdict;
use crate::analyze::readable;
use crate::compare::{Comparison, Scale};
use crate::output::folded;
use crate::profile::Profile;

/// Counts are fractions of the whole; inferno adds up whole numbers.
const WHOLE: f64 = 1e6;

/// Renders the stacks of `before` and `after`, scaled as `comparison` is.
///
/// # Errors
/// Where inferno refuses the stacks.
pub fn render(
    comparison: &Comparison,
    before: &[&Profile],
    after: &[&Profile],
) -> io::Result<Vec<u8>> {
    let growth = match (
        comparison.scale,
        comparison.before.cores,
        comparison.after.cores,
    ) {
        (Scale::Absolute, Some(before), Some(after)) if before > 0.0 => after / before,
        _ => 1.0,
    };
    let mut stacks: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    for (column, profiles, scale) in [(0, before, 1.0), (1, after, growth)] {
        for profile in profiles {
            let folded = folded::stacks(profile, readable);
            let total = folded.values().sum::<i64>().max(1) as f64 * profiles.len() as f64;
            for (stack, count) in folded {
                stacks.entry(without_addresses(&stack)).or_default()[column] +=
                    count as f64 * scale / total;
            }
        }
    }
    let line = |(stack, [before, after]): (&String, &[f64; 2])| {
        format!("{stack} {:.0} {:.0}", before * WHOLE, after * WHOLE)
    };
    let lines: Vec<String> = stacks.iter().map(line).collect();
    let mut options = Options::default();
    options.title = "Difference: red costs more than before, blue less".to_owned();
    options.subtitle = Some(verdict(comparison));
    options.count_name = "millionths of the whole".to_owned();
    options.deterministic = true;
    // Lines come sorted.
    options.no_sort = true;
    let mut svg = Vec::new();
    from_lines(&mut options, lines.iter().map(String::as_str), &mut svg)?;
    Ok(svg)
}

/// A stack whose unnamed frames (`libz.so.1+0x1f20`) are known by their module, as another build has other addresses.
fn without_addresses(stack: &str) -> String {
    let frames = stack
        .split(';')
        .map(|frame| match frame.rsplit_once("+0x") {
            Some((module, address)) if address.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                module
            }
            _ => frame,
        });
    frames.collect::<Vec<_>>().join(";")
}
