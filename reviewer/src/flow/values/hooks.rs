//! Where in the bodies of a file the marks of rules lie.

use rules::review::{SideEffect, SinkRequires, Taint};
use rustc_hash::{FxHashMap, FxHashSet};

use super::nesting::are_deep;
use super::{Context, Located};
use crate::flow::facts::{FileFacts, Place};
use crate::flow::ir::{BodyId, InstrId};
use crate::flow::marks::{List, Mark, Use};
use crate::tree::TextRange;

/// What a rule wants at an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hook {
    /// Its value is tainted: a place of [`FileFacts::sources`].
    Source(u32),
    /// What it reads is tainted from here on.
    SourceEffect(u32),
    /// All code from here on is tainted.
    Control(u32),
    /// Its value is clean of the rule.
    Clean(u32),
    /// What it reads is clean of the rule from here on.
    CleanEffect(u32),
    /// Its value must not be tainted: a place of [`FileFacts::sinks`].
    Sink(u32),
    /// Nothing that goes into the call must be tainted.
    SinkCall(u32),
    /// Taint of one value goes over to another.
    Propagate {
        by: Use,
        from: InstrId,
        to: InstrId,
        /// Whether what is read there stays tainted.
        by_side_effect: bool,
    },
}

/// A condition that tells that a value is clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guarded {
    pub(super) rule: u32,
    /// In which outcome.
    pub(super) when: bool,
    /// The value.
    pub(super) value: InstrId,
}

/// The hooks of one body.
#[derive(Debug, Default)]
pub(super) struct Hooked {
    pub(super) at: FxHashMap<InstrId, Vec<Hook>>,
    pub(super) guards: FxHashMap<InstrId, Vec<Guarded>>,
}

/// The hooks of a file.
pub(super) struct Hooks<'a> {
    context: &'a Context<'a>,
    located: Located<'a>,
    marks: Vec<Marked<'a>>,
    /// Sources and sinks: the code, and the rule.
    ends: FxHashSet<(TextRange, usize)>,
    by_body: Option<FxHashMap<BodyId, Hooked>>,
}

/// A mark, and who asked for it.
struct Marked<'a> {
    mark: Mark,
    uses: &'a [Use],
    /// Whether the marks of the same formula around it are so many that what is in it has been seen to.
    is_deep: bool,
}

impl<'a> Hooks<'a> {
    pub(super) fn new(context: &'a Context<'a>, marks: &[Mark]) -> Self {
        let marked = |(mark, is_deep): (&Mark, bool)| Marked {
            mark: mark.clone(),
            uses: &context.parts.users[mark.part],
            is_deep,
        };
        let marks: Vec<_> = marks.iter().zip(are_deep(marks)).map(marked).collect();
        let ends = marks.iter().flat_map(|marked| {
            let ends = marked.uses.iter();
            let ends = ends.filter(|by| matches!(by.list, List::Sources | List::Sinks));
            ends.map(|by| (marked.mark.range, by.rule))
        });
        Hooks {
            context,
            located: Located::new(context),
            ends: ends.collect(),
            marks,
            by_body: None,
        }
    }

    /// The hooks of a body; places that they speak of join the facts.
    pub(super) fn of(&mut self, body: BodyId, facts: &mut FileFacts) -> Hooked {
        if self.by_body.is_none() {
            self.by_body = Some(self.place(facts));
        }
        let by_body = self.by_body.as_mut();
        by_body
            .and_then(|hooks| hooks.remove(&body))
            .unwrap_or_default()
    }

    fn place(&self, facts: &mut FileFacts) -> FxHashMap<BodyId, Hooked> {
        let mut placing = Placing {
            hooks: self,
            facts,
            by_body: FxHashMap::default(),
        };
        for marked in &self.marks {
            for &by in marked.uses {
                if let Some(rule) = (self.context.rules)(by.rule) {
                    placing.mark(marked, by, rule);
                }
            }
        }
        placing.by_body
    }
}

/// Hooks that are being placed.
struct Placing<'a, 'h> {
    hooks: &'h Hooks<'a>,
    facts: &'h mut FileFacts,
    by_body: FxHashMap<BodyId, Hooked>,
}

impl Placing<'_, '_> {
    fn mark(&mut self, marked: &Marked<'_>, by: Use, rule: &Taint) {
        match by.list {
            List::Sources => self.source(marked, by, rule),
            List::Sinks => self.sink(marked, by, rule),
            List::Sanitizers => self.sanitizer(marked, by, rule),
            List::Propagators => self.propagator(&marked.mark, by, rule),
            List::Guards => self.guard(&marked.mark, by, rule),
            List::Starts | List::Events | List::Keeps => {}
        }
    }

    fn hook(&mut self, (body, at): (BodyId, InstrId), hook: Hook) {
        let hooks = self
            .by_body
            .entry(body)
            .or_default()
            .at
            .entry(at)
            .or_default();
        if !hooks.contains(&hook) {
            hooks.push(hook);
        }
    }

    fn place(&self, mark: &Mark, by: Use, range: TextRange, condition: Option<u32>) -> Place {
        let text = &self.hooks.context.unit.tree.text;
        let words =
            |(name, range): &(Box<str>, TextRange)| (name.clone(), text[range.indices()].into());
        Place {
            by,
            range,
            bound: mark.bound.iter().map(words).collect(),
            condition,
        }
    }

    /// The instructions of some code, and unless that has been seen to, of all in it.
    fn covered(
        &self,
        range: TextRange,
        exact: bool,
        marked: &Marked<'_>,
    ) -> Vec<(BodyId, InstrId)> {
        match exact || marked.is_deep {
            true => self.hooks.located.outermost(range),
            false => self.hooks.located.all(range),
        }
    }

    fn source(&mut self, marked: &Marked<'_>, by: Use, rule: &Taint) {
        let source = &rule.sources[by.entry];
        let mark = &marked.mark;
        let exact = self.hooks.located.outermost(mark.range);
        let all = self.covered(mark.range, source.exact, marked);
        if all.is_empty() {
            return;
        }
        let place = self.facts.sources.len() as u32;
        let source_place = self.place(mark, by, mark.range, None);
        self.facts.sources.push(source_place);
        if source.control {
            for at in exact {
                self.hook(at, Hook::Control(place));
            }
            return;
        }
        if source.side_effect != SideEffect::Only {
            for &at in &all {
                self.hook(at, Hook::Source(place));
            }
        }
        if source.side_effect != SideEffect::No {
            for at in exact {
                self.hook(at, Hook::SourceEffect(place));
            }
        }
    }

    fn sink(&mut self, marked: &Marked<'_>, by: Use, rule: &Taint) {
        let sink = &rule.sinks[by.entry];
        let mark = &marked.mark;
        // A call as a whole takes its arguments in; the value of one that a metavariable stands for is its result.
        let is_whole = !mark.bound.iter().any(|(_, bound)| *bound == mark.range);
        let mut wanted = vec![(mark.range, None)];
        if let Some(SinkRequires::Metavariables(conditions)) = &sink.requires {
            wanted.clear();
            for ((name, _), condition) in conditions.iter().zip(0..) {
                let bound = mark.bound.iter().find(|(known, _)| **known == *name.text);
                wanted.extend(bound.map(|(_, range)| (*range, Some(condition))));
            }
        }
        for (range, condition) in wanted {
            let mut found = self.covered(range, sink.exact, marked);
            if sink.at_exit {
                found.retain(|&(body, at)| self.hooks.located.is_last(body, at));
            }
            if found.is_empty() {
                continue;
            }
            let place = self.facts.sinks.len() as u32;
            let sink_place = self.place(mark, by, mark.range, condition);
            self.facts.sinks.push(sink_place);
            for at in found {
                let hook = match is_whole && self.hooks.located.is_call(at.0, at.1) {
                    true => Hook::SinkCall(place),
                    false => Hook::Sink(place),
                };
                self.hook(at, hook);
            }
        }
    }

    fn sanitizer(&mut self, marked: &Marked<'_>, by: Use, rule: &Taint) {
        let sanitizer = &rule.sanitizers[by.entry];
        let mark = &marked.mark;
        if sanitizer.not_conflicting && self.hooks.ends.contains(&(mark.range, by.rule)) {
            return;
        }
        let rule = by.rule as u32;
        if sanitizer.by_side_effect {
            for at in self.hooks.located.outermost(mark.range) {
                self.hook(at, Hook::CleanEffect(rule));
            }
        }
        for at in self.covered(mark.range, sanitizer.exact, marked) {
            self.hook(at, Hook::Clean(rule));
        }
    }

    fn propagator(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        let propagator = &rule.propagators[by.entry];
        let bound = |name: &str| {
            let bound = mark.bound.iter().find(|(known, _)| **known == *name);
            bound
                .map(|(_, range)| self.hooks.located.outermost(*range))
                .unwrap_or_default()
        };
        let (from, to) = (bound(&propagator.from.text), bound(&propagator.to.text));
        for &(body, from) in &from {
            for &(_, to) in to.iter().filter(|(other, _)| *other == body) {
                let hook = Hook::Propagate {
                    by,
                    from,
                    to,
                    by_side_effect: propagator.by_side_effect,
                };
                self.hook((body, from.max(to)), hook);
            }
        }
    }

    fn guard(&mut self, mark: &Mark, by: Use, rule: &Taint) {
        let guard = &rule.guards[by.entry];
        let bound = mark
            .bound
            .iter()
            .find(|(name, _)| **name == *guard.value.text);
        let Some((_, value)) = bound else { return };
        let values = self.hooks.located.outermost(*value);
        for (body, condition) in self.hooks.located.exactly(mark.range) {
            for &(_, value) in values.iter().filter(|(other, _)| *other == body) {
                let guarded = Guarded {
                    rule: by.rule as u32,
                    when: guard.when,
                    value,
                };
                let hooked = self.by_body.entry(body).or_default();
                hooked.guards.entry(condition).or_default().push(guarded);
            }
        }
    }
}
