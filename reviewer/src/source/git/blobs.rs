//! The content of files that are not on disk, from `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{GitError, Repository};
use crate::source::open::read_from;
use crate::source::{MAX_BYTES, ReadError, SkipReason};

const UNKNOWN: GitError = GitError::Answer("cat-file --batch");

/// Reads blobs, one after the other.
pub(in crate::source) struct Blobs<'a> {
    repository: &'a Repository,
    process: Option<Process>,
}

impl<'a> Blobs<'a> {
    /// Starts nothing yet.
    pub(in crate::source) fn new(repository: &'a Repository) -> Blobs<'a> {
        Blobs {
            repository,
            process: None,
        }
    }

    /// The text of a blob, under the same limits as that of a file.
    pub(in crate::source) fn text(
        &mut self,
        id: &str,
    ) -> Result<Result<String, ReadError>, GitError> {
        let process = match &mut self.process {
            Some(process) => process,
            none => none.insert(Process::start(self.repository)?),
        };
        match process.size(id)? {
            None => Ok(Err(missing(id).into())),
            Some(size) if size > MAX_BYTES => {
                // The content is about to come; stopping it takes less than a video does.
                self.process = None;
                Ok(Err(ReadError::Skip(SkipReason::TooLarge)))
            }
            Some(size) => {
                let text = read_from(process.answers.by_ref().take(size));
                process.answers.read_exact(&mut [0])?;
                Ok(text)
            }
        }
    }
}

/// A running `git cat-file`.
struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    fn start(repository: &Repository) -> Result<Process, GitError> {
        let mut command = repository.command("cat-file", ["--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        // What goes wrong with one blob is told in the answer.
        let mut child = command.stderr(Stdio::null()).spawn()?;
        let (requests, answers) = (child.stdin.take(), child.stdout.take());
        Ok(Process {
            child,
            requests: requests.ok_or(UNKNOWN)?,
            answers: BufReader::new(answers.ok_or(UNKNOWN)?),
        })
    }

    /// Asks for a blob. Returns how long the content is that follows, with a line break; nothing where there is none.
    fn size(&mut self, id: &str) -> Result<Option<u64>, GitError> {
        self.requests.write_all(format!("{id}\n").as_bytes())?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let mut words = header.split_whitespace().skip(1);
        match (words.next(), words.next().map(str::parse)) {
            (Some("blob"), Some(Ok(size))) => Ok(Some(size)),
            (Some("missing"), None) => Ok(None),
            _ => Err(UNKNOWN),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn missing(id: &str) -> io::Error {
    let message = format!(
        "its content {id} is not in this clone, which is partial or damaged; `git fetch --refetch --no-filter` gets it"
    );
    io::Error::new(io::ErrorKind::NotFound, message)
}
