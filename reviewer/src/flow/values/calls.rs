//! Calls: what goes in, what models say of it, and what is left open until files are linked.

use std::rc::Rc;

use rules::models::{CallModel, Flow, Port, PortEnd, PortField};

use super::interpret::{Interpreter, Purpose, type_named};
use super::models::{Called, Followed};
use super::objects::Origin;
use super::state::{Spot, Value};
use crate::flow::facts::{self, Key, Node, Receiver, Slot, Step, Target, Type};
use crate::flow::ir::{BodyId, Call, Callee, InstrId};
use crate::tree::constant as arithmetic;

/// A call with its values.
struct Inputs {
    receiver: Option<Value>,
    args: Vec<(Slot, Value)>,
}

impl<'a> Interpreter<'_, 'a> {
    /// What a call yields.
    pub(super) fn call(&mut self, at: InstrId, call: &Call) -> Value {
        let inputs = self.inputs(at, call);
        let mut result = self.fresh(at);
        if call.is_new
            && let Some(path) = &call.path
        {
            let name = path.rsplit('.').next().unwrap_or(path);
            result.ty = Receiver::Exactly(self.file.words.word(name));
            self.set_type(result.node, name);
        }
        if call.is_new && self.is_written_out(call) {
            for (slot, value) in &inputs.args {
                if let Slot::Named(name) = slot {
                    self.store(at, &result, Key::Is(*name), value);
                }
            }
            return result;
        }
        let followed = self.models_of(call, &inputs);
        for (model, number) in followed.models.iter().zip(0..) {
            result = self.follow(at, model, number, &inputs, result);
        }
        if !followed.is_certain {
            self.leave_open(at, call, &inputs, &mut result, !followed.models.is_empty());
        }
        self.constant_result(call, &inputs, result)
    }

    /// The models that a call follows.
    fn models_of(&self, call: &Call, inputs: &Inputs) -> Followed<'a> {
        let name = match &call.callee {
            Callee::Method(_, name) | Callee::Super(name) => Some(&**name),
            Callee::Value(_) => call
                .path
                .as_deref()
                .map(|path| path.rsplit('.').next().unwrap_or(path)),
        };
        let name = name.unwrap_or_default();
        let receiver = inputs.receiver.as_ref();
        let ty = receiver.and_then(|receiver| self.type_name(receiver));
        if let Some(ty) = &ty
            && self.file.methods.contains(&(&**ty, name))
        {
            return Followed::default();
        }
        // What a module exports by default stands for the module.
        let path = call
            .path
            .as_deref()
            .map(|path| path.replace(".default.", "."));
        self.file.context.models.of(&Called {
            name,
            path: path.as_deref(),
            ty: ty.as_deref(),
            is_method: receiver.is_some(),
            is_of_value: receiver.is_some_and(|receiver| {
                // A function of a module is no method.
                !matches!(self.objects.origin(receiver.object), Origin::Named(_))
            }),
            is_new: call.is_new,
            args: call.args.len(),
        })
    }

    /// Whether a call gives the fields of a structure values.
    fn is_written_out(&self, call: &Call) -> bool {
        let language = self.file.context.unit.tree.language;
        language.writes_structures_out()
            && !call.args.is_empty()
            && call.args.iter().all(|arg| arg.name.is_some())
    }

    fn inputs(&mut self, at: InstrId, call: &Call) -> Inputs {
        let receiver = match call.callee {
            Callee::Method(of, _) => Some(self.value(of)),
            Callee::Super(_) => Some(self.object_of_method(self.graph.range(Node(at.0)))),
            Callee::Value(_) => None,
        };
        let mut args = Vec::new();
        let mut is_known = true;
        for (arg, position) in call.args.iter().zip(0..) {
            is_known &= !arg.is_spread;
            let slot = match &arg.name {
                Some(name) => Slot::Named(self.file.words.word(name)),
                None if is_known => Slot::At(position),
                None => Slot::Spread,
            };
            args.push((slot, self.value(arg.value)));
        }
        Inputs { receiver, args }
    }

    /// The last name of the type of a value, where it is known here.
    fn type_name(&self, value: &Value) -> Option<String> {
        match value.ty {
            Receiver::Declared(ty) | Receiver::Exactly(ty) => Some(self.file.words.text(ty).into()),
            Receiver::This => self.body.class.as_deref().map(str::to_owned),
            _ => None,
        }
    }

    /// What pure methods of constants yield.
    fn constant_result(&mut self, call: &Call, inputs: &Inputs, result: Value) -> Value {
        let name = match &call.callee {
            Callee::Method(_, name) => name,
            _ => return result,
        };
        let receiver = inputs
            .receiver
            .as_ref()
            .and_then(|receiver| receiver.constant.clone());
        let args = Self::constants(inputs.args.iter().map(|(_, value)| value));
        let (Some(receiver), Some(args)) = (receiver, args) else {
            return result;
        };
        let args: Vec<_> = args.into_iter().map(Rc::unwrap_or_clone).collect();
        let language = self.file.context.unit.tree.language;
        let constant = arithmetic::method(language, name, &receiver, &args);
        match constant {
            Some(_) => self.with_constant(result, constant),
            None => result,
        }
    }

    /// Leaves a call open: files that are linked may show what is called.
    fn leave_open(
        &mut self,
        at: InstrId,
        call: &Call,
        inputs: &Inputs,
        result: &mut Value,
        is_modelled: bool,
    ) {
        let target = self.target(call, inputs);
        let mut args = Vec::new();
        let mut outs = Vec::new();
        let all = inputs.receiver.iter().map(|value| (Slot::This, value));
        let all: Vec<_> = all
            .chain(inputs.args.iter().map(|(slot, value)| (*slot, value)))
            .collect();
        for (slot, value) in &all {
            args.push((*slot, self.poured(value, Purpose::Argument(at, *slot))));
        }
        for (slot, value) in all {
            let origin = self.objects.origin(value.object);
            let may_change = !matches!(origin, Origin::Named(_) | Origin::Function(_));
            if may_change && !is_modelled && !self.is_plain(value) && slot != Slot::Spread {
                let after = self.made(Purpose::After(at, slot), self.graph.range(Node(at.0)));
                outs.push((slot, after));
                self.put_inside(value, after);
            }
        }
        let open = facts::Call {
            result: result.node,
            target,
            args,
            outs,
            is_new: call.is_new,
            is_modelled,
        };
        let index = self.record(at, None, open);
        if result.ty == Receiver::Unknown {
            result.ty = Receiver::ResultOf(index as u32);
        }
        if !is_modelled {
            self.hand_over(at, inputs);
        }
    }

    /// Functions among the arguments of a call that nothing is known about may be called with the other arguments.
    fn hand_over(&mut self, at: InstrId, inputs: &Inputs) {
        let others = inputs
            .receiver
            .iter()
            .chain(inputs.args.iter().map(|(_, value)| value));
        let others: Vec<_> = others.cloned().collect();
        for ((_, function), number) in inputs.args.iter().zip(0..) {
            let Origin::Function(body) = self.objects.origin(function.object) else {
                continue;
            };
            let mut args = Vec::new();
            for other in others
                .iter()
                .filter(|other| other.object != function.object)
            {
                let element = self.made(
                    Purpose::Flow(at, number, other.node.0),
                    self.graph.range(Node(at.0)),
                );
                self.pour(other, element);
                args.push((Slot::Spread, element));
            }
            let node = self.made(
                Purpose::Callback(at, number),
                self.graph.range(function.node),
            );
            self.graph.edge(node, Node(at.0), Step::Whole);
            let open = facts::Call {
                result: node,
                target: Target::Body(body),
                args,
                outs: Vec::new(),
                is_new: false,
                is_modelled: true,
            };
            self.record(at, Some(number), open);
        }
    }

    /// Records a call, anew where the code runs again.
    fn record(&mut self, at: InstrId, callback: Option<u32>, call: facts::Call) -> usize {
        let next = self.calls.len();
        let index = *self.call_of.entry((at, callback)).or_insert(next);
        match self.calls.get_mut(index) {
            Some(known) => {
                for arg in call.args {
                    if !known.args.contains(&arg) {
                        known.args.push(arg);
                    }
                }
                for out in call.outs {
                    if !known.outs.contains(&out) {
                        known.outs.push(out);
                    }
                }
            }
            None => self.calls.push(call),
        }
        index
    }

    fn target(&mut self, call: &Call, inputs: &Inputs) -> Target {
        if call.is_new
            && let Some(path) = &call.path
        {
            return Target::Path(self.file.words.word(path));
        }
        match &call.callee {
            Callee::Super(name) => Target::Super(self.file.words.word(name)),
            Callee::Method(_, name) => {
                let name = self.file.words.word(name);
                let receiver = inputs.receiver.as_ref();
                if let Some(body) = receiver.and_then(|of| self.function_in(of, name)) {
                    return Target::Body(body);
                }
                let is_value = receiver.is_some_and(|receiver| {
                    let root = self.objects.root(receiver.object);
                    !matches!(self.objects.origin(root), Origin::Named(_))
                });
                match (&call.path, receiver) {
                    (Some(path), _) if !is_value => Target::Path(self.file.words.word(path)),
                    (_, Some(receiver)) => Target::Method(receiver.ty, name),
                    (_, None) => Target::Method(Receiver::Unknown, name),
                }
            }
            Callee::Value(of) => {
                let of = self.value(*of);
                match (self.objects.origin(of.object), &call.path) {
                    (Origin::Function(body), _) => Target::Body(body),
                    (Origin::Named(_), Some(path)) => Target::Path(self.file.words.word(path)),
                    _ => Target::Value(of.node),
                }
            }
        }
    }

    /// The function that a field is known to hold.
    fn function_in(&self, of: &Value, field: facts::Word) -> Option<BodyId> {
        let held = self.state.get(Spot::Field(of.object, Key::Is(field)))?;
        match self.objects.origin(held.value.object) {
            Origin::Function(body) if !held.is_partial => Some(body),
            _ => None,
        }
    }

    /// What may be anywhere in a value from here on.
    fn put_inside(&mut self, value: &Value, node: Node) {
        for object in self.objects.all(value.object) {
            let spot = Spot::Inside(object);
            if let Some(before) = self.state.get(spot) {
                let before = before.value.node;
                self.graph.edge(before, node, Step::Same);
            }
            let inside = Value {
                node,
                object,
                constant: None,
                ty: Receiver::Unknown,
            };
            self.state.put(spot, inside);
        }
    }

    /// Does what a model says.
    fn follow(
        &mut self,
        at: InstrId,
        model: &CallModel,
        number: u32,
        inputs: &Inputs,
        mut result: Value,
    ) -> Value {
        if let Some(ty) = &model.returns {
            match type_named(ty) {
                Type::Unknown => {}
                ty => self.graph.set_type(result.node, ty),
            }
            result.ty = Receiver::Declared(self.file.words.word(ty));
        }
        if inputs.args.is_empty() && model.call.starts_with("new ") {
            self.state.set_length(result.object, Some(0));
        }
        for (flow, part) in model.flow.iter().zip(0..) {
            let step = number * 64 + part;
            for from in self.sources(at, step, &flow.from, inputs, &result) {
                result = self.lead(at, step, flow, from, inputs, result);
            }
        }
        self.call_back(at, model, number, inputs, &result);
        result
    }

    /// The values at one end of a flow.
    fn ends(&mut self, at: InstrId, end: &PortEnd, inputs: &Inputs, result: &Value) -> Vec<Value> {
        let arg = |slot: Slot| {
            let found = inputs.args.iter().find(|(known, _)| *known == slot);
            found.map(|(_, value)| value.clone())
        };
        match end {
            // What is made is the object that its constructor is called on.
            PortEnd::Receiver => vec![inputs.receiver.as_ref().unwrap_or(result).clone()],
            PortEnd::Argument(index) => arg(Slot::At(*index)).into_iter().collect(),
            PortEnd::Keyword(name) => {
                let name = self.file.words.word(name);
                arg(Slot::Named(name)).into_iter().collect()
            }
            PortEnd::Arguments => inputs.args.iter().map(|(_, value)| value.clone()).collect(),
            PortEnd::Result => vec![result.clone()],
            PortEnd::CallbackResult(index) => {
                let node = self.made(Purpose::Callback(at, *index), self.graph.range(Node(at.0)));
                let fresh = self.fresh(at);
                vec![Value { node, ..fresh }]
            }
            PortEnd::CallbackParam(..) | PortEnd::Nothing => Vec::new(),
        }
    }

    /// The values that a flow starts from.
    fn sources(
        &mut self,
        at: InstrId,
        step: u32,
        port: &Port,
        inputs: &Inputs,
        result: &Value,
    ) -> Vec<Value> {
        let mut values = self.ends(at, &port.end, inputs, result);
        for (value, number) in values.iter_mut().zip(0..) {
            for (field, level) in port.path.iter().zip(0..) {
                let key = self.port_key(field, inputs);
                let purpose = Purpose::Flow(at, step, number * 8 + level);
                let node = self.made(purpose, self.graph.range(Node(at.0)));
                let known = self.read(value, key, node);
                let field = match key {
                    Key::Any => Origin::Made(at),
                    Key::Is(_) => Origin::Field(value.object, key),
                };
                *value = match known {
                    Some(known) => Value { node, ..known },
                    None => Value {
                        node,
                        object: self.objects.of(field),
                        constant: None,
                        ty: Receiver::Unknown,
                    },
                };
            }
        }
        values
    }

    fn port_key(&mut self, field: &PortField, inputs: &Inputs) -> Key {
        match field {
            PortField::Name(name) => Key::Is(self.file.words.word(name)),
            PortField::Index(index) => self.index(*index),
            PortField::At(arg) => {
                let arg = inputs.args.get(*arg as usize);
                self.key_of(arg.and_then(|(_, value)| value.constant.clone()).as_deref())
            }
            PortField::Push | PortField::Insert(_) | PortField::Any => Key::Any,
        }
    }

    /// Leads a value to where a flow goes.
    fn lead(
        &mut self,
        at: InstrId,
        step: u32,
        flow: &Flow,
        from: Value,
        inputs: &Inputs,
        mut result: Value,
    ) -> Value {
        match &flow.to.end {
            PortEnd::Nothing => self.empty(at, flow, inputs, &result),
            PortEnd::CallbackParam(..) => {}
            PortEnd::Result if flow.to.path.is_empty() => {
                self.pour(&from, result.node);
                let is_part = !flow.from.path.is_empty();
                if flow.same || is_part {
                    result.object = from.object;
                    result.constant = from.constant.filter(|_| is_part);
                }
                if flow.same {
                    result.ty = from.ty;
                }
            }
            end => {
                for into in self.ends(at, end, inputs, &result) {
                    self.put_in(at, step, &into, &flow.to.path, &from, inputs);
                }
            }
        }
        result
    }

    /// Puts a value into another one.
    fn put_in(
        &mut self,
        at: InstrId,
        step: u32,
        into: &Value,
        path: &[PortField],
        from: &Value,
        inputs: &Inputs,
    ) {
        let Some((field, inner)) = path.split_first() else {
            let node = self.made(
                Purpose::Flow(at, step, u32::MAX),
                self.graph.range(from.node),
            );
            self.pour(from, node);
            self.put_inside(into, node);
            return;
        };
        if !inner.is_empty() {
            let key = self.port_key(field, inputs);
            let part = self.wrapped(at, step, inner, from, inputs);
            let object = self.objects.of(Origin::Field(into.object, key));
            self.merge(at, Spot::Field(into.object, key), &Value { object, ..part });
            return;
        }
        match field {
            PortField::Push => {
                let length = self.state.length(into.object);
                let key = length.map_or(Key::Any, |length| self.index(length));
                self.store(at, into, key, from);
                self.state
                    .set_length(into.object, length.map(|length| length + 1));
            }
            PortField::Insert(arg) => self.insert(at, into, *arg, from, inputs),
            _ => {
                let key = self.port_key(field, inputs);
                self.store(at, into, key, from);
            }
        }
    }

    /// A value that holds another one, at that place in it.
    fn wrapped(
        &mut self,
        at: InstrId,
        step: u32,
        path: &[PortField],
        value: &Value,
        inputs: &Inputs,
    ) -> Value {
        let range = self.graph.range(value.node);
        let purpose = |level| Purpose::Flow(at, step, u32::MAX - level);
        let mut node = self.made(purpose(0), range);
        self.pour(value, node);
        for (field, level) in path.iter().rev().zip(1..) {
            let key = self.port_key(field, inputs);
            let around = self.made(purpose(level), range);
            self.graph.edge(node, around, Step::Store(key));
            node = around;
        }
        Value {
            node,
            constant: None,
            ty: Receiver::Unknown,
            ..value.clone()
        }
    }

    fn insert(&mut self, at: InstrId, into: &Value, arg: u32, from: &Value, inputs: &Inputs) {
        let Some((index, length)) = self.known_index(into, arg, inputs) else {
            self.blur_elements(at, into.object);
            self.store(at, into, Key::Any, from);
            return;
        };
        self.move_elements(into.object, |i| Some(if i >= index { i + 1 } else { i }));
        let key = self.index(index);
        self.store(at, into, key, from);
        self.state.set_length(into.object, Some(length + 1));
    }

    /// The index that an argument is, and the length of the list.
    fn known_index(&mut self, list: &Value, arg: u32, inputs: &Inputs) -> Option<(u32, u32)> {
        let length = self.state.length(list.object)?;
        let (_, index) = inputs.args.get(arg as usize)?;
        match index.constant.as_deref()? {
            crate::tree::Constant::Int(Some(index)) => {
                let index = u32::try_from(*index).ok()?;
                (index <= length).then_some((index, length))
            }
            _ => None,
        }
    }

    /// A place is emptied: an element is removed, or all are.
    fn empty(&mut self, at: InstrId, flow: &Flow, inputs: &Inputs, result: &Value) {
        for of in self.ends(at, &flow.from.end, inputs, result) {
            match flow.from.path.first() {
                Some(PortField::At(arg)) => match self.known_index(&of, *arg, inputs) {
                    Some((index, length)) => {
                        self.move_elements(of.object, |i| match i.cmp(&index) {
                            std::cmp::Ordering::Less => Some(i),
                            std::cmp::Ordering::Equal => None,
                            std::cmp::Ordering::Greater => Some(i - 1),
                        });
                        self.state.set_length(of.object, length.checked_sub(1));
                    }
                    None => {
                        let key = self.port_key(&PortField::At(*arg), inputs);
                        if key == Key::Any || self.state.length(of.object).is_some() {
                            self.blur_elements(at, of.object);
                        } else {
                            self.state.remove(Spot::Field(of.object, key));
                        }
                    }
                },
                Some(PortField::Any) => {
                    let keys: Vec<_> = self.state.fields(of.object).map(|(key, _)| key).collect();
                    for key in keys {
                        self.state.remove(Spot::Field(of.object, key));
                    }
                    self.state.set_length(of.object, Some(0));
                }
                _ => self.blur_elements(at, of.object),
            }
        }
    }

    /// Calls the functions among the arguments that a model says are called.
    fn call_back(
        &mut self,
        at: InstrId,
        model: &CallModel,
        number: u32,
        inputs: &Inputs,
        result: &Value,
    ) {
        let mut callbacks: Vec<(u32, Vec<(Slot, Node)>)> = Vec::new();
        for (flow, part) in model.flow.iter().zip(0..) {
            if let PortEnd::CallbackResult(function) = flow.from.end
                && !callbacks.iter().any(|(known, _)| *known == function)
            {
                callbacks.push((function, Vec::new()));
            }
            let PortEnd::CallbackParam(function, param) = flow.to.end else {
                continue;
            };
            for value in self.sources(at, number * 64 + part, &flow.from, inputs, result) {
                let node = self.poured(&value, Purpose::Flow(at, number * 64 + part, u32::MAX - 1));
                let arg = (Slot::At(param), node);
                match callbacks.iter_mut().find(|(known, _)| *known == function) {
                    Some((_, args)) => args.push(arg),
                    None => callbacks.push((function, vec![arg])),
                }
            }
        }
        for (function, args) in callbacks {
            let callee = inputs
                .args
                .iter()
                .find(|(slot, _)| *slot == Slot::At(function));
            let Some((_, callee)) = callee else { continue };
            let target = match self.objects.origin(callee.object) {
                Origin::Function(body) => Target::Body(body),
                Origin::Named(path) => Target::Path(path),
                _ => Target::Value(callee.node),
            };
            let node = self.made(
                Purpose::Callback(at, function),
                self.graph.range(Node(at.0)),
            );
            let open = facts::Call {
                result: node,
                target,
                args,
                outs: Vec::new(),
                is_new: false,
                is_modelled: false,
            };
            self.record(at, Some(function), open);
        }
    }
}
