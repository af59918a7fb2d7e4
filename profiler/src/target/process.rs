//! One process: found, held, asked for its state.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::Error;

/// A process held by its pidfd, so that its number cannot come to mean another process unnoticed.
#[derive(Debug)]
pub struct Process {
    pid: u32,
    pidfd: OwnedFd,
}

/// What `/proc/PID/stat` says; times are in clock ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Name of the process, 15 bytes at most.
    pub name: String,
    /// State letter: `R`, `S`, `Z`.
    pub letter: char,
    /// Parent process.
    pub parent: u32,
    /// Kernel flags of the task (`PF_*`).
    pub flags: u64,
    /// User time of all threads, exited ones included.
    pub user_ticks: u64,
    /// System time of all threads, exited ones included.
    pub system_ticks: u64,
    /// User time of all children that were waited for.
    pub children_user_ticks: u64,
    /// System time of all children that were waited for.
    pub children_system_ticks: u64,
}

/// `PF_KTHREAD` of the kernel's `sched.h`.
const KERNEL_THREAD: u64 = 0x0020_0000;

impl Process {
    /// Takes hold of a running process.
    pub fn open(pid: u32) -> Result<Process, Error> {
        let pidfd = open_pidfd(pid).map_err(|source| match source.raw_os_error() {
            Some(libc::ESRCH) => Error::NoSuchProcess { pid },
            _ => match leader(pid) {
                Some(leader) if leader != pid => Error::Thread {
                    tid: pid,
                    pid: leader,
                },
                _ => Error::System {
                    call: "pidfd_open",
                    source,
                },
            },
        })?;
        let state = State::read(pid)?;
        if state.letter == 'Z' || state.letter == 'X' {
            return Err(Error::Zombie {
                pid,
                parent: state.parent,
            });
        }
        if state.flags & KERNEL_THREAD != 0 {
            return Err(Error::KernelThread {
                pid,
                name: state.name,
            });
        }
        Ok(Process { pid, pidfd })
    }

    /// The process id as this program sees it.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Becomes readable when the process has exited.
    pub fn exit_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// Whether the process has exited; true for zombies too.
    pub fn has_exited(&self) -> bool {
        let mut poll = libc::pollfd {
            fd: self.pidfd.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: `poll` is one valid pollfd, and the call returns at once.
        unsafe { libc::poll(&mut poll, 1, 0) > 0 }
    }
}

impl State {
    /// Reads the state of `pid`.
    pub fn read(pid: u32) -> Result<State, Error> {
        let path = PathBuf::from(format!("/proc/{pid}/stat"));
        let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => Error::NoSuchProcess { pid },
            _ if source.raw_os_error() == Some(libc::ESRCH) => Error::NoSuchProcess { pid },
            _ => Error::Read {
                path: path.clone(),
                source,
            },
        })?;
        State::parse(&text).ok_or_else(|| Error::Read {
            path,
            source: io::ErrorKind::InvalidData.into(),
        })
    }

    /// Parses a line of `/proc/PID/stat`. The name may hold spaces and parentheses, so fields count from the last one.
    fn parse(text: &str) -> Option<State> {
        let (head, tail) = text.rsplit_once(')')?;
        let name = head.split_once('(')?.1.to_owned();
        let fields: Vec<&str> = tail.split_ascii_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(State {
            name,
            letter: fields.first()?.chars().next()?,
            parent: number(1)? as u32,
            flags: number(6)?,
            user_ticks: number(11)?,
            system_ticks: number(12)?,
            children_user_ticks: number(13)?,
            children_system_ticks: number(14)?,
        })
    }
}

/// The ids of all threads of `pid` that exist now; empty when the process is gone.
pub fn threads(pid: u32) -> Vec<u32> {
    numbers_in(&format!("/proc/{pid}/task"))
}

fn numbers_in(folder: &str) -> Vec<u32> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut numbers: Vec<u32> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    numbers.sort_unstable();
    numbers
}

/// The processes whose program or main thread is called `name`: the file name of the one, or the name of the other, of
/// which the kernel keeps 15 bytes. Kernel threads, zombies and this program itself are left out.
pub fn processes_named(name: &str) -> Vec<u32> {
    let is_called = |pid: u32| {
        let program = fs::read_link(format!("/proc/{pid}/exe")).ok();
        let program =
            program.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        let program = program
            .as_deref()
            .map(|file| file.trim_end_matches(" (deleted)"));
        let lives =
            |state: &State| !matches!(state.letter, 'Z' | 'X') && state.flags & KERNEL_THREAD == 0;
        let state = State::read(pid).ok().filter(lives);
        state.is_some_and(|state| program == Some(name) || state.name == name)
    };
    processes()
        .into_iter()
        .filter(|&pid| pid != std::process::id() && is_called(pid))
        .collect()
}

/// All processes that can be seen.
pub fn processes() -> Vec<u32> {
    numbers_in("/proc")
}

/// The processes that `pid` started and that live; empty on kernels without `CONFIG_PROC_CHILDREN`.
pub fn children(pid: u32) -> Vec<u32> {
    let of_thread =
        |tid| fs::read_to_string(format!("/proc/{pid}/task/{tid}/children")).unwrap_or_default();
    let lists: Vec<String> = threads(pid).into_iter().map(of_thread).collect();
    lists
        .iter()
        .flat_map(|list| list.split_ascii_whitespace())
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

/// The name of a thread, while it lives.
pub fn name_of_thread(pid: u32, tid: u32) -> Option<String> {
    let name = fs::read(format!("/proc/{pid}/task/{tid}/comm")).ok()?;
    Some(String::from_utf8_lossy(&name).trim_end().to_owned())
}

fn leader(tid: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("Tgid:"))?
        .trim()
        .parse()
        .ok()
}

fn open_pidfd(pid: u32) -> io::Result<OwnedFd> {
    // SAFETY: pidfd_open takes two integers and returns a new descriptor or -1.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid as libc::pid_t, 0) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel just gave us this descriptor; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

/// The root directory that `pid` sees, to resolve paths in; reading its files needs further permission. `None` where it
/// may not be opened.
pub fn root(pid: u32) -> Option<File> {
    let flags = libc::O_PATH | libc::O_DIRECTORY | libc::O_CLOEXEC;
    File::options()
        .read(true)
        .custom_flags(flags)
        .open(format!("/proc/{pid}/root"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_parentheses() {
        let text = "7 (a) b) R 3 7 7 0 -1 2097152 1 2 3 4 50 60 70 80 20 0 1 0 9 0 0";
        let state = State::parse(text).unwrap();
        assert_eq!(
            (state.name.as_str(), state.letter, state.parent),
            ("a) b", 'R', 3)
        );
        assert_eq!((state.user_ticks, state.children_system_ticks), (50, 80));
    }

    #[test]
    fn a_truncated_line_is_refused() {
        let text = "7 (a) R 3 7 7 0 -1 2097152 1 2 3 4 50 60 70 80";
        for end in 0..text.len() - 2 {
            if let Some(state) = State::parse(&text[..end]) {
                assert!(end > 41, "{state:?} from {end} bytes");
            }
        }
    }

    #[test]
    fn this_process_is_alive_and_a_thread_of_it_is_refused() {
        let pid = std::process::id();
        assert!(!Process::open(pid).unwrap().has_exited());
        let tid = std::thread::spawn(move || {
            // SAFETY: gettid has no arguments and cannot fail.
            let tid = unsafe { libc::gettid() } as u32;
            (tid, Process::open(tid).map(|_| ()))
        });
        let (tid, result) = tid.join().unwrap();
        match result {
            Err(Error::Thread {
                tid: named,
                pid: leader,
            }) => assert_eq!((named, leader), (tid, pid)),
            other => panic!("{other:?}"),
        }
    }
}
