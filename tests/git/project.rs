//! Values that move between files of which only some are reviewed.

use std::fs;
use std::time::SystemTime;

use crate::repository::{Repository, Reviewed};

const RULES: &str = r#"
rules:
- id: flow
  message: it flows
  severity: ERROR
  languages: [python]
  mode: taint
  pattern-sources: [{pattern: source()}]
  pattern-sinks: [{pattern: sink(...)}]
  pattern-sanitizers: [{pattern: clean(...)}]
"#;
const SOURCE: &str = "from shop.tidy import tidy\n\n\ndef read():\n    return tidy(source())\n";
pub(crate) const TIDY: &str = "def tidy(text):\n    return clean(text)\n";
pub(crate) const UNTIDY: &str = "def tidy(text):\n    return text or source()\n";
const SINK: &str = "from shop.read import read\n\n\ndef write():\n    sink(read())\n";
pub(crate) const FOUND: &str = "shop/write.py:5 flow";

/// A source in one file, a helper in another, a sink in a third.
pub(crate) fn shop(tidy: &str) -> Repository {
    let repository = Repository::new(&[]);
    fs::write(repository.beside("rules.yaml"), RULES).unwrap();
    repository.commit(&[
        ("shop/__init__.py", ""),
        ("shop/read.py", SOURCE),
        ("shop/tidy.py", tidy),
        ("shop/write.py", SINK),
    ]);
    repository
}

#[test]
fn whichever_files_are_reviewed_a_finding_is_that_of_the_file_of_its_sink() {
    for (tidy, found) in [(TIDY, &[][..]), (UNTIDY, &[FOUND])] {
        let repository = shop(tidy);
        for arguments in [&[][..], &["."], &["shop"], &["shop/write.py"]] {
            assert_eq!(repository.check_both(arguments), Reviewed::of(found));
        }
        for arguments in [["shop/read.py"], ["shop/tidy.py"]] {
            assert_eq!(repository.check_both(&arguments), Reviewed::of(&[]));
        }
        let inside = repository.check_in(&repository.top().join("shop"), &["write.py"]);
        assert_eq!(inside.findings.len(), found.len());
    }
}

#[test]
fn what_a_commit_brings_in_is_shown_where_it_gets_to() {
    let repository = shop(TIDY);
    assert_eq!(repository.check_both(&["--staged"]), Reviewed::of(&[]));
    repository.stage("shop/tidy.py", UNTIDY);
    let found = Reviewed::of(&[FOUND]);
    assert_eq!(repository.check_both(&["--staged"]), found);
    assert_eq!(repository.check_both(&["--base", "HEAD"]), found);
    assert_eq!(repository.check_both(&[]), found);
    repository.commit(&[]);
    repository.stage("shop/tidy.py", &format!("{UNTIDY}\n\nx = 1\n"));
    assert_eq!(repository.check_both(&["--staged"]), Reviewed::of(&[]));
    assert_eq!(repository.check_both(&["--base", "HEAD~1"]), found);
}

#[test]
fn a_check_that_is_deleted_brings_in_what_it_kept_away() {
    let checked = "def tidy(text):\n    text = clean(text)\n    return text\n\n\ntidy(source())\n";
    let repository = shop(checked);
    repository.stage(
        "shop/tidy.py",
        &checked.replace("    text = clean(text)\n", ""),
    );
    assert_eq!(repository.check_both(&["--staged"]), Reviewed::of(&[FOUND]));
}

#[test]
fn the_index_counts_for_what_is_staged_and_the_work_tree_for_the_rest() {
    let repository = shop(UNTIDY);
    repository.stage("shop/tidy.py", TIDY);
    repository.write("shop/tidy.py", UNTIDY);
    repository.stage("shop/write.py", &SINK.replace("read())", "read() )"));
    assert_eq!(repository.check_both(&["--staged"]), Reviewed::of(&[]));
    let narrow = ["--staged", "shop/write.py"];
    assert_eq!(repository.check_both(&narrow), Reviewed::of(&[]));
    assert_eq!(repository.check_both(&[]), Reviewed::of(&[FOUND]));
}

#[test]
fn files_that_change_go_come_and_move_are_seen() {
    let repository = shop(TIDY);
    let tidy = repository.top().join("shop/tidy.py");
    let write = ["shop/write.py"];
    let (clean, found) = (Reviewed::of(&[]), Reviewed::of(&[FOUND]));
    assert_eq!(repository.check_both(&write), clean);
    // Touched, and not changed.
    let file = fs::File::options().write(true).open(&tidy).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(repository.check_both(&write), clean);
    // At once, with the size and the time that it had.
    let same = TIDY.replace("clean", "plain");
    fs::write(&tidy, &same).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(repository.check_both(&write), found);
    fs::write(&tidy, TIDY).unwrap();
    assert_eq!(repository.check_both(&write), clean);
    fs::rename(&tidy, repository.top().join("shop/other.py")).unwrap();
    repository.write(
        "shop/read.py",
        &SOURCE.replace("tidy import tidy", "other import tidy"),
    );
    assert_eq!(repository.check_both(&write), clean);
    fs::remove_file(repository.top().join("shop/other.py")).unwrap();
    assert_eq!(repository.check_both(&write), found);
    repository.git(&["checkout", "-q", "."]);
    assert_eq!(repository.check_both(&write), clean);
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.commit(&[("shop/tidy.py", UNTIDY)]);
    assert_eq!(repository.check_both(&write), found);
    repository.git(&["checkout", "-q", "main"]);
    assert_eq!(repository.check_both(&write), clean);
}
