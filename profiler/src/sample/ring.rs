//! The ring buffer that the kernel fills for one CPU.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use perf_event_open_sys::bindings::perf_event_mmap_page;

use super::event::Event;

/// A mapped ring. Records are read in place; room is given back by [`Ring::advance`].
#[derive(Debug)]
pub(super) struct Ring {
    owner: Event,
    page: NonNull<perf_event_mmap_page>,
    mapped: usize,
    capacity: usize,
    tail: u64,
    head: u64,
    scratch: Vec<u8>,
}

/// Size of a page of the architecture that records come from.
pub(super) const PAGE: usize = 4096;

/// Size of a record's header.
const HEADER: usize = 8;

impl Ring {
    /// Maps a ring of `capacity` bytes, a power of two of at least a page, for `owner`.
    pub(super) fn map(owner: Event, capacity: usize) -> Result<Ring, (Event, io::Error)> {
        debug_assert!(capacity.is_power_of_two() && capacity >= PAGE);
        let mapped = capacity + PAGE;
        let fd = owner.as_fd().as_raw_fd();
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice; it aliases no memory of ours.
        let page = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                mapped,
                protection,
                libc::MAP_SHARED,
                fd,
                0,
            )
        };
        if page == libc::MAP_FAILED {
            return Err((owner, io::Error::last_os_error()));
        }
        match NonNull::new(page.cast::<perf_event_mmap_page>()) {
            Some(page) => Ok(Ring {
                owner,
                page,
                mapped,
                capacity,
                tail: 0,
                head: 0,
                scratch: Vec::new(),
            }),
            None => Err((owner, io::ErrorKind::AddrNotAvailable.into())),
        }
    }

    /// The event that owns the ring.
    pub(super) fn owner(&self) -> &Event {
        &self.owner
    }

    /// Readable when enough records have come.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.owner.as_fd()
    }

    /// Learns how far the kernel has written.
    pub(super) fn refresh(&mut self) {
        // SAFETY: see `counter`; the kernel publishes what it wrote by a release store to `data_head`.
        let head = unsafe { self.counter(&raw mut (*self.page.as_ptr()).data_head) };
        self.head = head.load(Ordering::Acquire);
    }

    /// The next record up to where [`Ring::refresh`] saw the kernel; `None` at the end.
    pub(super) fn peek(&mut self) -> Option<&[u8]> {
        if self.head.wrapping_sub(self.tail) < HEADER as u64 {
            return None;
        }
        let at = self.tail as usize & (self.capacity - 1);
        // Records are multiples of 8 bytes, so that a header never wraps.
        let size = usize::from(u16::from_ne_bytes(
            self.data(at, HEADER)[6..8].try_into().ok()?,
        ));
        if size < HEADER || size as u64 > self.head.wrapping_sub(self.tail) {
            // The kernel never writes this. Skip all rather than read a stray size.
            self.tail = self.head;
            return None;
        }
        let first = size.min(self.capacity - at);
        if first == size {
            return Some(self.data(at, size));
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend_from_slice(self.data(at, first));
        scratch.extend_from_slice(self.data(0, size - first));
        self.scratch = scratch;
        Some(&self.scratch)
    }

    /// Passes over a record of `size` bytes, the one that [`Ring::peek`] returned.
    pub(super) fn advance(&mut self, size: usize) {
        self.tail = self.tail.wrapping_add(size as u64);
    }

    /// Gives the room of all records that were passed over back to the kernel.
    pub(super) fn release(&mut self) {
        // SAFETY: see `counter`; only this side writes `data_tail`.
        let tail = unsafe { self.counter(&raw mut (*self.page.as_ptr()).data_tail) };
        tail.store(self.tail, Ordering::Release);
    }

    fn data(&self, at: usize, len: usize) -> &[u8] {
        debug_assert!(at + len <= self.capacity);
        // SAFETY: the data follow the first page and are `capacity` bytes long; the callers stay within. The kernel
        // does not write between tail and head until `release`, which needs the slice to be gone.
        unsafe { std::slice::from_raw_parts(self.page.as_ptr().cast::<u8>().add(PAGE + at), len) }
    }

    /// A counter that is shared with the kernel.
    ///
    /// # Safety
    ///
    /// `field` points into `self.page`, which stays mapped as long as `self`; both sides access it atomically.
    unsafe fn counter(&self, field: *mut u64) -> &AtomicU64 {
        // SAFETY: guaranteed by the caller; the fields of the page are aligned.
        unsafe { AtomicU64::from_ptr(field) }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: this is our mapping, of this size, and no slice of it outlives `self`.
        unsafe { libc::munmap(self.page.as_ptr().cast(), self.mapped) };
    }
}
