//! Counts of work, pinned: a performance regression is a diff here and not a noisy timing. `UPDATE=1 cargo
//! test` rewrites what is expected; review the diff.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed; UPDATE asks for other expectations"
)]

use std::fmt::Write;
use std::path::Path;

use reviewer::lang::Language;
use reviewer::plan::{Plan, Selection};
use rules::review::load;

#[test]
fn the_work_for_a_file_does_not_grow() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("counts");
    let loaded = load(&std::fs::read_to_string(dir.join("rules.yaml")).unwrap());
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    let plan = Plan::prepare(loaded.rules, true).plan;
    let mut counts = String::new();
    for (language, file) in [
        (Language::Java, "Sample.java"),
        (Language::Python, "sample.py"),
        (Language::Rust, "sample.rs"),
    ] {
        let text = std::fs::read_to_string(dir.join(file)).unwrap();
        let outcome = plan.run(language, file, text, &Selection::all(&plan));
        let work = outcome.counts;
        writeln!(
            counts,
            "{file}: {} nodes, {} match attempts, {} steps, {} findings",
            work.nodes,
            work.attempts,
            work.steps,
            outcome.hits.len()
        )
        .unwrap();
    }
    let expected = dir.join("expected.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&expected, &counts).unwrap();
    }
    assert_eq!(counts, std::fs::read_to_string(expected).unwrap());
}

#[test]
fn a_file_that_no_rule_can_match_is_not_parsed() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("counts");
    let loaded = load(&std::fs::read_to_string(dir.join("rules.yaml")).unwrap());
    let plan = Plan::prepare(loaded.rules, true).plan;
    let outcome = plan.run(
        Language::Python,
        "a.py",
        "print(1)\n".into(),
        &Selection::all(&plan),
    );
    assert!(!outcome.parsed && outcome.counts.nodes == 0);
}
