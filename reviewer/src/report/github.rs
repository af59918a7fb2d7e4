//! GitHub Actions' workflow commands, which become annotations of a pull request.

use rules::review::Severity;

use super::inert::in_one_line;
use super::summary::headline;
use super::{Report, sentence, steps};
use crate::review::{Finding, Place};

/// GitHub shows this many annotations of a kind for each step.
const SHOWN: usize = 10;

/// The worst problems and findings as annotations, as many as GitHub shows, and a last one that says how many there are
/// in all.
pub fn github(report: &Report<'_>) -> String {
    let findings = report.review.findings.iter();
    let (skipped, problems): (Vec<_>, Vec<_>) = report
        .notes()
        .partition(|note| note.severity == Severity::Info);
    let note = |note: super::notes::Note<'_>| {
        let message = format!("{}: {}", note.about, note.message);
        (
            note.severity,
            command(note.severity, None, note.id, &message),
        )
    };
    let commands: Vec<_> = problems
        .into_iter()
        .map(note)
        .chain(findings.map(|finding| (finding.severity, annotation(finding, report))))
        .chain(skipped.into_iter().map(note))
        .collect();
    let mut out = String::new();
    let mut left = 0;
    // The last notice is the one that says what is left out.
    for (severity, most) in [
        (Severity::Error, SHOWN),
        (Severity::Warning, SHOWN),
        (Severity::Info, SHOWN - 1),
    ] {
        let of_severity = commands.iter().filter(|(of, _)| *of == severity);
        left += of_severity.clone().count().saturating_sub(most);
        out.extend(of_severity.take(most).map(|(_, command)| command.as_str()));
    }
    let mut end = headline(report);
    if left > 0 {
        end += &format!(
            " {left} more annotations are left out, since GitHub shows {SHOWN} of a kind."
        );
    }
    if report.review.is_incomplete() {
        end += " The review is incomplete: see the errors.";
    }
    out + &command(Severity::Info, None, "Hone reviewer", &end)
}

fn annotation(finding: &Finding, report: &Report<'_>) -> String {
    let help = report.help(&finding.rule);
    let source = finding.source().map_or(String::new(), |source| {
        format!("The value comes from {}. ", steps::at(source, ""))
    });
    let message = format!("{} {source}{help}", sentence(&finding.message));
    command(
        finding.severity,
        Some(&finding.place),
        &finding.rule,
        &message,
    )
}

fn command(severity: Severity, place: Option<&Place>, title: &str, message: &str) -> String {
    let name = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(Place {
        path, start, end, ..
    }) = place
    {
        properties.push(format!("file={}", property(path)));
        properties.push(format!("line={},endLine={}", start.line, end.line));
        // GitHub takes columns only within one line.
        if start.line == end.line {
            properties.push(format!("col={},endColumn={}", start.column, end.column));
        }
    }
    properties.push(format!("title={}", property(title)));
    format!("::{name} {}::{}\n", properties.join(","), data(message))
}

/// Text after the second `::`. There is no line break in it, so no other command can follow.
fn data(text: &str) -> String {
    in_one_line(text).replace('%', "%25")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_its_command() {
        let hostile = "x\n::error file=a::b\r\u{1b}[0m 100%0A,";
        assert_eq!(
            command(Severity::Warning, None, hostile, hostile),
            "::warning title=x %3A%3Aerror file=a%3A%3Ab ?[0m 100%250A%2C::x ::error file=a::b ?[0m 100%250A,\n"
        );
    }
}
