//! What a target keeps to itself stays there: no output holds its arguments, environment, heap or stack.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};

use crate::lab::{User, end_of, lab};

/// In each output the words would be found as they are; pprof is decompressed by `report`.
const OUTPUTS: &[&str] = &["out.pb.gz", "out.svg", "out.html", "out.folded", "out.json"];

/// What the program `secrets` spreads over its memory, and is given from outside.
const SECRET: &str = "correct-horse-battery-staple";

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("no_output_holds_a_secret_of_the_target", check)]
}

fn check() -> Result<(), Failed> {
    let Some(lab) = lab() else { return Ok(()) };
    let folder = lab.folder();
    for command in [false, true] {
        let mut target = lab.command(User::Own, &lab.program("secrets"));
        target
            .arg(SECRET)
            .env("PASSWORD", SECRET)
            .stdin(Stdio::piped());
        let mut profiler = lab.profiler(User::Own);
        profiler.args(["record", "--duration", "400ms", "--rate", "499"]);
        let outputs = OUTPUTS.iter().map(|name| folder.path().join(name));
        profiler.args(outputs.flat_map(|path| ["--output".into(), path.into_os_string()]));
        profiler.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = None;
        if command {
            profiler
                .env("PASSWORD", SECRET)
                .arg("--")
                .arg(lab.program("secrets"))
                .arg(SECRET);
            profiler.stdin(Stdio::piped());
        } else {
            let child = target.spawn().unwrap();
            profiler.arg("--pid").arg(child.id().to_string());
            running = Some(child);
            std::thread::sleep(Duration::from_millis(100));
        }
        let ended = end_of(profiler.spawn().unwrap());
        if let Some(mut child) = running {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let (status, message) = ended.ok_or("the profiler does not end")?;
        if message.contains("not permitted") {
            println!("SKIPPED: {message}");
            return Ok(());
        }
        for name in OUTPUTS {
            let path = folder.path().join(name);
            let bytes =
                fs::read(&path).map_err(|error| format!("{name}: {error}; {status} {message}"))?;
            let report = lab
                .profiler(User::Own)
                .arg("report")
                .arg(&path)
                .output()
                .unwrap();
            for (what, bytes) in [("the file", bytes), ("the report", report.stdout)] {
                // `spread_secret` is the function that is sampled: that the words are looked for where names stand.
                let text = String::from_utf8_lossy(&bytes);
                if text.contains(SECRET) || message.contains(SECRET) {
                    return Err(
                        format!("{what} of {name} holds the secret (command: {command})").into(),
                    );
                }
                if what == "the report"
                    && *name != "out.svg"
                    && *name != "out.html"
                    && !text.contains("spread_secret")
                {
                    return Err(format!("{name} shows nothing of the target: {text}").into());
                }
            }
            fs::remove_file(path).unwrap();
        }
    }
    Ok(())
}
