//! `reviewer hook`, and the hook at work.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::repository::{Repository, isolated};

fn hook(repository: &Repository, arguments: &[&str]) -> Output {
    let mut command = isolated(env!("CARGO_BIN_EXE_reviewer"));
    command
        .arg("hook")
        .args(arguments)
        .current_dir(repository.top());
    command.output().unwrap()
}

/// `git commit`, with the reviewer on PATH or not.
fn commit(repository: &Repository, with_reviewer: bool, arguments: &[&str]) -> Output {
    let programs = Path::new(env!("CARGO_BIN_EXE_reviewer")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = if with_reviewer {
        format!("{}:{path}", programs.display())
    } else {
        path
    };
    let mut command = isolated("git");
    command
        .args(["commit", "-q", "-m", "change"])
        .args(arguments);
    command
        .env("PATH", path)
        .current_dir(repository.top())
        .output()
        .unwrap()
}

/// A fault that the default pack finds.
const FAULT: &str = "def f():\n    try:\n        return 1\n    finally:\n        return 2\n";

#[test]
fn it_blocks_a_commit_that_brings_findings_and_lets_others_pass() {
    let repository = Repository::new(&[("a.py", "x = 1\n")]);
    let installed = hook(&repository, &["install"]);
    assert!(installed.status.success(), "{installed:?}");
    repository.stage("a.py", FAULT);
    let blocked = commit(&repository, true, &[]);
    assert_eq!(blocked.status.code(), Some(1), "{blocked:?}");
    assert!(
        String::from_utf8_lossy(&blocked.stderr).contains("python/return-in-finally"),
        "{blocked:?}"
    );
    // Part of what is staged: git makes another index for it.
    repository.stage("b.py", "y = 1\n");
    assert!(commit(&repository, true, &["b.py"]).status.success());
    assert!(!commit(&repository, true, &["-a"]).status.success());
    let alone = commit(&repository, false, &[]);
    assert_eq!(alone.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&alone.stderr).contains("reviewer is not on PATH"),
        "{alone:?}"
    );
    assert!(hook(&repository, &["uninstall"]).status.success());
    assert!(commit(&repository, false, &[]).status.success());
}

#[test]
fn a_hook_of_somebody_else_is_left_alone() {
    let repository = Repository::new(&[]);
    let path = repository.top().join(".git/hooks/pre-commit");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "#!/bin/sh\nexit 0\n").unwrap();
    let refused = hook(&repository, &["install"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("\n  reviewer check --staged"),
        "{refused:?}"
    );
    assert_eq!(hook(&repository, &["uninstall"]).status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), "#!/bin/sh\nexit 0\n");
    assert!(hook(&repository, &["install", "--force"]).status.success());
    assert!(hook(&repository, &["install"]).status.success());
    assert!(hook(&repository, &["uninstall"]).status.success());
    assert!(hook(&repository, &["uninstall"]).status.success());
    assert!(!path.exists());
}

#[test]
fn the_folder_that_is_configured_is_used() {
    let repository = Repository::new(&[]);
    repository.git(&["config", "core.hooksPath", "my hooks"]);
    assert!(hook(&repository, &["install"]).status.success());
    assert!(repository.top().join("my hooks/pre-commit").exists());
    repository.stage("a.py", FAULT);
    assert_eq!(commit(&repository, true, &[]).status.code(), Some(1));
}
