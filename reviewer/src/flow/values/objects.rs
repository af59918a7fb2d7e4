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

    /// The objects in variables of other functions.
    pub(super) fn outer(&self) -> impl Iterator<Item = (Object, BodyId, Local)> {
        let all = self.origins.iter().zip(0..);
        all.filter_map(|(origin, number)| match *origin {
            Origin::Outer(body, local) => Some((Object(number), body, local)),
            _ => None,
        })
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
        self.around(object).count()
    }

    /// The object that is no field of another, in which this one is.
    pub(super) fn root(&self, object: Object) -> Object {
        self.around(object).last().unwrap_or(object)
    }

    /// The objects that an object was found in, innermost first.
    fn around(&self, object: Object) -> impl Iterator<Item = Object> {
        let of = |object: Object| match self.origin(object) {
            Origin::Field(of, _) => Some(of),
            _ => None,
        };
        std::iter::successors(of(object), move |&object| of(object))
    }
}
