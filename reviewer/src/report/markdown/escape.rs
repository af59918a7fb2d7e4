//! Text from outside in Markdown, where it is neither markup nor a reference.
//!
//! A forge looks for mentions, issues, commits and addresses in the text that Markdown leaves, so escapes do not help;
//! it does not look into code. Each word that could mean something to either is therefore set as code.

use std::borrow::Cow;

use super::super::inert::{in_one_line, inert, inert_line};

/// A text in one line.
pub(crate) fn prose(text: &str) -> String {
    let text = in_one_line(text);
    let mut words = text.split(' ').peekable();
    let mut out: Vec<Cow<'_, str>> = Vec::new();
    while let Some(word) = words.next() {
        if is_plain(word) {
            out.push(word.into());
            continue;
        }
        let mut run = word.to_owned();
        while let Some(next) = words.next_if(|next| !is_plain(next)) {
            run = run + " " + next;
        }
        let shown = run.trim_end_matches(['.', ',', ';', ':', '?', '!']);
        out.push(match shown.is_empty() {
            true => code(&run).into(),
            false => (code(unquoted(shown)) + &run[shown.len()..]).into(),
        });
    }
    out.join(" ")
}

/// Our messages set code in ticks themselves.
fn unquoted(text: &str) -> &str {
    let inner = text
        .strip_prefix('`')
        .and_then(|text| text.strip_suffix('`'));
    inner.filter(|inner| !inner.contains('`')).unwrap_or(text)
}

/// A text as code within a line.
pub(crate) fn code(text: &str) -> String {
    let text = inert_line(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    // A blank beside the ticks is taken off again, where there is one on both sides.
    let edge = |c: Option<char>| c.is_none_or(|c| c == '`' || c == ' ');
    match edge(text.chars().next()) || edge(text.chars().next_back()) {
        true => format!("{ticks} {text} {ticks}"),
        false => format!("{ticks}{text}{ticks}"),
    }
}

/// Lines of code. `language` is a name of ours.
pub(crate) fn block(language: &str, text: &str) -> String {
    let text = inert(text);
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!(
        "{fence}{language}\n{}\n{fence}\n",
        text.trim_end_matches('\n')
    )
}

/// A link, where the address is one of the web; else code.
pub(crate) fn link(address: &str) -> String {
    match is_address(address) {
        true => format!("<{address}>"),
        false => code(address),
    }
}

/// Whether a text is an address of the web, and nothing that could end a link.
pub(crate) fn is_address(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let is_part = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '\\');
    is_web && text.chars().all(is_part)
}

/// Whether neither Markdown nor a forge sees more in a word than a word.
fn is_plain(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'', '(']);
    let word = word.trim_end_matches(['"', '\'', ')', '.', ',', ';', ':', '?', '!']);
    let parts = word.split(['-', '/', '\'', '.', ',']);
    let is_word = |part: &str| part.chars().all(char::is_alphabetic);
    let is_number = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let is_commit = word.len() >= 7 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let is_host = word.len() >= 4 && word.as_bytes()[..4].eq_ignore_ascii_case(b"www.");
    let mut parts = parts.peekable();
    !is_commit
        && !is_host
        && parts.peek().is_some_and(|first| !first.is_empty())
        && (parts.clone().all(|part| !part.is_empty() && is_word(part)) || parts.all(is_number))
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_all_else_is_code() {
        assert_eq!(
            prose("The shell's \"input\" (and/or 3.14), well-known: e.g. this."),
            "The shell's \"input\" (and/or 3.14), well-known: e.g. this."
        );
        assert_eq!(
            prose("unknown key `patern`; did you mean `pattern`?"),
            "unknown key `patern`; did you mean `pattern`?"
        );
        assert_eq!(
            prose("ask @team, about #1 or GH-1, deadbeef www.x.y http://x --> *b* now"),
            "ask `@team`, about `#1` or `GH-1, deadbeef www.x.y http://x --> *b*` now"
        );
    }

    #[test]
    fn code_cannot_end_its_span_or_its_block() {
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(code(""), "`  `");
        assert_eq!(block("go", "````\n@team"), "`````go\n````\n@team\n`````\n");
        assert_eq!(link("javascript:alert(1)"), "`javascript:alert(1)`");
        assert_eq!(link("https://x/> <img>"), "`https://x/> <img>`");
    }
}
