//! Names for addresses, after the recording: functions, inlined functions, files and lines.
//!
//! A location gets its names from the debug information if there is any (of the file itself, or of a separate one
//! that its build id or debug link leads to), else from the symbol tables or Go's table of functions. Code that a process
//! generated has the names that the process gave it, in a perf map or a jitdump. One that has neither keeps no lines;
//! renderers show its module and offset.

mod closures;
mod debug_files;
mod demangle;
mod elf;
mod go;
mod jit;
mod kernel;
mod plt;
mod split;
mod table;

pub use debug_files::DebugSources;
pub use demangle::demangle;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::profile::{
    FrameKind, Function, FunctionId, Line, Location, LocationId, ModuleId, Profile, Strings, Unseen,
};
use crate::unwind::{Object, Svma};
use kernel::KernelSymbols;

/// A function at an address, as the file names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Named {
    linkage_name: String,
    /// The type arguments, `<T, U>`, where the linkage name leaves them out.
    arguments: String,
    file: String,
    line: u32,
    start_line: u32,
}

/// Names the locations without a name of a profile that was recorded on this machine; `objects` are the files of its modules, as in
/// [`crate::record::Recorded::objects`], and `sources` where their debug information may lie. Counts the stacks that stay without a name in part.
///
/// Costs a pass over the symbol tables of every file with samples, and over the parts of its debug information that
/// describe them.
pub fn symbolize(profile: &mut Profile, objects: &[Arc<Object>], sources: &DebugSources) {
    let mut functions = Functions::new(std::mem::take(&mut profile.functions));
    for (module, mut locations) in by_module(profile) {
        locations.sort_unstable_by_key(|id| profile.locations[id.index()].address);
        let Some(object) = objects.get(module.index()) else {
            continue;
        };
        let address = |id: &LocationId| profile.locations[id.index()].address;
        let addresses: Vec<u64> = locations.iter().map(address).collect();
        let named = |at: usize, frames: &[Named]| {
            let lines = frames
                .iter()
                .map(|named| functions.line(&mut profile.strings, named))
                .collect();
            profile.locations[locations[at].index()].lines = lines;
        };
        match object.descriptions() {
            Some(descriptions) => jit::name(descriptions, &addresses, named),
            None => elf::name(
                object,
                &addresses.into_iter().map(Svma).collect::<Vec<_>>(),
                sources,
                named,
            ),
        }
    }
    say_what_generated_code_lacks(profile, objects);
    name_kernel(profile, &mut functions);
    profile.functions = functions.list;
    profile.recording.unnamed = unnamed(profile);
}

/// The user-space locations without a name of each module, in the order of modules.
fn by_module(profile: &Profile) -> Vec<(ModuleId, Vec<LocationId>)> {
    let mut groups: Vec<(ModuleId, Vec<LocationId>)> = (0..profile.modules.len())
        .map(|at| (ModuleId(at as u32), Vec::new()))
        .collect();
    for (at, location) in profile.locations.iter().enumerate() {
        if let (Some(module), FrameKind::Native) = (location.module, location.kind)
            && location.lines.is_empty()
        {
            groups[module.index()].1.push(LocationId(at as u32));
        }
    }
    groups.retain(|(_, locations)| !locations.is_empty());
    groups
}

/// Says which processes generated code that they did not describe, or not all of it.
fn say_what_generated_code_lacks(profile: &mut Profile, objects: &[Arc<Object>]) {
    for (module, locations) in by_module(profile) {
        let Some(object) = objects.get(module.index()) else {
            continue;
        };
        let Some(descriptions) = object.descriptions() else {
            continue;
        };
        let is_described = descriptions.perf_map().is_some() || descriptions.dump().is_some();
        let remedy = if is_described {
            "the process's perf map or jitdump does not have them; code that runs uncompiled has no names"
        } else {
            "start the process so that it writes a perf map or a jitdump: `node --perf-basic-prof`, \
             `java -XX:+PreserveFramePointer` with perf-map-agent, `PYTHONPERFSUPPORT=1`, `DOTNET_PerfMapEnabled=1`"
        };
        profile.recording.unseen.push(Unseen {
            what: format!(
                "names of {} places in code that {} generated",
                locations.len(),
                object.path().trim_start_matches("[jit] ")
            ),
            remedy: remedy.to_owned(),
        });
    }
}

/// Kernel addresses become relative to the start of the kernel, which lies elsewhere after each boot.
fn name_kernel(profile: &mut Profile, functions: &mut Functions) {
    // Addresses of the running kernel have the highest bit set; relative ones do not.
    const HIGHEST: u64 = 1 << 63;
    let is_live =
        |location: &Location| location.kind == FrameKind::Kernel && location.address & HIGHEST != 0;
    let live = profile
        .locations
        .iter()
        .filter(|location| is_live(location));
    let addresses: Vec<u64> = live.map(|location| location.address).collect();
    if addresses.is_empty() {
        return;
    }
    let Some(symbols) = KernelSymbols::read(&addresses) else {
        profile.recording.unseen.push(Unseen {
            what: "names of kernel functions: /proc/kallsyms shows no addresses".to_owned(),
            remedy: "record as root or with CAP_SYSLOG, or set kernel.kptr_restrict to 0"
                .to_owned(),
        });
        return;
    };
    for location in profile
        .locations
        .iter_mut()
        .filter(|location| is_live(location))
    {
        if let Some(name) = symbols.name(location.address) {
            let named = Named {
                linkage_name: name.to_owned(),
                ..Named::default()
            };
            location.lines = vec![functions.line(&mut profile.strings, &named)];
        }
        location.address = location.address.wrapping_sub(symbols.start());
    }
}

/// Samples with a complete stack, of which a frame has no name.
fn unnamed(profile: &Profile) -> u64 {
    let lacks_name = |sample: &&crate::profile::Sample| {
        let mut lacks = false;
        for id in profile.stacks.leaf_first(sample.stack) {
            let location = &profile.locations[id.index()];
            if location.kind == FrameKind::Truncated {
                return false;
            }
            lacks |= location.lines.is_empty();
        }
        lacks
    };
    profile
        .samples
        .iter()
        .filter(lacks_name)
        .map(|sample| sample.values[0] as u64)
        .sum()
}

/// Every function once.
struct Functions {
    list: Vec<Function>,
    ids: FxHashMap<Function, FunctionId>,
}

impl Functions {
    fn new(list: Vec<Function>) -> Functions {
        let ids = list.iter().cloned().zip((0..).map(FunctionId)).collect();
        Functions { list, ids }
    }

    fn line(&mut self, strings: &mut Strings, named: &Named) -> Line {
        let function = Function {
            name: strings.intern(&(demangle(&named.linkage_name) + &*named.arguments)),
            linkage_name: strings.intern(&named.linkage_name),
            file: strings.intern(&named.file),
            start_line: named.start_line,
        };
        let list = &mut self.list;
        let function = *self.ids.entry(function).or_insert_with_key(|function| {
            list.push(function.clone());
            FunctionId(list.len() as u32 - 1)
        });
        Line {
            function,
            line: named.line,
        }
    }
}
