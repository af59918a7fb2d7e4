//! Files of `java.util.Properties`.

use crate::tree::Constant;

/// The keys and values. Every text is a file of properties.
pub(super) fn entries(text: &str) -> Vec<(String, Constant)> {
    let mut entries = Vec::new();
    let mut lines = text.lines().map(str::trim_start);
    while let Some(line) = lines.next() {
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = line.to_owned();
        while is_continued(&logical) {
            logical.pop();
            match lines.next() {
                Some(next) => logical += next,
                None => break,
            }
        }
        let (key, value) = split(&logical);
        entries.push((unescaped(key), Constant::text(unescaped(value))));
    }
    entries
}

/// Whether a line goes on in the next one: it ends in a backslash that is not escaped itself.
fn is_continued(line: &str) -> bool {
    let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
    backslashes % 2 == 1
}

/// The key ends at the first `=`, `:` or space that is not escaped. Spaces around the sign belong to neither.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.find(|c: char| {
        let ends = !escaped && (matches!(c, '=' | ':') || c.is_ascii_whitespace());
        escaped = c == '\\' && !escaped;
        ends
    });
    let (key, rest) = line.split_at(end.unwrap_or(line.len()));
    let rest = rest.trim_start();
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (key, value.trim_start())
}

/// A text without its escapes: a backslash before anything else than a letter of these is just left out.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let digits: String = rest.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                out.extend(code.and_then(char::from_u32));
            }
            other => out.extend(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_separators_and_continuations() {
        let text = "# no\n! no\n\n a = 1 \nb:2\nc 3\nd=x\\\n   y\\\\\ne\\ f\\=g = h=i\nj\nk=\\u00e9\\q\nl=\\\n";
        let expected = [
            ("a", "1 "),
            ("b", "2"),
            ("c", "3"),
            ("d", "xy\\"),
            ("e f=g", "h=i"),
            ("j", ""),
            ("k", "éq"),
            ("l", ""),
        ];
        let expected = expected.map(|(key, value)| (key.to_owned(), Constant::text(value)));
        assert_eq!(entries(text), expected);
    }

    #[test]
    fn any_cut_is_read() {
        let text = "a\\u00e9\\ b = \\\\u12\\\n c";
        for (end, _) in text.char_indices() {
            assert!(entries(&text[..end]).len() <= 2);
        }
    }
}
