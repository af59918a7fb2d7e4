//! Attach, detach, kill the profiler: the target must not notice, and nothing may stay behind.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};

use crate::lab::{
    Lab, Random, Target, User, end_of, kernel_objects, lab, left_behind, settled_traits, signal,
    state, traits,
};

/// What targets do while they are attached to.
const KINDS: &[&str] = &[
    "busy",
    "forks",
    "vforks",
    "threads",
    "blocked",
    "signals",
    "stopped",
    "traced",
    "undumpable",
    "exits",
];

/// What happened to the profiler, by number of attachments.
#[derive(Debug, Default)]
struct Counts {
    recorded: usize,
    /// The process is another user's, or forbids it.
    refused: usize,
    /// The target ended first.
    gone: usize,
    killed: usize,
    /// Programs, maps and links of the kernel that killed profilers held.
    objects: usize,
    events: usize,
    harm: Vec<String>,
}

/// How a profiler's life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Detach,
    Kill,
}

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("a_target_that_is_disturbed_says_so", disturbed)];
    for &kind in KINDS {
        trials.push(Trial::test(
            format!("{kind}::attached_to_is_unharmed"),
            move || check(kind, Fate::Detach),
        ));
        trials.push(Trial::test(
            format!("{kind}::survives_killed_profilers"),
            move || check(kind, Fate::Kill),
        ));
    }
    trials
}

/// Attachments for each kind of target and user.
fn cycles(kind: &str, fate: Fate) -> usize {
    let is_full = std::env::var("HONE_HARM").is_ok_and(|value| value == "full");
    match (is_full, fate) {
        (true, Fate::Detach) => 50,
        (true, Fate::Kill) => 10,
        (false, Fate::Detach) => 3,
        // One for each kind is enough, in turn by either user.
        (false, Fate::Kill) => usize::from(!matches!(kind, "vforks" | "undumpable")),
    }
}

/// The targets' counts are a measure only if they rise when somebody stops and continues the target.
fn disturbed() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let target = Target::start(lab, &["blocked"]);
    for _ in 0..5 {
        signal("STOP", target.pid());
        std::thread::sleep(Duration::from_millis(20));
        signal("CONT", target.pid());
        std::thread::sleep(Duration::from_millis(20));
    }
    match target.end() {
        Some(harm) if !harm.contains("eintr 0") => Ok(()),
        other => Err(format!("stopping it went unnoticed: {other:?}").into()),
    }
}

fn check(kind: &'static str, fate: Fate) -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    if cycles(kind, fate) == 0 {
        return Ok(());
    }
    for &user in lab.users() {
        let counts = match kind {
            "exits" => exiting(lab, user, fate),
            _ => steady(lab, kind, user, fate),
        };
        let Some(counts) = counts else { return Ok(()) };
        println!(
            "| {kind} | {user:?} | {fate:?} | recorded {} | refused {} | gone {} | killed {} | kernel objects {} | \
             events {} | harmed {} |",
            counts.recorded,
            counts.refused,
            counts.gone,
            counts.killed,
            counts.objects,
            counts.events,
            counts.harm.len()
        );
        if !counts.harm.is_empty() {
            return Err(counts.harm.join("\n").into());
        }
    }
    Ok(())
}

/// One target, attached to again and again.
fn steady(lab: &Lab, kind: &str, user: User, fate: Fate) -> Option<Counts> {
    let target = match kind {
        "traced" => Target::start_traced(lab, &["busy"])?,
        "stopped" => Target::start(lab, &["busy"]),
        kind => Target::start(lab, &[kind]),
    };
    let pid = target.pid();
    if kind == "stopped" {
        signal("STOP", pid);
        while state(pid) != Some('T') {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    let before = settled_traits(pid);
    let mut counts = Counts::default();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..cycles(kind, fate) {
        attach(lab, pid, user, fate, &mut random, &mut counts);
        let letter = state(pid);
        if matches!(letter, None | Some('T' | 't' | 'Z' | 'X')) != (kind == "stopped") {
            counts.harm.push(format!("its state is {letter:?} now"));
        }
        let after = traits(pid);
        if after != before {
            counts
                .harm
                .push(format!("it was\n{before}\nand is\n{after}"));
        }
    }
    if kind == "stopped" {
        signal("CONT", pid);
        std::thread::sleep(Duration::from_millis(50));
    }
    counts.harm.extend(target.end());
    Some(counts)
}

/// A new target each time, which ends by itself at some moment of the attachment.
fn exiting(lab: &Lab, user: User, fate: Fate) -> Option<Counts> {
    let mut counts = Counts::default();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..cycles("exits", fate) {
        let rounds = (1 + random.below(300)).to_string();
        let target = Target::start(lab, &["exits", &rounds]);
        attach(lab, target.pid(), user, fate, &mut random, &mut counts);
        counts.harm.extend(target.end());
    }
    Some(counts)
}

/// Attaches by the command line for 20 to 50 ms, or kills that somewhere on its way.
fn attach(lab: &Lab, pid: u32, user: User, fate: Fate, random: &mut Random, counts: &mut Counts) {
    let folder = lab.folder();
    let output = folder.path().join("out.folded");
    let duration = match fate {
        Fate::Detach => format!("{}ms", 20 + random.below(31)),
        Fate::Kill => "1s".to_owned(),
    };
    let mut profiler = lab
        .profiler(user)
        .args(["record", "--rate", "999", "--duration", &duration, "--pid"])
        .arg(pid.to_string())
        .arg("--output")
        .arg(&output)
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let own_pid = profiler.id();
    if fate == Fate::Kill {
        std::thread::sleep(Duration::from_millis(random.below(250)));
        let (objects, events) = kernel_objects(own_pid);
        profiler.kill().unwrap();
        profiler.wait().unwrap();
        counts.killed += 1;
        counts.objects += objects.len();
        counts.events += events;
        let left = left_behind(lab, &objects);
        counts
            .harm
            .extend(left.iter().map(|object| format!("{object} was left")));
        // Where the target ended before, the recording was kept.
        expect_files(folder.path(), counts);
        return;
    }
    let Some((status, message)) = end_of(profiler) else {
        counts.harm.push("the profiler does not end".to_owned());
        return;
    };
    let is_recorded = status.success();
    match &*message {
        _ if is_recorded => counts.recorded += 1,
        text if text.contains("not permitted") => counts.refused += 1,
        text if text.contains("no process has")
            || text.contains("ended before")
            || text.contains("already exited") =>
        {
            counts.gone += 1;
        }
        other => counts
            .harm
            .push(format!("the profiler ends with {status}: {other}")),
    }
    expect_files(folder.path(), counts);
}

/// Nothing else lies in the folder that the profiler ran in, wrote to and was given for temporary files.
fn expect_files(folder: &Path, counts: &mut Counts) {
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name();
        if name != "out.folded" {
            counts.harm.push(format!("{name:?} was left"));
        }
    }
}
