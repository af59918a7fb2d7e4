//! A mapped ELF file, held open so that it can be read after it was deleted or its process has ended.

use std::borrow::Cow;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::{Deref, Range};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use object::LittleEndian;
use object::read::elf::{ElfFile64, ProgramHeader};
use object::read::{Object as _, ObjectSection as _, ReadCache};

use super::Svma;
use super::cfi::{CallFrames, Method, Sections};
use super::go_image;
use super::pclntab::Pclntab;

/// Index into the objects of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

/// A file whose code a process runs.
#[derive(Debug)]
pub struct Object {
    path: String,
    build_id: Option<String>,
    source: Source,
    segments: Vec<Segment>,
    base: Svma,
    /// Where the kernel starts the program or its loader.
    entry: Svma,
    frames: CallFrames,
    go: Option<Pclntab>,
}

#[derive(Debug)]
enum Source {
    File(File),
    Memory(Arc<[u8]>),
    /// The file could not be opened; nothing but its path is known.
    Missing,
    /// No file: a process made the code while it ran.
    Generated(Descriptions),
}

/// What describes code that a process generates. It grows while the process runs, and is read afterwards.
#[derive(Debug, Default)]
pub struct Descriptions {
    perf_map: OnceLock<File>,
    dump: OnceLock<Arc<Object>>,
    until_ns: OnceLock<u64>,
}

impl Descriptions {
    /// The process's perf map.
    pub fn perf_map(&self) -> Option<&File> {
        self.perf_map.get()
    }

    /// The process's jitdump.
    pub fn dump(&self) -> Option<&Object> {
        self.dump.get().map(|object| &**object)
    }

    /// When the process was last sampled, on the monotonic clock; code that came later is not what was seen.
    pub fn until_ns(&self) -> u64 {
        self.until_ns.get().copied().unwrap_or(u64::MAX)
    }

    /// Adds the process's jitdump, which it maps once it has written its header.
    pub fn add_dump(&self, dump: Arc<Object>) {
        // A second one is of a process that replaced itself: the first has what was seen.
        let _ = self.dump.set(dump);
    }

    /// Notes that the process is sampled no longer, and the perf map that it has written until now.
    pub fn close(&self, perf_map: Option<File>, now_ns: u64) {
        if let Some(file) = perf_map {
            let _ = self.perf_map.set(file);
        }
        let _ = self.until_ns.set(now_ns);
    }
}

/// A part of the file that is loaded as code.
#[derive(Clone, Debug)]
struct Segment {
    address: Svma,
    file_range: Range<u64>,
}

/// Bytes of a section, shared by all that unwind with them.
#[derive(Clone, Debug, Default)]
pub(super) struct Bytes(Arc<[u8]>);

impl Bytes {
    pub(super) fn new(bytes: impl Into<Arc<[u8]>>) -> Bytes {
        Bytes(bytes.into())
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Files are mapped at multiples of this.
const PAGE: u64 = 4096;

impl Object {
    /// Reads a file that a process maps as `path`. One that is no 64-bit ELF file has no call frame information
    /// and no names.
    pub fn from_file(path: &str, file: File) -> Object {
        Object::read(path, Source::File(file))
    }

    /// Reads an ELF image that is in memory, such as the vdso.
    pub fn from_memory(path: &str, bytes: Vec<u8>) -> Object {
        Object::read(path, Source::Memory(bytes.into()))
    }

    /// Stands for a file that cannot be opened. Its addresses are offsets in the file.
    pub fn missing(path: &str) -> Object {
        Object::read(path, Source::Missing)
    }

    /// Stands for the code that a process generates while it runs. Its addresses are those in the process.
    pub fn generated(path: &str) -> Object {
        Object::read(path, Source::Generated(Descriptions::default()))
    }

    fn read(path: &str, source: Source) -> Object {
        let mut object = Object {
            path: path.to_owned(),
            build_id: None,
            source,
            segments: Vec::new(),
            base: Svma(0),
            entry: Svma(0),
            frames: CallFrames::default(),
            go: None,
        };
        if let Some(reader) = object.reader() {
            let cache = ReadCache::new(reader);
            if let Ok(elf) = ElfFile64::<LittleEndian, _>::parse(&cache) {
                let build_id = elf.build_id().ok().flatten().map(hex);
                let (segments, base) = segments(&elf);
                let frames = CallFrames::new(&sections(&elf));
                let entry = Svma(elf.entry());
                let go = go_image::function_table(&elf);
                (object.build_id, object.segments) = (build_id, segments);
                (object.base, object.entry, object.frames) = (base, entry, frames);
                object.go = go;
            }
        }
        object
    }

    /// Path as the process sees it, or a name in brackets.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the file is what lies at `path` here.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        let id = |found: Metadata| (found.dev(), found.ino());
        match &self.source {
            Source::File(file) => match (file.metadata(), fs::metadata(path)) {
                (Ok(own), Ok(found)) => id(own) == id(found),
                _ => false,
            },
            Source::Memory(_) | Source::Generated(_) | Source::Missing => false,
        }
    }

    /// GNU build id in lower-case hex.
    pub fn build_id(&self) -> Option<&str> {
        self.build_id.as_deref()
    }

    /// The content; `None` where the file could not be opened.
    pub fn reader(&self) -> Option<Reader<'_>> {
        let has_bytes = matches!(self.source, Source::File(_) | Source::Memory(_));
        has_bytes.then_some(Reader {
            source: &self.source,
            at: 0,
        })
    }

    /// What describes the code, where a process generated it.
    pub fn descriptions(&self) -> Option<&Descriptions> {
        match &self.source {
            Source::Generated(descriptions) => Some(descriptions),
            _ => None,
        }
    }

    /// Whether the object has code to load, as a program or library.
    pub fn has_segments(&self) -> bool {
        !self.segments.is_empty()
    }

    /// Lowest address that the file asks to be loaded at.
    pub(super) fn base(&self) -> Svma {
        self.base
    }

    /// Call frame information.
    pub(super) fn frames(&self) -> &CallFrames {
        &self.frames
    }

    /// The function table of a Go program.
    pub(crate) fn go_table(&self) -> Option<&Pclntab> {
        self.go.as_ref()
    }

    /// How a frame at `address` is to be unwound. What Go's own table describes is left to it: the call frame information
    /// that Go writes says neither where its stacks start nor where the frame pointer is kept.
    pub(super) fn method(&self, address: Svma) -> Method {
        if let Some(frame) = self.go.as_ref().and_then(|table| table.frame(address)) {
            return Method::Go(frame);
        }
        match self.frames.method(address) {
            Method::None if self.is_entry(address) => Method::Entry,
            Method::None if matches!(self.source, Source::Generated(_)) => Method::Generated,
            method => method,
        }
    }

    /// Address, as linked, of the byte at `file_offset`. Neighbouring segments share a page of the file, and only the
    /// executable one gives code its right address.
    pub(super) fn address_of(&self, file_offset: u64) -> Svma {
        let covers = |segment: &&Segment| {
            let first = segment.file_range.start & !(PAGE - 1);
            (first..segment.file_range.end).contains(&file_offset)
        };
        match self.segments.iter().find(covers) {
            Some(segment) => Svma(
                segment
                    .address
                    .0
                    .wrapping_add(file_offset)
                    .wrapping_sub(segment.file_range.start),
            ),
            None => Svma(file_offset),
        }
    }

    /// Whether `address` lies in the first instructions of a program or loader, which nothing called. That code
    /// often has no call frame information.
    fn is_entry(&self, address: Svma) -> bool {
        const LEN: u64 = 32;
        self.entry.0 != 0 && address.0.wrapping_sub(self.entry.0) < LEN
    }

    /// Whether the instruction that ends at `address` is a call; `None` where the code cannot be read.
    pub(super) fn is_after_call(&self, address: Svma) -> Option<bool> {
        self.code_before(address).map(|code| ends_in_call(&code))
    }

    /// Whether a signal handler that returns to `address` returns from the signal, by `rt_sigreturn`.
    pub(super) fn is_signal_return(&self, address: Svma) -> bool {
        /// `mov $15, %rax; syscall`, which the kernel's interface fixes and unwinders know it by.
        const CODE: [u8; 9] = [0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05];
        let mut code = [0; CODE.len()];
        self.read_code(address, &mut code).is_some() && code == CODE
    }

    /// Whether the instruction that ends at `address` is a system call; `None` where the code cannot be read.
    pub(super) fn is_after_syscall(&self, address: Svma) -> Option<bool> {
        const SYSCALL: [u8; 2] = [0x0f, 0x05];
        self.code_before(address)
            .map(|code| code.ends_with(&SYSCALL))
    }

    fn code_before(&self, address: Svma) -> Option<[u8; LONGEST_CALL]> {
        let mut code = [0; LONGEST_CALL];
        let start = Svma(address.0.checked_sub(LONGEST_CALL as u64)?);
        self.read_code(start, &mut code).map(|()| code)
    }

    fn read_code(&self, address: Svma, code: &mut [u8]) -> Option<()> {
        let segment = self.segments.iter().find(|segment| {
            let len = segment.file_range.end - segment.file_range.start;
            address
                .0
                .checked_sub(segment.address.0)
                .is_some_and(|into| into <= len)
        })?;
        let into = address.0 - segment.address.0;
        let offset = segment.file_range.start.checked_add(into)?;
        self.source.read_exact_at(code, offset).ok()
    }
}

const LONGEST_CALL: usize = 7;

/// Whether x86-64 code may end in a call: `call rel32`, or `call` through a register or memory.
fn ends_in_call(code: &[u8; LONGEST_CALL]) -> bool {
    const CALL_RELATIVE: u8 = 0xe8;
    const GROUP_5: u8 = 0xff;
    const CALL_IN_GROUP_5: u8 = 2;
    code[LONGEST_CALL - 5] == CALL_RELATIVE
        || [2, 3, 4, 6, 7].into_iter().any(|len| {
            let (opcode, operand) = (code[LONGEST_CALL - len], code[LONGEST_CALL - len + 1]);
            opcode == GROUP_5 && operand >> 3 & 7 == CALL_IN_GROUP_5
        })
}

pub(super) type Elf<'data> = ElfFile64<'data, LittleEndian, &'data ReadCache<Reader<'data>>>;

fn segments(elf: &Elf<'_>) -> (Vec<Segment>, Svma) {
    let loads = elf
        .elf_program_headers()
        .iter()
        .filter(|header| header.p_type(LittleEndian) == object::elf::PT_LOAD);
    let base = loads
        .clone()
        .map(|header| header.p_vaddr(LittleEndian))
        .min()
        .unwrap_or(0);
    let segments = loads
        .filter(|header| header.p_flags(LittleEndian).0 & object::elf::PF_X.0 != 0)
        .map(|header| {
            let (start, len) = header.file_range(LittleEndian);
            Segment {
                address: Svma(header.p_vaddr(LittleEndian)),
                file_range: start..start.saturating_add(len),
            }
        })
        .collect();
    (segments, Svma(base))
}

fn sections(elf: &Elf<'_>) -> Sections {
    let range = |name| {
        let section = elf.section_by_name(name)?;
        Some(section.address()..section.address().checked_add(section.size())?)
    };
    let bytes = |name| {
        let data = section_bytes(&elf.section_by_name(name)?)?;
        (!data.is_empty()).then(|| Bytes::new(data))
    };
    Sections {
        text: range(".text"),
        got: range(".got"),
        eh_frame: range(".eh_frame").zip(bytes(".eh_frame")),
        eh_frame_hdr: range(".eh_frame_hdr").zip(bytes(".eh_frame_hdr")),
        debug_frame: bytes(".debug_frame"),
    }
}

/// The bytes of a section, decompressed. `None` where it cannot be read, and where it claims to be larger than any that
/// a compiler writes: a file of a few megabytes must not fill the memory.
pub(crate) fn section_bytes<'data>(
    section: &impl object::read::ObjectSection<'data>,
) -> Option<Cow<'data, [u8]>> {
    const LARGEST: u64 = 1 << 30;
    const MOST_RATIO: u64 = 16;
    const ALWAYS: u64 = 1 << 20;
    let range = section.compressed_file_range().ok()?;
    let is_sound =
        range.uncompressed_size <= ALWAYS.max(range.compressed_size.saturating_mul(MOST_RATIO));
    if !is_sound || range.uncompressed_size > LARGEST {
        return None;
    }
    section.uncompressed_data().ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Source {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self {
            Source::File(file) => file.read_exact_at(buffer, offset),
            Source::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let part = start
                    .checked_add(buffer.len())
                    .and_then(|end| bytes.get(start..end));
                buffer.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
            Source::Missing | Source::Generated(_) => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// Reads an object from its start. Files are read and not mapped: one that somebody truncates then is an
/// error, and no signal.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    source: &'a Source,
    at: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.source {
            Source::File(file) => file.read_at(buffer, self.at)?,
            Source::Memory(bytes) => {
                let start = usize::try_from(self.at)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                (&bytes[start..]).read(buffer)?
            }
            Source::Missing | Source::Generated(_) => 0,
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let end = || match self.source {
            Source::File(file) => file.metadata().map(|found| found.len()),
            Source::Memory(bytes) => Ok(bytes.len() as u64),
            Source::Missing | Source::Generated(_) => Ok(0),
        };
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => end()?.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_recognised_by_their_bytes() {
        assert!(ends_in_call(&[0x90, 0x90, 0xe8, 1, 2, 3, 4]));
        assert!(ends_in_call(&[0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xd0]));
        assert!(ends_in_call(&[0x90, 0xff, 0x15, 1, 2, 3, 4]));
        assert!(!ends_in_call(&[0x90; 7]));
        // A jump in place of the call.
        assert!(!ends_in_call(&[0x90, 0x90, 0x90, 0x90, 0x90, 0xff, 0xe0]));
    }

    #[test]
    fn truncated_files_have_no_segments_and_do_not_panic() {
        let whole = std::fs::read("/proc/self/exe").unwrap();
        for end in (0..4096.min(whole.len())).chain([whole.len() / 2, whole.len() - 1]) {
            let object = Object::from_memory("cut", whole[..end].to_vec());
            assert_eq!(object.method(Svma(1)), Method::None);
        }
        assert!(!Object::from_memory("whole", whole).segments.is_empty());
    }
}
