//! A stack that one thread runs on, and the switch to it and back. The only
//! file that names corosensei.
//!
//! ```text
//!    the OS thread's stack                    the fiber's stack
//!   ┌─────────────────────┐                 ┌─────────────────────┐ base
//!   │ main                │                 │ the thread's root   │
//!   │ runtime::run        │                 │ the thread's body   │
//!   │ the loop            │   resume(why)   │  …                  │
//!   │ Fiber::resume ──────┼────────────────▶│ yield_now, join, …  │
//!   │               ◀─────┼─────────────────┼ Exits::suspend      │
//!   └─────────────────────┘  suspend(frame) ├─────────────────────┤ ◀ saved sp
//!                                           │ free                │
//!                                           ├─────────────────────┤
//!                                           │ guard page          │
//!                                           └─────────────────────┘ limit
//! ```
//!
//! A fiber does not know what a thread is: it knows neither names nor the
//! kernel. It may be resumed only by the loop; see `dispatch.rs`.

use std::cell::Cell;
use std::mem;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::ptr::{self, NonNull};

use corosensei::stack::StackPointer;
use corosensei::stack::valgrind::ValgrindStackRegistration;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};

use crate::hint::unlikely;
use crate::panic::AbortOnUnwind;
use crate::stack::{self, Stack, StackSize};
use crate::system::page_size;
use crate::trap::{Hears, Trap, TrapFrame};

/// A stack on which one thread after another runs, each from its beginning to
/// its end.
///
/// Setting up a stack for a thread and taking it apart again costs more than
/// the switch itself, so it is done once: between two threads the fiber waits
/// in the middle of its own loop.
///
/// This is one word, the address of the [`Head`]. It owns the stack. To drop it is
/// to lose the stack, with what stands on it: unwinding it here would run the
/// program's destructors outside their thread, and freeing the stack under them would
/// be worse. [`Fiber::into_stack`] gives an idle one's stack back.
// ANCHOR: fiber
pub(crate) struct Fiber(NonNull<Head>);
// ANCHOR_END: fiber

/// What is known of a fiber while it does not run. It lies at the base of the
/// fiber's own stack, so that a switch finds all that it needs in one page:
///
/// ```text
///   ├──────────────────┤ base of the stack
///   │ Head             │
///   ├──────────────────┤ base for corosensei
///   │ the loop of new  │
///   │ the thread       │
///   ├──────────────────┤ ◀ saved sp
/// ```
// ANCHOR: head
struct Head {
    coroutine: Coroutine<Signal, NonNull<TrapFrame>, (), Memory>,
    /// What its thread left at the last trap.
    frame: Option<NonNull<TrapFrame>>,
    /// The lowest address of such a frame.
    deepest: usize,
    size: StackSize,
    /// Whether the fiber is between two threads.
    idle: bool,
    /// How often its thread was told to unwind and end.
    kills: Cell<u8>,
}

/// What the head takes of a stack. No more than the stack pointer's alignment asks
/// for: together with what corosensei keeps at its base, it is in two cache lines.
const HEADROOM: usize = size_of::<Head>().next_multiple_of(16);

/// After so many kills a thread that still runs is not resumed any more.
const MAX_KILLS: u8 = 100;
// ANCHOR_END: head

impl Fiber {
    /// A fiber that calls `root` on `stack` whenever it is resumed while it is
    /// idle. If `root` unwinds, the process is aborted.
    // ANCHOR: new
    #[track_caller]
    pub(crate) fn new(stack: Stack, root: fn(Exits, Signal)) -> Self {
        let (base, size) = (stack.base() - HEADROOM, stack.size());
        let here = Location::caller();
        let coroutine = Coroutine::with_stack(Memory::new(stack), move |yielder, mut signal| {
            let exits = Exits(NonNull::from(yielder));
            loop {
                // There is nobody outside who could catch it.
                let abort = AbortOnUnwind("the root of a green thread");
                root(exits, signal);
                mem::forget(abort);
                let frame = TrapFrame {
                    trap: Trap::Exit,
                    at: here,
                };
                signal = yielder.suspend(NonNull::from(&frame));
            }
        });
        let head = ptr::with_exposed_provenance_mut::<Head>(base);
        let head = NonNull::new(head).expect("no stack begins at 0");
        // SAFETY: it is memory of the stack's, which is the coroutine's now; `Memory`
        // keeps the coroutine off these bytes. Pages are aligned better than `Head`.
        unsafe {
            head.write(Head {
                coroutine,
                frame: None,
                deepest: base,
                size,
                idle: true,
                kills: Cell::new(0),
            })
        };
        Self(head)
    }
    // ANCHOR_END: new

    // ANCHOR: head_access
    #[inline(always)]
    fn head(&self) -> &Head {
        // SAFETY: it was written by `new`, nobody else has its address, and it stays
        // until `into_stack` takes the fiber.
        unsafe { self.0.as_ref() }
    }

    #[inline(always)]
    fn head_mut(&mut self) -> &mut Head {
        // SAFETY: as above, and this is the only fiber with that address.
        unsafe { self.0.as_mut() }
    }
    // ANCHOR_END: head_access

    /// Makes an idle fiber ready for another thread.
    // ANCHOR: begin
    #[inline]
    pub(crate) fn begin(&mut self) {
        let base = self.base();
        let head = self.head_mut();
        head.idle = false;
        head.frame = None;
        head.deepest = base;
        head.kills.set(0);
    }
    // ANCHOR_END: begin

    /// Whether it makes sense to resume the fiber with `signal`. No, if that
    /// is a kill, and it has swallowed a hundred of them or was built so that
    /// a panic aborts.
    // ANCHOR: may_go_on
    #[inline]
    pub(crate) fn may_go_on(&self, signal: Signal) -> bool {
        if !matches!(signal, Signal::Kill { .. }) {
            return true;
        }
        let kills = &self.head().kills;
        kills.set(kills.get().saturating_add(1));
        kills.get() <= MAX_KILLS && cfg!(panic = "unwind")
    }
    // ANCHOR_END: may_go_on

    /// Switches to the fiber and comes back when it traps or its thread ends.
    // ANCHOR: resume
    #[inline(always)]
    pub(crate) fn resume(&mut self, signal: Signal) {
        let head = self.head_mut();
        let CoroutineResult::Yield(frame) = head.coroutine.resume(signal) else {
            unreachable!("a fiber's loop has no end");
        };
        head.frame = Some(frame);
        if frame.addr().get() < head.deepest {
            unlikely();
            head.deepest = frame.addr().get();
        }
    }
    // ANCHOR_END: resume

    /// What the thread asks for, once after each [`Fiber::resume`].
    // ANCHOR: trap
    #[inline(always)]
    pub(crate) fn trap(&mut self) -> Trap {
        let head = self.head_mut();
        // SAFETY: the frame lies on the fiber's stack, above the call of
        // `suspend` that does not return before the next resume.
        let frame = unsafe { head.frame.expect("it was resumed").as_ref() };
        // Copied arm by arm: copying all of it would read memory that a yield
        // has not written, and wait for what it has. That was a third of a switch.
        match frame.trap {
            Trap::Yield => Trap::Yield,
            Trap::Interrupt(hears) => {
                // A kill that it does not hear it has not swallowed.
                if hears == Hears::Nothing {
                    head.kills.set(head.kills.get().saturating_sub(1));
                }
                Trap::Interrupt(hears)
            }
            // The one reason that is of one word: so it is copied as that.
            Trap::Wait(Wait {
                reason: WaitReason::Object(object),
                deadline,
            }) => Trap::Wait(Wait {
                reason: WaitReason::Object(object),
                deadline,
            }),
            Trap::Wait(wait) => {
                // The kill that this wait is told of at its end it has not swallowed.
                if !wait.reason.is_killable() {
                    head.kills.set(head.kills.get().saturating_sub(1));
                }
                Trap::Wait(wait)
            }
            Trap::Exit => {
                head.idle = true;
                Trap::Exit
            }
        }
    }
    // ANCHOR_END: trap

    /// Whether the fiber can be used for another thread: not if its thread was
    /// given up in the middle.
    // ANCHOR: idle_and_at
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.head().idle
    }

    /// The line of the program at which the fiber gave up the CPU; `None` if it has
    /// not had it.
    pub(crate) fn at(&self) -> Option<&'static Location<'static>> {
        // SAFETY: as in `trap`, as long as the fiber does not run; while it runs, the
        // loop has lent it out.
        let frame = self.head().frame.map(|frame| unsafe { frame.as_ref() });
        frame.map(|frame| frame.at)
    }
    // ANCHOR_END: idle_and_at

    /// The stack pointer at the last switch, give or take a few words.
    // ANCHOR: measures
    #[inline]
    pub(crate) fn sp(&self) -> usize {
        let frame = self.head().frame;
        frame.map_or(self.base(), |frame| frame.addr().get())
    }

    /// The lowest stack pointer seen at a switch.
    pub(crate) fn deepest(&self) -> usize {
        self.head().deepest
    }

    /// How many bytes of the stack were in use at the deepest switch.
    pub(crate) fn used(&self) -> usize {
        self.base() - self.deepest()
    }

    /// How many bytes of the stack are in memory, if that can be known. Takes time in
    /// proportion to its size.
    pub(crate) fn resident(&self) -> Option<usize> {
        let end = self.base() + HEADROOM;
        stack::resident(end - self.size().bytes()..end)
    }
    // ANCHOR_END: measures

    /// The size of the stack.
    // ANCHOR: place
    #[inline]
    pub(crate) fn size(&self) -> StackSize {
        self.head().size
    }

    /// Where the part of the stack begins, and ends, that the thread has.
    #[inline]
    pub(crate) fn base(&self) -> usize {
        self.0.addr().get()
    }

    /// The addresses of the stack's guard page.
    #[inline]
    pub(crate) fn guard(&self) -> Range<usize> {
        let lowest = self.base() + HEADROOM - self.size().bytes();
        lowest - page_size()..lowest
    }
    // ANCHOR_END: place

    /// Takes an idle fiber apart. What is left is its stack.
    ///
    /// # Panics
    ///
    /// If it is in the middle of a thread.
    // ANCHOR: into_stack
    pub(crate) fn into_stack(self) -> Stack {
        assert!(self.is_idle(), "a thread stands on that stack");
        // SAFETY: it was written by `new`, and nobody will read it again.
        let Head { mut coroutine, .. } = unsafe { self.0.read() };
        // SAFETY: an idle fiber stands in the loop of `new`, where nothing on
        // its stack has a destructor.
        unsafe { coroutine.force_reset() };
        coroutine.into_stack().stack
    }
    // ANCHOR_END: into_stack
}

/// A stack as corosensei wants it.
// ANCHOR: memory
struct Memory {
    stack: Stack,
    /// Tells valgrind, if this runs there, that a switch to this stack is no
    /// mistake.
    _valgrind: ValgrindStackRegistration,
}

impl Memory {
    fn new(stack: Stack) -> Self {
        let lowest = ptr::with_exposed_provenance_mut(stack.limit());
        let bytes = stack.base() - stack.limit();
        Self {
            stack,
            _valgrind: ValgrindStackRegistration::new(lowest, bytes),
        }
    }
}
// ANCHOR_END: memory

// ANCHOR: corosensei_stack
// SAFETY: nobody else has the memory of a `Stack`, and the fiber uses what lies above
// this base alone. The lowest page is a guard page; between them there are at least
// 64 KiB without the headroom. The addresses are multiples of 16.
unsafe impl corosensei::stack::Stack for Memory {
    #[inline]
    fn base(&self) -> StackPointer {
        StackPointer::new(self.stack.base() - HEADROOM).expect("no stack begins at 0")
    }

    #[inline]
    fn limit(&self) -> StackPointer {
        StackPointer::new(self.stack.limit()).expect("no mapping begins at 0")
    }
}
// ANCHOR_END: corosensei_stack

/// The ways out of the fiber that is running, for the code that runs on it.
// ANCHOR: exits
#[derive(Clone, Copy)]
pub(crate) struct Exits(NonNull<Yielder<Signal, NonNull<TrapFrame>>>);
// ANCHOR_END: exits

impl Exits {
    /// Leaves `frame` to the loop, switches to it, and comes back with what
    /// the loop says.
    ///
    /// # Safety
    ///
    /// The caller runs on the fiber that these exits were made for.
    // ANCHOR: suspend
    #[inline(always)]
    pub(crate) unsafe fn suspend(self, frame: &TrapFrame) -> Signal {
        // SAFETY: the yielder lies at the base of the fiber's stack, which
        // lives at least as long as the caller, who stands on it.
        let yielder = unsafe { self.0.as_ref() };
        yielder.suspend(NonNull::from(frame))
    }
    // ANCHOR_END: suspend

    /// Calls `work` on the loop's stack, which is large, and comes back with
    /// its result. This is a function call and no switch: the thread keeps
    /// the CPU, and `work` must not suspend.
    ///
    /// # Safety
    ///
    /// As for [`Exits::suspend`].
    // ANCHOR: on_loop_stack
    pub(crate) unsafe fn on_loop_stack<R>(self, work: impl FnOnce() -> R + Send) -> R {
        // SAFETY: as in `suspend`.
        let yielder = unsafe { self.0.as_ref() };
        // A panic cannot unwind from one stack to the other: it is carried over.
        let work = || catch_unwind(AssertUnwindSafe(work));
        yielder
            .on_parent_stack(work)
            .unwrap_or_else(|panic| resume_unwind(panic))
    }
    // ANCHOR_END: on_loop_stack
}
