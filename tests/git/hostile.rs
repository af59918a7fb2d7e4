//! A repository whose configuration and attributes name programs and servers: none is run, none is asked.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::repository::{Repository, isolated};

/// Settings that make git run the program that follows, where it honours them.
const SETTINGS: [&str; 15] = [
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.trap.command",
    "diff.trap.textconv",
    "filter.trap.clean",
    "filter.trap.smudge",
    "filter.trap.process",
    "alias.diff",
    "pager.diff",
    "credential.helper",
];

/// A repository in which every way to run a program is taken, with changes of each kind.
fn trapped(trap: &Path) -> Repository {
    let repository = Repository::new(&[
        ("a.py", "x = 1\n"),
        ("b.py", "x = 1\n"),
        ("c.py", "x = 1\n"),
    ]);
    repository.commit(&[("a.py", "x = 1\nbad(1)\n")]);
    repository.stage("b.py", "x = 1\nbad(2)\n");
    repository.git(&["mv", "c.py", "d.py"]);
    fs::write(trap, "#!/bin/sh\ntouch \"$0.ran\"\ncat\n").unwrap();
    fs::set_permissions(trap, fs::Permissions::from_mode(0o755)).unwrap();
    let hooks = repository.top().join(".git/trap");
    fs::create_dir(&hooks).unwrap();
    for hook in ["post-index-change", "pre-commit", "reference-transaction"] {
        fs::copy(trap, hooks.join(hook)).unwrap();
    }
    fs::write(
        repository.top().join(".git/info/attributes"),
        "* filter=trap diff=trap\n",
    )
    .unwrap();
    // To tell whether this one changed, git has to compare the contents, which it passes through the filter.
    date_ahead(&repository, "d.py");
    repository.git(&["add", "d.py"]);
    repository.write("d.py", "x = 2\n");
    date_ahead(&repository, "d.py");
    let program = trap.to_str().unwrap();
    let mut settings: Vec<_> = SETTINGS.iter().map(|key| (*key, program)).collect();
    settings.extend([
        ("core.hooksPath", ".git/trap"),
        ("core.trustCTime", "false"),
        ("filter.trap.required", "true"),
        ("remote.origin.url", "ssh://example.com/x"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialCloneFilter", "blob:none"),
        ("extensions.partialClone", "origin"),
        ("protocol.allow", "always"),
        ("protocol.ssh.allow", "always"),
    ]);
    let mut text = fs::read_to_string(repository.top().join(".git/config")).unwrap();
    for (key, value) in settings {
        let (section, name) = key.rsplit_once('.').unwrap();
        let section = match section.split_once('.') {
            Some((section, part)) => format!("{section} \"{part}\""),
            None => section.to_owned(),
        };
        text += &format!("[{section}]\n\t{name} = {value}\n");
    }
    fs::write(repository.top().join(".git/config"), text).unwrap();
    repository
}

/// Dates a file after any index.
fn date_ahead(repository: &Repository, name: &str) {
    let file = fs::File::options()
        .write(true)
        .open(repository.top().join(name));
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    file.unwrap().set_modified(date).unwrap();
}

/// What a review did.
#[derive(Debug)]
struct Traced {
    code: Option<i32>,
    /// The programs that it started.
    programs: BTreeSet<String>,
    /// The calls that reach for a network.
    reached: Vec<String>,
}

fn traced(repository: &Repository, arguments: &[&str], log: &Path) -> Traced {
    let check = repository.checking(&repository.top(), arguments);
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-e",
        "trace=execve,execveat,connect",
        "-e",
        "signal=none",
        "-o",
    ]);
    strace
        .arg(log)
        .arg(check.get_program())
        .args(check.get_args());
    for (name, value) in check.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    let output = strace.current_dir(repository.top()).output().unwrap();
    let trace = fs::read_to_string(log).unwrap();
    let programs = trace
        .lines()
        .filter(|line| line.contains("execve") && line.contains(" = 0"))
        .filter_map(|line| Some(line.split('"').nth(1)?.rsplit('/').next()?.to_owned()));
    let reached = trace.lines().filter(|line| line.contains("connect("));
    Traced {
        code: output.status.code(),
        programs: programs.collect(),
        reached: reached.map(str::to_owned).collect(),
    }
}

fn strace_is_installed() -> bool {
    let installed = Command::new("strace").arg("-V").output().is_ok();
    if !installed {
        eprintln!("SKIPPED: strace is not installed, so what a review runs is not seen");
    }
    installed
}

#[test]
fn nothing_but_git_runs_and_nothing_is_connected_to() {
    if !strace_is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let trap = folder.path().join("trap");
    let repository = trapped(&trap);
    for arguments in [&["."][..], &["--staged"], &["--base", "HEAD~1"]] {
        let traced = traced(&repository, arguments, &folder.path().join("log"));
        assert_eq!(traced.code, Some(1), "{arguments:?}");
        let expected: &[&str] = if arguments == ["."] {
            &["reviewer"]
        } else {
            &["git", "reviewer"]
        };
        assert!(
            traced.programs.iter().eq(expected),
            "{arguments:?}: {traced:?}"
        );
        assert!(traced.reached.is_empty(), "{arguments:?}: {traced:?}");
    }
    let ran = trap.with_extension("ran");
    assert!(!ran.exists());
    // The trap is one: git itself, unasked to be careful, runs it.
    isolated("git")
        .arg("diff")
        .current_dir(repository.top())
        .output()
        .unwrap();
    assert!(ran.exists());
}

#[test]
fn content_that_is_missing_is_not_fetched() {
    if !strace_is_installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let trap = folder.path().join("trap");
    let repository = trapped(&trap);
    let id = repository.git(&["rev-parse", "HEAD:b.py"]);
    let object = format!(".git/objects/{}/{}", &id[..2], &id[2..]);
    fs::remove_file(repository.top().join(object)).unwrap();
    let traced = traced(&repository, &["--staged"], &folder.path().join("log"));
    assert_eq!(traced.code, Some(2));
    assert!(traced.programs.iter().eq(["git", "reviewer"]), "{traced:?}");
    assert!(traced.reached.is_empty(), "{traced:?}");
    assert!(!trap.with_extension("ran").exists());
}
