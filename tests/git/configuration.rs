//! Values that code reads from the configuration of a project of which only some files are reviewed.

use std::fs;

use crate::repository::{Repository, Reviewed};

const RULES: &str = r#"
rules:
- {id: weak, message: weak, severity: ERROR, languages: [python], pattern: digest("md5")}
- id: flow
  message: it flows
  severity: ERROR
  languages: [python]
  mode: taint
  pattern-sources: [{pattern: source()}]
  pattern-sinks: [{pattern: sink(...)}]
  pattern-sanitizers: [{pattern: 'clean(..., "on")'}]
"#;
const READ: &str = "\
import os


def read():
    return clean(source(), os.environ[\"CHECKS\"])
";
const WRITE: &str = "\
import os
from shop.read import read


def write():
    sink(read())
    digest(os.environ[\"HASH\"])
";
const GOOD: &str = "CHECKS=on\nHASH=sha512\n";
const BAD: &str = "CHECKS=off\nHASH=md5\n";
const FOUND: [&str; 2] = ["shop/write.py:6 flow", "shop/write.py:7 weak"];

/// A file that reads configuration, which another calls; every line of that one is staged.
fn shop() -> Repository {
    let repository = Repository::new(&[]);
    fs::write(repository.beside("rules.yaml"), RULES).unwrap();
    repository.commit(&[
        ("shop/__init__.py", ""),
        ("shop/read.py", READ),
        ("deploy/shop.env", GOOD),
    ]);
    repository.stage("shop/write.py", WRITE);
    repository
}

const NARROW: [&[&str]; 4] = [
    &["shop"],
    &["shop/write.py"],
    &["--staged"],
    &["--base", "HEAD"],
];

#[test]
fn configuration_is_that_of_the_project_whatever_is_reviewed() {
    let repository = shop();
    for (settings, found) in [(GOOD, &[][..]), (BAD, &FOUND), (GOOD, &[])] {
        repository.write("deploy/shop.env", settings);
        let whole = repository.check_both(&[]);
        assert_eq!(whole, Reviewed::of(found));
        for arguments in NARROW {
            assert_eq!(repository.check_both(arguments), whole, "{arguments:?}");
        }
        let inside = repository.check_in(&repository.top().join("shop"), &["write.py"]);
        assert_eq!(inside.findings.len(), found.len());
    }
}

#[test]
fn configuration_that_is_staged_counts_as_it_will_be_committed() {
    let repository = shop();
    repository.stage("deploy/shop.env", BAD);
    repository.write("deploy/shop.env", GOOD);
    assert_eq!(repository.check_both(&["--staged"]), Reviewed::of(&FOUND));
    let narrow = ["--staged", "shop/write.py"];
    assert_eq!(repository.check_both(&narrow), Reviewed::of(&FOUND));
    assert_eq!(repository.check_both(&[]), Reviewed::of(&[]));
}

#[test]
fn what_is_wrong_with_configuration_is_said_when_it_is_reviewed() {
    let repository = shop();
    repository.commit(&[("deploy/config.json", "{")]);
    repository.stage("shop/write.py", &WRITE.replace("os\n", "os \n"));
    for arguments in [&["--staged"][..], &["shop/write.py"]] {
        assert_eq!(repository.check_both(arguments), Reviewed::of(&[]));
    }
    for arguments in [&[][..], &["deploy"]] {
        let skipped = repository.check_both(arguments).skipped;
        assert_eq!(
            skipped,
            ["deploy/config.json: configuration that cannot be read"]
        );
    }
}
