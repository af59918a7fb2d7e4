//! Reads what a comparison prints with `--raw -z`.

use std::path::PathBuf;

use super::{GitError, path};

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Entry {
    /// Where it is now, from the top of the work tree.
    pub(in crate::source) path: PathBuf,
    /// What it was.
    pub(in crate::source) old: Content,
    /// What it is.
    pub(in crate::source) new: Content,
}

/// One side of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) enum Content {
    /// There is no such file.
    Absent,
    /// A regular file, by the id of its content.
    Blob(String),
    /// A regular file of the work tree.
    WorkTree,
    /// A symbolic link.
    Link,
    /// Another repository.
    Submodule,
}

/// Reads entries: `:100644 100644 ID ID M`, then the path, each ended by NUL. A rename has two paths.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Entry>, GitError> {
    const UNKNOWN: GitError = GitError::Answer("diff --raw");
    let mut fields = text.split(|byte| *byte == 0);
    let mut entries = Vec::new();
    while let Some(header) = fields.next().filter(|field| !field.is_empty()) {
        let header = std::str::from_utf8(header).map_err(|_| UNKNOWN)?;
        let header: Vec<_> = header.split(' ').collect();
        let [old_mode, new_mode, old_id, new_id, status] = header[..] else {
            return Err(UNKNOWN);
        };
        let mut name = fields.next().ok_or(UNKNOWN)?;
        if status.starts_with(['R', 'C']) {
            name = fields.next().ok_or(UNKNOWN)?;
        }
        if status == "U" {
            return Err(GitError::Unmerged(path(name)));
        }
        entries.push(Entry {
            path: path(name),
            old: content(old_mode.trim_start_matches(':'), old_id),
            new: content(new_mode, new_id),
        });
    }
    Ok(entries)
}

fn content(mode: &str, id: &str) -> Content {
    match mode {
        "100644" | "100755" if id.bytes().all(|digit| digit == b'0') => Content::WorkTree,
        "100644" | "100755" => Content::Blob(id.to_owned()),
        "120000" => Content::Link,
        "160000" => Content::Submodule,
        _ => Content::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: &str = "0000000000000000000000000000000000000000";
    const ID: &str = "73cdb8bcc8734ee0facfc9ef313edee31ea87bd9";

    #[test]
    fn entries_are_told_apart_by_their_modes() {
        let text = format!(
            ":100644 100755 {ID} {ZERO} M\0a\nb.py\0:100644 100644 {ID} {ID} R100\0old\0new\0\
             :000000 120000 {ZERO} {ID} A\0l\0:160000 000000 {ID} {ZERO} D\0sub\0"
        );
        let blob = || Content::Blob(ID.to_owned());
        let entry = |path: &str, old, new| Entry {
            path: path.into(),
            old,
            new,
        };
        assert_eq!(
            parse(text.as_bytes()).unwrap(),
            [
                entry("a\nb.py", blob(), Content::WorkTree),
                entry("new", blob(), blob()),
                entry("l", Content::Absent, Content::Link),
                entry("sub", Content::Submodule, Content::Absent),
            ]
        );
    }

    #[test]
    fn a_cut_answer_is_an_error_or_fewer_entries() {
        let text = format!(":100644 100644 {ID} {ID} R100\0old\0new\0");
        assert!((1..text.len() - 4).all(|end| parse(&text.as_bytes()[..end]).is_err()));
        assert!(parse(b"").unwrap().is_empty());
    }

    #[test]
    fn a_conflict_is_an_error() {
        let text = format!(":000000 000000 {ZERO} {ZERO} U\0a.py\0");
        assert!(matches!(parse(text.as_bytes()), Err(GitError::Unmerged(path)) if path == *"a.py"));
    }
}
