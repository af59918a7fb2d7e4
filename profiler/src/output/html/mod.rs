//! The HTML report: one file that needs no network.
//!
//! ```text
//! Profile ─┬► Report, Sources (JSON) ──────────────────┐
//!          ├► Names (JSON) ─► zlib ─► Base64 ──────────┼─► inert elements of the page ─► viewer/*.js
//!          └► Tree (varints) ─► zlib ─► Base64 ────────┘
//! ```
//!
//! The viewer's files become one script, in the order of [`VIEWER`]. All data travels in `<script>` elements of a
//! type that no browser runs, with `<` escaped, and reaches the page only as text, so a hostile function name
//! stays a name. The page's policy names its script and its style by their digests and allows nothing else.

mod digest;
mod pack;
mod source;
mod tree;

use std::fmt::Write as _;

use serde::Serialize;

pub use source::{Excerpt, Note, Source};

use super::SourceView;
use super::report::Report;
use crate::analyze::{Frames, Hotspots, Measure, is_runtime, readable};
use crate::profile::{FrameKind, Profile};
use source::Sources;
use tree::{Root, Shape, Tree};

const STYLE: &str = include_str!("style.css");
const PAGE: &str = include_str!("page.html");
/// The viewer: what is below uses what is above.
const VIEWER: &[&str] = &[
    include_str!("viewer/text.js"),
    include_str!("viewer/model.js"),
    include_str!("viewer/layers.js"),
    include_str!("viewer/paint.js"),
    include_str!("viewer/state.js"),
    include_str!("viewer/summary.js"),
    include_str!("viewer/chart.js"),
    include_str!("viewer/table.js"),
    include_str!("viewer/source.js"),
    include_str!("viewer/activity.js"),
    include_str!("viewer/app.js"),
];

/// What the viewer reads first.
#[derive(Debug, Serialize)]
struct Head {
    report: Report,
    duration_ns: u64,
    slice_ns: u64,
    tree: Shape,
    sources: Vec<Source>,
    /// Whether a source folder was given.
    source: bool,
    /// Notes in code that was not hot.
    elsewhere: usize,
}

/// Functions, then threads and processes: columns of equal length, and the texts that they share.
#[derive(Debug, Default, Serialize)]
struct Names {
    name: Vec<String>,
    kind: Vec<Kind>,
    /// Index of the module plus one; 0 where unknown.
    module: Vec<u32>,
    /// Index of the source file plus one; 0 where unknown.
    file: Vec<usize>,
    /// Line of the declaration; 0 where unknown.
    line: Vec<u32>,
    /// Index in [`Head::sources`] plus one; 0 where the source is not shown.
    source: Vec<usize>,
    modules: Vec<String>,
    files: Vec<String>,
}

/// What a name stands for, and whose code it is.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Process,
    Thread,
    Program,
    Runtime,
    Kernel,
    Truncated,
}

/// Renders `profile`, with source and notes where `source` has them.
pub fn render(profile: &Profile, source: &SourceView) -> String {
    render_report(profile, source, Report::of(profile, super::text::TOP))
}

/// Like [`render`], with a `report` of `profile` that was made before.
pub fn render_report(profile: &Profile, source: &SourceView, report: Report) -> String {
    let frames = Frames::of(profile);
    let measure = Measure::of(profile);
    let hotspots = Hotspots::of(profile, &frames, &measure);
    let sources = Sources::of(profile, &frames, &hotspots, source);
    let has_source: Vec<bool> = sources.of_func.iter().map(Option::is_some).collect();
    let tree = Tree::of(profile, &frames, &measure, &has_source);
    let names = names(profile, &frames, &sources, &tree.roots);
    let (shape, bytes) = tree.pack();
    let head = Head {
        report,
        duration_ns: profile.recording.duration_ns,
        slice_ns: profile.recording.slice_ns,
        tree: shape,
        sources: sources.files,
        source: source.tree.is_some(),
        elsewhere: sources.elsewhere,
    };
    let script = viewer();
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        allowed(&script),
        allowed(STYLE)
    );
    let title = match head.report.target.as_str() {
        "" => "CPU profile".to_owned(),
        target => escape(target),
    };
    fill(&[
        ("policy", &policy),
        ("title", &title),
        ("style", STYLE),
        ("head", &inert(&head)),
        ("viewer", &script),
        ("names", &pack::block(json(&names).as_bytes())),
        ("tree", &pack::block(&bytes)),
    ])
}

/// The page with its place holders filled, in the order in which it has them; what is filled in is not looked at
/// again.
fn fill(values: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = PAGE;
    for (name, value) in values {
        let (before, after) = rest
            .split_once(&format!("{{{{{name}}}}}"))
            .expect("the page has every place holder once, in this order");
        page += before;
        page += value;
        rest = after;
    }
    page + rest
}

fn viewer() -> String {
    let mut script = String::from("\"use strict\";\n(() => {\n");
    for file in VIEWER {
        let _ = writeln!(script, "{file}");
    }
    script + "})();\n"
}

/// The source expression of the Content Security Policy that allows this text.
fn allowed(text: &str) -> String {
    format!(
        "'sha256-{}'",
        pack::base64(&digest::sha256(text.as_bytes()))
    )
}

/// JSON for a script element, where only `<` can end it or open a comment.
fn inert(data: &impl Serialize) -> String {
    json(data).replace('<', "\\u003c")
}

fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).expect("the data is plain, with text keys")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn names(profile: &Profile, frames: &Frames, sources: &Sources, roots: &[Root]) -> Names {
    let mut names = Names::default();
    for module in &profile.modules {
        names.modules.push(readable(profile.text(module.path)));
    }
    let mut files = rustc_hash::FxHashMap::default();
    for (func, source) in frames.funcs.iter().zip(&sources.of_func) {
        names.name.push(func.name.clone());
        names.kind.push(match func.kind {
            FrameKind::Kernel => Kind::Kernel,
            FrameKind::Truncated => Kind::Truncated,
            FrameKind::Native if is_runtime(profile, func) => Kind::Runtime,
            FrameKind::Native => Kind::Program,
        });
        names.module.push(func.module.map_or(0, |id| id.0 + 1));
        let text = profile.text(func.file);
        names.file.push(if text.is_empty() {
            0
        } else {
            *files.entry(func.file).or_insert_with(|| {
                names.files.push(readable(text));
                names.files.len()
            })
        });
        names.line.push(func.start_line);
        names.source.push(source.map_or(0, |at| at + 1));
    }
    for root in roots {
        let (name, kind) = match *root {
            Root::Process(pid) => (process(profile, pid), Kind::Process),
            Root::Thread(name) => (readable(profile.text(name)), Kind::Thread),
        };
        names.name.push(name);
        names.kind.push(kind);
        names.module.push(0);
        names.file.push(0);
        names.line.push(0);
        names.source.push(0);
    }
    names
}

/// A process for a reader: the name of its first thread, where that was sampled, and its id.
fn process(profile: &Profile, pid: u32) -> String {
    let first = |thread: &&crate::profile::Thread| (thread.pid, thread.tid) == (pid, pid);
    match profile.threads.iter().find(first) {
        Some(thread) => format!("{} (pid {pid})", readable(profile.text(thread.name))),
        None => format!("pid {pid}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_data() {
        let name = "</script><img src=x onerror=alert(1)>{{tree}}";
        let mut profile = crate::import::folded(&format!("main;{name} 3\n")).unwrap();
        profile.recording.target = name.into();
        let page = render(&profile, &SourceView::default());
        assert!(!page.contains("<img"));
        assert_eq!(page.matches("</script>").count(), 4);
        assert!(page.contains(r"\u003c/script>\u003cimg"));
    }

    #[test]
    fn the_page_names_nothing_outside_of_itself() {
        let page = render(
            &crate::import::folded("a 1\n").unwrap(),
            &SourceView::default(),
        );
        assert!(page.contains("default-src 'none'; script-src 'sha256-"));
        for outside in [
            "src=\"http",
            "@import",
            "url(http",
            "fetch(",
            "XMLHttpRequest",
            "innerHTML",
            "unsafe-inline",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}
