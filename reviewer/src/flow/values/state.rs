//! What is known at one point of a function: what variables hold, and what was put into objects.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::flow::facts::{Key, Node, Receiver};
use crate::flow::ir::{BodyId, Local};
use crate::tree::Constant;

/// An object: whatever values are certain to be the same one. It has nothing to do with taint: that is at nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Object(pub(super) u32);

/// What an instruction yields, or a variable holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Value {
    /// Where its taint is.
    pub(super) node: Node,
    pub(super) object: Object,
    /// What it always is, on the ways that lead here.
    pub(super) constant: Option<Rc<Constant>>,
    /// What is known of its type.
    pub(super) ty: Receiver,
}

/// Where a value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Spot {
    Variable(Local),
    /// A variable of a body around this one, which this one has written.
    Outer(BodyId, Local),
    /// A field of an object.
    Field(Object, Key),
    /// What calls may have put into an object, wherever in it.
    Inside(Object),
    /// What decides whether the code runs at all.
    Control,
}

/// What is at a spot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) value: Value,
    /// Whether there may also still be what was there when the function began.
    pub(super) is_partial: bool,
    /// Whether it is what was there when the function began: read, not written.
    pub(super) is_initial: bool,
}

/// What is known at one point.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    pub(super) spots: Rc<BTreeMap<Spot, Held>>,
    /// How many elements lists have, where that is known.
    pub(super) lengths: Rc<BTreeMap<Object, u32>>,
    /// Objects that guards found clean, each with the rule.
    pub(super) clean: Rc<BTreeSet<(Object, u32)>>,
}

impl State {
    pub(super) fn get(&self, spot: Spot) -> Option<&Held> {
        self.spots.get(&spot)
    }

    /// Puts a value at a spot, and nothing of what was there remains.
    pub(super) fn put(&mut self, spot: Spot, value: Value) {
        let held = Held {
            value,
            is_partial: false,
            is_initial: false,
        };
        self.hold(spot, held);
    }

    pub(super) fn hold(&mut self, spot: Spot, held: Held) {
        Rc::make_mut(&mut self.spots).insert(spot, held);
    }

    pub(super) fn remove(&mut self, spot: Spot) {
        if self.spots.contains_key(&spot) {
            Rc::make_mut(&mut self.spots).remove(&spot);
        }
    }

    /// The fields of an object that are known here, by key.
    pub(super) fn fields(&self, object: Object) -> impl Iterator<Item = (Key, &Held)> {
        let first = Spot::Field(object, Key::Is(crate::flow::facts::Word(0)));
        self.spots
            .range(first..)
            .map_while(move |(spot, held)| match spot {
                Spot::Field(of, key) if *of == object => Some((*key, held)),
                _ => None,
            })
    }

    /// Notes that an object is clean of a rule.
    pub(super) fn set_clean(&mut self, object: Object, rule: u32) {
        if !self.clean.contains(&(object, rule)) {
            Rc::make_mut(&mut self.clean).insert((object, rule));
        }
    }

    pub(super) fn length(&self, object: Object) -> Option<u32> {
        self.lengths.get(&object).copied()
    }

    pub(super) fn set_length(&mut self, object: Object, length: Option<u32>) {
        if self.length(object) != length {
            let lengths = Rc::make_mut(&mut self.lengths);
            match length {
                Some(length) => lengths.insert(object, length),
                None => lengths.remove(&object),
            };
        }
    }
}

/// What each of two maps has at the keys of either, in their order.
pub(super) fn side_by_side<'a, K: Ord, V>(
    left: &'a BTreeMap<K, V>,
    right: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = (&'a K, Option<&'a V>, Option<&'a V>)> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (left.peek(), right.peek()) {
            (Some((left, _)), Some((right, _))) => left.cmp(right),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let left = left.next_if(|_| order.is_le());
        let right = right.next_if(|_| order.is_ge());
        let key = left.or(right)?.0;
        Some((
            key,
            left.map(|(_, value)| value),
            right.map(|(_, value)| value),
        ))
    })
}
