//! Evaluates a rule's formula over the ranges that its patterns matched.
//!
//! The semantics are Semgrep's: `patterns` keeps a range of one conjunct that lies within a range of the
//! other and agrees on their common metavariables, and it takes over the other's bindings; `pattern-inside`
//! is only ever the outer one; `pattern-not` takes away equal ranges, `pattern-not-inside` what lies within.

use std::cell::Cell;

use fancy_regex::{Regex, RegexBuilder};
use rules::review::{self, Located};
use rules::yaml::Position;

use crate::lang::Language;
use crate::pattern::{
    Binding, Bindings, Match, Metavariable, Metavariables, Pattern, RootKinds, Shape, same_binding,
};
use crate::tree::{TextRange, Tree, Unit};

/// A rule's formula for one language.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) variables: Metavariables,
    pub(super) patterns: Vec<CompiledPattern>,
    regexes: Vec<(Regex, Vec<Option<Metavariable>>)>,
    formula: Formula,
}

/// A pattern with the nodes at which each reading can match.
#[derive(Debug)]
pub(super) struct CompiledPattern {
    pub(super) shapes: Vec<Shape>,
    pub(super) roots: Vec<RootKinds>,
}

#[derive(Debug)]
enum Formula {
    Pattern(usize),
    Regex(usize),
    Any(Vec<Formula>),
    Inside(Box<Formula>),
    All(Conjunction),
}

#[derive(Debug)]
struct Conjunction {
    positives: Vec<Formula>,
    negatives: Vec<Formula>,
    conditions: Vec<(Metavariable, Regex)>,
    focus: Vec<Vec<Metavariable>>,
}

/// Where a range stems from decides how it meets others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Pattern,
    Inside,
    Regex,
}

/// A range with what its metavariables stand for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) range: TextRange,
    bindings: Bindings,
    origin: Origin,
}

type Broken = (Position, String);

impl Compiled {
    /// Compiles every pattern and expression of a formula.
    pub(super) fn new(
        language: Language,
        formula: &review::Formula,
        variables: &mut Metavariables,
    ) -> Result<Compiled, Broken> {
        let mut compiled = Compiled {
            variables: Metavariables::default(),
            patterns: Vec::new(),
            regexes: Vec::new(),
            formula: Formula::Any(Vec::new()),
        };
        compiled.formula = compiled.formula(language, formula, variables)?;
        compiled.variables = std::mem::take(variables);
        Ok(compiled)
    }

    // Recursion here and in `evaluate_formula` is bounded by the depth of a rule file, which its loader limits.
    fn formula(
        &mut self,
        language: Language,
        formula: &review::Formula,
        variables: &mut Metavariables,
    ) -> Result<Formula, Broken> {
        match formula {
            review::Formula::Pattern(pattern) => {
                let Pattern { shapes } = Pattern::compile(language, &pattern.text, variables)
                    .map_err(|error| (pattern.at, error.to_string()))?;
                let roots = shapes.iter().map(Shape::root_kinds).collect();
                self.patterns.push(CompiledPattern { shapes, roots });
                Ok(Formula::Pattern(self.patterns.len() - 1))
            }
            review::Formula::Regex(text) => {
                let regex = regex(text, "")?;
                let groups = regex
                    .capture_names()
                    .enumerate()
                    .map(|(at, name)| {
                        (at > 0).then(|| {
                            variables.intern(
                                &name.map_or_else(|| format!("${at}"), |name| format!("${name}")),
                            )
                        })
                    })
                    .collect();
                self.regexes.push((regex, groups));
                Ok(Formula::Regex(self.regexes.len() - 1))
            }
            review::Formula::Any(parts) => {
                Ok(Formula::Any(self.formulas(language, parts, variables)?))
            }
            review::Formula::Inside(inner) => Ok(Formula::Inside(Box::new(
                self.formula(language, inner, variables)?,
            ))),
            review::Formula::All(all) => {
                let positives = self.formulas(language, &all.positives, variables)?;
                let bound = variables.clone();
                let negatives = self.formulas(language, &all.negatives, variables)?;
                let lookup = |name: &str, at: Position| {
                    let unbound = || {
                        (
                            at,
                            format!("`{name}` is used here, and no pattern of the rule binds it"),
                        )
                    };
                    bound.get(name).ok_or_else(unbound)
                };
                let mut conditions = Vec::new();
                for review::Condition::Regex {
                    metavariable,
                    regex: text,
                } in &all.conditions
                {
                    conditions.push((lookup(metavariable, text.at)?, regex(text, "^")?));
                }
                let at = first_position(&all.positives);
                let focus = all
                    .focus
                    .iter()
                    .map(|names| names.iter().map(|name| lookup(name, at)).collect())
                    .collect::<Result<_, _>>()?;
                Ok(Formula::All(Conjunction {
                    positives,
                    negatives,
                    conditions,
                    focus,
                }))
            }
        }
    }

    fn formulas(
        &mut self,
        language: Language,
        parts: &[review::Formula],
        variables: &mut Metavariables,
    ) -> Result<Vec<Formula>, Broken> {
        parts
            .iter()
            .map(|part| self.formula(language, part, variables))
            .collect()
    }

    /// The ranges that the rule reports, and whether some are missing because an expression took too many
    /// steps; `matches` has what each pattern matched.
    pub(super) fn evaluate(&self, unit: &Unit, matches: &[Vec<Match>]) -> (Vec<Span>, bool) {
        let evaluation = Evaluation {
            compiled: self,
            unit,
            tree: &unit.tree,
            matches,
            gave_up: Cell::new(false),
        };
        (evaluation.formula(&self.formula), evaluation.gave_up.get())
    }

    /// Metavariables and their text.
    pub(super) fn named(&self, tree: &Tree, span: &Span) -> Vec<(String, String)> {
        let bound = self.variables.names().iter().zip(&span.bindings);
        bound
            .filter_map(|(name, binding)| {
                Some((
                    name.clone(),
                    tree.text[(*binding)?.range(tree).indices()].to_owned(),
                ))
            })
            .collect()
    }
}

/// Where a formula starts, for errors about the conjunction around it.
fn first_position(formulas: &[review::Formula]) -> Position {
    match formulas.first() {
        Some(review::Formula::Pattern(text) | review::Formula::Regex(text)) => text.at,
        Some(review::Formula::Any(parts)) => first_position(parts),
        Some(review::Formula::Inside(inner)) => first_position(std::slice::from_ref(inner)),
        Some(review::Formula::All(all)) => first_position(&all.positives),
        None => Position::default(),
    }
}

/// Most backtracking steps of one search. Expressions without look-around and back-references take none:
/// they run in linear time.
const BACKTRACK_LIMIT: usize = 100_000;

fn regex(text: &Located, anchor: &str) -> Result<Regex, Broken> {
    // `^` is a line's start where a file is searched, and the start of the text where a binding is tested.
    let pattern = if anchor.is_empty() {
        format!("(?m){}", text.text)
    } else {
        format!("{anchor}(?:{})", text.text)
    };
    RegexBuilder::new(&pattern)
        .backtrack_limit(BACKTRACK_LIMIT)
        .build()
        .map_err(|error| {
            (
                text.at,
                format!(
                    "this regular expression cannot be used: {}",
                    last_line(&error.to_string())
                ),
            )
        })
}

/// The last line of a syntax error says what is wrong; those above draw where.
fn last_line(error: &str) -> &str {
    error
        .lines()
        .last()
        .unwrap_or_default()
        .trim_start_matches("error: ")
}

struct Evaluation<'a> {
    compiled: &'a Compiled,
    unit: &'a Unit,
    tree: &'a Tree,
    matches: &'a [Vec<Match>],
    /// Whether an expression used up its backtracking steps, so that spans are missing.
    gave_up: Cell<bool>,
}

impl Evaluation<'_> {
    fn formula(&self, formula: &Formula) -> Vec<Span> {
        match formula {
            Formula::Pattern(at) => {
                let span = |m: &Match| Span {
                    range: m.range,
                    bindings: self.widened(&m.bindings),
                    origin: Origin::Pattern,
                };
                self.matches[*at].iter().map(span).collect()
            }
            Formula::Regex(at) => self.regex(*at),
            Formula::Any(parts) => parts.iter().flat_map(|part| self.formula(part)).collect(),
            Formula::Inside(inner) => self
                .formula(inner)
                .into_iter()
                .map(|span| Span {
                    origin: Origin::Inside,
                    ..span
                })
                .collect(),
            Formula::All(all) => self.all(all),
        }
    }

    /// Bindings have one slot for each metavariable of the whole rule.
    fn widened(&self, bindings: &Bindings) -> Bindings {
        let mut bindings = bindings.clone();
        bindings.resize(self.compiled.variables.names().len(), None);
        bindings
    }

    fn regex(&self, at: usize) -> Vec<Span> {
        let (regex, groups) = &self.compiled.regexes[at];
        let mut spans = Vec::new();
        for captures in regex.captures_iter(&self.tree.text) {
            let Ok(captures) = captures else {
                self.gave_up.set(true);
                break;
            };
            let mut bindings = self.widened(&Vec::new());
            for (group, variable) in captures.iter().zip(groups) {
                if let (Some(group), Some(variable)) = (group, variable) {
                    bindings[usize::from(variable.0)] =
                        Some(Binding::Text(TextRange::new(group.start(), group.end())));
                }
            }
            let Some(whole) = captures.get(0) else {
                continue;
            };
            spans.push(Span {
                range: TextRange::new(whole.start(), whole.end()),
                bindings,
                origin: Origin::Regex,
            });
        }
        spans
    }

    fn all(&self, all: &Conjunction) -> Vec<Span> {
        let mut positives = Vec::new();
        for positive in &all.positives {
            let spans = self.formula(positive);
            if spans.is_empty() {
                return spans;
            }
            positives.push(spans);
        }
        // What lies inside is found out last, so that the first range is one to report.
        let (inside, mut plain): (Vec<_>, Vec<_>) = positives
            .into_iter()
            .partition(|spans| spans[0].origin == Origin::Inside);
        plain.extend(inside);
        let mut conjuncts = plain.into_iter();
        let mut spans = conjuncts.next().unwrap_or_default();
        for other in conjuncts {
            spans = self.intersect(&spans, &other);
        }
        for negative in &all.negatives {
            if spans.is_empty() {
                return spans;
            }
            let against = self.formula(negative);
            spans.retain(|span| !against.iter().any(|other| self.excludes(span, other)));
        }
        for (variable, regex) in &all.conditions {
            spans.retain(|span| {
                let bound = span.bindings[usize::from(variable.0)];
                bound.is_some_and(|bound| {
                    self.is_match(regex, &self.tree.text[bound.range(self.tree).indices()])
                })
            });
        }
        for names in &all.focus {
            spans = spans
                .iter()
                .flat_map(|span| self.focus(span, names))
                .collect();
        }
        spans
    }

    fn is_match(&self, regex: &Regex, text: &str) -> bool {
        regex.is_match(text).unwrap_or_else(|_| {
            self.gave_up.set(true);
            false
        })
    }

    fn intersect(&self, left: &[Span], right: &[Span]) -> Vec<Span> {
        let mut kept: Vec<Span> = Vec::new();
        let mut keep = |inner: &Span, outer: &Span| {
            // A range of `pattern-inside` is never the one that is reported.
            let may_stay = inner.origin != Origin::Inside || outer.origin == Origin::Inside;
            if may_stay && self.within(inner, outer) {
                let bindings = inner
                    .bindings
                    .iter()
                    .zip(&outer.bindings)
                    .map(|(a, b)| a.or(*b))
                    .collect();
                let span = Span { bindings, ..*inner };
                if !kept.contains(&span) {
                    kept.push(span);
                }
            }
        };
        for a in left {
            for b in right {
                keep(a, b);
                keep(b, a);
            }
        }
        kept
    }

    /// Whether `inner` lies in `outer` and both agree on the metavariables that they share. The groups of
    /// regular expressions (`$1`) are no such metavariables: they get their names by themselves.
    fn within(&self, inner: &Span, outer: &Span) -> bool {
        outer.range.contains(inner.range)
            && inner
                .bindings
                .iter()
                .zip(&outer.bindings)
                .zip(self.compiled.variables.names())
                .all(|((a, b), name)| match (a, b) {
                    (Some(a), Some(b)) => {
                        name[1..].starts_with(|c: char| c.is_ascii_digit())
                            || same_binding(self.unit, *a, *b)
                    }
                    _ => true,
                })
    }

    fn excludes(&self, span: &Span, negative: &Span) -> bool {
        let within = self.within(span, negative);
        match negative.origin {
            Origin::Inside => within,
            Origin::Regex => within || self.within(negative, span),
            Origin::Pattern => within && self.within(negative, span),
        }
    }

    /// The span narrowed to each of these metavariables.
    fn focus(&self, span: &Span, names: &[Metavariable]) -> Vec<Span> {
        let bound = names
            .iter()
            .filter_map(|variable| span.bindings[usize::from(variable.0)]);
        bound
            .map(|binding| binding.range(self.tree))
            .filter_map(|range| {
                let narrow = if span.range.contains(range) {
                    range
                } else {
                    span.range
                };
                (span.range.contains(range) || range.contains(span.range)).then(|| Span {
                    range: narrow,
                    ..span.clone()
                })
            })
            .collect()
    }
}
