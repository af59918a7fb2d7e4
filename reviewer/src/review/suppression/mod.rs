//! Comments that hide findings, and what is wrong with such comments.
//!
//! A comment behind code is about the findings that start or end on its line; a comment on a line of its own is about
//! the next line of code. Rules of `mode: review` report comments that hide nothing, name no rule or none that exists,
//! or give no reason.

mod directive;
mod remarks;

use std::collections::{BTreeSet, HashMap};

use super::lines::Lines;
use super::{Finding, Suppressed, Suppression, fingerprint};
use crate::lang::Language;
use crate::plan::{Plan, Selection};
use crate::source::SourceFile;
use crate::tree::TextRange;
use directive::{Directive, Reach, WORDS, names_rule, parse};
pub(crate) use remarks::RULES;

/// A directive in its file.
struct Comment {
    range: TextRange,
    directive: Directive,
    /// The line that it starts on.
    own_line: usize,
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
    /// The text as it may be shown.
    pub(super) shown: &'a str,
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
        fingerprint::assign(&mut remarks, self.shown);
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
                own_line: self.lines.line(range.start as usize),
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
}

/// Moves what `comments` hide out of `findings`.
fn hide(findings: &mut Vec<Finding>, comments: &mut [Comment]) -> Vec<Suppressed> {
    let by_line = by_line(comments);
    let mut suppressed = Vec::new();
    for finding in std::mem::take(findings) {
        let mut by = None;
        for at in near(&by_line, &finding) {
            let comment = &mut comments[at];
            if !comment.is_about(&finding) {
                continue;
            }
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

/// Which comments may be about findings on a line. Line 0 stands for the whole file.
type ByLine = HashMap<usize, Vec<usize>>;

/// A file may hold as many comments as findings: no finding asks all of them.
fn by_line(comments: &[Comment]) -> ByLine {
    let mut by_line = ByLine::new();
    for (at, comment) in comments.iter().enumerate() {
        let lines = match comment.directive.reach {
            Reach::File => [0, 0],
            // What is said about the comment itself stands where it starts.
            Reach::Code => [comment.line, comment.own_line],
        };
        for line in lines {
            by_line.entry(line).or_default().push(at);
        }
    }
    by_line
}

/// The comments that may be about a finding, in order.
fn near(by_line: &ByLine, finding: &Finding) -> BTreeSet<usize> {
    let lines = [0, finding.place.start.line, finding.place.end.line];
    let near = lines.iter().filter_map(|line| by_line.get(line));
    near.flatten().copied().collect()
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
