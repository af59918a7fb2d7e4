//! Comments that hide findings, and what is wrong with such comments.
//!
//! A comment behind code is about the findings that start or end on its line; a comment on a line of its own is about
//! the next line of code. Rules of `mode: review` report comments that hide nothing, name no rule or none that exists,
//! or give no reason.

mod directive;

use std::sync::OnceLock;

use rules::yaml::did_you_mean;

use super::lines::Lines;
use super::{Finding, Fix, Place, Suppressed, Suppression, fingerprint};
use crate::lang::Language;
use crate::plan::{Plan, Selection};
use crate::source::SourceFile;
use crate::tree::TextRange;
use directive::{Directive, Reach, WORDS, names_rule, parse};

const UNUSED: &str = "any/unused-suppression";
const BLANKET: &str = "any/blanket-suppression";
const UNKNOWN: &str = "any/suppression-of-unknown-rule";
const NO_REASON: &str = "any/suppression-without-reason";

/// The rules of `mode: review`.
pub(crate) const RULES: [&str; 4] = [UNUSED, BLANKET, UNKNOWN, NO_REASON];

/// A directive in its file.
struct Comment {
    range: TextRange,
    directive: Directive,
    /// The line that it is about.
    line: usize,
    /// Whether it stands behind code.
    is_trailing: bool,
    /// For each rule that it names (for one that stands for all, where it names none), whether it hid something.
    used: Vec<bool>,
}

/// The file that comments are looked for in.
pub(super) struct Context<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) text: &'a str,
    pub(super) lines: &'a Lines,
    pub(super) plan: &'a Plan,
    pub(super) selection: &'a Selection,
}

/// Whether a text may hold a directive at all.
pub(super) fn may_suppress(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

impl Context<'_> {
    /// Takes from `findings` what comments hide, and adds what is to be said about the comments themselves.
    /// `comments` are those of the file, where it has been parsed; `complete` says whether every rule has run to its end.
    pub(super) fn suppress(
        &self,
        findings: &mut Vec<Finding>,
        comments: Option<Vec<TextRange>>,
        complete: bool,
    ) -> Vec<Suppressed> {
        let mut comments = self.directives(comments);
        if comments.is_empty() {
            return Vec::new();
        }
        let mut suppressed = hide(findings, &mut comments);
        let mut remarks: Vec<_> = comments
            .iter()
            .flat_map(|comment| self.remarks(comment, complete))
            .collect();
        // A remark about a comment is hidden by name only: one that stands for all would hide what is wrong with it.
        comments.retain(|comment| !comment.directive.rules.is_empty());
        fingerprint::assign(&mut remarks, self.text);
        suppressed.extend(hide(&mut remarks, &mut comments));
        findings.append(&mut remarks);
        let order = |a: &Finding, b: &Finding| {
            (a.place.bytes, &a.rule, &a.message).cmp(&(b.place.bytes, &b.rule, &b.message))
        };
        findings.sort_by(order);
        suppressed.sort_by(|a, b| order(&a.finding, &b.finding));
        suppressed
    }

    fn directives(&self, comments: Option<Vec<TextRange>>) -> Vec<Comment> {
        let comments = comments.unwrap_or_else(|| comments_of(self.file.language, self.text));
        let directives = comments.iter().filter_map(|&range| {
            let directive = parse(&self.text[range.indices()])?;
            let (line, is_trailing) = self.about(range, &comments);
            Some(Comment {
                range,
                used: vec![false; directive.rules.len().max(1)],
                directive,
                line,
                is_trailing,
            })
        });
        directives.collect()
    }

    /// The line (1-based) that a comment is about, and whether the comment stands behind code.
    fn about(&self, range: TextRange, comments: &[TextRange]) -> (usize, bool) {
        let line = self.lines.line(range.start as usize);
        let before = &self.text[self.lines.start(line)..range.start as usize];
        if !before.trim().is_empty() {
            return (line, true);
        }
        let mut end = range.end as usize;
        let following = comments.partition_point(|comment| comment.start < range.end);
        for comment in &comments[following..] {
            if !self.text[end..comment.start as usize].trim().is_empty() {
                break;
            }
            end = comment.end as usize;
        }
        let blank = self.text[end..].len() - self.text[end..].trim_start().len();
        (self.lines.line(end + blank), false)
    }

    fn remarks(&self, comment: &Comment, complete: bool) -> Vec<Finding> {
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
        let mut finding = Finding::new(self.file, self.text, self.text, self.lines, hit, self.plan);
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
        if let (Some((head, rest)), false) = (directive.split_once('['), kept.is_empty()) {
            let tail = rest.split_once(']').map_or("", |(_, tail)| tail);
            let text = format!("{head}[{}]{tail}", kept.join(", "));
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

/// Moves what `comments` hide out of `findings`.
fn hide(findings: &mut Vec<Finding>, comments: &mut [Comment]) -> Vec<Suppressed> {
    let mut suppressed = Vec::new();
    for finding in std::mem::take(findings) {
        let mut by = None;
        for comment in comments
            .iter_mut()
            .filter(|comment| comment.is_about(&finding))
        {
            let rules = &comment.directive.rules;
            let named = match rules.is_empty() {
                true => Some(0),
                false => rules
                    .iter()
                    .position(|name| names_rule(&comment.directive, name, &finding.rule)),
            };
            if let Some(at) = named {
                comment.used[at] = true;
                by = Some(Suppression::Comment {
                    reason: comment.directive.reason.clone(),
                });
            }
        }
        match by {
            Some(by) => suppressed.push(Suppressed { finding, by }),
            None => findings.push(finding),
        }
    }
    suppressed
}

impl Comment {
    fn is_about(&self, finding: &Finding) -> bool {
        let place = &finding.place;
        match self.directive.reach {
            Reach::File => true,
            Reach::Code if place.bytes == self.range => true,
            Reach::Code if self.is_trailing => {
                [place.start.line, place.end.line].contains(&self.line)
            }
            Reach::Code => place.start.line == self.line,
        }
    }
}

/// The comments of a text that has not been parsed for its rules. In plain text, which has none, any line may hold a
/// directive.
fn comments_of(language: Language, text: &str) -> Vec<TextRange> {
    if !language.is_text() {
        return match language.parse(text.to_owned()) {
            Ok(tree) => tree.comments,
            // The file is reported as incomplete, or no rule looked at it.
            Err(_) => Vec::new(),
        };
    }
    let mut start = 0;
    let mut ranges = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(at) = WORDS.iter().filter_map(|word| line.find(word)).min() {
            let is_sign = |c: char| c.is_whitespace() || "#/*-<!;".contains(c);
            let code = line[..at].trim_end_matches(is_sign);
            ranges.push(TextRange::new(
                start + code.len(),
                start + line.trim_end().len(),
            ));
        }
        start += line.len();
    }
    ranges
}
