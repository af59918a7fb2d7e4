//! The text of `perf script`, with its default fields or others (`-F`); [`line`] has the grammar.
//!
//! Each event becomes a value: its periods added up, and its samples. The event that counts is the first CPU clock, or
//! the first one; it comes last, as pprof's readers expect. What the text does not say is not made up: which stacks
//! are cut short, how many samples were lost (unless `--show-lost-events` was given), build ids, the time of day, and
//! with the default fields the process of a thread. Addresses stay as perf prints them, which differs between its
//! versions: relative to the module or not, of the call or of the instruction after it.

mod line;

use rustc_hash::FxHashMap;

use super::limits::{Budget, Charge, DEEPEST};
use super::{Problem, limits};
use crate::profile::{
    FoundBy, Function, FunctionId, Line, Location, LocationId, Module, ModuleId, Profile,
    Recording, Sample, StackId, StringId, Thread, ThreadId, ValueType,
};
use line::{Frame, Head, Start};

/// Most events that are told apart.
const MOST_EVENTS: usize = 256;

/// Whether the first line that is not a comment is one of `perf script`.
pub(super) fn looks_like_one(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.find(|line| !line.starts_with('#'));
    first.is_some_and(|line| limits::check_line(0, line).is_ok() && line::start(line).is_some())
}

/// Reads the samples.
///
/// # Errors
/// At the first line that is neither a sample nor a frame, and where there is no sample.
pub(super) fn read(text: &str) -> Result<Profile, Problem> {
    let mut reader = Reader::default();
    for (at, line) in text.lines().enumerate() {
        limits::check_line(at, line)?;
        reader
            .line(line)
            .map_err(|what| Problem::Line { line: at + 1, what })?;
    }
    let lines = text.lines().count();
    reader
        .flush()
        .map_err(|what| Problem::Line { line: lines, what })?;
    reader.finish()
}

#[derive(Default)]
struct Reader<'a> {
    profile: Profile,
    /// The sample that is being read.
    head: Option<Head<'a>>,
    /// Whether its only frame stood in its first line.
    one_line: bool,
    /// Its frames, leaf first.
    frames: Vec<RawFrame<'a>>,
    events: Vec<Event<'a>>,
    /// For each sample of the profile its events: index, samples, periods.
    counts: Vec<Vec<(usize, i64, i64)>>,
    samples: FxHashMap<(Option<StackId>, ThreadId), usize>,
    threads: FxHashMap<Thread, ThreadId>,
    modules: FxHashMap<&'a str, ModuleId>,
    functions: FxHashMap<(&'a str, &'a str), FunctionId>,
    locations: FxHashMap<Location, LocationId>,
    first_ns: Option<u64>,
    last_ns: u64,
    lost: u64,
    /// Stacks with a frame that has no name, for each event.
    unnamed: Vec<u64>,
    budget: Budget,
}

#[derive(Clone, Copy)]
struct RawFrame<'a> {
    frame: Frame<'a>,
    file: &'a str,
    line: u32,
}

/// What was sampled on.
struct Event<'a> {
    name: &'a str,
    samples: i64,
    /// Sum of all periods.
    weight: i64,
    /// The period of each sample; `None` where they differ or are not known.
    period: Option<i64>,
}

impl Event<'_> {
    /// Whether its periods are nanoseconds of CPU time.
    fn is_clock(&self) -> bool {
        self.name.starts_with("cpu-clock") || self.name.starts_with("task-clock")
    }
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), String> {
        if line.trim().is_empty() {
            return self.flush();
        }
        let is_indented = line.starts_with(char::is_whitespace);
        if is_indented && self.head.is_some() && !self.one_line {
            return self.below_head(line);
        }
        self.flush()?;
        match line::start(line) {
            Some(Start::Sample(head)) => self.head(head),
            Some(Start::Record { lost }) => self.lost = self.lost.saturating_add(lost),
            None if line.starts_with('#') => {}
            None => return Err("neither a sample of `perf script` nor a frame".to_owned()),
        }
        Ok(())
    }

    fn head(&mut self, head: Head<'a>) {
        if let Some(frame) = line::frame(head.rest) {
            self.frames.push(RawFrame {
                frame,
                file: "",
                line: 0,
            });
            self.one_line = true;
        }
        self.head = Some(head);
    }

    /// A frame, or the source line of the one above it. Other fields are not read.
    fn below_head(&mut self, line: &'a str) -> Result<(), String> {
        if let Some(frame) = line::frame(line) {
            if self.frames.len() == DEEPEST {
                return Err(limits::too_deep());
            }
            self.frames.push(RawFrame {
                frame,
                file: "",
                line: 0,
            });
        } else if let (Some((file, number)), Some(frame)) =
            (line::source_line(line), self.frames.last_mut())
        {
            (frame.file, frame.line) = (file, number);
        }
        Ok(())
    }

    /// Keeps the sample that was being read.
    fn flush(&mut self) -> Result<(), String> {
        let Some(head) = self.head.take() else {
            return Ok(());
        };
        self.one_line = false;
        let mut frames = std::mem::take(&mut self.frames);
        frames.retain(|raw| !raw.frame.is_marker());
        let stack = self.stack(&frames)?;
        let nameless = frames.iter().any(|raw| raw.frame.symbol.is_none());
        frames.clear();
        self.frames = frames;
        let thread = self.thread(&head);
        let event = self.event(&head)?;
        self.unnamed[event] += u64::from(nameless);
        if let Some(time) = head.time_ns {
            self.first_ns = Some(self.first_ns.map_or(time, |first| first.min(time)));
            self.last_ns = self.last_ns.max(time);
        }
        let next = self.counts.len();
        let sample = *self.samples.entry((stack, thread)).or_insert(next);
        if sample == next {
            self.budget.take(Charge::Sample)?;
            self.counts.push(Vec::new());
        }
        let counts = &mut self.counts[sample];
        let period = head.period.unwrap_or(0);
        match counts.iter_mut().find(|(known, ..)| *known == event) {
            Some((_, samples, weight)) => (*samples, *weight) = (*samples + 1, *weight + period),
            None => counts.push((event, 1, period)),
        }
        Ok(())
    }

    /// Counts one sample of the event of `head`.
    fn event(&mut self, head: &Head<'a>) -> Result<usize, String> {
        let at = self
            .events
            .iter()
            .position(|event| event.name == head.event);
        let at = at.unwrap_or(self.events.len());
        if at == MOST_EVENTS {
            return Err(format!("more than {MOST_EVENTS} events"));
        }
        if at == self.events.len() {
            self.unnamed.push(0);
            self.events.push(Event {
                name: head.event,
                samples: 0,
                weight: 0,
                period: head.period,
            });
        }
        let event = &mut self.events[at];
        event.samples += 1;
        event.period = event.period.filter(|_| event.period == head.period);
        event.weight = event
            .weight
            .checked_add(head.period.unwrap_or(0))
            .ok_or("the periods add up to more than a number can hold")?;
        Ok(at)
    }

    /// The path of `frames`, leaf first. Inlined frames belong to the location of the frame that they were inlined
    /// into, where the file has it: it has the same address.
    fn stack(&mut self, frames: &[RawFrame<'a>]) -> Result<Option<StackId>, String> {
        let mut path = Vec::with_capacity(frames.len());
        let mut rest = frames;
        while let Some(first) = rest.first() {
            let address = first.frame.address;
            let same = rest.iter().take_while(|raw| raw.frame.address == address);
            let inlined = same.clone().take_while(|raw| raw.frame.inlined).count();
            let length = same.count().min(inlined + 1);
            let (group, others) = rest.split_at(length);
            path.push(self.location(group)?);
            rest = others;
        }
        path.reverse();
        let stack = self.profile.stacks.extend(path);
        self.budget.stacks(&self.profile.stacks)?;
        Ok(stack)
    }

    /// The location of frames with one address, innermost inlined first.
    fn location(&mut self, group: &[RawFrame<'a>]) -> Result<LocationId, String> {
        let outermost = group.last().expect("a group has a frame").frame;
        let mut lines = Vec::with_capacity(group.len());
        for raw in group {
            if let Some(symbol) = raw.frame.symbol {
                let function = self.function(symbol, raw.file)?;
                lines.push(Line {
                    function,
                    line: raw.line,
                });
            }
        }
        let location = Location {
            module: outermost.module.map(|path| self.module(path)),
            address: outermost.address,
            kind: super::kind(outermost.module.unwrap_or(""), outermost.address),
            found_by: FoundBy::Imported,
            lines,
        };
        if let Some(&id) = self.locations.get(&location) {
            return Ok(id);
        }
        self.budget.take(Charge::Location)?;
        let id = LocationId(self.profile.locations.len() as u32);
        self.profile.locations.push(location.clone());
        self.locations.insert(location, id);
        Ok(id)
    }

    fn function(&mut self, symbol: &'a str, file: &'a str) -> Result<FunctionId, String> {
        if let Some(&id) = self.functions.get(&(symbol, file)) {
            return Ok(id);
        }
        self.budget.take(Charge::Function)?;
        let id = FunctionId(self.profile.functions.len() as u32);
        let name = self.profile.strings.intern(symbol);
        let file_id = self.profile.strings.intern(file);
        self.profile.functions.push(Function {
            name,
            linkage_name: name,
            file: file_id,
            start_line: 0,
        });
        self.functions.insert((symbol, file), id);
        Ok(id)
    }

    fn module(&mut self, path: &'a str) -> ModuleId {
        let profile = &mut self.profile;
        *self.modules.entry(path).or_insert_with(|| {
            profile.modules.push(Module {
                path: profile.strings.intern(path),
                build_id: StringId(0),
            });
            ModuleId(profile.modules.len() as u32 - 1)
        })
    }

    fn thread(&mut self, head: &Head<'a>) -> ThreadId {
        let profile = &mut self.profile;
        let thread = Thread {
            pid: head.pid,
            tid: head.tid,
            name: profile.strings.intern(head.comm),
        };
        *self.threads.entry(thread.clone()).or_insert_with(|| {
            profile.threads.push(thread);
            ThreadId(profile.threads.len() as u32 - 1)
        })
    }

    fn finish(mut self) -> Result<Profile, Problem> {
        if self.events.is_empty() {
            return Err(Problem::Empty);
        }
        let primary = self.events.iter().position(Event::is_clock).unwrap_or(0);
        let columns = self.columns(primary);
        let mut samples: Vec<((Option<StackId>, ThreadId), usize)> = self.samples.drain().collect();
        samples.sort_unstable_by_key(|(_, at)| *at);
        for ((stack, thread), at) in samples {
            let mut values = vec![0; self.profile.value_types.len()];
            for &(event, count, weight) in &self.counts[at] {
                let (counted, weighed) = columns[event];
                values[counted] = count;
                if let Some(weighed) = weighed {
                    values[weighed] = weight;
                }
            }
            self.profile.samples.push(Sample {
                stack,
                thread: Some(thread),
                labels: Vec::new(),
                values,
            });
        }
        self.profile.recording = self.recording(primary);
        Ok(self.profile)
    }

    /// Makes the value types. For each event the place of its count, and that of its periods where it has any.
    fn columns(&mut self, primary: usize) -> Vec<(usize, Option<usize>)> {
        let profile = &mut self.profile;
        let mut column = |kind: &str, unit: &str| {
            let kind = profile.strings.intern(kind);
            let unit = profile.strings.intern(unit);
            profile.value_types.push(ValueType { kind, unit });
            profile.value_types.len() - 1
        };
        let mut columns = vec![(0, None); self.events.len()];
        let others = (0..self.events.len()).filter(|at| *at != primary);
        for at in others.chain([primary]) {
            let event = &self.events[at];
            let counted = match at == primary {
                true => column("samples", "count"),
                false => column(&format!("{} samples", event.name), "count"),
            };
            let kind = match event.is_clock() && at == primary {
                true => "cpu",
                false => event.name,
            };
            let unit = if event.is_clock() {
                "nanoseconds"
            } else {
                "count"
            };
            columns[at] = (counted, (event.weight > 0).then(|| column(kind, unit)));
        }
        columns
    }

    fn recording(&self, primary: usize) -> Recording {
        let event = &self.events[primary];
        let names: Vec<&str> = self.events.iter().map(|event| event.name).collect();
        let names = match names.join(", ") {
            names if names.is_empty() => String::new(),
            names => format!(" ({names})"),
        };
        Recording {
            target: self.busiest().to_owned(),
            source: format!("imported from perf script{names}; cut stacks are not marked"),
            duration_ns: self.last_ns - self.first_ns.unwrap_or(self.last_ns),
            period_ns: event
                .period
                .filter(|_| event.is_clock())
                .map_or(0, i64::unsigned_abs),
            samples: event.samples.unsigned_abs(),
            lost: self.lost,
            unnamed: self.unnamed[primary],
            kernel: self.profile.has_kernel_frames(),
            ..Recording::default()
        }
    }

    /// The name of the thread with the most samples.
    fn busiest(&self) -> &str {
        let mut counts = vec![0i64; self.profile.threads.len()];
        for (sample, events) in self.profile.samples.iter().zip(&self.counts) {
            if let Some(thread) = sample.thread {
                counts[thread.index()] += events.iter().map(|(_, count, _)| count).sum::<i64>();
            }
        }
        let busiest = self
            .profile
            .threads
            .iter()
            .zip(&counts)
            .rev()
            .max_by_key(|(_, count)| **count);
        busiest.map_or("", |(thread, _)| self.profile.text(thread.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::folded;

    const TEXT: &str = "\
# captured on    : Sun Nov 22 17:01:00 2026
spin 10498 24436.9: PERF_RECORD_MMAP2 10498/10498: [0x5(0x1) @ 0]: r-xp /bin/spin
my worker 3 10498 24436.991854:    5025125 cpu-clock:
\tffffffff816b590b vfs_read+0xbb ([kernel.kallsyms])
\tffffffffffffff80 [unknown] ([unknown])
\t           f82ec __GI___libc_read+0x4c (inlined)
\t           f82ec read+0x4c (/usr/lib/libc.so.6)
  read.c:26
\t            13c3 [unknown] (/bin/spin)

my worker 3 10498 24436.991954:         12 cache-misses:u:
\t    7f001234 Lcom/a;::run+0x4 (/tmp/perf-123.map)

my worker 3 10498 24437.491854:    5025125 cpu-clock:
\tffffffff816b590b vfs_read+0xbb ([kernel.kallsyms])
\t           f82ec __GI___libc_read+0x4c (inlined)
\t           f82ec read+0x4c (/usr/lib/libc.so.6)
  read.c:26
\t            13c3 [unknown] (/bin/spin)
";

    #[test]
    fn events_become_values_and_frames_locations() {
        let profile = read(TEXT).unwrap();
        let types: Vec<(&str, &str)> = profile
            .value_types
            .iter()
            .map(|value| (profile.text(value.kind), profile.text(value.unit)))
            .collect();
        let misses = "cache-misses:u";
        assert_eq!(
            types,
            [
                ("cache-misses:u samples", "count"),
                (misses, "count"),
                ("samples", "count"),
                ("cpu", "nanoseconds")
            ]
        );
        assert_eq!(profile.samples[0].values, [0, 0, 2, 10_050_250]);
        assert_eq!(profile.samples[1].values, [1, 12, 0, 0]);
        assert_eq!(
            folded::render(&profile),
            "my worker 3;spin+0x13c3;read;__GI___libc_read_[i];vfs_read_[k] 2\n"
        );
        let read = &profile.locations[1];
        assert_eq!(
            (read.lines.len(), read.lines[1].line, read.address),
            (2, 26, 0xf82ec)
        );
        let recording = &profile.recording;
        assert_eq!(
            (recording.samples, recording.unnamed, recording.lost),
            (2, 2, 0)
        );
        assert_eq!(
            (recording.duration_ns, recording.period_ns),
            (500_000_000, 5_025_125)
        );
        assert!(recording.kernel && recording.target == "my worker 3");
        assert!(recording.source.contains("(cpu-clock, cache-misses:u)"));
    }

    #[test]
    fn a_recording_without_stacks_has_a_frame_a_line() {
        let text =
            "  cafe 7/9 24436.9: 3 cycles:  ffffffff81d309b7 read_zero+0x77 ([kernel.kallsyms])\n"
                .repeat(2);
        let profile = read(&text).unwrap();
        assert_eq!(folded::render(&profile), "cafe;read_zero_[k] 2\n");
        assert_eq!((profile.threads[0].pid, profile.threads[0].tid), (7, 9));
        assert_eq!(profile.samples[0].values, [2, 6]);
    }

    #[test]
    fn what_is_no_sample_is_named_by_its_line() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert!(error("a 1 1.5: x:\n\t1 f (m)\nhello\n").starts_with("line 3: neither"));
        let deep = format!("a 1 1.5: x:\n{}", "\t1 f (m)\n".repeat(DEEPEST + 1));
        assert_eq!(
            error(&deep),
            "line 65538: a stack of more than 65536 frames"
        );
        assert_eq!(error("# nothing\n"), "the file is empty");
    }
}
