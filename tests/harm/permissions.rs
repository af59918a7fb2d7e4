//! Capabilities instead of root: what works under each, and whether `profiler doctor` says so.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::lab::{Lab, Target, User, end_of, lab};

/// Capabilities, and what a user that has these and nothing else gets, for its own process and for one that
/// it may not look into: another user's, or one that forbids it.
const MATRIX: &[(&str, Gets, Gets)] = &[
    ("", USER_CODE, NOTHING),
    ("sys_ptrace", USER_CODE, USER_CODE),
    ("perfmon", WITH_KERNEL, NOTHING),
    ("perfmon,sys_ptrace", WITH_KERNEL, WITH_KERNEL),
    ("bpf", USER_CODE, NOTHING),
    ("perfmon,bpf", EVERYTHING, NOTHING),
    ("perfmon,bpf,sys_ptrace", EVERYTHING, EVERYTHING),
    ("sys_admin", EVERYTHING, NOTHING),
];

/// What a recording shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gets {
    /// Stacks with callers.
    stacks: bool,
    kernel: bool,
    /// Threads and processes that use less than a period.
    short: bool,
}

const NOTHING: Gets = Gets {
    stacks: false,
    kernel: false,
    short: false,
};
const USER_CODE: Gets = Gets {
    stacks: true,
    ..NOTHING
};
const WITH_KERNEL: Gets = Gets {
    kernel: true,
    ..USER_CODE
};
const EVERYTHING: Gets = Gets {
    short: true,
    ..WITH_KERNEL
};

/// `perf_event_paranoid` of the machines that the matrix is of.
const LEVEL: &str = "2";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("capabilities_bring_what_doctor_says", matrix),
        Trial::test("capabilities_of_the_file_are_enough", file_capabilities),
        Trial::test("doctor_names_a_filter_of_system_calls", seccomp),
        Trial::test(
            "doctor_names_no_capability_where_the_kernel_reserves_perf_events_for_root",
            paranoid,
        ),
    ]
}

/// The lab, where this machine is like the ones that the matrix is of.
fn suited() -> Option<&'static Lab> {
    let lab = lab()?;
    let level = fs::read_to_string("/proc/sys/kernel/perf_event_paranoid").unwrap_or_default();
    let is_suited = lab.users().len() == 2 && level.trim() == LEVEL;
    if !is_suited {
        println!("SKIPPED: it takes root, and kernel.perf_event_paranoid {LEVEL}");
    }
    is_suited.then_some(lab)
}

/// `program` as a user that has nothing but `capabilities`.
fn with_capabilities(lab: &Lab, capabilities: &str, program: &Path) -> Command {
    let mut command = lab.command(User::Nobody, Path::new("env"));
    if !capabilities.is_empty() {
        let added: Vec<String> = capabilities
            .split(',')
            .map(|name| format!("+{name}"))
            .collect();
        let added = added.join(",");
        command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.args([
            format!("--inh-caps={added}"),
            format!("--ambient-caps={added}"),
            "env".to_owned(),
        ]);
    }
    command.arg(program);
    command
}

/// Records `pid` with what `profiler` makes, and sees what came of it.
fn recorded(lab: &Lab, mut profiler: Command, pid: u32) -> Result<Gets, Failed> {
    let folder = lab.folder();
    let output = folder.path().join("out.json");
    profiler.args(["record", "--rate", "499", "--duration", "300ms", "--pid"]);
    profiler.arg(pid.to_string()).arg("--output").arg(&output);
    let child = profiler
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (status, message) = end_of(child).ok_or("the profiler does not end")?;
    if !status.success() && message.contains("not permitted") {
        return Ok(NOTHING);
    }
    let text = fs::read_to_string(output).map_err(|error| format!("{error}: {message}"))?;
    let document: Value = serde_json::from_str(&text).unwrap();
    let recording = &document["profile"]["recording"];
    let samples = recording["samples"].as_u64().unwrap();
    let truncated = recording["truncated"].as_u64().unwrap();
    // Only kernel frames come without the process's mappings: of no use to anybody.
    if samples == 0 || truncated * 2 > samples {
        return Ok(NOTHING);
    }
    let unseen = recording["unseen"].to_string();
    Ok(Gets {
        stacks: true,
        kernel: recording["kernel"].as_bool().unwrap(),
        short: !unseen.contains("threads and processes that start while recording"),
    })
}

/// What doctor promises for `pid`, and its words.
fn promised(mut profiler: Command, pid: u32) -> (Gets, String) {
    let output = profiler
        .args(["doctor", "--pid"])
        .arg(pid.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let works = output.status.code() == Some(0);
    let line = |name: &str| {
        text.lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap_or_default()
    };
    let gets = Gets {
        stacks: works,
        kernel: works && line("kernel frames ").contains("yes"),
        short: works && line("can attach").contains("any length"),
    };
    (gets, text)
}

fn matrix() -> Result<(), Failed> {
    let Some(lab) = suited() else { return Ok(()) };
    let own = Target::start(lab, &["busy"]);
    let undumpable = Target::start(lab, &["undumpable"]);
    let other = Target::start_as(lab, User::Own, &["busy"]);
    let profiler = lab.program("profiler");
    let mut wrong = Vec::new();
    for (capabilities, of_own, of_other) in MATRIX {
        for (whose, target, expected) in [
            ("own", &own, of_own),
            ("undumpable", &undumpable, of_other),
            ("other's", &other, of_other),
        ] {
            let gets = recorded(
                lab,
                with_capabilities(lab, capabilities, &profiler),
                target.pid(),
            )?;
            let (promised, words) = promised(
                with_capabilities(lab, capabilities, &profiler),
                target.pid(),
            );
            println!("| {capabilities} | {whose} | {gets:?} |");
            if gets != *expected || promised != gets {
                wrong.push(format!("{capabilities} on {whose}: {gets:?}, not {expected:?}, and doctor says {promised:?}:\n{words}"));
            }
            // Granted what doctor names, the next attempt works: the smallest grant is one of a row that does.
            let names_ptrace = words.contains("attaching to this process: CAP_SYS_PTRACE\n")
                || words.contains("functions and callers: CAP_SYS_PTRACE\n");
            if (expected == &NOTHING) != names_ptrace {
                wrong.push(format!(
                    "{capabilities} on {whose}: the grant is not named:\n{words}"
                ));
            }
        }
    }
    let harmed: Vec<String> = [own, undumpable, other]
        .into_iter()
        .filter_map(Target::end)
        .collect();
    wrong.extend(harmed);
    wrong
        .is_empty()
        .then_some(())
        .ok_or_else(|| wrong.join("\n").into())
}

/// A file with capabilities makes its process one that may not be looked into, which must not keep it from itself.
fn file_capabilities() -> Result<(), Failed> {
    let Some(lab) = suited() else { return Ok(()) };
    let folder = lab.folder();
    let profiler = folder.path().join("profiler");
    fs::copy(lab.program("profiler"), &profiler).unwrap();
    fs::set_permissions(&profiler, fs::Permissions::from_mode(0o755)).unwrap();
    let set = Command::new("setcap")
        .arg("cap_perfmon,cap_bpf,cap_sys_ptrace=ep")
        .arg(&profiler)
        .status();
    if !set.is_ok_and(|status| status.success()) {
        println!("SKIPPED: setcap cannot be run, or the file system has no capabilities");
        return Ok(());
    }
    for user in [User::Nobody, User::Own] {
        let target = Target::start_as(lab, user, &["busy"]);
        let gets = recorded(lab, lab.command(User::Nobody, &profiler), target.pid())?;
        let (promised, words) = promised(lab.command(User::Nobody, &profiler), target.pid());
        target.end();
        if gets != EVERYTHING || promised != EVERYTHING {
            return Err(format!("{gets:?}, and doctor says {promised:?}: {words}").into());
        }
    }
    Ok(())
}

fn seccomp() -> Result<(), Failed> {
    let Some(lab) = suited() else { return Ok(()) };
    let target = Target::start_as(lab, User::Own, &["busy"]);
    // EPERM, EACCES and ENOSYS, as runtimes of containers answer.
    for errno in ["1", "13", "38"] {
        for (call, named, works) in [("perf", "perf_event_open", false), ("bpf", "bpf", true)] {
            let mut command = Command::new(lab.program("deny"));
            command.args([errno, call]).arg(lab.program("profiler"));
            let (promised, words) = promised(command, target.pid());
            let names = words.contains(&format!("a seccomp profile that permits {named}\n"));
            if promised.stacks != works || !names || !words.contains("--security-opt seccomp=") {
                return Err(format!("{errno} to {call}: {words}").into());
            }
        }
    }
    target.end();
    Ok(())
}

/// The level is a file that only this test sees, and the refusal a filter's.
fn paranoid() -> Result<(), Failed> {
    let Some(lab) = suited() else { return Ok(()) };
    let folder = lab.folder();
    let level = folder.path().join("level");
    fs::write(&level, "4\n").unwrap();
    fs::set_permissions(&level, fs::Permissions::from_mode(0o644)).unwrap();
    const SCRIPT: &str = "mount --bind \"$1\" /proc/sys/kernel/perf_event_paranoid || exit 99
        exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+perfmon --ambient-caps=+perfmon \\
            \"$2\" 13 perf \"$3\" doctor";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", SCRIPT, "sh"])
        .arg(level)
        .args([lab.program("deny"), lab.program("profiler")])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() == Some(99) {
        println!("SKIPPED: nothing can be mounted here");
        return Ok(());
    }
    let is_right = output.status.code() == Some(1)
        && text.contains("sudo sysctl kernel.perf_event_paranoid=2")
        && !text.contains("setcap");
    is_right.then_some(()).ok_or_else(|| text.into())
}
