//! What `--fix` writes, and what it leaves alone.
//!
//! Killed at any moment, it leaves each file as it was or fixed, and one temporary file at most.
//!
//! Twenty kills, spread over the time that writing takes; `HONE_FIX=full` makes two hundred of them.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; HONE_FIX asks for more kills, and how many met a write is shown"
)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use reviewer::fix::TEMPORARY_PREFIX;

const FILES: usize = 50;
/// The rest of each file: writing it takes a while, and there is nothing to review in it.
const REMARKS: usize = 500;

#[test]
fn a_kill_leaves_no_half_written_file() {
    let kills = match std::env::var("HONE_FIX").as_deref() {
        Ok("full") => 200,
        _ => 20,
    };
    let took = writing();
    let mut cut_short = 0;
    for kill in 0..kills {
        let folder = folder();
        let mut child = reviewer(folder.path()).spawn().unwrap();
        wait_for(folder.path(), FIRST);
        std::thread::sleep(took.mul_f64(f64::from(kill) / f64::from(kills)));
        child.kill().unwrap();
        child.wait().unwrap();
        let fixed = intact(folder.path());
        cut_short += usize::from(fixed < FILES);
        assert!(reviewer(folder.path()).status().unwrap().success());
        assert_eq!(intact(folder.path()), FILES, "the next run does the rest");
    }
    println!("{cut_short} of {kills} kills came while files were written, which took {took:.0?}");
    assert!(cut_short > 0, "every kill came too late");
}

/// A window of a few microseconds would escape most kills: no file is ever written to, each is put in the place of
/// another.
#[test]
fn a_file_is_replaced_and_never_written_to() {
    let folder = folder();
    let ids = || (FIRST..=LAST).map(|file| fs::metadata(path(folder.path(), file)).unwrap().ino());
    let before: Vec<_> = ids().collect();
    assert!(reviewer(folder.path()).status().unwrap().success());
    assert!(before.into_iter().zip(ids()).all(|(old, new)| old != new));
    assert_eq!(intact(folder.path()), FILES);
}

#[test]
fn standard_input_is_printed_with_its_fixes() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_reviewer"))
        .current_dir(folder.path())
        .args([
            "check",
            "--no-cache",
            "--fix",
            "--stdin-filename",
            "shop.py",
            "-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"raise NotImplemented\r\nprint()").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"raise NotImplementedError\r\nprint()");
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(
        report.contains("Fixed 1 finding in 1 file.\nNo findings in 1 file"),
        "{report}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_written_costs_itself_alone() {
    let folder = folder();
    let locked = path(folder.path(), FIRST);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).unwrap();
    let status = reviewer(folder.path()).status().unwrap();
    assert_eq!(status.code(), Some(2));
    assert_eq!(intact(folder.path()), FILES - 1);
    assert_eq!(fs::read_to_string(&locked).unwrap(), old());
}

#[test]
fn what_is_staged_and_no_longer_in_the_work_tree_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        let command = command.current_dir(folder.path()).args(arguments);
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
    };
    let (same, edited) = (
        folder.path().join("same.py"),
        folder.path().join("edited.py"),
    );
    git(&["init", "--quiet"]);
    fs::write(&same, old()).unwrap();
    fs::write(&edited, old()).unwrap();
    git(&["add", "."]);
    fs::write(&edited, old() + "# edited\n").unwrap();
    let status = reviewer(folder.path()).arg("--staged").status().unwrap();
    assert_eq!(status.code(), Some(2));
    assert_eq!(fs::read_to_string(&same).unwrap(), new());
    assert_eq!(fs::read_to_string(&edited).unwrap(), old() + "# edited\n");
}

/// The file that is written first, and the one that is written last.
const FIRST: usize = 1_000;
const LAST: usize = FIRST + FILES - 1;

/// How long the writing takes in a run that nobody kills.
fn writing() -> Duration {
    let folder = folder();
    let mut child = reviewer(folder.path()).spawn().unwrap();
    wait_for(folder.path(), FIRST);
    let started = Instant::now();
    wait_for(folder.path(), LAST);
    let took = started.elapsed();
    assert!(child.wait().unwrap().success());
    assert_eq!(intact(folder.path()), FILES);
    took
}

/// Returns when the file has its new size.
fn wait_for(folder: &Path, file: usize) {
    let new = new().len() as u64;
    let started = Instant::now();
    while fs::metadata(path(folder, file)).unwrap().len() != new {
        assert!(started.elapsed() < MOST, "nothing is written");
        std::thread::sleep(Duration::from_micros(100));
    }
}

/// Longer is a hang.
const MOST: Duration = Duration::from_secs(60);

fn reviewer(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reviewer"));
    let rule = "python/not-implemented-raised";
    command
        .current_dir(folder)
        .args(["check", "--no-cache", "--fix", "--rule", rule])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn text(code: &str) -> String {
    let remarks = "What follows from this is written elsewhere.\n".repeat(REMARKS);
    format!("{code}\n\"\"\"\n{remarks}\"\"\"\n")
}

fn old() -> String {
    text("raise NotImplemented")
}

fn new() -> String {
    text("raise NotImplementedError")
}

fn path(folder: &Path, file: usize) -> PathBuf {
    folder.join(format!("{file}.py"))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in FIRST..=LAST {
        fs::write(path(folder.path(), file), old()).unwrap();
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
            "{name} is half written: {} bytes",
            content.len()
        );
        fixed += usize::from(content == new());
    }
    assert!(temporary <= 1, "{temporary} temporary files");
    fixed
}
