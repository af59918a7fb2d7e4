//! The records that the kernel writes into a ring, parsed without copying.
//!
//! Layouts are those of `perf_event_open(2)` for the one set of fields that [`super::event`] asks for. A record
//! that is shorter than its fields parses as `None`.

use perf_event_open_sys::bindings as sys;

/// One record.
#[derive(Debug)]
pub enum Record<'a> {
    /// A sample was taken.
    Sample(Sample<'a>),
    /// Executable memory was mapped.
    Map(Map<'a>),
    /// A thread got a name.
    Name {
        /// The thread.
        task: Task,
        /// The name.
        name: &'a [u8],
        /// Whether the process executed another program.
        exec: bool,
    },
    /// A thread or process started.
    Fork {
        /// What started.
        child: Task,
        /// Who started it.
        parent: Task,
    },
    /// A thread ended.
    Exit {
        /// The thread.
        task: Task,
    },
    /// The kernel dropped this many records.
    Lost(u64),
    /// The kernel stopped an event until its next tick: samples took too much of its time.
    Throttled,
    /// A record of a kind that nothing here needs.
    Other,
}

/// A thread, with its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Task {
    /// Process id.
    pub pid: u32,
    /// Thread id.
    pub tid: u32,
}

/// A sample.
#[derive(Debug)]
pub struct Sample<'a> {
    /// Nanoseconds of the monotonic clock.
    pub time: u64,
    /// The thread that ran.
    pub task: Task,
    /// The event as it was opened, also for events that were inherited from it.
    pub event: u64,
    /// The sampled instruction pointer, in user space or in the kernel.
    pub ip: u64,
    /// How many occurrences of its event the sample stands for; nanoseconds of CPU time.
    pub weight: u64,
    /// Kernel addresses, leaf first, as bytes; empty when user code ran.
    kernel: &'a [u8],
    /// User registers; `None` for threads without any, and for 32-bit code.
    pub registers: Option<Registers>,
    /// The copied top of the user stack.
    pub stack: Stack<'a>,
    /// Whether the timer was due while a hypervisor ran another guest: time that was charged to nobody.
    pub stolen: bool,
}

/// User registers that unwinding may need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// Instruction pointer.
    pub ip: u64,
    /// In the order of the kernel's `perf_regs.h`: ax, bx, cx, dx, si, di, bp, sp, r8 to r15.
    pub general: [u64; 16],
}

impl Registers {
    /// Frame pointer.
    pub fn bp(&self) -> u64 {
        self.general[6]
    }

    /// Stack pointer.
    pub fn sp(&self) -> u64 {
        self.general[7]
    }
}

/// A copy of the top of a stack.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stack<'a> {
    /// Address of the first byte: the stack pointer.
    pub start: u64,
    /// The bytes that the kernel could read.
    pub bytes: &'a [u8],
    /// Whether the copy ends for want of room, so that the stack may go on beyond it.
    pub cut: bool,
}

impl Stack<'_> {
    /// The word at `address`; `None` outside of the copy.
    #[inline]
    pub fn read(&self, address: u64) -> Option<u64> {
        let offset = usize::try_from(address.wrapping_sub(self.start)).ok()?;
        let bytes = self.bytes.get(offset..offset.checked_add(8)?)?;
        bytes.try_into().ok().map(u64::from_ne_bytes)
    }
}

/// Executable memory that was mapped.
#[derive(Debug)]
pub struct Map<'a> {
    /// Who mapped it.
    pub task: Task,
    /// First address.
    pub start: u64,
    /// Number of bytes.
    pub len: u64,
    /// Offset in the file.
    pub file_offset: u64,
    /// Device number, as major and minor.
    pub device: (u32, u32),
    /// Inode; 0 where no file is mapped.
    pub inode: u64,
    /// Path, or a name such as `[vdso]` or `//anon`.
    pub path: &'a [u8],
}

/// Size of what follows the fields of every record but samples: task, time, event.
const TRAILER: usize = 24;

/// Addresses from here on are markers in a call chain: `PERF_CONTEXT_MAX`.
const CONTEXT_MARKER: u64 = -4095i64 as u64;

/// The time of a record, without parsing the rest.
pub(super) fn time_of(record: &[u8]) -> Option<u64> {
    let kind = Fields(record).u32()?;
    if kind == sys::PERF_RECORD_SAMPLE {
        return Fields(record.get(24..)?).u64();
    }
    Fields(record.get(record.len().checked_sub(TRAILER)? + 8..)?).u64()
}

impl<'a> Record<'a> {
    /// Parses one whole record, header included.
    pub fn parse(record: &'a [u8]) -> Option<Record<'a>> {
        let mut fields = Fields(record);
        let kind = fields.u32()?;
        let misc = fields.u16()?;
        fields.u16()?;
        Some(match kind {
            sys::PERF_RECORD_SAMPLE => Record::Sample(Sample::parse(fields)?),
            sys::PERF_RECORD_MMAP2 => {
                // A build id in place of device and inode was not asked for.
                if misc & sys::PERF_RECORD_MISC_MMAP_BUILD_ID as u16 != 0 {
                    return Some(Record::Other);
                }
                Record::Map(Map::parse(fields.without_trailer()?)?)
            }
            sys::PERF_RECORD_COMM => {
                let mut fields = fields.without_trailer()?;
                let exec = misc & sys::PERF_RECORD_MISC_COMM_EXEC as u16 != 0;
                Record::Name {
                    task: fields.task()?,
                    name: fields.text(),
                    exec,
                }
            }
            sys::PERF_RECORD_FORK | sys::PERF_RECORD_EXIT => {
                let (pid, parent_pid) = (fields.u32()?, fields.u32()?);
                let (tid, parent_tid) = (fields.u32()?, fields.u32()?);
                let task = Task { pid, tid };
                match kind {
                    sys::PERF_RECORD_EXIT => Record::Exit { task },
                    _ => Record::Fork {
                        child: task,
                        parent: Task {
                            pid: parent_pid,
                            tid: parent_tid,
                        },
                    },
                }
            }
            sys::PERF_RECORD_LOST => {
                fields.u64()?;
                Record::Lost(fields.u64()?)
            }
            sys::PERF_RECORD_LOST_SAMPLES => Record::Lost(fields.u64()?),
            sys::PERF_RECORD_THROTTLE => Record::Throttled,
            _ => Record::Other,
        })
    }
}

impl<'a> Sample<'a> {
    fn parse(mut fields: Fields<'a>) -> Option<Sample<'a>> {
        let ip = fields.u64()?;
        let task = fields.task()?;
        let time = fields.u64()?;
        let event = fields.u64()?;
        let weight = fields.u64()?;
        let chain = fields.u64()?;
        let kernel = fields.bytes(usize::try_from(chain).ok()?.checked_mul(8)?)?;
        let abi = fields.u64()?;
        let registers = match u32::try_from(abi).ok()? {
            sys::PERF_SAMPLE_REGS_ABI_NONE => None,
            abi => {
                let registers = fields.registers()?;
                (abi == sys::PERF_SAMPLE_REGS_ABI_64).then_some(registers)
            }
        };
        let size = usize::try_from(fields.u64()?).ok()?;
        let mut stack = Stack::default();
        if size > 0 {
            let bytes = fields.bytes(size)?;
            let copied = usize::try_from(fields.u64()?).ok()?.min(size);
            stack.bytes = &bytes[..copied];
            stack.cut = copied == size;
        }
        stack.start = registers.map_or(0, |registers| registers.sp());
        Some(Sample {
            time,
            task,
            event,
            ip,
            weight,
            kernel,
            registers,
            stack,
            stolen: false,
        })
    }

    /// Kernel addresses, leaf first: the instruction pointer, then return addresses.
    pub fn kernel(&self) -> impl Iterator<Item = u64> + '_ {
        self.kernel
            .chunks_exact(8)
            .filter_map(|word| word.try_into().ok().map(u64::from_ne_bytes))
            .filter(|&address| address < CONTEXT_MARKER)
    }
}

impl<'a> Map<'a> {
    fn parse(mut fields: Fields<'a>) -> Option<Map<'a>> {
        let task = fields.task()?;
        let (start, len, file_offset) = (fields.u64()?, fields.u64()?, fields.u64()?);
        let device = (fields.u32()?, fields.u32()?);
        let inode = fields.u64()?;
        let _generation_protection_flags = fields.bytes(16)?;
        Some(Map {
            task,
            start,
            len,
            file_offset,
            device,
            inode,
            path: fields.text(),
        })
    }
}

/// What is left of a record.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn u16(&mut self) -> Option<u16> {
        self.bytes(2)?.try_into().ok().map(u16::from_ne_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.bytes(4)?.try_into().ok().map(u32::from_ne_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.bytes(8)?.try_into().ok().map(u64::from_ne_bytes)
    }

    fn task(&mut self) -> Option<Task> {
        Some(Task {
            pid: self.u32()?,
            tid: self.u32()?,
        })
    }

    /// The registers of `event::REGISTERS`, which the kernel writes in the order of their numbers: the
    /// instruction pointer is number 8, after sp.
    fn registers(&mut self) -> Option<Registers> {
        let mut registers = Registers::default();
        for at in 0..8 {
            registers.general[at] = self.u64()?;
        }
        registers.ip = self.u64()?;
        for at in 8..16 {
            registers.general[at] = self.u64()?;
        }
        Some(registers)
    }

    fn without_trailer(self) -> Option<Fields<'a>> {
        Some(Fields(self.0.get(..self.0.len().checked_sub(TRAILER)?)?))
    }

    /// A text that ends in NUL or with the record.
    fn text(self) -> &'a [u8] {
        self.0.split(|&byte| byte == 0).next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u32, misc: u16, words: &[u64]) -> Vec<u8> {
        let mut bytes = kind.to_ne_bytes().to_vec();
        bytes.extend(misc.to_ne_bytes());
        bytes.extend((8 + 8 * words.len() as u16).to_ne_bytes());
        bytes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
        bytes
    }

    fn sample() -> Vec<u8> {
        let mut words = vec![
            0x1000,
            7 | 8 << 32,
            99,
            5,
            10,
            2,
            CONTEXT_MARKER,
            0xffff_8000_0000_0000,
        ];
        words.push(sys::PERF_SAMPLE_REGS_ABI_64.into());
        words.extend(1..=17);
        words.extend([16, 0xaa, 0xbb, 8]);
        record(sys::PERF_RECORD_SAMPLE, 0, &words)
    }

    #[test]
    fn a_sample_has_registers_and_a_readable_stack() {
        let bytes = sample();
        let Some(Record::Sample(sample)) = Record::parse(&bytes) else {
            panic!()
        };
        assert_eq!(
            (sample.ip, sample.task, sample.time),
            (0x1000, Task { pid: 7, tid: 8 }, 99)
        );
        assert_eq!(sample.kernel().collect::<Vec<_>>(), [0xffff_8000_0000_0000]);
        let registers = sample.registers.unwrap();
        assert_eq!((registers.bp(), registers.sp(), registers.ip), (7, 8, 9));
        assert_eq!(sample.stack.read(8), Some(0xaa));
        assert_eq!(sample.stack.read(9), None);
        assert_eq!(sample.stack.read(0), None);
        assert!(!sample.stack.cut);
        assert_eq!(time_of(&bytes), Some(99));
    }

    #[test]
    fn a_record_cut_at_any_length_does_not_parse_as_more() {
        let bytes = sample();
        for end in 0..bytes.len() {
            assert!(Record::parse(&bytes[..end]).is_none(), "{end}");
        }
        let mut words = vec![1 | 2 << 32, 3 | 4 << 32, 50];
        words.extend([1 | 2 << 32, 60, 9]);
        let fork = record(sys::PERF_RECORD_FORK, 0, &words);
        assert_eq!(time_of(&fork), Some(60));
        for end in 0..fork.len() {
            let _ = (Record::parse(&fork[..end]), time_of(&fork[..end]));
        }
    }

    #[test]
    fn a_huge_call_chain_is_refused() {
        let bytes = record(sys::PERF_RECORD_SAMPLE, 0, &[1, 2, 3, 4, 5, u64::MAX / 4]);
        assert!(Record::parse(&bytes).is_none());
    }
}
