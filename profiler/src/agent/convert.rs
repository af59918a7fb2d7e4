//! pprof-rs's report as our profile.

use std::time::{Duration, UNIX_EPOCH};

use pprof::{Frames, Symbol, UnresolvedReport};
use rustc_hash::FxHashMap;

use super::{Options, modules};
use crate::profile::{
    Coverage, FoundBy, FrameKind, Function, FunctionId, Line, Location, LocationId, Module,
    ModuleId, Profile, Recording, Sample, StringId, Thread, ThreadId, Unseen, ValueType,
};

/// Where the stacks of threads begin; a stack with another root was cut.
const ROOTS: &[&str] = &[
    "_start",
    "__libc_start",
    "__libc_start_main",
    "clone3",
    "__clone",
    "clone",
    "start_thread",
    "thread_start",
];

/// Converts `report`. `used` is the CPU time that the process used meanwhile.
pub(super) fn profile(
    report: UnresolvedReport,
    options: &Options,
    used: Option<Duration>,
) -> Profile {
    let period_ns = 1_000_000_000 / u64::from(options.rate_hz);
    let timing = report.timing.clone();
    // Names are looked up here, behind the lock that samples wait for.
    let mut stacks: Vec<(Frames, isize)> = report
        .data
        .into_iter()
        .map(|(frames, count)| (Frames::from(frames), count))
        .collect();
    stacks.sort_by_cached_key(|(frames, _)| key(frames));
    let mut builder = Builder::new(period_ns);
    for (frames, count) in &stacks {
        builder.sample(frames, i64::try_from(*count).unwrap_or(0));
    }
    let samples: i64 = builder.profile.total(0);
    let samples = samples.unsigned_abs();
    let mut profile = builder.profile;
    profile.recording = Recording {
        target: options.target.clone(),
        source: "in-process SIGPROF".into(),
        start_unix_ns: timing
            .start_time
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos() as u64),
        duration_ns: timing.duration.as_nanos() as u64,
        rate_hz: options.rate_hz,
        period_ns,
        samples,
        truncated: builder.truncated,
        unnamed: builder.unnamed,
        coverage: used.map(|used| Coverage {
            sampled_ns: samples * period_ns,
            charged_ns: used.as_nanos() as u64,
            user_only: false,
        }),
        unseen: vec![Unseen {
            what: "kernel code; time in system calls is charged to the functions that make them"
                .into(),
            remedy: "use `profiler record --pid` with CAP_PERFMON, which sees both".into(),
        }],
        ..Recording::default()
    };
    profile
}

/// An order that does not depend on addresses or on the order of a hash table.
fn key(frames: &Frames) -> (String, Vec<Vec<u8>>) {
    let names = frames
        .frames
        .iter()
        .flatten()
        .map(|symbol| symbol.raw_name().to_vec())
        .collect();
    (frames.thread_name_or_id(), names)
}

struct Builder {
    profile: Profile,
    mapped: Vec<modules::Module>,
    modules: FxHashMap<usize, ModuleId>,
    functions: FxHashMap<Function, FunctionId>,
    locations: FxHashMap<Location, LocationId>,
    threads: FxHashMap<StringId, ThreadId>,
    period_ns: u64,
    truncated: u64,
    unnamed: u64,
}

impl Builder {
    fn new(period_ns: u64) -> Builder {
        let mut profile = Profile::default();
        for (kind, unit) in [("samples", "count"), ("cpu", "nanoseconds")] {
            let kind = profile.strings.intern(kind);
            let unit = profile.strings.intern(unit);
            profile.value_types.push(ValueType { kind, unit });
        }
        Builder {
            profile,
            mapped: modules::modules(),
            modules: FxHashMap::default(),
            functions: FxHashMap::default(),
            locations: FxHashMap::default(),
            threads: FxHashMap::default(),
            period_ns,
            truncated: 0,
            unnamed: 0,
        }
    }

    fn sample(&mut self, frames: &Frames, count: i64) {
        let root = frames
            .frames
            .last()
            .and_then(|symbols| symbols.last())
            .map(Symbol::name);
        let whole = root.is_some_and(|root| {
            ROOTS
                .iter()
                .any(|known| root == *known || root.starts_with("__libc_start_"))
        });
        let mut path = Vec::with_capacity(frames.frames.len() + 1);
        if !whole {
            self.truncated += count.unsigned_abs();
            path.push(self.location(Location {
                module: None,
                address: 0,
                kind: FrameKind::Truncated,
                found_by: FoundBy::Cfi,
                lines: Vec::new(),
            }));
        }
        let mut nameless = false;
        for (depth, symbols) in frames.frames.iter().enumerate().rev() {
            let found_by = if depth == 0 {
                FoundBy::InstructionPointer
            } else {
                FoundBy::Cfi
            };
            let location = self.frame(symbols, found_by);
            nameless |= self.profile.locations[location.index()].lines.is_empty();
            path.push(location);
        }
        if whole && nameless {
            self.unnamed += count.unsigned_abs();
        }
        let stack = self.profile.stacks.extend(path);
        let thread = self.thread(&frames.thread_name_or_id());
        let values = vec![count, count * self.period_ns as i64];
        match self.profile.samples.last_mut() {
            // Stacks that differ in what has no name are neighbours.
            Some(last) if last.stack == stack && last.thread == Some(thread) => {
                last.values
                    .iter_mut()
                    .zip(values)
                    .for_each(|(sum, value)| *sum += value);
            }
            _ => self.profile.samples.push(Sample {
                stack,
                thread: Some(thread),
                labels: Vec::new(),
                values,
            }),
        }
    }

    /// The location of one frame, which may be several functions, innermost inlined first.
    fn frame(&mut self, symbols: &[Symbol], found_by: FoundBy) -> LocationId {
        let outer = symbols.last();
        let address = symbols.first().and_then(|symbol| symbol.addr);
        let address = address.map_or(0, |address| address as u64);
        let known = outer.and_then(|outer| {
            let name = String::from_utf8_lossy(outer.raw_name());
            let (at, linkage) = modules::find(&self.mapped, address, &name)?;
            Some((at, linkage.to_owned()))
        });
        let module = known.as_ref().map(|(at, _)| self.module(*at));
        let outermost = symbols.len().saturating_sub(1);
        let lines = symbols
            .iter()
            .enumerate()
            .filter_map(|(depth, symbol)| {
                let debug = symbol.name.as_deref().map(String::from_utf8_lossy);
                let linkage = match &known {
                    Some((_, name)) if depth == outermost => name,
                    _ => &*debug?,
                };
                Some(self.line(symbol, linkage))
            })
            .collect();
        self.location(Location {
            module,
            address,
            kind: FrameKind::Native,
            found_by,
            lines,
        })
    }

    fn line(&mut self, symbol: &Symbol, linkage: &str) -> Line {
        let name = format!("{:#}", rustc_demangle::demangle(linkage));
        let strings = &mut self.profile.strings;
        let function = Function {
            name: strings.intern(&name),
            linkage_name: strings.intern(linkage),
            file: symbol
                .filename
                .as_ref()
                .map_or(StringId(0), |file| strings.intern(&file.to_string_lossy())),
            start_line: 0,
        };
        let functions = &mut self.profile.functions;
        let id = *self.functions.entry(function.clone()).or_insert_with(|| {
            functions.push(function);
            FunctionId(functions.len() as u32 - 1)
        });
        Line {
            function: id,
            line: symbol.lineno(),
        }
    }

    fn location(&mut self, location: Location) -> LocationId {
        let locations = &mut self.profile.locations;
        *self.locations.entry(location.clone()).or_insert_with(|| {
            locations.push(location);
            LocationId(locations.len() as u32 - 1)
        })
    }

    fn module(&mut self, mapped: usize) -> ModuleId {
        let module = &self.mapped[mapped];
        let profile = &mut self.profile;
        *self.modules.entry(mapped).or_insert_with(|| {
            profile.modules.push(Module {
                path: profile.strings.intern(&module.path),
                build_id: profile.strings.intern(&module.build_id),
            });
            ModuleId(profile.modules.len() as u32 - 1)
        })
    }

    /// Threads by name: the sampler knows no thread ids.
    fn thread(&mut self, name: &str) -> ThreadId {
        let name = self.profile.strings.intern(name);
        let threads = &mut self.profile.threads;
        *self.threads.entry(name).or_insert_with(|| {
            threads.push(Thread {
                pid: std::process::id(),
                tid: 0,
                name,
            });
            ThreadId(threads.len() as u32 - 1)
        })
    }
}
