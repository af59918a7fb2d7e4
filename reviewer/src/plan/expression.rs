//! Regular expressions of rules, which are written for PCRE.
//!
//! What is regular runs in linear time; look-around and back-references go to a backtracking engine with a
//! limit of steps, so that no rule and no file can make a review hang.

use fancy_regex::{Regex, RegexBuilder};
use rules::review::Located;

use super::formula::Broken;

/// Most backtracking steps of one search.
const BACKTRACK_LIMIT: usize = 100_000;

/// An expression that is searched for in a text: `^` is the start of a line.
pub(super) fn search(text: &Located) -> Result<Regex, Broken> {
    compile(text, "(?m)", "")
}

/// An expression that is tested at the start of a text.
pub(super) fn at_start(text: &Located) -> Result<Regex, Broken> {
    compile(text, r"\A(?:", ")")
}

fn compile(text: &Located, before: &str, after: &str) -> Result<Regex, Broken> {
    let pattern = format!("{before}{}{after}", translated(&text.text));
    RegexBuilder::new(&pattern)
        .backtrack_limit(BACKTRACK_LIMIT)
        .build()
        .map_err(|error| {
            (
                text.at,
                format!(
                    "this regular expression cannot be used: {}",
                    last_line(&error.to_string())
                ),
            )
        })
}

/// A replacement, whose groups are written `\1`, as our engine writes it.
pub(super) fn replacement(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, characters.peek()) {
            ('$', _) => out += "$$",
            ('\\', Some(digit)) if digit.is_ascii_digit() => {
                out += &format!("${{{digit}}}");
                characters.next();
            }
            ('\\', Some(_)) => match characters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                other => out.extend(other),
            },
            _ => out.push(c),
        }
    }
    out
}

/// What is wrong, without where: the lines above the last one draw that, and positions count what stands in
/// front here.
fn last_line(error: &str) -> &str {
    let last = error.lines().last().unwrap_or_default();
    let last = last.trim_start_matches("error: ");
    match last
        .strip_prefix("Parsing error at position ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((_, what)) => what,
        None => last,
    }
}

/// The expression as our engine reads it. PCRE takes `[` in a class and a `{` that counts nothing for
/// themselves, and `\w`, `\d` and `\s` for those of ASCII.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut class = false;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '\\' => {
                let escaped = rest[1..].chars().next();
                length += escaped.map_or(0, char::len_utf8);
                match (escaped, class) {
                    (Some('w'), true) => out += "0-9A-Za-z_",
                    (Some('d'), true) => out += "0-9",
                    (Some('s'), true) => out += r" \t\n\r\x0b\x0c",
                    (Some('h'), true) => out += r" \t",
                    (Some('w'), false) => out += "[0-9A-Za-z_]",
                    (Some('W'), false) => out += "[^0-9A-Za-z_]",
                    (Some('d'), false) => out += "[0-9]",
                    (Some('D'), false) => out += "[^0-9]",
                    (Some('s'), false) => out += r"[ \t\n\r\x0b\x0c]",
                    (Some('S'), false) => out += r"[^ \t\n\r\x0b\x0c]",
                    (Some('h'), false) => out += r"[ \t]",
                    (Some('Z'), false) => out += r"(?=\n?\z)",
                    (Some(c @ ('<' | '>')), _) => out.push(c),
                    _ => out += &rest[..length],
                }
            }
            '[' if class && rest.starts_with("[:") => {
                // `[:alpha:]`
                match rest.find(":]") {
                    Some(end) => {
                        length = end + 2;
                        out += &rest[..length];
                    }
                    None => out += r"\[",
                }
            }
            '[' if class => out += r"\[",
            '[' => {
                class = true;
                out.push('[');
                // A `]` right at the start stands for itself.
                let negated = rest[1..].starts_with('^');
                if negated {
                    out.push('^');
                    length += 1;
                }
                if rest[length..].starts_with(']') {
                    out += r"\]";
                    length += 1;
                }
            }
            ']' if class => {
                class = false;
                out.push(']');
            }
            '&' | '~' if class => {
                out.push('\\');
                out.push(c);
            }
            '{' if !class && !counts(&rest[1..]) => out += r"\{",
            _ => out.push(c),
        }
        rest = &rest[length..];
    }
    out
}

/// Whether what follows a `{` is `3}`, `3,}` or `3,5}`.
fn counts(rest: &str) -> bool {
    let Some((inner, _)) = rest.split_once('}') else {
        return false;
    };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match inner.split_once(',') {
        None => number(inner),
        Some((least, most)) => number(least) && (most.is_empty() || number(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let text_of_rule = Located {
            at: rules::yaml::Position::default(),
            text: pattern.to_owned(),
        };
        search(&text_of_rule).unwrap().is_match(text).unwrap()
    }

    #[test]
    fn groups_of_a_replacement_are_translated() {
        assert_eq!(replacement(r"a\1$b\n"), "a${1}$$b\n");
    }

    #[test]
    fn what_pcre_reads_otherwise_is_translated() {
        assert!(matches(r"^[[a]+$", "[a["));
        assert!(matches(r"{x}", "{x}"));
        assert!(matches(r"a{2}b", "aab"));
        assert!(matches(r"[]x]+y", "]xy"));
        assert!(matches(r"[^]x]y", "ay") && !matches(r"[^]x]y", "]y"));
        assert!(matches(r"\<b\>", "<b>"));
        assert!(matches(r"[[:alpha:]]\d", "q7"));
        assert!(!matches(r"\w", "é"));
        assert!(matches(r"(?<=a)b\Z", "ab\n"));
    }
}
