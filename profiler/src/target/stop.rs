//! How a recording is told to end before its time.

use std::fs::File;
use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd};
use std::sync::Arc;

use super::Error;

/// A request to end, shared between threads. It can be polled together with other descriptors.
#[derive(Clone, Debug)]
pub struct Stop(Arc<File>);

impl Stop {
    /// A request that nobody has made yet.
    pub fn new() -> Result<Stop, Error> {
        // SAFETY: eventfd takes two integers and returns a new descriptor or -1.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(Error::System {
                call: "eventfd",
                source: io::Error::last_os_error(),
            });
        }
        // SAFETY: the kernel just gave us this descriptor; nobody else owns it.
        Ok(Stop(Arc::new(unsafe { File::from_raw_fd(fd) })))
    }

    /// Makes the request.
    pub fn stop(&self) {
        // An eventfd that is full refuses the write: then the request is already made.
        let _ = (&*self.0).write(&1u64.to_ne_bytes());
    }

    /// Whether the request was made; clears it.
    pub fn take(&self) -> bool {
        (&*self.0).read(&mut [0; 8]).is_ok()
    }

    /// Readable while the request stands.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// From now on SIGINT, SIGTERM and SIGHUP make the request; a second one ends this program as usual.
///
/// Call it before any other thread is started, since a thread inherits which signals it blocks.
pub fn stop_on_signals(stop: &Stop) {
    let signals = {
        let mut set = MaybeUninit::uninit();
        // SAFETY: sigemptyset initializes the set; the rest reads or extends it.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
                libc::sigaddset(set.as_mut_ptr(), signal);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), std::ptr::null_mut());
            set.assume_init()
        }
    };
    let stop = stop.clone();
    std::thread::spawn(move || {
        let mut signal = 0;
        // SAFETY: the set is initialized, and `signal` outlives the call. Unblocked in this thread, later
        // signals have their default effect on the whole process.
        unsafe {
            libc::sigwait(&signals, &mut signal);
            stop.stop();
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &signals, std::ptr::null_mut());
        }
        loop {
            std::thread::park();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_seen_once() {
        let stop = Stop::new().unwrap();
        assert!(!stop.take());
        stop.clone().stop();
        assert!(stop.take() && !stop.take());
    }
}
