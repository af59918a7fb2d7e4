//! What a profile says: functions with their own and total cost, threads, lines, and how far each figure can be
//! trusted.
//!
//! ```text
//! Profile ─► Measure (which number counts)
//!        └─► Frames (locations as the functions that a reader sees) ─► Hotspots ─► lines
//! ```

mod error;
mod frames;
mod hotspots;
mod measure;
mod origin;
mod own_lines;
mod source;
mod threads;

pub use error::sampling_error;
pub(crate) use frames::readable;
pub use frames::{Frame, Frames, Func, FuncId};
pub use hotspots::{Hotspot, Hotspots, LineCost};
pub use measure::Measure;
pub use origin::is_runtime;
pub use own_lines::{OwnLine, own_lines};
pub use source::{SourceText, SourceTree};
pub use threads::{ThreadCost, thread_costs};
