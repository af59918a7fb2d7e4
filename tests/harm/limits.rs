//! What a recording may cost, and what is said when it cannot keep up.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::lab::{Lab, Target, User, end_of, lab, peak_memory_kb, signal};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test(
            "a_hundred_threads_cost_30_mb_and_a_hundredth_of_a_core",
            cost,
        ),
        Trial::test(
            "what_is_lost_by_a_profiler_that_gets_no_cpu_is_counted",
            starved,
        ),
        Trial::test("a_full_disk_is_an_error_and_keeps_the_old_file", full_disk),
    ];
    for mode in ["remaps", "forks", "threads", "crowd"] {
        trials.push(Trial::test(
            format!("memory_stays_where_it_is::{mode}"),
            move || growth(mode),
        ));
    }
    trials
}

/// Starts a recording of `pid` to `out.json` in `folder`.
fn record(lab: &Lab, folder: &std::path::Path, pid: u32, duration: &str, rate: &str) -> Child {
    lab.profiler(User::Own)
        .args(["record", "--duration", duration, "--rate", rate, "--pid"])
        .arg(pid.to_string())
        .arg("--output")
        .arg(folder.join("out.json"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The recording's own figures; `None` where it was not permitted.
fn figures(
    folder: &std::path::Path,
    ended: Option<(std::process::ExitStatus, String)>,
) -> Result<Option<Value>, Failed> {
    let (status, message) = ended.ok_or("the profiler does not end")?;
    if message.contains("not permitted") {
        println!("SKIPPED: {message}");
        return Ok(None);
    }
    let text = fs::read_to_string(folder.join("out.json"))
        .map_err(|error| format!("{status}: {message} {error}"))?;
    let document: Value = serde_json::from_str(&text).unwrap();
    Ok(Some(document["profile"]["recording"].clone()))
}

fn cost() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let folder = lab.folder();
    let target = Target::start(lab, &["crowd", "100"]);
    let profiler = record(lab, folder.path(), target.pid(), "3s", "99");
    let own = profiler.id().to_string();
    let watch = std::thread::spawn(move || {
        let start = Instant::now();
        let (mut recording, mut all) = (0, 0);
        while let Some(now) = peak_memory_kb(&own) {
            all = now;
            if start.elapsed() < Duration::from_millis(2800) {
                recording = now;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        (recording, all)
    });
    let ended = end_of(profiler);
    let (peak, with_names) = watch.join().unwrap();
    let harm = target.end();
    let Some(recording) = figures(folder.path(), ended)? else {
        return Ok(());
    };
    let share =
        recording["own_cpu_ns"].as_f64().unwrap() / recording["duration_ns"].as_f64().unwrap();
    println!(
        "{} samples, {peak} KB while recording, {with_names} KB with naming, {:.2} % of a core",
        recording["samples"],
        share * 100.0
    );
    // Without optimization, unwinding takes several times as long. The table of the kernel's names, which is read once
    // the recording is over, takes 40 MB by itself.
    let most = if cfg!(debug_assertions) { 0.05 } else { 0.01 };
    match harm {
        None if peak <= 30 << 10 && with_names <= 64 << 10 && share <= most => Ok(()),
        harm => Err(format!("{peak} KB, {share:.4} of a core, harm {harm:?}").into()),
    }
}

fn starved() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let folder = lab.folder();
    let target = Target::start(lab, &["busy"]);
    let profiler = record(lab, folder.path(), target.pid(), "3s", "9999");
    let own = profiler.id();
    std::thread::sleep(Duration::from_millis(800));
    signal("STOP", own);
    std::thread::sleep(Duration::from_millis(1500));
    signal("CONT", own);
    let ended = end_of(profiler);
    target.end();
    let Some(recording) = figures(folder.path(), ended)? else {
        return Ok(());
    };
    let count = |name: &str| recording[name].as_f64().unwrap_or(0.0);
    let charged = recording["coverage"]["charged_ns"].as_f64().unwrap();
    let seen = (count("samples") + count("lost") + count("stolen") + count("throttled"))
        * count("period_ns");
    println!(
        "{} samples, {} lost, {} stolen: {:.3} of the CPU time charged",
        count("samples"),
        count("lost"),
        count("stolen"),
        seen / charged
    );
    let report = lab
        .profiler(User::Own)
        .arg("report")
        .arg(folder.path().join("out.json"))
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&report.stdout).into_owned();
    let said = report
        .lines()
        .find(|line| line.trim_start().starts_with("lost "))
        .unwrap_or_default();
    if count("lost") < 1000.0 || !said.replace(',', "").contains(&count("lost").to_string()) {
        return Err(format!("{} are lost, and the report says: {said}", count("lost")).into());
    }
    // The kernel may hold timers back, and counts no record twice: within a tenth on a busy machine.
    match (0.9..=1.1).contains(&(seen / charged)) {
        true => Ok(()),
        false => Err(format!("samples and losses explain {:.3}", seen / charged).into()),
    }
}

fn full_disk() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let folder = lab.folder();
    let target = Target::start(lab, &["busy"]);
    const SCRIPT: &str = "mount -t tmpfs -o size=40k tmpfs \"$1\" || exit 99
        echo old >\"$1/out.html\"
        head -c 24000 /dev/zero >\"$1/filler\"
        \"$2\" record --pid \"$3\" --duration 300ms --rate 999 --output \"$1/out.html\" 2>&1
        echo \"exit $?\"; cat \"$1/out.html\"; ls -A \"$1\"";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", SCRIPT, "sh"])
        .arg(folder.path())
        .arg(lab.program("profiler"))
        .arg(target.pid().to_string())
        .output()
        .unwrap();
    target.end();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() == Some(99) || !output.stderr.is_empty() && text.is_empty() {
        println!("SKIPPED: no file system can be mounted here");
        return Ok(());
    }
    match text.contains("out.html: No space left on device")
        && text.ends_with("exit 2\nold\nfiller\nout.html\n")
    {
        true => Ok(()),
        false => Err(text.into()),
    }
}

/// Targets that make something new all the time: code, processes, threads. Long runs are for `HONE_HARM=full`.
fn growth(mode: &'static str) -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let seconds = match std::env::var("HONE_HARM").is_ok_and(|value| value == "full") {
        true => 60,
        false => 3,
    };
    let folder = lab.folder();
    let target = match mode {
        "crowd" if seconds > 3 => Target::start(lab, &["crowd", "10000"]),
        "crowd" => Target::start(lab, &["crowd", "1000"]),
        mode => Target::start(lab, &[mode]),
    };
    let profiler = record(
        lab,
        folder.path(),
        target.pid(),
        &format!("{seconds}s"),
        "99",
    );
    let own = profiler.id().to_string();
    let start = Instant::now();
    let mut peaks = Vec::new();
    // At a third, two thirds and right before the end, when nothing is named yet.
    for third in 1..=3 {
        let until = Duration::from_millis(seconds * 1000 * third / 3 - 100);
        std::thread::sleep(until.saturating_sub(start.elapsed()));
        peaks.push(peak_memory_kb(&own).unwrap_or(0));
    }
    let ended = end_of(profiler);
    let counts = target.end();
    let Some(recording) = figures(folder.path(), ended)? else {
        return Ok(());
    };
    println!(
        "{mode} for {seconds} s: {peaks:?} KB, {} samples, {} lost",
        recording["samples"], recording["lost"]
    );
    let grown = peaks[2].saturating_sub(peaks[0]);
    match counts {
        None if grown < 10 << 10 && peaks[2] < 250 << 10 => Ok(()),
        harm => Err(format!("memory: {peaks:?} KB; {harm:?}").into()),
    }
}
