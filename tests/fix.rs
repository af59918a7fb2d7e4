//! Killed at any moment, `--fix` leaves each file as it was or fixed, and one temporary file at most.
//!
//! Twenty kills, spread over the time that fixing takes; `HONE_FIX=full` makes two hundred of them.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; HONE_FIX asks for more kills, and how many met a write is shown"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use reviewer::fix::TEMPORARY_PREFIX;

/// Enough that writing them takes most of the time.
const FILES: usize = 200;
/// Enough that writing one takes several system calls' time.
const LINES: usize = 60;

#[test]
fn a_kill_leaves_no_half_written_file() {
    let kills = match std::env::var("HONE_FIX").as_deref() {
        Ok("full") => 200,
        _ => 20,
    };
    let took = whole_run();
    let mut cut_short = 0;
    for kill in 0..kills {
        let folder = folder();
        let mut child = reviewer(folder.path()).spawn().unwrap();
        std::thread::sleep(took.mul_f64((f64::from(kill) + 0.5) / f64::from(kills)));
        child.kill().unwrap();
        child.wait().unwrap();
        let fixed = intact(folder.path());
        cut_short += usize::from(0 < fixed && fixed < FILES);
        assert!(reviewer(folder.path()).status().unwrap().success());
        assert_eq!(intact(folder.path()), FILES, "the next run does the rest");
    }
    println!("{cut_short} of {kills} kills came between the first and the last file");
    assert!(
        cut_short > 0,
        "no kill came while files were written: {took:?}"
    );
}

/// How long a run takes that nobody kills.
fn whole_run() -> Duration {
    let folder = folder();
    let started = Instant::now();
    assert!(reviewer(folder.path()).status().unwrap().success());
    let took = started.elapsed();
    assert_eq!(intact(folder.path()), FILES);
    took
}

fn reviewer(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reviewer"));
    let rule = "python/negated-membership-test";
    command
        .current_dir(folder)
        .args(["check", "--no-cache", "--fix", "--rule", rule])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn text(line: &str) -> String {
    format!("{line}\n").repeat(LINES)
}

fn old() -> String {
    text("print(not key in table)")
}

fn new() -> String {
    text("print(key not in table)")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in 0..FILES {
        fs::write(folder.path().join(format!("{file}.py")), old()).unwrap();
    }
    folder
}

/// How many files are fixed; the others are as they were.
fn intact(folder: &Path) -> usize {
    let mut fixed = 0;
    let mut temporary = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with(TEMPORARY_PREFIX) && name.ends_with(".tmp") {
            temporary += 1;
            continue;
        }
        let content = fs::read_to_string(&path).unwrap();
        assert!(
            content == old() || content == new(),
            "{name} is half written: {content}"
        );
        fixed += usize::from(content == new());
    }
    assert!(temporary <= 1, "{temporary} temporary files");
    fixed
}
