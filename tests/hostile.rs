//! Hostile input: nothing crashes, nothing hangs, and whatever is not reviewed is said with its reason.
//!
//! The texts nest, repeat and break in every way that made some analyser overflow its stack or take time
//! with the square of its input. All built-in rules run over them, and rules that are as costly as rules get.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed; what each input took is shown then"
)]

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use reviewer::lang::Language;
use reviewer::plan::Plan;
use reviewer::review::{Review, review};

/// Longer is a hang: no timing, since machines differ, but a test that would otherwise not end.
const MOST: Duration = Duration::from_secs(120);
/// How deep, how many.
const N: usize = 4_000;

/// Rules whose matches multiply.
const COSTLY: &str = r#"
rules:
- {id: deep, message: "$X", severity: ERROR, languages: [python, java, rust, go, javascript, typescript], pattern: "<... danger($X) ...>"}
- {id: twice, message: "$X", severity: ERROR, languages: [python, java, rust, go, javascript, typescript], pattern: $X + $X}
- {id: chain, message: m, severity: ERROR, languages: [python, java, rust, go, javascript, typescript], pattern: a. ... .b(...)}
- id: both
  message: $X
  severity: ERROR
  languages: [python, java, rust, go, javascript, typescript]
  patterns: [{pattern: $F(...)}, {pattern: "danger($X, ...)"}, {pattern-not: "danger(1, ...)"}]
- id: regex
  message: m
  severity: ERROR
  languages: [python, java, rust, go, javascript, typescript]
  patterns: [{pattern-regex: d(an)ger}, {pattern-not: danger(99)}]
- id: rows-python
  message: m
  severity: ERROR
  languages: [python]
  pattern: |
    $X = open(...)
    ...
    $X.close()
- id: rows
  message: m
  severity: ERROR
  languages: [java, rust, go, javascript, typescript]
  pattern: |
    $X = open(...);
    ...
    $X.close();
"#;

fn plan() -> Plan {
    let costly = rules::review::load(COSTLY);
    assert!(costly.problems.is_empty(), "{:?}", costly.problems);
    let mut all = rules::builtin::review_rules();
    all.extend(costly.rules);
    let planning = Plan::prepare(all, true);
    assert!(planning.problems.is_empty(), "{:?}", planning.problems);
    planning.plan
}

/// Reviews one file, within its time, and accounts for it.
fn review_one(dir: &Path, file: &Path, plan: &Plan) -> Review {
    let started = Instant::now();
    let review = review(&[file.to_owned()], dir, plan);
    let took = started.elapsed();
    let seen = review.stats.parsed + review.skipped.len() + review.problems.len();
    // Standard output is shown where the test fails.
    println!(
        "{:>6} ms  {}: {} findings, skipped {:?}, problems {:?}",
        took.as_millis(),
        file.display(),
        review.findings.len(),
        review.skipped.iter().map(|s| s.reason).collect::<Vec<_>>(),
        review
            .problems
            .iter()
            .map(|p| &p.message)
            .collect::<Vec<_>>(),
    );
    assert!(took < MOST, "{} took {took:?}", file.display());
    assert!(
        seen > 0 || review.stats.files > 0,
        "{} is unaccounted for",
        file.display()
    );
    review
}

/// `before`, then `open` and `close` around `middle`, N times, with a line break now and then.
fn nested(before: &str, open: &str, middle: &str, close: &str, after: &str) -> String {
    let many = |text: &str| format!("{}\n", text.repeat(50)).repeat(N / 50);
    format!("{before}{}{middle}{}{after}", many(open), many(close))
}

/// Numbers that look random and are the same in every run.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    }
}

fn texts(language: Language) -> Vec<(&'static str, String)> {
    let (before, after, statement, end) = match language {
        Language::Python => ("def f(a):\n    x = (", ")\n", "def f(a):\n", ""),
        Language::Java => (
            "class A { void f(int a) { x = (",
            "); } }\n",
            "class A { void f(int a) {\n",
            "} }\n",
        ),
        Language::Rust => (
            "fn f(a: u8) { let x = (",
            "); }\n",
            "fn f(a: u8) {\n",
            "}\n",
        ),
        Language::Generic | Language::Regex => ("", "", "", ""),
        Language::Go => (
            "package p\nfunc f(a int) { x = (",
            ") }\n",
            "package p\nfunc f(a int) {\n",
            "}\n",
        ),
        Language::JavaScript | Language::TypeScript | Language::Tsx => (
            "function f(a) { x = (",
            "); }\n",
            "function f(a) {\n",
            "}\n",
        ),
    };
    let python = language == Language::Python;
    let within = |open, middle, close| nested(before, open, middle, close, after);
    let lines = |line: &dyn Fn(usize) -> String| {
        let lines: String = (0..N).map(line).collect();
        format!("{statement}{lines}{end}")
    };
    let semicolon = if python { "\n" } else { ";\n" };
    let indent = if python { "    " } else { "" };
    let mut random = random();
    let words = [
        "if ", "else ", "for ", "{", "}", "(", ")", "class ", "def ", "fn ", "x", "1", "=", "+",
        ";", ":", "\n", "\"", "return ", "import ", ",", ".", "<", ">", "lambda ", "danger(", "'",
        "/*", "#",
    ];
    let mut all = vec![
        ("parentheses", within("(", "a", ")")),
        ("brackets", within("[", "a", "]")),
        ("calls", within("danger(", "a", ")")),
        ("sums", within("a + ", "danger(1)", "")),
        ("texts", within("\"a\" + ", "\"\"", "")),
        ("signs", within("-", "a", "")),
        ("members", within("", "a", ".b")),
        ("methods", within("", "a", ".b()")),
        (
            "only-opened",
            format!("{}\n", "(".repeat(99)).repeat(N / 10),
        ),
        ("arguments", within("", "danger(1", ",\n a)")),
        (
            "statements",
            lines(&|at| format!("{indent}danger(a{at}){semicolon}")),
        ),
        (
            "same-statements",
            lines(&|_| format!("{indent}danger(a){semicolon}")),
        ),
        (
            "assignments",
            lines(&|at| format!("{indent}v{at} = v{}{semicolon}", at / 2)),
        ),
        (
            "opened-and-closed",
            lines(&|at| match at % 2 {
                0 => format!("{indent}v{} = open(1){semicolon}", at / 2),
                _ => format!("{indent}v{}.close(){semicolon}", at / 2),
            }),
        ),
        (
            "opened-and-closed-again",
            lines(&|at| match at % 2 {
                0 => format!("{indent}v = open(1){semicolon}"),
                _ => format!("{indent}v.close(){semicolon}"),
            }),
        ),
        ("unterminated", format!("x = \"{}", "y = 1\n".repeat(N))),
        ("comments", "/* a # b\n".repeat(N)),
        (
            "words",
            (0..2 * N).map(|_| words[random(words.len())]).collect(),
        ),
        (
            "ascii",
            (0..N)
                .map(|at| {
                    if at % 60 == 0 {
                        '\n'
                    } else {
                        char::from(32 + random(95) as u8)
                    }
                })
                .collect(),
        ),
        (
            "unicode",
            (0..N)
                .filter_map(|at| {
                    let c = char::from_u32(random(0xd000) as u32).filter(|c| !c.is_control());
                    if at % 40 == 0 { Some('\n') } else { c }
                })
                .collect(),
        ),
    ];
    all.extend(match language {
        Language::Python => vec![
            ("triple", format!("x = \"\"\"{}", "y = 1\n".repeat(N))),
            (
                "elifs",
                format!("if a:\n  b\n{}", "elif a:\n  danger(1)\n".repeat(N)),
            ),
            ("comparisons", within("a < ", "b", "")),
            ("lambdas", within("lambda a: ", "a", "")),
            (
                "indented",
                (0..400)
                    .map(|at| format!("{}if a:\n", " ".repeat(at)))
                    .collect::<String>()
                    + &" ".repeat(400)
                    + "danger(1)\n",
            ),
        ],
        Language::Java => vec![
            ("blocks", nested(statement, "{", "", "}", end)),
            (
                "ifs",
                nested(statement, "if (a) { danger(1); ", "", "}", end),
            ),
            (
                "else-ifs",
                nested(statement, "if (a) { danger(1); } else ", "{}", "", end),
            ),
            ("generics", nested(statement, "A<", "B", ">", " x; } }")),
            ("lambdas", within("a -> ", "a", "")),
            ("variables", within("", "0); Map<A, B> a", ", a = 1")),
        ],
        Language::Rust => vec![
            ("blocks", nested(statement, "{", "", "}", end)),
            ("ifs", nested(statement, "if a { danger(1); ", "", "}", end)),
            (
                "else-ifs",
                nested(statement, "if a { danger(1); } else ", "{}", "", end),
            ),
            (
                "generics",
                nested("fn f() { let x: ", "A<", "B", ">", "; }"),
            ),
            ("closures", within("|a| ", "a", "")),
            ("macros", within("m!(danger(a), ", "a", ")")),
            ("macro", within("", "m!(danger(a)", ",\n danger(a))")),
            (
                "locks",
                nested(statement, "{ let g = m.lock().unwrap(); ", "", "}", end),
            ),
            (
                "uses",
                format!(
                    "use {}c{};",
                    nested("", "a::{b, ", "", "", ""),
                    "}".repeat(N)
                ),
            ),
        ],
        Language::Generic | Language::Regex => vec![("blocks", within("{", "a", "}"))],
        Language::Go => vec![
            ("blocks", nested(statement, "{", "", "}", end)),
            ("ifs", nested(statement, "if a { danger(1); ", "", "}", end)),
            (
                "else-ifs",
                nested(statement, "if a { danger(1) } else ", "{}", "", end),
            ),
            ("types", nested("package p\nvar x ", "[]", "int", "", "\n")),
            ("functions", within("func() int { return ", "a", "}")),
        ],
        Language::JavaScript | Language::TypeScript | Language::Tsx => vec![
            ("blocks", nested(statement, "{", "", "}", end)),
            (
                "ifs",
                nested(statement, "if (a) { danger(1); ", "", "}", end),
            ),
            (
                "else-ifs",
                nested(statement, "if (a) { danger(1); } else ", "{}", "", end),
            ),
            ("arrows", within("a => ", "a", "")),
            ("templates", within("`${", "a", "}`")),
            ("elements", within("<a>", "", "</a>")),
            ("functions", within("function () { return ", "a", "}")),
        ],
    });
    all
}

fn check_texts(language: Language, extension: &str) {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan();
    for (name, text) in texts(language) {
        let file = dir.path().join(format!("{name}.{extension}"));
        fs::write(&file, text).unwrap();
        review_one(dir.path(), &file, &plan);
    }
}

#[test]
fn hostile_python_is_survived() {
    check_texts(Language::Python, "py");
}

#[test]
fn hostile_java_is_survived() {
    check_texts(Language::Java, "java");
}

#[test]
fn hostile_go_is_survived() {
    check_texts(Language::Go, "go");
}

#[test]
fn hostile_javascript_is_survived() {
    check_texts(Language::JavaScript, "js");
}

#[test]
fn hostile_typescript_is_survived() {
    check_texts(Language::TypeScript, "ts");
    check_texts(Language::Tsx, "tsx");
}

#[test]
fn hostile_rust_is_survived() {
    check_texts(Language::Rust, "rs");
}

#[test]
fn a_hundred_thousand_levels_fit_any_stack() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan();
    for (name, text) in [
        (
            "a.py",
            nested("x = ", "((((((((((([[", "a", "]])))))))))))", "\n"),
        ),
        (
            "a.java",
            nested(
                "class A { int x = ",
                "(((((((((((((",
                "a",
                ")))))))))))))",
                "; }\n",
            ),
        ),
        (
            "a.rs",
            nested(
                "fn f() { let x = ",
                "((((((((((([[",
                "a",
                "]])))))))))))",
                "; }\n",
            ),
        ),
    ] {
        let file = dir.path().join(name);
        fs::write(&file, text).unwrap();
        assert_eq!(review_one(dir.path(), &file, &plan).stats.parsed, 1);
    }
}

#[test]
fn a_rule_that_uses_up_its_budget_is_named_and_reports_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.py");
    let statements = "    v = open(1)\n    v.close()\n".repeat(2_000);
    fs::write(&file, format!("def f():\n{statements}    danger(1)\n")).unwrap();
    let review = review_one(dir.path(), &file, &plan());
    assert!(review.is_incomplete());
    let about: Vec<_> = review.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(
        about,
        ["the rule rows-python took more than its budget of steps, and was given up"]
    );
    let reports = |rule| review.findings.iter().any(|finding| finding.rule == rule);
    assert!(!reports("rows-python") && reports("deep"));
}

#[test]
fn what_is_no_source_text_is_skipped_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan();
    let bad = "def f(x=[]):\n    return x\n";
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(bad.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut random = random();
    let bytes: Vec<u8> = (0..100_000).map(|_| random(256) as u8).collect();
    let no_nul: Vec<u8> = bytes.iter().map(|b| b | 0x81).collect();
    for (name, content, skipped) in [
        ("nul.py", b"x = 1\0\n".to_vec(), "binary"),
        ("latin1.py", b"x = '\xe9'\n".to_vec(), "not UTF-8"),
        ("utf16.py", utf16, "not UTF-8"),
        ("random.java", bytes, "binary"),
        ("random.rs", no_nul, "not UTF-8"),
        ("long.py", vec![b'x'; 20_000_000], "larger than 1 MiB"),
        (
            "line.py",
            vec![b'x'; 1_000_000],
            "minified or generated: lines of thousands of characters",
        ),
        (
            "parentheses.py",
            "(".repeat(1 << 20).into_bytes(),
            "minified or generated: lines of thousands of characters",
        ),
    ] {
        let file = dir.path().join(name);
        fs::write(&file, content).unwrap();
        let review = review_one(dir.path(), &file, &plan);
        let reasons: Vec<_> = review
            .skipped
            .iter()
            .map(|s| s.reason.to_string())
            .collect();
        assert_eq!((name, &reasons[..]), (name, &[skipped.to_owned()][..]));
    }
    for (name, content, findings) in [
        ("empty.py", Vec::new(), 0),
        ("mark.py", format!("\u{feff}{bad}").into_bytes(), 1),
        ("windows.py", bad.replace('\n', "\r\n").into_bytes(), 1),
        ("old-mac.py", bad.replace('\n', "\r").into_bytes(), 1),
    ] {
        let file = dir.path().join(name);
        fs::write(&file, content).unwrap();
        let review = review_one(dir.path(), &file, &plan);
        let of_rule = |rule: &str| review.findings.iter().filter(|f| f.rule == rule).count();
        assert_eq!(
            (name, of_rule("python/mutable-default-argument")),
            (name, findings)
        );
        assert!(review.skipped.is_empty() && review.problems.is_empty());
    }
}

#[test]
fn a_folder_full_of_traps_is_reviewed() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.py"), "def f(x=[]):\n    pass\n").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    let bad = "def f(x=[]):\n    pass\n";
    for name in [
        &b"line\nbreak.py"[..],
        b"\x1b[31mred.py",
        b"latin1-\xe9.py",
        b"-rf.py",
        "\u{202e}gnp.py".as_bytes(),
    ] {
        fs::write(root.join(std::ffi::OsStr::from_bytes(name)), bad).unwrap();
    }
    symlink(outside.path().join("secret.py"), root.join("out.py")).unwrap();
    symlink(outside.path(), root.join("folder")).unwrap();
    symlink("/dev/zero", root.join("zero.py")).unwrap();
    symlink("loop.py", root.join("loop.py")).unwrap();
    symlink(".", root.join("self")).unwrap();
    symlink("gone", root.join("dangling.py")).unwrap();
    fs::create_dir(root.join("folder.py")).unwrap();
    let fifo = std::process::Command::new("mkfifo")
        .arg(root.join("pipe.py"))
        .status()
        .unwrap();
    assert!(fifo.success());
    symlink("pipe.py", root.join("to-pipe.py")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket.py")).unwrap();
    let started = Instant::now();
    let review = review(&[root.to_owned()], root, &plan());
    assert!(started.elapsed() < MOST);
    assert_eq!(review.stats.files, 5);
    assert!(
        review.findings.len() >= 5 && review.problems.is_empty(),
        "{:?}",
        review.problems
    );
    let skipped: Vec<_> = review.skipped.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        skipped,
        [
            "dangling.py",
            "loop.py",
            "out.py",
            "pipe.py",
            "socket.py",
            "to-pipe.py",
            "zero.py"
        ]
    );
    let report = reviewer::report::Report::new(&review, &[]);
    let style = reviewer::report::TextStyle {
        color: false,
        width: 100,
    };
    let text = reviewer::report::text(&report, style);
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    assert!(text.contains("line?break.py:1:7"), "{text}");
}

/// Named one by one, traps are told apart too; what cannot be read is a problem.
#[test]
fn traps_that_are_named_are_skipped_or_problems() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.py"), "x = 1\n").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    symlink(outside.path().join("secret.py"), root.join("out.py")).unwrap();
    symlink("/dev/zero", root.join("zero.py")).unwrap();
    symlink("loop.py", root.join("loop.py")).unwrap();
    let plan = plan();
    for (name, skipped) in [
        ("out.py", true),
        ("zero.py", true),
        ("loop.py", false),
        ("gone.py", false),
    ] {
        let review = review(&[root.join(name)], root, &plan);
        assert_eq!((name, review.skipped.len() == 1), (name, skipped));
        assert_eq!((name, review.is_incomplete()), (name, !skipped));
        assert_eq!(review.stats.files, 0);
    }
}

/// Between the walk and the opening, a file may go, or be replaced by a link.
#[test]
fn a_file_that_changes_under_the_review_is_a_problem_or_a_skip() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.py");
    assert!(matches!(
        reviewer::source::read(&path),
        Err(reviewer::source::ReadError::Io(_))
    ));
    symlink("/etc/passwd", &path).unwrap();
    assert!(matches!(
        reviewer::source::read(&path),
        Err(reviewer::source::ReadError::Skip(
            reviewer::source::SkipReason::Link
        ))
    ));
}
