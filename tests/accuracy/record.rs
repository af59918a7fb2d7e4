//! A recording of a case by one tool, brought to one form: stacks, root first.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use profiler::profile::{FoundBy, FrameKind, LocationId, Profile, Recording};

use crate::Skipped;
use crate::cases::{Case, Place, Stacks};
use crate::program::{Built, Copy, Target};
use crate::score::Shares;

/// What records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Profiler,
    PerfFramePointers,
    PerfDwarf,
}

/// All samples with the same stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stack {
    /// Names from the root to the leaf, inlined functions included; `None` for a frame without one.
    pub(crate) frames: Vec<Option<String>>,
    /// Whether it reaches its root, named or not.
    pub(crate) complete: bool,
    /// Whether a frame is labelled as guessed.
    pub(crate) guessed: bool,
    /// How many samples have it.
    pub(crate) count: u64,
}

/// What a tool recorded, and what the program measured meanwhile.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) stacks: Vec<Stack>,
    pub(crate) truth: Shares,
    /// Share of the machine's time that a hypervisor took.
    pub(crate) stolen: f64,
    /// What our own recordings say about themselves.
    pub(crate) facts: Option<Recording>,
}

/// Has `tool` record a fresh run of the program for `seconds`.
pub(crate) fn record(
    case: &Case,
    built: &Built,
    tool: Tool,
    seconds: f64,
) -> Result<Recorded, Skipped> {
    let copy = built.copy();
    let recording = copy.folder().join("recording");
    let machine = MachineTime::now();
    let truth = match case.place {
        Place::Command => {
            let mut command = tool.command(case, &recording);
            let stop_file = copy.stop_file();
            command.args([Path::new("--"), &copy.program, &stop_file]);
            let (truth, code, said) = Target::spawn(command, stop_file)?.ended();
            if tool == Tool::Profiler {
                assert_eq!(
                    code,
                    Some(7),
                    "the command's exit code is passed on: {said}"
                );
            }
            truth
        }
        place => {
            let target = Target::start(&copy, place)?;
            let command = tool.attach(case, &recording, target.pid(), seconds);
            let output = run(command);
            let truth = if place.outlasts_recordings() {
                target.stop().0
            } else {
                target.ended().0
            };
            succeeded(output?)?;
            truth
        }
    };
    let stolen = machine.stolen_since();
    let (stacks, facts) = match tool {
        Tool::Profiler => ours(&recording, &copy)?,
        Tool::PerfFramePointers | Tool::PerfDwarf => (perf(&recording, &copy, case)?, None),
    };
    if case.needs_privilege
        && facts.as_ref().is_some_and(|facts| {
            facts
                .unseen
                .iter()
                .any(|unseen| unseen.what.contains("threads"))
        })
    {
        return Err(Skipped(
            "short threads are not seen without privilege".to_owned(),
        ));
    }
    Ok(Recorded {
        stacks,
        truth,
        stolen,
        facts,
    })
}

/// That a process which does not exist is an error, and named.
pub(crate) fn refuses_a_missing_process() -> Result<(), String> {
    let output = Command::new(profiler_path())
        .args(["record", "--pid", "4000000", "--duration", "1s"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(2) if said.contains("4000000") => Ok(()),
        code => Err(format!("exit code {code:?}: {said}")),
    }
}

fn profiler_path() -> PathBuf {
    std::env::var_os("HONE_PROFILER")
        .map_or_else(|| env!("CARGO_BIN_EXE_profiler").into(), PathBuf::from)
}

impl Tool {
    /// The command line up to what is to be recorded.
    fn command(self, case: &Case, recording: &Path) -> Command {
        let rate = case.rate_hz.to_string();
        let mut command;
        match self {
            Tool::Profiler => {
                command = Command::new(profiler_path());
                command.args(["record", "--rate", &rate, "--output"]);
                command.arg(format!("json:{}", recording.display()));
            }
            Tool::PerfFramePointers | Tool::PerfDwarf => {
                let graph = if self == Tool::PerfDwarf {
                    "dwarf,8192"
                } else {
                    "fp"
                };
                command = Command::new("perf");
                command.args(["record", "--quiet", "--event", "cpu-clock", "--freq", &rate]);
                command
                    .args(["--call-graph", graph, "--output"])
                    .arg(recording);
            }
        }
        command
    }

    fn attach(self, case: &Case, recording: &Path, pid: u32, seconds: f64) -> Command {
        let mut command = self.command(case, recording);
        command.args(["--pid", &pid.to_string()]);
        match self {
            Tool::Profiler => command.args(["--duration", &format!("{seconds:.1}s")]),
            Tool::PerfFramePointers | Tool::PerfDwarf => {
                command.args(["--", "sleep", &format!("{seconds:.1}")])
            }
        };
        command
    }
}

fn run(mut command: Command) -> Result<Output, Skipped> {
    command
        .output()
        .map_err(|error| Skipped(format!("{:?}: {error}", command.get_program())))
}

fn succeeded(output: Output) -> Result<Output, Skipped> {
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(output)
    } else {
        Err(Skipped(said.trim().to_owned()))
    }
}

/// Stacks of our own JSON. The frames of a stripped program get their names from its twin.
fn ours(recording: &Path, copy: &Copy) -> Result<(Vec<Stack>, Option<Recording>), Skipped> {
    let text = fs::read(recording).map_err(|error| Skipped(format!("no recording: {error}")))?;
    let mut document: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let profile: Profile = serde_json::from_value(document["profile"].take()).unwrap();
    let twin = copy
        .twin()
        .map(|twin| twin_names(&profile, copy, &twin))
        .transpose()?;
    let counts = profile
        .value_types
        .iter()
        .position(|value| profile.text(value.kind) == "samples")
        .expect("a recording counts its samples");
    let stacks = profile.samples.iter().map(|sample| {
        let mut stack = Stack {
            complete: true,
            count: sample.values[counts] as u64,
            ..Stack::default()
        };
        for id in profile.path(sample.stack) {
            let location = &profile.locations[id.index()];
            stack.guessed |= location.found_by == FoundBy::Heuristic;
            match location.kind {
                FrameKind::Truncated => stack.complete = false,
                _ if !location.lines.is_empty() => {
                    stack.frames.extend(names(&profile, id).map(Some))
                }
                _ => match twin.as_ref().and_then(|twin| twin.get(&id)) {
                    Some(names) => stack.frames.extend(names.iter().cloned().map(Some)),
                    None => stack.frames.push(None),
                },
            }
        }
        stack
    });
    Ok((stacks.collect(), Some(profile.recording.clone())))
}

/// Names at a location, outermost first.
fn names(profile: &Profile, id: LocationId) -> impl Iterator<Item = String> + '_ {
    let lines = profile.locations[id.index()].lines.iter().rev();
    lines.map(|line| {
        let function = &profile.functions[line.function.index()];
        profile.text(function.name).to_owned()
    })
}

/// What binutils read in the twin at each address of the program that has no name, outermost first.
fn twin_names(
    profile: &Profile,
    copy: &Copy,
    twin: &Path,
) -> Result<HashMap<LocationId, Vec<String>>, Skipped> {
    let program = copy.program.to_string_lossy();
    let unnamed: Vec<(LocationId, u64)> = (0..profile.locations.len())
        .map(|at| (LocationId(at as u32), &profile.locations[at]))
        .filter(|(_, location)| {
            let module = location
                .module
                .map(|id| profile.text(profile.modules[id.index()].path));
            location.lines.is_empty() && module == Some(&*program)
        })
        .map(|(id, location)| (id, location.address))
        .collect();
    let mut command = Command::new("addr2line");
    command
        .args([
            "--functions",
            "--inlines",
            "--demangle",
            "--addresses",
            "--exe",
        ])
        .arg(twin);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| Skipped(format!("addr2line: {error}")))?;
    let mut input = child.stdin.take().unwrap();
    let addresses: String = unnamed
        .iter()
        .map(|(_, address)| format!("{address:#x}\n"))
        .collect();
    let writer = std::thread::spawn(move || input.write_all(addresses.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    // An address on a line of its own, then a function and a position for each inlined level.
    let answers = text.split("\n0x").map(|answer| {
        let functions = answer.lines().skip(1).step_by(2);
        let mut names: Vec<String> = functions
            .filter(|name| *name != "??")
            .map(str::to_owned)
            .collect();
        names.reverse();
        names
    });
    let named = unnamed
        .iter()
        .zip(answers)
        .filter(|(_, names)| !names.is_empty());
    Ok(named.map(|((id, _), names)| (*id, names)).collect())
}

/// Stacks of `perf script`. A stripped program is replaced by its twin before, which has the same code and unwind tables.
fn perf(recording: &Path, copy: &Copy, case: &Case) -> Result<Vec<Stack>, Skipped> {
    if let Some(twin) = copy.twin() {
        fs::rename(twin, &copy.program).unwrap();
    }
    let mut command = Command::new("perf");
    command
        .args([
            "script",
            "--fields",
            "comm,ip,sym,dso",
            "--max-stack",
            "10000",
            "--input",
        ])
        .arg(recording);
    // Reading inlined functions takes minutes: only where the case is about them.
    let about_inlines = case.program == "inlined.c";
    if !about_inlines {
        command.arg("--no-inline");
    }
    let output = succeeded(run(command)?)?;
    Ok(perf_script(&String::from_utf8_lossy(&output.stdout), case))
}

/// Reads what `perf script --fields comm,ip,sym,dso` prints: samples apart by empty lines, frames indented, leaf first.
fn perf_script(text: &str, case: &Case) -> Vec<Stack> {
    let mut counts: HashMap<Vec<Option<String>>, u64> = HashMap::new();
    for sample in text.split("\n\n") {
        let lines = sample
            .lines()
            .filter(|line| line.starts_with(char::is_whitespace));
        let mut frames: Vec<Option<String>> = lines.filter_map(perf_frame).collect();
        frames.reverse();
        if !frames.is_empty() {
            *counts.entry(frames).or_default() += 1;
        }
    }
    let stacks = counts.into_iter().map(|(frames, count)| Stack {
        complete: is_rooted(&frames, case),
        frames,
        guessed: false,
        count,
    });
    stacks.collect()
}

/// `address name (file)`; the name may have spaces and parentheses.
fn perf_frame(line: &str) -> Option<Option<String>> {
    let (address, rest) = line.trim().split_once(' ')?;
    u64::from_str_radix(address, 16).ok()?;
    let name = rest.rsplit_once(" (").map_or(rest, |(name, _)| name).trim();
    Some((name != "[unknown]").then(|| name.to_owned()))
}

/// Whether a stack of perf's starts where threads start; the C library's first function in C will do, as frame pointers lead
/// no further. A C library without symbols does not name these places: then it is enough that frames lie outside of the
/// first function that the case expects.
fn is_rooted(frames: &[Option<String>], case: &Case) -> bool {
    const STARTS: &[&str] = &[
        "_start",
        "__libc_start_call_main",
        "start_thread",
        "start",
        "clone",
        "clone3",
        "__clone",
        "__clone3",
        "__GI___clone3",
        "_dl_start_user",
        "__start_context",
        "ret_from_fork_asm",
        "runtime.goexit",
        "runtime.goexit.abi0",
        "runtime.mstart",
        "runtime.mstart.abi0",
        "runtime.rt0_go",
        "runtime.rt0_go.abi0",
        "runtime.mcall",
        "runtime.mcall.abi0",
        "runtime.morestack.abi0",
        "runtime.systemstack",
        "runtime.systemstack.abi0",
    ];
    match frames.first() {
        Some(Some(root)) => STARTS.contains(&root.as_str()),
        Some(None) => {
            let firsts = case.chains.iter().map(|(_, chain)| chain[0]);
            let mut at = firsts.filter_map(|first| {
                frames
                    .iter()
                    .position(|frame| frame.as_deref() == Some(first))
            });
            at.any(|at| at >= 2) && case.stacks == Stacks::Whole
        }
        None => false,
    }
}

/// The machine's time by `/proc/stat`, in ticks.
struct MachineTime {
    all: u64,
    stolen: u64,
}

impl MachineTime {
    fn now() -> MachineTime {
        const STOLEN: usize = 7;
        let text = fs::read_to_string("/proc/stat").unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        let ticks: Vec<u64> = line
            .split_whitespace()
            .skip(1)
            .filter_map(|word| word.parse().ok())
            .collect();
        MachineTime {
            all: ticks.iter().take(STOLEN + 1).sum(),
            stolen: ticks.get(STOLEN).copied().unwrap_or(0),
        }
    }

    fn stolen_since(&self) -> f64 {
        let now = MachineTime::now();
        (now.stolen - self.stolen) as f64 / (now.all - self.all).max(1) as f64
    }
}

/// That what `perf script` prints is read as it is meant.
pub(crate) fn reads_perf_script(case: &Case) -> Result<(), libtest_mimic::Failed> {
    let text = "\
steady 12 
\t    1471 shop::serve<int (*)(char)> (/tmp/with space/steady)
\t    3c04f [unknown] (/usr/lib/libc.so.6)

steady 13 
\t    1471 inner (inlined)
\t    1475 outer (/tmp/steady)
\t    10a0 _start (/tmp/steady)
";
    let mut stacks = perf_script(text, case);
    stacks.sort_by_key(|stack| stack.complete);
    let frames: Vec<Vec<&str>> = stacks
        .iter()
        .map(|stack| {
            stack
                .frames
                .iter()
                .map(|name| name.as_deref().unwrap_or("?"))
                .collect()
        })
        .collect();
    assert_eq!(
        frames,
        [
            vec!["?", "shop::serve<int (*)(char)>"],
            vec!["_start", "outer", "inner"]
        ]
    );
    assert!(!stacks[0].complete && stacks[1].complete);
    Ok(())
}
