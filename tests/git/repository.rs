//! A repository of a test, and the reviewer in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// Reports what is written `bad(...)`, and files that are opened and not closed in the same block.
const RULES: &str = r#"
rules:
- {id: bad, message: bad, severity: ERROR, languages: [python], pattern: bad(...)}
- id: unclosed
  message: $F is not closed
  severity: ERROR
  languages: [python]
  patterns:
  - pattern: $F = open(...)
  - pattern-not-inside: |
      $F = open(...)
      ...
      $F.close()
"#;

/// A repository in a folder of its own, with one commit.
pub(crate) struct Repository {
    folder: TempDir,
}

/// What a review came to.
#[derive(Debug, PartialEq)]
pub(crate) struct Reviewed {
    pub(crate) code: i32,
    /// `path:line rule`.
    pub(crate) findings: Vec<String>,
    /// `path: reason`.
    pub(crate) skipped: Vec<String>,
    /// Names of the problems, and what is wrong.
    pub(crate) problems: Vec<String>,
}

impl Reviewed {
    /// A review with just these findings.
    pub(crate) fn of(findings: &[&str]) -> Reviewed {
        Reviewed {
            code: i32::from(!findings.is_empty()),
            findings: findings.iter().map(|text| (*text).to_owned()).collect(),
            skipped: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl Repository {
    /// With a commit of `files`.
    pub(crate) fn new(files: &[(&str, &str)]) -> Repository {
        let repository = Repository::empty(&[]);
        repository.commit(files);
        repository
    }

    /// Without a commit; `options` are for `git init`.
    pub(crate) fn empty(options: &[&str]) -> Repository {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("rules.yaml"), RULES).unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        let repository = Repository { folder };
        repository.git(&[&["init", "-q", "-b", "main"], options].concat());
        for (key, value) in [("user.name", "A"), ("user.email", "a@example.com")] {
            repository.git(&["config", key, value]);
        }
        repository
    }

    /// The work tree.
    pub(crate) fn top(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A place beside the work tree.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.top(), arguments)
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = isolated("git")
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.top().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a file and stages it.
    pub(crate) fn stage(&self, name: &str, text: &str) {
        self.write(name, text);
        self.git(&["add", "--", name]);
    }

    pub(crate) fn commit(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            self.stage(name, text);
        }
        self.git(&["commit", "-q", "--allow-empty", "-m", "change"]);
    }

    /// `reviewer check ARGUMENTS` at the top.
    pub(crate) fn check(&self, arguments: &[&str]) -> Reviewed {
        self.check_in(&self.top(), arguments)
    }

    pub(crate) fn check_in(&self, folder: &Path, arguments: &[&str]) -> Reviewed {
        read(&self.checking(folder, arguments).output().unwrap())
    }

    /// Without results of earlier runs, and with them.
    pub(crate) fn check_both(&self, arguments: &[&str]) -> Reviewed {
        let cold = self.check(&[arguments, &["--no-cache"]].concat());
        let cache = self.beside("cache");
        let kept = ["--cache-dir", cache.to_str().unwrap()];
        for run in 0..2 {
            let kept = self.check(&[arguments, &kept].concat());
            assert_eq!(kept, cold, "{arguments:?}, run {run}");
        }
        cold
    }

    /// `reviewer check ARGUMENTS`, ready to run.
    pub(crate) fn checking(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = isolated(env!("CARGO_BIN_EXE_reviewer"));
        command.args(["check", "--format", "json", "--config"]);
        command.arg(self.folder.path().join("rules.yaml"));
        command.args(arguments).current_dir(folder);
        command
    }

    /// What `reviewer check ARGUMENTS` says before it starts, which it does not get to.
    pub(crate) fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.checking(&self.top(), arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

/// A program that reads the configuration of nobody, and knows of no repository around the tests.
pub(crate) fn isolated(program: &str) -> Command {
    let mut command = Command::new(program);
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// Reads a report in JSON.
pub(crate) fn read(output: &Output) -> Reviewed {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let texts = |list: &str, text: &dyn Fn(&Value) -> String| {
        report[list].as_array().unwrap().iter().map(text).collect()
    };
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    Reviewed {
        code: output.status.code().unwrap(),
        findings: texts("findings", &|f| {
            format!(
                "{}:{} {}",
                word(&f["path"]),
                f["start"]["line"],
                word(&f["rule"])
            )
        }),
        skipped: texts("skipped", &|s| {
            format!("{}: {}", word(&s["path"]), word(&s["reason"]))
        }),
        problems: texts("problems", &|p| {
            format!("{}: {}", word(&p["about"]), word(&p["message"]))
        }),
    }
}
