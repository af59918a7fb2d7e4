//! Text from outside that a terminal shall show, and not obey.

/// The text with `?` for control characters and for those that turn the direction of writing, except for
/// line breaks and tabs. Every character keeps its length in bytes, so offsets into the text stay valid.
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
}
