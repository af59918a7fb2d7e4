//! From registers and a piece of stack to a call path, outside of the target.
//!
//! ```text
//! Object        a mapped file: executable segments, call frame information; shared by all processes
//! AddressSpace  which object lies where in one process
//! Unwinder      walks: call frame information or Go's table, else frame pointers, else a labelled guess
//! ```
//!
//! Memory is read through a closure, so that stored captures unwind as live samples do. Nothing here names a
//! function: frames are an object and an address within it.

mod address;
mod cfi;
mod go;
mod go_image;
mod object;
mod pclntab;
mod space;
mod walk;

pub use address::{Avma, Svma};
pub use framehop::FrameAddress;
pub(crate) use object::section_bytes;
pub use object::{Descriptions, Object, ObjectId, Reader};
pub use space::AddressSpace;
pub use walk::{End, Frame, UnwindRegisters, Unwinder};
