//! Text from outside that a terminal, a viewer or a log shall show, and not obey.

use serde::Serialize;

/// The text with `?` for control characters, for those that turn the direction of writing, and for what is no character,
/// except for line breaks and tabs. Every character keeps its length in bytes, so offsets into the text stay valid.
pub(crate) fn inert(text: &str) -> String {
    // A carriage return before a line feed belongs to the break.
    let mut after = text.chars().skip(1);
    replaced(text, |c| match (c, after.next()) {
        ('\n' | '\t', _) | ('\r', Some('\n')) => false,
        _ => is_active(c),
    })
}

/// The same, for what has to stay in one line: line breaks and tabs are replaced too.
pub(crate) fn inert_line(text: &str) -> String {
    replaced(text, is_active)
}

/// The text in one line: every run of white space is a blank.
pub(super) fn in_one_line(text: &str) -> String {
    inert_line(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A value as one line of JSON. The same characters are escaped in it, so that nothing is lost.
pub(super) fn inert_json(value: &impl Serialize) -> String {
    // These types hold nothing that JSON cannot say: their keys are texts.
    escaped(serde_json::to_string(value).expect("keys are texts"))
}

/// The same over several lines, and with a line break at its end.
pub(super) fn inert_json_pretty(value: &impl Serialize) -> String {
    escaped(serde_json::to_string_pretty(value).expect("keys are texts")) + "\n"
}

/// Such characters stand only in strings, and there `serde_json` has escaped those below U+0020.
fn escaped(json: String) -> String {
    let is_left = |c: char| c != '\n' && is_active(c);
    if !json.contains(is_left) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match is_left(c) {
            true => out += &format!("\\u{:04x}", u32::from(c)),
            false => out.push(c),
        }
    }
    out
}

fn replaced(text: &str, mut replace: impl FnMut(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if replace(c) {
            out.extend(std::iter::repeat_n('?', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                // No characters at all: XML, for one, refuses them.
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_replaced_byte_by_byte() {
        assert_eq!(inert("a\u{1b}[31m\tb\r\nc\rd\n"), "a?[31m\tb\r\nc?d\n");
        assert_eq!(inert("\u{202e}x\u{9b}"), "???x??");
        assert_eq!(inert_line("a\nb\tc é"), "a?b?c é");
    }

    #[test]
    fn json_keeps_them_as_escapes() {
        let text = "a\n\u{9b}\u{202e}é";
        let json = inert_json(&text);
        assert_eq!(json, r#""a\n\u009b\u202eé""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
