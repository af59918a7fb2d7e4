//! What a rule found at one place, in the words of the rule.

use std::borrow::Cow;

use super::Plan;
use crate::review::Step;
use crate::tree::TextRange;

/// What a rule found at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index of the rule in the plan.
    pub rule: usize,
    /// What is reported.
    pub range: TextRange,
    /// The rule's message, metavariables filled in.
    pub message: String,
    /// What the rule's fix would put in place of `range`.
    pub fix: Option<String>,
    /// Metavariables and their text, for machines.
    pub metavariables: Vec<(String, String)>,
    /// How a value got here. Empty where the rule is not about that.
    pub path: Vec<Step>,
}

impl Plan {
    /// What the rule with this index has to say about a range, whose text is `found`.
    pub(crate) fn hit(
        &self,
        rule: usize,
        range: TextRange,
        found: &str,
        words: &[(&str, &str)],
    ) -> Hit {
        let texts = &self.rules[rule].rule;
        let short = |longest| -> Vec<_> {
            let cut = words
                .iter()
                .map(|(name, text)| (*name, abbreviated(text, longest)));
            cut.collect()
        };
        let whole: Vec<_> = words
            .iter()
            .map(|(name, text)| (*name, Cow::Borrowed(*text)))
            .collect();
        Hit {
            rule,
            range,
            message: interpolate(&texts.message, &short(MAX_WORD_IN_MESSAGE)),
            fix: match &texts.fix {
                Some(fix) => Some(interpolate(fix, &whole)),
                None => self.rules[rule].replaced(found),
            }
            .filter(|fix| fix.len() <= MAX_FIX),
            metavariables: short(MAX_WORD)
                .into_iter()
                .map(|(name, text)| (name.to_owned(), text.into_owned()))
                .collect(),
            path: Vec::new(),
        }
    }
}

/// Longest text of a metavariable in a message, in bytes. A metavariable may stand for a whole function, and
/// every line of that may be a finding.
const MAX_WORD_IN_MESSAGE: usize = 200;
/// Longest text of a metavariable for machines, in bytes.
const MAX_WORD: usize = 1_000;
/// Longest fix, in bytes; for a longer one a person should look anyway.
const MAX_FIX: usize = 20_000;

/// The text, or its start with `…`.
fn abbreviated(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest {
        return text.into();
    }
    format!("{}…", text[..text.floor_char_boundary(longest)].trim_end()).into()
}

/// The names in a text that look like metavariables: `$X`, not `$5`.
pub(super) fn metavariables(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let length = rest
            .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
            .unwrap_or(rest.len());
        let named = rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
        named.then(|| &text[at..=at + length])
    })
}

/// Puts the text of metavariables in place of their names; the longest name wins.
fn interpolate(text: &str, words: &[(&str, Cow<'_, str>)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out += &rest[..at];
        rest = &rest[at..];
        let word = words
            .iter()
            .filter(|(name, _)| rest.starts_with(name))
            .max_by_key(|(name, _)| name.len());
        let (taken, value) = match word {
            Some((name, value)) => (name.len(), &**value),
            None => (1, "$"),
        };
        out += value;
        rest = &rest[taken..];
    }
    out + rest
}
