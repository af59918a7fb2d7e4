//! Split DWARF: debug information that stayed in files beside the compiler's objects (`-gsplit-dwarf`, DWARF 5, 7.3.2).
//!
//! A program refers to these `.dwo` files by path. Which of them some addresses need is found first, since a look-up
//! borrows from what it was given.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use addr2line::gimli::{Dwarf, DwarfSections, EndianSlice, LittleEndian as DwarfEndian};
use addr2line::{Context, LookupContinuation, LookupResult, SplitDwarfLoad};
use object::LittleEndian;
use object::read::Object as _;
use object::read::elf::ElfFile64;

use crate::target;
use crate::unwind::{Object, Svma, section_bytes};

type Slice<'a> = EndianSlice<'a, DwarfEndian>;

/// The `.dwo` files that were found, by the paths under which a program knows them.
#[derive(Default)]
pub(super) struct Parts(Vec<(PathBuf, DwarfSections<Cow<'static, [u8]>>)>);

/// Larger files are not read.
const LARGEST: u64 = 256 << 20;

impl Parts {
    /// Reads what `context`, the debug information of `object`, needs for `addresses`. Only where the object lies here
    /// under its own path: elsewhere its paths mean other files.
    pub(super) fn of(object: &Object, context: &Context<Slice<'_>>, addresses: &[Svma]) -> Parts {
        let mut parts = Parts::default();
        if !object.is_at(Path::new(object.path())) {
            return parts;
        }
        for address in addresses {
            let _ = complete(context.find_frames(address.0), |load| {
                let (folder, path) = place(load)?;
                if let Some(sections) = read(&folder, &path) {
                    parts.0.push((folder.join(path), sections));
                }
                None
            });
        }
        parts
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a look-up asks for.
    pub(super) fn get<'a>(
        &'a self,
        load: &SplitDwarfLoad<Slice<'a>>,
    ) -> Option<Arc<Dwarf<Slice<'a>>>> {
        let (folder, path) = place(load)?;
        let path = folder.join(path);
        let (_, sections) = self.0.iter().find(|(known, _)| *known == path)?;
        let mut dwarf = sections.borrow(|section| EndianSlice::new(section, DwarfEndian));
        dwarf.make_dwo(&load.parent);
        Some(Arc::new(dwarf))
    }
}

/// Ends a look-up, with what `load` gives it on the way.
pub(super) fn complete<'a, L: LookupContinuation<Buf = Slice<'a>>>(
    mut lookup: LookupResult<L>,
    mut load: impl FnMut(&SplitDwarfLoad<Slice<'a>>) -> Option<Arc<Dwarf<Slice<'a>>>>,
) -> L::Output {
    loop {
        match lookup {
            LookupResult::Output(output) => return output,
            LookupResult::Load {
                load: wanted,
                continuation,
            } => lookup = continuation.resume(load(&wanted)),
        }
    }
}

/// The folder of the compilation, and the path in it.
fn place(load: &SplitDwarfLoad<Slice<'_>>) -> Option<(PathBuf, PathBuf)> {
    let text = |slice: &Option<Slice<'_>>| Some(slice.as_ref()?.to_string_lossy().into_owned());
    let path = PathBuf::from(text(&load.path)?);
    match path.strip_prefix("/") {
        Ok(below) => Some(("/".into(), below.to_owned())),
        Err(_) => Some((text(&load.comp_dir)?.into(), path)),
    }
}

fn read(folder: &Path, path: &Path) -> Option<DwarfSections<Cow<'static, [u8]>>> {
    let file = target::open_beneath(folder, path).ok()?;
    let found = file.metadata().ok()?;
    let is_sound = found.is_file() && found.len() <= LARGEST;
    let mut bytes = Vec::new();
    is_sound.then(|| file.take(LARGEST).read_to_end(&mut bytes).ok())??;
    let elf = ElfFile64::<LittleEndian, _>::parse(&*bytes).ok()?;
    DwarfSections::load(|id| {
        let section = id.dwo_name().and_then(|name| elf.section_by_name(name));
        let bytes = section.and_then(|section| section_bytes(&section));
        Ok::<_, addr2line::gimli::Error>(Cow::Owned(bytes.unwrap_or_default().into_owned()))
    })
    .ok()
}
