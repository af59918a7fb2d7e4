//! The states of a rule, as sets.

use rules::review::{Located, Typestate};

/// A set of states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct States(u64);

impl States {
    pub(super) fn or(self, other: States) -> States {
        States(self.0 | other.0)
    }

    pub(super) fn and(self, other: States) -> States {
        States(self.0 & other.0)
    }

    pub(super) fn without(self, other: States) -> States {
        States(self.0 & !other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The states of a rule by their names. The loader allows fewer than a set holds.
#[derive(Debug)]
pub(super) struct Machine {
    names: Vec<String>,
}

impl Machine {
    pub(super) fn new(typestate: &Typestate) -> Machine {
        let starts = typestate.start.iter().map(|start| &start.state);
        let events = typestate.events.iter();
        let events = events.flat_map(|event| event.from.iter().chain(&event.to));
        let mut names: Vec<_> = starts
            .chain(events)
            .map(|state| state.text.clone())
            .collect();
        names.sort_unstable();
        names.dedup();
        Machine { names }
    }

    pub(super) fn state(&self, name: &Located) -> States {
        let number = self.names.binary_search(&name.text);
        number.map_or(States(0), |number| States(1 << (number % 64)))
    }

    pub(super) fn states(&self, names: &[Located]) -> States {
        names
            .iter()
            .fold(States(0), |set, name| set.or(self.state(name)))
    }

    pub(super) fn any(&self) -> States {
        States(u64::MAX)
    }
}
