//! What a comment asks the review to pass over.
//!
//! ```text
//! # reviewer: ignore[python/eval, python/exec] -- the text is ours
//! # reviewer: ignore-file[python/assert] -- tests
//! # nosemgrep: python.lang.security.eval
//! ```
//!
//! Ours stands at the start of a comment, or behind another comment sign in it (`# noqa  # reviewer: …`); Semgrep's
//! anywhere in one, as there.

use std::ops::Range;

/// A request to hide findings, as a comment spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// Where it stands, as bytes of the comment: from its first word to the end of its reason.
    pub(super) range: Range<usize>,
    /// The rules that it names; none of them means all.
    pub(super) rules: Vec<String>,
    /// Why.
    pub(super) reason: Option<String>,
    /// What it is about.
    pub(super) reach: Reach,
    /// Whether it is Semgrep's.
    pub(super) is_semgrep: bool,
}

/// What a directive is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The code beside it or below it.
    Code,
    /// The whole file.
    File,
}

/// Words that stand in every text with a directive.
pub(super) const WORDS: [&str; 2] = ["reviewer:", "nosem"];

/// The directive of a comment, given with its signs.
pub(super) fn parse(comment: &str) -> Option<Directive> {
    ours(comment).or_else(|| semgrep(comment))
}

fn ours(comment: &str) -> Option<Directive> {
    let start = comment
        .match_indices("reviewer:")
        .map(|(at, _)| at)
        .find(|at| {
            let before = comment[..*at].trim();
            // Signs behind signs are an example in documentation.
            let is_example = !before.contains(char::is_alphanumeric) && before.contains(' ');
            before.is_empty() || (before.ends_with(['#', '/', '*', '!', '-']) && !is_example)
        })?;
    let text = content(comment);
    let rest = text.get(start + "reviewer:".len()..)?;
    let word = rest.trim_start();
    let (reach, behind) = match word.strip_prefix("ignore-file") {
        Some(behind) => (Reach::File, behind),
        None => (Reach::Code, word.strip_prefix("ignore")?),
    };
    let (rules, behind) = match behind
        .strip_prefix('[')
        .and_then(|list| list.split_once(']'))
    {
        Some((list, behind)) => (names(list), behind),
        None if behind.is_empty() || behind.starts_with(char::is_whitespace) => {
            (Vec::new(), behind)
        }
        None => return None,
    };
    let reason = behind.trim_start().strip_prefix("--").map(str::trim);
    let end = match reason {
        Some(_) => text.trim_end().len(),
        None => text.len() - behind.len(),
    };
    Some(Directive {
        range: start..end,
        rules,
        reason: reason
            .filter(|reason| !reason.is_empty())
            .map(str::to_owned),
        reach,
        is_semgrep: false,
    })
}

fn semgrep(comment: &str) -> Option<Directive> {
    let start = comment.find("nosem")?;
    if comment[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let text = content(comment);
    let behind = text.get(start + "nosem".len()..)?;
    let behind = behind.strip_prefix("grep").unwrap_or(behind);
    let (list, rest) = match behind.strip_prefix(':') {
        Some(list) => {
            // Ids are separated by commas; what follows them is a remark.
            let list_end = list.trim_start().find(|c: char| {
                !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ',' | ' ' | '/'))
            });
            let (ids, rest) = list.split_at(
                list_end.map_or(list.len(), |end| end + list.len() - list.trim_start().len()),
            );
            let ids: Vec<_> = names(ids)
                .into_iter()
                .filter_map(|id| id.split_whitespace().next().map(str::to_owned))
                .collect();
            (ids, rest)
        }
        None if behind.starts_with(|c: char| c.is_alphanumeric()) => return None,
        None => (Vec::new(), behind),
    };
    Some(Directive {
        range: start..text.len() - rest.len(),
        rules: list,
        reason: None,
        reach: Reach::Code,
        is_semgrep: true,
    })
}

/// The comment without the sign that ends it.
fn content(comment: &str) -> &str {
    let text = comment.trim_end();
    ["*/", "-->", "*}"]
        .iter()
        .find_map(|sign| text.strip_suffix(sign))
        .unwrap_or(text)
        .trim_end()
}

fn names(list: &str) -> Vec<String> {
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a name in a directive is that of the rule. Semgrep's ids carry the folders of their files in front.
pub(super) fn names_rule(directive: &Directive, name: &str, rule: &str) -> bool {
    let last = |id: &str| id.rsplit('.').next().map(str::to_owned);
    name == rule || (directive.is_semgrep && last(name) == last(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> Option<(Vec<String>, Option<String>, &str)> {
        let directive = parse(comment)?;
        let range = directive.range.clone();
        Some((directive.rules, directive.reason, &comment[range]))
    }

    #[test]
    fn a_directive_names_rules_and_a_reason() {
        let (rules, reason, text) = read("// reviewer: ignore[a/b, c] -- it is ours ").unwrap();
        assert_eq!(rules, ["a/b", "c"]);
        assert_eq!(reason.as_deref(), Some("it is ours"));
        assert_eq!(text, "reviewer: ignore[a/b, c] -- it is ours");
        let (rules, reason, text) = read("/* reviewer: ignore[a] */").unwrap();
        assert_eq!(
            (rules.len(), reason, text),
            (1, None, "reviewer: ignore[a]")
        );
        let (rules, _, text) =
            read("# noqa: E501  # reviewer: ignore, trust me").unwrap_or_default();
        assert!(rules.is_empty() && text.is_empty(), "{text}");
        assert_eq!(
            read("# noqa  # reviewer: ignore").unwrap().2,
            "reviewer: ignore"
        );
        assert_eq!(
            parse("# reviewer: ignore-file[x]").unwrap().reach,
            Reach::File
        );
    }

    #[test]
    fn semgreps_are_read_too() {
        let (rules, _, text) = read("x # nosemgrep: a.b.eval, c (ours)").unwrap();
        assert_eq!(
            (rules, text),
            (
                vec!["a.b.eval".to_owned(), "c".to_owned()],
                "nosemgrep: a.b.eval, c "
            )
        );
        assert_eq!(read("// nosem").unwrap().0.len(), 0);
        let directive = parse("# nosemgrep: a.b.eval").unwrap();
        assert!(names_rule(&directive, "a.b.eval", "eval"));
        assert!(!names_rule(&directive, "a.b.eval", "b"));
    }

    #[test]
    fn what_only_speaks_of_directives_is_none() {
        for text in [
            "# the form is `reviewer: ignore[rule]`",
            "# nosemantics here",
            "# a reviewer: ignore[x]",
            "# reviewer: ignored",
            "# diagnosemgrep",
            "//! # reviewer: ignore[x]",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
