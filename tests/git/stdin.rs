//! `--stdin-filename NAME -`: what an editor holds.

use std::io::Write;
use std::process::Stdio;

use crate::repository::{Repository, Reviewed, read};

fn piped(name: &str, text: &[u8]) -> Reviewed {
    let repository = Repository::empty(&[]);
    let mut child = repository
        .checking(&repository.top(), &["--stdin-filename", name, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may stop reading early.
    let _ = child.stdin.take().unwrap().write_all(text);
    read(&child.wait_with_output().unwrap())
}

#[test]
fn the_name_says_the_language_and_need_not_exist() {
    assert_eq!(
        piped("src/a.py", b"x = 1\nbad(1)\n"),
        Reviewed::of(&["src/a.py:2 bad"])
    );
    assert_eq!(
        piped("tool", b"#!/usr/bin/python3\nbad(1)\n"),
        Reviewed::of(&["tool:2 bad"])
    );
}

#[test]
fn the_limits_are_those_of_files() {
    for (name, text, reason) in [
        ("a.py", vec![b'\n'; 2 << 20], "larger than 1 MiB"),
        ("a.py", b"bad(1)\0".to_vec(), "binary"),
        ("a.py", b"bad('\xe9')".to_vec(), "not UTF-8"),
        ("a.txt", b"bad(1)".to_vec(), "no supported language"),
    ] {
        let reviewed = piped(name, &text);
        assert_eq!(
            (reviewed.code, reviewed.skipped),
            (0, vec![format!("{name}: {reason}")])
        );
    }
}

#[test]
fn contradictions_are_refused() {
    let repository = Repository::empty(&[]);
    for (arguments, said) in [
        (&["-"][..], "--stdin-filename NAME -"),
        (&["--stdin-filename", "a.py"], "--stdin-filename NAME -"),
        (&["--stdin-filename", "a.py", "b.py"], "the path `-` alone"),
        (
            &["--staged", "--stdin-filename", "a.py", "-"],
            "cannot be used with",
        ),
        (&["--staged", "--base", "HEAD"], "cannot be used with"),
        (&["--whole-files"], "--staged or --base"),
    ] {
        let refusal = repository.refusal(arguments);
        assert!(refusal.contains(said), "{arguments:?}: {refusal}");
    }
}

/// An editor takes what `--fix` prints for the new text: a report in its place would destroy what is edited.
#[test]
fn what_is_not_reviewed_is_not_fixed_to_nothing() {
    let repository = Repository::empty(&[]);
    let arguments = ["--fix", "--stdin-filename", "a.py", "-"];
    let mut child = repository
        .checking(&repository.top(), &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"x = '\0'\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}
