//! `mode: typestate`, our addition: the states that values are in, and what leads from one to another.

use super::formula::{Context, formula_of, nested, not_empty, take_focus};
use super::{located, unknown_key};
use crate::review::{Escape, Event, Exit, Formula, Located, Start, Typestate};
use crate::yaml::{Error, Fields, Node, Value, did_you_mean};

/// Reads `typestate`.
pub(super) fn typestate(node: &Node) -> Result<Typestate, Error> {
    let mut fields = node.fields("typestate")?;
    let start = not_empty(fields.require("start")?, "start")?;
    let typestate = Typestate {
        start: start.iter().map(begin).collect::<Result<_, _>>()?,
        events: items(&mut fields, "events", event)?,
        exit: fields.get("exit").map(exit).transpose()?,
        escapes: match fields.get("escapes") {
            None => ESCAPES.map(|(_, escape)| escape).to_vec(),
            Some(node) => node
                .items("escapes")?
                .iter()
                .map(escape)
                .collect::<Result<_, _>>()?,
        },
        keeps: items(&mut fields, "keeps", |item| nested(item, "keeps"))?,
    };
    fields.finish()?;
    if typestate.exit.is_none() && !typestate.events.iter().any(|event| event.report) {
        return Err(Error::new(
            node.at,
            "`typestate` reports nothing: give `exit`, or an event with `report: true`",
        ));
    }
    known_states(&typestate)?;
    Ok(typestate)
}

fn items<T>(
    fields: &mut Fields<'_>,
    key: &'static str,
    read: fn(&Node) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let items = fields
        .get(key)
        .map_or(Ok(&[][..]), |node| node.items(key))?;
    items.iter().map(read).collect()
}

fn begin(item: &Node) -> Result<Start, Error> {
    let mut fields = item.fields("start")?;
    let state = located(fields.require("state")?, "state")?;
    let mut formula = rest(fields, "start entry")?;
    Ok(Start {
        value: take_focus(&mut formula)?,
        formula,
        state,
    })
}

fn event(item: &Node) -> Result<Event, Error> {
    let mut fields = item.fields("events")?;
    let from = fields.get("from").map(states).transpose()?;
    let to = fields.get("to").map(|n| located(n, "to")).transpose()?;
    let mut flag = |key| fields.get(key).map(|n| n.boolean(key)).transpose();
    let (report, when) = (flag("report")?.unwrap_or(false), flag("when")?);
    if to.is_none() && !report {
        return Err(Error::new(
            item.at,
            "an event leads `to` a state, or has `report: true`: give one of them",
        ));
    }
    let mut formula = rest(fields, "events entry")?;
    let value = take_focus(&mut formula)?;
    Ok(Event {
        formula,
        value,
        from: from.unwrap_or_default(),
        to,
        report,
        when,
    })
}

fn exit(node: &Node) -> Result<Exit, Error> {
    let mut fields = node.fields("exit")?;
    let exit = Exit {
        states: states(fields.require("states")?)?,
        exceptional: fields
            .get("exceptional")
            .map_or(Ok(true), |n| n.boolean("exceptional"))?,
    };
    fields.finish()?;
    Ok(exit)
}

/// What is left of an entry: its formula.
fn rest(mut fields: Fields<'_>, what: &str) -> Result<Formula, Error> {
    let formula = formula_of(&mut fields, what, Context::Nothing)?;
    match fields.unknown().next() {
        Some((key, _)) => Err(unknown_key(&fields, key)),
        None => Ok(formula),
    }
}

/// Names of states; one alone needs no list.
fn states(node: &Node) -> Result<Vec<Located>, Error> {
    match node.value {
        Value::Sequence(_) => not_empty(node, "states")?
            .iter()
            .map(|item| located(item, "states"))
            .collect(),
        _ => Ok(vec![located(node, "states")?]),
    }
}

const ESCAPES: [(&str, Escape); 4] = [
    ("returned", Escape::Returned),
    ("stored", Escape::Stored),
    ("passed", Escape::Passed),
    ("captured", Escape::Captured),
];

fn escape(node: &Node) -> Result<Escape, Error> {
    let name = node.text("escapes")?;
    let known = ESCAPES.into_iter().find(|(known, _)| *known == name);
    known.map(|(_, escape)| escape).ok_or_else(|| {
        let hint = did_you_mean(name, ESCAPES.map(|(name, _)| name));
        Error::new(
            node.at,
            format!("`escapes` are returned, stored, passed, captured, and this is `{name}`{hint}"),
        )
    })
}

/// Refuses a state that a value is asked for and can never be in.
fn known_states(typestate: &Typestate) -> Result<(), Error> {
    let reached = || {
        let starts = typestate.start.iter().map(|start| &start.state);
        let events = typestate
            .events
            .iter()
            .filter_map(|event| event.to.as_ref());
        starts.chain(events).map(|state| state.text.as_str())
    };
    let asked = typestate.events.iter().flat_map(|event| &event.from);
    let at_exit = typestate.exit.iter().flat_map(|exit| &exit.states);
    for state in asked.chain(at_exit) {
        if !reached().any(|known| known == state.text) {
            let hint = did_you_mean(&state.text, reached());
            let message = format!("no start and no event leads to `{}`{hint}", state.text);
            return Err(Error::new(state.at, message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    fn read(text: &str) -> Result<Typestate, String> {
        typestate(&parse(text).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn states_and_events_are_read() {
        let rule = read(
            "start:\n- {pattern: open(...), state: open}\n\
             events:\n\
             - {patterns: [{pattern: $F.close()}, {focus-metavariable: $F}], to: closed}\n\
             - {pattern: $F.read(), from: closed, report: true}\n\
             - {pattern: $L.tryLock(), when: false, to: open}\n\
             exit: {states: [open]}\n\
             escapes: [stored]\n\
             keeps: [print($F)]\n",
        )
        .unwrap();
        assert_eq!(rule.start[0].state.text, "open");
        assert_eq!(rule.events[0].value.as_ref().unwrap().text, "$F");
        assert_eq!(rule.events[0].to.as_ref().unwrap().text, "closed");
        assert!(rule.events[1].report && rule.events[1].from[0].text == "closed");
        assert_eq!(rule.events[2].when, Some(false));
        assert!(rule.exit.unwrap().exceptional);
        assert_eq!((rule.escapes, rule.keeps.len()), (vec![Escape::Stored], 1));
    }

    #[test]
    fn everything_lets_a_value_go_where_nothing_is_said() {
        let rule = read("start: [{pattern: f(), state: a}]\nexit: {states: a}\n").unwrap();
        assert_eq!(rule.escapes.len(), 4);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let start = "start: [{pattern: f(), state: open}]\n";
        let error = |rest: &str| read(&format!("{start}{rest}")).unwrap_err();
        assert_eq!(
            error(""),
            "1:1: `typestate` reports nothing: give `exit`, or an event with `report: true`"
        );
        assert_eq!(
            error("exit: {states: [opened]}\n"),
            "2:17: no start and no event leads to `opened`; did you mean `open`?"
        );
        assert_eq!(
            error("events: [{pattern: g()}]\n"),
            "2:10: an event leads `to` a state, or has `report: true`: give one of them"
        );
        assert_eq!(
            error(
                "events:\n- pattern-either:\n  - pattern: f($X)\n  - patterns: [{pattern: g($X)}, {focus-metavariable: $X}]\n  to: open\n"
            ),
            "5:55: the alternatives focus on different values: make an entry for each"
        );
        assert_eq!(
            error("exit: {states: open}\nescapes: [return]\n"),
            "3:11: `escapes` are returned, stored, passed, captured, and this is `return`; did you mean `returned`?"
        );
    }
}
