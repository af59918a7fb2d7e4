//! The way of taint, put together from how each fact came to be.

use super::kinds::Kinds;
use super::solve::{At, FactId, Reached, Solver, Way};
use super::{Found, FoundStep};
use crate::flow::facts::{Node, Place};
use crate::flow::link::FunctionId;
use crate::tree::TextRange;

/// Most steps of a way; a longer one loses its middle.
const MOST_STEPS: usize = 60;
/// Most facts that are looked at for one way.
const MOST_FACTS: usize = 10_000;

/// One step, with its function.
struct Passed {
    function: FunctionId,
    range: TextRange,
    note: String,
}

impl Solver<'_, '_> {
    /// What is found at a sink, for some of the kinds that got there.
    pub(super) fn finding(
        &self,
        file: u32,
        place: &Place,
        at: &Reached,
        kinds: Kinds,
    ) -> Option<Found> {
        let fact = at
            .facts
            .iter()
            .copied()
            .find(|fact| self.record(*fact).kinds & kinds != 0)?;
        let kind = lowest(self.record(fact).kinds & kinds);
        let mut walk = Walk {
            solver: self,
            kind,
            steps: Vec::new(),
            source: None,
            left: MOST_FACTS,
        };
        walk.back(fact);
        let mut passed = walk.steps;
        passed.reverse();
        let mut steps: Vec<FoundStep> = Vec::new();
        for step in passed {
            let step = FoundStep {
                file: self.project.file_of(step.function) as usize,
                range: step.range,
                note: step.note,
            };
            let is_new = steps.last().is_none_or(|last| {
                (last.file, last.range) != (step.file, step.range) || last.note != step.note
            });
            if is_new && step.range.end > step.range.start {
                steps.push(step);
            }
        }
        if steps.len() > MOST_STEPS {
            steps.drain(MOST_STEPS / 2..steps.len() - MOST_STEPS / 2);
        }
        steps.push(FoundStep {
            file: file as usize,
            range: place.range,
            note: "sink".into(),
        });
        let mut bound = place.bound.clone();
        if let Some(source) = walk.source {
            for (name, text) in &source.bound {
                if !bound.iter().any(|(known, _)| known == name) {
                    bound.push((name.clone(), text.clone()));
                }
            }
        }
        Some(Found {
            rule: place.by.rule,
            file: file as usize,
            range: place.range,
            bound,
            steps,
        })
    }
}

fn lowest(kinds: Kinds) -> Kinds {
    kinds & kinds.wrapping_neg()
}

/// A walk from a sink to its source; steps come last first.
struct Walk<'s, 'p, 'a> {
    solver: &'s Solver<'p, 'a>,
    kind: Kinds,
    steps: Vec<Passed>,
    source: Option<&'a Place>,
    left: usize,
}

impl Walk<'_, '_, '_> {
    /// Goes back from a fact. Facts in what was called come between those of the call.
    fn back(&mut self, fact: FactId) {
        let mut waiting = vec![fact];
        while let Some(id) = waiting.pop() {
            let Some(left) = self.left.checked_sub(1) else {
                return;
            };
            self.left = left;
            let record = self.solver.record(id);
            let way = record.ways.iter().find(|(kinds, _)| kinds & self.kind != 0);
            // What came through a propagator has another kind than before it.
            let Some((_, way)) = way.or(record.ways.first()) else {
                return;
            };
            self.pass(id, *way);
            match *way {
                Way::Source(_) => return,
                Way::Entry => {}
                Way::Turned(kinds) => {
                    self.kind = lowest(kinds);
                    waiting.push(id);
                }
                Way::Step(before) | Way::Out(before) | Way::Shared(before) => waiting.push(before),
                Way::Through(before, exit) => {
                    waiting.push(before);
                    waiting.push(exit);
                }
            }
        }
    }

    /// Notes a fact as a step.
    fn pass(&mut self, id: FactId, way: Way) {
        let (function, at) = self.solver.place(id);
        let At::Node(node) = at else { return };
        let project = &self.solver.project;
        let name_of = |id: FactId| project.name_of(self.solver.place(id).0);
        let note = match way {
            Way::Source(place) => {
                let file = project.file_of(function);
                let place = &self.solver.facts(file).sources[place as usize];
                self.source = Some(place);
                self.steps.push(Passed {
                    function,
                    range: place.range,
                    note: "source".into(),
                });
                return;
            }
            Way::Entry => format!("passed to {}", project.name_of(function)),
            Way::Through(_, exit) | Way::Out(exit) => format!("comes out of {}", name_of(exit)),
            Way::Step(_) | Way::Shared(_) | Way::Turned(_) => String::new(),
        };
        self.steps.push(Passed {
            function,
            range: self.range(function, node),
            note,
        });
    }

    fn range(&self, function: FunctionId, node: Node) -> TextRange {
        self.solver.project.function(function).ranges[node.0 as usize]
    }
}
