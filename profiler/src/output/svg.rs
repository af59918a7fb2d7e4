//! Flamegraph and icicle graph, drawn by inferno.

use std::io;

use inferno::flamegraph::color::{BackgroundColor, MultiPalette};
use inferno::flamegraph::{Direction, Options, Palette, from_lines};

use super::{facts, folded};
use crate::analyze::{Measure, readable};
use crate::profile::Profile;

/// Which end of the stacks is at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Callers at the bottom, as in a fire.
    Flamegraph,
    /// Callers at the top, as icicles hang.
    Icicle,
}

/// Renders `profile`. Kernel frames, inlined calls, generated code and other user code are told apart by colour.
///
/// # Errors
/// Where inferno refuses the stacks.
pub fn render(profile: &Profile, shape: Shape) -> io::Result<Vec<u8>> {
    let lines: Vec<String> = folded::stacks(profile, readable)
        .iter()
        .map(|(stack, count)| format!("{stack} {count}"))
        .collect();
    let measure = Measure::of(profile);
    let mut options = Options::default();
    options.title = match readable(&profile.recording.target) {
        target if target.is_empty() => "CPU profile".to_owned(),
        target => target,
    };
    options.subtitle = Some(facts::summary(profile));
    options.count_name = measure.shown_name().to_owned();
    options.colors = Palette::Multi(MultiPalette::Java);
    options.direction = match shape {
        Shape::Flamegraph => Direction::Straight,
        Shape::Icicle => Direction::Inverted,
    };
    options.bgcolors = Some(BackgroundColor::Grey);
    // Colours follow from names, not from a random generator.
    options.deterministic = true;
    // Lines come sorted.
    options.no_sort = true;
    let mut svg = Vec::new();
    if lines.is_empty() {
        from_lines(&mut options, ["no samples 1"], &mut svg)?;
    } else {
        from_lines(&mut options, lines.iter().map(String::as_str), &mut svg)?;
    }
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(folded: &str) -> String {
        String::from_utf8(
            render(&crate::import::folded(folded).unwrap(), Shape::Flamegraph).unwrap(),
        )
        .unwrap()
    }

    #[test]
    fn hostile_names_are_escaped() {
        let svg = svg("main;<script>alert(1)</script> 3\n");
        assert!(!svg.contains("<script>alert"));
        assert!(
            svg.contains("&lt;script&gt;alert(1)&lt;/script&gt; (3 samples, 100.00%)"),
            "{svg}"
        );
    }

    #[test]
    fn a_deep_stack_and_an_empty_profile_are_drawn() {
        assert!(svg(&format!("{} 1\n", vec!["f"; 10_000].join(";"))).ends_with("</svg>"));
        assert!(
            !render(&Profile::default(), Shape::Icicle)
                .unwrap()
                .is_empty()
        );
    }
}
