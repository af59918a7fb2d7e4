//! A comparison for a terminal of 100 columns.

use super::{cpu, heading, listed, percent, points, side, verdict};
use crate::compare::{Change, Comparison, Cost};

/// Columns for names.
const NAME: usize = 44;

/// Renders `comparison` with lists of `top` functions. The column `visible` has the smallest change, in points, that would
/// have been found in 80 of 100 comparisons.
pub fn render(comparison: &Comparison, top: usize, color: bool) -> String {
    let mut lines = vec![
        format!("before  {}", side(&comparison.before)),
        format!("after   {}", side(&comparison.after)),
    ];
    lines.extend(cpu(comparison));
    lines.push(String::new());
    lines.extend(wrap(&verdict(comparison)));
    for cost in [Cost::Own, Cost::Total] {
        list(
            &mut lines,
            &format!("Changed, {}", heading(cost)),
            &listed(comparison, cost, true, top),
            color,
        );
    }
    let rest = |cost| listed(comparison, cost, false, top);
    if comparison.changed().next().is_none() {
        let title = match comparison.detectable {
            Some(_) => "Largest differences, none of them proven",
            None => "Largest differences, untested",
        };
        for cost in [Cost::Own, Cost::Total] {
            list(
                &mut lines,
                &format!("{title}, {}", heading(cost)),
                &rest(cost),
                false,
            );
        }
    }
    for note in &comparison.notes {
        lines.push(String::new());
        lines.extend(wrap(&format!("Note: {note}")));
    }
    lines.join("\n") + "\n"
}

fn list(lines: &mut Vec<String>, title: &str, changes: &[&Change], color: bool) {
    if changes.is_empty() {
        return;
    }
    lines.extend([String::new(), title.to_owned()]);
    lines.push("  before    after  points     95 % interval  visible  function".to_owned());
    for change in changes {
        let line = row(change);
        let ink = if change.difference > 0.0 { "31" } else { "32" };
        lines.push(if color {
            format!("\x1b[{ink}m{line}\x1b[0m")
        } else {
            line
        });
    }
}

fn row(change: &Change) -> String {
    let (interval, detectable) = match change.test {
        Some(test) => {
            let interval = format!("{} to {}", points(test.low), points(test.high));
            (interval, format!("{:.1}", 100.0 * test.detectable))
        }
        None => ("?".to_owned(), "?".to_owned()),
    };
    format!(
        "{:>8}{:>9}{:>8}  {interval:>16}  {detectable:>7}  {}",
        percent(change.before),
        percent(change.after),
        points(change.difference),
        name(change)
    )
}

/// The name and its module, cut to what a line holds.
fn name(change: &Change) -> String {
    let full = match change.module.as_str() {
        "" => change.function.clone(),
        module => format!("{} ({module})", change.function),
    };
    crate::output::text::fit(&full, NAME)
}

/// `text` in lines of at most 80 characters.
fn wrap(text: &str) -> Vec<String> {
    crate::output::text::wrap(text, 80)
}
