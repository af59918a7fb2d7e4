//! Keeps secrets out of every output.
//!
//! What a rule about hard-coded credentials finds is shown as its first characters and its length. That holds for the
//! whole file: another finding nearby would show the same line.

use std::borrow::Cow;

use rules::review::Rule;

use crate::plan::{Hit, Plan};
use crate::tree::TextRange;

/// Rules about these show secrets: hard-coded passwords, keys and other credentials.
const WEAKNESSES: [&str; 3] = ["CWE-259", "CWE-321", "CWE-798"];
/// Shorter texts in quotes are no secrets: names of options, `""`.
const SHORTEST: usize = 4;
/// What is shown of a secret, in characters.
const SHOWN: usize = 3;

/// The secrets of one file.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// What the hits of rules about secrets hold.
    pub(super) fn of(hits: &[Hit], text: &str, plan: &Plan) -> Secrets {
        let mut secrets: Vec<_> = hits
            .iter()
            .filter(|hit| shows_secrets(plan.rule(hit.rule)))
            .flat_map(|hit| secrets_in(&text[hit.range.indices()]))
            .map(str::to_owned)
            .collect();
        // A secret may be part of a longer one.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Secrets(secrets)
    }

    /// Where they stand in the text that they were found in: that can be kept, and tells none.
    pub(super) fn places(&self, text: &str) -> Vec<TextRange> {
        let found = |secret: &String| Some((text.find(secret.as_str())?, secret.len()));
        let places = self.0.iter().filter_map(found);
        places
            .map(|(start, length)| TextRange::new(start, start + length))
            .collect()
    }

    /// The secrets at these places of the same text.
    pub(super) fn at(places: &[TextRange], text: &str) -> Secrets {
        // The text may have changed since.
        let texts = places.iter().filter_map(|place| text.get(place.indices()));
        Secrets(texts.map(str::to_owned).collect())
    }

    /// The text with each secret replaced by as many bytes, so that places in it stay where they are.
    pub(super) fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for secret in self.0.iter().filter(|secret| !secret.is_empty()) {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), &masked(secret)).into();
            }
        }
        text
    }
}

impl Hit {
    /// Masks the secrets in what it says. Its fix is left out where it would repeat one: it could not be applied.
    pub(super) fn mask(&mut self, secrets: &Secrets) {
        let masked = |text: &mut String| {
            if let Cow::Owned(masked) = secrets.masked(text) {
                *text = masked;
            }
        };
        masked(&mut self.message);
        self.path.iter_mut().for_each(|step| masked(&mut step.line));
        self.metavariables
            .iter_mut()
            .for_each(|(_, text)| masked(text));
        self.fix
            .take_if(|fix| matches!(secrets.masked(fix), Cow::Owned(_)));
    }
}

fn shows_secrets(rule: &Rule) -> bool {
    let is_weakness = |cwe: &String| {
        let id = cwe.split([':', ' ']).next().unwrap_or_default();
        WEAKNESSES.contains(&id)
    };
    rule.metadata.cwe.iter().any(is_weakness)
}

/// The contents of string literals; where there is none, what stands behind the last `=` or `:`.
fn secrets_in(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let quote = rest.as_bytes()[start];
        let literal = &rest[start + 1..];
        let Some(end) = literal.bytes().position(|byte| byte == quote) else {
            break;
        };
        found.push(&literal[..end]);
        rest = &literal[end + 1..];
    }
    found.retain(|text| text.len() >= SHORTEST);
    if found.is_empty() {
        let value = code.rsplit(['=', ':']).next().unwrap_or(code);
        let value = value.trim().trim_matches(['"', '\'', '`', ';', ',']);
        found.extend((value.len() >= SHORTEST).then_some(value));
    }
    found
}

/// The first characters, and a `*` for each byte that follows.
fn masked(secret: &str) -> String {
    let shown = SHOWN.min(secret.chars().count() / 4);
    let kept: String = secret.chars().take(shown).collect();
    let hidden = secret.len() - kept.len();
    kept + &"*".repeat(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_quotes_or_by_what_is_assigned() {
        assert_eq!(
            secrets_in("connect(\"me\", password='hunter2!')"),
            ["hunter2!"]
        );
        assert_eq!(secrets_in("AWS_KEY=AKIA0123456789"), ["AKIA0123456789"]);
        assert_eq!(secrets_in("AKIA0123456789"), ["AKIA0123456789"]);
    }

    #[test]
    fn places_stay_where_they_are() {
        let secrets = Secrets(vec!["geheimö123".into(), "geheim".into()]);
        let text = "a = 'geheimö123'; b = 'geheim'; c";
        let masked = secrets.masked(text);
        assert_eq!(masked, "a = 'ge*********'; b = 'g*****'; c");
        assert_eq!(masked.len(), text.len());
        let again = Secrets::at(&secrets.places(text), text);
        assert_eq!(again.masked(text), masked);
    }
}
