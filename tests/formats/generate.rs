//! Profiles that use every field of the model, made from a seed: the same seed gives the same profile.

use profiler::profile::{
    Coverage, FoundBy, FrameKind, Function, FunctionId, Label, LabelValue, Line, Location,
    LocationId, Module, ModuleId, Profile, Recording, Sample, StringId, Thread, ThreadId, Unseen,
    ValueType,
};

/// Names that end a frame, a line, a comment, a document or a terminal's good mood.
const NAMES: &[&str] = &[
    "main",
    "<[u8; 4] as core::clone::Clone>::clone",
    "operator()(int, char) const",
    "a b 12",
    "f_[k]",
    "# not a comment",
    "\u{1b}[31mred\n\tline",
    "<script>alert(1)</script>",
    "\u{202e}drow",
    "Lcom/example/Main;::run",
    "名前",
    "]]>&amp;\"'\\",
];

/// A sequence of numbers that looks random.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A profile with up to 40 samples.
pub(crate) fn profile(seed: u64) -> Profile {
    let dice = &mut Dice::new(seed);
    let mut profile = Profile::default();
    tables(&mut profile, dice);
    samples(&mut profile, dice);
    recording(&mut profile, dice);
    profile
}

fn text(profile: &mut Profile, dice: &mut Dice) -> StringId {
    let name = format!("{}{}", dice.pick(NAMES), dice.below(4));
    profile.strings.intern(&name)
}

fn tables(profile: &mut Profile, dice: &mut Dice) {
    for at in 0..dice.below(5) {
        let path = match at {
            0 => "[kernel]".to_owned(),
            at => format!("/usr/lib/lib{at}.so"),
        };
        let build_id = ["", "00ff", "d9a4eb4df1acb92c5c8a1a0b5e9b2a7f00112233"][dice.below(3)];
        let (path, build_id) = (
            profile.strings.intern(&path),
            profile.strings.intern(build_id),
        );
        profile.modules.push(Module { path, build_id });
    }
    for _ in 0..1 + dice.below(20) {
        let function = Function {
            name: text(profile, dice),
            linkage_name: text(profile, dice),
            file: [StringId(0), text(profile, dice)][dice.below(2)],
            start_line: dice.below(3) as u32,
        };
        profile.functions.push(function);
    }
    for _ in 0..1 + dice.below(40) {
        let modules = profile.modules.len();
        let module = (dice.below(modules + 1))
            .checked_sub(1)
            .map(|at| ModuleId(at as u32));
        let lines = (0..dice.below(4)).map(|_| Line {
            function: FunctionId(dice.below(profile.functions.len()) as u32),
            line: dice.below(3) as u32 * 7,
        });
        let lines = lines.collect();
        let kinds = [FrameKind::Native, FrameKind::Kernel, FrameKind::Truncated];
        let found_by = [
            FoundBy::InstructionPointer,
            FoundBy::Cfi,
            FoundBy::FrameTable,
            FoundBy::FramePointer,
            FoundBy::Kernel,
            FoundBy::Heuristic,
            FoundBy::Imported,
        ];
        profile.locations.push(Location {
            module,
            address: [0, 0x1234, 0x40_1000, 0xffff_ffff_8100_1000, u64::MAX][dice.below(5)]
                ^ dice.below(64) as u64,
            kind: *dice.pick(&kinds),
            found_by: *dice.pick(&found_by),
            lines,
        });
    }
    for _ in 0..dice.below(4) {
        let name = [StringId(0), text(profile, dice)][dice.below(2)];
        let (pid, tid) = (dice.below(3) as u32, dice.below(3) as u32);
        let thread = Thread { pid, tid, name };
        if !profile.threads.contains(&thread) {
            profile.threads.push(thread);
        }
    }
}

fn samples(profile: &mut Profile, dice: &mut Dice) {
    for (kind, unit) in [
        ("samples", "count"),
        ("cpu", "nanoseconds"),
        ("alloc_space", "bytes"),
    ] {
        if profile.value_types.is_empty() || dice.below(2) == 0 {
            let (kind, unit) = (profile.strings.intern(kind), profile.strings.intern(unit));
            profile.value_types.push(ValueType { kind, unit });
        }
    }
    for _ in 0..dice.below(40) {
        let depth = dice.below(12);
        let locations = profile.locations.len();
        let path: Vec<LocationId> = (0..depth)
            .map(|_| LocationId(dice.below(locations) as u32))
            .collect();
        let threads = profile.threads.len();
        let sample = Sample {
            stack: profile.stacks.extend(path),
            thread: dice
                .below(threads + 1)
                .checked_sub(1)
                .map(|at| ThreadId(at as u32)),
            labels: labels(profile, dice),
            values: profile
                .value_types
                .iter()
                .map(|_| dice.below(1 << 30) as i64)
                .collect(),
        };
        let is_new = |known: &Sample| {
            (known.stack, known.thread, &known.labels)
                != (sample.stack, sample.thread, &sample.labels)
        };
        if profile.samples.iter().all(is_new) {
            profile.samples.push(sample);
        }
    }
}

fn labels(profile: &mut Profile, dice: &mut Dice) -> Vec<Label> {
    let mut labels = Vec::new();
    if dice.below(2) == 0 {
        labels.push(Label {
            key: profile.strings.intern("slice"),
            value: LabelValue::Number(dice.below(3) as i64, StringId(0)),
        });
    }
    if dice.below(3) == 0 {
        labels.push(Label {
            key: profile.strings.intern("endpoint"),
            value: LabelValue::Text(text(profile, dice)),
        });
    }
    if dice.below(3) == 0 {
        let unit = profile.strings.intern("bytes");
        labels.push(Label {
            key: profile.strings.intern("size"),
            value: LabelValue::Number(-(dice.below(3) as i64), unit),
        });
    }
    labels
}

fn recording(profile: &mut Profile, dice: &mut Dice) {
    let unseen = |at: usize| Unseen {
        what: format!("part {at} = \"all\" of it"),
        remedy: "grant\u{301} CAP_PERFMON".to_owned(),
    };
    profile.recording = Recording {
        target: dice.pick(NAMES).to_string(),
        source: dice
            .pick(&["perf cpu-clock", "", "in-process SIGPROF"])
            .to_string(),
        start_unix_ns: 1_700_000_000_000_000_000 + dice.below(1_000) as u64,
        duration_ns: dice.below(3) as u64 * 5_000_000_000,
        slice_ns: dice.below(2) as u64 * 1_000_000,
        rate_hz: dice.below(2) as u32 * 99,
        period_ns: dice.below(2) as u64 * 10_101_010,
        samples: dice.below(1_000) as u64,
        lost: dice.below(3) as u64,
        stolen: dice.below(3) as u64,
        truncated: dice.below(3) as u64,
        unnamed: dice.below(3) as u64,
        kernel: dice.below(2) == 0,
        coverage: (dice.below(2) == 0).then(|| Coverage {
            sampled_ns: 99,
            charged_ns: dice.below(2) as u64 * 100,
            user_only: dice.below(2) == 0,
        }),
        unseen: (0..dice.below(3)).map(unseen).collect(),
        own_cpu_ns: dice.below(3) as u64,
    };
}
