//! Locations as the functions that a reader sees.
//!
//! One location is several frames where calls were inlined, and one function is many locations. This
//! table resolves both once, so that everything behind it works on dense ids and never compares texts.

use rustc_hash::FxHashMap;

use crate::profile::{FrameKind, LocationId, ModuleId, Profile, StackId, StringId};

crate::profile::id!(
    /// Index of a [`Func`] in [`Frames::funcs`].
    FuncId
);

/// Names longer than this are cut: a hostile or generated name must not fill a report.
const LONGEST_NAME: usize = 1_000;

/// A function as reports list it. Two functions are the same if name, linkage name, module and file are:
/// the linkage name keeps apart the instances of a generic that demangling merges, and the file those that
/// line tables know by a bare name only (`new`, `{closure#0}`).
#[derive(Clone, Debug)]
pub struct Func {
    /// Name for a reader: control characters replaced, overlong names cut; `module+0xoffset` where the
    /// code has no name.
    pub name: String,
    /// Name as it is in the profile, or the empty text.
    pub full_name: StringId,
    /// The module that holds the code.
    pub module: Option<ModuleId>,
    /// Source file as debug information has it; empty where unknown.
    pub file: StringId,
    /// Line of the declaration; 0 where unknown.
    pub start_line: u32,
    /// User code, kernel code, or the stand-in for what could not be unwound.
    pub kind: FrameKind,
}

/// One function at one location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The function.
    pub func: FuncId,
    /// Its location.
    pub location: LocationId,
    /// Line that it was executing; 0 where unknown.
    pub line: u32,
    /// Whether the compiler inlined it into the next frame toward the root.
    pub inlined: bool,
}

/// The frames of every location of a profile.
#[derive(Clone, Debug)]
pub struct Frames {
    /// Every function once.
    pub funcs: Vec<Func>,
    frames: Vec<Frame>,
    /// `frames[starts[l]..starts[l + 1]]` are those of location `l`, caller first.
    starts: Vec<u32>,
}

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Named {
        module: Option<ModuleId>,
        name: StringId,
        linkage_name: StringId,
        file: StringId,
        kind: FrameKind,
    },
    Address(Option<ModuleId>, u64, FrameKind),
    Truncated,
}

impl Frames {
    /// Resolves all locations of `profile`.
    pub fn of(profile: &Profile) -> Frames {
        let mut ids = FxHashMap::default();
        let mut frames = Frames {
            funcs: Vec::new(),
            frames: Vec::new(),
            starts: Vec::with_capacity(profile.locations.len() + 1),
        };
        for (at, location) in profile.locations.iter().enumerate() {
            frames.starts.push(frames.frames.len() as u32);
            let id = LocationId(at as u32);
            let outermost = location.lines.len().saturating_sub(1);
            for (depth, line) in location.lines.iter().enumerate().rev() {
                let function = &profile.functions[line.function.index()];
                let key = Key::Named {
                    module: location.module,
                    name: function.name,
                    linkage_name: function.linkage_name,
                    file: function.file,
                    kind: location.kind,
                };
                let func = frames.func(&mut ids, key, || Func {
                    name: readable(profile.text(function.name)),
                    full_name: function.name,
                    module: location.module,
                    file: function.file,
                    start_line: function.start_line,
                    kind: location.kind,
                });
                frames.frames.push(Frame {
                    func,
                    location: id,
                    line: line.line,
                    inlined: depth < outermost,
                });
            }
            if location.lines.is_empty() {
                let (key, name) = match location.kind {
                    FrameKind::Truncated => (Key::Truncated, "[truncated]".to_owned()),
                    kind => (
                        Key::Address(location.module, location.address, kind),
                        unnamed(profile, location.module, location.address),
                    ),
                };
                let func = frames.func(&mut ids, key, || Func {
                    name,
                    full_name: StringId(0),
                    module: location.module,
                    file: StringId(0),
                    start_line: 0,
                    kind: location.kind,
                });
                frames.frames.push(Frame {
                    func,
                    location: id,
                    line: 0,
                    inlined: false,
                });
            }
        }
        frames.starts.push(frames.frames.len() as u32);
        frames
    }

    fn func(
        &mut self,
        ids: &mut FxHashMap<Key, FuncId>,
        key: Key,
        make: impl FnOnce() -> Func,
    ) -> FuncId {
        *ids.entry(key).or_insert_with(|| {
            self.funcs.push(make());
            FuncId(self.funcs.len() as u32 - 1)
        })
    }

    /// The frames of one location, caller first.
    pub fn at(&self, location: LocationId) -> &[Frame] {
        &self.frames
            [self.starts[location.index()] as usize..self.starts[location.index() + 1] as usize]
    }

    /// The frames of all locations, those of one location together.
    pub fn all(&self) -> &[Frame] {
        &self.frames
    }

    /// The index in [`Frames::all`] of the first frame of `location`.
    pub fn start(&self, location: LocationId) -> usize {
        self.starts[location.index()] as usize
    }

    /// The frames of a call path, root first.
    pub fn path<'a>(
        &'a self,
        profile: &Profile,
        stack: Option<StackId>,
    ) -> impl Iterator<Item = &'a Frame> {
        profile
            .path(stack)
            .into_iter()
            .flat_map(|location| self.at(location))
    }

    /// The function of an id.
    pub fn get(&self, id: FuncId) -> &Func {
        &self.funcs[id.index()]
    }
}

/// A name for code that has none: the file name of its module and the offset in it.
fn unnamed(profile: &Profile, module: Option<ModuleId>, address: u64) -> String {
    let Some(module) = module else {
        return format!("0x{address:x}");
    };
    let path = profile.text(profile.modules[module.index()].path);
    let name = path.rsplit('/').next().unwrap_or(path);
    format!("{}+0x{address:x}", readable(name))
}

/// `text` without what could disturb a terminal, a line format or the direction of the text around it.
pub(crate) fn readable(text: &str) -> String {
    let disturbs = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let mut clean: String = text
        .chars()
        .take(LONGEST_NAME)
        .map(|c| {
            if disturbs(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect();
    if text.len() > LONGEST_NAME && text.chars().nth(LONGEST_NAME).is_some() {
        clean.push('…');
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_disturb_a_terminal() {
        assert_eq!(
            readable("a\x1b[31mb\nc\u{202e}d"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d"
        );
        assert_eq!(
            readable(&"x".repeat(2_000)).chars().count(),
            LONGEST_NAME + 1
        );
    }

    #[test]
    fn code_without_a_name_is_named_by_module_and_offset() {
        let profile = crate::import::folded("main;libz.so.1+0x1f20 3\n").unwrap();
        assert_eq!(Frames::of(&profile).funcs[1].name, "libz.so.1+0x1f20");
        let mut profile = profile;
        profile.locations[1].lines.clear();
        profile.locations[1].address = 0x40;
        assert_eq!(Frames::of(&profile).funcs[1].name, "0x40");
    }
}
