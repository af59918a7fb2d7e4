//! The content of files that are not on disk, from one `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{GitError, Repository};
use crate::source::ReadError;
use crate::source::open::read_from;

const UNKNOWN: GitError = GitError::Answer("cat-file --batch");

/// Reads blobs, one after the other.
pub(in crate::source) struct Blobs {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Blobs {
    pub(in crate::source) fn open(repository: &Repository) -> Result<Blobs, GitError> {
        let mut command = repository.command("cat-file", ["--batch"]);
        // What goes wrong with one blob is told in the answer.
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn()?;
        let answers = child.stdout.take().ok_or(UNKNOWN)?;
        Ok(Blobs {
            requests: child.stdin.take(),
            answers: BufReader::new(answers),
            child,
        })
    }

    /// The text of a blob, under the same limits as that of a file.
    pub(in crate::source) fn text(
        &mut self,
        id: &str,
    ) -> Result<Result<String, ReadError>, GitError> {
        let requests = self.requests.as_mut().ok_or(UNKNOWN)?;
        requests.write_all(format!("{id}\n").as_bytes())?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let mut words = header.split_whitespace().skip(1);
        let (kind, size) = (words.next(), words.next());
        let size: u64 = match (kind, size.map(str::parse)) {
            (Some("blob"), Some(Ok(size))) => size,
            (Some("missing"), None) => return Ok(Err(missing(id).into())),
            _ => return Err(UNKNOWN),
        };
        let mut content = self.answers.by_ref().take(size);
        let text = read_from(&mut content);
        // The rest of one that is too large.
        io::copy(&mut content, &mut io::sink())?;
        self.answers.read_exact(&mut [0])?;
        Ok(text)
    }
}

fn missing(id: &str) -> io::Error {
    let message = format!(
        "its content {id} is not in this clone, which is partial or damaged; `git fetch --refetch --no-filter` gets it"
    );
    io::Error::new(io::ErrorKind::NotFound, message)
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // It ends when there are no further requests.
        self.requests = None;
        let _ = self.child.wait();
    }
}
