//! Keeping up with a target: what its processes map, which threads they have, where their samples lie.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::{FxHashMap, FxHashSet};

use super::charge::Charge;
use super::objects::{Objects, is_generated, is_jitdump};
use super::tally::{Position, Tally};
use crate::profile::{
    FoundBy, FrameKind, Module, ModuleId, Profile, Recording, StringId, Thread, ThreadId, Unseen,
};
use crate::sample::{EventKind, Map, Record, Sample, Task, Trigger};
use crate::target::{self, Mapping, State};
use crate::unwind::{AddressSpace, End, Frame, Object, ObjectId, UnwindRegisters, Unwinder};

/// The target's processes, and the samples so far.
pub(super) struct Follower {
    trigger: Trigger,
    /// Whether whatever is sampled belongs to the target; otherwise what it was told of, and what that starts.
    takes_all: bool,
    /// In the order in which they were met.
    pids: Vec<u32>,
    processes: FxHashMap<u32, Followed>,
    foreign: FxHashSet<u32>,
    ended: Vec<u32>,
    threads: FxHashMap<Task, ThreadId>,
    names: FxHashMap<u32, StringId>,
    objects: Objects,
    unwinder: Unwinder,
    tally: Tally,
    figures: Figures,
}

/// A process of the target.
struct Followed {
    space: AddressSpace,
    refreshed: Option<Instant>,
    /// The root directory that it sees, or saw.
    root: Option<Arc<File>>,
}

/// What is counted besides stacks.
#[derive(Debug, Default)]
struct Figures {
    samples: u64,
    lost: u64,
    /// How often the kernel stopped an event.
    throttled: u64,
    stolen: u64,
    truncated: u64,
    /// Stacks with frames that were guessed.
    guessed: u64,
    /// Since the size of the copies was last changed: samples, and stacks that were deeper than their copy.
    copies: u64,
    cut: u64,
    grown: bool,
}

/// Module of kernel code: the first one.
const KERNEL: ModuleId = ModuleId(0);

/// Mappings are read again at most this often because of an address that none explains.
const REFRESH: Duration = Duration::from_millis(100);

impl Follower {
    /// Follows nobody yet. The clock of samples says `start_ns` now.
    pub(super) fn new(trigger: Trigger, takes_all: bool, start_ns: u64) -> Follower {
        Follower {
            trigger,
            takes_all,
            pids: Vec::new(),
            processes: FxHashMap::default(),
            foreign: FxHashSet::default(),
            ended: Vec::new(),
            threads: FxHashMap::default(),
            names: FxHashMap::default(),
            objects: Objects::default(),
            unwinder: Unwinder::default(),
            tally: Tally::new(start_ns),
            figures: Figures::default(),
        }
    }

    /// Learns what process `pid` maps now, and follows it. Events that report changes must be open already.
    pub(super) fn adopt(&mut self, pid: u32) {
        let followed = Followed {
            space: AddressSpace::default(),
            refreshed: None,
            root: target::root(pid).map(Arc::new),
        };
        self.foreign.remove(&pid);
        self.processes.insert(pid, followed);
        self.pids.push(pid);
        for tid in target::threads(pid) {
            if let Some(name) = target::name_of_thread(pid, tid) {
                self.names.insert(tid, self.tally.strings.intern(&name));
            }
        }
        self.read_maps(pid);
    }

    /// The processes that are followed.
    pub(super) fn processes(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.pids.iter().copied()
    }

    /// Takes in one record.
    pub(super) fn handle(&mut self, record: Record<'_>, charge: &mut Charge) {
        match record {
            Record::Sample(sample) if !self.is_followed(sample.task.pid) => {}
            Record::Sample(sample) if sample.stolen => self.figures.stolen += 1,
            Record::Sample(sample) => {
                charge.count(sample.task.pid, sample.time);
                self.sample(&sample);
            }
            Record::Map(map) => self.map(&map),
            Record::Name { task, name, exec } => self.name(task, name, exec),
            Record::Fork { child, parent } => self.fork(child, parent),
            // Its name stays: what a thread does while it exits is still sampled.
            Record::Exit { task } => {
                if task.tid == task.pid && self.processes.contains_key(&task.pid) {
                    self.ended.push(task.pid);
                }
            }
            Record::Lost(count) => self.figures.lost += count,
            Record::Throttled => self.figures.throttled += 1,
            Record::Other => {}
        }
    }

    /// Lets go of processes of which no thread is left.
    pub(super) fn forget_ended(&mut self) {
        for pid in std::mem::take(&mut self.ended) {
            let is_alive = State::read(pid).is_ok_and(|state| !matches!(state.letter, 'Z' | 'X'));
            if is_alive {
                self.ended.push(pid);
            } else {
                self.forget(pid);
            }
        }
    }

    fn forget(&mut self, pid: u32) {
        if let Some(process) = self.processes.remove(&pid) {
            self.objects.close(pid, process.root.as_deref());
            self.pids.retain(|&other| other != pid);
        }
    }

    /// Whether one stack in two hundred is deeper than its copy.
    pub(super) fn wants_more_stack(&self) -> bool {
        !self.figures.grown && self.figures.cut * 200 > self.figures.copies
    }

    /// The copies are as large as they can be.
    pub(super) fn has_more_stack(&mut self) {
        self.figures.grown = true;
    }

    /// Everything that was recorded, and the object of each module.
    pub(super) fn finish(mut self, mut recording: Recording) -> (Profile, Vec<Arc<Object>>) {
        recording.samples = self.figures.samples;
        recording.lost = self.figures.lost;
        recording.stolen = self.figures.stolen;
        recording.truncated = self.figures.truncated;
        if self.figures.guessed > 0 {
            let share = self.figures.guessed as f64 / self.figures.samples.max(1) as f64;
            recording.unseen.push(Unseen {
                what: format!(
                    "the callers of code without unwind tables, which {:.1} % of the stacks pass through: they were guessed",
                    share * 100.0
                ),
                remedy: "build that code with -fasynchronous-unwind-tables, or keep its debug information".to_owned(),
            });
        }
        if self.figures.throttled > 0 {
            recording.unseen.push(Unseen {
                what: format!(
                    "samples while the kernel held them back, {} times: they took too much of its time",
                    self.figures.throttled
                ),
                remedy: "ask for a lower --rate, or raise kernel.perf_event_max_sample_rate and \
                         kernel.perf_cpu_time_max_percent"
                    .to_owned(),
            });
        }
        for pid in std::mem::take(&mut self.pids) {
            self.forget(pid);
        }
        let objects = std::mem::take(&mut self.objects).list;
        let missing = objects
            .iter()
            .skip(1)
            .filter(|object| object.reader().is_none() && object.descriptions().is_none());
        recording.unseen.extend(missing.map(|object| Unseen {
            what: format!(
                "names and callers in {}, which could not be opened",
                object.path()
            ),
            remedy: "record as root: other users' and deleted files need it".to_owned(),
        }));
        let strings = &mut self.tally.strings;
        let modules = objects.iter().map(|object| Module {
            path: strings.intern(object.path()),
            build_id: strings.intern(object.build_id().unwrap_or_default()),
        });
        let modules = modules.collect();
        let (kind, unit) = match self.trigger.kind() {
            EventKind::CpuClock => ("cpu", "nanoseconds"),
            kind => (kind.name(), "count"),
        };
        recording.slice_ns = self.tally.slice_ns();
        let profile = Profile {
            modules,
            recording,
            ..self.tally.finish(kind, unit)
        };
        (profile, objects)
    }

    /// Counts a sample under its stack.
    fn sample(&mut self, sample: &Sample<'_>) {
        self.figures.samples += 1;
        self.figures.copies += 1;
        let (complete, stack) = self.stack(sample);
        if !complete {
            self.figures.truncated += 1;
        }
        let thread = self.thread(sample.task);
        let weight = match self.trigger {
            Trigger::CpuTime { period_ns } => period_ns,
            Trigger::Event { .. } => sample.weight,
        };
        self.tally.count(stack, thread, sample.time, weight);
    }

    /// The sample's path, and whether it reaches the start of the thread.
    fn stack(&mut self, sample: &Sample<'_>) -> (bool, Option<crate::profile::StackId>) {
        let is_in_kernel = sample.kernel().next().is_some();
        let mut stack = None;
        let mut complete = true;
        let user = sample.registers.filter(|registers| registers.ip != 0);
        // A thread that is exiting has no user memory any more: its kernel frames are all there is.
        let has_memory = !sample.stack.bytes.is_empty();
        if let Some(registers) = user.filter(|_| has_memory || !is_in_kernel) {
            let registers = UnwindRegisters::new(registers.ip, &registers.general);
            let end = self.walk(sample, &registers);
            complete = end == End::Root;
            if !complete {
                stack = self.tally.push(stack, Position::TRUNCATED);
            }
            let is_guess = |frame: &Frame| frame.found_by == FoundBy::Heuristic;
            self.figures.guessed += u64::from(self.unwinder.frames().iter().any(is_guess));
            for frame in self.unwinder.frames().iter().rev() {
                let position = Position {
                    module: frame.object.map(module),
                    address: frame.address.0,
                    kind: FrameKind::Native,
                    found_by: frame.found_by,
                };
                stack = self.tally.push(stack, position);
            }
        } else if !is_in_kernel {
            // Code without 64-bit registers: its instruction pointer is all there is.
            complete = false;
            stack = self.tally.push(stack, Position::TRUNCATED);
        }
        (complete, self.kernel_frames(sample, stack))
    }

    fn kernel_frames(
        &mut self,
        sample: &Sample<'_>,
        mut stack: Option<crate::profile::StackId>,
    ) -> Option<crate::profile::StackId> {
        /// As many as the kernel records.
        const MAX: usize = 127;
        let mut chain = [0; MAX];
        let mut len = 0;
        for (slot, address) in chain.iter_mut().zip(sample.kernel()) {
            *slot = address;
            len += 1;
        }
        for (depth, &address) in chain[..len].iter().enumerate().rev() {
            // Callers are return addresses; the call lies before.
            let (address, found_by) = match depth {
                0 => (address, FoundBy::InstructionPointer),
                _ => (address - 1, FoundBy::Kernel),
            };
            let position = Position {
                module: Some(KERNEL),
                address,
                kind: FrameKind::Kernel,
                found_by,
            };
            stack = self.tally.push(stack, position);
        }
        stack
    }

    /// Walks the user stack; the frames are the unwinder's.
    fn walk(&mut self, sample: &Sample<'_>, registers: &UnwindRegisters) -> End {
        let Some(process) = self.processes.get_mut(&sample.task.pid) else {
            return End::Lost;
        };
        let stack = &sample.stack;
        let end = self
            .unwinder
            .walk(&mut process.space, registers, |address| stack.read(address));
        match end {
            End::Unreadable(address) => {
                let words_end = (stack.bytes.len() as u64).saturating_sub(7);
                let is_beyond = address.0 >= stack.start.saturating_add(words_end);
                self.figures.cut += u64::from(stack.cut && is_beyond);
                end
            }
            // A mapping may have escaped us: records were lost, or it was made while we attached.
            End::Unmapped(_) if process.refreshed.is_none_or(|at| at.elapsed() > REFRESH) => {
                process.refreshed = Some(Instant::now());
                self.read_maps(sample.task.pid);
                let Some(process) = self.processes.get_mut(&sample.task.pid) else {
                    return end;
                };
                self.unwinder
                    .walk(&mut process.space, registers, |address| stack.read(address))
            }
            _ => end,
        }
    }

    fn thread(&mut self, task: Task) -> ThreadId {
        if let Some(&id) = self.threads.get(&task) {
            return id;
        }
        /// What the kernel has for the number of a thread that is all but gone.
        const NONE: u32 = u32::MAX;
        let named = match task.tid {
            NONE => task.pid,
            tid => tid,
        };
        let name = match self.names.get(&named) {
            Some(&name) => name,
            None => {
                let name = target::name_of_thread(task.pid, task.tid).unwrap_or_default();
                self.tally.strings.intern(&name)
            }
        };
        let id = self.tally.add_thread(Thread {
            pid: task.pid,
            tid: task.tid,
            name,
        });
        self.threads.insert(task, id);
        id
    }

    fn map(&mut self, map: &Map<'_>) {
        let pid = map.task.pid;
        if !self.knows(pid) {
            return;
        }
        let path = String::from_utf8_lossy(map.path);
        let mapping = Mapping {
            range: map.start..map.start.saturating_add(map.len),
            file_offset: map.file_offset,
            device: map.device,
            inode: map.inode,
            path: path.strip_suffix(" (deleted)").unwrap_or(&path).to_owned(),
        };
        self.add_mapping(pid, &mapping);
    }

    fn name(&mut self, task: Task, name: &[u8], exec: bool) {
        if !self.knows(task.pid) {
            return;
        }
        if exec && let Some(process) = self.processes.get_mut(&task.pid) {
            process.space = AddressSpace::default();
        }
        let name = self.tally.strings.intern(&String::from_utf8_lossy(name));
        self.names.insert(task.tid, name);
        if let Some(&id) = self.threads.get(&task) {
            self.tally.thread_mut(id).name = name;
        }
    }

    fn fork(&mut self, child: Task, parent: Task) {
        if child.pid == child.tid {
            // The number may have been that of a process of the target.
            self.forget(child.pid);
            self.foreign.remove(&child.pid);
        }
        let Some(process) = self.processes.get(&parent.pid) else {
            return;
        };
        // The number may have been another thread's. A thread starts with the name of the one that made it.
        self.threads.remove(&child);
        match self.names.get(&parent.tid) {
            Some(&name) => self.names.insert(child.tid, name),
            None => self.names.remove(&child.tid),
        };
        if child.pid != parent.pid && !self.processes.contains_key(&child.pid) {
            let followed = Followed {
                space: process.space.clone(),
                refreshed: None,
                root: process.root.clone(),
            };
            self.processes.insert(child.pid, followed);
            self.pids.push(child.pid);
        }
    }

    /// Whether `pid` is followed, from now on at the latest.
    fn knows(&mut self, pid: u32) -> bool {
        if self.takes_all && !self.processes.contains_key(&pid) {
            self.adopt(pid);
        }
        self.processes.contains_key(&pid)
    }

    /// Whether `pid` belongs to the target. Samples of others come only where the record of a fork was lost, or a pid
    /// was used again.
    fn is_followed(&mut self, pid: u32) -> bool {
        if self.knows(pid) {
            return true;
        }
        if self.foreign.contains(&pid) {
            return false;
        }
        let mut ancestor = pid;
        while let Ok(state) = State::read(ancestor) {
            ancestor = state.parent;
            if self.processes.contains_key(&ancestor) {
                self.adopt(pid);
                return true;
            }
            if ancestor <= 1 {
                break;
            }
        }
        self.foreign.insert(pid);
        false
    }

    fn read_maps(&mut self, pid: u32) {
        for mapping in target::maps(pid) {
            self.add_mapping(pid, &mapping);
        }
    }

    fn add_mapping(&mut self, pid: u32, mapping: &Mapping) {
        let process = self.processes.get(&pid);
        let root = process.and_then(|process| process.root.clone());
        let mut object = self.objects.object(pid, mapping, root.as_deref());
        let mut file_offset = mapping.file_offset;
        if is_generated(mapping, object.as_ref().map(|(_, object)| &**object)) {
            object = Some(self.objects.generated(pid));
            file_offset = mapping.range.start;
        } else if let Some((_, dump)) = object.as_ref().filter(|_| is_jitdump(mapping)) {
            let dump = Arc::clone(dump);
            let (_, generated) = self.objects.generated(pid);
            if let Some(descriptions) = generated.descriptions() {
                descriptions.add_dump(dump);
            }
        }
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        if !process
            .space
            .holds(&mapping.range, object.as_ref().map(|(id, _)| *id))
        {
            process
                .space
                .map(mapping.range.clone(), file_offset, object);
        }
    }
}

fn module(object: ObjectId) -> ModuleId {
    ModuleId(object.0)
}
