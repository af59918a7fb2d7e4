//! Objects, told apart by where they come from.

use rustc_hash::FxHashMap;

use super::state::{Object, Spot};
use crate::flow::facts::{Key, Word};
use crate::flow::ir::{BlockId, BodyId, InstrId, Local};

/// Where an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    /// An instruction made it.
    Made(InstrId),
    /// It is an argument.
    Param(u32),
    /// It is what the method was called on.
    This,
    /// It was in that field of that object when the function began.
    Field(Object, Key),
    /// It is one of several: where branches meet.
    Either(BlockId, Spot),
    /// It is in a variable of another function.
    Outer(BodyId, Local),
    /// It is what a name outside of the file means.
    Named(Word),
    /// It is a function of the file.
    Function(BodyId),
}

/// The objects of one function.
#[derive(Debug, Default)]
pub(super) struct Objects {
    origins: Vec<Origin>,
    by_origin: FxHashMap<Origin, Object>,
    /// For one of several: which.
    parts: FxHashMap<Object, Vec<Object>>,
}

impl Objects {
    pub(super) fn of(&mut self, origin: Origin) -> Object {
        let Objects {
            origins, by_origin, ..
        } = self;
        *by_origin.entry(origin).or_insert_with(|| {
            origins.push(origin);
            Object(origins.len() as u32 - 1)
        })
    }

    pub(super) fn origin(&self, object: Object) -> Origin {
        self.origins[object.0 as usize]
    }

    /// Notes that one of several may be `part`.
    pub(super) fn add_part(&mut self, object: Object, part: Object) {
        let parts = self.parts.entry(object).or_default();
        if part != object && !parts.contains(&part) {
            parts.push(part);
        }
    }

    /// The object and those that it may be, as far as is worth looking.
    pub(super) fn all(&self, object: Object) -> Vec<Object> {
        const MOST: usize = 8;
        let mut all = vec![object];
        let mut next = 0;
        while next < all.len() && all.len() < MOST {
            for &part in self.parts.get(&all[next]).into_iter().flatten() {
                if !all.contains(&part) {
                    all.push(part);
                }
            }
            next += 1;
        }
        all
    }

    /// How many fields lie between an object and one that is no field.
    pub(super) fn depth(&self, object: Object) -> usize {
        let mut depth = 0;
        let mut at = object;
        while let Origin::Field(of, _) = self.origin(at) {
            depth += 1;
            at = of;
        }
        depth
    }
}
