//! Transcripts of the program: each Markdown file of `tests/cli/` is a session whose commands must print just
//! what it shows. The README's session is one of them. `TRYCMD=overwrite cargo test` rewrites what they show.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "hooks find the program, and git, on PATH"
)]

use std::path::{Path, PathBuf};

#[test]
fn transcripts() {
    let reviewer = Path::new(env!("CARGO_BIN_EXE_reviewer"));
    let path = std::env::var("PATH").unwrap();
    let folder = reviewer.parent().unwrap().display();
    trycmd::TestCases::new()
        .register_bin("reviewer", reviewer)
        .register_bins(["git", "sed"].map(|name| (name, found(name, &path))))
        .env("PATH", format!("{folder}:{path}"))
        .env("GIT_AUTHOR_NAME", "nobody")
        .env("GIT_AUTHOR_EMAIL", "nobody@example.com")
        .env("GIT_COMMITTER_NAME", "nobody")
        .env("GIT_COMMITTER_EMAIL", "nobody@example.com")
        .case("../tests/cli/*.md");
}

/// A program on PATH.
fn found(name: &str, path: &str) -> PathBuf {
    let folders = path.split(':').map(|folder| Path::new(folder).join(name));
    let mut found = folders.filter(|program| program.is_file());
    found.next().unwrap()
}
