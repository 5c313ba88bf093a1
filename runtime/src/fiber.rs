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
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::panic::Location;
use std::ptr::NonNull;

use corosensei::stack::{DefaultStack, Stack as _};
use corosensei::{Coroutine, CoroutineResult, Yielder};
use kernel_sim::kernel::wait::Signal;

use crate::trap::{Trap, TrapFrame};

/// Memory for one fiber, with a guard page at its lower end.
pub(crate) struct Stack(DefaultStack);

impl Stack {
    /// Maps a stack of `size` bytes, a multiple of the page size, plus a guard page.
    pub(crate) fn new(size: usize) -> std::io::Result<Self> {
        DefaultStack::new(size).map(Self)
    }

    /// The addresses that the stack may use: everything above the guard page.
    pub(crate) fn usable(&self) -> Range<usize> {
        self.guard().end..self.0.base().get()
    }

    /// The addresses of the guard page.
    pub(crate) fn guard(&self) -> Range<usize> {
        let limit = self.0.limit().get();
        limit..limit + page_size()
    }
}

/// A suspended or running call of a function, with the stack it is on.
///
/// The stack comes back by [`Fiber::into_stack`] after the call has ended. A
/// fiber that is dropped before keeps its stack for ever: unwinding it from
/// outside would run the program's destructors in no thread, and freeing the
/// stack under them would be worse.
pub(crate) struct Fiber {
    /// Never dropped, only taken by `into_stack`.
    coroutine: ManuallyDrop<Coroutine<Signal, TrapFrame, (), DefaultStack>>,
    base: usize,
    at: &'static Location<'static>,
    sp: usize,
    deepest: usize,
    /// How often it was told to unwind and end.
    kills: Cell<u32>,
}

/// After so many kills a fiber that still runs is not resumed any more.
const MAX_KILLS: u32 = 100;

impl Fiber {
    /// A fiber that will call `root` on `stack` when it is first resumed.
    ///
    /// `root` must not unwind: the panic would come out of [`Fiber::resume`].
    pub(crate) fn new<F>(stack: Stack, at: &'static Location<'static>, root: F) -> Self
    where
        F: FnOnce(Exits, Signal) + 'static,
    {
        let base = stack.usable().end;
        let coroutine = Coroutine::with_stack(stack.0, move |yielder, signal| {
            root(Exits(NonNull::from(yielder)), signal);
        });
        Self {
            coroutine: ManuallyDrop::new(coroutine),
            base,
            at,
            sp: base,
            deepest: base,
            kills: Cell::new(0),
        }
    }

    /// Whether it makes sense to resume the fiber with `signal`. No, if that
    /// is a kill, and it has swallowed a hundred of them or was built so that
    /// a panic aborts.
    #[inline]
    pub(crate) fn may_go_on(&self, signal: Signal) -> bool {
        if signal != Signal::Kill {
            return true;
        }
        let kills = self.kills.get() + 1;
        self.kills.set(kills);
        kills <= MAX_KILLS && cfg!(panic = "unwind")
    }

    /// Switches to the fiber and comes back when it traps or ends.
    #[inline]
    pub(crate) fn resume(&mut self, signal: Signal) -> Trap {
        match self.coroutine.resume(signal) {
            CoroutineResult::Yield(frame) => {
                self.at = frame.at;
                self.sp = frame.sp;
                self.deepest = self.deepest.min(frame.sp);
                frame.trap
            }
            CoroutineResult::Return(()) => Trap::Exit,
        }
    }

    /// The stack of a fiber that has ended, for the next one; `None` if it is
    /// still needed, because the fiber was given up in the middle.
    pub(crate) fn into_stack(mut self) -> Option<Stack> {
        if !self.coroutine.done() {
            return None;
        }
        // SAFETY: this method consumes the fiber, so nobody takes the
        // coroutine a second time.
        let coroutine = unsafe { ManuallyDrop::take(&mut self.coroutine) };
        Some(Stack(coroutine.into_stack()))
    }

    /// The line of the program at which the fiber gave up the CPU.
    pub(crate) fn at(&self) -> &'static Location<'static> {
        self.at
    }

    /// The stack pointer at the last switch.
    pub(crate) fn sp(&self) -> usize {
        self.sp
    }

    /// How many bytes of the stack were in use at the deepest switch.
    pub(crate) fn used(&self) -> usize {
        self.base - self.deepest
    }
}

/// The ways out of the fiber that is running, for the code that runs on it.
#[derive(Clone, Copy)]
pub(crate) struct Exits(NonNull<Yielder<Signal, TrapFrame>>);

impl Exits {
    /// Leaves `frame` to the loop, switches to it, and comes back with what
    /// the loop says.
    ///
    /// # Safety
    ///
    /// The caller runs on the fiber that these exits were made for.
    #[inline(always)]
    pub(crate) unsafe fn suspend(self, frame: TrapFrame) -> Signal {
        // SAFETY: the yielder lies at the base of the fiber's stack, which
        // lives at least as long as the caller, who stands on it.
        let yielder = unsafe { self.0.as_ref() };
        yielder.suspend(frame)
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
        yielder.on_parent_stack(work)
    }
}

/// The size of a page of memory in bytes.
pub(crate) fn page_size() -> usize {
    use std::sync::OnceLock;
    static SIZE: OnceLock<usize> = OnceLock::new();
    // SAFETY: sysconf only reads a number.
    *SIZE.get_or_init(|| unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize)
}
