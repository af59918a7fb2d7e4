//! A file whose content is on standard input, as editors have it.

use std::io::{self, Read};
use std::path::Path;

use super::open::{ReadError, read_from};
use super::walk::{Found, language_of_text, name};
use super::{Skipped, SourceFile};
use crate::lang::Language;

/// Takes what `reader` holds for the file at `path`, which need not exist. One of no language that is known waits for
/// [`Found::take_texts`].
///
/// # Errors
/// Where it cannot be read.
pub fn piped(reader: impl Read, path: &Path, base: &Path) -> io::Result<Found> {
    let mut found = Found::default();
    let name = name(path, base);
    match read_from(reader) {
        Ok(text) => {
            let language = language_of_text(path, &text);
            let file = SourceFile {
                text: Some(text.into()),
                ..SourceFile::on_disk(name, "-", language.unwrap_or(Language::Regex))
            };
            match language {
                Some(_) => found.files.push(file),
                None => found.texts.push((file, true)),
            }
        }
        Err(ReadError::Skip(reason)) => found.skipped.push(Skipped { name, reason }),
        Err(ReadError::Io(error)) => return Err(error),
    }
    Ok(found)
}
