//! Languages: the grammar of each, and how its syntax becomes the uniform tree.
//!
//! Only this module names a grammar or matches on the language. A language is one folder here.

mod arithmetic;
mod flow;
mod go;
mod java;
mod javascript;
mod lower;
mod python;
mod rust;
mod spell;
mod text;

use std::sync::OnceLock;

pub(crate) use arithmetic::Arithmetic;
pub(crate) use flow::Construct;
pub use lower::ParseError;
use lower::{Budget, Grammar, Row};
pub(crate) use spell::{CHAIN, DEEP, Meaning, SpellError, Spelled, Wrapper, meaning};

use serde::{Deserialize, Serialize};

use crate::tree::{Builder, Import, Kind, Role, Tree};

/// A language that can be reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// Any text, as words, signs and brackets.
    Generic,
    /// Go.
    Go,
    /// Java.
    Java,
    /// JavaScript, with JSX.
    JavaScript,
    /// Python 3, and 2 as far as its grammar agrees.
    Python,
    /// Any text, for regular expressions.
    Regex,
    /// Rust.
    Rust,
    /// TypeScript with JSX, where `<T>x` is an element and no conversion.
    Tsx,
    /// TypeScript.
    TypeScript,
}

/// What makes a language: the data that its folder provides.
struct Definition {
    name: &'static str,
    /// Names that rules use for it.
    aliases: &'static [&'static str],
    /// Languages that share its patterns: one that only another of them can read matches nothing here.
    dialects: &'static [Language],
    extensions: &'static [&'static str],
    /// Interpreters in a `#!` line, without version.
    interpreters: &'static [&'static str],
    line_comment: &'static str,
    /// Whether an assignment makes the name local to its function.
    assignment_declares: bool,
    /// Whether a name that is declared in a block is unknown behind it, loops and conditions being blocks too.
    blocks_are_scopes: bool,
    syntax: Syntax,
    /// Surroundings that make a fragment a file.
    wrappers: &'static [Wrapper],
    spell: spell::Speller,
    imports: fn(&Tree) -> Vec<Import>,
}

/// How a text becomes a tree.
enum Syntax {
    /// By a grammar of tree-sitter, and a table of what becomes of its kinds.
    Grammar(fn() -> tree_sitter::Language, &'static [Row]),
    /// By a function that puts the nodes below the root.
    Text(fn(&mut Builder)),
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 9] = [
        Language::Generic,
        Language::Go,
        Language::Java,
        Language::JavaScript,
        Language::Python,
        Language::Regex,
        Language::Rust,
        Language::Tsx,
        Language::TypeScript,
    ];

    fn definition(self) -> &'static Definition {
        match self {
            Language::Generic => &text::GENERIC,
            Language::Go => &go::DEFINITION,
            Language::Java => &java::DEFINITION,
            Language::JavaScript => &javascript::JAVASCRIPT,
            Language::Python => &python::DEFINITION,
            Language::Regex => &text::REGEX,
            Language::Rust => &rust::DEFINITION,
            Language::Tsx => &javascript::TSX,
            Language::TypeScript => &javascript::TYPESCRIPT,
        }
    }

    /// The grammar and its table, resolved once.
    fn grammar(
        self,
        language: fn() -> tree_sitter::Language,
        table: &'static [Row],
    ) -> &'static Grammar {
        static GRAMMARS: [OnceLock<Grammar>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        GRAMMARS[self as usize].get_or_init(|| Grammar::new(language(), table))
    }

    /// Whether it is any text, without a syntax of its own.
    pub fn is_text(self) -> bool {
        matches!(self.definition().syntax, Syntax::Text(_))
    }

    /// Its name: `python`.
    pub fn name(self) -> &'static str {
        self.definition().name
    }

    /// The languages that a rule means by `name`: none where it is none of ours, several where it has dialects.
    pub fn named(name: &str) -> impl Iterator<Item = Language> {
        let name = name.to_lowercase();
        Language::ALL
            .into_iter()
            .filter(move |l| l.name() == name || l.definition().aliases.contains(&name.as_str()))
    }

    /// The language of files with this extension.
    pub fn from_extension(extension: &str) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|l| l.definition().extensions.contains(&extension))
    }

    /// The language of a script whose first line is `line`: `#!/usr/bin/env python3`.
    pub fn from_shebang(line: &str) -> Option<Language> {
        let command = line.strip_prefix("#!")?;
        let mut words = command
            .split_whitespace()
            .map(|word| word.rsplit('/').next().unwrap_or(word));
        let program = words.find(|word| *word != "env" && !word.starts_with('-'))?;
        let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        Language::ALL
            .into_iter()
            .find(|l| l.definition().interpreters.contains(&program))
    }

    /// What starts a comment that ends with its line.
    pub fn line_comment(self) -> &'static str {
        self.definition().line_comment
    }

    /// Whether an assignment makes a name local, as in Python.
    pub fn assignment_declares(self) -> bool {
        self.definition().assignment_declares
    }

    /// Whether whole numbers are of the type of all others.
    pub(crate) fn has_one_type_of_numbers(self) -> bool {
        self.assignment_makes_global()
    }

    /// Whether what is assigned to and declared nowhere is a variable of the whole file.
    pub(crate) fn assignment_makes_global(self) -> bool {
        matches!(
            self,
            Language::JavaScript | Language::Tsx | Language::TypeScript
        )
    }

    /// Whether code of one may call code of the other.
    pub(crate) fn is_linked_with(self, other: Language) -> bool {
        self == other || self.assignment_makes_global() && other.assignment_makes_global()
    }

    /// Whether code says the types of things only where it likes.
    pub(crate) fn types_are_optional(self) -> bool {
        self.assignment_declares() || self == Language::JavaScript
    }

    /// Whether the files of a folder see each other's names without importing them.
    pub(crate) fn folder_is_package(self) -> bool {
        self == Language::Go
    }

    /// Whether a block is a scope for the names that it declares.
    pub fn blocks_are_scopes(self) -> bool {
        self.definition().blocks_are_scopes
    }

    /// Languages that share its patterns.
    pub(crate) fn dialects(self) -> &'static [Language] {
        self.definition().dialects
    }

    /// The language as which a text is read that is no text of this one: types stand in JavaScript too.
    pub(crate) fn otherwise(self) -> Option<Language> {
        (self == Language::JavaScript).then_some(Language::Tsx)
    }

    pub(crate) fn wrappers(self) -> &'static [Wrapper] {
        self.definition().wrappers
    }

    /// What quotes a text in which nothing is escaped.
    pub(crate) fn raw_quote(self) -> Option<char> {
        self.definition().spell.raw_quote
    }

    /// Words that the grammar takes for names of functions, and that are none.
    pub(crate) fn reserved(self) -> &'static [&'static str] {
        self.definition().spell.reserved
    }

    /// Surroundings of a fragment that is a file in none of the usual ones.
    pub(crate) fn last_resort(self) -> &'static [Wrapper] {
        self.definition().spell.last_resort
    }

    /// Rewrites a pattern so that the grammar can read it.
    pub(crate) fn spell(self, pattern: &str, annotated: bool) -> Result<Vec<Spelled>, SpellError> {
        if self.is_text() {
            return Ok(vec![spell::spell_text(pattern)]);
        }
        spell::spell(&self.definition().spell, pattern, annotated)
    }

    /// Whether the first spelling of a pattern is the likeliest by far.
    pub(crate) fn guesses_spelling(self) -> bool {
        self.definition().spell.guess.is_some()
    }

    /// What makes a type alone a file.
    pub(crate) fn type_wrapper(self) -> Option<&'static Wrapper> {
        self.definition().spell.type_wrapper.as_ref()
    }

    /// What may be missing at the end of a pattern that is only the head of something.
    pub(crate) fn ends(self) -> &'static [&'static str] {
        self.definition().spell.ends
    }

    pub(crate) fn imports(self, tree: &Tree) -> Vec<Import> {
        (self.definition().imports)(tree)
    }

    /// Parses `text`. A text with syntax errors has a tree too, which says where they are.
    ///
    /// # Errors
    /// Where the parser used up its budget.
    pub fn parse(self, text: String) -> Result<Tree, ParseError> {
        let Some(other) = self.otherwise() else {
            return self.parse_strictly(text);
        };
        let tree = self.parse_strictly(text)?;
        if tree.errors.is_empty() {
            return Ok(tree);
        }
        Ok(match other.parse_strictly(tree.text.clone()) {
            Ok(mut read) if read.errors.is_empty() => {
                read.language = self;
                read
            }
            _ => tree,
        })
    }

    /// Parses `text` as this language and no other.
    ///
    /// # Errors
    /// Where the parser used up its budget.
    pub(crate) fn parse_strictly(self, text: String) -> Result<Tree, ParseError> {
        let grammar = match self.definition().syntax {
            Syntax::Text(read) => {
                let mut builder = Builder::new(self, text);
                builder.open(Kind::File, Role::Child, builder.whole());
                read(&mut builder);
                return Ok(builder.finish());
            }
            Syntax::Grammar(language, table) => self.grammar(language, table),
        };
        let mut budget = Budget::new(text.len());
        let parsed = lower::parse(&grammar.language, &text, &mut budget)?;
        let mut builder = Builder::new(self, text);
        let root = parsed.root_node();
        lower::lower(grammar, &mut builder, root, &mut budget)?;
        if root.has_error() {
            builder.has_error();
        }
        Ok(builder.finish())
    }
}
