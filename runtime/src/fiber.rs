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
use std::mem::{self, ManuallyDrop};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::ptr::NonNull;

use corosensei::stack::{DefaultStack, Stack as _};
use corosensei::{Coroutine, CoroutineResult, Yielder};
use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};

use crate::panic::AbortOnUnwind;
use crate::system::page_size;
use crate::trap::{Trap, TrapFrame};

/// Memory for one fiber, with a guard page at its lower end.
pub(crate) struct Stack(DefaultStack);

impl Stack {
    /// Maps a stack of `size` bytes, a multiple of the page size, plus a guard page.
    pub(crate) fn new(size: usize) -> std::io::Result<Self> {
        DefaultStack::new(size).map(Self)
    }

    /// The addresses of the guard page.
    fn guard(&self) -> Range<usize> {
        let limit = self.0.limit().get();
        limit..limit + page_size()
    }
}

/// A stack on which one thread after another runs, each from its beginning to
/// its end.
///
/// Setting up a stack for a thread and taking it apart again costs more than
/// the switch itself, so it is done once: between two threads the fiber waits
/// in the middle of its own loop.
pub(crate) struct Fiber {
    /// Never dropped by itself: see `impl Drop`.
    coroutine: ManuallyDrop<Coroutine<Signal, NonNull<TrapFrame>, (), DefaultStack>>,
    /// Whether the fiber is between two threads.
    idle: bool,
    guard: Range<usize>,
    base: usize,
    at: &'static Location<'static>,
    sp: usize,
    deepest: usize,
    /// How often its thread was told to unwind and end.
    kills: Cell<u32>,
}

/// After so many kills a thread that still runs is not resumed any more.
const MAX_KILLS: u32 = 100;

impl Fiber {
    /// A fiber that calls `root` on `stack` whenever it is resumed while it is
    /// idle. If `root` unwinds, the process is aborted.
    #[track_caller]
    pub(crate) fn new(stack: Stack, root: fn(Exits, Signal)) -> Box<Self> {
        let guard = stack.guard();
        let base = stack.0.base().get();
        let here = Location::caller();
        let coroutine = Coroutine::with_stack(stack.0, move |yielder, mut signal| {
            let exits = Exits(NonNull::from(yielder));
            loop {
                // There is nobody outside who could catch it.
                let abort = AbortOnUnwind("the root of a green thread");
                root(exits, signal);
                mem::forget(abort);
                let frame = TrapFrame {
                    trap: Trap::Exit,
                    at: here,
                    sp: base,
                };
                signal = yielder.suspend(NonNull::from(&frame));
            }
        });
        Box::new(Self {
            coroutine: ManuallyDrop::new(coroutine),
            idle: true,
            guard,
            base,
            at: here,
            sp: base,
            deepest: base,
            kills: Cell::new(0),
        })
    }

    /// Makes an idle fiber ready for another thread, made at that line.
    #[inline]
    pub(crate) fn begin(&mut self, at: &'static Location<'static>) {
        self.idle = false;
        self.at = at;
        self.sp = self.base;
        self.deepest = self.base;
        self.kills.set(0);
    }

    /// Whether it makes sense to resume the fiber with `signal`. No, if that
    /// is a kill, and it has swallowed a hundred of them or was built so that
    /// a panic aborts.
    #[inline]
    pub(crate) fn may_go_on(&self, signal: Signal) -> bool {
        if !matches!(signal, Signal::Kill { .. }) {
            return true;
        }
        let kills = self.kills.get() + 1;
        self.kills.set(kills);
        kills <= MAX_KILLS && cfg!(panic = "unwind")
    }

    /// Switches to the fiber and comes back when it traps or its thread ends.
    #[inline]
    pub(crate) fn resume(&mut self, signal: Signal) -> Trap {
        let CoroutineResult::Yield(frame) = self.coroutine.resume(signal) else {
            unreachable!("a fiber's loop has no end");
        };
        // SAFETY: the frame lies on the fiber's stack, above the call of
        // `suspend` that does not return before the next resume.
        let frame = unsafe { frame.as_ref() };
        self.at = frame.at;
        self.sp = frame.sp;
        self.deepest = self.deepest.min(frame.sp);
        // Copied arm by arm: copying all of it would read memory that a yield
        // has not written, and wait for what it has. That was a third of a switch.
        match frame.trap {
            Trap::Yield => Trap::Yield,
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
                    self.kills.set(self.kills.get().saturating_sub(1));
                }
                Trap::Wait(wait)
            }
            Trap::Exit => {
                self.idle = true;
                Trap::Exit
            }
        }
    }

    /// Whether the fiber can be used for another thread: not if its thread was
    /// given up in the middle.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.idle
    }

    /// The line of the program at which the fiber gave up the CPU.
    pub(crate) fn at(&self) -> &'static Location<'static> {
        self.at
    }

    /// The stack pointer at the last switch.
    pub(crate) fn sp(&self) -> usize {
        self.sp
    }

    /// The lowest stack pointer seen at a switch.
    pub(crate) fn deepest(&self) -> usize {
        self.deepest
    }

    /// How many bytes of the stack were in use at the deepest switch.
    pub(crate) fn used(&self) -> usize {
        self.base - self.deepest
    }

    /// The addresses of the stack's guard page.
    #[inline]
    pub(crate) fn guard(&self) -> Range<usize> {
        self.guard.clone()
    }
}

/// An idle fiber gives its stack back to the system. One that is dropped in
/// the middle of a thread keeps it for ever: unwinding it here would run the
/// program's destructors outside their thread, and freeing the stack under
/// them would be worse.
impl Drop for Fiber {
    fn drop(&mut self) {
        if !self.idle {
            return;
        }
        // SAFETY: an idle fiber stands in the loop of `new`, where nothing on
        // its stack has a destructor.
        unsafe { self.coroutine.force_reset() };
        // SAFETY: the fiber is being dropped, so nobody uses the coroutine again.
        unsafe { ManuallyDrop::drop(&mut self.coroutine) };
    }
}

/// The ways out of the fiber that is running, for the code that runs on it.
#[derive(Clone, Copy)]
pub(crate) struct Exits(NonNull<Yielder<Signal, NonNull<TrapFrame>>>);

impl Exits {
    /// Leaves `frame` to the loop, switches to it, and comes back with what
    /// the loop says.
    ///
    /// # Safety
    ///
    /// The caller runs on the fiber that these exits were made for.
    #[inline(always)]
    pub(crate) unsafe fn suspend(self, frame: &TrapFrame) -> Signal {
        // SAFETY: the yielder lies at the base of the fiber's stack, which
        // lives at least as long as the caller, who stands on it.
        let yielder = unsafe { self.0.as_ref() };
        yielder.suspend(NonNull::from(frame))
    }

    /// Calls `work` on the loop's stack, which is large, and comes back with
    /// its result. This is a function call and no switch: the thread keeps
    /// the CPU, and `work` must not suspend.
    ///
    /// # Safety
    ///
    /// As for [`Exits::suspend`].
    pub(crate) unsafe fn on_loop_stack<R>(self, work: impl FnOnce() -> R + Send) -> R {
        // SAFETY: as in `suspend`.
        let yielder = unsafe { self.0.as_ref() };
        // A panic cannot unwind from one stack to the other: it is carried over.
        let work = || catch_unwind(AssertUnwindSafe(work));
        yielder
            .on_parent_stack(work)
            .unwrap_or_else(|panic| resume_unwind(panic))
    }
}
