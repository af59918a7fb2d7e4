//! Call frame information of one object: where it covers the code, and in which section.

use std::ops::Range;

use framehop::ModuleSectionInfo;
use gimli::{BaseAddresses, CieOrFde, EndianSlice, LittleEndian, UnwindSection};

use super::Svma;
use super::go::GoFrame;
use super::object::Bytes;

/// How a frame is unwound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// By `.eh_frame`.
    EhFrame,
    /// By `.debug_frame`.
    DebugFrame,
    /// By the table of a Go program.
    Go(GoFrame),
    /// Nothing describes the frame, and nothing called it: it is the root.
    Entry,
    /// A runtime has generated the code; its frames are linked by frame pointers.
    Generated,
    /// Nothing describes the frame.
    None,
}

/// The sections that matter, as an object has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Sections {
    pub(super) text: Option<Range<u64>>,
    pub(super) got: Option<Range<u64>>,
    pub(super) eh_frame: Option<(Range<u64>, Bytes)>,
    pub(super) eh_frame_hdr: Option<(Range<u64>, Bytes)>,
    pub(super) debug_frame: Option<Bytes>,
}

/// Which code is described where. An object may have both sections: start-up code comes with `.eh_frame` even
/// where the rest was compiled without.
#[derive(Debug, Default)]
pub(super) struct CallFrames {
    sections: Sections,
    bases: BaseAddresses,
    /// Sorted; `None` where `.eh_frame_hdr` has a table to search.
    eh_ranges: Option<Vec<Range<u64>>>,
    debug_ranges: Vec<Range<u64>>,
}

impl CallFrames {
    pub(super) fn new(sections: &Sections) -> CallFrames {
        let mut frames = CallFrames {
            sections: sections.clone(),
            ..CallFrames::default()
        };
        let mut bases = BaseAddresses::default();
        let start = |range: &Option<Range<u64>>| range.as_ref().map(|range| range.start);
        if let Some(text) = start(&sections.text) {
            bases = bases.set_text(text);
        }
        if let Some(got) = start(&sections.got) {
            bases = bases.set_got(got);
        }
        if let Some((range, _)) = &sections.eh_frame {
            bases = bases.set_eh_frame(range.start);
        }
        if let Some((range, _)) = &sections.eh_frame_hdr {
            bases = bases.set_eh_frame_hdr(range.start);
        }
        frames.bases = bases;
        if !frames.has_table() {
            frames.sections.eh_frame_hdr = None;
            let described = sections
                .eh_frame
                .as_ref()
                .map(|(_, bytes)| ranges(gimli::EhFrame::new(bytes, LittleEndian), &frames.bases));
            frames.eh_ranges = Some(described.unwrap_or_default());
        }
        if let Some(bytes) = &sections.debug_frame {
            frames.debug_ranges =
                ranges(gimli::DebugFrame::new(bytes, LittleEndian), &frames.bases);
        }
        frames
    }

    /// Where `address` is described.
    pub(super) fn method(&self, address: Svma) -> Method {
        if self.is_in_eh_frame(address) {
            Method::EhFrame
        } else if contains(&self.debug_ranges, address) {
            Method::DebugFrame
        } else {
            Method::None
        }
    }

    /// What framehop needs of one of the sections.
    pub(super) fn section_info(&self, method: Method, base: Svma) -> SectionInfo<'_> {
        SectionInfo {
            sections: &self.sections,
            method,
            base,
        }
    }

    /// Whether there is any `.debug_frame`, so that it needs an unwinder.
    pub(super) fn has_debug_frame(&self) -> bool {
        !self.debug_ranges.is_empty()
    }

    fn is_in_eh_frame(&self, address: Svma) -> bool {
        if let Some(ranges) = &self.eh_ranges {
            return contains(ranges, address);
        }
        self.with_table(|table, frames| {
            let cie = gimli::EhFrame::cie_from_offset;
            table
                .fde_for_address(frames, &self.bases, address.0, cie)
                .is_ok()
        })
        .unwrap_or(false)
    }

    fn has_table(&self) -> bool {
        self.with_table(|_, _| ()).is_some()
    }

    fn with_table<T>(
        &self,
        search: impl FnOnce(&gimli::EhHdrTable<'_, Slice<'_>>, &gimli::EhFrame<Slice<'_>>) -> T,
    ) -> Option<T> {
        const ADDRESS_SIZE: u8 = 8;
        let (_, header) = self.sections.eh_frame_hdr.as_ref()?;
        let (_, frames) = self.sections.eh_frame.as_ref()?;
        let header = gimli::EhFrameHdr::new(header, LittleEndian)
            .parse(&self.bases, ADDRESS_SIZE)
            .ok()?;
        Some(search(
            &header.table()?,
            &gimli::EhFrame::new(frames, LittleEndian),
        ))
    }
}

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The code that a section describes, sorted; what does not parse ends the list.
fn ranges<'a, S>(section: S, bases: &BaseAddresses) -> Vec<Range<u64>>
where
    S: UnwindSection<Slice<'a>>,
{
    let mut ranges = Vec::new();
    let mut entries = section.entries(bases);
    while let Ok(Some(entry)) = entries.next() {
        if let CieOrFde::Fde(partial) = entry
            && let Ok(fde) = partial.parse(S::cie_from_offset)
            && fde.len() > 0
        {
            ranges.push(fde.initial_address()..fde.initial_address().saturating_add(fde.len()));
        }
    }
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

fn contains(ranges: &[Range<u64>], address: Svma) -> bool {
    let after = ranges.partition_point(|range| range.start <= address.0);
    after > 0 && ranges[after - 1].contains(&address.0)
}

/// One section, with what its addresses are relative to.
pub(super) struct SectionInfo<'a> {
    sections: &'a Sections,
    method: Method,
    base: Svma,
}

impl ModuleSectionInfo<Bytes> for SectionInfo<'_> {
    fn base_svma(&self) -> u64 {
        self.base.0
    }

    fn section_svma_range(&mut self, name: &[u8]) -> Option<Range<u64>> {
        let range = |section: &Option<(Range<u64>, Bytes)>| {
            section.as_ref().map(|(range, _)| range.clone())
        };
        match name {
            b".text" => self.sections.text.clone(),
            b".got" => self.sections.got.clone(),
            b".eh_frame" => range(&self.sections.eh_frame),
            b".eh_frame_hdr" => range(&self.sections.eh_frame_hdr),
            _ => None,
        }
    }

    fn section_data(&mut self, name: &[u8]) -> Option<Bytes> {
        let bytes = |section: &Option<(Range<u64>, Bytes)>| {
            section.as_ref().map(|(_, bytes)| bytes.clone())
        };
        match (self.method, name) {
            (Method::EhFrame, b".eh_frame") => bytes(&self.sections.eh_frame),
            (Method::EhFrame, b".eh_frame_hdr") => bytes(&self.sections.eh_frame_hdr),
            (Method::DebugFrame, b".debug_frame") => self.sections.debug_frame.clone(),
            _ => None,
        }
    }
}
