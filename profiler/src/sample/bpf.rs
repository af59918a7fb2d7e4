//! The `bpf` system call, and the few instructions that our programs are made of.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

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

/// `if a == b { skip the next `skip` instructions }`
pub(super) const fn skip_if_equal(a: Register, b: Register, skip: i16) -> Instruction {
    instruction(0x1d, a, b, skip, 0)
}

/// `if a == value { skip }`
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

/// A map from u32 to u32 that forgets what was used longest ago when it is full.
pub(super) fn create_lru_map(entries: u32) -> io::Result<OwnedFd> {
    /// Start of `union bpf_attr` for `BPF_MAP_CREATE`.
    #[repr(C)]
    struct Attributes {
        kind: u32,
        key_size: u32,
        value_size: u32,
        max_entries: u32,
        flags: u32,
    }
    const LRU_HASH: u32 = 9;
    bpf(
        0,
        &Attributes {
            kind: LRU_HASH,
            key_size: 4,
            value_size: 4,
            max_entries: entries,
            flags: 0,
        },
    )
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
    bpf(
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
    bpf(
        17,
        &Attributes {
            name: name.as_ptr() as u64,
            program: program.as_raw_fd() as u32,
            padding: 0,
        },
    )
}

/// Runs a command that returns a descriptor. `A` is the start of `union bpf_attr` for it, without padding.
fn bpf<A>(command: i32, attributes: &A) -> io::Result<OwnedFd> {
    // SAFETY: the kernel reads `size_of::<A>()` bytes, takes what follows as zero, and what the attributes point
    // to is borrowed by the callers for the length of the call.
    let fd = unsafe { libc::syscall(libc::SYS_bpf, command, attributes, size_of::<A>()) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel just gave us this descriptor; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}
