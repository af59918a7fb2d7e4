//! The call tree as the page has it: the samples as paths of frames, in preorder.
//!
//! ```text
//! process (where there are several) ─► thread ─► frame ─► frame …   a frame: function, line, inlined
//!                                                  └─► entries: what ends here, by time slice
//! ```
//!
//! In preorder a subtree is a range, so the viewer's passes (filters, totals, merging) are loops over typed
//! arrays. Lines are told apart only in files whose source the page has; elsewhere they would only make
//! the tree larger.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::pack::varint;
use crate::analyze::{Frame, Frames, Measure};
use crate::profile::{LabelValue, Profile, SLICE, Sample, StringId, Thread};

/// Slices beyond this are added to the last one; a recording has at most 32.
const SLICES: i64 = 1_024;

/// What the numbers in the block of a tree mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shape {
    /// Distinct frames, each a name with `2 × line + inlined`.
    frames: usize,
    /// Nodes, each with the number of levels to go up from the one before it, plus one, and its frame.
    nodes: usize,
    /// Entries: distance from the node of the one before, the slice where there are any, a number, and
    /// the weight where `scale` is 0.
    entries: usize,
    /// Time slices; 0 where samples have none.
    pub(super) slices: i64,
    /// Weight of an entry whose number is 1; 0 where each entry says its weight.
    scale: i64,
    /// Whether numbers count samples.
    counted: bool,
}

/// What a root stands for, which is no function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Root {
    /// A process by its id.
    Process(u32),
    /// All threads of a process that have this name.
    Thread(StringId),
}

/// The samples of a profile as a tree.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Roots that are not functions, by their name's index less the number of functions.
    pub(super) roots: Vec<Root>,
    root_ids: FxHashMap<Root, u32>,
    frames: Vec<(u32, u32, bool)>,
    frame_ids: FxHashMap<(u32, u32, bool), u32>,
    nodes: Vec<Node>,
    node_ids: FxHashMap<(u32, u32), u32>,
    entries: FxHashMap<(u32, i64), Entry>,
    slices: i64,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// Index of the caller plus one; 0 at the root.
    caller: u32,
    frame: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    count: i64,
    weight: i64,
}

impl Tree {
    /// The tree of `profile`; `has_source` tells of which functions lines matter. Samples that weigh nothing
    /// are left out.
    pub(super) fn of(
        profile: &Profile,
        frames: &Frames,
        measure: &Measure,
        has_source: &[bool],
    ) -> Tree {
        let mut tree = Tree::default();
        let several = profile
            .threads
            .windows(2)
            .any(|pair| pair[0].pid != pair[1].pid);
        for sample in &profile.samples {
            let weight = measure.weight(sample);
            if weight <= 0 {
                continue;
            }
            let mut at = 0;
            if let Some(thread) = sample.thread {
                let thread = &profile.threads[thread.index()];
                at = tree.thread(thread, several, frames.funcs.len());
            }
            for frame in frames.path(profile, sample.stack) {
                at = tree.call(at, frame, has_source);
            }
            if at > 0 {
                let slice = slice(profile, sample);
                tree.slices = tree.slices.max(slice.map_or(0, |slice| slice + 1));
                let entry = tree
                    .entries
                    .entry((at - 1, slice.unwrap_or(0)))
                    .or_default();
                entry.weight = entry.weight.saturating_add(weight);
                entry.count = entry.count.saturating_add(measure.count(sample).max(0));
            }
        }
        tree
    }

    fn thread(&mut self, thread: &Thread, several: bool, funcs: usize) -> u32 {
        let process = several.then_some(Root::Process(thread.pid));
        let mut at = 0;
        for root in process.into_iter().chain([Root::Thread(thread.name)]) {
            let id = *self.root_ids.entry(root).or_insert_with(|| {
                self.roots.push(root);
                (funcs + self.roots.len() - 1) as u32
            });
            at = self.node(at, (id, 0, false));
        }
        at
    }

    fn call(&mut self, caller: u32, frame: &Frame, has_source: &[bool]) -> u32 {
        let line = if has_source[frame.func.index()] {
            frame.line
        } else {
            0
        };
        self.node(caller, (frame.func.0, line, frame.inlined))
    }

    /// The node of `frame` below `caller`; both plus one.
    fn node(&mut self, caller: u32, frame: (u32, u32, bool)) -> u32 {
        let frame = *self.frame_ids.entry(frame).or_insert_with(|| {
            self.frames.push(frame);
            self.frames.len() as u32 - 1
        });
        *self.node_ids.entry((caller, frame)).or_insert_with(|| {
            self.nodes.push(Node { caller, frame });
            self.nodes.len() as u32
        })
    }

    /// The block's bytes and their shape.
    pub(super) fn pack(&self) -> (Shape, Vec<u8>) {
        let (order, levels) = self.preorder();
        let mut places = vec![0u32; self.nodes.len()];
        for (place, node) in order.iter().enumerate() {
            places[*node as usize] = place as u32;
        }
        let mut entries: Vec<(u32, i64, Entry)> = self
            .entries
            .iter()
            .map(|((node, slice), entry)| (places[*node as usize], *slice, *entry))
            .collect();
        entries.sort_unstable_by_key(|(node, slice, _)| (*node, *slice));
        let counted = entries.iter().any(|(.., entry)| entry.count > 0);
        let shape = Shape {
            frames: self.frames.len(),
            nodes: self.nodes.len(),
            entries: entries.len(),
            slices: self.slices,
            scale: if counted { scale(&entries) } else { 1 },
            counted,
        };
        let mut bytes = Vec::new();
        for (name, line, inlined) in &self.frames {
            varint(&mut bytes, (*name).into());
            varint(&mut bytes, u64::from(*line) * 2 + u64::from(*inlined));
        }
        let mut level = 0;
        for own in levels {
            varint(&mut bytes, u64::from(level + 1 - own));
            level = own;
        }
        for node in &order {
            varint(&mut bytes, self.nodes[*node as usize].frame.into());
        }
        let mut before = 0;
        for (node, slice, entry) in entries {
            varint(&mut bytes, (node - before).into());
            before = node;
            if self.slices > 0 {
                varint(&mut bytes, slice.unsigned_abs());
            }
            let number = if counted { entry.count } else { entry.weight };
            varint(&mut bytes, number.unsigned_abs());
            if shape.scale == 0 {
                varint(&mut bytes, entry.weight.unsigned_abs());
            }
        }
        (shape, bytes)
    }

    /// The nodes in preorder, siblings as they were first met, and their levels, the roots' being 1.
    fn preorder(&self) -> (Vec<u32>, Vec<u32>) {
        // Callees of each caller, the last first: a stack takes them out in the order in which they came.
        let mut last = vec![u32::MAX; self.nodes.len() + 1];
        let mut before = vec![u32::MAX; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            before[at] = last[node.caller as usize];
            last[node.caller as usize] = at as u32;
        }
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut levels = Vec::with_capacity(self.nodes.len());
        let mut open = Vec::new();
        let enter = |open: &mut Vec<(u32, u32)>, caller: usize, level: u32| {
            let mut next = last[caller];
            while next != u32::MAX {
                open.push((next, level));
                next = before[next as usize];
            }
        };
        enter(&mut open, 0, 1);
        while let Some((node, level)) = open.pop() {
            order.push(node);
            levels.push(level);
            enter(&mut open, node as usize + 1, level + 1);
        }
        (order, levels)
    }
}

/// The weight of one sample, where it is the same in all entries and whole; else 0.
fn scale(entries: &[(u32, i64, Entry)]) -> i64 {
    let Some((.., first)) = entries.first() else {
        return 1;
    };
    if first.count == 0 {
        return 0;
    }
    let scale = first.weight / first.count;
    let holds = |entry: &Entry| entry.count.checked_mul(scale) == Some(entry.weight);
    if entries.iter().all(|(.., entry)| holds(entry)) {
        scale
    } else {
        0
    }
}

/// The time slice of a sample, where the recording has any.
fn slice(profile: &Profile, sample: &Sample) -> Option<i64> {
    if profile.recording.slice_ns == 0 {
        return None;
    }
    sample.labels.iter().find_map(|label| match label.value {
        LabelValue::Number(slice, _) if profile.text(label.key) == SLICE => {
            Some(slice.clamp(0, SLICES - 1))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(profile: &Profile) -> (Shape, Vec<u8>) {
        let frames = Frames::of(profile);
        let has_source = vec![false; frames.funcs.len()];
        Tree::of(profile, &frames, &Measure::of(profile), &has_source).pack()
    }

    #[test]
    fn nodes_come_in_preorder_and_samples_where_they_end() {
        let profile = crate::import::folded("a;b 2\nd 4\na;b;c 3\na 1\n").unwrap();
        let (shape, bytes) = packed(&profile);
        assert_eq!(
            (shape.frames, shape.nodes, shape.entries, shape.scale),
            (4, 4, 4, 1)
        );
        // a, b, d, c: names and lines; up, plus one; frames; then node distances and counts.
        let frames = [0, 0, 1, 0, 2, 0, 3, 0];
        let nodes = [0, 0, 0, 3, 0, 1, 3, 2];
        let entries = [0, 1, 1, 2, 1, 3, 1, 4];
        assert_eq!(bytes, [frames, nodes, entries].concat());
    }

    #[test]
    fn slices_of_one_stack_share_its_node() {
        let mut profile = crate::import::folded("a;b 2\n").unwrap();
        let (key, unit) = (profile.strings.intern(SLICE), profile.strings.intern(""));
        let mut later = profile.samples[0].clone();
        later.labels = vec![crate::profile::Label {
            key,
            value: LabelValue::Number(3, unit),
        }];
        profile.samples.push(later);
        profile.recording.slice_ns = 1;
        let (shape, bytes) = packed(&profile);
        assert_eq!((shape.nodes, shape.entries, shape.slices), (2, 2, 4));
        assert_eq!(bytes[bytes.len() - 6..], [1, 0, 2, 0, 3, 2]);
    }

    #[test]
    fn a_very_deep_stack_is_packed() {
        let deep = format!("{} 1\n", vec!["f"; 10_000].join(";"));
        assert_eq!(
            packed(&crate::import::folded(&deep).unwrap()).0.nodes,
            10_000
        );
    }
}
