//! The notation for what flows through a call: `0[*] -> return`, `this = return`.

use super::{Flow, Port, PortEnd, PortField};

/// Reads `FROM -> TO`, or `FROM = TO` where both are the same object.
///
/// # Errors
/// What is wrong with the text.
pub(super) fn flow(text: &str) -> Result<Flow, String> {
    let words: Vec<_> = text.split_whitespace().collect();
    let (from, same, to) = match words[..] {
        [from, "->", to] => (from, false, to),
        [from, "=", to] => (from, true, to),
        _ => return Err("write `FROM -> TO`, or `FROM = TO` for the same object".into()),
    };
    let flow = Flow {
        from: port(from)?,
        to: port(to)?,
        same,
    };
    let adds = |field: &PortField| matches!(field, PortField::Push | PortField::Insert(_));
    match () {
        () if flow.from.end == PortEnd::Nothing => Err("nothing flows from `-`".into()),
        () if flow.from.path.iter().any(adds) => Err(format!(
            "`{from}` is a new element, and nothing is in it yet"
        )),
        () if matches!(flow.to.end, PortEnd::CallbackResult(_)) => Err(format!(
            "nothing flows into `{to}`, which the function returns"
        )),
        () if flow.to.end == PortEnd::Nothing && (same || !flow.to.path.is_empty()) => {
            Err("`-` stands alone behind `->`: the place before it is emptied".into())
        }
        () => Ok(flow),
    }
}

fn port(text: &str) -> Result<Port, String> {
    let start = text
        .find('=')
        .map_or(0, |equals| equals + 1)
        .min(text.find(['.', '[']).unwrap_or(text.len()));
    let end = text[start..]
        .find(['.', '['])
        .map_or(text.len(), |at| start + at);
    let (end, mut rest) = text.split_at(end);
    let end = port_end(end).ok_or_else(|| {
        format!("`{end}` in `{text}` is none of this, 0, name=, *, return, 0(1), 0(), -")
    })?;
    let mut path = Vec::new();
    while !rest.is_empty() {
        let (field, after) = field(rest).ok_or_else(|| {
            format!("`{rest}` in `{text}` is none of .name, [$0], [3], [+], [+$0], [*]")
        })?;
        path.push(field);
        rest = after;
    }
    Ok(Port { end, path })
}

fn port_end(text: &str) -> Option<PortEnd> {
    Some(match text {
        "this" => PortEnd::Receiver,
        "*" => PortEnd::Arguments,
        "return" => PortEnd::Result,
        "-" => PortEnd::Nothing,
        _ => match (text.strip_suffix('='), text.strip_suffix(')')) {
            (Some(name), _) => PortEnd::Keyword(is_name(name).then(|| name.to_owned())?),
            (None, Some(call)) => match call.split_once('(')? {
                (function, "") => PortEnd::CallbackResult(number(function)?),
                (function, at) => PortEnd::CallbackParam(number(function)?, number(at)?),
            },
            (None, None) => PortEnd::Argument(number(text)?),
        },
    })
}

/// The first field of a path, and what comes behind it.
fn field(text: &str) -> Option<(PortField, &str)> {
    if let Some(rest) = text.strip_prefix('.') {
        let (name, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
        return is_name(name).then(|| (PortField::Name(name.to_owned()), rest));
    }
    let (index, rest) = text.strip_prefix('[')?.split_once(']')?;
    let argument = |text: &str| number(text.strip_prefix('$')?);
    let field = match index {
        "+" => PortField::Push,
        "*" => PortField::Any,
        _ => match (index.strip_prefix('+'), argument(index)) {
            (Some(before), _) => PortField::Insert(argument(before)?),
            (None, Some(key)) => PortField::At(key),
            (None, None) => PortField::Index(number(index)?),
        },
    };
    Some((field, rest))
}

fn is_name(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c == '_' || c.is_alphabetic());
    starts && text.chars().all(|c| c == '_' || c.is_alphanumeric())
}

/// Digits only: `parse` would take a sign.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(end: PortEnd, path: &[PortField]) -> Port {
        Port {
            end,
            path: path.to_vec(),
        }
    }

    fn check(text: &str, from: Port, to: Port, same: bool) {
        assert_eq!(flow(text), Ok(Flow { from, to, same }), "{text}");
    }

    #[test]
    fn ends_and_paths_are_read() {
        use PortEnd::*;
        use PortField::*;
        let whole = |end| port(end, &[]);
        check(
            "1 -> this[$0]",
            whole(Argument(1)),
            port(Receiver, &[At(0)]),
            false,
        );
        check(
            "this = return",
            whole(Receiver),
            whole(PortEnd::Result),
            true,
        );
        check(
            "* -> this[*]",
            whole(Arguments),
            port(Receiver, &[Any]),
            false,
        );
        check(
            "this[$0] -> -",
            port(Receiver, &[At(0)]),
            whole(Nothing),
            false,
        );
        check(
            "this[*] -> 0(0)",
            port(Receiver, &[Any]),
            whole(CallbackParam(0, 0)),
            false,
        );
        check(
            "1() -> return[+]",
            whole(CallbackResult(1)),
            port(PortEnd::Result, &[Push]),
            false,
        );
        check(
            "0 -> this[+$1]",
            whole(Argument(0)),
            port(Receiver, &[Insert(1)]),
            false,
        );
        let default = port(Keyword("default".into()), &[Name("a".into()), Index(3)]);
        check(
            "default=.a[3] -> return",
            default,
            whole(PortEnd::Result),
            false,
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| flow(text).unwrap_err();
        assert_eq!(
            wrong("0->this"),
            "write `FROM -> TO`, or `FROM = TO` for the same object"
        );
        assert_eq!(
            wrong("self -> return"),
            "`self` in `self` is none of this, 0, name=, *, return, 0(1), 0(), -"
        );
        assert_eq!(
            wrong("0 -> this[-1]"),
            "`[-1]` in `this[-1]` is none of .name, [$0], [3], [+], [+$0], [*]"
        );
        assert_eq!(wrong("- -> return"), "nothing flows from `-`");
        assert_eq!(
            wrong("this[+] -> return"),
            "`this[+]` is a new element, and nothing is in it yet"
        );
        assert_eq!(
            wrong("this -> 0()"),
            "nothing flows into `0()`, which the function returns"
        );
        assert_eq!(
            wrong("this = -"),
            "`-` stands alone behind `->`: the place before it is emptied"
        );
    }
}
