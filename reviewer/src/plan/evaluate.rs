//! Evaluates a rule's formula over the ranges that its patterns matched.
//!
//! The semantics are Semgrep's: `patterns` keeps a range of one conjunct that lies within a range of the
//! other and agrees on their common metavariables, and it takes over the other's bindings; `pattern-inside`
//! is only ever the outer one; `pattern-not` takes away equal ranges, `pattern-not-inside` what lies within.
//! `metavariable-pattern` evaluates another formula over what a metavariable is bound to.

use std::sync::Arc;

use rules::review::Analyzer;
use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis;
use super::condition::Condition;
use super::containment::Containment;
use super::formula::{Compiled, Conjunction, Formula, Origin, Program, Span, When};
use crate::pattern::{
    Binding, Bindings, Context, Match, Metavariable, STEPS_OF_A_MATCH, Steps, has_type, matches,
    rows, same_binding,
};
use crate::tree::{Constant, Kind, NodeId, Role, TextRange, Tree, Unit};

/// What a rule made of its matches.
pub(super) struct Evaluated {
    /// Sorted.
    pub(super) spans: Vec<Span>,
    /// Whether spans are missing since an expression took too many steps.
    pub(super) gave_up: bool,
}

/// Which of the spans with the same range are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// One: it is reported once.
    Ranges,
    /// Each that binds something else. The budget of steps bounds how many there are.
    Bindings,
}

impl Compiled {
    /// What the formula holds of; `matches` has what each pattern matched.
    pub(super) fn evaluate(
        &self,
        unit: &Unit,
        matches: &[Vec<Match>],
        keep: Keep,
        steps: &mut Steps,
    ) -> Evaluated {
        let mut gave_up = false;
        let mut evaluation = Evaluation {
            compiled: self,
            program: &self.program,
            unit,
            tree: &unit.tree,
            region: unit.tree.whole(),
            context: None,
            matches,
            steps,
            gave_up: &mut gave_up,
        };
        let mut spans = evaluation.formula(&self.program.formula);
        spans.sort_unstable();
        spans.dedup_by(|a, b| {
            a.range == b.range && (keep == Keep::Ranges || a.bindings == b.bindings)
        });
        Evaluated { spans, gave_up }
    }
}

struct Evaluation<'a> {
    compiled: &'a Compiled,
    program: &'a Program,
    unit: &'a Unit,
    tree: &'a Tree,
    /// Where regular expressions search: the file, or what a metavariable is bound to.
    region: TextRange,
    /// What a conjunction falls back on where nothing in it says what to look for.
    context: Option<Span>,
    matches: &'a [Vec<Match>],
    steps: &'a mut Steps,
    /// Whether an expression used up its backtracking steps, so that spans are missing.
    gave_up: &'a mut bool,
}

impl<'a> Evaluation<'a> {
    fn formula(&mut self, formula: &Formula) -> Vec<Span> {
        match formula {
            Formula::Pattern(at)
                if self.program.patterns[*at].when == When::OnNeed && self.context.is_none() =>
            {
                self.whole_file(*at)
            }
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

    /// What a row that starts anywhere matches from the start of the file on.
    fn whole_file(&mut self, at: usize) -> Vec<Span> {
        let unbound = self.widened(&Vec::new());
        let context = Context {
            unit: self.unit,
            options: &self.compiled.options,
            bindings: &unbound,
        };
        let mut found = FxHashSet::default();
        for shape in &self.program.patterns[at].shapes {
            matches(shape, &context, NodeId::ROOT, None, self.steps, &mut found);
        }
        let span = |m: Match| Span {
            range: m.range,
            bindings: m.bindings,
            origin: Origin::Pattern,
        };
        let mut spans: Vec<_> = found.into_iter().map(span).collect();
        spans.sort_unstable();
        spans
    }

    /// Bindings have one slot for each metavariable of the whole rule.
    fn widened(&self, bindings: &Bindings) -> Bindings {
        let mut bindings = bindings.clone();
        bindings.resize(self.compiled.variables.names().len(), None);
        bindings
    }

    fn regex(&mut self, at: usize) -> Vec<Span> {
        let compiled = &self.program.regexes[at];
        let outer = self.context.as_ref().map(|context| &context.bindings);
        let start = self.region.start;
        let mut spans = Vec::new();
        for captures in compiled
            .regex
            .captures_iter(&self.tree.text[self.region.indices()])
        {
            let Ok(captures) = captures else {
                *self.gave_up = true;
                break;
            };
            if !self.steps.take_many(STEPS_OF_A_MATCH) {
                break;
            }
            let in_file = |group: fancy_regex::Match<'_>| {
                TextRange::new(group.start(), group.end()).shifted(start)
            };
            let mut bindings = match outer {
                Some(outer) => outer.clone(),
                None => self.widened(&Vec::new()),
            };
            for (group, variable) in captures.iter().zip(&compiled.groups) {
                if let (Some(group), Some(variable)) = (group, variable) {
                    bindings[usize::from(variable.0)] = Some(Binding::Text(in_file(group)));
                }
            }
            let Some(whole) = captures.get(0) else {
                continue;
            };
            spans.push(Span {
                range: in_file(whole),
                bindings,
                origin: Origin::Regex,
            });
        }
        spans
    }

    fn all(&mut self, all: &Conjunction) -> Vec<Span> {
        // What is matched on need comes last, when it is known whether there is a need.
        let mut order: Vec<_> = all.positives.iter().enumerate().collect();
        order.sort_by_key(|(_, positive)| self.is_costly(positive));
        let mut positives = vec![Vec::new(); all.positives.len()];
        for (at, positive) in order {
            let mut spans = self.formula(positive);
            // What is bound stays bound: a range that an expression rejects now, it would reject at the end.
            for condition in &all.conditions {
                spans.retain(|span| self.may_hold(condition, span));
            }
            if spans.is_empty() {
                return spans;
            }
            positives[at] = spans;
        }
        if positives.is_empty() {
            positives.push(self.context.iter().cloned().collect());
        }
        // What lies inside is found out last, so that the first range is one to report.
        let (inside, mut plain): (Vec<_>, Vec<_>) =
            positives.into_iter().partition(|spans: &Vec<Span>| {
                spans
                    .first()
                    .is_some_and(|span| span.origin == Origin::Inside)
            });
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
        for condition in &all.conditions {
            spans = spans
                .into_iter()
                .flat_map(|span| self.restrict(condition, span))
                .collect();
        }
        for names in &all.focus {
            spans = spans
                .iter()
                .flat_map(|span| self.focus(span, names))
                .collect();
        }
        spans
    }

    /// Whether the formula has a pattern that is matched on need.
    fn is_costly(&self, formula: &Formula) -> bool {
        match formula {
            Formula::Pattern(at) => self.program.patterns[*at].when == When::OnNeed,
            Formula::Regex(_) => false,
            Formula::Any(parts) => parts.iter().any(|part| self.is_costly(part)),
            Formula::Inside(inner) => self.is_costly(inner),
            Formula::All(all) => all.positives.iter().any(|part| self.is_costly(part)),
        }
    }

    /// Whether a condition may hold of a range that does not bind everything yet.
    fn may_hold(&mut self, condition: &Condition, span: &Span) -> bool {
        match condition {
            Condition::Regex {
                variable,
                constants: false,
                ..
            } if span.bindings[usize::from(variable.0)].is_some() => {
                !self.restrict(condition, span.clone()).is_empty()
            }
            _ => true,
        }
    }

    /// The span if the condition holds of it, and once more for each way in which the condition binds more.
    fn restrict(&mut self, condition: &Condition, span: Span) -> Vec<Span> {
        let bound = |variable: &Metavariable| span.bindings[usize::from(variable.0)];
        let holds = match condition {
            Condition::Regex {
                variable,
                regex,
                groups,
                constants,
            } => return self.test(&span, *variable, regex, groups, *constants),
            Condition::Program {
                variable,
                program,
                content,
            } => {
                let Some(binding) = bound(variable) else {
                    return Vec::new();
                };
                return match content {
                    true => self.satisfies_content(&span, binding, program),
                    false => self.satisfies(&span, binding, program),
                };
            }
            Condition::Comparison(comparison) => {
                self.steps.take();
                comparison.holds(self.unit, &span.bindings)
            }
            Condition::Analysis { variable, analyzer } => bound(variable).is_some_and(|binding| {
                let content = content_of(self.unit, binding);
                let text = self.text(content.unwrap_or_else(|| binding.range(self.tree)));
                self.steps.take_many(1 + text.len() / 64);
                match analyzer {
                    Analyzer::Entropy => analysis::is_random(text),
                    Analyzer::Redos => analysis::is_explosive(text),
                }
            }),
            Condition::Type { variable, types } => match bound(variable) {
                Some(Binding::Node(node)) => types.iter().any(|ty| has_type(self.unit, node, ty)),
                _ => false,
            },
        };
        if holds { vec![span] } else { Vec::new() }
    }

    fn text(&self, range: TextRange) -> &'a str {
        let tree: &'a Tree = self.tree;
        &tree.text[range.indices()]
    }

    /// Tests the text of a binding, from its start on.
    fn test(
        &mut self,
        span: &Span,
        variable: Metavariable,
        regex: &fancy_regex::Regex,
        groups: &[Option<Metavariable>],
        constants: bool,
    ) -> Vec<Span> {
        let Some(mut binding) = span.bindings[usize::from(variable.0)] else {
            return Vec::new();
        };
        if let Binding::Node(node) = binding
            && constants
        {
            binding = self.constant(node);
        }
        let computed = match binding {
            Binding::Constant(node) => constant_text(self.unit, node),
            _ => None,
        };
        let range = binding.range(self.tree);
        let text = computed.as_deref().unwrap_or(self.text(range));
        self.steps.take_many(1 + text.len() / 64);
        if groups.iter().all(Option::is_none) {
            return match regex.is_match(text) {
                Ok(true) => vec![span.clone()],
                Ok(false) => Vec::new(),
                Err(_) => {
                    *self.gave_up = true;
                    Vec::new()
                }
            };
        }
        let captures = regex.captures(text);
        let mut bindings = span.bindings.clone();
        match &captures {
            // What was computed has no place in the file, nor have its groups.
            Ok(Some(_)) if computed.is_some() => {}
            Ok(Some(captures)) => {
                for (group, variable) in captures.iter().zip(groups) {
                    if let (Some(group), Some(variable)) = (group, variable) {
                        let group = TextRange::new(group.start(), group.end());
                        bindings[usize::from(variable.0)]
                            .get_or_insert(Binding::Text(group.shifted(range.start)));
                    }
                }
            }
            Ok(None) => {}
            Err(_) => *self.gave_up = true,
        }
        let holds = matches!(captures, Ok(Some(_)));
        match holds {
            true => vec![Span { bindings, ..*span }],
            false => Vec::new(),
        }
    }

    /// The literal or the text that a name or an expression always comes to, or itself.
    fn constant(&self, node: NodeId) -> Binding {
        match self.unit.names().constant(self.tree, node) {
            Some(constant) => {
                let content = content_of(self.unit, Binding::Node(constant));
                content.map_or(Binding::Node(constant), Binding::Text)
            }
            None => match constant_text(self.unit, node) {
                Some(_) => Binding::Constant(node),
                None => Binding::Node(node),
            },
        }
    }

    /// Evaluates a formula of the same language over the code that is bound.
    fn satisfies(&mut self, span: &Span, binding: Binding, program: &Program) -> Vec<Span> {
        let unit = self.unit;
        let nodes = match binding {
            Binding::Node(node) | Binding::Constant(node) => vec![node],
            Binding::Nodes(first, last) => siblings(&unit.tree, first, last),
            Binding::Nothing(_) | Binding::Text(_) => Vec::new(),
        };
        let region = binding.range(&unit.tree);
        let inner = self.nested(unit, program, &nodes, region, &span.bindings);
        self.persist(span, inner, Some)
    }

    /// Evaluates a formula over the content of a string, read in a language of its own.
    fn satisfies_content(&mut self, span: &Span, binding: Binding, program: &Program) -> Vec<Span> {
        let content = content_of(self.unit, binding);
        // Where only the text counts, any code has one.
        let range = match (content, program.language.is_text()) {
            (Some(content), _) => content,
            (None, true) => binding.range(self.tree),
            (None, false) => return Vec::new(),
        };
        let text = self.text(range).to_owned();
        self.steps.take_many(1 + text.len());
        let Ok(tree) = program.language.parse(text) else {
            *self.gave_up = true;
            return Vec::new();
        };
        let unit = Unit::new(tree);
        let nothing = self.widened(&Vec::new());
        let whole = unit.tree.whole();
        let known = self.steps.enter_tree();
        let inner = self.nested(&unit, program, &[NodeId::ROOT], whole, &nothing);
        self.steps.leave_tree(known);
        let start = range.start;
        let tree = &unit.tree;
        self.persist(span, inner, |binding| {
            Some(Binding::Text(binding.range(tree).shifted(start)))
        })
    }

    /// The ranges of a nested formula over `nodes`, which start with the bindings around.
    fn nested(
        &mut self,
        unit: &Unit,
        program: &Program,
        nodes: &[NodeId],
        region: TextRange,
        bindings: &Bindings,
    ) -> Vec<Span> {
        let mut found = Vec::new();
        for pattern in &program.patterns {
            let mut matched = FxHashSet::default();
            for (shape, kinds) in pattern.shapes.iter().zip(&pattern.roots) {
                let context = Context {
                    unit,
                    options: &self.compiled.options,
                    bindings,
                };
                rows(shape, &context, nodes, self.steps, &mut matched);
                for id in nodes.iter().flat_map(|&node| unit.tree.subtree(node)) {
                    let is_bound = nodes.contains(&id);
                    if (is_bound || kinds.admits(&unit.tree, id)) && !self.steps.exhausted() {
                        matches(shape, &context, id, None, self.steps, &mut matched);
                    }
                }
            }
            let mut matched: Vec<_> = matched.into_iter().collect();
            matched.sort_unstable();
            found.push(matched);
        }
        let mut evaluation = Evaluation {
            compiled: self.compiled,
            program,
            unit,
            tree: &unit.tree,
            region,
            context: Some(Span {
                range: region,
                bindings: bindings.clone(),
                origin: Origin::Pattern,
            }),
            matches: &found,
            steps: self.steps,
            gave_up: self.gave_up,
        };
        evaluation.formula(&program.formula)
    }

    /// The span, and the span with what each of `inner` binds beyond it. None where `inner` is empty.
    fn persist(
        &mut self,
        span: &Span,
        inner: Vec<Span>,
        translate: impl Fn(Binding) -> Option<Binding>,
    ) -> Vec<Span> {
        let mut kept = Vec::new();
        for nested in &inner {
            let mut bindings = span.bindings.clone();
            let mut agrees = true;
            for (outer, inner) in bindings.iter_mut().zip(&nested.bindings) {
                match (&outer, inner.and_then(&translate)) {
                    (None, Some(inner)) => *outer = Some(inner),
                    (Some(outer), Some(Binding::Text(inner))) => {
                        agrees &= self.text(outer.range(self.tree)) == self.text(inner);
                    }
                    _ => {}
                }
            }
            self.steps.take();
            if agrees {
                kept.push(Span { bindings, ..*span });
            }
        }
        kept.sort_unstable();
        kept.dedup();
        kept
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
        let may_hold = |outer| inners.iter().any(|inner| may_stay(inner, outer));
        if !outers.first().is_some_and(may_hold) {
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
                        || self.same_meaning(*a, *b)
                }
                _ => true,
            })
    }

    /// Whether one is a name that stands for the other, where the rule asks for that.
    fn same_meaning(&self, a: Binding, b: Binding) -> bool {
        let (Binding::Node(a), Binding::Node(b)) = (a, b) else {
            return false;
        };
        let means = |name, other| {
            let value = self.unit.names().value(self.tree, name);
            value.is_some_and(|value| {
                same_binding(self.unit, Binding::Node(value), Binding::Node(other))
            })
        };
        let name = |id| self.tree.kind(id) == Kind::Ident;
        self.compiled.options.symbolic_propagation
            && (name(a) && means(a, b) || name(b) && means(b, a))
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

/// The siblings from `first` to `last`.
fn siblings(tree: &Tree, first: NodeId, last: NodeId) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut next = first;
    while next <= last {
        nodes.push(next);
        next = tree.after(next);
    }
    nodes
}

/// The text that a binding is the string of: between its quotes, or that of the constant that a name always
/// stands for. Text is its own; other code has none.
fn content_of(unit: &Unit, binding: Binding) -> Option<TextRange> {
    let tree = &unit.tree;
    match binding {
        Binding::Text(range) => Some(range),
        Binding::Node(node) => {
            let string = match tree.kind(node) {
                Kind::Str => node,
                _ => unit.names().constant(tree, node)?,
            };
            let mut parts = tree.children_as(string, Role::Elem);
            let plain = tree.kind(string) == Kind::Str
                && tree
                    .children(string)
                    .all(|part| tree.kind(part) == Kind::StrPart);
            let first = parts.next().filter(|_| plain)?;
            Some(
                tree.range(first)
                    .to(tree.range(parts.last().unwrap_or(first))),
            )
        }
        Binding::Nodes(..) | Binding::Nothing(_) | Binding::Constant(_) => None,
    }
}

/// The text that an expression always comes to, where it is known.
fn constant_text(unit: &Unit, node: NodeId) -> Option<Arc<str>> {
    match unit.names().constant_value(&unit.tree, node) {
        Some(Constant::Text(text)) => text,
        _ => None,
    }
}
