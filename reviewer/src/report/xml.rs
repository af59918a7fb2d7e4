//! Writes XML, in which hostile text stays text.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use super::inert::{inert, inert_line};

/// What the formats write into.
pub(super) type Xml = Writer<Vec<u8>>;

/// A document with the elements that `write` makes.
pub(super) fn document(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    let declaration = BytesDecl::new("1.0", Some("UTF-8"), None);
    xml.write_event(Event::Decl(declaration))
        .and_then(|()| write(&mut xml))
        .expect("a vector takes every byte");
    let text = String::from_utf8(xml.into_inner()).expect("only texts were written");
    text + "\n"
}

/// Text for an attribute: a parser would make blanks of its line breaks.
pub(super) fn attribute(text: &str) -> String {
    characters(inert_line(text))
}

/// Text between tags.
pub(super) fn content(text: &str) -> String {
    characters(inert(text))
}

/// XML 1.0 has no place for these, not even as references.
fn characters(text: String) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "?")
}
