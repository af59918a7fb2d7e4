//! One walk over a tree for all patterns.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Counts;
use super::formula::Compiled;
use crate::pattern::{
    Bindings, Context, Match, RootKinds, Shape, Steps, is_expression, is_part_of_name, matches,
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
}

/// Shapes by the nodes at which they can match.
#[derive(Default)]
struct Index<'a> {
    by_kind: FxHashMap<Kind, Vec<Candidate<'a>>>,
    by_callee: FxHashMap<(Kind, &'a str), Vec<Candidate<'a>>>,
    names: Vec<Candidate<'a>>,
    blocks: Vec<Candidate<'a>>,
    expressions: Vec<Candidate<'a>>,
    statements: Vec<Candidate<'a>>,
}

/// What the patterns of one rule matched in one file.
pub(super) struct Matched {
    /// For each pattern, sorted.
    pub(super) matches: Vec<Vec<Match>>,
    /// What is left of the rule's budget. Where that is nothing, matches are missing.
    pub(super) steps: Steps,
}

/// Rules that may use up their budgets in one file before the walk is given up.
const MOST_EXHAUSTED: usize = 3;

/// Matches all patterns of `rules` in one walk. `None` where too many of them used up their budgets.
pub(super) fn walk(
    unit: &Unit,
    rules: &[(usize, &Compiled)],
    counts: &mut Counts,
) -> Option<Vec<Matched>> {
    let mut found: Vec<Vec<FxHashSet<Match>>> = rules
        .iter()
        .map(|(_, compiled)| vec![FxHashSet::default(); compiled.program.patterns.len()])
        .collect();
    let unbound: Vec<Bindings> = rules
        .iter()
        .map(|(_, compiled)| vec![None; compiled.variables.names().len()])
        .collect();
    let mut steps = vec![Steps::for_nodes(unit.tree.len()); rules.len()];
    let mut exhausted = 0;
    let index = Index::new(rules);
    let tree = &unit.tree;
    // Names under which callees are known here: `from os import system as run`.
    let aliases: FxHashMap<&str, &str> = if index.by_callee.is_empty() {
        FxHashMap::default()
    } else {
        let names = unit.names().aliases();
        names
            .filter_map(|(local, path)| {
                Some((local, path.rsplit('.').next()?)).filter(|(local, last)| local != last)
            })
            .collect()
    };
    for id in tree.ids() {
        let node = tree.node(id);
        let mut run = |candidates: &[Candidate<'_>]| {
            for candidate in candidates {
                let steps = &mut steps[candidate.rule];
                if steps.exhausted() {
                    continue;
                }
                counts.attempts += 1;
                let context = Context {
                    unit,
                    options: &rules[candidate.rule].1.options,
                    bindings: &unbound[candidate.rule],
                };
                let found = &mut found[candidate.rule][candidate.pattern];
                matches(candidate.shape, &context, id, steps, found);
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
                run(&index.names)
            }
            _ => {}
        }
        if node.role == Role::Stmt {
            run(&index.statements);
        } else if is_expression(node.kind) && !is_part_of_name(tree, id) && node.role != Role::Type
        {
            run(&index.expressions);
        }
        if exhausted >= MOST_EXHAUSTED {
            return None;
        }
    }
    let sorted = |found: FxHashSet<Match>| {
        let mut matches: Vec<_> = found.into_iter().collect();
        matches.sort_unstable();
        matches
    };
    let matched = found.into_iter().zip(steps).map(|(found, steps)| Matched {
        matches: found.into_iter().map(sorted).collect(),
        steps,
    });
    Some(matched.collect())
}

impl<'a> Index<'a> {
    fn new(rules: &[(usize, &'a Compiled)]) -> Index<'a> {
        let mut index = Index::default();
        for (rule, (_, compiled)) in rules.iter().enumerate() {
            for (pattern, compiled) in compiled.program.patterns.iter().enumerate() {
                for (shape, kinds) in compiled.shapes.iter().zip(&compiled.roots) {
                    let candidate = Candidate {
                        shape,
                        rule,
                        pattern,
                    };
                    match kinds {
                        RootKinds::Of(kinds) => kinds.iter().for_each(|kind| {
                            index.by_kind.entry(*kind).or_default().push(candidate)
                        }),
                        RootKinds::Callee(kind, name) => index
                            .by_callee
                            .entry((*kind, name))
                            .or_default()
                            .push(candidate),
                        RootKinds::Names => index.names.push(candidate),
                        RootKinds::Blocks => index.blocks.push(candidate),
                        RootKinds::Expressions => index.expressions.push(candidate),
                        RootKinds::Statements => index.statements.push(candidate),
                    }
                }
            }
        }
        index
    }
}
