//! Bytes per second from text to tree: what lowering adds to tree-sitter's parse.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(missing_docs, clippy::disallowed_methods)]

use divan::counter::BytesCount;
use reviewer::lang::Language;
use rules::builtin::review_rules;

fn main() {
    divan::main();
}

/// The examples of all rules of a language, as one text.
fn source(language: Language) -> String {
    let rules = review_rules();
    let own = rules
        .iter()
        .filter(|rule| Language::named(&rule.languages[0]).any(|named| named == language));
    let texts = own
        .flat_map(|rule| &rule.examples)
        .flat_map(|e| [&e.bad, &e.good])
        .flatten();
    texts
        .map(|code| code.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Languages that have built-in rules, whose examples are what is parsed.
const MEASURED: [Language; 3] = [Language::Java, Language::Python, Language::Rust];

fn grammar(language: Language) -> tree_sitter::Language {
    match language {
        Language::Java => tree_sitter_java::LANGUAGE.into(),
        Language::Python => tree_sitter_python::LANGUAGE.into(),
        Language::Rust => tree_sitter_rust::LANGUAGE.into(),
        other => panic!("{} has no rules yet", other.name()),
    }
}

#[divan::bench(args = MEASURED)]
fn tree_sitter_alone(bencher: divan::Bencher<'_, '_>, language: Language) {
    let text = source(language);
    let grammar = grammar(language);
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&grammar).unwrap();
        parser.parse(&text, None)
    });
}

#[divan::bench(args = MEASURED)]
fn parse_and_lower(bencher: divan::Bencher<'_, '_>, language: Language) {
    let text = source(language);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| language.parse(text.clone()));
}
