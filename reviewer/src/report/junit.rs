//! JUnit's XML: each finding is a test that failed, in a suite for its file.
//!
//! A last suite is about the review itself: what could not be done is an error there, what was passed over or is hidden
//! is a skipped test.

use std::io;

use quick_xml::events::BytesText;
use rules::review::Severity;

use super::inert::{inert, inert_line};
use super::xml::{self, Xml};
use super::{Report, steps};
use crate::review::{Finding, Suppression};

/// What became of a test.
enum Outcome {
    Passed,
    Failure { kind: &'static str, text: String },
    Error,
    Skipped,
}

/// A test.
struct Case {
    class: String,
    name: String,
    message: String,
    outcome: Outcome,
}

/// A suite of tests.
struct Suite {
    name: String,
    cases: Vec<Case>,
}

/// The review as test suites.
pub fn junit(report: &Report<'_>) -> String {
    let findings = report.by_path();
    let by_file = findings.chunk_by(|a, b| a.place.path == b.place.path);
    let mut suites: Vec<_> = by_file
        .map(|findings| Suite {
            name: findings[0].place.path.clone(),
            cases: findings
                .iter()
                .map(|finding| failure(finding, report))
                .collect(),
        })
        .collect();
    suites.push(Suite {
        name: "reviewer".into(),
        cases: about_the_review(report),
    });
    xml::document(|xml| {
        let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
        let root = xml
            .create_element("testsuites")
            .with_attribute(("name", "Hone reviewer"))
            .with_attribute(("tests", tests.to_string().as_str()));
        root.write_inner_content(|xml| {
            suites.iter().try_for_each(|suite| write_suite(xml, suite))
        })?;
        Ok(())
    })
}

fn failure(finding: &Finding, report: &Report<'_>) -> Case {
    let path = match finding.path.is_empty() {
        true => String::new(),
        false => steps::table(finding, usize::MAX) + "\n\n",
    };
    let text = format!(
        "{}: {}\n\n{}\n\n{path}{}",
        at(finding),
        finding.message,
        finding.excerpt.text,
        report.help(&finding.rule)
    );
    Case {
        class: finding.rule.clone(),
        name: at(finding),
        message: finding.message.clone(),
        outcome: Outcome::Failure {
            kind: finding.severity.name(),
            text,
        },
    }
}

fn about_the_review(report: &Report<'_>) -> Vec<Case> {
    let mut cases: Vec<_> = report
        .notes()
        .map(|note| Case {
            class: note.id.into(),
            name: note.about.into(),
            message: note.message.into_owned(),
            outcome: match note.severity {
                Severity::Error => Outcome::Error,
                Severity::Warning | Severity::Info => Outcome::Skipped,
            },
        })
        .collect();
    cases.extend(report.review.suppressed.iter().map(|suppressed| Case {
        class: suppressed.finding.rule.clone(),
        name: at(&suppressed.finding),
        message: match &suppressed.by {
            Suppression::Comment {
                reason: Some(reason),
            } => format!("hidden by a comment: {reason}"),
            Suppression::Comment { reason: None } => "hidden by a comment".into(),
            Suppression::Baseline => "hidden by the baseline".into(),
        },
        outcome: Outcome::Skipped,
    }));
    if !report.review.is_incomplete() {
        cases.push(Case {
            class: "reviewer/complete".into(),
            name: "the review is complete".into(),
            message: String::new(),
            outcome: Outcome::Passed,
        });
    }
    cases
}

fn at(finding: &Finding) -> String {
    let start = finding.place.start;
    format!("{}:{}:{}", finding.place.path, start.line, start.column)
}

fn write_suite(xml: &mut Xml, suite: &Suite) -> io::Result<()> {
    let count = |is: fn(&Outcome) -> bool| {
        let counted = suite.cases.iter().filter(|case| is(&case.outcome));
        counted.count().to_string()
    };
    let failures = count(|outcome| matches!(outcome, Outcome::Failure { .. }));
    let errors = count(|outcome| matches!(outcome, Outcome::Error));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped));
    xml.create_element("testsuite")
        .with_attributes([
            ("name", inert_line(&suite.name).as_str()),
            ("tests", &suite.cases.len().to_string()),
            ("failures", &failures),
            ("errors", &errors),
            ("skipped", &skipped),
        ])
        .write_inner_content(|xml| {
            suite
                .cases
                .iter()
                .try_for_each(|case| write_case(xml, case))
        })?;
    Ok(())
}

fn write_case(xml: &mut Xml, case: &Case) -> io::Result<()> {
    let message = inert_line(&case.message);
    let element = xml.create_element("testcase").with_attributes([
        ("classname", inert_line(&case.class).as_str()),
        ("name", &inert_line(&case.name)),
    ]);
    let child = |xml: &mut Xml, name: &str| {
        let child = xml.create_element(name);
        child
            .with_attribute(("message", message.as_str()))
            .write_empty()?;
        Ok(())
    };
    match &case.outcome {
        Outcome::Passed => element.write_empty()?,
        Outcome::Error => element.write_inner_content(|xml| child(xml, "error"))?,
        Outcome::Skipped => element.write_inner_content(|xml| child(xml, "skipped"))?,
        Outcome::Failure { kind, text } => element.write_inner_content(|xml| {
            xml.create_element("failure")
                .with_attributes([("type", *kind), ("message", message.as_str())])
                .write_text_content(BytesText::new(&inert(text)))?;
            Ok(())
        })?,
    };
    Ok(())
}
