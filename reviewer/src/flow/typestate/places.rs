//! Where in bodies the starts and events of a rule lie.

use rules::review::Typestate;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

use super::machine::{Machine, States};
use crate::flow::ir::{BodyId, InstrId};
use crate::flow::marks::{List, Mark};
use crate::flow::values::{Context, Located};

/// Where a value begins to be tracked.
#[derive(Debug)]
pub(super) struct Begin {
    pub(super) at: InstrId,
    pub(super) value: InstrId,
    pub(super) state: States,
    /// Index of the mark.
    pub(super) mark: usize,
}

/// Something that happens to a value.
#[derive(Debug)]
pub(super) struct Happening {
    pub(super) value: InstrId,
    pub(super) from: States,
    pub(super) to: Option<States>,
    pub(super) is_wrong: bool,
    pub(super) when: Option<bool>,
    pub(super) mark: usize,
}

/// What a rule looks at in one body.
#[derive(Debug, Default)]
pub(super) struct Here {
    pub(super) starts: Vec<Begin>,
    pub(super) events: FxHashMap<InstrId, Vec<Happening>>,
    pub(super) keeps: FxHashSet<InstrId>,
}

/// What a rule looks at in a file: bodies in which something starts.
pub(super) struct Places {
    pub(super) by_body: BTreeMap<BodyId, Here>,
}

impl Places {
    pub(super) fn new(
        context: &Context<'_>,
        marks: &[Mark],
        rule: usize,
        typestate: &Typestate,
        machine: &Machine,
    ) -> Places {
        let located = Located::new(context);
        let mut by_body: BTreeMap<BodyId, Here> = BTreeMap::new();
        for (mark, number) in marks.iter().zip(0..) {
            for by in context.parts.users[mark.part]
                .iter()
                .filter(|by| by.rule == rule)
            {
                match by.list {
                    List::Starts => {
                        let start = &typestate.start[by.entry];
                        // Where `finally` is lowered several times, each is a start.
                        for (body, at, value) in located.valued(mark, start.value.as_ref()) {
                            let here = by_body.entry(body).or_default();
                            here.starts.push(Begin {
                                at,
                                value,
                                state: machine.state(&start.state),
                                mark: number,
                            });
                        }
                    }
                    List::Events => {
                        let event = &typestate.events[by.entry];
                        for (body, at, value) in located.valued(mark, event.value.as_ref()) {
                            let here = by_body.entry(body).or_default();
                            here.events.entry(at).or_default().push(Happening {
                                value,
                                from: match event.from.is_empty() {
                                    true => machine.any(),
                                    false => machine.states(&event.from),
                                },
                                to: event.to.as_ref().map(|to| machine.state(to)),
                                is_wrong: event.report,
                                when: event.when,
                                mark: number,
                            });
                        }
                    }
                    List::Keeps => {
                        for (body, at) in located.outermost(mark.range) {
                            by_body.entry(body).or_default().keeps.insert(at);
                        }
                    }
                    _ => {}
                }
            }
        }
        by_body.retain(|_, here| !here.starts.is_empty());
        Places { by_body }
    }
}
