//! The processes that are profiled: who they are, what they map, what CPU time the kernel charged them.
//!
//! Nothing here stops a target or writes to it. What a target controls (paths under its root) is opened
//! only by `openat2(RESOLVE_IN_ROOT)`, so that its symbolic links cannot lead out.
#![allow(unsafe_code)]

mod cgroup;
mod cpu;
mod files;
mod launch;
mod maps;
mod permissions;
mod priority;
mod process;
mod runtime;
mod stop;

pub use cgroup::{Cgroup, machine_cpu_times};
pub use cpu::{CpuTimes, cpu_clock, cpu_times, monotonic_ns, own_cpu};
pub use files::{open_beneath, open_mapped, open_perf_map, read_vdso};
pub use launch::{Suspended, launch_suspended, terminate};
pub use maps::{Mapping, maps, parse_maps};
pub use permissions::{Capabilities, Permissions, Yama, in_nested_pid_namespace, permissions};
pub use priority::Precedence;
pub use process::{
    Process, State, children, name_of_thread, own_pid_and_user, processes, processes_named, root,
    threads,
};
pub use runtime::{Runtime, runtime};
pub use stop::{Stop, stop_on_signals};

use std::path::PathBuf;

/// Why a process cannot be profiled.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such process.
    #[error("no process has the pid {pid}")]
    NoSuchProcess {
        /// The pid that was asked for.
        pid: u32,
    },
    /// There is no such control group.
    #[error(
        "no control group is called {}; `cat /proc/PID/cgroup` shows the one of a process, `systemd-cgls` shows all", .name.display()
    )]
    NoSuchCgroup {
        /// The name that was asked for.
        name: PathBuf,
    },
    /// A thread was named where a process is wanted.
    #[error("{tid} is a thread of process {pid}; attach with --pid {pid}")]
    Thread {
        /// The thread.
        tid: u32,
        /// Its process.
        pid: u32,
    },
    /// The process has ended and waits for its parent.
    #[error(
        "process {pid} has already exited: it is a zombie until its parent, process {parent}, waits for it"
    )]
    Zombie {
        /// The process.
        pid: u32,
        /// Who should wait for it.
        parent: u32,
    },
    /// Kernel threads have no user code.
    #[error(
        "process {pid} ({name}) is a kernel thread; only processes with user code can be profiled"
    )]
    KernelThread {
        /// The thread.
        pid: u32,
        /// Its name.
        name: String,
    },
    /// A command could not be started.
    #[error("cannot start {command}: {source}")]
    Launch {
        /// The program.
        command: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the kernel's could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A system call failed that needs no permission.
    #[error("{call} failed: {source}")]
    System {
        /// The system call.
        call: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
}
