//! One stack, from the leaf to the root.

use framehop::x86_64::{CacheX86_64, Reg, UnwindRegsX86_64};
use framehop::{FrameAddress, Unwinder as _};

use super::cfi::Method;
use super::go::GoFrame;
use super::space::Place;
use super::{AddressSpace, Avma, ObjectId, Svma};
use crate::profile::FoundBy;

/// A frame of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The object; `None` for code that lies in no file.
    pub object: Option<ObjectId>,
    /// Address in the object, or in the process where there is none. Callers have that of the call.
    pub address: Svma,
    /// What led to the frame.
    pub found_by: FoundBy,
}

/// Where a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At the first frame of the thread: the stack is complete.
    Root,
    /// At stack memory that cannot be read.
    Unreadable(Avma),
    /// At a code address where nothing executable is known to be mapped.
    Unmapped(Avma),
    /// At a frame that nothing describes and no guess explains, or that leads nowhere.
    Lost,
}

/// The registers at the leaf.
#[derive(Clone, Copy, Debug)]
pub struct UnwindRegisters(UnwindRegsX86_64);

impl UnwindRegisters {
    /// From the instruction pointer and the others in the order of the kernel's `perf_regs.h`: ax, bx, cx, dx,
    /// si, di, bp, sp, r8 to r15.
    pub fn new(ip: u64, general: &[u64; 16]) -> UnwindRegisters {
        const ORDER: [Reg; 16] = [
            Reg::RAX,
            Reg::RBX,
            Reg::RCX,
            Reg::RDX,
            Reg::RSI,
            Reg::RDI,
            Reg::RBP,
            Reg::RSP,
            Reg::R8,
            Reg::R9,
            Reg::R10,
            Reg::R11,
            Reg::R12,
            Reg::R13,
            Reg::R14,
            Reg::R15,
        ];
        let mut registers = UnwindRegsX86_64::new(ip, 0, 0);
        for (register, &value) in ORDER.into_iter().zip(general) {
            registers.set(register, value);
        }
        UnwindRegisters(registers)
    }
}

/// Walks stacks; keeps what it learned of call frame information between walks, of all processes.
pub struct Unwinder {
    cache: CacheX86_64,
    frames: Vec<Frame>,
}

/// More frames than fit in the largest copy of a stack.
const MAX_FRAMES: usize = 8 * 1024;

/// How far a guess looks for a return address.
const GUESS_WORDS: u64 = 512;

impl Default for Unwinder {
    fn default() -> Self {
        Unwinder {
            cache: CacheX86_64::new(),
            frames: Vec::with_capacity(256),
        }
    }
}

impl Unwinder {
    /// Walks from `registers` towards the root, and leaves the frames in [`Unwinder::frames`].
    ///
    /// `read` gives the word at an address of the stack, or nothing. Nothing is allocated once the unwinder has seen
    /// the code.
    pub fn walk(
        &mut self,
        space: &mut AddressSpace,
        registers: &UnwindRegisters,
        mut read: impl FnMut(u64) -> Option<u64>,
    ) -> End {
        self.frames.clear();
        let end = self.walk_frames(space, registers.0, &mut read);
        if end != End::Root && is_newborn(space, &registers.0) {
            self.frames.truncate(1);
            return End::Root;
        }
        end
    }

    /// The frames of the last walk, leaf first.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    fn walk_frames(
        &mut self,
        space: &mut AddressSpace,
        mut registers: UnwindRegsX86_64,
        read: &mut impl FnMut(u64) -> Option<u64>,
    ) -> End {
        let mut address = FrameAddress::InstructionPointer(registers.ip());
        let mut found_by = FoundBy::InstructionPointer;
        while self.frames.len() < MAX_FRAMES {
            let lookup = Avma(address.address_for_lookup());
            let Some(mut place) = space.place(lookup) else {
                return End::Unmapped(lookup);
            };
            // What a handler returns to has not called it: it starts there.
            let is_signal =
                place.is_before_signal_return && matches!(address, FrameAddress::ReturnAddress(_));
            if is_signal && let Some(start) = space.place(Avma(registers.ip())) {
                place = start;
            }
            self.frames.push(Frame {
                object: place.object,
                address: place.address,
                found_by,
            });
            let step = match is_signal {
                true => step_over_signal(&mut registers, FoundBy::Cfi, read),
                false => self.step(space, place, address, found_by, &mut registers, read),
            };
            match step {
                Step::Caller(caller, how) => (address, found_by) = (caller, how),
                Step::End(end) => return end,
            }
        }
        End::Lost
    }

    fn step(
        &mut self,
        space: &AddressSpace,
        place: Place,
        address: FrameAddress,
        found_by: FoundBy,
        registers: &mut UnwindRegsX86_64,
        read: &mut impl FnMut(u64) -> Option<u64>,
    ) -> Step {
        let unwinder = match place.method {
            Method::EhFrame => &space.eh_frame,
            Method::DebugFrame => &space.debug_frame,
            Method::Go(frame) => return step_by_table(space, frame, address, registers, read),
            Method::Entry => return Step::End(End::Root),
            Method::None | Method::Generated => {
                let is_generated = place.method == Method::Generated;
                return step_without_cfi(space, found_by, is_generated, registers, read);
            }
        };
        match unwinder.unwind_frame(address, registers, &mut self.cache, &mut |at| {
            read(at).ok_or(())
        }) {
            Ok(Some(caller)) => match FrameAddress::from_return_address(caller) {
                Some(caller) => Step::Caller(caller, FoundBy::Cfi),
                None => Step::End(End::Root),
            },
            Ok(None) => Step::End(End::Root),
            Err(framehop::Error::CouldNotReadStack(at)) => Step::End(End::Unreadable(Avma(at))),
            Err(_) => Step::End(End::Lost),
        }
    }
}

/// Whether a thread may have run nothing yet: it comes out of the system call that made it, which returns 0 to it, and
/// its stack is empty. The call frame information there is that of the thread which made the call.
fn is_newborn(space: &AddressSpace, registers: &UnwindRegsX86_64) -> bool {
    registers.get(Reg::RAX) == 0 && space.is_after_syscall(Avma(registers.ip()))
}

enum Step {
    Caller(FrameAddress, FoundBy),
    End(End),
}

/// The caller of a Go function.
fn step_by_table(
    space: &AddressSpace,
    frame: GoFrame,
    address: FrameAddress,
    registers: &mut UnwindRegsX86_64,
    read: &mut impl FnMut(u64) -> Option<u64>,
) -> Step {
    let is_leaf = matches!(address, FrameAddress::InstructionPointer(_));
    let (size, is_sure) = match frame {
        GoFrame::Root => return Step::End(End::Root),
        GoFrame::Signal => return step_over_signal(registers, FoundBy::FrameTable, read),
        GoFrame::Sized(size) | GoFrame::Handler(size) => (size, true),
        GoFrame::Unsteady(size) | GoFrame::Switch(size) => (size, false),
    };
    let (sp, bp) = (registers.sp(), registers.bp());
    // The frame pointer stays that of the stack that was left.
    let is_on_its_stack =
        !matches!(frame, GoFrame::Switch(_)) || is_leaf && bp >= sp && read(bp).is_some();
    if is_on_its_stack {
        let slot = sp.wrapping_add(size.into());
        let Some(caller) = read(slot) else {
            return Step::End(End::Unreadable(Avma(slot)));
        };
        if is_sure || space.is_return_address(Avma(caller)) {
            // A frame keeps its caller's frame pointer below the return address, once it has set its own.
            let is_set = size >= 8 && bp == slot.wrapping_sub(8);
            let caller_bp = if is_set { read(bp).unwrap_or(bp) } else { bp };
            set(registers, caller, slot.wrapping_add(8), caller_bp);
            let address = match frame {
                GoFrame::Handler(_) => Some(FrameAddress::from_instruction_pointer(caller)),
                _ => FrameAddress::from_return_address(caller),
            };
            return match address {
                Some(address) => Step::Caller(address, FoundBy::FrameTable),
                None => Step::End(End::Root),
            };
        }
    }
    match step_by_frame_pointer(space, false, registers, read) {
        Some(step) => step,
        None if matches!(frame, GoFrame::Switch(_)) => Step::End(End::Root),
        None => Step::End(End::Lost),
    }
}

/// What a signal interrupted; the kernel has left its registers on the stack of the handler.
fn step_over_signal(
    registers: &mut UnwindRegsX86_64,
    found_by: FoundBy,
    read: &mut impl FnMut(u64) -> Option<u64>,
) -> Step {
    /// Offset of the registers in `ucontext_t`, and what they are there.
    const REGISTERS: u64 = 40;
    const ORDER: [Reg; 16] = [
        Reg::R8,
        Reg::R9,
        Reg::R10,
        Reg::R11,
        Reg::R12,
        Reg::R13,
        Reg::R14,
        Reg::R15,
        Reg::RDI,
        Reg::RSI,
        Reg::RBP,
        Reg::RBX,
        Reg::RDX,
        Reg::RAX,
        Reg::RCX,
        Reg::RSP,
    ];
    let context = registers.sp().wrapping_add(REGISTERS);
    for (at, register) in (0..).zip(ORDER) {
        let slot = context.wrapping_add(at * 8);
        let Some(value) = read(slot) else {
            return Step::End(End::Unreadable(Avma(slot)));
        };
        registers.set(register, value);
    }
    let slot = context.wrapping_add(ORDER.len() as u64 * 8);
    let Some(ip) = read(slot) else {
        return Step::End(End::Unreadable(Avma(slot)));
    };
    registers.set_ip(ip);
    Step::Caller(FrameAddress::from_instruction_pointer(ip), found_by)
}

/// The caller of a frame that no call frame information describes.
fn step_without_cfi(
    space: &AddressSpace,
    found_by: FoundBy,
    is_generated: bool,
    registers: &mut UnwindRegsX86_64,
    read: &mut impl FnMut(u64) -> Option<u64>,
) -> Step {
    let (sp, bp) = (registers.sp(), registers.bp());
    // The outermost frame has a frame pointer of zero (System V ABI, 3.4.1). At the leaf, and behind a guess, the register may
    // hold anything.
    if bp == 0 && matches!(found_by, FoundBy::FramePointer | FoundBy::Cfi) {
        return Step::End(End::Root);
    }
    if let Some(step) = step_by_frame_pointer(space, is_generated, registers, read) {
        return step;
    }
    for slot in (0..GUESS_WORDS).map(|word| sp.wrapping_add(word * 8)) {
        let Some(word) = read(slot) else {
            return Step::End(End::Unreadable(Avma(slot)));
        };
        if space.is_return_address(Avma(word))
            && let Some(address) = FrameAddress::from_return_address(word)
        {
            set(registers, word, slot.wrapping_add(8), bp);
            return Step::Caller(address, FoundBy::Heuristic);
        }
    }
    Step::End(End::Lost)
}

/// The caller that the frame pointer leads to, if it looks like one. Frame pointers grow towards the root; only what calls
/// generated code may be without one, and is known by its call.
fn step_by_frame_pointer(
    space: &AddressSpace,
    is_generated: bool,
    registers: &mut UnwindRegsX86_64,
    read: &mut impl FnMut(u64) -> Option<u64>,
) -> Option<Step> {
    let (sp, bp) = (registers.sp(), registers.bp());
    if bp < sp || bp % 8 != 0 {
        return None;
    }
    let (caller_bp, caller) = (read(bp)?, read(bp.wrapping_add(8))?);
    let is_linked = caller_bp > bp || caller_bp == 0;
    let is_caller = match is_linked {
        true => space.is_return_address(Avma(caller)),
        false => is_generated && space.follows_call(Avma(caller)),
    };
    if !is_caller {
        return None;
    }
    let address = FrameAddress::from_return_address(caller)?;
    set(registers, caller, bp.wrapping_add(16), caller_bp);
    Some(Step::Caller(address, FoundBy::FramePointer))
}

fn set(registers: &mut UnwindRegsX86_64, ip: u64, sp: u64, bp: u64) {
    registers.set_ip(ip);
    registers.set_sp(sp);
    registers.set_bp(bp);
}
