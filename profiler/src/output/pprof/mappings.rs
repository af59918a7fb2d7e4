//! Modules as mappings: ranges of memory that do not overlap.
//!
//! A profile keeps addresses relative to their module, since the same file lies elsewhere in each process. Readers of
//! pprof take a location's address for one in memory and look for the mapping around it. So each module gets a range
//! of pages of its own, as a loader would choose: programs and libraries below, kernel code in the upper half. Start
//! and file offset of the mapping lead back to the relative address.

use super::{index, proto};
use crate::profile::{FrameKind, Location, Profile};

const PAGE: u64 = 4096;
/// Between the ranges, so that none seems to continue another.
const GAP: u64 = 1 << 20;
/// Where ranges begin and end.
const USER: (u64, u64) = (0x5500_0000_0000, 0x7fff_0000_0000);
const KERNEL: (u64, u64) = (0xffff_ffff_8100_0000, 0xffff_ffff_ffff_0000);

/// The mappings of a profile, and the way from a module to its own.
pub(super) struct Mappings {
    /// In the order in which they are written: files with samples first, since readers take the first one for the
    /// program.
    pub(super) messages: Vec<proto::Mapping>,
    /// For each module its mapping's place in `messages`.
    places: Vec<usize>,
}

impl Mappings {
    pub(super) fn of(profile: &Profile) -> Mappings {
        let uses = uses(profile);
        let mut order: Vec<usize> = (0..profile.modules.len()).collect();
        order.sort_by_key(|&module| {
            let path = profile.text(profile.modules[module].path);
            uses[module].is_none() || path.starts_with('[')
        });
        let mut places = vec![0; order.len()];
        let mut zones = [USER, KERNEL];
        let mut messages = Vec::with_capacity(order.len());
        for (at, module) in order.into_iter().enumerate() {
            places[module] = at;
            let used = uses[module].unwrap_or_default();
            let range = range(&used, &mut zones[usize::from(used.is_kernel)]);
            messages.push(proto::Mapping {
                id: at as u64 + 1,
                memory_start: range.start,
                memory_limit: range.limit,
                file_offset: range.offset,
                filename: index(profile.modules[module].path),
                build_id: index(profile.modules[module].build_id),
                has_functions: used.functions,
                has_filenames: used.files,
                has_line_numbers: used.lines,
                has_inline_frames: used.inlined,
            });
        }
        Mappings { messages, places }
    }

    /// The id of the mapping in which `location` lies, and its address there.
    pub(super) fn place(&self, location: &Location) -> (u64, u64) {
        let Some(module) = location.module else {
            return (0, location.address);
        };
        let mapping = &self.messages[self.places[module.index()]];
        let offset = location.address.wrapping_sub(mapping.file_offset);
        (mapping.id, offset.wrapping_add(mapping.memory_start))
    }
}

/// What the locations of a module have. A reader looks for names of its own where there are none.
#[derive(Clone, Copy, Default)]
struct Use {
    lowest: u64,
    highest: u64,
    is_kernel: bool,
    functions: bool,
    files: bool,
    lines: bool,
    inlined: bool,
}

/// For each module what its locations have; `None` where it has no location.
fn uses(profile: &Profile) -> Vec<Option<Use>> {
    let mut uses: Vec<Option<Use>> = vec![None; profile.modules.len()];
    for location in &profile.locations {
        let Some(module) = location.module else {
            continue;
        };
        let used = uses[module.index()].get_or_insert(Use {
            lowest: location.address,
            ..Use::default()
        });
        used.lowest = used.lowest.min(location.address);
        used.highest = used.highest.max(location.address);
        used.is_kernel |= location.kind == FrameKind::Kernel;
        used.functions |= !location.lines.is_empty();
        used.inlined |= location.lines.len() > 1;
        for line in &location.lines {
            used.lines |= line.line > 0;
            used.files |= !profile
                .text(profile.functions[line.function.index()].file)
                .is_empty();
        }
    }
    uses
}

struct Range {
    start: u64,
    limit: u64,
    offset: u64,
}

/// The next pages of `zone` that hold all addresses of a module. Kernel addresses that are absolute stay what they are.
/// All zeros, which readers take for not known, where the zone has no room: then addresses stay relative.
fn range(used: &Use, zone: &mut (u64, u64)) -> Range {
    let offset = used.lowest / PAGE * PAGE;
    let size = ((used.highest - offset) / PAGE * PAGE).saturating_add(PAGE);
    let (next, end) = *zone;
    let start = if used.is_kernel {
        next.max(offset)
    } else {
        next
    };
    match start.checked_add(size).filter(|limit| *limit <= end) {
        Some(limit) => {
            zone.0 = limit.saturating_add(GAP);
            Range {
                start,
                limit,
                offset,
            }
        }
        None => Range {
            start: 0,
            limit: 0,
            offset: 0,
        },
    }
}
