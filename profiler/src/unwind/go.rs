//! How Go's functions are unwound: by the table that the runtime unwinds them with.
//!
//! The table says, for every instruction, how far the return address lies above the stack pointer. What it cannot
//! describe is known by name or by flag: where a stack starts, and what moves from one stack to another. A goroutine
//! that needs the system stack of its thread (`runtime.systemstack`, a call into C, the scheduler, a clock of the
//! vdso) leaves its own stack, of which a sample has no copy. Such a sample's stack starts with the function that
//! moved, and is complete for the stack that it ran on.

use super::Svma;
use super::pclntab::Pclntab;

/// What a frame of a Go function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GoFrame {
    /// The return address lies this many bytes above the stack pointer.
    Sized(u32),
    /// Likewise, unless the function has changed the stack pointer already.
    Unsteady(u32),
    /// The function moves to another stack: it is the root of the stack that it called something on.
    Switch(u32),
    /// Nothing called the function.
    Root,
    /// The kernel called the function for a signal; as with `Sized`, but what it returns to never called it.
    Handler(u32),
    /// A signal handler returns to it; it returns to what the signal interrupted.
    Signal,
}

/// Where stacks start.
const ROOTS: [&str; 5] = [
    "_rt0_amd64",
    "_rt0_amd64_linux",
    "runtime.goexit",
    "runtime.mstart",
    "runtime.rt0_go",
];

/// What calls something on another stack than it was called on.
const SWITCHES: [&str; 12] = [
    "gogo",
    "runtime.asmcgocall",
    "runtime.asmcgocall_no_g",
    "runtime.cgocallback",
    "runtime.gogo",
    "runtime.mcall",
    "runtime.morestack",
    "runtime.nanotime1",
    "runtime.systemstack",
    "runtime.walltime",
    "runtime.walltime1",
    "time.now",
];

impl Pclntab {
    /// How a frame at `address` is unwound; `None` where that is no Go code.
    pub(super) fn frame(&self, address: Svma) -> Option<GoFrame> {
        let function = self.function(address)?;
        let name = function.name()?;
        let name = name.strip_suffix(".abi0").unwrap_or(name);
        let size = function.stack_size(address);
        Some(match name {
            "runtime.sigreturn" | "runtime.sigreturn__sigaction" => GoFrame::Signal,
            // Flagged as a top frame, since the runtime does not look beyond it.
            "runtime.sigtramp" | "runtime.cgoSigtramp" => GoFrame::Handler(size?),
            _ if SWITCHES.contains(&name) => GoFrame::Switch(size?),
            _ if function.is_top_frame() || ROOTS.contains(&name) => GoFrame::Root,
            _ if function.writes_stack_pointer() => GoFrame::Unsteady(size?),
            _ => GoFrame::Sized(size?),
        })
    }
}
