//! Evaluates a rule's formula over the ranges that its patterns matched.
//!
//! The semantics are Semgrep's: `patterns` keeps a range of one conjunct that lies within a range of the
//! other and agrees on their common metavariables, and it takes over the other's bindings; `pattern-inside`
//! is only ever the outer one; `pattern-not` takes away equal ranges, `pattern-not-inside` what lies within.

use fancy_regex::{Regex, RegexBuilder};
use rules::review::{self, Located};
use rules::yaml::Position;

use rustc_hash::FxHashMap;

use super::containment::Containment;
use crate::lang::Language;
use crate::pattern::{
    Binding, Bindings, Match, Metavariable, Metavariables, Pattern, RootKinds, STEPS_OF_A_MATCH,
    Shape, Steps, same_binding,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Pattern,
    Inside,
    Regex,
}

/// A range with what its metavariables stand for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
                let Pattern { shapes } = match Pattern::compile(language, &pattern.text, variables)
                {
                    Ok(pattern) => pattern,
                    // No file of this dialect can hold what only another one can say.
                    Err(_) if in_a_dialect(language, &pattern.text, variables) => {
                        return Ok(Formula::Any(Vec::new()));
                    }
                    Err(error) => return Err((pattern.at, error.to_string())),
                };
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
                let focused = |name: &Located| lookup(&name.text, name.at);
                let focus = all
                    .focus
                    .iter()
                    .map(|names| names.iter().map(focused).collect())
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

    /// What the rule reports; `matches` has what each pattern matched.
    pub(super) fn evaluate(
        &self,
        unit: &Unit,
        matches: &[Vec<Match>],
        steps: &mut Steps,
    ) -> Evaluated {
        let mut evaluation = Evaluation {
            compiled: self,
            unit,
            tree: &unit.tree,
            matches,
            steps,
            gave_up: false,
        };
        let mut spans = evaluation.formula(&self.formula);
        spans.sort_unstable();
        spans.dedup_by(|a, b| a.range == b.range);
        Evaluated {
            spans,
            gave_up: evaluation.gave_up,
        }
    }

    /// Metavariables and their text.
    pub(super) fn named<'a>(
        &'a self,
        tree: &'a Tree,
        span: &'a Span,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let bound = self.variables.names().iter().zip(&span.bindings);
        bound.filter_map(|(name, binding)| {
            Some((name.as_str(), &tree.text[(*binding)?.range(tree).indices()]))
        })
    }
}

/// What a rule made of its matches.
pub(super) struct Evaluated {
    /// What is reported: sorted, each range once.
    pub(super) spans: Vec<Span>,
    /// Whether spans are missing since an expression took too many steps.
    pub(super) gave_up: bool,
}

/// Whether a dialect of the language can read the pattern. Its metavariables count as bound.
fn in_a_dialect(language: Language, pattern: &str, variables: &mut Metavariables) -> bool {
    language
        .dialects()
        .iter()
        .any(|&dialect| Pattern::compile(dialect, pattern, variables).is_ok())
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
            // Positions are those in the author's text.
            let error = Regex::new(&text.text).err().unwrap_or(error);
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
    steps: &'a mut Steps,
    /// Whether an expression used up its backtracking steps, so that spans are missing.
    gave_up: bool,
}

impl Evaluation<'_> {
    fn formula(&mut self, formula: &Formula) -> Vec<Span> {
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

    fn regex(&mut self, at: usize) -> Vec<Span> {
        let compiled = self.compiled;
        let (regex, groups) = &compiled.regexes[at];
        let mut spans = Vec::new();
        for captures in regex.captures_iter(&self.tree.text) {
            let Ok(captures) = captures else {
                self.gave_up = true;
                break;
            };
            if !self.steps.take_many(STEPS_OF_A_MATCH) {
                break;
            }
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

    fn all(&mut self, all: &Conjunction) -> Vec<Span> {
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
            self.exclude(&mut spans, &against);
        }
        for (variable, regex) in &all.conditions {
            spans.retain(|span| {
                span.bindings[usize::from(variable.0)].is_some_and(|bound| {
                    let text = &self.tree.text[bound.range(self.tree).indices()];
                    self.steps.take_many(1 + text.len() / 64);
                    regex.is_match(text).unwrap_or_else(|_| {
                        self.gave_up = true;
                        false
                    })
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

    /// The ranges of either side that lie within one of the other, with the bindings of both.
    fn intersect(&mut self, left: &[Span], right: &[Span]) -> Vec<Span> {
        let mut kept: Vec<Span> = Vec::new();
        self.keep_within(left, right, &mut kept);
        self.keep_within(right, left, &mut kept);
        kept.sort_unstable();
        kept.dedup();
        kept
    }

    fn keep_within(&mut self, inners: &[Span], outers: &[Span], kept: &mut Vec<Span>) {
        // A range of `pattern-inside` is never the one that is reported.
        let may_stay = |inner: &Span, outer: &Span| {
            inner.origin != Origin::Inside || outer.origin == Origin::Inside
        };
        if !inners.iter().any(|inner| may_stay(inner, &outers[0])) {
            return;
        }
        let containment = Containment::new(outers.iter().map(|outer| outer.range));
        for inner in inners {
            containment.containing(inner.range, |at| {
                let outer = &outers[at];
                if may_stay(inner, outer) && self.agree(inner, outer) {
                    let both = inner.bindings.iter().zip(&outer.bindings);
                    let bindings = both.map(|(a, b)| a.or(*b)).collect();
                    kept.push(Span { bindings, ..*inner });
                    self.steps.take_many(STEPS_OF_A_MATCH)
                } else {
                    self.steps.take()
                }
            });
        }
    }

    /// Takes the ranges away that a negation covers.
    fn exclude(&mut self, spans: &mut Vec<Span>, negatives: &[Span]) {
        // `pattern-not` takes away equal ranges only, which need no search.
        let mut equal: FxHashMap<TextRange, Vec<&Span>> = FxHashMap::default();
        let mut outer: Vec<&Span> = Vec::new();
        for negative in negatives {
            match negative.origin {
                Origin::Pattern => equal.entry(negative.range).or_default().push(negative),
                Origin::Inside | Origin::Regex => outer.push(negative),
            }
        }
        let mut excluded = vec![false; spans.len()];
        let containment = Containment::new(outer.iter().map(|outer| outer.range));
        for (span, excluded) in spans.iter().zip(&mut excluded) {
            let same_range = equal.get(&span.range).into_iter().flatten();
            *excluded = same_range.copied().any(|negative| {
                self.steps.take();
                self.agree(span, negative)
            });
            containment.containing(span.range, |at| {
                *excluded |= self.agree(span, outer[at]);
                !*excluded && self.steps.take()
            });
        }
        // What an expression matched takes away what holds it, too.
        if outer
            .iter()
            .any(|negative| negative.origin == Origin::Regex)
        {
            let containment = Containment::new(spans.iter().map(|span| span.range));
            for negative in outer.iter().filter(|outer| outer.origin == Origin::Regex) {
                containment.containing(negative.range, |at| {
                    excluded[at] |= self.agree(negative, &spans[at]);
                    self.steps.take()
                });
            }
        }
        let mut excluded = excluded.into_iter();
        spans.retain(|_| excluded.next() == Some(false));
    }

    /// Whether both agree on the metavariables that they share. The groups of regular expressions (`$1`) are
    /// no such metavariables: they get their names by themselves.
    fn agree(&self, a: &Span, b: &Span) -> bool {
        let both = a.bindings.iter().zip(&b.bindings);
        both.zip(self.compiled.variables.names())
            .all(|((a, b), name)| match (a, b) {
                (Some(a), Some(b)) => {
                    name[1..].starts_with(|c: char| c.is_ascii_digit())
                        || same_binding(self.unit, *a, *b)
                }
                _ => true,
            })
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
