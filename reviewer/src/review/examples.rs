//! Runs the examples of a rule: they are its tests.
//!
//! In `bad`, a comment `ruleid: <id>` on the line above says that a finding starts on the next line; every
//! marked line must be reported and no other. Known mistakes are marked too: `todoruleid` for a finding that
//! is missed, `todook` for one that should not be there; a mistake that is gone fails, so that its marker goes.

use std::collections::BTreeSet;

use rules::review::{Body, Example, Located, Rule};

use super::{Finding, review_text};
use crate::lang::Language;
use crate::plan::{Plan, Selection};
use crate::source::SourceFile;

/// Runs the examples of `rule`; each failure as a sentence. No failure and no example is no success: the
/// caller decides what a rule without examples is worth.
pub fn check_examples(rule: &Rule) -> Vec<String> {
    let mut failures = Vec::new();
    // What the review itself reports is about other rules.
    let rules = match rule.body {
        Body::Review => rules::builtin::review_rules(),
        _ => vec![rule.clone()],
    };
    let planning = Plan::prepare(rules, true);
    for problem in planning.problems {
        failures.push(format!("{}: {}", problem.at, problem.message));
    }
    let languages: Vec<_> = rule
        .languages
        .iter()
        .flat_map(|name| Language::named(name))
        .collect();
    let Some(&language) = languages.first() else {
        failures.push("none of its languages is supported".into());
        return failures;
    };
    if planning.plan.rules().len() == 0 {
        return failures;
    }
    for example in &rule.examples {
        Runner {
            rule,
            language,
            plan: &planning.plan,
            failures: &mut failures,
        }
        .example(example);
    }
    failures
}

/// Runs `rule` over a file whose comments mark what it should report; each difference as a sentence. Other
/// people's markers of known mistakes (`todoruleid`, `todook`) ask for nothing. `None` where nothing in the file is
/// about the rule.
pub fn check_target(
    rule: &Rule,
    plan: &Plan,
    file: &SourceFile,
    text: &str,
) -> Option<Vec<String>> {
    let short = rule.id.rsplit('.').next().unwrap_or(&rule.id);
    let (marks, about) = marks_of(text, short);
    if !about {
        return None;
    }
    let one = review_text(file, text.to_owned(), plan, &Selection::all(plan));
    let mut failures: Vec<_> = one
        .incomplete
        .into_iter()
        .map(|message| format!("{}: {message}", file.name))
        .collect();
    let found: BTreeSet<_> = one
        .findings
        .iter()
        .map(|finding| finding.place.start.line)
        .collect();
    for line in marks.reported.difference(&found) {
        failures.push(format!(
            "{}:{line}: a finding is expected here, and there is none",
            file.name
        ));
    }
    for line in &found {
        let known = [&marks.reported, &marks.missed, &marks.spurious];
        if !known.iter().any(|lines| lines.contains(line)) {
            failures.push(format!(
                "{}:{line}: a finding that no marker expects",
                file.name
            ));
        }
    }
    Some(failures)
}

struct Runner<'a> {
    rule: &'a Rule,
    language: Language,
    plan: &'a Plan,
    failures: &'a mut Vec<String>,
}

/// The lines (1-based) that the markers of an example speak of.
#[derive(Debug, Default)]
struct Marks {
    reported: BTreeSet<usize>,
    missed: BTreeSet<usize>,
    spurious: BTreeSet<usize>,
}

impl Runner<'_> {
    fn example(&mut self, example: &Example) {
        let Example { bad, good, fixed } = example;
        if let Some(bad) = bad {
            let marks = marks(&bad.text, &self.rule.id);
            if marks.reported.is_empty() && marks.missed.is_empty() {
                self.fail(bad, 1, "the bad example marks no line with `ruleid:`");
            }
            let findings = self.run(bad);
            self.compare(bad, &marks, &findings);
            if let Some(fixed) = fixed {
                self.fixed(bad, fixed, &findings);
            }
        }
        if let Some(good) = good {
            let marks = marks(&good.text, &self.rule.id);
            let findings = self.run(good);
            self.compare(
                good,
                &Marks {
                    reported: BTreeSet::new(),
                    missed: BTreeSet::new(),
                    ..marks
                },
                &findings,
            );
        }
    }

    fn fail(&mut self, code: &Located, line: usize, message: &str) {
        self.failures.push(format!(
            "example at {}, its line {line}: {message}",
            code.at
        ));
    }

    fn run(&mut self, code: &Located) -> Vec<Finding> {
        let file = SourceFile::on_disk("example", "example", self.language);
        let all = Selection::all(self.plan);
        let mut one = review_text(&file, code.text.clone(), self.plan, &all);
        for range in &one.syntax_errors {
            let line = 1 + code.text[..range.start as usize].matches('\n').count();
            self.fail(code, line, "a syntax error");
        }
        one.findings.retain(|finding| finding.rule == self.rule.id);
        one.findings
    }

    fn compare(&mut self, code: &Located, marks: &Marks, findings: &[Finding]) {
        let found: BTreeSet<_> = findings
            .iter()
            .map(|finding| finding.place.start.line)
            .collect();
        for line in marks.reported.difference(&found) {
            self.fail(code, *line, "a finding is expected here, and there is none");
        }
        for line in marks.missed.intersection(&found) {
            self.fail(
                code,
                *line,
                "`todoruleid` says that this is missed; it is found now: mark it `ruleid`",
            );
        }
        for line in marks.spurious.difference(&found) {
            self.fail(
                code,
                *line,
                "`todook` says that this is reported by mistake; it no longer is: mark it `ok`",
            );
        }
        for line in &found {
            if !marks.reported.contains(line)
                && !marks.missed.contains(line)
                && !marks.spurious.contains(line)
            {
                self.fail(code, *line, "a finding that no marker expects");
            }
        }
    }

    /// The fixes of `bad` make `fixed`, and `fixed` is clean.
    fn fixed(&mut self, bad: &Located, fixed: &Located, findings: &[Finding]) {
        let mut text = bad.text.clone();
        for finding in findings.iter().rev() {
            if let Some(fix) = &finding.fix {
                text.replace_range(fix.place.bytes.indices(), &fix.text);
            }
        }
        if text != fixed.text {
            let differs = text
                .lines()
                .zip(fixed.text.lines())
                .position(|(a, b)| a != b);
            let line =
                differs.unwrap_or_else(|| text.lines().count().min(fixed.text.lines().count()));
            let got = text.lines().nth(line).unwrap_or_default();
            self.fail(fixed, line + 1, &format!("the fix yields `{got}` here"));
        }
        for finding in self.run(fixed) {
            self.fail(
                fixed,
                finding.place.start.line,
                "the fixed example is still reported",
            );
        }
    }
}

fn marks(code: &str, id: &str) -> Marks {
    marks_of(code, id).0
}

/// Reads the markers for the rule `id`, and whether there are any. A marker speaks of the next line that is no
/// marker.
fn marks_of(code: &str, id: &str) -> (Marks, bool) {
    let mut marks = Marks::default();
    let mut about = false;
    let lines: Vec<_> = code.lines().collect();
    let marker = |line: &str| {
        let kinds = ["todoruleid:", "todook:", "ruleid:", "ok:"];
        kinds.into_iter().find_map(|kind| {
            let at = line.find(kind)?;
            let comment = line[..at].trim_end().ends_with(['#', '/', '*', '-']);
            comment.then(|| (kind, line[at + kind.len()..].to_owned()))
        })
    };
    for (at, line) in lines.iter().enumerate() {
        let Some((kind, ids)) = marker(line) else {
            continue;
        };
        if !ids.split(',').any(|named| names(named, id)) {
            continue;
        }
        about = true;
        let next = (at + 1..lines.len())
            .find(|&next| marker(lines[next]).is_none())
            .unwrap_or(at)
            + 1;
        match kind {
            "ruleid:" => marks.reported.insert(next),
            "todoruleid:" => marks.missed.insert(next),
            "todook:" => marks.spurious.insert(next),
            _ => continue,
        };
    }
    (marks, about)
}

/// Whether a name in a marker is that of the rule: what follows it, and the folders of a dotted name, say nothing.
fn names(named: &str, id: &str) -> bool {
    let first = named.split_whitespace().next().unwrap_or_default();
    let first = first.trim_end_matches("*/").trim_end_matches("-->");
    first == id || first.rsplit('.').next() == Some(id)
}
