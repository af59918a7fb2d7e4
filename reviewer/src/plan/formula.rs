//! Compiles a rule's formula for one language.

use fancy_regex::Regex;
use rules::review::{self, Located, Options};
use rules::yaml::Position;

use super::condition::Condition;
use super::demand::{self, Demand};
use super::expression;
use crate::lang::Language;
use crate::pattern::{Bindings, Metavariable, Metavariables, NameAt, Pattern, RootKinds, Shape};
use crate::tree::{TextRange, Tree};

/// A rule's formula for one language, with all metavariables of the rule.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) variables: Metavariables,
    pub(super) program: Program,
    pub(super) options: Options,
}

/// A formula with the patterns that it speaks of: that of a rule, or one that a metavariable has to satisfy.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) language: Language,
    pub(super) patterns: Vec<CompiledPattern>,
    pub(super) regexes: Vec<CompiledRegex>,
    pub(super) formula: Formula,
}

/// A pattern with the nodes at which each reading can match.
#[derive(Debug)]
pub(super) struct CompiledPattern {
    pub(super) shapes: Vec<Shape>,
    pub(super) roots: Vec<RootKinds>,
    pub(super) when: When,
    /// What conditions ask of each match, whatever else the formula says.
    pub(super) demands: Vec<Demand>,
    /// By reading: the demand on the name that tells it apart, and where that stands.
    pub(super) names: Vec<Option<(usize, NameAt)>>,
}

/// When a pattern is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// With those of all rules.
    First,
    /// Where the rule may still hold after that.
    Later,
    /// When the formula asks for it, and where something else has matched: it is a row that starts anywhere, of
    /// which only the longest counts, since something lies inside.
    OnNeed,
}

/// A regular expression, and the metavariable that each of its groups binds.
#[derive(Debug)]
pub(super) struct CompiledRegex {
    pub(super) regex: Regex,
    pub(super) groups: Vec<Option<Metavariable>>,
}

/// As in the rule, with patterns and expressions by their numbers.
#[derive(Debug)]
pub(super) enum Formula {
    Pattern(usize),
    Regex(usize),
    Any(Vec<Formula>),
    Inside(Box<Formula>),
    All(Conjunction),
}

impl Formula {
    /// Whether something may satisfy the formula, if only those patterns match anything.
    fn may_hold(&self, may_match: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Formula::Pattern(at) => may_match(*at),
            Formula::Regex(_) => true,
            Formula::Any(parts) => parts.iter().any(|part| part.may_hold(may_match)),
            Formula::Inside(inner) => inner.may_hold(may_match),
            Formula::All(all) => all.positives.iter().all(|part| part.may_hold(may_match)),
        }
    }

    /// The patterns that are not negated.
    fn for_each_positive(&self, found: &mut dyn FnMut(usize)) {
        match self {
            Formula::Pattern(at) => found(*at),
            Formula::Regex(_) => {}
            Formula::Any(parts) => parts.iter().for_each(|part| part.for_each_positive(found)),
            Formula::Inside(inner) => inner.for_each_positive(found),
            Formula::All(all) => {
                let positives = all.positives.iter();
                positives.for_each(|part| part.for_each_positive(found));
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Conjunction {
    pub(super) positives: Vec<Formula>,
    pub(super) negatives: Vec<Formula>,
    pub(super) conditions: Vec<Condition>,
    pub(super) focus: Vec<Vec<Metavariable>>,
}

/// Where a range stems from decides how it meets others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Pattern,
    Inside,
    Regex,
}

/// A range with what its metavariables stand for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) range: TextRange,
    pub(super) bindings: Bindings,
    pub(super) origin: Origin,
}

/// Where a rule is broken, and why.
pub(super) type Broken = (Position, String);

impl Compiled {
    /// Compiles every pattern and expression of a formula.
    pub(super) fn new(
        language: Language,
        formula: &review::Formula,
        options: &Options,
    ) -> Result<Compiled, Broken> {
        let mut variables = Metavariables::default();
        let program = Program::new(language, formula, &mut variables)?;
        Ok(Compiled {
            variables,
            program,
            options: options.clone(),
        })
    }

    /// Metavariables and what they stand for.
    pub(super) fn bound<'a>(
        &'a self,
        tree: &'a Tree,
        span: &'a Span,
    ) -> impl Iterator<Item = (&'a str, TextRange)> {
        let bound = self.variables.names().iter().zip(&span.bindings);
        bound.filter_map(|(name, binding)| Some((name.as_str(), (*binding)?.range(tree))))
    }

    /// Metavariables and their text.
    pub(super) fn named<'a>(
        &'a self,
        tree: &'a Tree,
        span: &'a Span,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let bound = self.bound(tree, span);
        bound.map(|(name, range)| (name, &tree.text[range.indices()]))
    }
}

impl Program {
    pub(super) fn new(
        language: Language,
        formula: &review::Formula,
        variables: &mut Metavariables,
    ) -> Result<Program, Broken> {
        let mut program = Program {
            language,
            patterns: Vec::new(),
            regexes: Vec::new(),
            formula: Formula::Any(Vec::new()),
        };
        program.formula = program.formula(formula, variables)?;
        program.put_off();
        for pattern in &mut program.patterns {
            let on_name = |shape| demand::on_name(shape, &pattern.demands);
            pattern.names = pattern.shapes.iter().map(on_name).collect();
        }
        Ok(program)
    }

    /// Puts off what matches nearly anywhere, and what only takes away, where something else has to match before
    /// the formula can hold.
    fn put_off(&mut self) {
        let mut required = vec![false; self.patterns.len()];
        self.formula
            .for_each_positive(&mut |at| required[at] = true);
        let first = |at: usize| {
            let pattern: &CompiledPattern = &self.patterns[at];
            required[at] && !pattern.roots.iter().any(RootKinds::are_common)
        };
        if self.formula.may_hold(&|at| !first(at)) {
            return;
        }
        let later: Vec<_> = (0..self.patterns.len()).filter(|&at| !first(at)).collect();
        for at in later {
            if self.patterns[at].when == When::First {
                self.patterns[at].when = When::Later;
            }
        }
    }

    /// Whether the formula may hold, given which of the patterns that come first have matched.
    pub(super) fn may_hold(&self, has_matched: &dyn Fn(usize) -> bool) -> bool {
        self.formula
            .may_hold(&|at| self.patterns[at].when != When::First || has_matched(at))
    }

    // Recursion here and in the evaluation is bounded by the depth of a rule file, which its loader limits.
    fn formula(
        &mut self,
        formula: &review::Formula,
        variables: &mut Metavariables,
    ) -> Result<Formula, Broken> {
        match formula {
            // A pattern of plain text is an expression.
            review::Formula::Pattern(pattern) if self.language != Language::Regex => {
                self.pattern(pattern, variables)
            }
            review::Formula::Pattern(text) | review::Formula::Regex(text) => {
                let regex = expression::search(text)?;
                let groups = groups(&regex, variables);
                self.regexes.push(CompiledRegex { regex, groups });
                Ok(Formula::Regex(self.regexes.len() - 1))
            }
            review::Formula::Any(parts) => Ok(Formula::Any(self.formulas(parts, variables)?)),
            review::Formula::Inside(inner) => {
                let inner = self.formula(inner, variables)?;
                if let Formula::Pattern(at) = inner
                    && self.patterns[at].shapes.iter().all(Shape::starts_anywhere)
                {
                    self.patterns[at].when = When::OnNeed;
                }
                Ok(Formula::Inside(Box::new(inner)))
            }
            review::Formula::All(all) => self.conjunction(all, variables),
        }
    }

    fn formulas(
        &mut self,
        parts: &[review::Formula],
        variables: &mut Metavariables,
    ) -> Result<Vec<Formula>, Broken> {
        parts
            .iter()
            .map(|part| self.formula(part, variables))
            .collect()
    }

    fn pattern(
        &mut self,
        pattern: &Located,
        variables: &mut Metavariables,
    ) -> Result<Formula, Broken> {
        let Pattern { shapes } = match Pattern::compile(self.language, &pattern.text, variables) {
            Ok(pattern) => pattern,
            // No file of this dialect can hold what only another one can say.
            Err(_) if in_a_dialect(self.language, &pattern.text, variables) => {
                return Ok(Formula::Any(Vec::new()));
            }
            Err(error) => return Err((pattern.at, error.to_string())),
        };
        let roots = shapes.iter().map(Shape::root_kinds).collect();
        self.patterns.push(CompiledPattern {
            shapes,
            roots,
            when: When::First,
            demands: Vec::new(),
            names: Vec::new(),
        });
        Ok(Formula::Pattern(self.patterns.len() - 1))
    }

    fn conjunction(
        &mut self,
        all: &review::Conjunction,
        variables: &mut Metavariables,
    ) -> Result<Formula, Broken> {
        let positives = self.formulas(&all.positives, variables)?;
        // What only a negation binds is not bound. Conditions bind more, which later ones may use.
        let mut bound = Bound(vec![true; variables.names().len()]);
        let negatives = self.formulas(&all.negatives, variables)?;
        bound.0.resize(variables.names().len(), false);
        let mut conditions = Vec::new();
        for condition in &all.conditions {
            conditions.push(Condition::new(self.language, condition, &bound, variables)?);
            bound.0.resize(variables.names().len(), true);
        }
        let focused = |name: &Located| bound.lookup(variables, name);
        let focus = all
            .focus
            .iter()
            .map(|names| names.iter().map(focused).collect())
            .collect::<Result<_, _>>()?;
        // What is bound stays bound: a match that an expression rejects now, it would reject at the end.
        let demands: Vec<_> = conditions.iter().filter_map(Condition::demand).collect();
        for positive in &positives {
            positive.for_each_positive(&mut |at| {
                self.patterns[at].demands.extend(demands.iter().cloned());
            });
        }
        Ok(Formula::All(Conjunction {
            positives,
            negatives,
            conditions,
            focus,
        }))
    }
}

/// Which metavariables, by number, something positive binds.
pub(super) struct Bound(Vec<bool>);

impl Bound {
    /// The number of a metavariable that is bound where it is used.
    pub(super) fn lookup(
        &self,
        variables: &Metavariables,
        name: &Located,
    ) -> Result<Metavariable, Broken> {
        let number = variables.get(&name.text);
        number
            .filter(|number| self.0[usize::from(number.0)])
            .ok_or_else(|| {
                let message = "is used here, and no pattern of the rule binds it";
                (name.at, format!("`{}` {message}", name.text))
            })
    }
}

/// The metavariables that the groups of an expression bind: `$1`, `$2`, and those with names.
pub(super) fn groups(regex: &Regex, variables: &mut Metavariables) -> Vec<Option<Metavariable>> {
    let names = regex.capture_names().enumerate();
    names
        .map(|(at, name)| {
            let name = name.map_or_else(|| format!("${at}"), |name| format!("${name}"));
            (at > 0).then(|| variables.intern(&name))
        })
        .collect()
}

/// Whether a dialect of the language can read the pattern. Its metavariables count as bound.
fn in_a_dialect(language: Language, pattern: &str, variables: &mut Metavariables) -> bool {
    language
        .dialects()
        .iter()
        .any(|&dialect| Pattern::compile(dialect, pattern, variables).is_ok())
}
