//! The HTML report: one file that needs no network.
//!
//! ```text
//! Profile ─► Data (call tree, hotspots, recommendations, listings) ─► JSON in the page ─► viewer.js
//! ```
//!
//! All data travels as JSON in an inert `<script>` element, with `<` escaped, and reaches the page only as
//! text, so a hostile function name stays a name. The page's policy allows nothing from outside.

mod listing;

use serde::Serialize;

pub use listing::Listing;

use super::SourceView;
use super::report::Report;
use crate::analyze::{CallTree, Frames, Hotspots, Measure, NodeName, is_runtime, readable};
use crate::profile::{FrameKind, Profile};

const STYLE: &str = include_str!("style.css");
const VIEWER: &str = include_str!("viewer.js");
const PAGE: &str = include_str!("page.html");

/// Functions in the table; beyond them the flamegraph's search finds the rest.
const TABLE: usize = 500;

/// What the viewer reads. Tables are arrays of columns: a page of 100,000 nodes stays a few megabytes.
#[derive(Debug, Serialize)]
struct Data {
    report: Report,
    unit: String,
    names: Vec<Name>,
    nodes: Nodes,
    functions: Vec<(usize, i64, i64)>,
    listings: Vec<Listing>,
    elsewhere: usize,
}

/// A function or thread.
#[derive(Debug, Serialize)]
struct Name {
    name: String,
    kind: Kind,
    #[serde(skip_serializing_if = "String::is_empty")]
    module: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    file: String,
    #[serde(skip_serializing_if = "is_zero")]
    line: u32,
}

/// What decides the colour of a frame.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Thread,
    Program,
    Runtime,
    Kernel,
    Truncated,
}

/// The call tree, callers first: caller (-1: none), name, own weight, whether the call was inlined.
#[derive(Debug, Default, Serialize)]
struct Nodes {
    parent: Vec<i64>,
    name: Vec<usize>,
    own: Vec<i64>,
    inlined: Vec<u8>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Renders `profile`, with source and notes where `source` has them.
pub fn render(profile: &Profile, source: &SourceView) -> String {
    render_report(profile, source, Report::of(profile, super::text::TOP))
}

/// Like [`render`], with a `report` of `profile` that was made before.
pub fn render_report(profile: &Profile, source: &SourceView, report: Report) -> String {
    let data = data(profile, source, report);
    let json = serde_json::to_string(&data).expect("the data is plain, with text keys");
    // In a script element only `<` can end it or open a comment.
    let json = json.replace('<', "\\u003c");
    let title = escape(if data.report.target.is_empty() {
        "CPU profile"
    } else {
        &data.report.target
    });
    // Data goes in last, so that nothing in it is taken for a place holder.
    PAGE.replacen("{{title}}", &title, 1)
        .replacen("{{style}}", STYLE, 1)
        .replacen("{{viewer}}", VIEWER, 1)
        .replacen("{{data}}", &json, 1)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('{', "&#123;")
}

fn data(profile: &Profile, source: &SourceView, report: Report) -> Data {
    let frames = Frames::of(profile);
    let measure = Measure::of(profile);
    let hotspots = Hotspots::of(profile, &frames, &measure);
    let (names, nodes) = nodes(profile, &frames, &measure);
    let listings = listing::listings(profile, &frames, &measure, &hotspots, source);
    let shown: usize = listings.iter().map(|listing| listing.notes.len()).sum();
    let functions = hotspots.functions.iter().take(TABLE);
    Data {
        report,
        unit: measure.unit.clone(),
        names,
        nodes,
        functions: functions
            .map(|hotspot| (hotspot.func.index(), hotspot.own, hotspot.total))
            .collect(),
        listings,
        elsewhere: source.notes.len() - shown,
    }
}

/// The call tree, and the names of its nodes: functions by their ids, then threads.
fn nodes(profile: &Profile, frames: &Frames, measure: &Measure) -> (Vec<Name>, Nodes) {
    let mut names: Vec<Name> = frames
        .funcs
        .iter()
        .map(|func| Name {
            name: func.name.clone(),
            kind: match func.kind {
                FrameKind::Kernel => Kind::Kernel,
                FrameKind::Truncated => Kind::Truncated,
                FrameKind::Native if is_runtime(profile, func) => Kind::Runtime,
                FrameKind::Native => Kind::Program,
            },
            module: func.module.map_or_else(String::new, |id| {
                readable(profile.text(profile.modules[id.index()].path))
            }),
            file: readable(profile.text(func.file)),
            line: func.start_line,
        })
        .collect();
    let mut nodes = Nodes::default();
    let mut threads = rustc_hash::FxHashMap::default();
    for node in CallTree::of(profile, frames, measure).nodes {
        let (name, inlined) = match node.name {
            NodeName::Call(func, inlined) => (func.index(), inlined),
            NodeName::Thread(text) => {
                let id = *threads.entry(text).or_insert_with(|| {
                    let name = readable(profile.text(text));
                    let (module, file) = (String::new(), String::new());
                    names.push(Name {
                        name,
                        kind: Kind::Thread,
                        module,
                        file,
                        line: 0,
                    });
                    names.len() - 1
                });
                (id, false)
            }
        };
        nodes.parent.push(node.parent.map_or(-1, i64::from));
        nodes.name.push(name);
        nodes.own.push(node.own);
        nodes.inlined.push(inlined.into());
    }
    (names, nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_data() {
        let name = "</script><img src=x onerror=alert(1)>{{data}}";
        let mut profile = crate::import::folded(&format!("main;{name} 3\n")).unwrap();
        profile.recording.target = name.into();
        let page = render(&profile, &SourceView::default());
        assert!(!page.contains("<img"));
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(page.contains(r"\u003c/script>\u003cimg"));
    }

    #[test]
    fn the_page_names_nothing_outside_of_itself() {
        let page = render(
            &crate::import::folded("a 1\n").unwrap(),
            &SourceView::default(),
        );
        assert!(page.contains("default-src 'none'"));
        for outside in [
            "src=\"http",
            "@import",
            "url(http",
            "fetch(",
            "XMLHttpRequest",
            "innerHTML",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
