//! The same bytes for any number of threads, any order of files, with and without kept results; and results that are
//! kept survive being killed and sharing their folder.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; HONE_KILLS asks for more of them"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Folders of this repository with sources of every language, some of them broken.
const SOURCES: [&str; 3] = ["review", "counts", "fragments"];

fn tests() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests"))
}

fn check(cache: Option<&Path>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reviewer"));
    command
        .current_dir(tests())
        .args(["check", "--config", "pedantic", "--format", "json"]);
    match cache {
        Some(folder) => command.arg("--cache-dir").arg(folder),
        None => command.arg("--no-cache"),
    };
    command
}

fn output(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.code().is_some(), "{output:?}");
    output.stdout
}

/// Every source below the folders.
fn files() -> Vec<PathBuf> {
    let mut folders: Vec<_> = SOURCES.iter().map(|name| tests().join(name)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files.retain(|path| {
        let source = ["py", "java", "rs", "js", "ts", "tsx", "go"];
        path.extension()
            .is_some_and(|e| source.iter().any(|s| e == *s))
    });
    files.sort();
    files
}

#[test]
fn twenty_runs_print_the_same_bytes() {
    let kept = tempfile::tempdir().unwrap();
    let mut files = files();
    assert!(files.len() > 60, "{} files", files.len());
    let expected = output(check(None).args(&files));
    assert!(expected.len() > 10_000, "{} bytes", expected.len());
    for run in 0..20 {
        let at = run * 7 % files.len();
        files.rotate_left(at);
        let cache = (run % 3 > 0).then_some(kept.path());
        let threads = ["1", "2", "8"][run % 3];
        let found = output(check(cache).args(["--threads", threads]).args(&files));
        assert!(found == expected, "run {run} differs");
    }
}

#[test]
fn two_reviews_at_once_share_a_cache() {
    let kept = tempfile::tempdir().unwrap();
    let expected = output(check(None).args(SOURCES));
    let both: Vec<_> = (0..2)
        .map(|_| {
            let mut command = check(Some(kept.path()));
            command.args(SOURCES).stdout(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for one in both {
        assert!(one.wait_with_output().unwrap().stdout == expected);
    }
}

/// 20 kills, or as many as `HONE_KILLS` says.
#[test]
fn a_review_that_is_killed_leaves_no_half_result() {
    let kills = std::env::var("HONE_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let expected = output(check(None).args(SOURCES));
    let started = std::time::Instant::now();
    output(check(None).args(SOURCES));
    let whole = started.elapsed();
    let kept = tempfile::tempdir().unwrap();
    let mut early = 0;
    for kill in 0..kills {
        // Every fifth folder starts empty, so that kills meet writes and not only reads.
        if kill % 5 == 0 {
            std::fs::remove_dir_all(kept.path()).unwrap();
        }
        let mut command = check(Some(kept.path()));
        let mut running = command.args(SOURCES).stdout(Stdio::null()).spawn().unwrap();
        let after = whole.mul_f64(f64::from(kill % 17) / 12.0);
        std::thread::sleep(after.max(Duration::from_millis(1)));
        running.kill().unwrap();
        early += u32::from(running.wait().unwrap().code().is_none());
        assert!(
            output(check(Some(kept.path())).args(SOURCES)) == expected,
            "kill {kill}"
        );
    }
    println!("{early} of {kills} reviews were killed before their end");
    assert!(early > 0);
}
