//! A file whose content is on standard input, as editors have it.

use std::io::{self, Read};
use std::path::Path;

use super::open::{ReadError, read_from};
use super::walk::{Found, language_of_text, name};
use super::{SkipReason, SourceFile};

/// Takes what `reader` holds for the file at `path`, which need not exist.
///
/// # Errors
/// Where it cannot be read.
pub fn piped(reader: impl Read, path: &Path, base: &Path, any_text: bool) -> io::Result<Found> {
    let mut found = Found::default();
    match read_from(reader) {
        Ok(text) => match language_of_text(path, &text, any_text) {
            Some(language) => found.files.push(SourceFile {
                text: Some(text.into()),
                ..SourceFile::on_disk(name(path, base), path, language)
            }),
            None => found.skip(path, base, SkipReason::Language),
        },
        Err(ReadError::Skip(reason)) => found.skip(path, base, reason),
        Err(ReadError::Io(error)) => return Err(error),
    }
    Ok(found)
}
