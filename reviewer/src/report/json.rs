//! Our own JSON.

use super::document::{
    Cost, Document, Finding, Fix, Function, Outcome, Position, Problem, RuleCount, Skipped, Stats,
    Step, Suppressed,
};
use super::inert::inert_json_pretty;
use super::{Report, statistics};
use crate::review::{self, Place, Suppression};

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// The review as one document.
pub fn json(report: &Report<'_>) -> String {
    let findings = report.review.findings.iter();
    inert_json_pretty(&Document {
        version: VERSION,
        findings: findings
            .map(|finding| self::finding(finding, report))
            .collect(),
        suppressed: suppressed(report).collect(),
        problems: problems(report).collect(),
        skipped: skipped(report).collect(),
        outcome: outcome(report),
        files: report.extras.files.then_some(&report.review.reviewed),
    })
}

/// The JSON schema (draft 2020-12) of [`json`].
pub fn json_schema() -> String {
    inert_json_pretty(&schemars::schema_for!(Document<'_>))
}

pub(super) fn finding<'a>(finding: &'a review::Finding, report: &Report<'a>) -> Finding<'a> {
    let rule = report.rule(&finding.rule);
    let metadata = rule.map(|rule| &rule.metadata);
    let place = &finding.place;
    Finding {
        rule: &finding.rule,
        title: rule.map(|rule| rule.title.as_str()),
        severity: finding.severity,
        confidence: finding.confidence,
        category: metadata.map(|metadata| metadata.category.as_str()),
        cwe: metadata.map_or(&[], |metadata| &metadata.cwe),
        message: &finding.message,
        help: report.help(&finding.rule),
        fingerprint: &finding.fingerprint,
        path: &place.path,
        start: position(place.start),
        end: position(place.end),
        bytes: bytes(place),
        lines: &finding.excerpt.text,
        function: finding.function.as_ref().map(|function| Function {
            name: &function.name,
            start_line: function.lines.0,
            end_line: function.lines.1,
        }),
        cost: finding.cost.map(|cost| Cost {
            function: cost.function,
            lines: cost.lines,
        }),
        fix: finding.fix.as_ref().map(|fix| Fix {
            start: position(fix.place.start),
            end: position(fix.place.end),
            bytes: bytes(&fix.place),
            text: &fix.text,
            safety: fix.safety,
        }),
        metavariables: finding
            .metavariables
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect(),
        steps: finding.path.iter().map(step).collect(),
    }
}

fn step(step: &review::Step) -> Step<'_> {
    let place = &step.place;
    Step {
        path: &place.path,
        start: position(place.start),
        end: position(place.end),
        bytes: bytes(place),
        lines: &step.line,
        note: &step.note,
    }
}

pub(super) fn suppressed<'a>(report: &Report<'a>) -> impl Iterator<Item = Suppressed<'a>> {
    report.review.suppressed.iter().map(|suppressed| {
        let (by, reason) = match &suppressed.by {
            Suppression::Comment { reason } => ("comment", reason.as_deref()),
            Suppression::Baseline => ("baseline", None),
        };
        Suppressed {
            by,
            reason,
            finding: finding(&suppressed.finding, report),
        }
    })
}

pub(super) fn problems<'a>(report: &Report<'a>) -> impl Iterator<Item = Problem<'a>> {
    report.review.problems.iter().map(|problem| Problem {
        about: &problem.about,
        message: &problem.message,
        fatal: problem.fatal,
    })
}

pub(super) fn skipped<'a>(report: &Report<'a>) -> impl Iterator<Item = Skipped<'a>> {
    report.review.skipped.iter().map(|skipped| Skipped {
        path: &skipped.name,
        reason: skipped.reason.to_string(),
    })
}

pub(super) fn outcome<'a>(report: &Report<'a>) -> Outcome<'a> {
    let stats = &report.review.stats;
    let counts = || {
        let counts = statistics::count(report.review).into_iter();
        counts.map(|count| RuleCount {
            rule: count.rule,
            severity: count.severity,
            findings: count.findings,
            fixable: count.fixable,
        })
    };
    Outcome {
        complete: !report.review.is_incomplete(),
        stats: Stats {
            files: stats.files,
            parsed: stats.parsed,
            with_syntax_errors: stats.with_syntax_errors,
            bytes: stats.bytes,
            rules: report.rules.len(),
        },
        statistics: report.extras.statistics.then(|| counts().collect()),
    }
}

fn position(position: review::Position) -> Position {
    Position {
        line: position.line,
        column: position.column,
    }
}

fn bytes(place: &Place) -> [u32; 2] {
    [place.bytes.start, place.bytes.end]
}
