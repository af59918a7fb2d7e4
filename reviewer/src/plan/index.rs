//! One walk over a tree for all patterns; a second one for what matches nearly anywhere, where that still counts.

use std::cell::LazyCell;
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Counts;
use super::demand::{Demand, Tested};
use super::formula::{Compiled, CompiledPattern, When};
use crate::pattern::{
    Bindings, Context, Match, NameAt, RootKinds, Shape, Steps, assignment_around, is_decorator,
    is_expression, is_part_of_name, is_part_of_type, matches, may_be_constant, statements_around,
};
use crate::tree::{Kind, Role, Unit};

/// Where the matches of a shape go.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    shape: &'a Shape,
    /// Index into the rules of this walk.
    rule: usize,
    /// Index into the rule's patterns.
    pattern: usize,
    /// Whether it starts at the statement around the node.
    statement: bool,
    /// Whether it starts a row: the statement has siblings.
    row: bool,
    /// Whether it starts at the assignment of the node.
    assigned: bool,
    /// Of which kind the value of an assignment has to be; any, where nothing is said.
    value: &'a [Kind],
    /// What its matches have to satisfy.
    demands: &'a [Demand],
    /// The one about the name that tells it apart.
    name: Option<(&'a Demand, NameAt)>,
}

/// Shapes by the nodes at which they can match.
#[derive(Default)]
struct Index<'a> {
    by_kind: FxHashMap<Kind, Vec<Candidate<'a>>>,
    by_callee: FxHashMap<(Kind, &'a str), Vec<Candidate<'a>>>,
    by_name: FxHashMap<&'a str, Vec<Candidate<'a>>>,
    names: Vec<Candidate<'a>>,
    blocks: Vec<Candidate<'a>>,
    expressions: Vec<Candidate<'a>>,
    statements: Vec<Candidate<'a>>,
    /// By the kind of literal that a name may stand for.
    constants: Vec<Candidate<'a>>,
}

/// What the patterns of one rule matched in one file.
pub(super) struct Matched {
    /// For each pattern, sorted.
    pub(super) matches: Vec<Vec<Match>>,
    /// What is left of the rule's budget. Where that is nothing, matches are missing.
    pub(super) steps: Steps,
    /// How long matching took, where that is measured.
    pub(super) took: Duration,
}

/// Rules that may use up their budgets in one file before the walk is given up, and which share of them.
const MOST_EXHAUSTED: usize = 3;
const MOST_EXHAUSTED_SHARE: usize = 10;

/// Matches the patterns of `rules`: first, in one walk, those that say where to look; then, for the rules that
/// may still hold, the ones that match nearly anywhere. `None` where too many rules used up their budgets.
pub(super) fn walk(
    unit: &Unit,
    rules: &[&Compiled],
    counts: &mut Counts,
    measures: bool,
) -> Option<Vec<Matched>> {
    let mut walk = Walk {
        unit,
        rules,
        measures,
        found: rules
            .iter()
            .map(|compiled| vec![FxHashSet::default(); compiled.program.patterns.len()])
            .collect(),
        unbound: rules
            .iter()
            .map(|compiled| vec![None; compiled.variables.names().len()])
            .collect(),
        steps: vec![Steps::for_nodes(unit.tree.len()); rules.len()],
        took: vec![Duration::ZERO; rules.len()],
    };
    walk.all(
        &Index::new(rules, |_, pattern| pattern.when == When::First),
        counts,
    )?;
    let is_later = |pattern: &CompiledPattern| pattern.when == When::Later;
    let goes_on: Vec<_> = rules
        .iter()
        .zip(&walk.found)
        .map(|(compiled, found)| {
            let program = &compiled.program;
            program.patterns.iter().any(is_later) && program.may_hold(&|at| !found[at].is_empty())
        })
        .collect();
    if goes_on.contains(&true) {
        let later = Index::new(rules, |rule, pattern| goes_on[rule] && is_later(pattern));
        walk.all(&later, counts)?;
    }
    let sorted = |found: FxHashSet<Match>| {
        let mut matches: Vec<_> = found.into_iter().collect();
        matches.sort_unstable();
        matches
    };
    let matched = walk.found.into_iter().zip(walk.steps).zip(walk.took);
    let matched = matched.map(|((found, steps), took)| Matched {
        matches: found.into_iter().map(sorted).collect(),
        steps,
        took,
    });
    Some(matched.collect())
}

/// What a walk knows, by rule.
struct Walk<'a> {
    unit: &'a Unit,
    rules: &'a [&'a Compiled],
    measures: bool,
    /// For each pattern of each rule.
    found: Vec<Vec<FxHashSet<Match>>>,
    unbound: Vec<Bindings>,
    steps: Vec<Steps>,
    took: Vec<Duration>,
}

impl Walk<'_> {
    /// Walks over all nodes.
    fn all(&mut self, index: &Index<'_>, counts: &mut Counts) -> Option<()> {
        let Walk {
            unit,
            rules,
            measures,
            found,
            unbound,
            steps,
            took,
        } = self;
        let (unit, rules, measures) = (*unit, *rules, *measures);
        let mut exhausted = steps.iter().filter(|steps| steps.exhausted()).count();
        let most_exhausted = MOST_EXHAUSTED.max(rules.len() / MOST_EXHAUSTED_SHARE);
        let tree = &unit.tree;
        // Names under which callees are known here: `from os import system as run`.
        let aliases: FxHashMap<&str, &str> = if index.by_callee.is_empty()
            && index.by_name.is_empty()
        {
            FxHashMap::default()
        } else {
            let names = unit.names().aliases();
            names
                .filter_map(|(local, path)| {
                    Some((local, path.rsplit('.').next()?)).filter(|(local, last)| local != last)
                })
                .collect()
        };
        let around = LazyCell::new(|| statements_around(tree));
        let mut tested = Tested::default();
        let mut fresh = FxHashSet::default();
        for id in tree.ids() {
            let node = tree.node(id);
            let value_kind = match node.kind {
                Kind::Assign => tree.child(id, Role::Right),
                Kind::VarDef => tree.child(id, Role::Value),
                _ => None,
            }
            .map(|value| tree.kind(value));
            let mut run = |candidates: &[Candidate<'_>]| {
                for candidate in candidates {
                    let steps = &mut steps[candidate.rule];
                    if steps.exhausted() {
                        continue;
                    }
                    if candidate
                        .name
                        .is_some_and(|name| !tested.may_match(name, tree, id))
                    {
                        continue;
                    }
                    let wrong_value = !candidate.value.is_empty()
                        && !value_kind.is_some_and(|kind| candidate.value.contains(&kind))
                        && !rules[candidate.rule].options.symbolic_propagation;
                    if wrong_value {
                        continue;
                    }
                    let value = match candidate.assigned {
                        true => assignment_around(tree, id),
                        false => Some(id),
                    };
                    let at = match candidate.statement {
                        true => value.and_then(|value| around[value.0 as usize]),
                        false => value,
                    };
                    let starts = |at| !candidate.row || tree.node(at).role == Role::Stmt;
                    let Some(at) = at.filter(|&at| starts(at)) else {
                        continue;
                    };
                    if !candidate.row && !candidate.shape.may_be_call(tree, at) {
                        continue;
                    }
                    counts.attempts += 1;
                    let context = Context {
                        unit,
                        options: &rules[candidate.rule].options,
                        bindings: &unbound[candidate.rule],
                    };
                    let found = &mut found[candidate.rule][candidate.pattern];
                    let started = measures.then(Instant::now);
                    let inner = value.filter(|_| candidate.statement && !candidate.row);
                    if candidate.demands.is_empty() {
                        matches(candidate.shape, &context, at, inner, steps, found);
                    } else {
                        matches(candidate.shape, &context, at, inner, steps, &mut fresh);
                        let holds =
                            |one: &Match| tested.holds(candidate.demands, &one.bindings, tree);
                        found.extend(fresh.drain().filter(holds));
                    }
                    took[candidate.rule] +=
                        started.map_or(Duration::ZERO, |started| started.elapsed());
                    exhausted += usize::from(steps.exhausted());
                }
            };
            if let Some(candidates) = index.by_kind.get(&node.kind) {
                run(candidates);
            }
            match node.kind {
                Kind::Call | Kind::Macro | Kind::New if !index.by_callee.is_empty() => {
                    if let Some(name) = tree.callee_name(id).map(|name| tree.text_of(name)) {
                        for name in [Some(name), aliases.get(name).copied()]
                            .into_iter()
                            .flatten()
                        {
                            if let Some(candidates) = index.by_callee.get(&(node.kind, name)) {
                                run(candidates);
                            }
                        }
                    }
                }
                Kind::Block | Kind::Case | Kind::File => run(&index.blocks),
                Kind::Ident | Kind::Member | Kind::Path if !is_part_of_name(tree, id) => {
                    run(&index.names);
                    if let Some(name) = tree.last_name(id).map(|name| tree.text_of(name))
                        && !index.by_name.is_empty()
                    {
                        let alias = aliases.get(name).copied();
                        for name in [Some(name), alias].into_iter().flatten() {
                            if let Some(candidates) = index.by_name.get(name) {
                                run(candidates);
                            }
                        }
                    }
                    // A decorator without arguments is a call.
                    if is_decorator(tree, id)
                        && let Some(name) = tree.last_name(id)
                        && let Some(candidates) =
                            index.by_callee.get(&(Kind::Call, tree.text_of(name)))
                    {
                        run(candidates);
                    }
                    if !index.constants.is_empty()
                        && may_be_constant(tree, id)
                        && unit.names().constant(tree, id).is_some()
                    {
                        run(&index.constants);
                    }
                }
                _ => {}
            }
            if node.role == Role::Stmt {
                run(&index.statements);
            } else if is_expression(node.kind)
                && !is_part_of_name(tree, id)
                && !is_part_of_type(tree, id)
            {
                run(&index.expressions);
            }
            if exhausted >= most_exhausted {
                return None;
            }
        }
        Some(())
    }
}

impl<'a> Index<'a> {
    /// The patterns that are `wanted`, by the rule's place in this walk.
    fn new(rules: &[&'a Compiled], wanted: impl Fn(usize, &CompiledPattern) -> bool) -> Index<'a> {
        let mut index = Index::default();
        for (rule, compiled) in rules.iter().enumerate() {
            let patterns = compiled.program.patterns.iter().enumerate();
            for (pattern, compiled) in patterns.filter(|(_, pattern)| wanted(rule, pattern)) {
                let readings = compiled.shapes.iter().zip(&compiled.roots);
                for ((shape, kinds), name) in readings.zip(&compiled.names) {
                    // A name may stand for something with another one.
                    let name = name.filter(|_| !rules[rule].options.symbolic_propagation);
                    let name = name.map(|(demand, at)| (&compiled.demands[demand], at));
                    let candidate = Candidate {
                        shape,
                        rule,
                        pattern,
                        statement: false,
                        row: false,
                        assigned: false,
                        value: &[],
                        demands: &compiled.demands,
                        name,
                    };
                    index.add(candidate, kinds);
                }
            }
        }
        index
    }

    fn add(&mut self, candidate: Candidate<'a>, kinds: &'a RootKinds) {
        match kinds {
            RootKinds::Of(kinds) => kinds
                .iter()
                .for_each(|kind| self.by_kind.entry(*kind).or_default().push(candidate)),
            RootKinds::Callee(kind, name) => self
                .by_callee
                .entry((*kind, name))
                .or_default()
                .push(candidate),
            RootKinds::AssignedKind(value) => {
                for kind in [Kind::Assign, Kind::VarDef] {
                    let candidates = self.by_kind.entry(kind).or_default();
                    candidates.push(Candidate { value, ..candidate });
                }
            }
            RootKinds::Names => self.names.push(candidate),
            RootKinds::Named(name) => self.by_name.entry(name).or_default().push(candidate),
            RootKinds::Assigned(value) => {
                let assigned = true;
                self.add(
                    Candidate {
                        assigned,
                        ..candidate
                    },
                    value,
                );
            }
            RootKinds::Literal(kind) => {
                self.by_kind.entry(*kind).or_default().push(candidate);
                self.constants.push(candidate);
                if *kind == Kind::Str {
                    for composed in [Kind::Binary, Kind::Template] {
                        self.by_kind.entry(composed).or_default().push(candidate);
                    }
                }
            }
            RootKinds::Blocks => self.blocks.push(candidate),
            RootKinds::Expressions => self.expressions.push(candidate),
            RootKinds::Statements => self.statements.push(candidate),
            RootKinds::InStatement(inner) => {
                let statement = true;
                self.add(
                    Candidate {
                        statement,
                        ..candidate
                    },
                    inner,
                );
            }
            RootKinds::Row(first) => {
                let row = true;
                self.add(Candidate { row, ..candidate }, first);
            }
        }
    }
}
