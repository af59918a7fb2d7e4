//! A file whose content is on standard input, as editors have it.

use std::io::{self, Read};
use std::path::Path;

use super::open::{ReadError, read_from};
use super::walk::{Found, language_of_text, name};
use super::{SkipReason, Skipped, SourceFile};

/// Takes what `reader` holds for the file at `path`, which need not exist.
///
/// # Errors
/// Where it cannot be read.
pub fn piped(reader: impl Read, path: &Path, base: &Path, any_text: bool) -> io::Result<Found> {
    let mut found = Found::default();
    let name = name(path, base);
    let reason = match read_from(reader) {
        Ok(text) => match language_of_text(path, &text, any_text) {
            Some(language) => {
                let file = SourceFile::on_disk(name, "-", language);
                found.files.push(SourceFile {
                    text: Some(text.into()),
                    ..file
                });
                return Ok(found);
            }
            None => SkipReason::Language,
        },
        Err(ReadError::Skip(reason)) => reason,
        Err(ReadError::Io(error)) => return Err(error),
    };
    found.skipped.push(Skipped { name, reason });
    Ok(found)
}
