//! Lists, maps, texts, comprehensions, elements of JSX.

use super::Lower;
use super::patterns::clause_target;
use crate::flow::ir::{Build, Field, InstrId, Key, Local, Op, Part};
use crate::lang::Construct;
use crate::tree::{Kind, NodeId, Role};

impl Lower<'_> {
    /// What makes a collection or a text.
    pub(super) fn collection(&mut self, id: NodeId) -> InstrId {
        match self.kind(id) {
            Kind::Template => self.text_parts(id),
            Kind::Comprehension => self.comprehension(id),
            Kind::Element => self.element(id),
            Kind::Tuple if self.tree.language.commas_make_sequences() => {
                let elements: Vec<_> = self.tree.children(id).collect();
                let values: Vec<_> = elements.into_iter().map(|it| self.expr(it)).collect();
                match values.last() {
                    Some(last) => self.emit(id, Op::Same(*last)),
                    None => self.nothing(id),
                }
            }
            _ => self.elements_of(id, Role::Elem),
        }
    }

    /// A collection of the children in a role: a map if they are pairs.
    pub(super) fn elements_of(&mut self, id: NodeId, role: Role) -> InstrId {
        let elements: Vec<_> = self.tree.children_as(id, role).collect();
        let first = elements.first().map(|&first| self.kind(first));
        let build = match (self.kind(id), first) {
            (Kind::Dict | Kind::Record, _) | (_, Some(Kind::Pair)) => Build::Map,
            _ => Build::List,
        };
        let mut parts = Vec::new();
        for element in elements {
            parts.push(self.part(id, element));
        }
        self.emit(id, Op::Build(build, parts))
    }

    fn part(&mut self, collection: NodeId, element: NodeId) -> Part {
        match self.kind(element) {
            Kind::Splat => {
                let value = self.child_value(element, Role::Value);
                let key = Key::Spread;
                Part { key, value }
            }
            Kind::Pair => {
                let key = match self.child(element, Role::Key) {
                    Some(key) if self.is_name_of_field(collection, key) => {
                        Key::Name(self.text(key).into())
                    }
                    Some(key) => Key::Value(self.expr(key)),
                    None => Key::Next,
                };
                let value = self.child_value(element, Role::Value);
                Part { key, value }
            }
            Kind::Function => {
                let value = self.expr(element);
                let name = self.child(element, Role::Name);
                let key = match name.filter(|&name| self.kind(name) == Kind::Ident) {
                    Some(name) => Key::Name(self.text(name).into()),
                    None => Key::Next,
                };
                Part { key, value }
            }
            _ => {
                let value = self.expr(element);
                let key = Key::Next;
                Part { key, value }
            }
        }
    }

    /// Whether a key is a name, and no variable whose value is the key.
    fn is_name_of_field(&self, collection: NodeId, key: NodeId) -> bool {
        let is_map = self.kind(collection) == Kind::Dict || self.kind(collection) == Kind::New;
        self.kind(key) == Kind::Ident && !is_map
    }

    /// The parts of a text with expressions inside.
    fn text_parts(&mut self, id: NodeId) -> InstrId {
        let mut parts = Vec::new();
        let elements: Vec<_> = self.tree.children_as(id, Role::Elem).collect();
        for element in elements {
            let value = match self.kind(element) {
                Kind::Interp => {
                    for rest in self.tree.children_as(element, Role::Child) {
                        self.format_of(rest);
                    }
                    self.child_value(element, Role::Value)
                }
                _ => self.expr(element),
            };
            let key = Key::Next;
            parts.push(Part { key, value });
        }
        self.emit(id, Op::Build(Build::Text, parts))
    }

    /// The expressions in the format of an interpolated value: `{x:{width}}`.
    fn format_of(&mut self, format: NodeId) {
        for part in self.tree.children(format) {
            for value in self.tree.children(part) {
                self.expr(value);
            }
        }
    }

    /// A loop whose elements a variable collects.
    fn comprehension(&mut self, id: NodeId) -> InstrId {
        let collected = self.made_up();
        let parts: Vec<_> = self.tree.children(id).collect();
        let (clauses, elements): (Vec<_>, Vec<_>) = parts
            .into_iter()
            .filter(|&part| self.kind(part) != Kind::Op)
            .partition(|&part| {
                matches!(
                    self.construct(part),
                    Some(Construct::Clause | Construct::Filter)
                )
            });
        let mut loops = Vec::new();
        for clause in clauses {
            let parts = self.parts(clause);
            if self.construct(clause) == Some(Construct::Filter) {
                let holds = self.blocks.label();
                let next = loops.last().map_or(holds, |&(head, _)| head);
                if let Some(&condition) = parts.first() {
                    self.condition(condition, holds, next);
                }
                self.blocks.begin(holds);
                continue;
            }
            let (Some(target), Some(&sequence)) = (clause_target(self.tree, clause), parts.last())
            else {
                continue;
            };
            let sequence = self.expr(sequence);
            let [head, body, exit] = std::array::from_fn(|_| self.blocks.label());
            self.blocks.begin_loop(head);
            self.blocks.either(body, exit);
            self.blocks.begin(body);
            let element = self.emit(target, Op::Element(sequence));
            self.assign(target, element);
            loops.push((head, exit));
        }
        self.collect(id, &elements, collected);
        for &(head, exit) in loops.iter().rev() {
            self.blocks.goto(head);
            self.blocks.begin(exit);
        }
        let is_map = elements.iter().any(|&it| self.kind(it) == Kind::Pair);
        let build = if is_map { Build::Map } else { Build::List };
        let value = self.emit(id, Op::Get(collected));
        let key = Key::Spread;
        self.emit(id, Op::Build(build, vec![Part { key, value }]))
    }

    /// Puts one element of a comprehension into its variable.
    fn collect(&mut self, id: NodeId, elements: &[NodeId], collected: Local) {
        let mut parts = Vec::new();
        for &element in elements {
            parts.push(self.part_of_comprehension(element));
        }
        let is_map = parts.iter().any(|part| part.key != Key::Next);
        let build = if is_map { Build::Map } else { Build::List };
        let value = self.emit(id, Op::Build(build, parts));
        self.emit(id, Op::Set(collected, value));
    }

    fn part_of_comprehension(&mut self, element: NodeId) -> Part {
        let key = match self.child(element, Role::Key) {
            Some(key) if self.kind(element) == Kind::Pair => Key::Value(self.expr(key)),
            _ => Key::Next,
        };
        let value = match self.kind(element) {
            Kind::Pair => self.child_value(element, Role::Value),
            _ => self.expr(element),
        };
        Part { key, value }
    }

    /// An element of JSX may show whatever is in it.
    fn element(&mut self, id: NodeId) -> InstrId {
        let mut parts = Vec::new();
        for child in self.tree.children(id) {
            let is_value = matches!(self.tree.node(child).role, Role::Item | Role::Elem)
                && self.kind(child) != Kind::StrPart;
            if is_value && !self.tree.is_leaf(child) {
                parts.push(self.expr(child));
            }
        }
        self.emit(id, Op::Opaque(parts))
    }

    /// A part of a collection by its place: the parts of a pair.
    pub(super) fn nth(&mut self, node: NodeId, value: InstrId, place: usize) -> InstrId {
        self.emit(node, Op::Load(value, Field::Nth(place as u32)))
    }
}
