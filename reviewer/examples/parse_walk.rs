//! The yardstick of the reviewer's speed: parse, walk and drop every file below some folders with
//! tree-sitter and do nothing else. `reviewer check` on the same folders is to cost at most twice as much.
//!
//! ```console
//! cargo run --release -p reviewer --example parse_walk -- DIR...
//! ```

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::path::PathBuf;

use rayon::prelude::*;
use reviewer::lang::Language;
use reviewer::source;

fn grammar(language: Language) -> tree_sitter::Language {
    match language {
        Language::Generic | Language::Regex => unreachable!("only languages are searched for"),
        Language::Go => tree_sitter_go::LANGUAGE.into(),
        Language::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
        Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        Language::Java => tree_sitter_java::LANGUAGE.into(),
        Language::Python => tree_sitter_python::LANGUAGE.into(),
        Language::Rust => tree_sitter_rust::LANGUAGE.into(),
    }
}

/// Number of nodes of the text's tree.
fn parse_and_walk(language: Language, text: &str) -> u64 {
    let mut parser = tree_sitter::Parser::new();
    parser
        .set_language(&grammar(language))
        .expect("the grammars are built for this parser");
    let tree = parser
        .parse(text, None)
        .expect("a parser without a limit gives a tree");
    let mut cursor = tree.walk();
    let mut nodes = 1;
    loop {
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            nodes += 1;
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return nodes;
            }
            if cursor.goto_next_sibling() {
                nodes += 1;
                break;
            }
        }
    }
}

fn main() -> std::io::Result<()> {
    let base = std::env::current_dir()?;
    let paths: Vec<PathBuf> = std::env::args()
        .skip(1)
        .map(|path| base.join(path))
        .collect();
    let found = source::find(&paths, &base, false);
    let read = |file: &source::SourceFile| Some((file.language, source::read(&file.path).ok()?));
    let counts: Vec<_> = found
        .files
        .par_iter()
        .filter_map(read)
        .map(|(language, text)| (text.len() as u64, parse_and_walk(language, &text)))
        .collect();
    let bytes: u64 = counts.iter().map(|(bytes, _)| bytes).sum();
    let nodes: u64 = counts.iter().map(|(_, nodes)| nodes).sum();
    println!("{} files, {bytes} bytes, {nodes} nodes", counts.len());
    Ok(())
}
