//! A pattern is a tree with metavariables and ellipses.
//!
//! ```text
//! "f($X, ...)"  ─spell─►  "f(__hone_mv_X, __hone_ellipsis)"  ─parse, lower─►  Tree
//!                                                            ─mark─►  $X: metavariable 0, ...: ellipsis
//! ```
//!
//! A fragment may be an expression, a statement, a declaration, a member. It is parsed in every
//! surrounding that the language knows, and every reading without a syntax error counts: each is a
//! [`Shape`], and all are matched.

mod binding;
mod equivalence;
mod matcher;
mod meaning;
mod operators;
mod roots;
mod shape;
mod siblings;

pub(crate) use binding::{Binding, Bindings, Match, STEPS_OF_A_MATCH, Steps, same_binding};
pub(crate) use matcher::{Context, matches, rows};
pub(crate) use meaning::has_type;
pub(crate) use roots::{
    NameAt, RootKinds, assignment_around, is_decorator, is_expression, is_part_of_name,
    is_part_of_type, may_be_constant, statements_around,
};
pub(crate) use shape::Shape;

use rules::review::Options;
use rustc_hash::FxHashSet;

use crate::lang::{Language, SpellError, Spelled, Wrapper};
use crate::tree::{Kind, NodeId, Unit};

/// Most nodes of one pattern. The matcher's depth is bounded by it.
const MAX_NODES: usize = 1_000;

/// The metavariables of one rule, numbered. All patterns of a rule share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metavariables {
    names: Vec<String>,
}

/// Number of a metavariable in its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Metavariable(pub u16);

impl Metavariables {
    /// The number of `name`, with its `$`; new or old.
    pub fn intern(&mut self, name: &str) -> Metavariable {
        let at = self
            .names
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                self.names.push(name.to_owned());
                self.names.len() - 1
            });
        Metavariable(at as u16)
    }

    /// The number of `name`, if a pattern binds it.
    pub fn get(&self, name: &str) -> Option<Metavariable> {
        self.names
            .iter()
            .position(|known| known == name)
            .map(|at| Metavariable(at as u16))
    }

    /// All names in the order of their numbers.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// A pattern of one language, ready to match.
#[derive(Debug)]
pub struct Pattern {
    /// The readings; at least one.
    pub(crate) shapes: Vec<Shape>,
}

/// What looks like a method: a word, parentheses, a block.
const HEADED: [Kind; 8] = [
    Kind::If,
    Kind::For,
    Kind::ForEach,
    Kind::While,
    Kind::With,
    Kind::Switch,
    Kind::Catch,
    Kind::Lambda,
];

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Brackets or quotes that do not close.
    #[error("this pattern cannot be read: {0}")]
    Spelling(String),
    /// No reading is free of syntax errors.
    #[error(
        "this pattern is not {language}: it parses neither as an expression, nor as a statement or declaration"
    )]
    Syntax {
        /// The language.
        language: &'static str,
    },
    /// Larger than the matcher accepts.
    #[error("this pattern has more than {MAX_NODES} nodes")]
    Size,
    /// A regular expression inside the pattern is wrong.
    #[error("the regular expression in this pattern is wrong: {0}")]
    Regex(String),
}

impl From<SpellError> for PatternError {
    fn from(error: SpellError) -> Self {
        PatternError::Spelling(error.to_string())
    }
}

/// Every reading of a pattern, one for each surrounding at most.
fn readings(
    language: Language,
    wrappers: &[Wrapper],
    spellings: &[Spelled],
    variables: &mut Metavariables,
) -> Result<Vec<Shape>, PatternError> {
    let mut shapes: Vec<Shape> = Vec::new();
    for wrapper in wrappers {
        // The likeliest spelling that this surrounding accepts.
        let found = spellings
            .iter()
            .find_map(|spelled| Shape::parse(language, spelled, wrapper, variables).transpose());
        if let Some(shape) = found.transpose()?
            && !shapes.iter().any(|known| known.same_as(&shape))
            && !shape.calls_one_of(language.reserved())
        {
            shapes.push(shape);
        }
    }
    // What fits no common construct is all that its text says: `c <- x` does not compare with `-x`.
    if shapes.first().is_some_and(Shape::is_unusual) {
        shapes.truncate(1);
    }
    Ok(shapes)
}

impl Pattern {
    /// Reads `text` as a pattern of `language`.
    ///
    /// # Errors
    /// Where no reading of it is free of syntax errors.
    pub fn compile(
        language: Language,
        text: &str,
        variables: &mut Metavariables,
    ) -> Result<Pattern, PatternError> {
        let mut shapes = Vec::new();
        for annotated in [false, true] {
            if shapes.is_empty() {
                shapes = Self::read(language, text.trim_end(), annotated, variables)?;
            }
        }
        // `if (c) { ... }` is no method of that name.
        if shapes.iter().any(|shape| shape.is_rooted_in(&HEADED)) {
            shapes.retain(|shape| !(shape.is_rooted_in(&[Kind::Function]) && shape.is_member()));
        }
        // A function with any name is a declared one.
        if shapes
            .iter()
            .any(|shape| shape.is_rooted_in(&[Kind::Function]))
        {
            shapes.retain(|shape| !(shape.is_rooted_in(&[Kind::Lambda]) && shape.has_free_name()));
        }
        // `{a}` is an object, and `a: b` a field of one, where they can be.
        if shapes
            .iter()
            .any(|shape| shape.is_rooted_in(&[Kind::Record, Kind::Pair]))
        {
            shapes.retain(|shape| !shape.is_rooted_in(&[Kind::Block, Kind::Labeled, Kind::VarDef]));
        }
        // Who ends a statement means one, and not the expression wherever it stands.
        if text.trim_end().ends_with(';') && shapes.iter().any(Shape::is_statement) {
            shapes.retain(Shape::is_statement);
        }
        if shapes.is_empty() {
            return Err(PatternError::Syntax {
                language: language.name(),
            });
        }
        if shapes.iter().any(|shape| shape.tree.len() > MAX_NODES) {
            return Err(PatternError::Size);
        }
        Ok(Pattern { shapes })
    }

    /// All readings without a syntax error, in the first kind of surroundings that gives any.
    fn read(
        language: Language,
        text: &str,
        annotated: bool,
        variables: &mut Metavariables,
    ) -> Result<Vec<Shape>, PatternError> {
        let spellings = language.spell(text, annotated)?;
        // Where the position of an ellipsis tells how it is spelled, the other ways are for what that gets wrong.
        let likely = match language.guesses_spelling() {
            true => &spellings[..1],
            false => &spellings[..],
        };
        let shapes = Self::in_surroundings(language, likely, variables)?;
        match shapes.is_empty() && likely.len() < spellings.len() {
            true => Self::in_surroundings(language, &spellings, variables),
            false => Ok(shapes),
        }
    }

    fn in_surroundings(
        language: Language,
        spellings: &[Spelled],
        variables: &mut Metavariables,
    ) -> Result<Vec<Shape>, PatternError> {
        for end in [""].iter().chain(language.ends()) {
            let mut ended = spellings.to_vec();
            ended.iter_mut().for_each(|spelled| spelled.text += end);
            for read_as in [Some(language), language.otherwise()].into_iter().flatten() {
                for wrappers in [read_as.wrappers(), read_as.last_resort()] {
                    let mut shapes = readings(read_as, wrappers, &ended, variables)?;
                    // `a: T = b` may be a field as well as a statement with a label.
                    let labeled = |shape: &Shape| shape.is_rooted_in(&[Kind::Labeled]);
                    if !shapes.is_empty() && shapes.iter().all(labeled) {
                        shapes.extend(readings(read_as, read_as.last_resort(), &ended, variables)?);
                    }
                    if let Some(first) = shapes.first() {
                        // What fits no common construct is meant only where it is the first reading, which then
                        // is the only one: `f(x)` could declare a method of a Go interface, and `c <- x` compare
                        // with `-x`.
                        let unusual = first.is_unusual();
                        shapes.retain(|shape| shape.is_unusual() == unusual);
                        return Ok(shapes);
                    }
                }
            }
        }
        Ok(Vec::new())
    }

    /// Whether the pattern matches the node `at`, whatever its metavariables stand for.
    pub fn matches(&self, unit: &Unit, at: NodeId, variables: &Metavariables) -> bool {
        let mut steps = Steps::for_nodes(unit.tree.len());
        let mut found = FxHashSet::default();
        let context = Context {
            unit,
            options: &Options::default(),
            bindings: &vec![None; variables.names().len()],
        };
        for shape in &self.shapes {
            matches(shape, &context, at, None, &mut steps, &mut found);
        }
        !found.is_empty()
    }
}
