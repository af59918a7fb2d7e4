//! Puts the entries of lists where rules `use` them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Model;
use crate::review::{Body, Guard, Listed, Look, Propagator, Rule, Sanitizer, Sink, Source};
use crate::yaml::{Error, did_you_mean};

/// Replaces each `use` of a rule by the entries that the lists of this name have; `models` are those for the
/// languages of the rule.
///
/// # Errors
/// Where no model has a list of that name.
pub fn resolve(rule: &mut Rule, models: &[&Model]) -> Result<(), Error> {
    let Body::Taint(taint) = &mut rule.body else {
        return Ok(());
    };
    replace(&mut taint.sources, models, "sources", |model| {
        &model.sources
    })?;
    replace(&mut taint.propagators, models, "propagators", |model| {
        &model.propagators
    })?;
    replace(&mut taint.sanitizers, models, "sanitizers", |model| {
        &model.sanitizers
    })?;
    replace(&mut taint.guards, models, "guards", |model| &model.guards)?;
    replace(&mut taint.sinks, models, "sinks", |model| &model.sinks)
}

fn replace<T: Entry>(
    entries: &mut Vec<T>,
    models: &[&Model],
    kind: &str,
    lists: fn(&Model) -> &BTreeMap<String, Vec<T>>,
) -> Result<(), Error> {
    for mut entry in std::mem::take(entries) {
        let Look::Use(name) = entry.look().clone() else {
            entries.push(entry);
            continue;
        };
        let known = models
            .iter()
            .filter(|model| lists(model).contains_key(&name.text));
        if known.clone().next().is_none() {
            let names: BTreeSet<_> = models
                .iter()
                .flat_map(|model| lists(model).keys())
                .collect();
            let hint = did_you_mean(&name.text, names.into_iter().map(String::as_str));
            let message = format!(
                "no model for the languages of the rule has a list `{}` of {kind}{hint}",
                name.text
            );
            return Err(Error::new(name.at, message));
        }
        for model in known {
            let languages: Arc<[String]> = model.languages.as_slice().into();
            for listed in &lists(model)[&name.text] {
                let mut listed = listed.clone();
                if let Look::For(formula) = listed.look() {
                    let formula = Arc::clone(formula);
                    *listed.look() = Look::Listed(Listed {
                        list: name.clone(),
                        formula,
                        languages: Arc::clone(&languages),
                    });
                }
                listed.relabel(&entry);
                entries.push(listed);
            }
        }
    }
    Ok(())
}

/// An entry of a list.
trait Entry: Clone {
    fn look(&mut self) -> &mut Look;

    /// Takes over the labels of the entry that uses the list, where it has some.
    fn relabel(&mut self, user: &Self);
}

impl Entry for Source {
    fn look(&mut self) -> &mut Look {
        &mut self.look
    }

    fn relabel(&mut self, user: &Self) {
        prefer(&mut self.label, &user.label);
        prefer(&mut self.requires, &user.requires);
    }
}

impl Entry for Propagator {
    fn look(&mut self) -> &mut Look {
        &mut self.look
    }

    fn relabel(&mut self, user: &Self) {
        prefer(&mut self.label, &user.label);
        prefer(&mut self.requires, &user.requires);
        if !user.replace_labels.is_empty() {
            self.replace_labels.clone_from(&user.replace_labels);
        }
    }
}

impl Entry for Sanitizer {
    fn look(&mut self) -> &mut Look {
        &mut self.look
    }

    fn relabel(&mut self, _: &Self) {}
}

impl Entry for Guard {
    fn look(&mut self) -> &mut Look {
        &mut self.look
    }

    fn relabel(&mut self, _: &Self) {}
}

impl Entry for Sink {
    fn look(&mut self) -> &mut Look {
        &mut self.look
    }

    fn relabel(&mut self, user: &Self) {
        prefer(&mut self.requires, &user.requires);
    }
}

fn prefer<T: Clone>(own: &mut Option<T>, users: &Option<T>) {
    if users.is_some() {
        own.clone_from(users);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::load;

    fn resolved(sources: &str) -> Result<Vec<Source>, String> {
        let text = format!(
            "id: t\nmessage: m\nseverity: ERROR\nlanguages: [python, java]\nmode: taint\n\
             pattern-sources: {sources}\npattern-sinks: [f()]\n"
        );
        let mut rule = load(&text).rules.pop().unwrap();
        let model = |language, pattern| {
            super::super::load(&format!(
                "languages: [{language}]\nlibrary: x\nsources: {{http-request: [{pattern}]}}\n"
            ))
            .unwrap()
        };
        let models = [
            model("python", "flask.request"),
            model("java", "$R.getParameter(...)"),
        ];
        resolve(&mut rule, &models.each_ref()).map_err(|error| error.to_string())?;
        let Body::Taint(taint) = rule.body else {
            panic!("{:?}", rule.body)
        };
        Ok(taint.sources)
    }

    #[test]
    fn a_use_becomes_the_entries_of_the_list_each_for_its_languages() {
        let sources = resolved("[own(), {use: http-request, label: A}]").unwrap();
        assert_eq!(sources.len(), 3);
        assert!(matches!(sources[0].look, Look::For(_)) && sources[0].label.is_none());
        let Look::Listed(listed) = &sources[2].look else {
            panic!("{:?}", sources[2])
        };
        assert_eq!(*listed.languages, ["java".to_owned()]);
        assert_eq!(sources[2].label.as_ref().unwrap().text, "A");
    }

    #[test]
    fn an_unknown_list_is_an_error() {
        assert_eq!(
            resolved("[{use: http-requests}]").unwrap_err(),
            "6:25: no model for the languages of the rule has a list `http-requests` of sources; did you mean `http-request`?"
        );
    }
}
