//! `mode: taint`: Semgrep's lists of sources, propagators, sanitizers and sinks, in both spellings, and our guards.

use std::sync::Arc;

use super::condition::metavariable;
use super::formula::{Context, formula_of, not_empty, pattern_text, take_focus};
use super::{located, matching, requires, unknown_key};
use crate::review::{
    Formula, Guard, Located, Look, Propagator, Requires, Sanitizer, SideEffect, Sink, SinkRequires,
    Source, Taint,
};
use crate::yaml::{Error, Fields, Node, Value};

/// How a rule spells its lists, and the formulas in them.
struct Spelling {
    sources: &'static str,
    propagators: &'static str,
    sanitizers: &'static str,
    guards: &'static str,
    sinks: &'static str,
    formula: fn(&mut Fields<'_>, &str) -> Result<Formula, Error>,
}

const OPERATORS: Spelling = Spelling {
    sources: "pattern-sources",
    propagators: "pattern-propagators",
    sanitizers: "pattern-sanitizers",
    guards: "pattern-guards",
    sinks: "pattern-sinks",
    formula: |fields, what| formula_of(fields, what, Context::Nothing),
};

/// The newer one, below `taint`, with formulas as in `match`.
const MATCH: Spelling = Spelling {
    sources: "sources",
    propagators: "propagators",
    sanitizers: "sanitizers",
    guards: "guards",
    sinks: "sinks",
    formula: |fields, _| matching::formula_of(fields, Context::Nothing),
};

/// Reads the lists of a rule.
pub(super) fn taint(fields: &mut Fields<'_>) -> Result<Taint, Error> {
    let Some(node) = fields.get("taint") else {
        return all(fields, &OPERATORS);
    };
    let mut fields = node.fields("taint")?;
    let taint = all(&mut fields, &MATCH)?;
    fields.finish()?;
    Ok(taint)
}

fn all(fields: &mut Fields<'_>, spelling: &Spelling) -> Result<Taint, Error> {
    let Spelling {
        sources,
        propagators,
        sanitizers,
        guards,
        sinks,
        formula,
    } = *spelling;
    not_empty(fields.require(sources)?, sources)?;
    not_empty(fields.require(sinks)?, sinks)?;
    Ok(Taint {
        sources: list(fields.get(sources), sources, formula, source)?,
        propagators: list(fields.get(propagators), propagators, formula, propagator)?,
        sanitizers: list(fields.get(sanitizers), sanitizers, formula, sanitizer)?,
        guards: list(fields.get(guards), guards, formula, guard)?,
        sinks: list(fields.get(sinks), sinks, formula, sink)?,
    })
}

/// Lists that stand by themselves, in models.
pub(crate) mod lists {
    use super::{Error, Guard, Node, OPERATORS, Propagator, Sanitizer, Sink, Source, list};

    pub(crate) fn sources(node: &Node) -> Result<Vec<Source>, Error> {
        list(Some(node), "sources", OPERATORS.formula, super::source)
    }

    pub(crate) fn propagators(node: &Node) -> Result<Vec<Propagator>, Error> {
        list(
            Some(node),
            "propagators",
            OPERATORS.formula,
            super::propagator,
        )
    }

    pub(crate) fn sanitizers(node: &Node) -> Result<Vec<Sanitizer>, Error> {
        list(
            Some(node),
            "sanitizers",
            OPERATORS.formula,
            super::sanitizer,
        )
    }

    pub(crate) fn guards(node: &Node) -> Result<Vec<Guard>, Error> {
        list(Some(node), "guards", OPERATORS.formula, super::guard)
    }

    pub(crate) fn sinks(node: &Node) -> Result<Vec<Sink>, Error> {
        list(Some(node), "sinks", OPERATORS.formula, super::sink)
    }
}

type ReadFormula = fn(&mut Fields<'_>, &str) -> Result<Formula, Error>;

fn list<T>(
    node: Option<&Node>,
    key: &'static str,
    formula: ReadFormula,
    read: fn(&mut Entry<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let items = node.map_or(Ok(&[][..]), |node| node.items(key))?;
    let read = |item| {
        let mut entry = Entry::new(item, key, formula)?;
        let value = read(&mut entry)?;
        entry.finish()?;
        Ok(value)
    };
    items.iter().map(read).collect()
}

fn source(entry: &mut Entry<'_>) -> Result<Source, Error> {
    Ok(Source {
        label: entry.text("label")?,
        requires: entry.requires()?,
        exact: entry.flag("exact", false)?,
        side_effect: entry.side_effect()?,
        control: entry.flag("control", false)?,
        look: entry.look()?,
    })
}

fn propagator(entry: &mut Entry<'_>) -> Result<Propagator, Error> {
    Ok(Propagator {
        from: entry.metavariable("from")?,
        to: entry.metavariable("to")?,
        requires: entry.requires()?,
        label: entry.text("label")?,
        replace_labels: entry.texts("replace-labels")?,
        by_side_effect: entry.flag("by-side-effect", true)?,
        look: entry.look()?,
    })
}

fn sanitizer(entry: &mut Entry<'_>) -> Result<Sanitizer, Error> {
    // Semgrep's two spellings spell this in two ways.
    let yields = entry.flag("not_conflicting", false)? || entry.flag("not-conflicting", false)?;
    Ok(Sanitizer {
        exact: entry.flag("exact", false)?,
        by_side_effect: entry.flag("by-side-effect", false)?,
        not_conflicting: yields,
        look: entry.look()?,
    })
}

fn guard(entry: &mut Entry<'_>) -> Result<Guard, Error> {
    let when = entry.flag("when", true)?;
    let at = entry.fields.at();
    let (look, value) = match entry.look()? {
        Look::For(formula) => {
            let mut formula = Arc::unwrap_or_clone(formula);
            let value = take_focus(&mut formula)?.ok_or_else(|| {
                let message = "a guard says which value is clean: put it below `patterns`, with `focus-metavariable`";
                Error::new(at, message)
            })?;
            (Look::For(formula.into()), value)
        }
        used => (used, entry.of_the_list()),
    };
    Ok(Guard { look, value, when })
}

fn sink(entry: &mut Entry<'_>) -> Result<Sink, Error> {
    Ok(Sink {
        requires: entry.sink_requires()?,
        exact: entry.flag("exact", true)?,
        at_exit: entry.flag("at-exit", false)?,
        look: entry.look()?,
    })
}

/// An entry of a list. What it says beside its formula is read first, so that a key that is left over is unknown.
struct Entry<'a> {
    fields: Fields<'a>,
    key: &'static str,
    formula: ReadFormula,
    /// The pattern, where the entry is a text and nothing else.
    bare: Option<Located>,
    /// The list that is used. Its entries say all by themselves, labels apart.
    used: Option<Located>,
}

impl<'a> Entry<'a> {
    fn new(item: &'a Node, key: &'static str, formula: ReadFormula) -> Result<Entry<'a>, Error> {
        if let Value::Scalar { .. } = item.value {
            return Ok(Entry {
                fields: Fields::none(item.at),
                key,
                formula,
                bare: Some(pattern_text(item, key)?),
                used: None,
            });
        }
        let mut fields = item.fields(key)?;
        let used = fields.get("use").map(|n| located(n, "use")).transpose()?;
        Ok(Entry {
            fields,
            key,
            formula,
            bare: None,
            used,
        })
    }

    fn look(&mut self) -> Result<Look, Error> {
        match (self.bare.take(), &self.used) {
            (Some(pattern), _) => Ok(Look::For(Formula::Pattern(pattern).into())),
            (None, Some(name)) => Ok(Look::Use(name.clone())),
            (None, None) => {
                let what = format!("{} entry", self.key);
                let formula = (self.formula)(&mut self.fields, &what)?;
                Ok(Look::For(formula.into()))
            }
        }
    }

    fn finish(self) -> Result<(), Error> {
        match (self.fields.unknown().next(), self.used) {
            (None, _) => Ok(()),
            (Some((key, _)), None) => Err(unknown_key(&self.fields, key)),
            (Some((key, _)), Some(_)) => Err(Error::new(
                key.at,
                format!(
                    "`{}` stands beside `use`; only labels do, the entries of the list say the rest",
                    key.text
                ),
            )),
        }
    }

    /// The value of a key that has no place beside `use`.
    fn own(&mut self, key: &'static str) -> Option<&'a Node> {
        match self.used {
            Some(_) => None,
            None => self.fields.get(key),
        }
    }

    fn flag(&mut self, key: &'static str, default: bool) -> Result<bool, Error> {
        self.own(key).map_or(Ok(default), |node| node.boolean(key))
    }

    fn side_effect(&mut self) -> Result<SideEffect, Error> {
        const KEY: &str = "by-side-effect";
        let Some(node) = self.own(KEY) else {
            return Ok(SideEffect::No);
        };
        match &node.value {
            Value::Scalar { text, .. } if text == "true" => Ok(SideEffect::Also),
            Value::Scalar { text, .. } if text == "false" => Ok(SideEffect::No),
            Value::Scalar { text, .. } if text == "only" => Ok(SideEffect::Only),
            _ => {
                let message = format!("`{KEY}` is true, false or only");
                Err(Error::new(node.at, message))
            }
        }
    }

    /// A metavariable that has to be named.
    fn metavariable(&mut self, key: &'static str) -> Result<Located, Error> {
        match self.used {
            Some(_) => Ok(self.of_the_list()),
            None => metavariable(self.fields.require(key)?, key),
        }
    }

    /// A metavariable that the list names that is used: it has no text here.
    fn of_the_list(&self) -> Located {
        Located {
            at: self.fields.at(),
            text: String::new(),
        }
    }

    fn text(&mut self, key: &'static str) -> Result<Option<Located>, Error> {
        self.fields.get(key).map(|n| located(n, key)).transpose()
    }

    fn texts(&mut self, key: &'static str) -> Result<Vec<Located>, Error> {
        let Some(node) = self.fields.get(key) else {
            return Ok(Vec::new());
        };
        let items = node.items(key)?;
        items.iter().map(|item| located(item, key)).collect()
    }

    fn requires(&mut self) -> Result<Option<Requires>, Error> {
        let node = self.fields.get("requires");
        node.map(requires::requires).transpose()
    }

    fn sink_requires(&mut self) -> Result<Option<SinkRequires>, Error> {
        let node = self.fields.get("requires");
        node.map(requires::of_sink).transpose()
    }
}

#[cfg(test)]
mod tests {
    use crate::review::{Body, Formula, Look, Requires, SideEffect, SinkRequires, Taint, load};

    fn taint(body: &str) -> Result<Taint, String> {
        let head = "id: t\nmessage: m\nseverity: ERROR\nlanguages: [python]\n";
        let mut loaded = load(&format!("{head}{body}"));
        match (loaded.problems.first(), loaded.rules.pop()) {
            (None, Some(rule)) => match rule.body {
                Body::Taint(taint) => Ok(taint),
                other => panic!("{other:?}"),
            },
            (problem, _) => Err(problem.unwrap().error.to_string()),
        }
    }

    #[test]
    fn entries_say_how_they_are_meant() {
        let rule = taint(
            "mode: taint\n\
             pattern-sources:\n\
             - {pattern: f($X), label: A, exact: true, by-side-effect: only, control: true}\n\
             - use: http-request\n\
             pattern-propagators:\n\
             - {pattern: $A.add($B), from: $B, to: $A, label: C, replace-labels: [A], by-side-effect: false}\n\
             pattern-sanitizers:\n\
             - {pattern-either: [g(...), h(...)], not_conflicting: true}\n\
             pattern-guards:\n\
             - {patterns: [{pattern: 'ok($X, $Y)'}, {focus-metavariable: $Y}], when: false}\n\
             pattern-sinks:\n\
             - {pattern: 'k($X, $Y)', requires: [$X: A, $Y: not A], at-exit: true, exact: false}\n",
        )
        .unwrap();
        let source = &rule.sources[0];
        assert_eq!(source.label.as_ref().unwrap().text, "A");
        assert!(source.exact && source.control);
        assert_eq!(source.side_effect, SideEffect::Only);
        assert!(matches!(&rule.sources[1].look, Look::Use(name) if name.text == "http-request"));
        let propagator = &rule.propagators[0];
        assert_eq!((&*propagator.from.text, &*propagator.to.text), ("$B", "$A"));
        assert!(!propagator.by_side_effect && propagator.replace_labels[0].text == "A");
        assert!(rule.sanitizers[0].not_conflicting && !rule.sanitizers[0].exact);
        let guard = &rule.guards[0];
        assert!(!guard.when && guard.value.text == "$Y");
        assert!(
            matches!(&**guard.look.formula().unwrap(), Formula::All(all) if all.focus.is_empty())
        );
        let sink = &rule.sinks[0];
        let Some(SinkRequires::Metavariables(requires)) = &sink.requires else {
            panic!("{:?}", sink.requires)
        };
        assert_eq!(requires[0].0.text, "$X");
        assert_eq!(
            requires[1].1,
            Requires::Not(Box::new(Requires::Label("A".into())))
        );
        assert!(sink.at_exit && !sink.exact);
    }

    #[test]
    fn what_is_not_said_is_as_in_semgrep() {
        let rule = taint("mode: taint\npattern-sources: [f()]\npattern-sinks: [{pattern: g()}]\n")
            .unwrap();
        let (source, sink) = (&rule.sources[0], &rule.sinks[0]);
        let formula = source.look.formula().unwrap();
        assert!(matches!(**formula, Formula::Pattern(_)));
        assert!(!source.exact && source.side_effect == SideEffect::No && source.label.is_none());
        assert!(sink.exact && !sink.at_exit && sink.requires.is_none());
    }

    #[test]
    fn the_newer_spelling_reads_the_same() {
        let rule = taint(
            "taint:\n\
             \x20 sources: [source(...)]\n\
             \x20 sanitizers: [{any: [f(...), g(...)], not-conflicting: true}]\n\
             \x20 sinks:\n\
             \x20 - all: ['sink($X, ...)', not: sink('safe')]\n\
             \x20   where: [focus: $X]\n",
        )
        .unwrap();
        assert!(rule.sanitizers[0].not_conflicting);
        let Formula::All(all) = &**rule.sinks[0].look.formula().unwrap() else {
            panic!("{:?}", rule.sinks[0].look)
        };
        assert_eq!((all.negatives.len(), &*all.focus[0][0].text), (1, "$X"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let error = |sinks: &str| {
            taint(&format!("mode: taint\npattern-sources: [f()]\n{sinks}")).unwrap_err()
        };
        assert_eq!(error(""), "1:1: `pattern-sinks` is missing");
        assert_eq!(
            error("pattern-sinks: []\n"),
            "7:16: `pattern-sinks` is an empty list"
        );
        assert_eq!(
            error("pattern-sinks:\n- {pattern: x, exakt: true}\n"),
            "8:16: unknown key `exakt`; did you mean `exact`?"
        );
        assert_eq!(
            error("pattern-sinks:\n- {requires: A}\n"),
            "8:3: the pattern-sinks entry has no pattern: give one of pattern, patterns, pattern-either, pattern-regex, pattern-inside, match"
        );
        assert_eq!(
            error("pattern-sinks:\n- {use: sql, exact: true}\n"),
            "8:14: `exact` stands beside `use`; only labels do, the entries of the list say the rest"
        );
        assert_eq!(
            error("pattern-sinks: [g()]\npattern-propagators:\n- {pattern: h($X), from: $X}\n"),
            "9:3: `to` is missing"
        );
        assert_eq!(
            error("pattern-sinks: [g()]\npattern-guards:\n- {pattern: ok($X)}\n"),
            "9:3: a guard says which value is clean: put it below `patterns`, with `focus-metavariable`"
        );
        assert_eq!(
            error("pattern-sinks: [g()]\npattern: g()\n"),
            "8:1: unknown key `pattern`; did you mean `pattern-sinks`?"
        );
    }
}
