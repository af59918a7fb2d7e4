//! `--base REF`: what changed since a branch started.

use std::fs;

use crate::repository::{Repository, Reviewed};

#[test]
fn commits_the_index_the_work_tree_and_new_files_are_reviewed() {
    let repository = Repository::new(&[
        ("a.py", "bad(0)\n"),
        ("b.py", ""),
        ("c.py", ""),
        ("same.py", "bad(0)\n"),
    ]);
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.commit(&[("a.py", "bad(0)\nbad(1)\n")]);
    repository.stage("b.py", "bad(2)\n");
    repository.write("c.py", "bad(3)\n");
    repository.write("d.py", "bad(4)\n");
    repository.write("ignored.py", "bad(5)\n");
    repository.write(".gitignore", "ignored.py\n");
    let all = Reviewed::of(&["a.py:2 bad", "b.py:1 bad", "c.py:1 bad", "d.py:1 bad"]);
    assert_eq!(repository.check(&["--base", "main"]), all);
    // What came to the branch since is not ours.
    repository.git(&["stash", "-q", "-u"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(&[("same.py", "x = 1\n")]);
    repository.git(&["checkout", "-q", "topic"]);
    repository.git(&["stash", "pop", "-q", "--index"]);
    assert_eq!(repository.check(&["--base", "main"]), all);
    assert_eq!(
        repository.check(&["--base", "main", "a.py"]),
        Reviewed::of(&["a.py:2 bad"])
    );
    let whole = repository.check(&["--base", "main", "--whole-files", "a.py"]);
    assert_eq!(whole, Reviewed::of(&["a.py:1 bad", "a.py:2 bad"]));
}

#[test]
fn the_work_tree_counts_and_not_the_index() {
    let repository = Repository::new(&[
        ("a.py", "x = 1\n"),
        ("gone.py", "x = 1\n"),
        ("kept.py", "x = 1\n"),
    ]);
    repository.stage("a.py", "bad(1)\nx = 1\n");
    repository.write("a.py", "x = 1\ny = 1\nbad(2)\n");
    repository.stage("gone.py", "bad(3)\n");
    fs::remove_file(repository.top().join("gone.py")).unwrap();
    repository.git(&["rm", "-q", "--cached", "kept.py"]);
    repository.write("kept.py", "x = 1\nbad(4)\n");
    let reviewed = repository.check(&["--base", "HEAD"]);
    assert_eq!(reviewed, Reviewed::of(&["a.py:3 bad", "kept.py:2 bad"]));
}

#[test]
fn line_ends_of_the_work_tree_change_nothing() {
    let repository = Repository::new(&[("a.py", "bad(1)\nx = 1\n")]);
    repository.git(&["config", "core.autocrlf", "true"]);
    repository.write("a.py", "bad(1)\r\nx = 1\r\nbad(2)\r\n");
    assert_eq!(
        repository.check(&["--base", "HEAD"]),
        Reviewed::of(&["a.py:3 bad"])
    );
}

#[test]
fn what_a_sparse_work_tree_leaves_out_is_read_from_the_index() {
    let repository = Repository::new(&[("a.py", ""), ("sub/b.py", "")]);
    repository.commit(&[("sub/b.py", "bad(1)\n")]);
    repository.git(&["sparse-checkout", "set", "--no-cone", "/a.py"]);
    assert!(!repository.top().join("sub/b.py").exists());
    assert_eq!(
        repository.check(&["--base", "HEAD~1"]),
        Reviewed::of(&["sub/b.py:1 bad"])
    );
}

#[test]
fn an_unknown_reference_and_a_missing_ancestor_are_named_with_the_remedy() {
    let repository = Repository::new(&[("a.py", "x = 1\n")]);
    for reference in ["absent", "--upload-pack=x"] {
        let said = repository.refusal(&[&format!("--base={reference}")]);
        assert!(
            said.contains(&format!("`{reference}` is no commit")),
            "{said}"
        );
    }
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.commit(&[("a.py", "x = 2\n")]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(&[("b.py", "x = 2\n")]);
    let clone = repository.beside("clone");
    let url = format!("file://{}", repository.top().display());
    let arguments = ["clone", "-q", "--depth=1", "--no-single-branch", &url];
    repository.git(&[&arguments[..], &[clone.to_str().unwrap()]].concat());
    let output = repository
        .checking(&clone, &["--base", "origin/topic"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("no common ancestor in this shallow clone; deepen it"),
        "{said}"
    );
}

#[test]
fn what_a_partial_clone_lacks_is_an_error_and_not_fetched() {
    let repository = Repository::new(&[("a.py", "bad(1)\n")]);
    repository.commit(&[("a.py", "bad(1)\nbad(2)\n")]);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repository.beside("clone");
    let url = format!("file://{}", repository.top().display());
    repository.git(&[
        "clone",
        "-q",
        "--filter=blob:none",
        &url,
        clone.to_str().unwrap(),
    ]);
    let reviewed = repository.check_in(&clone, &["--base", "HEAD~1"]);
    assert_eq!(reviewed.code, 2);
    assert_eq!(reviewed.findings, ["a.py:1 bad", "a.py:2 bad"]);
    assert!(
        reviewed.problems[0].contains("is not in this clone"),
        "{reviewed:?}"
    );
}
