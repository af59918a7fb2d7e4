//! The `bpf` system call, and the few instructions that our programs are made of.

use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// One instruction, as `struct bpf_insn` of `linux/bpf.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Instruction {
    code: u8,
    /// Destination register in the low half, source in the high half.
    registers: u8,
    offset: i16,
    immediate: i32,
}

/// A register: 0 holds results, 1 to 5 arguments, 6 to 9 survive calls, 10 is the stack frame.
pub(super) type Register = u8;

const fn instruction(
    code: u8,
    to: Register,
    from: Register,
    offset: i16,
    immediate: i32,
) -> Instruction {
    Instruction {
        code,
        registers: to | from << 4,
        offset,
        immediate,
    }
}

/// `to = value`
pub(super) const fn set(to: Register, value: i32) -> Instruction {
    instruction(0xb7, to, 0, 0, value)
}

/// `to = from`
pub(super) const fn copy(to: Register, from: Register) -> Instruction {
    instruction(0xbf, to, from, 0, 0)
}

/// `to += value`
pub(super) const fn add(to: Register, value: i32) -> Instruction {
    instruction(0x07, to, 0, 0, value)
}

/// `to >>= bits`
pub(super) const fn shift_right(to: Register, bits: i32) -> Instruction {
    instruction(0x77, to, 0, 0, bits)
}

/// `to = *(u32 *)(from + offset)`
pub(super) const fn load_u32(to: Register, from: Register, offset: i16) -> Instruction {
    instruction(0x61, to, from, offset, 0)
}

/// `to = *(u64 *)(from + offset)`
pub(super) const fn load_u64(to: Register, from: Register, offset: i16) -> Instruction {
    instruction(0x79, to, from, offset, 0)
}

/// `*(u32 *)(to + offset) = from`
pub(super) const fn store_u32(to: Register, offset: i16, from: Register) -> Instruction {
    instruction(0x63, to, from, offset, 0)
}

/// `*(u32 *)(to + offset) = value`
pub(super) const fn store_u32_value(to: Register, offset: i16, value: i32) -> Instruction {
    instruction(0x62, to, 0, offset, value)
}

/// `if a == value { skip the next `skip` instructions }`
pub(super) const fn skip_if(a: Register, value: i32, skip: i16) -> Instruction {
    instruction(0x15, a, 0, skip, value)
}

/// `if a != value { skip }`
pub(super) const fn skip_unless(a: Register, value: i32, skip: i16) -> Instruction {
    instruction(0x55, a, 0, skip, value)
}

/// Calls a helper function of the kernel by its number.
pub(super) const fn call(helper: i32) -> Instruction {
    instruction(0x85, 0, 0, 0, helper)
}

/// Returns register 0.
pub(super) const fn exit() -> Instruction {
    instruction(0x95, 0, 0, 0, 0)
}

/// `to = value`, 64 bits wide: two instructions.
pub(super) const fn set_u64(to: Register, value: u64) -> [Instruction; 2] {
    [
        instruction(0x18, to, 0, 0, value as i32),
        instruction(0, 0, 0, 0, (value >> 32) as i32),
    ]
}

/// `to = map`: two instructions.
pub(super) fn set_map(to: Register, map: BorrowedFd<'_>) -> [Instruction; 2] {
    /// `BPF_PSEUDO_MAP_FD`
    const MAP_DESCRIPTOR: u8 = 1;
    [
        instruction(0x18, to, MAP_DESCRIPTOR, 0, map.as_raw_fd()),
        instruction(0, 0, 0, 0, 0),
    ]
}

/// What a program is run by.
#[derive(Clone, Copy, Debug)]
pub(super) enum ProgramKind {
    /// `BPF_PROG_TYPE_PERF_EVENT`
    PerfEvent = 7,
    /// `BPF_PROG_TYPE_RAW_TRACEPOINT`
    RawTracepoint = 17,
}

/// A set of keys in the kernel, which programs and this one share. `K` is plain data without padding.
#[derive(Debug)]
pub(super) struct Set<K> {
    map: OwnedFd,
    keys: PhantomData<K>,
}

/// What a set does when it is full.
#[derive(Clone, Copy, Debug)]
pub(super) enum WhenFull {
    /// It takes no more: `BPF_MAP_TYPE_HASH`.
    Refuse = 1,
    /// It forgets what was used longest ago: `BPF_MAP_TYPE_LRU_HASH`.
    Forget = 9,
}

impl<K: Copy> Set<K> {
    pub(super) fn create(entries: u32, when_full: WhenFull) -> io::Result<Set<K>> {
        /// Start of `union bpf_attr` for `BPF_MAP_CREATE`.
        #[repr(C)]
        struct Attributes {
            kind: u32,
            key_size: u32,
            value_size: u32,
            max_entries: u32,
            flags: u32,
        }
        let map = bpf_descriptor(
            0,
            &Attributes {
                kind: when_full as u32,
                key_size: size_of::<K>() as u32,
                value_size: size_of::<u32>() as u32,
                max_entries: entries,
                flags: 0,
            },
        )?;
        let keys = PhantomData;
        Ok(Set { map, keys })
    }

    /// Adds `key`.
    pub(super) fn insert(&self, key: K) -> io::Result<()> {
        self.change(2, &key, &1)
    }

    /// Takes `key` out.
    pub(super) fn remove(&self, key: K) -> io::Result<()> {
        self.change(3, &key, &0)
    }

    /// For programs.
    pub(super) fn map(&self) -> BorrowedFd<'_> {
        self.map.as_fd()
    }

    fn change(&self, command: i32, key: &K, value: &u32) -> io::Result<()> {
        /// Start of `union bpf_attr` for `BPF_MAP_UPDATE_ELEM` and `BPF_MAP_DELETE_ELEM`.
        #[repr(C)]
        struct Attributes {
            map: u32,
            padding: u32,
            key: u64,
            value: u64,
            flags: u64,
        }
        let attributes = Attributes {
            map: self.map.as_raw_fd() as u32,
            padding: 0,
            key: std::ptr::from_ref(key) as u64,
            value: std::ptr::from_ref(value) as u64,
            flags: 0,
        };
        bpf(command, &attributes).map(drop)
    }
}

/// Has the kernel verify and load `program`.
pub(super) fn load(kind: ProgramKind, program: &[Instruction]) -> io::Result<OwnedFd> {
    /// Start of `union bpf_attr` for `BPF_PROG_LOAD`.
    #[repr(C)]
    struct Attributes {
        kind: u32,
        count: u32,
        instructions: u64,
        license: u64,
        log_level: u32,
        log_size: u32,
        log: u64,
    }
    // The helpers that our programs call are reserved to programs under this licence.
    const LICENSE: &std::ffi::CStr = c"GPL";
    bpf_descriptor(
        5,
        &Attributes {
            kind: kind as u32,
            count: program.len() as u32,
            instructions: program.as_ptr() as u64,
            license: LICENSE.as_ptr() as u64,
            log_level: 0,
            log_size: 0,
            log: 0,
        },
    )
}

/// Runs `program` at a tracepoint for as long as the result lives.
pub(super) fn attach_raw_tracepoint(
    name: &std::ffi::CStr,
    program: BorrowedFd<'_>,
) -> io::Result<OwnedFd> {
    /// Start of `union bpf_attr` for `BPF_RAW_TRACEPOINT_OPEN`.
    #[repr(C)]
    struct Attributes {
        name: u64,
        program: u32,
        padding: u32,
    }
    bpf_descriptor(
        17,
        &Attributes {
            name: name.as_ptr() as u64,
            program: program.as_raw_fd() as u32,
            padding: 0,
        },
    )
}

/// Runs a command that returns a descriptor. `A` is the start of `union bpf_attr` for it, without padding.
fn bpf_descriptor<A>(command: i32, attributes: &A) -> io::Result<OwnedFd> {
    let fd = bpf(command, attributes)?;
    // SAFETY: the kernel just gave us this descriptor; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Runs a command. `A` is the start of `union bpf_attr` for it, without padding.
fn bpf<A>(command: i32, attributes: &A) -> io::Result<i32> {
    // SAFETY: the kernel reads `size_of::<A>()` bytes, takes what follows as zero, and what the attributes point
    // to is borrowed by the callers for the length of the call.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, attributes, size_of::<A>()) };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(result as i32)
}
