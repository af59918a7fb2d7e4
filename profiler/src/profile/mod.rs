//! The profile model: what a recording knows, before and after its addresses have names.
//!
//! ```text
//! Sample ─► stack: StackId ─► (parent StackId, LocationId)   a trie, root first
//!        ─► thread: ThreadId                │
//!        ─► labels, values            Location ─► module + offset ─► Module (path, build id)
//!                                           └──► lines, innermost inlined first ─► Function
//! ```
//!
//! It follows pprof's `profile.proto` (location, function, mapping) with three additions: stacks are
//! shared in a trie, a location remembers how its frame was found, and the recording carries its own
//! honesty figures (coverage, lost, truncated). A location is keyed by module and offset, never by the
//! address that it had in the target, so profiles of several processes and hosts can be merged.
//!
//! This module imports nothing of the crate. Everything is plain data in arenas with `u32` ids.

mod intern;
mod recording;
mod stack;

pub use intern::{StringId, Strings};
pub use recording::{Coverage, Recording, Unseen};
pub use stack::{StackId, Stacks};

use serde::{Deserialize, Serialize};

/// Defines a `u32` index into one of the profile's arenas.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The index into the arena.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
pub(crate) use id;

id!(
    /// Index into [`Profile::modules`].
    ModuleId
);
id!(
    /// Index into [`Profile::functions`].
    FunctionId
);
id!(
    /// Index into [`Profile::locations`].
    LocationId
);
id!(
    /// Index into [`Profile::threads`].
    ThreadId
);

/// Samples of one recording, or of several that were merged.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Profile {
    /// Every text of the profile, once.
    pub strings: Strings,
    /// Executables and libraries; one for the kernel; one for each source of generated code.
    pub modules: Vec<Module>,
    /// Functions that locations name.
    pub functions: Vec<Function>,
    /// Distinct code positions.
    pub locations: Vec<Location>,
    /// Distinct call paths.
    pub stacks: Stacks,
    /// Threads that were sampled.
    pub threads: Vec<Thread>,
    /// What the numbers of each sample count; at least one entry.
    pub value_types: Vec<ValueType>,
    /// Distinct (stack, thread, labels), each with its totals.
    pub samples: Vec<Sample>,
    /// When, how, and how completely it was recorded.
    pub recording: Recording,
}

/// A mapped file, or another source of code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Module {
    /// Path as the target sees it, or a name in brackets such as `[kernel]` and `[vdso]`.
    pub path: StringId,
    /// GNU build id in lower-case hex; empty where there is none.
    pub build_id: StringId,
}

/// A function as the symbol or debug information names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Function {
    /// Readable name: demangled, generics kept.
    pub name: StringId,
    /// Linkage name; tells apart what demangling merges. Same as `name` where nothing was mangled.
    pub linkage_name: StringId,
    /// Source file as the debug information has it; empty where unknown.
    pub file: StringId,
    /// Line of the declaration, 1-based; 0 where unknown.
    pub start_line: u32,
}

/// A code position, with its names once it has been symbolized.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The module, or `None` for an address that no mapping explains.
    pub module: Option<ModuleId>,
    /// Address relative to the module as linked (`Svma`); the raw address where `module` is `None`.
    /// Frames other than the leaf hold the call instruction, not the return address.
    pub address: u64,
    /// User code, kernel code, or a frame that stands for something else.
    pub kind: FrameKind,
    /// How the unwinder reached this frame.
    pub found_by: FoundBy,
    /// Function and line, innermost inlined function first; empty where the location has no name.
    pub lines: Vec<Line>,
}

/// One function at a location, with the line that it was executing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Line {
    /// The function.
    pub function: FunctionId,
    /// 1-based line in the function's file; 0 where unknown.
    pub line: u32,
}

/// What sort of code a frame runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameKind {
    /// Machine code in user space.
    Native,
    /// Kernel code.
    Kernel,
    /// Stands for what could not be unwound; the root end of an incomplete stack.
    Truncated,
}

/// How the unwinder found a frame, most trustworthy first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// The sampled instruction pointer.
    InstructionPointer,
    /// Call frame information: `.eh_frame` or `.debug_frame`.
    Cfi,
    /// The frame sizes that a runtime keeps for itself: Go's table of functions.
    FrameTable,
    /// The frame-pointer chain.
    FramePointer,
    /// The kernel's own call chain.
    Kernel,
    /// A guess: the frame is plausible, not proven.
    Heuristic,
    /// Read from another tool's file, which does not say.
    Imported,
}

/// A sampled thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Thread {
    /// Process id, as seen from where the profiler ran.
    pub pid: u32,
    /// Thread id, likewise.
    pub tid: u32,
    /// The thread's last known name.
    pub name: StringId,
}

/// What a number counts, in which unit: (`cpu`, `nanoseconds`), (`samples`, `count`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ValueType {
    /// What is counted.
    pub kind: StringId,
    /// Its unit, in pprof's words.
    pub unit: StringId,
}

/// All samples with the same stack, thread and labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Leaf of the call path; `None` where nothing of the stack is known.
    pub stack: Option<StackId>,
    /// The thread; `None` in imported profiles that have no threads.
    pub thread: Option<ThreadId>,
    /// Further labels: endpoint, trace id, what an imported file carries.
    pub labels: Vec<Label>,
    /// One total for each of [`Profile::value_types`].
    pub values: Vec<i64>,
}

/// Key, and unit, of the label that says in which time slice of the recording a sample lies: a number, counted from 0. Its length is
/// [`Recording::slice_ns`].
pub const SLICE: &str = "slice";

/// A key with a text or a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Label {
    /// The key.
    pub key: StringId,
    /// The value.
    pub value: LabelValue,
}

/// The value of a [`Label`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelValue {
    /// A text.
    Text(StringId),
    /// A number and its unit (empty where it has none).
    Number(i64, StringId),
}

impl Profile {
    /// The text of an id.
    pub fn text(&self, id: StringId) -> &str {
        self.strings.get(id)
    }

    /// The path from the root to the leaf of `stack`.
    pub fn path(&self, stack: Option<StackId>) -> Vec<LocationId> {
        self.stacks.path(stack)
    }

    /// Whether any frame is the kernel's.
    pub fn has_kernel_frames(&self) -> bool {
        self.locations
            .iter()
            .any(|location| location.kind == FrameKind::Kernel)
    }

    /// Sum over all samples of value number `value`.
    pub fn total(&self, value: usize) -> i64 {
        self.samples.iter().map(|s| s.values[value]).sum()
    }
}
