//! Typestate: the states that a value is in along every path of a function, after Strom and Yemini (*Typestate: a
//! programming language concept for enhancing software reliability*, 1986).
//!
//! A rule says where values begin to be tracked, which events move them from state to state, and which states are wrong
//! at an event or where the function is left. A value that gets out of sight is dealt with elsewhere: it is tracked no
//! longer.

mod machine;
mod places;
mod run;

use rules::review::Typestate;

use super::marks::{Mark, Parts};
use super::values::{Context, Yields};
use crate::tree::TextRange;
use machine::Machine;
use places::Places;
use run::Run;

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wrong {
    /// Index of the rule in the plan.
    pub(crate) rule: usize,
    /// What is reported: an event, or the start of what is wrong in the end.
    pub(crate) range: TextRange,
    /// What metavariables stand for there.
    pub(crate) bound: Vec<(Box<str>, TextRange)>,
    /// Where the value began to be tracked.
    pub(crate) start: TextRange,
}

/// What came of checking a file.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Sorted.
    pub(crate) wrong: Vec<Wrong>,
    /// Functions whose budget ran out, so that findings may be missing.
    pub(crate) cut: Vec<TextRange>,
}

/// Checks the rules of a file about typestates. `rules` gives each by its index in the plan; `yields` the objects of
/// each body.
pub(crate) fn check<'r>(
    context: &Context<'_>,
    marks: &[Mark],
    rules: &dyn Fn(usize) -> Option<&'r Typestate>,
    yields: &[Yields],
) -> Checked {
    let mut checked = Checked::default();
    let Checked { wrong, cut } = &mut checked;
    for rule in tracking(context.parts, marks) {
        let Some(typestate) = rules(rule) else {
            continue;
        };
        let machine = Machine::new(typestate);
        let places = Places::new(context, marks, rule, typestate, &machine);
        for (body, here) in places.by_body {
            let index = body.0 as usize;
            let body = &context.program.bodies[index];
            let mut run = Run::new(
                body,
                &yields[index],
                (rule, typestate, &machine),
                &here,
                marks,
            );
            run.all();
            if run.is_cut() {
                cut.push(context.unit.tree.range(body.node));
            }
            wrong.extend(run.wrong);
        }
    }
    wrong.sort_unstable();
    wrong.dedup_by(|a, b| a.rule == b.rule && a.range == b.range);
    cut.sort_unstable();
    cut.dedup();
    checked
}

/// The rules that start tracking somewhere.
fn tracking(parts: &Parts, marks: &[Mark]) -> Vec<usize> {
    let uses = marks.iter().flat_map(|mark| &parts.users[mark.part]);
    let starts = uses.filter(|by| by.list == super::marks::List::Starts);
    let mut rules: Vec<_> = starts.map(|by| by.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}
