//! `profiler doctor`: what this machine permits, tried rather than guessed.

mod grants;

use std::io::{ErrorKind, Read};
use std::process::ExitCode;

use crate::analyze::readable;
use crate::sample::{self, EventKind, Filter, Sampler, SamplerOptions, Scope, Trigger, Watch};
use crate::target::{self, Permissions, Process, Yama};
use grants::{Lacks, advise, commands};

/// Say what can be profiled here, and which grant is missing
///
/// Opens the events that a recording would, without taking samples. Exits with 0 when native profiling works, and with 1
/// when it does not.
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
    if let Err(error) = Process::open(pid) {
        println!("  {error}{}", why_unseen(&permissions));
        return Ok(ExitCode::FAILURE);
    }
    let tried = attempt(pid);
    for (what, state) in &tried.lines {
        println!("  {what:<24}{state}");
    }
    print_grants(&tried, &permissions);
    Ok(if tried.lacks.process || tried.lacks.maps {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Why a process may be there and not be seen.
fn why_unseen(permissions: &Permissions) -> &'static str {
    if permissions.nested_pid_namespace {
        "; processes outside this container's PID namespace are not seen: start it with `docker run --pid host`, \
         or in Kubernetes with `hostPID: true`, or `shareProcessNamespace: true` for the same pod"
    } else if permissions.hides_processes && !permissions.capabilities.sys_ptrace {
        "; /proc is mounted with hidepid, which hides other users' processes: CAP_SYS_PTRACE shows them"
    } else {
        ""
    }
}

fn print_grants(tried: &Tried, permissions: &Permissions) {
    let advice = advise(tried.lacks, permissions);
    if advice.is_empty() {
        println!("\nNo grant is missing.");
        return;
    }
    println!("\nWhat would add");
    for advice in &advice {
        println!("  {}: {}", advice.brings, grants::names(&advice.grants));
    }
    if tried.lacks.process {
        println!(
            "  a Rust service of yours can sample itself without any grant, with profiler::agent"
        );
    }
    let program = std::env::current_exe().unwrap_or_else(|_| "profiler".into());
    let commands = commands(&advice, permissions, &program);
    if !commands.is_empty() {
        println!("\nHow to grant all of that");
    }
    for (whom, command) in commands {
        println!("  {whom:<24}{command}");
    }
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
        (
            "user namespace",
            if permissions.nested_user_namespace {
                "a container's: its capabilities do not count for perf events"
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

/// What was tried on a process.
struct Tried {
    lines: Lines,
    lacks: Lacks,
}

/// Opens the events and the files that a recording would.
fn attempt(pid: u32) -> Tried {
    let mut lines: Lines = vec![("runtime", runtime(pid))];
    let options = SamplerOptions {
        watch: Watch::Processes(&[pid]),
        trigger: Trigger::CpuTime {
            period_ns: 1_000_000_000 / 99,
        },
    };
    sample::raise_descriptor_limit();
    let sampler = Sampler::open(&options);
    let (code, mut lacks) = code(pid);
    match &sampler {
        Err(error) => {
            lines.push(("can attach", format!("no: {error}")));
            lacks.process = true;
            lacks.events = is_refused_to_all(error);
            // Of an attachment that was refused, nothing more is known.
            (lacks.kernel, lacks.filter) = (true, true);
        }
        Ok(sampler) => {
            let kernel = sampler.sampling().kernel;
            lines.push(("can attach", scope(sampler.scope())));
            lines.push(("functions and callers", code));
            let (names, has_names) = kernel_names();
            lines.push((
                "kernel frames",
                if kernel {
                    names
                } else {
                    "no: user code only".into()
                },
            ));
            lacks.kernel = !kernel;
            lacks.kernel_names = !has_names;
            lacks.filter = matches!(sampler.scope(), Scope::Threads { .. });
        }
    }
    Tried { lines, lacks }
}

/// Whether perf events are refused as such. A software event on a program itself is permitted up to level 2.
fn is_refused_to_all(error: &sample::Error) -> bool {
    match error {
        sample::Error::Unsupported(_) => true,
        sample::Error::Permission(_) => sample::is_counted(EventKind::Cycles)
            .is_err_and(|error| error.kind() == ErrorKind::PermissionDenied),
        _ => false,
    }
}

fn scope(scope: &Scope) -> String {
    match scope {
        Scope::Cpus => {
            "yes: one event per CPU, filtered in the kernel; threads of any length are seen"
                .to_owned()
        }
        Scope::Threads { refused } => format!(
            "yes: one event per thread and CPU; threads shorter than a period are not seen (filter: {})",
            brief(refused)
        ),
    }
}

/// Whether the files that the process maps can be read.
fn code(pid: u32) -> (String, Lacks) {
    let maps = target::maps(pid);
    let files: Vec<_> = maps.iter().filter(|mapping| mapping.is_file()).collect();
    let unreadable: Vec<&str> = files
        .iter()
        .filter(|mapping| target::open_mapped(pid, mapping, None).is_none())
        .map(|mapping| mapping.path.as_str())
        .collect();
    let lacks = Lacks {
        maps: unreadable.len() == files.len(),
        files: !unreadable.is_empty(),
        ..Lacks::default()
    };
    let text = match unreadable.as_slice() {
        _ if lacks.maps => "no: what the process maps may not be read".to_owned(),
        [] => format!("yes: all {} mapped files can be read", files.len()),
        [first, ..] => format!(
            "in part: {} of {} mapped files cannot be read, such as {}",
            unreadable.len(),
            files.len(),
            readable(first)
        ),
    };
    (text, lacks)
}

/// Whether the kernel shows where its functions lie.
fn kernel_names() -> (String, bool) {
    let symbols = std::fs::File::open("/proc/kallsyms");
    let mut start = [0; 16];
    let is_shown = symbols
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && start != *b"0000000000000000";
    let text = if is_shown {
        "yes, with names"
    } else {
        "yes, without names: /proc/kallsyms shows no addresses"
    };
    (text.into(), is_shown)
}

fn runtime(pid: u32) -> String {
    let runtime = target::runtime(pid);
    let name = runtime.name();
    if runtime.generates_code() {
        format!("{name}: what it compiles is named if it writes a perf map or a jitdump")
    } else if runtime.interprets() {
        format!("{name}: the interpreter's frames are named, the program's functions are not")
    } else {
        "native: functions, inlined functions, lines".to_owned()
    }
}
