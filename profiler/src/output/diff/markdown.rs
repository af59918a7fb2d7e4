//! A comparison as a comment on a pull request.

use std::fmt::Write as _;

use super::{cpu, heading, listed, percent, points, side, verdict};
use crate::compare::{Comparison, Cost};

/// Renders `comparison` with tables of `top` functions. Names cannot end their cell, their code span or the table.
pub fn render(comparison: &Comparison, top: usize) -> String {
    let mut text = format!("**Profile comparison.** {}\n\n", verdict(comparison));
    let _ = writeln!(
        text,
        "Before: {}. After: {}.",
        code(&side(&comparison.before)),
        code(&side(&comparison.after))
    );
    if let Some(cpu) = cpu(comparison) {
        let _ = writeln!(text, "{cpu}.");
    }
    for cost in [Cost::Own, Cost::Total] {
        let changes = listed(comparison, cost, true, top);
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\nFunctions that changed, {}:\n", heading(cost));
        text.push_str(
            "| function | before | after | points | 95 % interval |\n|---|--:|--:|--:|--:|\n",
        );
        for change in changes {
            let interval = change.test.map_or(String::new(), |test| {
                format!("{} to {}", points(test.low), points(test.high))
            });
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {interval} |",
                code(&change.function),
                percent(change.before),
                percent(change.after),
                points(change.difference)
            );
        }
    }
    for note in &comparison.notes {
        let _ = writeln!(text, "\nNote: {}", code(note));
    }
    text
}

/// `text` as a code span in a table's cell: fenced by more backticks than it holds in a row.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}
