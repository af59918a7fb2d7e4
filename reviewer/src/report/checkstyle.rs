//! Checkstyle's XML, which many services read. What was not reviewed stands in it beside the findings.

use std::io;

use rules::review::Severity;

use super::Report;
use super::inert::inert_line;
use super::xml::{self, Xml};

/// One `error` element.
struct Entry<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    severity: Severity,
    message: &'a str,
    source: &'a str,
}

/// The review as a list of files with their findings.
pub fn checkstyle(report: &Report<'_>) -> String {
    let findings = report.by_path().into_iter().map(|finding| Entry {
        file: &finding.place.path,
        line: finding.place.start.line,
        column: finding.place.start.column,
        severity: finding.severity,
        message: &finding.message,
        source: &finding.rule,
    });
    let notes: Vec<_> = report.notes().collect();
    let notes = notes.iter().map(|note| Entry {
        file: note.about,
        line: 1,
        column: 1,
        severity: note.severity,
        message: &note.message,
        source: note.id,
    });
    let entries: Vec<_> = findings.chain(notes).collect();
    xml::document(|xml| {
        xml.create_element("checkstyle")
            .with_attribute(("version", "8.0"))
            .write_inner_content(|xml| {
                let files = entries.chunk_by(|a, b| a.file == b.file);
                files.into_iter().try_for_each(|file| write_file(xml, file))
            })?;
        Ok(())
    })
}

fn write_file(xml: &mut Xml, entries: &[Entry<'_>]) -> io::Result<()> {
    xml.create_element("file")
        .with_attribute(("name", inert_line(entries[0].file).as_str()))
        .write_inner_content(|xml| entries.iter().try_for_each(|entry| write_entry(xml, entry)))?;
    Ok(())
}

fn write_entry(xml: &mut Xml, entry: &Entry<'_>) -> io::Result<()> {
    xml.create_element("error")
        .with_attributes([
            ("line", entry.line.to_string().as_str()),
            ("column", &entry.column.to_string()),
            ("severity", entry.severity.name()),
            ("message", &inert_line(entry.message)),
            ("source", &inert_line(entry.source)),
        ])
        .write_empty()?;
    Ok(())
}
