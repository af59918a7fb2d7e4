//! What this machine permits, as far as it can be read without trying.

use std::fs;

/// Settings and grants that decide which events may be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// `kernel.perf_event_paranoid`; `None` where the kernel has no perf events.
    pub perf_event_paranoid: Option<i64>,
    /// `kernel.kptr_restrict`.
    pub kptr_restrict: Option<i64>,
    /// `kernel.perf_event_mlock_kb`.
    pub perf_event_mlock_kb: Option<u64>,
    /// `kernel.yama.ptrace_scope`.
    pub yama: Yama,
    /// Effective capabilities of this program.
    pub capabilities: Capabilities,
    /// Whether a seccomp filter applies to this program.
    pub seccomp: bool,
    /// Whether this program runs in a PID namespace of its own, as containers do.
    pub nested_pid_namespace: bool,
    /// Whether this program runs in a user namespace of its own, as in rootless containers: what capabilities it holds
    /// there do not count for perf events and BPF.
    pub nested_user_namespace: bool,
    /// Whether `/proc` hides the processes of other users.
    pub hides_processes: bool,
    /// Effective user id.
    pub uid: u32,
}

/// `kernel.yama.ptrace_scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yama {
    /// The kernel has no Yama.
    Absent,
    /// Its level.
    Level(i64),
}

/// The capabilities that matter for profiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// `CAP_SYS_ADMIN`.
    pub sys_admin: bool,
    /// `CAP_PERFMON`.
    pub perfmon: bool,
    /// `CAP_BPF`.
    pub bpf: bool,
    /// `CAP_SYS_PTRACE`.
    pub sys_ptrace: bool,
    /// `CAP_CHECKPOINT_RESTORE`.
    pub checkpoint_restore: bool,
    /// `CAP_SYSLOG`.
    pub syslog: bool,
}

impl Capabilities {
    /// Decodes the mask in `/proc/PID/status`; bit numbers are those of `linux/capability.h`.
    fn from_mask(mask: u64) -> Capabilities {
        let has = |bit: u32| mask >> bit & 1 == 1;
        Capabilities {
            sys_admin: has(21),
            perfmon: has(38),
            bpf: has(39),
            sys_ptrace: has(19),
            checkpoint_restore: has(40),
            syslog: has(34),
        }
    }
}

/// Reads the settings of this machine and the grants of this program.
pub fn permissions() -> Permissions {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(str::trim)
            .unwrap_or("")
    };
    Permissions {
        perf_event_paranoid: setting("kernel/perf_event_paranoid"),
        kptr_restrict: setting("kernel/kptr_restrict"),
        perf_event_mlock_kb: setting("kernel/perf_event_mlock_kb")
            .and_then(|kb| kb.try_into().ok()),
        yama: setting("kernel/yama/ptrace_scope").map_or(Yama::Absent, Yama::Level),
        capabilities: Capabilities::from_mask(
            u64::from_str_radix(field("CapEff"), 16).unwrap_or(0),
        ),
        seccomp: field("Seccomp") == "2",
        nested_pid_namespace: in_nested_pid_namespace(),
        nested_user_namespace: !is_first_namespace("user", 4_026_531_837),
        hides_processes: hides_processes(
            &fs::read_to_string("/proc/self/mounts").unwrap_or_default(),
        ),
        uid: field("Uid")
            .split_ascii_whitespace()
            .nth(1)
            .and_then(|uid| uid.parse().ok())
            .unwrap_or(u32::MAX),
    }
}

/// Whether this program runs in a PID namespace below the machine's.
pub fn in_nested_pid_namespace() -> bool {
    !is_first_namespace("pid", 4_026_531_836)
}

/// Whether this program is in the machine's own namespace of a kind; its inode is a constant of the kernel
/// (`PROC_PID_INIT_INO`, `PROC_USER_INIT_INO`). True where that cannot be read.
fn is_first_namespace(kind: &str, inode: u64) -> bool {
    let link = fs::read_link(format!("/proc/self/ns/{kind}"));
    link.map_or(true, |link| {
        link.to_string_lossy() == format!("{kind}:[{inode}]")
    })
}

/// Whether the last file system mounted at `/proc` has the option `hidepid` set.
fn hides_processes(mounts: &str) -> bool {
    let proc = mounts
        .lines()
        .rfind(|line| line.split(' ').nth(1) == Some("/proc"));
    let options = proc
        .and_then(|line| line.split(' ').nth(3))
        .unwrap_or_default();
    let level = options
        .split(',')
        .find_map(|option| option.strip_prefix("hidepid="));
    level.is_some_and(|level| level != "0" && level != "off")
}

fn setting(name: &str) -> Option<i64> {
    fs::read_to_string(format!("/proc/sys/{name}"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_mount_decides_what_is_hidden() {
        let open = "proc /proc proc rw,relatime 0 0\n";
        assert!(!hides_processes(open));
        assert!(hides_processes(&format!(
            "{open}proc /proc proc rw,hidepid=invisible 0 0\n"
        )));
        assert!(!hides_processes(
            "proc /proc proc rw,hidepid=2 0 0\nproc /proc proc rw,hidepid=off 0 0\n"
        ));
    }

    #[test]
    fn capabilities_are_bits() {
        let all = Capabilities::from_mask(u64::MAX);
        assert!(all.perfmon && all.bpf && all.syslog);
        let perfmon = Capabilities::from_mask(1 << 38);
        assert_eq!(
            perfmon,
            Capabilities {
                perfmon: true,
                ..Capabilities::default()
            }
        );
    }
}
