//! Unwinding speed: frames per second on a capture of this program's own stack.

use std::fs::File;
use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use profiler::target;
use profiler::unwind::{AddressSpace, End, Object, ObjectId, UnwindRegisters, Unwinder};

fn main() {
    divan::main();
}

/// Registers and stack of one moment, as a sample has them.
struct Capture {
    ip: u64,
    general: [u64; 16],
    stack_start: u64,
    stack: Vec<u64>,
}

impl Capture {
    fn read(&self, address: u64) -> Option<u64> {
        let offset = address.checked_sub(self.stack_start)?;
        (offset % 8 == 0).then(|| self.stack.get(offset as usize / 8).copied())?
    }
}

/// Calls itself `depth` times, then captures.
#[inline(never)]
fn recurse(depth: usize) -> Capture {
    if depth == 0 {
        return capture();
    }
    let capture = recurse(depth - 1);
    black_box(depth);
    capture
}

#[inline(never)]
#[allow(unsafe_code)]
fn capture() -> Capture {
    let (ip, sp, bp, bx, r12, r13, r14, r15): (u64, u64, u64, u64, u64, u64, u64, u64);
    // SAFETY: only copies registers; the stack is declared as untouched.
    unsafe {
        std::arch::asm!(
            "lea {ip}, [rip]", "mov {sp}, rsp", "mov {bp}, rbp", "mov {bx}, rbx",
            ip = out(reg) ip, sp = out(reg) sp, bp = out(reg) bp, bx = out(reg) bx,
            options(nomem, nostack),
        );
        std::arch::asm!(
            "mov {r12}, r12", "mov {r13}, r13", "mov {r14}, r14", "mov {r15}, r15",
            r12 = out(reg) r12, r13 = out(reg) r13, r14 = out(reg) r14, r15 = out(reg) r15,
            options(nomem, nostack),
        );
    }
    let memory = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let range = memory.lines().filter_map(|line| {
        let (start, end) = line.split(' ').next()?.split_once('-')?;
        let hex = |text| u64::from_str_radix(text, 16).ok();
        Some(hex(start)?..hex(end)?)
    });
    let end = range
        .filter(|range| range.contains(&sp))
        .map(|range| range.end)
        .next()
        .unwrap_or(sp);
    let words = ((end - sp) / 8).min(1 << 20) as usize;
    // SAFETY: these words lie between our stack pointer and the end of our stack's mapping.
    let stack = unsafe { std::slice::from_raw_parts(sp as *const u64, words) }.to_vec();
    let general = [0, bx, 0, 0, 0, 0, bp, sp, 0, 0, 0, 0, r12, r13, r14, r15];
    Capture {
        ip,
        general,
        stack_start: sp,
        stack,
    }
}

/// This process as a recording sees it.
fn own_space() -> AddressSpace {
    let pid = std::process::id();
    let mut space = AddressSpace::default();
    for (at, mapping) in target::maps(pid).iter().enumerate() {
        let file = mapping
            .is_file()
            .then(|| File::open(&mapping.path).ok())
            .flatten();
        let object = file.map(|file| {
            (
                ObjectId(at as u32),
                Arc::new(Object::from_file(&mapping.path, file)),
            )
        });
        space.map(mapping.range.clone(), mapping.file_offset, object);
    }
    space
}

#[divan::bench(args = [10, 100, 1000])]
fn frames(bencher: Bencher, depth: usize) {
    let capture = recurse(depth);
    let registers = UnwindRegisters::new(capture.ip, &capture.general);
    let mut space = own_space();
    let mut unwinder = Unwinder::default();
    let end = unwinder.walk(&mut space, &registers, |address| capture.read(address));
    assert_eq!(end, End::Root, "after {} frames", unwinder.frames().len());
    assert!(unwinder.frames().len() > depth);
    bencher
        .counter(ItemsCount::new(unwinder.frames().len()))
        .bench_local(|| {
            unwinder.walk(&mut space, black_box(&registers), |address| {
                capture.read(address)
            })
        });
}
