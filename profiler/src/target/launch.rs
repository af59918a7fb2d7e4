//! Starting a command that waits before its first instruction until events are attached.

use std::ffi::OsString;
use std::io::{self, PipeWriter, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::thread::JoinHandle;

use super::Error;

/// A process that was forked and waits before it executes its command. Dropped, it goes away unexecuted.
#[derive(Debug)]
pub struct Suspended {
    pid: u32,
    program: String,
    gate: PipeWriter,
    spawn: JoinHandle<io::Result<Child>>,
}

/// Forks, and stops the child right before it executes `command`.
pub fn launch_suspended(command: &[OsString]) -> Result<Suspended, Error> {
    let program = command
        .first()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let failed = |source| Error::Launch {
        command: program.clone(),
        source,
    };
    let (mut pid_out, pid_in) = io::pipe().map_err(failed)?;
    let (gate_out, gate_in) = io::pipe().map_err(failed)?;
    let mut process = Command::new(
        command
            .first()
            .ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?,
    );
    process.args(&command[1..]);
    let (announce, wait, gate) = (
        pid_in.as_raw_fd(),
        gate_out.as_raw_fd(),
        gate_in.as_raw_fd(),
    );
    // SAFETY: between fork and exec the closure makes only async-signal-safe calls and does not allocate; the
    // descriptors are open there, since the fork copied them while this function held them.
    unsafe { process.pre_exec(move || wait_for_gate(announce, wait, gate)) };
    // `spawn` returns after exec, which waits for the gate: so it needs a thread of its own.
    let spawn = std::thread::spawn(move || {
        let child = process.spawn();
        drop((pid_in, gate_out));
        child
    });
    let mut pid = [0; 4];
    match pid_out.read_exact(&mut pid) {
        Ok(()) => Ok(Suspended {
            pid: u32::from_ne_bytes(pid),
            program,
            gate: gate_in,
            spawn,
        }),
        Err(_) => match spawn.join() {
            Ok(Err(source)) => Err(failed(source)),
            _ => Err(failed(io::ErrorKind::BrokenPipe.into())),
        },
    }
}

impl Suspended {
    /// The process id; it stays the same when the command is executed.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Lets the command start; fails where it cannot be executed.
    pub fn release(mut self) -> Result<Child, Error> {
        let failed = |source| Error::Launch {
            command: self.program.clone(),
            source,
        };
        self.gate.write_all(&[1]).map_err(failed)?;
        match self.spawn.join() {
            Ok(child) => child.map_err(failed),
            Err(_) => Err(failed(io::ErrorKind::BrokenPipe.into())),
        }
    }
}

/// Asks a process to end.
pub fn terminate(pid: u32) {
    // SAFETY: kill takes two integers; where the process is gone it fails without effect.
    unsafe { libc::kill(pid as libc::pid_t, libc::SIGTERM) };
}

/// In the child: says its pid, then waits. Signals that this program blocked are allowed again.
fn wait_for_gate(announce: RawFd, wait: RawFd, gate: RawFd) -> io::Result<()> {
    // SAFETY: all calls are async-signal-safe; the buffers are locals of the sizes given. Our copy of the gate's
    // writing end is closed so that the parent's end, when dropped, ends the wait.
    unsafe {
        let mut none = std::mem::MaybeUninit::uninit();
        libc::sigemptyset(none.as_mut_ptr());
        libc::sigprocmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
        libc::close(gate);
        let pid = (libc::getpid() as u32).to_ne_bytes();
        libc::write(announce, pid.as_ptr().cast(), pid.len());
        let mut opened = 0u8;
        loop {
            match libc::read(wait, (&raw mut opened).cast(), 1) {
                1 => return Ok(()),
                0 => return Err(io::Error::from_raw_os_error(libc::ECANCELED)),
                _ if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
                _ => return Err(io::Error::last_os_error()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_starts_when_it_is_released() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made");
        let suspended = launch_suspended(&["touch".into(), file.clone().into()]).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(30));
        assert!(!file.exists());
        assert!(suspended.release().unwrap().wait().unwrap().success());
        assert!(file.exists());
    }

    #[test]
    fn a_command_that_does_not_exist_is_named() {
        let suspended = launch_suspended(&["/does/not/exist".into()]).unwrap();
        assert!(
            suspended
                .release()
                .unwrap_err()
                .to_string()
                .contains("/does/not/exist")
        );
    }
}
