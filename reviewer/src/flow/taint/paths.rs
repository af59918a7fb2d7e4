//! Which part of an object is tainted: a path of a few fields, outermost first. The empty path is all of it.

use rustc_hash::FxHashMap;

use crate::flow::link::Symbol;

/// Longest path. What lies deeper counts as the part that the path leads to.
const LONGEST: usize = 3;

/// A path, interned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PathId(u32);

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Is(Symbol),
    /// An element that is not known by its key.
    Any,
}

/// All paths.
#[derive(Debug)]
pub(super) struct Paths {
    list: Vec<Vec<Part>>,
    numbers: FxHashMap<Vec<Part>, PathId>,
}

impl PathId {
    /// The whole object.
    pub(super) const WHOLE: PathId = PathId(0);
}

impl Default for Paths {
    fn default() -> Self {
        Paths {
            list: vec![Vec::new()],
            numbers: FxHashMap::from_iter([(Vec::new(), PathId::WHOLE)]),
        }
    }
}

impl Paths {
    fn number(&mut self, path: Vec<Part>) -> PathId {
        if let Some(&known) = self.numbers.get(&path) {
            return known;
        }
        let id = PathId(self.list.len() as u32);
        self.list.push(path.clone());
        self.numbers.insert(path, id);
        id
    }

    /// The outermost part.
    pub(super) fn first(&self, path: PathId) -> Option<Part> {
        self.list[path.0 as usize].first().copied()
    }

    /// What of a taint is in the field `part` of the object.
    pub(super) fn load(&mut self, path: PathId, part: Part) -> Option<PathId> {
        let [first, rest @ ..] = &*self.list[path.0 as usize] else {
            return Some(path);
        };
        let same = *first == part || *first == Part::Any || part == Part::Any;
        same.then(|| rest.to_vec()).map(|rest| self.number(rest))
    }

    /// The taint in an object whose field `part` has it.
    pub(super) fn store(&mut self, path: PathId, part: Part) -> PathId {
        let mut longer = vec![part];
        longer.extend(self.list[path.0 as usize].iter().take(LONGEST - 1));
        self.number(longer)
    }
}
