//! `profiler doctor`: what this machine permits, tried rather than guessed.

use std::io::ErrorKind;
use std::process::ExitCode;

use crate::sample::{self, EventKind, Filter, Sampler, SamplerOptions, Scope, Trigger, Watch};
use crate::target::{self, Permissions, Process, Runtime, Yama};

/// Say what can be profiled here, and which grant is missing
///
/// Opens the events that a recording would, without taking samples. Exits with 1 when native profiling does not work.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  profiler doctor\n  profiler doctor --pid 4711")]
pub(crate) struct Args {
    /// Try this process rather than the profiler itself
    #[arg(long, value_name = "PID")]
    pid: Option<u32>,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let permissions = target::permissions();
    println!("This machine");
    for (what, state) in machine(&permissions) {
        println!("  {what:<24}{state}");
    }
    let own = std::process::id();
    let pid = args.pid.unwrap_or(own);
    println!(
        "\n{}",
        if pid == own {
            "A process of this user".to_owned()
        } else {
            format!("Process {pid}")
        }
    );
    let process = Process::open(pid);
    if let Err(error) = &process {
        println!("  {error}");
        return Ok(ExitCode::from(super::FAILED));
    }
    let (lines, works) = attempt(pid, &permissions);
    for (what, state) in lines {
        println!("  {what:<24}{state}");
    }
    Ok(if works {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

type Lines = Vec<(&'static str, String)>;

fn machine(permissions: &Permissions) -> Lines {
    vec![
        ("perf_event_paranoid", paranoid(permissions)),
        ("kptr_restrict", kptr_restrict(permissions)),
        (
            "perf_event_mlock_kb",
            permissions
                .perf_event_mlock_kb
                .map_or("absent".into(), |kb| kb.to_string()),
        ),
        ("capabilities", capabilities(permissions)),
        (
            "seccomp",
            if permissions.seccomp {
                "a filter applies"
            } else {
                "none"
            }
            .into(),
        ),
        ("ptrace_scope", ptrace_scope(permissions.yama)),
        (
            "PID namespace",
            if permissions.nested_pid_namespace {
                "a container's"
            } else {
                "the machine's"
            }
            .into(),
        ),
        ("hardware cycles", hardware()),
        ("BPF filter", bpf()),
    ]
}

fn paranoid(permissions: &Permissions) -> String {
    let Some(level) = permissions.perf_event_paranoid else {
        return "absent: the kernel has no perf events".into();
    };
    let meaning = match level {
        ..=-1 => "everything is permitted to everyone",
        0 => "everyone may profile user and kernel code, and whole CPUs",
        1 => "own processes, user and kernel code",
        2 => "own processes, user code; kernel code needs CAP_PERFMON",
        _ => {
            "this distribution's kernel reserves perf events for root; CAP_PERFMON alone may not suffice"
        }
    };
    format!("{level}: {meaning}")
}

fn kptr_restrict(permissions: &Permissions) -> String {
    match permissions.kptr_restrict {
        Some(0) => "0: kernel functions can be named where perf_event_paranoid permits".into(),
        Some(1) => "1: kernel functions can be named with CAP_SYSLOG".into(),
        Some(level) => format!("{level}: kernel functions cannot be named"),
        None => "absent".into(),
    }
}

fn capabilities(permissions: &Permissions) -> String {
    let held = permissions.capabilities;
    let names = [
        (held.sys_admin, "CAP_SYS_ADMIN"),
        (held.perfmon, "CAP_PERFMON"),
        (held.bpf, "CAP_BPF"),
        (held.sys_ptrace, "CAP_SYS_PTRACE"),
        (held.checkpoint_restore, "CAP_CHECKPOINT_RESTORE"),
        (held.syslog, "CAP_SYSLOG"),
    ];
    let names: Vec<&str> = names
        .iter()
        .filter(|(held, _)| *held)
        .map(|(_, name)| *name)
        .collect();
    let names = if names.is_empty() {
        "none that matter".to_owned()
    } else {
        names.join(" ")
    };
    format!("{names} (user {})", permissions.uid)
}

fn ptrace_scope(yama: Yama) -> String {
    match yama {
        Yama::Absent => "no Yama".into(),
        Yama::Level(0) => "0: unrestricted".into(),
        Yama::Level(level) => format!("{level}: restricted; sampling does not use ptrace"),
    }
}

fn hardware() -> String {
    match sample::is_counted(EventKind::Cycles) {
        Ok(()) => "available, not needed: the CPU clock drives samples".into(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            "none, as on most virtual machines; the CPU clock drives samples".into()
        }
        Err(error) => format!("refused ({}); the CPU clock drives samples", brief(&error)),
    }
}

fn bpf() -> String {
    match Filter::load(&[std::process::id()]) {
        Ok(_) => "loads: threads of any length are seen".into(),
        Err(error) => format!(
            "refused ({}): threads shorter than a period are not seen",
            brief(&error)
        ),
    }
}

/// What the system said, without the number that stands for it.
fn brief(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// Opens the events that a recording would.
fn attempt(pid: u32, permissions: &Permissions) -> (Lines, bool) {
    let mut lines: Lines = vec![("runtime", runtime(pid))];
    let options = SamplerOptions {
        watch: Watch::Processes(&[pid]),
        trigger: Trigger::CpuTime {
            period_ns: 1_000_000_000 / 99,
        },
    };
    sample::raise_descriptor_limit();
    let sampler = match Sampler::open(&options) {
        Ok(sampler) => sampler,
        Err(error) => {
            lines.push(("can attach", format!("no: {error}")));
            lines.push((
                "what works",
                "a Rust service can sample itself, with profiler::agent".into(),
            ));
            return (lines, false);
        }
    };
    let scope = match sampler.scope() {
        Scope::Cpus => "yes: one event per CPU, filtered in the kernel".to_owned(),
        Scope::Threads { refused } => {
            format!(
                "yes: one event per thread and CPU (a filter for whole CPUs: {})",
                brief(refused)
            )
        }
    };
    lines.push(("can attach", scope));
    lines.push((
        "kernel frames",
        if sampler.sampling().kernel {
            "yes"
        } else {
            "no: user code only"
        }
        .into(),
    ));
    lines.push(("missing grant", missing_grant(&sampler, permissions)));
    (lines, true)
}

fn missing_grant(sampler: &Sampler, permissions: &Permissions) -> String {
    if matches!(sampler.scope(), Scope::Cpus) {
        return "none".into();
    }
    let held = permissions.capabilities;
    let missing: Vec<&str> = [(held.perfmon, "CAP_PERFMON"), (held.bpf, "CAP_BPF")]
        .iter()
        .filter(|(h, _)| !h)
        .map(|(_, n)| *n)
        .collect();
    let caveat = match permissions.perf_event_paranoid {
        Some(3..) => " (at this perf_event_paranoid they may not suffice; root does)",
        _ => "",
    };
    match missing.as_slice() {
        [] => "none that is a capability: the filter was refused for the reason above".into(),
        missing => format!(
            "{}{caveat}, for threads shorter than a period and kernel frames",
            missing.join(" and ")
        ),
    }
}

fn runtime(pid: u32) -> String {
    match target::runtime(pid) {
        Runtime::Native => "native: functions, inlined functions, lines",
        Runtime::Jvm => "JVM: native frames are named, Java methods are not",
        Runtime::Python => "CPython: the interpreter's frames are named, Python functions are not",
        Runtime::Node => "Node.js: native frames are named, JavaScript functions are not",
    }
    .into()
}
