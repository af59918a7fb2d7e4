//! Fields, elements, and what is inside of objects: reading, writing, pouring all of it somewhere.

use std::rc::Rc;

use super::interpret::{Interpreter, Purpose};
use super::objects::Origin;
use super::state::{Held, Object, Spot, Value};
use crate::flow::facts::{Key, Node, Receiver, Step};
use crate::flow::ir::{Field, InstrId};
use crate::tree::Constant;

/// Deepest field of a field that has an object of its own.
const MAX_DEPTH: usize = 3;

impl Interpreter<'_, '_> {
    /// The key of a field: a name, or an index that is a constant.
    pub(super) fn key(&mut self, field: &Field) -> Key {
        match field {
            Field::Name(name) => Key::Is(self.file.words.word(name)),
            Field::Nth(index) => self.index(*index),
            Field::Index(index) => {
                let index = self.value(*index);
                self.key_of(index.constant.as_deref())
            }
            Field::Slice => Key::Any,
        }
    }

    pub(super) fn index(&mut self, index: u32) -> Key {
        Key::Is(self.file.words.word(&index.to_string()))
    }

    /// The key that a constant is.
    pub(super) fn key_of(&mut self, constant: Option<&Constant>) -> Key {
        match constant {
            Some(Constant::Text(Some(text))) => Key::Is(self.file.words.word(text)),
            // A negative one counts from the end, which may be anywhere.
            Some(Constant::Int(Some(number))) if *number >= 0 => {
                Key::Is(self.file.words.word(&number.to_string()))
            }
            _ => Key::Any,
        }
    }

    /// What `object.key` holds, into the node of an instruction.
    pub(super) fn load(&mut self, at: InstrId, of: &Value, key: Key) -> Value {
        let node = Node(at.0);
        let known = self.read(of, key, node);
        let depth = self.objects.depth(of.object);
        let origin = match known {
            Some(ref value) => return self.loaded(of, key, value, node),
            None if depth < MAX_DEPTH && key != Key::Any => Origin::Field(of.object, key),
            None => Origin::Made(at),
        };
        let value = Value {
            node,
            object: self.objects.of(origin),
            constant: None,
            ty: self.field_type(of, key),
        };
        if depth < MAX_DEPTH && key != Key::Any {
            let held = Held {
                value: value.clone(),
                is_partial: false,
                is_initial: true,
            };
            self.state.hold(Spot::Field(of.object, key), held);
        }
        value
    }

    /// The value that a field is known to hold, as the instruction yields it.
    fn loaded(&mut self, of: &Value, key: Key, value: &Value, node: Node) -> Value {
        let ty = match value.ty {
            Receiver::Unknown => self.field_type(of, key),
            known => known,
        };
        Value {
            node,
            ty,
            ..value.clone()
        }
    }

    /// The declared type of a field of the object of a method.
    fn field_type(&self, of: &Value, key: Key) -> Receiver {
        match (self.objects.origin(of.object), key) {
            (Origin::This, Key::Is(name)) => Receiver::Field(name),
            _ => Receiver::Unknown,
        }
    }

    /// Leads whatever `object.key` may hold to `node`. The value, where it is one that was put there.
    pub(super) fn read(&mut self, of: &Value, key: Key, node: Node) -> Option<Value> {
        let mut found: Option<Value> = None;
        let mut is_certain = false;
        for object in self.objects.all(of.object) {
            let fields: Vec<_> = match key {
                Key::Any => self
                    .state
                    .fields(object)
                    .map(|(key, held)| (key, held.clone()))
                    .collect(),
                Key::Is(_) => [key, Key::Any]
                    .into_iter()
                    .filter_map(|key| {
                        Some((key, self.state.get(Spot::Field(object, key))?.clone()))
                    })
                    .collect(),
            };
            for (at, held) in fields {
                if held.is_initial && held.value.node == node {
                    continue;
                }
                self.graph.edge(held.value.node, node, Step::Same);
                if at == key && key != Key::Any && object == of.object {
                    is_certain = !held.is_partial && !held.is_initial;
                    found = Some(held.value);
                }
            }
        }
        if !is_certain {
            self.graph.edge(of.node, node, Step::Load(key));
        }
        for object in self.objects.all(of.object) {
            if let Some(inside) = self.state.get(Spot::Inside(object)) {
                let inside = inside.value.node;
                self.graph.edge(inside, node, Step::Load(key));
            }
        }
        found
    }

    /// Puts a value into a field. Where the key is known, nothing else is there then.
    pub(super) fn store(&mut self, at: InstrId, into: &Value, key: Key, value: &Value) {
        let objects = self.objects.all(into.object);
        let is_one = objects.len() == 1;
        for object in objects {
            let spot = Spot::Field(object, key);
            if key != Key::Any && is_one {
                self.state.put(spot, value.clone());
            } else {
                self.merge(at, spot, value);
            }
        }
    }

    /// Puts a value at a spot where others may stay.
    pub(super) fn merge(&mut self, at: InstrId, spot: Spot, value: &Value) {
        let before = self.state.get(spot).cloned();
        let is_same = before
            .as_ref()
            .is_some_and(|before| before.value.node == value.node);
        if is_same {
            return;
        }
        let node = match &before {
            None => value.node,
            Some(before) => {
                let node = self.made(Purpose::Merged(at, spot), self.graph.range(value.node));
                self.graph.edge(before.value.node, node, Step::Same);
                self.graph.edge(value.node, node, Step::Same);
                node
            }
        };
        let object = match before {
            None => value.object,
            Some(_) => self.objects.of(Origin::Made(at)),
        };
        let value = Value {
            node,
            object,
            constant: None,
            ty: value.ty,
        };
        let held = Held {
            value,
            is_partial: true,
            is_initial: false,
        };
        self.state.hold(spot, held);
    }

    /// Whether something was put into an object.
    pub(super) fn is_changed(&self, object: Object) -> bool {
        self.state.get(Spot::Inside(object)).is_some()
            || self.state.fields(object).any(|(_, held)| {
                !held.is_initial
                    || self.objects.depth(held.value.object) > self.objects.depth(object)
                        && self.is_changed(held.value.object)
            })
    }

    /// Leads a value, with all that is inside of it, to a node.
    pub(super) fn pour(&mut self, value: &Value, node: Node) {
        self.graph.edge(value.node, node, Step::Same);
        self.pour_inside(value.object, node);
    }

    /// Leads what is inside of an object to a node.
    pub(super) fn pour_inside(&mut self, object: Object, node: Node) {
        let mut waiting = vec![(object, node, 0)];
        while let Some((object, node, depth)) = waiting.pop() {
            for object in self.objects.all(object) {
                if let Some(inside) = self.state.get(Spot::Inside(object)) {
                    let inside = inside.value.node;
                    self.graph.edge(inside, node, Step::Same);
                }
                let fields: Vec<_> = self
                    .state
                    .fields(object)
                    .map(|(key, held)| (key, held.clone()))
                    .collect();
                for (key, held) in fields {
                    if !held.is_initial {
                        self.graph.edge(held.value.node, node, Step::Store(key));
                    }
                    let part = held.value.object;
                    if depth < MAX_DEPTH && part != object && self.is_changed(part) {
                        let range = self.graph.range(node);
                        let inner = self.made(Purpose::Inner(node, part), range);
                        self.graph.edge(inner, node, Step::Store(key));
                        waiting.push((part, inner, depth + 1));
                    }
                }
            }
        }
    }

    /// A value with all that is inside of it: its own node where that is all.
    pub(super) fn poured(&mut self, value: &Value, purpose: Purpose) -> Node {
        let changed = self
            .objects
            .all(value.object)
            .into_iter()
            .any(|object| self.is_changed(object));
        if !changed {
            return value.node;
        }
        let node = self.made(purpose, self.graph.range(value.node));
        self.pour(value, node);
        node
    }

    /// Takes the elements of a list that are known by their indices, and puts them back where `place` says; one for
    /// which it says nothing is gone.
    pub(super) fn move_elements(&mut self, object: Object, place: impl Fn(u32) -> Option<u32>) {
        let fields: Vec<_> = self
            .state
            .fields(object)
            .map(|(key, held)| (key, held.clone()))
            .collect();
        let mut moved = Vec::new();
        for (key, held) in fields {
            let Key::Is(word) = key else { continue };
            let Ok(index) = self.file.words.text(word).parse::<u32>() else {
                continue;
            };
            self.state.remove(Spot::Field(object, key));
            if let Some(index) = place(index) {
                moved.push((index, held));
            }
        }
        for (index, held) in moved {
            let key = self.index(index);
            self.state.hold(Spot::Field(object, key), held);
        }
    }

    /// Forgets at which index each element is.
    pub(super) fn blur_elements(&mut self, at: InstrId, object: Object) {
        let fields: Vec<_> = self
            .state
            .fields(object)
            .filter(|(key, _)| *key != Key::Any)
            .map(|(key, held)| (key, held.clone()))
            .collect();
        for (key, held) in fields {
            let Key::Is(word) = key else { continue };
            if self.file.words.text(word).parse::<u32>().is_ok() {
                self.state.remove(Spot::Field(object, key));
                self.merge(at, Spot::Field(object, Key::Any), &held.value);
            }
        }
        self.state.set_length(object, None);
    }

    /// What a value always is.
    pub(super) fn constant(&mut self, at: InstrId) -> Option<Rc<Constant>> {
        self.value(at).constant
    }
}
