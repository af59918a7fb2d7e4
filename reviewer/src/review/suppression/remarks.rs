//! What is wrong with a comment that hides findings: rules of `mode: review`.

use std::sync::OnceLock;

use rules::yaml::did_you_mean;

use super::directive::{Directive, names_rule};
use super::{Comment, Context};
use crate::review::{Finding, Fix, Place};
use crate::tree::TextRange;

const UNUSED: &str = "any/unused-suppression";
const BLANKET: &str = "any/blanket-suppression";
const UNKNOWN: &str = "any/suppression-of-unknown-rule";
const NO_REASON: &str = "any/suppression-without-reason";

/// The rules of `mode: review`.
pub(crate) const RULES: [&str; 4] = [UNUSED, BLANKET, UNKNOWN, NO_REASON];

impl Context<'_> {
    /// Everything that is to be said about one comment; `complete` says whether every rule has run to its end.
    pub(super) fn remarks(&self, comment: &Comment, complete: bool) -> Vec<Finding> {
        let Directive {
            rules,
            reason,
            is_semgrep,
            ..
        } = &comment.directive;
        let mut remarks = Vec::new();
        if rules.is_empty() && !is_semgrep {
            remarks.extend(self.remark(BLANKET, comment, &[], None));
        }
        if reason.is_none() && !is_semgrep {
            remarks.extend(self.remark(NO_REASON, comment, &[], None));
        }
        let unused = |at: usize| !comment.used[at] && complete && self.ran(comment, &rules[at]);
        let (useless, kept): (Vec<_>, Vec<_>) = (0..rules.len()).partition(|at| unused(*at));
        if !useless.is_empty() {
            let names: Vec<_> = useless.iter().map(|at| rules[*at].as_str()).collect();
            let kept: Vec<_> = kept.iter().map(|at| rules[*at].as_str()).collect();
            let words = [("$RULES", names.join(", "))];
            remarks.extend(self.remark(
                UNUSED,
                comment,
                &words,
                Some(self.without(comment, &kept)),
            ));
        }
        for name in rules.iter().filter(|_| !is_semgrep) {
            if let Some(meant) = self.meant(name) {
                let words = [("$RULES", name.clone()), ("$MEANT", meant)];
                remarks.extend(self.remark(UNKNOWN, comment, &words, None));
            }
        }
        remarks
    }

    /// Whether a rule of that name has looked at the file.
    fn ran(&self, comment: &Comment, name: &str) -> bool {
        self.plan.rules().enumerate().any(|(index, rule)| {
            names_rule(&comment.directive, name, &rule.id)
                && self.selection.contains(index)
                && self
                    .plan
                    .looks_at(index, self.file.language, &self.file.name)
        })
    }

    /// `None` for a rule that there is; else what may have been meant.
    fn meant(&self, name: &str) -> Option<String> {
        static BUILT_IN: OnceLock<Vec<String>> = OnceLock::new();
        if self.plan.rules().any(|rule| rule.id == name) {
            return None;
        }
        let built_in = BUILT_IN.get_or_init(|| {
            let rules = rules::builtin::review_rules();
            rules.into_iter().map(|rule| rule.id).collect()
        });
        let known = self.plan.rules().map(|rule| rule.id.as_str());
        match built_in.iter().any(|id| id == name) {
            true => None,
            false => Some(did_you_mean(
                name,
                built_in.iter().map(String::as_str).chain(known),
            )),
        }
    }

    fn remark(
        &self,
        rule: &str,
        comment: &Comment,
        words: &[(&str, String)],
        fix: Option<(TextRange, String)>,
    ) -> Option<Finding> {
        let index = self.plan.rules().position(|known| known.id == rule)?;
        if !self.selection.contains(index) {
            return None;
        }
        let words: Vec<_> = words
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let hit = self.plan.hit(index, comment.range, "", &words);
        let mut finding =
            Finding::new(self.file, self.text, self.shown, self.lines, hit, self.plan);
        finding.fix = fix.map(|(range, text)| Fix {
            place: Place::new(self.file, self.text, self.lines, range),
            text,
            safety: self.plan.rule(index).metadata.fix_safety,
        });
        Some(finding)
    }

    /// The edit that leaves of a directive the rules `kept`; of a comment that says nothing else, nothing.
    fn without(&self, comment: &Comment, kept: &[&str]) -> (TextRange, String) {
        let base = comment.range.start as usize;
        let range = &comment.directive.range;
        let directive = &self.text[base + range.start..base + range.end];
        if !kept.is_empty() {
            let kept = kept.join(", ");
            let text = match directive.split_once('[') {
                Some((head, rest)) => {
                    let tail = rest.split_once(']').map_or("", |(_, tail)| tail);
                    format!("{head}[{kept}]{tail}")
                }
                None => {
                    let head = directive.split(':').next().unwrap_or_default();
                    format!("{head}: {kept}")
                }
            };
            return (TextRange::new(base + range.start, base + range.end), text);
        }
        let signs = |text: &str| !text.contains(char::is_alphanumeric);
        let whole = &self.text[comment.range.indices()];
        if !signs(&whole[..range.start]) || !signs(&whole[range.end..]) {
            let before = self.text[..base + range.start].trim_end_matches(['#', '/', ' ', '\t']);
            return (
                TextRange::new(before.len(), base + range.end),
                String::new(),
            );
        }
        let end = comment.range.end as usize;
        if comment.is_trailing {
            let before = self.text[..base].trim_end_matches([' ', '\t']);
            return (TextRange::new(before.len(), end), String::new());
        }
        let start = self.lines.start(self.lines.line(base));
        let behind = &self.text[end..];
        let alone = behind
            .trim_start_matches([' ', '\t', '\r'])
            .strip_prefix('\n');
        match alone {
            Some(rest) => (
                TextRange::new(start, self.text.len() - rest.len()),
                String::new(),
            ),
            None => (TextRange::new(base, end), String::new()),
        }
    }
}
