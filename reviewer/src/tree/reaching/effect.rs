//! What a piece of code does to one name.

use crate::tree::NodeId;

/// What a piece of code does to a name.
pub(super) enum Effect {
    /// It leaves it alone.
    Nothing,
    /// It gets one of these values.
    Always(Vec<NodeId>),
    /// It may get one of these values.
    Sometimes(Vec<NodeId>),
    /// It may get a value that is not known.
    Unknown,
}

impl Effect {
    /// It may get one of these values, of which there may be none.
    pub(super) fn sometimes(values: Vec<NodeId>) -> Effect {
        match values.is_empty() {
            true => Effect::Nothing,
            false => Effect::Sometimes(values),
        }
    }

    /// What both do, one after the other.
    pub(super) fn then(self, later: Effect) -> Effect {
        match (self, later) {
            (_, later @ (Effect::Always(_) | Effect::Unknown)) => later,
            (earlier, Effect::Nothing) => earlier,
            (Effect::Nothing, later) => later,
            (Effect::Unknown, Effect::Sometimes(_)) => Effect::Unknown,
            (Effect::Always(mut values), Effect::Sometimes(later)) => {
                values.extend(later);
                Effect::Always(values)
            }
            (Effect::Sometimes(mut values), Effect::Sometimes(later)) => {
                values.extend(later);
                Effect::Sometimes(values)
            }
        }
    }

    /// The same, if it happens at all.
    pub(super) fn perhaps(self) -> Effect {
        match self {
            Effect::Always(values) => Effect::sometimes(values),
            other => other,
        }
    }

    /// What one of several ways does; those that lead elsewhere are `None`.
    pub(super) fn one_of(ways: impl IntoIterator<Item = Option<Effect>>) -> Option<Effect> {
        ways.into_iter().flatten().reduce(Effect::or)
    }

    fn or(self, other: Effect) -> Effect {
        match (self, other) {
            (Effect::Unknown, _) | (_, Effect::Unknown) => Effect::Unknown,
            (Effect::Nothing, Effect::Nothing) => Effect::Nothing,
            (Effect::Always(mut a), Effect::Always(b)) => {
                a.extend(b);
                Effect::Always(a)
            }
            (a, b) => {
                let mut values = a.values();
                values.extend(b.values());
                Effect::Sometimes(values)
            }
        }
    }

    fn values(self) -> Vec<NodeId> {
        match self {
            Effect::Always(values) | Effect::Sometimes(values) => values,
            Effect::Nothing | Effect::Unknown => Vec::new(),
        }
    }
}
