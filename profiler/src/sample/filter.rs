//! Programs in the kernel that let only the target's samples through.
//!
//! One event per CPU sees every process. A filter of some twenty instructions drops the samples of all but
//! the target and its descendants before their stacks are copied, so that threads of any length are seen at the
//! cost of a few nanoseconds to the rest of the machine. A second program notes the processes that the
//! target starts at the moment they are made: following them from here would miss their first milliseconds.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

use super::bpf::{self, Instruction, ProgramKind};
use super::btf;

/// The loaded programs; they work for as long as this lives.
#[derive(Debug)]
pub struct Filter {
    sampling: OwnedFd,
    _forks: OwnedFd,
    _descendants: OwnedFd,
}

/// Helper functions of the kernel, by their numbers in `linux/bpf.h`.
const MAP_LOOKUP: i32 = 1;
const MAP_UPDATE: i32 = 2;
const CURRENT_PID_TGID: i32 = 14;
const PROBE_READ_KERNEL: i32 = 113;
const NAMESPACE_PID_TGID: i32 = 120;

/// The stack frame, and the slots in it.
const FRAME: bpf::Register = 10;
const NAMESPACE_IDS: i16 = -8;
const KEY: i16 = -12;
const VALUE: i16 = -16;

/// Processes of a target that are remembered at once.
const MAX_DESCENDANTS: u32 = 16 * 1024;

impl Filter {
    /// Loads a filter for `pid` and whatever it starts. Needs CAP_BPF and CAP_PERFMON, and a kernel that exports
    /// its types.
    pub fn load(pid: u32) -> io::Result<Filter> {
        let target = NamespacePid::of(pid)?;
        let tgid = btf::offset_in_kernel("task_struct", "tgid")
            .ok_or_else(|| io::Error::other("the kernel exports no type information"))?;
        let descendants = bpf::create_lru_map(MAX_DESCENDANTS)?;
        let sampling = bpf::load(
            ProgramKind::PerfEvent,
            &sampling_program(&target, descendants.as_fd()),
        )?;
        let forks = bpf::load(
            ProgramKind::RawTracepoint,
            &fork_program(&target, descendants.as_fd(), tgid),
        )?;
        let forks = bpf::attach_raw_tracepoint(c"task_newtask", forks.as_fd())?;
        Ok(Filter {
            sampling,
            _forks: forks,
            _descendants: descendants,
        })
    }

    /// The program for sampling events.
    pub(super) fn program(&self) -> BorrowedFd<'_> {
        self.sampling.as_fd()
    }
}

/// A process by its number in its own PID namespace: the one name of it that the kernel can compare in
/// programs, whatever namespace this profiler runs in.
#[derive(Clone, Copy, Debug)]
struct NamespacePid {
    device: u64,
    inode: u64,
    pid: u32,
}

impl NamespacePid {
    fn of(pid: u32) -> io::Result<NamespacePid> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let pids = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
        let pids: Vec<u32> = pids
            .unwrap_or_default()
            .split_ascii_whitespace()
            .filter_map(|pid| pid.parse().ok())
            .collect();
        // From here to the process's own namespace. One number: they are the same, and ours may always be read.
        let owner = if pids.len() == 1 {
            "self".to_owned()
        } else {
            pid.to_string()
        };
        let namespace = fs::metadata(format!("/proc/{owner}/ns/pid"))?;
        let pid = *pids.last().ok_or(io::ErrorKind::InvalidData)?;
        Ok(NamespacePid {
            device: namespace.dev(),
            inode: namespace.ino(),
            pid,
        })
    }
}

/// Leaves in register 0 whether the current process is the target (1), or a pointer to its entry among the
/// descendants, or 0.
fn is_current_followed(target: &NamespacePid, descendants: BorrowedFd<'_>) -> Vec<Instruction> {
    let mut code = Vec::new();
    code.extend(bpf::set_u64(1, target.device));
    code.extend(bpf::set_u64(2, target.inode));
    code.extend([
        bpf::copy(3, FRAME),
        bpf::add(3, NAMESPACE_IDS.into()),
        bpf::set(4, 8),
        bpf::call(NAMESPACE_PID_TGID),
        // It fails for processes of other namespaces, which may still be descendants.
        bpf::skip_unless(0, 0, 4),
        bpf::load_u32(1, FRAME, NAMESPACE_IDS + 4),
        bpf::set(2, target.pid as i32),
        bpf::set(0, 1),
        bpf::skip_if_equal(1, 2, 8),
        bpf::call(CURRENT_PID_TGID),
        bpf::shift_right(0, 32),
        bpf::store_u32(FRAME, KEY, 0),
    ]);
    code.extend(bpf::set_map(1, descendants));
    code.extend([
        bpf::copy(2, FRAME),
        bpf::add(2, KEY.into()),
        bpf::call(MAP_LOOKUP),
    ]);
    code
}

/// Returns 1 for samples of the target, 0 for others.
fn sampling_program(target: &NamespacePid, descendants: BorrowedFd<'_>) -> Vec<Instruction> {
    let mut code = is_current_followed(target, descendants);
    code.extend([bpf::skip_if(0, 0, 1), bpf::set(0, 1), bpf::exit()]);
    code
}

/// Notes each task that a followed process makes. Its first argument is the new `task_struct`. For a thread that
/// notes its own process again, which changes nothing.
fn fork_program(target: &NamespacePid, descendants: BorrowedFd<'_>, tgid: u32) -> Vec<Instruction> {
    const TASK: bpf::Register = 6;
    let mut code = vec![
        bpf::load_u64(TASK, 1, 0),
        bpf::store_u32_value(FRAME, KEY, 0),
    ];
    code.extend(is_current_followed(target, descendants));
    let mut note = vec![
        bpf::copy(1, FRAME),
        bpf::add(1, KEY.into()),
        bpf::set(2, 4),
        bpf::copy(3, TASK),
        bpf::add(3, tgid as i32),
        bpf::call(PROBE_READ_KERNEL),
        bpf::store_u32_value(FRAME, VALUE, 1),
    ];
    note.extend(bpf::set_map(1, descendants));
    note.extend([
        bpf::copy(2, FRAME),
        bpf::add(2, KEY.into()),
        bpf::copy(3, FRAME),
        bpf::add(3, VALUE.into()),
        bpf::set(4, 0),
        bpf::call(MAP_UPDATE),
    ]);
    code.push(bpf::skip_if(0, 0, note.len() as i16));
    code.extend(note);
    code.extend([bpf::set(0, 0), bpf::exit()]);
    code
}
