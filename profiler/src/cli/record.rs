//! `profiler record`: sample a process or a command, and write what was seen.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::Context;

use crate::output::{self, Output};
use crate::profile::Profile;
use crate::record::{self, Ended, Options, Recorded, Subject};
use crate::sample::EventKind;
use crate::symbol::{self, DebugSources};
use crate::target::{self, Stop};

/// Sample the stacks of running processes or of a command
///
/// What is recorded is neither stopped nor changed. Without --output the report is shown and profile.pb.gz is written.
/// Ctrl-C ends the recording and keeps it.
#[derive(Debug, clap::Args)]
#[command(override_usage = USAGE, after_help = format!("{}\n\n{EXAMPLES}", output::formats_help()))]
pub(crate) struct Args {
    /// Attach to this process, and to what it starts from now on (repeatable)
    #[arg(long, value_name = "PID", group = "subject", value_parser = clap::value_parser!(u32).range(1..))]
    pid: Vec<u32>,

    /// Attach to every process that runs this program or has this name, and to what they start (repeatable)
    #[arg(long, value_name = "NAME", group = "subject")]
    name: Vec<String>,

    /// Record whatever runs in this control group, such as a container or a service: a folder below /sys/fs/cgroup, or
    /// a path as in /proc/PID/cgroup
    #[arg(long, value_name = "GROUP", group = "subject")]
    cgroup: Option<PathBuf>,

    /// Record whatever runs on this machine
    #[arg(long, group = "subject")]
    all: bool,

    /// What to take samples of: CPU time, or another event (see below)
    #[arg(long, value_name = "EVENT", default_value_t = EventKind::CpuClock)]
    event: EventKind,

    /// How long to record: 500ms, 10s, 2m [default: 10s, or until the command exits]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    duration: Option<Duration>,

    /// Samples per second of CPU time (of another event: per second), 1 to 10000
    #[arg(long, value_name = "HZ", default_value_t = 99)]
    rate: u32,

    /// Look for separate debug information here too, before /usr/lib/debug (repeatable)
    #[arg(long, value_name = "DIR")]
    debug_dir: Vec<PathBuf>,

    /// Fetch missing debug information from the servers in DEBUGINFOD_URLS; they learn which build ids run here
    #[arg(long)]
    debuginfod: bool,

    #[command(flatten)]
    to: super::OutputArgs,

    /// Start this command and record it from its first instruction
    #[arg(last = true, value_name = "COMMAND", group = "subject")]
    command: Vec<OsString>,
}

const USAGE: &str =
    "profiler record [OPTIONS] --pid <PID> | --name <NAME> | --cgroup <GROUP> | --all
       profiler record [OPTIONS] -- <COMMAND>...";

const EXAMPLES: &str = "\
Events:
  cpu-clock          time on a CPU; what can be had everywhere, and the only one whose coverage is known
  page-faults, minor-faults, major-faults, context-switches, cpu-migrations
  cycles, instructions, cache-references, cache-misses, branches, branch-misses: where hardware counts them

Examples:
  profiler record --pid 4711                            10 seconds of a running process
  profiler record --pid 4711 --duration 1m -o cpu.svg   a minute, as a flamegraph
  profiler record --name postgres --event page-faults   where a program touches new memory
  profiler record -o cpu.html -o cpu.pb.gz -- ./server --port 80

The exit code is the command's, 0 for a process that was attached to, and 2 where nothing could be recorded.
`profiler doctor --pid 4711` says what is permitted, and what grant is missing.";

/// How long a running process is recorded unless it is said.
const DEFAULT_DURATION: Duration = Duration::from_secs(10);

/// What is written without `--output`.
const DEFAULT_OUTPUT: &str = "profile.pb.gz";

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let options = options(args)?;
    let outputs = outputs(args)?;
    let sources = debug_sources(args)?;
    // Before anything is recorded: a recording that cannot be kept is time lost.
    outputs.iter().try_for_each(Output::check)?;
    let stop = Stop::new()?;
    target::stop_on_signals(&stop);
    let Recorded {
        mut profile,
        objects,
        ended,
        child,
    } = record::record(&options, &stop)?;
    symbol::symbolize(&mut profile, &objects, &sources);
    drop(objects);
    say_how_it_went(&profile, ended, &options);
    let written = write(&outputs, &profile);
    if args.to.output.is_empty() {
        let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        print!("{}", output::terminal_report(&profile, color));
    }
    let exit_code = match child {
        Some(child) => pass_on(child, ended)?,
        None => ExitCode::SUCCESS,
    };
    written.map(|()| exit_code)
}

/// Writes each of `outputs`, those after one that fails too.
fn write(outputs: &[Output], profile: &Profile) -> anyhow::Result<()> {
    let mut result = Ok(());
    for output in outputs {
        match output.write(profile) {
            Ok(()) => eprintln!("wrote {}", output.path.display()),
            Err(error) => result = result.and(Err(error.into())),
        }
    }
    result
}

fn options(args: &Args) -> anyhow::Result<Options> {
    let subject = subject(args)?;
    let default = match subject {
        Subject::Command(_) => None,
        _ => Some(DEFAULT_DURATION),
    };
    Ok(Options {
        subject,
        duration: args.duration.or(default),
        event: args.event,
        rate_hz: args.rate,
    })
}

fn debug_sources(args: &Args) -> anyhow::Result<DebugSources> {
    let mut sources = DebugSources {
        debuginfod: args.debuginfod,
        ..DebugSources::default()
    };
    sources.folders.splice(0..0, args.debug_dir.iter().cloned());
    if let Some(folder) = sources
        .folders
        .iter()
        .take(args.debug_dir.len())
        .find(|dir| !dir.is_dir())
    {
        anyhow::bail!("--debug-dir {}: there is no such folder", folder.display());
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    anyhow::ensure!(
        !args.debuginfod || is_set("DEBUGINFOD_URLS"),
        "--debuginfod asks the servers in the environment variable DEBUGINFOD_URLS, which is not set"
    );
    let is_installed = || {
        Command::new("debuginfod-find")
            .arg("--version")
            .output()
            .is_ok()
    };
    anyhow::ensure!(
        !args.debuginfod || is_installed(),
        "--debuginfod needs the program debuginfod-find of elfutils; Debian and Fedora have it in the packages \
         debuginfod and elfutils-debuginfod-client"
    );
    Ok(sources)
}

fn subject(args: &Args) -> anyhow::Result<Subject> {
    if let Some(group) = &args.cgroup {
        return Ok(Subject::Cgroup(group.clone()));
    }
    if args.all {
        return Ok(Subject::Machine);
    }
    if !args.command.is_empty() {
        return Ok(Subject::Command(args.command.clone()));
    }
    let mut pids = args.pid.clone();
    for name in &args.name {
        let found = target::processes_named(name);
        anyhow::ensure!(
            !found.is_empty(),
            "no process runs a program called {name}, or has that name; `ps -e` lists the names"
        );
        pids.extend(found);
    }
    anyhow::ensure!(
        !pids.is_empty(),
        "name a process with `--pid PID` or `--name NAME`, or a command after `--`; see `profiler record --help`"
    );
    Ok(Subject::Processes(pids))
}

fn outputs(args: &Args) -> anyhow::Result<Vec<Output>> {
    let outputs = args.to.parse()?;
    match outputs.is_empty() {
        true => Ok(vec![Output::parse(DEFAULT_OUTPUT).0]),
        false => Ok(outputs),
    }
}

fn say_how_it_went(profile: &Profile, ended: Ended, options: &Options) {
    let recording = &profile.recording;
    let seconds = recording.duration_ns as f64 / 1e9;
    if ended == Ended::Exited && matches!(options.subject, Subject::Processes(_)) {
        eprintln!(
            "{} exited after {seconds:.1} s; what was recorded until then is kept",
            recording.target
        );
    }
    if recording.samples == 0 && options.event != EventKind::CpuClock {
        eprintln!(
            "no samples: {} had no {} in {seconds:.1} s",
            recording.target, options.event
        );
    } else if recording.samples == 0 {
        let charged = recording.coverage.map_or(0, |coverage| coverage.charged_ns);
        if charged > 10 * recording.period_ns {
            eprintln!(
                "no samples, though {} used {:.1} s of CPU: its threads or processes live for less than a period at \
                 {} Hz; ask for a higher --rate, or record as root",
                recording.target,
                charged as f64 / 1e9,
                recording.rate_hz
            );
        } else {
            eprintln!(
                "no samples: {} used {:.0} ms of CPU in {seconds:.1} s, and one is taken each {:.0} ms of CPU time",
                recording.target,
                charged as f64 / 1e6,
                recording.period_ns as f64 / 1e6
            );
        }
    }
}

/// Waits for the command; its exit code becomes ours, 128 and the number of a signal as in shells. A command whose
/// recording was stopped is asked to end, as `perf record` does.
fn pass_on(mut child: Child, ended: Ended) -> anyhow::Result<ExitCode> {
    if ended == Ended::Stopped {
        target::terminate(child.id());
    }
    let status = child.wait().context("cannot wait for the command")?;
    Ok(ExitCode::from(exit_code(status)))
}

fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(super::FAILED)
}

/// Reads a number with a unit: `ms`, `s`, `m` or `h`; seconds without one.
fn parse_duration(text: &str) -> Result<Duration, String> {
    const WANTED: &str = "a time is a number and a unit: 500ms, 10s, 2m";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits.parse().map_err(|_| WANTED.to_owned())?;
    let seconds = match &text[digits.len()..] {
        "ms" => number / 1e3,
        "s" | "" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(WANTED.to_owned()),
    };
    let duration = Duration::try_from_secs_f64(seconds).map_err(|_| WANTED.to_owned())?;
    const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);
    match duration {
        Duration::ZERO => Err("a recording of no time holds nothing".to_owned()),
        _ if duration > LONGEST => Err("at most a week (168h) is recorded at once".to_owned()),
        _ => Ok(duration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        let millis = |text| parse_duration(text).map(|duration| duration.as_millis());
        assert_eq!(millis("10s"), Ok(10_000));
        assert_eq!(millis("500ms"), Ok(500));
        assert_eq!(millis("1.5m"), Ok(90_000));
        assert_eq!(millis("3"), Ok(3_000));
        for wrong in ["", "s", "-1s", "0s", "10x", "1e99s", "nan", "999h"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_command_killed_by_a_signal_exits_like_in_a_shell() {
        assert_eq!(exit_code(ExitStatus::from_raw(9)), 137);
        assert_eq!(exit_code(ExitStatus::from_raw(3 << 8)), 3);
    }
}
