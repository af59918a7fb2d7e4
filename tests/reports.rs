//! What no report may keep silent, and what none may tell.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

const FORMATS: [&str; 12] = [
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "markdown",
    "html",
];

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reviewer"));
    command.current_dir(folder).arg("check");
    command.args(["--cache-dir", "kept"]).args(arguments);
    command.output().unwrap()
}

/// A rule with a budget that a file can exhaust, one that cannot be read, and files that cannot be reviewed.
#[test]
fn what_was_not_done_is_said_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let rows = "id: rows\nmessage: m\nseverity: ERROR\nlanguages: [python]\npattern: |\n  $X = open(...)\n  ...\n  $X.close()\n";
    std::fs::write(root.join("rows.yaml"), rows).unwrap();
    std::fs::write(
        root.join("broken.yaml"),
        "id: broken\nseverity: ERROR\nlanguages: [python]\nmessage: m\npattern: 'f('\n",
    )
    .unwrap();
    let statements = "    v = open(1)\n    v.close()\n".repeat(2_000);
    std::fs::write(root.join("long.py"), format!("def f():\n{statements}")).unwrap();
    std::fs::write(root.join("binary.py"), "x = '\0'\n").unwrap();
    let outputs: Vec<_> = FORMATS
        .iter()
        .map(|f| format!("--output={f}:report.{f}"))
        .collect();
    let rules = ["--config", "rows.yaml", "--config", "broken.yaml"];
    let files = ["long.py", "binary.py", "gone.py"];
    let outputs: Vec<_> = outputs.iter().map(String::as_str).collect();
    let output = check(root, &[&rules[..], &outputs, &files].concat());
    assert_eq!(output.status.code(), Some(2));
    for format in FORMATS {
        let text = std::fs::read_to_string(root.join(format!("report.{format}"))).unwrap();
        for said in [
            "gone.py",
            "binary.py",
            "broken.yaml",
            "rows took more than its budget",
        ] {
            assert!(text.contains(said), "{format} does not say {said}:\n{text}");
        }
    }
}

const SECRET: &str = "s3cr3t-Pa55w0rd-öl";

/// The rule about credentials, one that shows what it matches, and one whose finding only stands close by.
#[test]
fn a_secret_is_in_no_report_and_in_no_file_that_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    // What values do in a project is kept for repositories.
    std::fs::create_dir(root.join(".git")).unwrap();
    let rules = "rules:\n\
        - {id: shown, message: \"$X is $Y\", severity: ERROR, languages: [python], pattern: \"$X = $Y\", fix: \"$X = f($Y)\"}\n\
        - {id: key, message: \"$1\", severity: ERROR, languages: [regex], pattern-regex: 'password=(\\S+)', metadata: {cwe: \"CWE-798: Hard-coded\"}}\n";
    std::fs::write(root.join("rules.yaml"), rules).unwrap();
    let code = format!(
        "def f(x=[]):\n    password = \"{SECRET}\"  # reviewer: ignore[shown, python/none-comparison] -- a test\n    return connect(\"db\", password=\"{SECRET}\")\n"
    );
    std::fs::write(root.join("app.py"), &code).unwrap();
    std::fs::write(root.join("app.ini"), format!("password={SECRET}\n")).unwrap();
    let all = [
        "--config",
        "pedantic",
        "--config",
        "rules.yaml",
        "app.py",
        "app.ini",
    ];
    for format in FORMATS {
        let output = check(root, &[&["--format", format], &all[..]].concat());
        assert_eq!(output.status.code(), Some(1), "{format}");
        let said = [output.stdout, output.stderr].concat();
        assert!(contains(&said, "hardcoded-credentials"), "{format}");
        assert!(!contains(&said, &SECRET[4..]), "{format} tells the secret");
    }
    let mut kept = 0;
    for shard in std::fs::read_dir(root.join("kept")).unwrap().flatten() {
        for entry in std::fs::read_dir(shard.path()).into_iter().flatten() {
            kept += 1;
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!contains(&bytes, &SECRET[4..]));
        }
    }
    // The results of two files, and what the files of the project contribute to the flow of values.
    assert_eq!(kept, 3);
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
