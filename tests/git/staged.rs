//! `--staged`: the content of the index, and the findings that it brings in.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use crate::repository::{Repository, Reviewed, read};

#[test]
fn the_index_is_reviewed_and_not_the_work_tree() {
    let repository = Repository::new(&[("a.py", "x = 1\n")]);
    repository.stage("a.py", "x = 1\nbad(1)\n");
    repository.write("a.py", "x = 1\n");
    repository.write("b.py", "bad(2)\n");
    assert_eq!(
        repository.check(&["--staged"]),
        Reviewed::of(&["a.py:2 bad"])
    );
    repository.git(&["rm", "-q", "--cached", "-f", "a.py"]);
    assert_eq!(repository.check(&["--staged"]), Reviewed::of(&[]));
}

#[test]
fn findings_on_lines_that_were_there_are_left_out_unless_whole_files_are_asked_for() {
    let repository = Repository::new(&[("a.py", "bad(1)\nx = 1\nbad(2)\n")]);
    repository.stage("a.py", "import os\nbad(1)\nx = 2\nbad(2)\nbad(3)\n");
    assert_eq!(
        repository.check(&["--staged"]),
        Reviewed::of(&["a.py:5 bad"])
    );
    assert_eq!(
        repository.check(&["--staged", "--whole-files"]),
        Reviewed::of(&["a.py:2 bad", "a.py:4 bad", "a.py:5 bad"])
    );
}

#[test]
fn a_finding_that_a_deletion_brings_to_another_line_is_shown() {
    let opened = "def f():\n    a = open('a')\n    b = open('b')\n    b.close()\n    a.close()\n    c = open('c')\n";
    let repository = Repository::new(&[("a.py", opened)]);
    repository.stage("a.py", &opened.replace("    b.close()\n", ""));
    assert_eq!(
        repository.check(&["--staged"]),
        Reviewed::of(&["a.py:3 unclosed"])
    );
}

#[test]
fn a_copy_above_does_not_make_the_finding_below_new() {
    let repository = Repository::new(&[("a.py", "x = 1\nbad(1)\n")]);
    repository.stage("a.py", "bad(1)\nx = 1\nbad(1)\n");
    assert_eq!(
        repository.check(&["--staged"]),
        Reviewed::of(&["a.py:1 bad"])
    );
}

#[test]
fn the_first_commit_is_reviewed() {
    for format in ["sha1", "sha256"] {
        let repository = Repository::empty(&["--object-format", format]);
        repository.stage("a.py", "bad(1)\n");
        assert_eq!(
            repository.check(&["--staged"]),
            Reviewed::of(&["a.py:1 bad"])
        );
        repository.commit(&[]);
        repository.stage("a.py", "bad(1)\nbad(2)\n");
        assert_eq!(
            repository.check(&["--staged"]),
            Reviewed::of(&["a.py:2 bad"])
        );
    }
}

#[test]
fn renamed_files_are_compared_with_what_they_were() {
    let text: String = (0..40).map(|n| format!("x{n} = {n}\n")).collect();
    let repository = Repository::new(&[
        ("old.py", &format!("bad(1)\n{text}")),
        ("gone.py", "bad(2)\n"),
    ]);
    repository.git(&["mv", "old.py", "new.py"]);
    repository.git(&["rm", "-q", "gone.py"]);
    assert_eq!(repository.check(&["--staged"]), Reviewed::of(&[]));
    repository.stage("new.py", &format!("bad(1)\n{text}bad(3)\n"));
    assert_eq!(
        repository.check(&["--staged"]),
        Reviewed::of(&["new.py:42 bad"])
    );
}

#[test]
fn any_name_will_do() {
    let repository = Repository::new(&[]);
    repository.stage("a b.py", "bad(1)\n");
    repository.stage("a\nb.py", "bad(1)\n");
    repository.stage("-x.py", "bad(1)\n");
    let name = OsStr::from_bytes(b"caf\xe9.py");
    fs::write(repository.top().join(name), "bad(1)\n").unwrap();
    repository.git(&["add", "-A"]);
    assert_eq!(
        repository.check(&["--staged"]),
        Reviewed::of(&[
            "-x.py:1 bad",
            "a\nb.py:1 bad",
            "a b.py:1 bad",
            "caf\u{fffd}.py:1 bad"
        ])
    );
}

#[test]
fn names_that_read_the_same_hide_nothing() {
    let repository = Repository::new(&[]);
    let write = |name: &[u8], text| {
        fs::write(repository.top().join(OsStr::from_bytes(name)), text).unwrap()
    };
    write(b"\xfe.py", "x = 1\nbad(1)\n");
    repository.git(&["add", "-A"]);
    repository.commit(&[]);
    write(b"\xfe.py", "x = 2\nbad(1)\n");
    write(b"\xff.py", "x = 3\nbad(2)\n");
    repository.git(&["add", "-A"]);
    assert_eq!(repository.check(&["--staged"]).findings.len(), 2);
}

#[test]
fn paths_narrow_and_names_are_those_of_the_working_folder() {
    let repository = Repository::new(&[]);
    for name in ["sub/a.py", "sub/b.py", "c.py", ".hidden/d.py"] {
        repository.stage(name, "bad(1)\n");
    }
    let sub = repository.top().join("sub");
    let check = |arguments: &[&str]| repository.check_in(&sub, arguments);
    assert_eq!(
        check(&["--staged", "."]),
        Reviewed::of(&["a.py:1 bad", "b.py:1 bad"])
    );
    assert_eq!(check(&["--staged", "b.py"]), Reviewed::of(&["b.py:1 bad"]));
    let above = check(&["--staged", "../c.py", "../.hidden/d.py"]);
    assert_eq!(above.findings.len(), 2, "{above:?}");
    assert_eq!(check(&["--staged"]).findings.len(), 3);
    let absent = check(&["--staged", "b.py", "absent.py"]);
    assert_eq!((absent.code, absent.problems.len()), (2, 1), "{absent:?}");
}

#[test]
fn what_is_no_source_is_passed_over_and_said() {
    let repository = Repository::new(&[("link.py", "bad(1)\n"), ("vendor/v.py", "")]);
    symlink("/etc/passwd", repository.top().join("new.py")).unwrap();
    fs::remove_file(repository.top().join("link.py")).unwrap();
    symlink("/dev/zero", repository.top().join("link.py")).unwrap();
    repository.stage("big.py", &"x = 1\n".repeat(200_000));
    repository.stage("film.mp4", &"film".repeat(1_000_000));
    repository.stage("nul.py", "bad(1)\0\n");
    repository.stage("vendor/v.py", "bad(1)\n");
    repository.stage("notes", "bad(1)\n");
    repository.stage("tool", "#!/usr/bin/env python3\nbad(1)\n");
    repository.git(&["add", "-A"]);
    assert_eq!(
        repository.check(&["--staged"]),
        Reviewed {
            skipped: [
                "big.py: larger than 1 MiB",
                "link.py: symbolic link",
                "new.py: symbolic link",
                "nul.py: binary",
                "vendor/v.py: vendored folder",
            ]
            .map(str::to_owned)
            .to_vec(),
            ..Reviewed::of(&["tool:2 bad"])
        }
    );
}

#[test]
fn submodules_and_files_that_are_to_be_added_are_no_content() {
    let inner = Repository::new(&[("a.py", "bad(1)\n")]);
    let repository = Repository::new(&[]);
    let url = inner.top();
    let allow = ["-c", "protocol.file.allow=always", "submodule", "-q", "add"];
    repository.git(&[&allow[..], &[url.to_str().unwrap(), "sub"]].concat());
    repository.write("later.py", "bad(1)\n");
    repository.git(&["add", "-N", "later.py"]);
    assert_eq!(repository.check(&["--staged"]), Reviewed::of(&[]));
}

#[test]
fn further_work_trees_and_other_indices_are_told_by_the_environment() {
    let repository = Repository::new(&[("a.py", "x = 1\n")]);
    let tree = repository.beside("tree");
    repository.git(&[
        "worktree",
        "add",
        "-q",
        tree.to_str().unwrap(),
        "-b",
        "other",
    ]);
    fs::write(tree.join("a.py"), "x = 1\nbad(1)\n").unwrap();
    repository.git_in(&tree, &["add", "a.py"]);
    assert_eq!(
        repository.check_in(&tree, &["--staged"]),
        Reviewed::of(&["a.py:2 bad"])
    );
    assert_eq!(repository.check(&["--staged"]), Reviewed::of(&[]));

    let index = repository.git_in(&tree, &["rev-parse", "--git-path", "index"]);
    let output = repository
        .checking(&repository.top(), &["--staged"])
        .env("GIT_INDEX_FILE", index)
        .output()
        .unwrap();
    assert_eq!(read(&output), Reviewed::of(&["a.py:2 bad"]));
}

#[test]
fn a_conflict_is_refused() {
    let repository = Repository::new(&[("a.py", "x = 1\n")]);
    repository.git(&["checkout", "-q", "-b", "other"]);
    repository.commit(&[("a.py", "x = 2\n")]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(&[("a.py", "x = 3\n")]);
    let merge = crate::repository::isolated("git")
        .args(["merge", "-q", "other"])
        .current_dir(repository.top())
        .output()
        .unwrap();
    assert!(!merge.status.success());
    for arguments in [&["--staged"][..], &["--base", "HEAD"]] {
        let said = repository.refusal(arguments);
        assert!(
            said.contains("a.py: has an unresolved merge conflict"),
            "{said}"
        );
    }
}

#[test]
fn without_a_work_tree_the_words_of_git_are_shown() {
    let repository = Repository::new(&[]);
    let outside = tempfile::tempdir().unwrap();
    let bare = repository.beside("bare");
    repository.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    for folder in [outside.path(), &bare] {
        let output = repository.checking(folder, &["--staged"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2));
        assert!(said.contains("git says: fatal: "), "{said}");
        assert!(said.contains("run this in one"), "{said}");
    }
}
