//! The models of calls, found by what is called.

use std::sync::OnceLock;

use rules::models::{CallModel, Flow, Model, PortEnd};
use rustc_hash::FxHashMap;

use crate::lang::Language;

/// The models of calls of one language.
#[derive(Debug, Default)]
pub(crate) struct ModelIndex {
    models: Vec<Entry>,
    /// By the last name of what is called.
    by_name: FxHashMap<String, Vec<usize>>,
    /// Types, by their last names, whose methods have models.
    types: FxHashMap<String, ()>,
}

#[derive(Debug)]
struct Entry {
    model: CallModel,
    /// What stands before the last name: a type, a module, `*`; empty for a function.
    owner: String,
    is_new: bool,
}

/// What is called, as far as is known.
pub(super) struct Called<'c> {
    /// Its last name.
    pub(super) name: &'c str,
    /// With dots, where it is no method of a value.
    pub(super) path: Option<&'c str>,
    /// The last name of the type of what it is a method of.
    pub(super) ty: Option<&'c str>,
    /// Whether it is called on something: `a.f()`.
    pub(super) is_method: bool,
    /// Whether that is a value, and no module or class.
    pub(super) is_of_value: bool,
    pub(super) is_new: bool,
    pub(super) args: usize,
}

/// The models that a call may follow.
#[derive(Default)]
pub(super) struct Followed<'m> {
    pub(super) models: Vec<&'m CallModel>,
    /// Whether what is called is known by its path or by its type, so that it is no function of the project.
    pub(super) is_certain: bool,
}

impl ModelIndex {
    /// The built-in models for a language.
    pub(crate) fn builtin(language: Language) -> &'static ModelIndex {
        static INDICES: [OnceLock<ModelIndex>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        INDICES[language as usize]
            .get_or_init(|| ModelIndex::new(rules::builtin::models(), language))
    }

    /// The models for a language, out of all.
    pub(crate) fn new(models: &[Model], language: Language) -> ModelIndex {
        let mut index = ModelIndex::default();
        let is_for = |model: &&Model| {
            let mut names = model.languages.iter();
            names.any(|name| Language::named(name).any(|named| named == language))
        };
        for model in models.iter().filter(is_for) {
            for call in &model.calls {
                index.add(call.clone());
            }
        }
        for entry in &index.models {
            if !entry.is_new && entry.is_method() {
                index.types.insert(normal(last(&entry.owner)), ());
            }
        }
        index
    }

    fn add(&mut self, model: CallModel) {
        let (is_new, path) = match model.call.strip_prefix("new ") {
            Some(path) => (true, path),
            None => (false, &*model.call),
        };
        let (owner, name) = path.rsplit_once('.').unwrap_or(("", path));
        let (owner, name) = (owner.to_owned(), name.to_owned());
        self.by_name
            .entry(name)
            .or_default()
            .push(self.models.len());
        self.models.push(Entry {
            model,
            owner,
            is_new,
        });
    }

    /// The models of a call.
    pub(super) fn of(&self, called: &Called<'_>) -> Followed<'_> {
        let candidates: Vec<_> = self
            .by_name
            .get(called.name)
            .into_iter()
            .flatten()
            .map(|&at| &self.models[at])
            .filter(|entry| entry.is_new == called.is_new && entry.takes(called.args))
            .collect();
        let chosen = |is: &dyn Fn(&Entry) -> bool| -> Vec<_> {
            let chosen = candidates.iter().filter(|entry| is(entry));
            chosen.map(|entry| &entry.model).collect()
        };
        if let Some(path) = called.path {
            let models = chosen(&|entry| entry.has_path(path));
            if !models.is_empty() {
                let is_certain = true;
                return Followed { models, is_certain };
            }
        }
        if let Some(ty) = called.ty {
            let models = chosen(&|entry| same_type(last(&entry.owner), ty));
            if !models.is_empty() {
                let is_certain = true;
                return Followed { models, is_certain };
            }
        }
        let mut models = chosen(&|entry| entry.owner == "*" && called.is_method);
        let is_known = |ty: &str| self.types.contains_key(&normal(ty));
        if models.is_empty() && called.is_of_value && !called.ty.is_some_and(is_known) {
            models = chosen(&|entry| is_known(last(&entry.owner)));
        }
        Followed {
            models,
            is_certain: false,
        }
    }
}

impl Entry {
    /// Whether it is certain to be about a method of a type, and not about a function of a module.
    fn is_method(&self) -> bool {
        let is_of_object = |flow: &Flow| {
            [&flow.from, &flow.to]
                .map(|port| &port.end)
                .contains(&&PortEnd::Receiver)
        };
        let is_capital = last(&self.owner).starts_with(char::is_uppercase);
        is_capital || self.model.flow.iter().any(is_of_object)
    }

    fn takes(&self, args: usize) -> bool {
        let fits = |(least, most): (u32, u32)| (least as usize..=most as usize).contains(&args);
        self.model.args.is_none_or(fits)
    }

    /// Whether a path means the model: both may leave out packages.
    fn has_path(&self, path: &str) -> bool {
        let own = self
            .model
            .call
            .strip_prefix("new ")
            .unwrap_or(&self.model.call);
        own == path
            || ends(own, path) && !self.owner.is_empty() && path.contains('.')
            || ends(own, path) && self.is_new
    }
}

/// Whether a path ends with all of another.
fn ends(path: &str, with: &str) -> bool {
    path.strip_suffix(with)
        .is_some_and(|rest| rest.ends_with('.'))
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The name of a type, where languages and people call the same one differently.
fn normal(ty: &str) -> String {
    match ty {
        "str" | "string" => "string".into(),
        _ => ty.to_lowercase(),
    }
}

fn same_type(a: &str, b: &str) -> bool {
    a == b || normal(a) == normal(b)
}
