//! The smallest grants that would change what does not work, and how they are given.
//!
//! What each capability brings was measured: `tests/harm/permissions.rs` records under each, and compares.

use std::path::Path;

use crate::target::Permissions;

/// What was tried, and did not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lacks {
    /// Perf events of any kind: not even this program's own user code.
    pub(super) events: bool,
    /// Events on this process.
    pub(super) process: bool,
    /// Knowing what the process maps: without that, stacks have neither callers nor names.
    pub(super) maps: bool,
    /// Some of the mapped files.
    pub(super) files: bool,
    /// Kernel frames.
    pub(super) kernel: bool,
    /// Names of kernel functions.
    pub(super) kernel_names: bool,
    /// The filter that lets short threads be seen.
    pub(super) filter: bool,
}

/// Something that can be given to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Grant {
    Perfmon,
    Bpf,
    SysPtrace,
    CheckpointRestore,
    Syslog,
    /// Root, or the setting lowered to this level.
    Paranoid(i64),
    /// A seccomp profile that permits a system call.
    Seccomp(&'static str),
    /// To run outside the user namespace.
    FirstUserNamespace,
    /// No grant helps; the reason is in the attempt's own error.
    Nothing,
}

/// What one or several grants together bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Advice {
    pub(super) grants: Vec<Grant>,
    pub(super) brings: &'static str,
}

/// What would help, what matters most first. Capabilities that are held already are not named.
pub(super) fn advise(lacks: Lacks, permissions: &Permissions) -> Vec<Advice> {
    let mut advice = Vec::new();
    let mut add = |is_lacking: bool, brings, grants: Vec<Grant>| {
        if is_lacking {
            advice.push(Advice { grants, brings });
        }
    };
    if lacks.events {
        let grant = perf_events(permissions);
        add(true, "profiling at all", vec![grant]);
        // Whatever else is lacking cannot be told before.
        return advice;
    }
    let held = permissions.capabilities;
    let admin = held.sys_admin;
    let missing = |wanted: &[(bool, Grant)]| -> Vec<Grant> {
        let missing = wanted
            .iter()
            .filter(|(held, _)| !held)
            .map(|(_, grant)| *grant);
        let missing: Vec<Grant> = missing.collect();
        match missing.is_empty() {
            false if permissions.nested_user_namespace => vec![Grant::FirstUserNamespace],
            false => missing,
            true if permissions.nested_user_namespace => vec![Grant::FirstUserNamespace],
            true => vec![Grant::Nothing],
        }
    };
    let ptrace = [(held.sys_ptrace, Grant::SysPtrace)];
    let perfmon = (held.perfmon || admin, Grant::Perfmon);
    let bpf = (held.bpf || admin, Grant::Bpf);
    add(lacks.process, "attaching to this process", missing(&ptrace));
    add(
        lacks.maps && !lacks.process,
        "functions and callers",
        missing(&ptrace),
    );
    let restore = [(held.checkpoint_restore || admin, Grant::CheckpointRestore)];
    add(
        lacks.files && !lacks.maps,
        "names in files that were deleted or lie in another mount namespace",
        missing(&restore),
    );
    add(lacks.kernel, "kernel frames", missing(&[perfmon]));
    let filter = match missing(&[perfmon, bpf]).as_slice() {
        [Grant::Nothing] if permissions.seccomp => vec![Grant::Seccomp("bpf")],
        grants => grants.to_vec(),
    };
    add(
        lacks.filter,
        "threads and processes that use less than a period",
        filter,
    );
    let names = match permissions.kptr_restrict {
        Some(2..) => vec![Grant::Nothing],
        _ => missing(&[(held.syslog, Grant::Syslog)]),
    };
    add(lacks.kernel_names, "names of kernel functions", names);
    advice
}

/// What keeps a program from perf events on itself, which the kernel permits to everyone up to level 2.
fn perf_events(permissions: &Permissions) -> Grant {
    match permissions.perf_event_paranoid {
        Some(3..) if !permissions.capabilities.sys_admin => Grant::Paranoid(2),
        Some(_) if permissions.seccomp => Grant::Seccomp("perf_event_open"),
        _ => Grant::Nothing,
    }
}

/// The names of grants, for a reader.
pub(super) fn names(grants: &[Grant]) -> String {
    let name = |grant: &Grant| match grant {
        Grant::Paranoid(level) => format!(
            "root, or kernel.perf_event_paranoid {level} (at {} or more, this distribution's kernel may refuse CAP_PERFMON)",
            level + 1
        ),
        Grant::Seccomp(call) => format!("a seccomp profile that permits {call}"),
        Grant::FirstUserNamespace => {
            "to run outside this user namespace, whose capabilities do not count".to_owned()
        }
        Grant::Nothing => "no capability: see the reason above".to_owned(),
        capability => format!("CAP_{}", upper(*capability)),
    };
    grants.iter().map(name).collect::<Vec<_>>().join(" and ")
}

/// Commands that give everything in `advice`, each with whom it is for. `program` is this program's file.
pub(super) fn commands(
    advice: &[Advice],
    permissions: &Permissions,
    program: &Path,
) -> Vec<(&'static str, String)> {
    let mut grants: Vec<Grant> = advice
        .iter()
        .flat_map(|advice| advice.grants.clone())
        .collect();
    grants.sort_unstable();
    grants.dedup();
    let mut commands = Vec::new();
    if let Some(Grant::Paranoid(level)) = grants.iter().find(|g| matches!(g, Grant::Paranoid(_))) {
        commands.push((
            "this machine",
            format!("sudo sysctl kernel.perf_event_paranoid={level}"),
        ));
    }
    let missing: Vec<Grant> = grants
        .iter()
        .copied()
        .filter(|grant| !upper(*grant).is_empty())
        .collect();
    let refuses_calls = grants
        .iter()
        .any(|grant| matches!(grant, Grant::Seccomp(_)));
    if !missing.is_empty() {
        commands.push((
            "this program",
            set_capabilities(&missing, permissions, program),
        ));
    }
    let is_container = permissions.nested_pid_namespace || permissions.seccomp;
    if is_container && (refuses_calls || !missing.is_empty()) {
        commands.push(("Docker", docker(&missing, refuses_calls)));
        commands.push(("Kubernetes", kubernetes(&missing, refuses_calls)));
    }
    commands
}

/// The command replaces what the file has, so it also names what is held already.
fn set_capabilities(missing: &[Grant], permissions: &Permissions, program: &Path) -> String {
    let held = permissions.capabilities;
    let held = [
        (held.perfmon, Grant::Perfmon),
        (held.bpf, Grant::Bpf),
        (held.sys_ptrace, Grant::SysPtrace),
        (held.checkpoint_restore, Grant::CheckpointRestore),
        (held.syslog, Grant::Syslog),
    ];
    let mut all: Vec<Grant> = held
        .iter()
        .filter(|(held, _)| *held)
        .map(|(_, grant)| *grant)
        .collect();
    all.extend(missing);
    all.sort_unstable();
    all.dedup();
    let names: Vec<String> = all
        .iter()
        .map(|grant| format!("cap_{}", upper(*grant).to_lowercase()))
        .collect();
    format!("sudo setcap {}=ep {}", names.join(","), program.display())
}

fn docker(missing: &[Grant], refuses_calls: bool) -> String {
    let mut command = "docker run".to_owned();
    for grant in missing {
        command.push_str(" --cap-add ");
        command.push_str(upper(*grant));
    }
    if refuses_calls {
        command.push_str(" --security-opt seccomp=unconfined");
    }
    command
}

fn kubernetes(missing: &[Grant], refuses_calls: bool) -> String {
    let mut parts = Vec::new();
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|grant| upper(*grant)).collect();
        parts.push(format!("capabilities: {{add: [{}]}}", names.join(", ")));
    }
    if refuses_calls {
        parts.push("seccompProfile: {type: Unconfined}".to_owned());
    }
    format!("securityContext: {{{}}}", parts.join(", "))
}

/// A capability without its prefix; empty for what is none.
fn upper(grant: Grant) -> &'static str {
    match grant {
        Grant::Perfmon => "PERFMON",
        Grant::Bpf => "BPF",
        Grant::SysPtrace => "SYS_PTRACE",
        Grant::CheckpointRestore => "CHECKPOINT_RESTORE",
        Grant::Syslog => "SYSLOG",
        Grant::Paranoid(_) | Grant::Seccomp(_) | Grant::FirstUserNamespace | Grant::Nothing => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{Capabilities, Yama};

    fn permissions(paranoid: i64, capabilities: Capabilities) -> Permissions {
        Permissions {
            perf_event_paranoid: Some(paranoid),
            kptr_restrict: Some(0),
            perf_event_mlock_kb: Some(516),
            yama: Yama::Absent,
            capabilities,
            seccomp: false,
            nested_pid_namespace: false,
            nested_user_namespace: false,
            hides_processes: false,
            uid: 1000,
        }
    }

    fn grants(lacks: Lacks, permissions: &Permissions) -> Vec<Vec<Grant>> {
        advise(lacks, permissions)
            .into_iter()
            .map(|advice| advice.grants)
            .collect()
    }

    #[test]
    fn nothing_is_asked_for_where_nothing_is_lacking() {
        assert!(advise(Lacks::default(), &permissions(2, Capabilities::default())).is_empty());
    }

    #[test]
    fn another_users_process_needs_one_capability() {
        let lacks = Lacks {
            process: true,
            maps: true,
            kernel: true,
            filter: true,
            ..Lacks::default()
        };
        let none = permissions(2, Capabilities::default());
        assert_eq!(
            grants(lacks, &none),
            [
                vec![Grant::SysPtrace],
                vec![Grant::Perfmon],
                vec![Grant::Perfmon, Grant::Bpf]
            ]
        );
        let advice = advise(lacks, &none);
        assert_eq!(
            commands(&advice, &none, Path::new("/bin/profiler")),
            [(
                "this program",
                "sudo setcap cap_perfmon,cap_bpf,cap_sys_ptrace=ep /bin/profiler".to_owned()
            )]
        );
    }

    #[test]
    fn capabilities_are_no_remedy_where_the_kernel_reserves_perf_events_for_root() {
        let perfmon = Capabilities {
            perfmon: true,
            ..Capabilities::default()
        };
        for held in [Capabilities::default(), perfmon] {
            let lacks = Lacks {
                events: true,
                process: true,
                ..Lacks::default()
            };
            assert_eq!(grants(lacks, &permissions(4, held)), [[Grant::Paranoid(2)]]);
        }
    }

    #[test]
    fn a_filter_of_system_calls_is_named_where_the_kernel_would_permit_them() {
        let all = Capabilities {
            perfmon: true,
            bpf: true,
            ..Capabilities::default()
        };
        let contained = Permissions {
            seccomp: true,
            nested_pid_namespace: true,
            ..permissions(2, all)
        };
        let advice = advise(
            Lacks {
                filter: true,
                ..Lacks::default()
            },
            &contained,
        );
        assert_eq!(advice[0].grants, [Grant::Seccomp("bpf")]);
        assert_eq!(
            commands(&advice, &contained, Path::new("profiler"))[0],
            (
                "Docker",
                "docker run --security-opt seccomp=unconfined".to_owned()
            )
        );
        let lacks = Lacks {
            events: true,
            ..Lacks::default()
        };
        assert_eq!(
            grants(lacks, &contained),
            [[Grant::Seccomp("perf_event_open")]]
        );
    }

    #[test]
    fn capabilities_of_a_user_namespace_are_no_remedy() {
        let nested = Permissions {
            nested_user_namespace: true,
            ..permissions(2, Capabilities::default())
        };
        let lacks = Lacks {
            kernel: true,
            ..Lacks::default()
        };
        assert_eq!(grants(lacks, &nested), [[Grant::FirstUserNamespace]]);
    }
}
