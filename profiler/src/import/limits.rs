//! How much a file may ask for. Files are bounded in bytes; this bounds what their bytes become, since a few bytes of
//! a file can stand for a hundred of memory.

use super::Problem;
use crate::profile::Stacks;

/// Deepest stack that is read: more frames than any unwinder yields, fewer than exhaust memory.
pub(super) const DEEPEST: usize = 65_536;
/// Longest line of a text format: room for the deepest stack with names of 250 bytes.
const LONGEST_LINE: usize = 16 << 20;
/// What all records of a profile may occupy, by the estimates of [`Charge`].
const MAX_MEMORY: u64 = 2 << 30;

/// A record that is kept, with what is kept beside it to find it again.
#[derive(Clone, Copy, Debug)]
pub(super) enum Charge {
    Function,
    Location,
    Sample,
    /// Nodes of the call paths.
    Nodes(u64),
    /// Bytes of a message that become fields.
    Bytes(u64),
}

impl Charge {
    /// About how many bytes of memory it takes.
    fn bytes(self) -> u64 {
        match self {
            Charge::Function | Charge::Location | Charge::Sample => 200,
            Charge::Nodes(count) => 40 * count,
            Charge::Bytes(bytes) => bytes,
        }
    }
}

/// What is left of the memory that one file may take.
#[derive(Debug)]
pub(super) struct Budget {
    left: u64,
    nodes: u64,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            left: MAX_MEMORY,
            nodes: 0,
        }
    }
}

impl Budget {
    /// Takes the memory of one record.
    ///
    /// # Errors
    /// Where it is used up.
    pub(super) fn take(&mut self, charge: Charge) -> Result<(), String> {
        let left = self.left.checked_sub(charge.bytes());
        self.left = left.ok_or_else(|| {
            format!(
                "more functions, stacks and samples than fit into {} GB",
                MAX_MEMORY >> 30
            )
        })?;
        Ok(())
    }

    /// Takes the memory of the call paths that were added since the last call.
    ///
    /// # Errors
    /// Like [`Budget::take`].
    pub(super) fn stacks(&mut self, stacks: &Stacks) -> Result<(), String> {
        let added = stacks.len() as u64 - self.nodes;
        self.nodes += added;
        self.take(Charge::Nodes(added))
    }
}

/// Whether line `at` (0-based) is short enough to be read.
pub(super) fn check_line(at: usize, line: &str) -> Result<(), Problem> {
    if line.len() <= LONGEST_LINE {
        return Ok(());
    }
    let what = format!("longer than {} MB", LONGEST_LINE >> 20);
    Err(Problem::Line { line: at + 1, what })
}

/// What is wrong with a stack of more than [`DEEPEST`] frames.
pub(super) fn too_deep() -> String {
    format!("a stack of more than {DEEPEST} frames")
}
