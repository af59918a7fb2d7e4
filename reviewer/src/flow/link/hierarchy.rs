//! Classes by name, their methods, and what is above and below them.

use rustc_hash::FxHashMap;

use super::{ClassId, FunctionId, Symbol};
use crate::flow::facts::LinkedFile;

/// Most classes of one name that are taken for each other, and most steps up or down.
const MOST_CLASSES: usize = 32;

/// All classes of a project.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    classes: Vec<Class>,
    by_name: FxHashMap<Symbol, Vec<ClassId>>,
    by_method: FxHashMap<Symbol, Vec<FunctionId>>,
    /// By the name of what is above.
    derived: FxHashMap<Symbol, Vec<ClassId>>,
}

#[derive(Debug)]
struct Class {
    name: Symbol,
    file: u32,
    bases: Vec<Symbol>,
    fields: Vec<(Symbol, Symbol)>,
    methods: FxHashMap<Symbol, Vec<FunctionId>>,
}

impl Hierarchy {
    pub(super) fn add(
        &mut self,
        name: Symbol,
        file: u32,
        bases: Vec<Symbol>,
        fields: Vec<(Symbol, Symbol)>,
    ) {
        let same = self.by_name.entry(name).or_default();
        let known = same
            .iter()
            .find(|id| self.classes[id.0 as usize].file == file);
        // Rust has several blocks for one type.
        if let Some(known) = known {
            self.classes[known.0 as usize].bases.extend(bases);
            return;
        }
        same.push(ClassId(self.classes.len() as u32));
        self.classes.push(Class {
            name,
            file,
            bases,
            fields,
            methods: FxHashMap::default(),
        });
    }

    /// Adds a method; the class of it may be one that no declaration shows (Go).
    pub(super) fn method(&mut self, class: Symbol, file: u32, name: Symbol, id: FunctionId) {
        self.by_method.entry(name).or_default().push(id);
        let same = self.by_name.get(&class).into_iter().flatten();
        let known = same
            .copied()
            .find(|id| self.classes[id.0 as usize].file == file);
        let class = match known {
            Some(class) => class,
            None => {
                self.add(class, file, Vec::new(), Vec::new());
                ClassId(self.classes.len() as u32 - 1)
            }
        };
        let methods = &mut self.classes[class.0 as usize].methods;
        methods.entry(name).or_default().push(id);
    }

    pub(super) fn finish(&mut self) {
        for (class, id) in self.classes.iter().zip(0..) {
            for &base in &class.bases {
                self.derived.entry(base).or_default().push(ClassId(id));
            }
        }
    }

    /// The classes of a name that a file may mean: its own first, and alone.
    pub(super) fn classes(
        &self,
        name: Symbol,
        file: u32,
        files: &[LinkedFile<'_>],
    ) -> Vec<ClassId> {
        let language = files[file as usize].language;
        let all = self.by_name.get(&name).into_iter().flatten().copied();
        let mut all: Vec<_> = all
            .filter(|id| {
                let other = self.classes[id.0 as usize].file;
                files[other as usize].language.is_linked_with(language)
            })
            .collect();
        if let Some(own) = all
            .iter()
            .find(|id| self.classes[id.0 as usize].file == file)
        {
            return vec![*own];
        }
        all.truncate(MOST_CLASSES);
        all
    }

    /// What is above a class, nearest first.
    pub(super) fn above(&self, class: ClassId) -> Vec<ClassId> {
        let mut above: Vec<ClassId> = Vec::new();
        let mut next = vec![class];
        while let Some(id) = next.pop() {
            for base in &self.classes[id.0 as usize].bases {
                for &base in self.by_name.get(base).into_iter().flatten() {
                    if base != class && !above.contains(&base) && above.len() < MOST_CLASSES {
                        above.push(base);
                        next.push(base);
                    }
                }
            }
        }
        above
    }

    /// What is below classes.
    pub(super) fn below(&self, classes: &[ClassId]) -> Vec<ClassId> {
        let mut below: Vec<ClassId> = Vec::new();
        let mut next = classes.to_vec();
        while let Some(id) = next.pop() {
            let name = self.classes[id.0 as usize].name;
            for &class in self.derived.get(&name).into_iter().flatten() {
                if !classes.contains(&class)
                    && !below.contains(&class)
                    && below.len() < MOST_CLASSES
                {
                    below.push(class);
                    next.push(class);
                }
            }
        }
        below
    }

    pub(super) fn methods(&self, class: ClassId, name: Symbol) -> &[FunctionId] {
        let methods = self.classes[class.0 as usize].methods.get(&name);
        methods.map_or(&[], Vec::as_slice)
    }

    /// All methods of a name.
    pub(super) fn named(&self, name: Symbol) -> &[FunctionId] {
        self.by_method.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The declared type of a field, here or above.
    pub(super) fn field(&self, class: ClassId, name: Symbol) -> Option<Symbol> {
        std::iter::once(class)
            .chain(self.above(class))
            .find_map(|class| {
                let fields = &self.classes[class.0 as usize].fields;
                fields
                    .iter()
                    .find(|(field, _)| *field == name)
                    .map(|(_, ty)| *ty)
            })
    }

    /// The constructors of a class, or of the nearest one above that has any.
    pub(super) fn constructors<'t>(
        &self,
        class: ClassId,
        text: impl Fn(Symbol) -> &'t str,
    ) -> Vec<FunctionId> {
        let line = std::iter::once(class).chain(self.above(class));
        let of = |class: ClassId| {
            let class = &self.classes[class.0 as usize];
            let own = class
                .methods
                .iter()
                .filter(|(name, _)| is_constructor(text(**name), text(class.name)));
            let mut found: Vec<_> = own.flat_map(|(_, ids)| ids).copied().collect();
            found.sort_unstable();
            found
        };
        line.map(of)
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }
}

/// Whether a method of that name makes objects of that class.
pub(super) fn is_constructor(name: &str, class: &str) -> bool {
    name == class || matches!(name, "__init__" | "constructor")
}
