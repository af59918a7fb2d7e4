//! Files linked: which functions a call may mean, over all files of a project.
//!
//! What is known at a call is a path, or a name and perhaps a type. A class is found by its name, its methods in it,
//! above it and, where the type is only declared, below it. A method of something whose type is not known is one of
//! that name where the project has few.

mod hierarchy;
mod modules;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::facts::{
    Call, FileFacts, Function, LinkedFile, Out, Receiver, Slot, Step, Target, Word,
};
use super::ir::{BodyId, Takes};
use hierarchy::Hierarchy;

/// A word of any file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Symbol(pub(super) u32);

/// A function of any file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FunctionId(pub(super) u32);

/// A class of any file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ClassId(pub(super) u32);

/// What a call may mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Callees {
    pub(super) functions: Vec<FunctionId>,
    /// Whether nothing else can be meant.
    pub(super) is_certain: bool,
    /// Whether an object is made, which the result is.
    pub(super) constructs: bool,
}

/// Most methods of one name that a call of something unknown may mean.
const MOST_METHODS: usize = 3;
/// Indices of the elements that a rest of arguments is told apart by.
const INDICES: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
/// Most functions that one call may mean.
const MOST_CALLEES: usize = 24;

/// All files of a project.
pub(super) struct Project<'a> {
    pub(super) files: &'a [LinkedFile<'a>],
    symbols: FxHashMap<&'a str, Symbol>,
    texts: Vec<&'a str>,
    /// By file, by word.
    words: Vec<Vec<Symbol>>,
    /// By function: its file and its number there.
    functions: Vec<(u32, u32)>,
    /// By file: the number of its first function.
    first: Vec<u32>,
    hierarchy: Hierarchy,
    /// Functions of no class, by name.
    plain: FxHashMap<Symbol, Vec<FunctionId>>,
    /// Calls, by the last name of what they call.
    calls: FxHashMap<Symbol, Vec<(FunctionId, u32)>>,
    /// Calls of functions of the same file.
    direct: FxHashMap<FunctionId, Vec<(FunctionId, u32)>>,
    callees: FxHashMap<(FunctionId, u32), Rc<Callees>>,
    callers: FxHashMap<FunctionId, Rc<[(FunctionId, u32)]>>,
}

impl<'a> Project<'a> {
    /// Links files.
    pub(super) fn new(files: &'a [LinkedFile<'a>]) -> Self {
        let mut project = Project {
            files,
            symbols: FxHashMap::default(),
            texts: Vec::new(),
            words: Vec::new(),
            functions: Vec::new(),
            first: Vec::new(),
            hierarchy: Hierarchy::default(),
            plain: FxHashMap::default(),
            calls: FxHashMap::default(),
            direct: FxHashMap::default(),
            callees: FxHashMap::default(),
            callers: FxHashMap::default(),
        };
        for index in INDICES {
            project.symbol(index);
        }
        for (file, number) in files.iter().zip(0..) {
            project.add(file, number);
        }
        project.hierarchy.finish();
        project
    }

    fn add(&mut self, file: &LinkedFile<'a>, number: u32) {
        let facts: &'a FileFacts = file.facts;
        let words: Vec<_> = facts.words.iter().map(|word| self.symbol(word)).collect();
        let symbol = |word: Word| words[word.0 as usize];
        let first = self.functions.len() as u32;
        self.first.push(first);
        for class in &facts.classes {
            self.hierarchy.add(
                symbol(class.name),
                number,
                class.bases.iter().map(|base| symbol(*base)).collect(),
                class
                    .fields
                    .iter()
                    .map(|(name, ty)| (symbol(*name), symbol(*ty)))
                    .collect(),
            );
        }
        for (function, at) in facts.functions.iter().zip(0..) {
            let id = FunctionId(first + at);
            self.functions.push((number, at));
            match (function.name, function.class) {
                (Some(name), Some(class)) if function.has_body => {
                    self.hierarchy
                        .method(symbol(class), number, symbol(name), id);
                }
                (Some(name), None) => self.plain.entry(symbol(name)).or_default().push(id),
                _ => {}
            }
            for (call, index) in function.calls.iter().zip(0..) {
                self.list_call(facts, &words, first, (id, index), call);
            }
        }
        self.words.push(words);
    }

    fn list_call(
        &mut self,
        facts: &'a FileFacts,
        words: &[Symbol],
        first: u32,
        site: (FunctionId, u32),
        call: &Call,
    ) {
        let name = match call.target {
            Target::Body(BodyId(body)) => {
                self.direct
                    .entry(FunctionId(first + body))
                    .or_default()
                    .push(site);
                return;
            }
            Target::Value(_) => return,
            Target::Method(_, name) | Target::Super(name) => words[name.0 as usize],
            Target::Path(path) => {
                let path = facts.word(path);
                self.symbol(last(path))
            }
        };
        self.calls.entry(name).or_default().push(site);
    }

    /// The symbol of a text.
    pub(super) fn symbol(&mut self, text: &'a str) -> Symbol {
        let texts = &mut self.texts;
        *self.symbols.entry(text).or_insert_with(|| {
            texts.push(text);
            Symbol(texts.len() as u32 - 1)
        })
    }

    /// The symbol of a word of a file.
    pub(super) fn word(&self, file: u32, word: Word) -> Symbol {
        self.words[file as usize][word.0 as usize]
    }

    pub(super) fn text(&self, symbol: Symbol) -> &'a str {
        self.texts[symbol.0 as usize]
    }

    pub(super) fn function(&self, id: FunctionId) -> &'a Function {
        let (file, at) = self.functions[id.0 as usize];
        &self.files[file as usize].facts.functions[at as usize]
    }

    pub(super) fn file_of(&self, id: FunctionId) -> u32 {
        self.functions[id.0 as usize].0
    }

    /// The functions of all files.
    pub(super) fn functions(&self) -> impl Iterator<Item = FunctionId> + use<> {
        (0..self.functions.len() as u32).map(FunctionId)
    }

    /// The function of a file.
    pub(super) fn in_file(&self, file: u32, body: BodyId) -> FunctionId {
        FunctionId(self.first[file as usize] + body.0)
    }

    /// What a function is called by in messages.
    pub(super) fn name_of(&self, id: FunctionId) -> &'a str {
        let file = self.file_of(id);
        self.function(id)
            .name
            .map_or("a function", |name| self.text(self.word(file, name)))
    }

    /// The calls that may mean a function.
    pub(super) fn callers(&mut self, id: FunctionId) -> Rc<[(FunctionId, u32)]> {
        if let Some(known) = self.callers.get(&id) {
            return Rc::clone(known);
        }
        let callers: Rc<[_]> = self.find_callers(id).into();
        self.callers.insert(id, Rc::clone(&callers));
        callers
    }

    fn find_callers(&mut self, id: FunctionId) -> Vec<(FunctionId, u32)> {
        let mut callers = self.direct.get(&id).cloned().unwrap_or_default();
        let function = self.function(id);
        let file = self.file_of(id);
        let mut names = Vec::new();
        if let Some(name) = function.name {
            let name = self.word(file, name);
            names.push(name);
            if let Some(class) = function.class
                && hierarchy::is_constructor(self.text(name), self.text(self.word(file, class)))
            {
                names.push(self.word(file, class));
            }
        }
        names.dedup();
        for name in names {
            for (caller, call) in self.calls.get(&name).cloned().unwrap_or_default() {
                if self.callees(caller, call).functions.contains(&id) {
                    callers.push((caller, call));
                }
            }
        }
        callers
    }

    /// What a call may mean. That of a value is not known here.
    pub(super) fn callees(&mut self, caller: FunctionId, call: u32) -> Rc<Callees> {
        if let Some(known) = self.callees.get(&(caller, call)) {
            return Rc::clone(known);
        }
        // A call whose receiver is the result of itself, over others, means nothing.
        self.callees.insert((caller, call), Rc::default());
        let mut callees = self.find(caller, call);
        let site = &self.function(caller).calls[call as usize];
        // A library that calls a function back offers more than it may take.
        if !matches!(site.target, Target::Body(_)) {
            callees
                .functions
                .retain(|&id| takes(self.function(id), site));
        }
        callees.functions.sort_unstable();
        callees.functions.dedup();
        callees.functions.truncate(MOST_CALLEES);
        let callees = Rc::new(callees);
        self.callees.insert((caller, call), Rc::clone(&callees));
        callees
    }

    fn find(&mut self, caller: FunctionId, call: u32) -> Callees {
        let file = self.file_of(caller);
        let site = &self.function(caller).calls[call as usize];
        match site.target {
            Target::Body(body) => Callees {
                functions: vec![self.in_file(file, body)],
                is_certain: true,
                constructs: false,
            },
            Target::Value(_) => Callees::default(),
            Target::Path(path) => {
                let path = self.files[file as usize].facts.word(path);
                let found = self.at_path(caller, path);
                let is_known = !found.functions.is_empty() || site.is_new || site.is_modelled;
                // A method of a value that is kept somewhere.
                match self
                    .symbols
                    .get(last(path))
                    .filter(|_| path.matches('.').count() > 1)
                {
                    Some(&name) if !is_known && self.may_guess(file, site) => {
                        self.guessed(file, name)
                    }
                    _ => found,
                }
            }
            Target::Super(name) => {
                let name = self.word(file, name);
                let class = self.class_of(caller);
                let above = class
                    .map(|class| self.hierarchy.above(class))
                    .unwrap_or_default();
                self.methods(&above, &[], name, true)
            }
            Target::Method(receiver, name) => self.method(caller, site, receiver, name),
        }
    }

    fn method(
        &mut self,
        caller: FunctionId,
        site: &Call,
        receiver: Receiver,
        name: Word,
    ) -> Callees {
        let file = self.file_of(caller);
        let name = self.word(file, name);
        match self.classes(caller, receiver) {
            Known::Classes { classes, is_exact } => {
                let below = match is_exact {
                    true => Vec::new(),
                    false => self.hierarchy.below(&classes),
                };
                let known = self.methods(&classes, &below, name, true);
                let language = self.files[file as usize].language;
                match known.functions.is_empty() && language.implements_by_methods() {
                    true => self.guessed(file, name),
                    false => known,
                }
            }
            Known::Foreign => Callees::default(),
            Known::Nothing if site.is_modelled || !self.may_guess(file, site) => Callees::default(),
            Known::Nothing => self.guessed(file, name),
        }
    }

    /// The methods of a name, where they are few.
    fn guessed(&self, file: u32, name: Symbol) -> Callees {
        let language = self.files[file as usize].language;
        let is_linked = |id: &FunctionId| {
            let other = self.file_of(*id);
            self.files[other as usize].language.is_linked_with(language)
        };
        let all = self.hierarchy.named(name).iter().copied();
        let functions: Vec<_> = all.filter(is_linked).collect();
        match functions.len() <= MOST_METHODS {
            true => Callees {
                functions,
                is_certain: false,
                constructs: false,
            },
            false => Callees::default(),
        }
    }

    /// Whether a method of something whose type is not known is guessed by its name. Where types are declared, one that
    /// takes nothing is too likely another.
    fn may_guess(&self, file: u32, site: &Call) -> bool {
        let declares = !self.files[file as usize].language.types_are_optional();
        !declares || site.args.iter().any(|(slot, _)| *slot != Slot::This)
    }

    /// The methods of a name in classes and above them, and in those below.
    fn methods(
        &self,
        classes: &[ClassId],
        below: &[ClassId],
        name: Symbol,
        is_certain: bool,
    ) -> Callees {
        let mut functions = Vec::new();
        for &class in classes {
            let line = std::iter::once(class).chain(self.hierarchy.above(class));
            let found = line
                .map(|class| self.hierarchy.methods(class, name))
                .find(|found| !found.is_empty());
            functions.extend(found.into_iter().flatten());
        }
        for &class in below {
            functions.extend(self.hierarchy.methods(class, name));
        }
        Callees {
            is_certain: is_certain && !functions.is_empty(),
            functions,
            constructs: false,
        }
    }

    /// What is known of the class of a receiver.
    fn classes(&mut self, caller: FunctionId, receiver: Receiver) -> Known {
        let file = self.file_of(caller);
        let of_type = |this: &Self, ty: Symbol, is_exact: bool| {
            let classes = this.hierarchy.classes(ty, file, this.files);
            match classes.is_empty() {
                true => Known::Foreign,
                false => Known::Classes { classes, is_exact },
            }
        };
        match receiver {
            Receiver::Unknown => Known::Nothing,
            Receiver::Declared(ty) => of_type(self, self.word(file, ty), false),
            Receiver::Exactly(ty) => of_type(self, self.word(file, ty), true),
            Receiver::This => match self.class_of(caller) {
                Some(class) => Known::Classes {
                    classes: vec![class],
                    is_exact: false,
                },
                None => Known::Nothing,
            },
            Receiver::Field(field) => {
                let field = self.word(file, field);
                let ty = self
                    .class_of(caller)
                    .and_then(|class| self.hierarchy.field(class, field));
                ty.map_or(Known::Nothing, |ty| of_type(self, ty, false))
            }
            Receiver::ResultOf(call) => self.result_class(caller, call),
        }
    }

    /// The class of what a call returns.
    fn result_class(&mut self, caller: FunctionId, call: u32) -> Known {
        let callees = self.callees(caller, call);
        let Some(&first) = callees.functions.first() else {
            return match self.constructed(caller, call) {
                Some(class) => Known::Classes {
                    classes: vec![class],
                    is_exact: true,
                },
                None => Known::Nothing,
            };
        };
        let function = self.function(first);
        let file = self.file_of(first);
        let ty = match (callees.constructs, function.class, function.result) {
            (true, Some(class), _) => Some((class, true)),
            (_, _, Some(result)) => Some((result, false)),
            (_, Some(class), None) if returns_object(function) => Some((class, false)),
            _ => None,
        };
        let Some((ty, is_exact)) = ty else {
            return Known::Nothing;
        };
        let ty = self.word(file, ty);
        let classes = self.hierarchy.classes(ty, file, self.files);
        match classes.is_empty() {
            true => Known::Foreign,
            false => Known::Classes { classes, is_exact },
        }
    }

    /// The class that a call makes an object of, where it has no constructor of its own.
    fn constructed(&self, caller: FunctionId, call: u32) -> Option<ClassId> {
        let file = self.file_of(caller);
        let site = &self.function(caller).calls[call as usize];
        let Target::Path(path) = site.target else {
            return None;
        };
        let name = *self
            .symbols
            .get(last(self.files[file as usize].facts.word(path)))?;
        self.hierarchy
            .classes(name, file, self.files)
            .first()
            .copied()
    }

    /// The class that a function is a member of.
    fn class_of(&self, id: FunctionId) -> Option<ClassId> {
        let file = self.file_of(id);
        let class = self.word(file, self.function(id).class?);
        self.hierarchy
            .classes(class, file, self.files)
            .first()
            .copied()
    }

    /// The functions that a dotted path means.
    fn at_path(&self, caller: FunctionId, path: &str) -> Callees {
        let file = self.file_of(caller);
        let path = modules::normal(path);
        let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
        let Some(&symbol) = self.symbols.get(name) else {
            return Callees::default();
        };
        let plain = self.plain.get(&symbol).into_iter().flatten().copied();
        let functions: Vec<_> = plain
            .filter(|&id| {
                let other = self.file_of(id);
                let (here, there) = (&self.files[file as usize], &self.files[other as usize]);
                here.language.is_linked_with(there.language)
                    && (other == file && module.is_empty() || modules::is_in(here, there, module))
            })
            .collect();
        if !functions.is_empty() {
            return Callees {
                functions,
                is_certain: true,
                constructs: false,
            };
        }
        let classes = self.hierarchy.classes(symbol, file, self.files);
        if let Some(&class) = classes.first() {
            let functions = self
                .hierarchy
                .constructors(class, |symbol| self.text(symbol));
            return Callees {
                is_certain: !functions.is_empty(),
                functions,
                constructs: true,
            };
        }
        let owner = self.symbols.get(last(module));
        let classes = owner.map(|owner| self.hierarchy.classes(*owner, file, self.files));
        self.methods(&classes.unwrap_or_default(), &[], symbol, true)
    }

    /// To which parameters an argument goes, and under which key it is there.
    pub(super) fn params(
        &self,
        callee: FunctionId,
        caller: FunctionId,
        slot: Slot,
    ) -> Vec<(Slot, Placed)> {
        let function = self.function(callee);
        let file = self.file_of(callee);
        let params = function.params.iter().zip(0..);
        match slot {
            Slot::This => vec![(Slot::This, Placed::Whole)],
            Slot::At(position) => {
                let rest = function
                    .params
                    .iter()
                    .position(|param| param.takes != Takes::One);
                match rest {
                    Some(rest)
                        if position >= rest as u32
                            && function.params[rest].takes == Takes::Rest =>
                    {
                        let index = INDICES.get(position as usize - rest);
                        let index = index.and_then(|index| self.symbols.get(index));
                        let placed = index.map_or(Placed::Element, |&index| Placed::Under(index));
                        vec![(Slot::At(rest as u32), placed)]
                    }
                    _ => vec![(Slot::At(position), Placed::Whole)],
                }
            }
            Slot::Named(name) => {
                let name = self.word(self.file_of(caller), name);
                let same = params
                    .clone()
                    .find(|(param, _)| self.word(file, param.name) == name);
                let named = params
                    .clone()
                    .find(|(param, _)| param.takes == Takes::Named);
                match (same, named) {
                    (Some((_, at)), _) => vec![(Slot::At(at), Placed::Whole)],
                    (None, Some((_, at))) => vec![(Slot::At(at), Placed::Under(name))],
                    (None, None) => Vec::new(),
                }
            }
            Slot::Spread => params
                .map(|(_, at)| (Slot::At(at), Placed::Spread))
                .collect(),
        }
    }
}

/// What is known of the class of a receiver.
enum Known {
    Nothing,
    /// It is none of the project.
    Foreign,
    Classes {
        classes: Vec<ClassId>,
        is_exact: bool,
    },
}

/// Where in a parameter an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// It is the parameter.
    Whole,
    /// It is an element of it.
    Element,
    /// It is under that key.
    Under(Symbol),
    /// Its elements are parameters.
    Spread,
}

/// Whether a method returns the object that it was called on.
fn returns_object(function: &Function) -> bool {
    let entries = function.entries.iter();
    let mut reached: Vec<_> = entries
        .filter(|(slot, _)| *slot == Slot::This)
        .map(|(_, node)| *node)
        .collect();
    let mut next = 0;
    while let Some(&node) = reached.get(next) {
        next += 1;
        let from = function.edges.iter().filter(|edge| edge.from == node);
        for edge in from.filter(|edge| edge.step == Step::Same) {
            if !reached.contains(&edge.to) {
                reached.push(edge.to);
            }
        }
    }
    let mut exits = function.exits.iter();
    exits.any(|(node, out)| *out == Out::Result && reached.contains(node))
}

/// Whether a function can be called like this.
fn takes(function: &Function, call: &Call) -> bool {
    let given = call
        .args
        .iter()
        .filter(|(slot, _)| matches!(slot, Slot::At(_)))
        .count();
    let is_open = call
        .args
        .iter()
        .any(|(slot, _)| matches!(slot, Slot::Named(_) | Slot::Spread));
    let ones = function
        .params
        .iter()
        .filter(|param| param.takes == Takes::One);
    let (needed, most) = ones.fold((0, 0), |(needed, most), param| {
        (needed + usize::from(!param.has_default), most + 1)
    });
    let takes_more = function
        .params
        .iter()
        .any(|param| param.takes == Takes::Rest);
    (given <= most || takes_more) && (given >= needed || is_open)
}

/// The last part of a dotted path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
