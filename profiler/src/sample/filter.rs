//! Programs in the kernel that let only the target's samples through.
//!
//! One event per CPU sees every process. A filter of some twenty instructions drops the samples of all but
//! the targets and their descendants before their stacks are copied, so that threads of any length are seen at the
//! cost of a few nanoseconds to the rest of the machine. A second program notes the processes that the
//! targets start at the moment they are made: following them from here would miss their first milliseconds.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

use super::bpf::{self, Instruction, ProgramKind, Set, WhenFull};
use super::btf;
use crate::target;

/// The loaded programs; they work for as long as this lives.
#[derive(Debug)]
pub struct Filter {
    sampling: OwnedFd,
    _forks: OwnedFd,
    followed: Followed,
    /// The targets by the numbers that the kernel compares, and by ours.
    roots: Vec<(u32, Root)>,
}

/// The processes whose samples pass.
#[derive(Debug)]
struct Followed {
    /// Targets, by their number in the machine's PID namespace.
    roots: Set<u32>,
    /// What they started, likewise.
    descendants: Set<u32>,
    /// Targets, by their number in a PID namespace of their own.
    inner: Set<InnerPid>,
    namespaces: Vec<Namespace>,
}

/// What the kernel knows a target by.
#[derive(Clone, Copy, Debug)]
enum Root {
    Machine(u32),
    Inner(InnerPid),
}

/// A process by its number in a PID namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
struct InnerPid {
    pid: u32,
    /// Index into [`Followed::namespaces`].
    namespace: u32,
}

/// A PID namespace, by the file that stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Namespace {
    device: u64,
    inode: u64,
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
const INNER_KEY: i16 = -24;

/// Processes of a target that are remembered at once.
const MAX_DESCENDANTS: u32 = 16 * 1024;

/// Each costs a program a handful of instructions.
const MAX_NAMESPACES: usize = 64;

impl Filter {
    /// Loads a filter for `pids` and whatever they start. Needs CAP_BPF and CAP_PERFMON, and a kernel that exports
    /// its types.
    pub fn load(pids: &[u32]) -> io::Result<Filter> {
        let tgid = btf::offset_in_kernel("task_struct", "tgid")
            .ok_or_else(|| io::Error::other("the kernel exports no type information"))?;
        let most = pids.len().max(1) as u32;
        let mut followed = Followed {
            roots: Set::create(most, WhenFull::Refuse)?,
            descendants: Set::create(MAX_DESCENDANTS, WhenFull::Forget)?,
            inner: Set::create(most, WhenFull::Refuse)?,
            namespaces: Vec::new(),
        };
        let roots = pids
            .iter()
            .map(|&pid| Ok((pid, followed.add(pid)?)))
            .collect::<io::Result<_>>()?;
        let sampling = bpf::load(ProgramKind::PerfEvent, &sampling_program(&followed))?;
        let forks = bpf::load(ProgramKind::RawTracepoint, &fork_program(&followed, tgid))?;
        let forks = bpf::attach_raw_tracepoint(c"task_newtask", forks.as_fd())?;
        Ok(Filter {
            sampling,
            _forks: forks,
            followed,
            roots,
        })
    }

    /// The program for sampling events.
    pub(super) fn program(&self) -> BorrowedFd<'_> {
        self.sampling.as_fd()
    }

    /// No longer lets samples of the target `pid` through: it has exited, and its number may be given again.
    pub fn forget(&self, pid: u32) {
        let of_pid = self.roots.iter().filter(|(root, _)| *root == pid);
        for (_, root) in of_pid {
            // It is gone from the set already, or a program removed it: the same to us.
            let _ = match *root {
                Root::Machine(pid) => self.followed.roots.remove(pid),
                Root::Inner(pid) => self.followed.inner.remove(pid),
            };
        }
    }
}

impl Followed {
    /// Adds a target.
    ///
    /// Programs see the number of a process in the machine's namespace. Within a container that number cannot be
    /// known from here; there a process is told by its number in its own namespace.
    fn add(&mut self, pid: u32) -> io::Result<Root> {
        if !target::in_nested_pid_namespace() {
            self.roots.insert(pid)?;
            return Ok(Root::Machine(pid));
        }
        let (namespace, pid) = innermost(pid)?;
        let known = self.namespaces.iter().position(|&other| other == namespace);
        let at = known.unwrap_or_else(|| {
            self.namespaces.push(namespace);
            self.namespaces.len() - 1
        });
        if at == MAX_NAMESPACES {
            return Err(io::Error::other("too many PID namespaces for one filter"));
        }
        let inner = InnerPid {
            pid,
            namespace: at as u32,
        };
        self.inner.insert(inner)?;
        Ok(Root::Inner(inner))
    }
}

/// The PID namespace that a process lives in, and its number there.
fn innermost(pid: u32) -> io::Result<(Namespace, u32)> {
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
    let namespace = Namespace {
        device: namespace.dev(),
        inode: namespace.ino(),
    };
    Ok((namespace, pid))
}

/// Leaves in register 0 a pointer to the entry of the current process, or 0 where it is not followed.
fn is_current_followed(followed: &Followed) -> Vec<Instruction> {
    let mut code = Code::default();
    code.push([
        bpf::call(CURRENT_PID_TGID),
        bpf::shift_right(0, 32),
        bpf::store_u32(FRAME, KEY, 0),
    ]);
    code.look_up(followed.roots.map(), KEY);
    code.end_if_found();
    code.look_up(followed.descendants.map(), KEY);
    code.end_if_found();
    for (at, namespace) in followed.namespaces.iter().enumerate() {
        code.push(bpf::set_u64(1, namespace.device));
        code.push(bpf::set_u64(2, namespace.inode));
        code.push([
            bpf::copy(3, FRAME),
            bpf::add(3, NAMESPACE_IDS.into()),
            bpf::set(4, 8),
            bpf::call(NAMESPACE_PID_TGID),
        ]);
        // It fails for processes of other namespaces: then the number is one that no process has.
        code.push([
            bpf::set(1, 0),
            bpf::skip_unless(0, 0, 1),
            bpf::load_u32(1, FRAME, NAMESPACE_IDS + 4),
            bpf::store_u32(FRAME, INNER_KEY, 1),
            bpf::store_u32_value(FRAME, INNER_KEY + 4, at as i32),
        ]);
        code.look_up(followed.inner.map(), INNER_KEY);
        code.end_if_found();
    }
    code.finish()
}

/// Instructions, some of which skip to their end.
#[derive(Default)]
struct Code {
    instructions: Vec<Instruction>,
    to_end: Vec<usize>,
}

impl Code {
    fn push<const N: usize>(&mut self, instructions: [Instruction; N]) {
        self.instructions.extend(instructions);
    }

    /// Leaves in register 0 what `map` has for the key in a slot of the frame, or 0.
    fn look_up(&mut self, map: BorrowedFd<'_>, key: i16) {
        self.push(bpf::set_map(1, map));
        self.push([
            bpf::copy(2, FRAME),
            bpf::add(2, key.into()),
            bpf::call(MAP_LOOKUP),
        ]);
    }

    /// Skips to the end unless register 0 is 0.
    fn end_if_found(&mut self) {
        self.to_end.push(self.instructions.len());
        self.push([bpf::skip_unless(0, 0, 0)]);
    }

    fn finish(mut self) -> Vec<Instruction> {
        let end = self.instructions.len();
        for at in self.to_end {
            self.instructions[at] = bpf::skip_unless(0, 0, (end - at - 1) as i16);
        }
        self.instructions
    }
}

/// Returns 1 for samples of the targets, 0 for others.
fn sampling_program(followed: &Followed) -> Vec<Instruction> {
    let mut code = is_current_followed(followed);
    code.extend([bpf::skip_if(0, 0, 1), bpf::set(0, 1), bpf::exit()]);
    code
}

/// Notes each task that a followed process makes. Its first argument is the new `task_struct`. For a thread that
/// notes its own process again, which changes nothing.
fn fork_program(followed: &Followed, tgid: u32) -> Vec<Instruction> {
    const TASK: bpf::Register = 6;
    let mut code = vec![bpf::load_u64(TASK, 1, 0)];
    code.extend(is_current_followed(followed));
    let mut note = vec![
        bpf::copy(1, FRAME),
        bpf::add(1, KEY.into()),
        bpf::set(2, 4),
        bpf::copy(3, TASK),
        bpf::add(3, tgid as i32),
        bpf::call(PROBE_READ_KERNEL),
        bpf::store_u32_value(FRAME, VALUE, 1),
    ];
    note.extend(bpf::set_map(1, followed.descendants.map()));
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
