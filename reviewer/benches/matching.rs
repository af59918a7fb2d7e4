//! Bytes per second of all built-in rules over their own examples, the densest code there is for them; and
//! what a plan costs before the first file.

#![allow(missing_docs)]

use divan::counter::BytesCount;
use reviewer::lang::Language;
use reviewer::plan::{Plan, Selection};
use rules::builtin::review_rules;

fn main() {
    divan::main();
}

#[divan::bench]
fn start_up() -> Plan {
    Plan::prepare(review_rules(), false).plan
}

/// Languages that have built-in rules, whose examples are what is matched.
const MEASURED: [Language; 3] = [Language::Java, Language::Python, Language::Rust];

#[divan::bench(args = MEASURED)]
fn all_rules(bencher: divan::Bencher<'_, '_>, language: Language) {
    let plan = Plan::prepare(review_rules(), false).plan;
    let rules = review_rules();
    let own = rules
        .iter()
        .filter(|rule| Language::named(&rule.languages[0]).any(|named| named == language));
    let texts = own
        .flat_map(|rule| &rule.examples)
        .flat_map(|e| [&e.bad, &e.good])
        .flatten();
    let text = texts
        .map(|code| code.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    // Patterns compile on first need.
    let all = Selection::all(&plan);
    plan.run(language, "example", text.clone(), &all);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| plan.run(language, "example", text.clone(), &all));
}
