//! Runs the examples of a rule: they are its tests.
//!
//! In `bad`, a comment `ruleid: <id>` on the line above says that a finding starts on the next line; every
//! marked line must be reported and no other. Known mistakes are marked too: `todoruleid` for a finding that
//! is missed, `todook` for one that should not be there; a mistake that is gone fails, so that its marker goes.

mod marks;

use std::collections::BTreeSet;
use std::path::Path;

use rules::review::{Body, Example, Located, Rule};

use super::{FileReview, Finding, review_together};
use crate::lang::Language;
use crate::plan::Plan;
use crate::source::SourceFile;
use marks::Marks;

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
    let marks = Marks::of(text, short);
    if !marks.about {
        return None;
    }
    let mut failures = Vec::new();
    for one in review_together(&[(file, text)], plan) {
        let incomplete = one.incomplete.iter();
        failures.extend(incomplete.map(|message| format!("{}: {message}", file.name)));
        let differences = marks.differences(&lines(&one.findings));
        failures.extend(
            differences
                .iter()
                .map(|(line, what)| format!("{}:{line}: {what}", file.name)),
        );
    }
    Some(failures)
}

/// The lines that findings start in.
fn lines(findings: &[Finding]) -> BTreeSet<usize> {
    let lines = findings.iter().map(|finding| finding.place.start.line);
    lines.collect()
}

struct Runner<'a> {
    rule: &'a Rule,
    language: Language,
    plan: &'a Plan,
    failures: &'a mut Vec<String>,
}

impl Runner<'_> {
    fn example(&mut self, example: &Example) {
        let Example {
            bad, good, fixed, ..
        } = example;
        if let Some(bad) = bad {
            let marks = Marks::of(&bad.text, &self.rule.id);
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
            let spurious = Marks::of(&good.text, &self.rule.id).spurious;
            let findings = self.run(good);
            let marks = Marks {
                spurious,
                ..Marks::default()
            };
            self.compare(good, &marks, &findings);
        }
        self.files(example);
    }

    /// Files that are reviewed together.
    fn files(&mut self, example: &Example) {
        let source = |(path, _): &(String, Located)| {
            let extension = Path::new(path).extension().and_then(|e| e.to_str());
            let language = extension.and_then(Language::from_extension);
            let language = language.unwrap_or(Language::Regex);
            SourceFile::on_disk(path, path, language)
        };
        let files: Vec<_> = example.files.iter().map(source).collect();
        let texts = example.files.iter().map(|(_, code)| code.text.as_str());
        let together: Vec<_> = files.iter().zip(texts).collect();
        let reviews = review_together(&together, self.plan);
        for ((path, code), one) in example.files.iter().zip(reviews) {
            let mut marks = Marks::of(&code.text, &self.rule.id);
            let expected = example.expect.iter().filter(|place| place.path == *path);
            marks.reported.extend(expected.map(|place| place.line));
            let findings = self.findings(code, one);
            self.compare(code, &marks, &findings);
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
        let reviews = review_together(&[(&file, &code.text)], self.plan);
        let findings = reviews.into_iter().map(|one| self.findings(code, one));
        findings.flatten().collect()
    }

    /// What the rule found in a text, which has to be whole.
    fn findings(&mut self, code: &Located, mut one: FileReview) -> Vec<Finding> {
        for range in &one.syntax_errors {
            let line = 1 + code.text[..range.start as usize].matches('\n').count();
            self.fail(code, line, "a syntax error");
        }
        one.findings.retain(|finding| finding.rule == self.rule.id);
        one.findings
    }

    fn compare(&mut self, code: &Located, marks: &Marks, findings: &[Finding]) {
        let found = lines(findings);
        let mut differences = marks.differences(&found);
        differences.extend(marks.mended(&found));
        for (line, what) in differences {
            self.fail(code, line, what);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(examples: &str) -> Vec<String> {
        let text = format!(
            "id: t\nmessage: m\nseverity: ERROR\nlanguages: [python]\npattern: f()\n{examples}"
        );
        let mut loaded = rules::review::load(&text);
        assert_eq!(loaded.problems, []);
        check_examples(&loaded.rules.pop().unwrap())
    }

    #[test]
    fn files_of_an_example_are_compared_each_by_itself() {
        let files = "files: {a.py: \"f()\\n\", b.py: \"# ruleid: t\\nf()\\n\"}";
        let wrong = failures(&format!("examples:\n- {files}\n"));
        assert_eq!(
            wrong,
            ["example at 7:17, its line 1: a finding that no marker expects"]
        );
        let right = failures(&format!("examples:\n- {files}\n  expect: ['a.py:1']\n"));
        assert_eq!(right, Vec::<String>::new());
    }

    #[test]
    fn a_known_mistake_that_is_gone_fails() {
        let wrong = failures("examples:\n- bad: |\n    # todoruleid: t\n    f()\n");
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("it is found now: mark it `ruleid`"));
    }
}
