//! Records real programs whose CPU split is known, because they measure it themselves.
//!
//! Each program under `programs/` prints `ready`, works until a file appears, and prints its shares by function as JSON. A
//! recording must agree with it, explain the CPU that the kernel charged, and reach the root of nearly every stack. What
//! this machine does not permit is said and skipped.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and one that is skipped says so"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use profiler::profile::{LocationId, Profile};
use profiler::record::{self, Ended, Options, Recorded, Subject};
use profiler::sample::{EventKind, all_stolen_ns};
use profiler::symbol::symbolize;
use profiler::target::Stop;
use profiler::unwind::Object;

const RATE: u32 = 1999;
const DURATION: Duration = Duration::from_secs(4);

/// Largest share of stacks that do not reach their root.
const MAX_TRUNCATED: f64 = 0.01;

/// Points between sampled and measured shares.
const MAX_ERROR: f64 = 0.025;

type Shares = BTreeMap<String, f64>;

#[test]
fn an_optimized_program_without_frame_pointers_is_unwound_and_named() {
    let Some(run) = run("steady", &["-O2", "-g", "-fomit-frame-pointer"], as_given) else {
        return;
    };
    run.assert_exact(&run.profile);
    let path = run.hottest_path();
    let position = |name: &str| path.iter().position(|frame| frame == name);
    assert!(
        position("work") < position("run_heavy") && position("run_heavy") < position("heavy_work"),
        "{path:?}"
    );
    assert!(
        path.iter().any(|frame| frame.contains("start")),
        "{path:?} does not reach the thread's start"
    );
}

#[test]
fn a_stripped_program_is_unwound_and_its_offsets_are_right() {
    let Some(mut run) = run(
        "steady",
        &["-O2", "-g", "-fomit-frame-pointer", "strip"],
        as_given,
    ) else {
        return;
    };
    assert!(
        run.profile.recording.unnamed > 0,
        "a stripped program has names"
    );
    // The same program before it was stripped gives the same addresses names.
    let whole = run.program.with_extension("whole");
    for object in &mut run.objects {
        if object.path() == run.program.to_string_lossy() {
            *object = Arc::new(Object::from_file(
                object.path(),
                File::open(&whole).unwrap(),
            ));
        }
    }
    let mut named = run.profile.clone();
    symbolize(&mut named, &run.objects);
    run.assert_exact(&named);
}

#[test]
fn a_program_without_unwind_tables_is_unwound_by_its_debug_information() {
    let flags = [
        "-O2",
        "-g",
        "-fomit-frame-pointer",
        "-fno-asynchronous-unwind-tables",
        "-fno-unwind-tables",
    ];
    let Some(run) = run("steady", &flags, as_given) else {
        return;
    };
    run.assert_exact(&run.profile);
}

#[test]
fn generic_rust_functions_keep_their_types() {
    let Some(run) = run(
        "generic",
        &["-O", "-g", "-Csymbol-mangling-version=v0"],
        as_given,
    ) else {
        return;
    };
    run.assert_exact(&run.profile);
}

#[test]
fn threads_that_start_while_recording_are_seen() {
    let Some(run) = run("short_threads", &["-O2", "-g"], as_given) else {
        return;
    };
    if run.is_blind_to_short_threads() {
        return;
    }
    run.assert_exact(&run.profile);
}

#[test]
fn children_are_followed_from_their_first_instruction() {
    let Some(run) = run("children", &["-O2", "-g"], as_given) else {
        return;
    };
    if run.is_blind_to_short_threads() {
        return;
    }
    run.assert_exact(&run.profile);
}

#[test]
fn a_process_that_exits_ends_the_recording_and_keeps_it() {
    let Some(run) = run("exits", &["-O2", "-g"], as_given) else {
        return;
    };
    assert_eq!(run.ended, Ended::Exited);
    run.assert_kept();
}

#[test]
fn a_command_is_recorded_from_its_start_and_its_exit_code_is_kept() {
    let as_command = |program: &Path, options| {
        let command = vec![program.into(), "never".into()];
        Options {
            subject: Subject::Command(command),
            duration: None,
            ..options
        }
    };
    let Some(mut run) = run("exits", &["-O2", "-g"], as_command) else {
        return;
    };
    assert_eq!(run.ended, Ended::Exited);
    assert_eq!(run.child.as_mut().unwrap().wait().unwrap().code(), Some(7));
    run.assert_kept();
}

#[test]
fn a_pid_that_does_not_exist_is_an_error_that_names_it() {
    let options = Options {
        subject: Subject::Processes(vec![4_000_000]),
        duration: Some(DURATION),
        event: EventKind::CpuClock,
        rate_hz: 99,
    };
    let error = record::record(&options, &Stop::new().unwrap()).unwrap_err();
    assert!(error.to_string().contains("4000000"), "{error}");
}

/// A program that was recorded.
struct Run {
    program: PathBuf,
    profile: Profile,
    objects: Vec<Arc<Object>>,
    ended: Ended,
    child: Option<Child>,
    truth: Shares,
    /// What a hypervisor took of this machine meanwhile.
    stolen_ns: u64,
    _folder: tempfile::TempDir,
}

fn as_given(_program: &Path, options: Options) -> Options {
    options
}

/// Builds and starts a program, records it with what `adjust` makes of the options, and stops it.
fn run(
    source: &str,
    flags: &[&str],
    adjust: impl FnOnce(&Path, Options) -> Options,
) -> Option<Run> {
    // One at a time: they would take the CPU from each other.
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let program = build(folder.path(), source, flags)?;
    let stop_file = folder.path().join("stop");
    let mut child = Command::new(&program)
        .arg(&stop_file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut String::new()).unwrap();
    let subject = Subject::Processes(vec![child.id()]);
    let options = adjust(
        &program,
        Options {
            subject,
            duration: Some(DURATION),
            event: EventKind::CpuClock,
            rate_hz: RATE,
        },
    );
    let stolen = all_stolen_ns();
    let recorded = record::record(&options, &Stop::new().unwrap());
    let stolen_ns = all_stolen_ns() - stolen;
    File::create(&stop_file).unwrap();
    let mut truth = String::new();
    output.read_to_string(&mut truth).unwrap();
    child.wait().unwrap();
    let Recorded {
        mut profile,
        objects,
        ended,
        child,
    } = match recorded {
        Ok(recorded) => recorded,
        Err(record::Error::Sample(error)) => {
            eprintln!("SKIPPED {source}: {error}");
            return None;
        }
        Err(error) => panic!("{source}: {error}"),
    };
    symbolize(&mut profile, &objects);
    let truth = serde_json::from_str(&truth).unwrap();
    Some(Run {
        program,
        stolen_ns,
        profile,
        objects,
        ended,
        child,
        truth,
        _folder: folder,
    })
}

fn alone() -> MutexGuard<'static, ()> {
    static ALONE: OnceLock<Mutex<()>> = OnceLock::new();
    ALONE
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Compiles a program; the flag `strip` strips it, and keeps the whole one beside it as `.whole`.
fn build(folder: &Path, source: &str, flags: &[&str]) -> Option<PathBuf> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    let (compiler, path, fixed): (_, _, &[&str]) = match sources.join(source).with_extension("rs") {
        path if path.exists() => ("rustc", path, &["--edition", "2024"]),
        _ => (
            "cc",
            sources.join(source).with_extension("c"),
            &["-pthread"],
        ),
    };
    let program = folder.join(source);
    let strip = flags.contains(&"strip");
    let flags = flags.iter().filter(|&&flag| flag != "strip");
    let built = Command::new(compiler)
        .args(fixed)
        .args(flags)
        .arg("-o")
        .arg(&program)
        .arg(path)
        .status();
    match built {
        Ok(status) => assert!(status.success(), "{source} does not compile"),
        Err(error) => {
            eprintln!("SKIPPED {source}: {compiler} cannot be run: {error}");
            return None;
        }
    }
    if strip {
        std::fs::copy(&program, program.with_extension("whole")).unwrap();
        assert!(
            Command::new("strip")
                .arg(&program)
                .status()
                .unwrap()
                .success()
        );
    }
    Some(program)
}

impl Run {
    /// What was recorded of a program that ended by itself is there, split as measured. Its last account cannot
    /// be read once it is gone, so the coverage may be off by what it did since it was read before.
    fn assert_kept(&self) {
        let recording = &self.profile.recording;
        assert!(recording.samples > 1000, "{} samples", recording.samples);
        assert!(recording.truncated * 100 <= recording.samples);
        let coverage = recording.coverage.unwrap().share().unwrap();
        assert!((0.9..=1.15).contains(&coverage), "coverage {coverage:.3}");
        for (name, sampled) in shares(&self.profile, &self.truth) {
            let error = (sampled - self.truth[&name]).abs();
            assert!(error < 2.0 * MAX_ERROR, "{name} is {error:.3} off");
        }
    }

    /// The recording's figures hold, and the shares in `profile` are the measured ones.
    ///
    /// Ticks that fall into time which a hypervisor took are charged to nobody. Most are recognized and left
    /// out; by as much as it took altogether, a recording on a shared machine may be off.
    fn assert_exact(&self, profile: &Profile) {
        let recording = &profile.recording;
        let charged_ns = recording.coverage.unwrap().charged_ns;
        let shared = self.stolen_ns as f64 / charged_ns as f64;
        let truncated = recording.truncated as f64 / recording.samples as f64;
        let coverage = recording.coverage.unwrap().share().unwrap();
        let sampled = shares(profile, &self.truth);
        eprintln!(
            "{}: {} samples, {} stolen of {shared:.3}, {truncated:.4} truncated, coverage {coverage:.3}, sampled {sampled:.3?}, measured {:.3?}",
            self.program.display(),
            recording.samples,
            recording.stolen,
            self.truth,
        );
        assert!(recording.samples > 1000);
        assert_eq!(recording.lost, 0);
        assert!(
            truncated < MAX_TRUNCATED,
            "{truncated:.4} of the stacks are truncated"
        );
        for (name, measured) in &self.truth {
            let error = (sampled[name] - measured).abs();
            assert!(
                error < MAX_ERROR + shared,
                "{name} is {error:.3} off: {sampled:.3?} against {:.3?}",
                self.truth
            );
        }
        assert!(
            (0.98 - shared..=1.02 + shared).contains(&coverage),
            "coverage {coverage:.3} with {shared:.3} stolen"
        );
    }

    /// Names on the path of the most frequent sample, root first.
    fn hottest_path(&self) -> Vec<String> {
        let hottest = self
            .profile
            .samples
            .iter()
            .max_by_key(|sample| sample.values[0])
            .unwrap();
        self.profile
            .path(hottest.stack)
            .into_iter()
            .flat_map(|id| names(&self.profile, id))
            .collect()
    }

    fn is_blind_to_short_threads(&self) -> bool {
        let unseen = &self.profile.recording.unseen;
        let blind = unseen.iter().any(|unseen| unseen.what.contains("threads"));
        if blind {
            eprintln!(
                "SKIPPED {}: short threads are not seen without privilege",
                self.program.display()
            );
        }
        blind
    }
}

/// Share of each function of `truth` among the samples that lie in one of them.
fn shares(profile: &Profile, truth: &Shares) -> Shares {
    let mut counts: Shares = truth.keys().map(|name| (name.clone(), 0.0)).collect();
    for sample in &profile.samples {
        let leaf_first = profile.stacks.leaf_first(sample.stack);
        let frames: Vec<String> = leaf_first.flat_map(|id| names(profile, id)).collect();
        let hit = frames
            .iter()
            .find_map(|frame| truth.keys().find(|name| frame.contains(*name)));
        if let Some(name) = hit {
            *counts.get_mut(name).unwrap() += sample.values[0] as f64;
        }
    }
    let all: f64 = counts.values().sum();
    counts
        .into_iter()
        .map(|(name, count)| (name, count / all))
        .collect()
}

/// Names at a location, outermost first.
fn names(profile: &Profile, id: LocationId) -> Vec<String> {
    let lines = profile.locations[id.index()].lines.iter().rev();
    lines
        .map(|line| {
            profile
                .text(profile.functions[line.function.index()].name)
                .to_owned()
        })
        .collect()
}
