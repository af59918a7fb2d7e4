//! Writes XML. The writer escapes what is markup; what XML has no place for, not even as a reference, is taken out with
//! [`inert`](super::inert::inert) before.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

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
