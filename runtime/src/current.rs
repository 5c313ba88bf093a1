//! Which runtime and which green thread the code that asks is running on.
//!
//! Two pointers for each OS thread: to the [`Core`] whose `run` stands on this
//! OS thread's stack, and to the [`Seat`] of the green thread that has the
//! CPU. The seat lies on the green thread's own stack. Whoever gives up the
//! CPU leaves the seat empty and sits down again when the CPU is back, so an
//! empty seat means: this is the loop, or no runtime at all.
//!
//! Everything that switches stacks goes through [`trap`], so this is the one
//! place that refuses to switch while a thread unwinds.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::panic::Location;
use std::ptr::NonNull;

use kernel_sim::kernel::wait::Signal;

use crate::core::Core;
use crate::error::{OutsideRuntime, Unwinding, refuse};
use crate::fiber::Exits;
use crate::panic;
use crate::thread::Thread;
use crate::thread::local::Locals;
use crate::thread::task::Task;
use crate::trap::{Trap, TrapFrame};

thread_local! {
    static CORE: Cell<Option<NonNull<Core>>> = const { Cell::new(None) };
    static SEAT: Cell<Option<NonNull<Seat>>> = const { Cell::new(None) };
}

/// What the running green thread has at hand without asking the kernel.
pub(crate) struct Seat {
    exits: Exits,
    pub(crate) thread: Thread,
    pub(crate) locals: Locals,
    /// The addresses that mean an overflow of this thread's stack.
    pub(crate) guard: Range<usize>,
    /// Whether the thread was told that it cannot wait while it unwinds.
    warned: Cell<bool>,
}

/// Makes `core` this OS thread's runtime until the guard is dropped; `None`
/// if it has one already.
pub(crate) fn enter(core: &Core) -> Option<Inside<'_>> {
    if CORE.get().is_some() {
        return None;
    }
    CORE.set(Some(NonNull::from(core)));
    Some(Inside(core))
}

/// See [`enter`].
pub(crate) struct Inside<'a>(#[expect(dead_code, reason = "keeps the core borrowed")] &'a Core);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        CORE.set(None);
    }
}

/// Calls `work` with the runtime of this OS thread, if there is one.
#[inline]
pub(crate) fn try_core<R>(work: impl FnOnce(&Core) -> R) -> Option<R> {
    let core = CORE.get()?;
    // SAFETY: `CORE` is set only by `enter`, whose guard borrows the core and
    // clears the pointer before that borrow ends. Only shared references to
    // the core are ever made.
    Some(work(unsafe { core.as_ref() }))
}

/// Calls `work` with the runtime of this OS thread, or refuses the call.
#[inline]
#[track_caller]
pub(crate) fn core<R>(work: impl FnOnce(&Core) -> R) -> R {
    match try_core(work) {
        Some(result) => result,
        None => refuse(OutsideRuntime::here()),
    }
}

/// Calls `work` with the seat of the running green thread, if there is one.
#[inline]
pub(crate) fn try_seat<R>(work: impl FnOnce(&Seat) -> R) -> Option<R> {
    let seat = SEAT.get()?;
    // SAFETY: `SEAT` is set only by `occupy`, to a seat on the stack of the
    // green thread that is running, and it is empty whenever another stack
    // runs. So this code stands on the seat's stack, above the seat, and the
    // seat outlives the call. Only shared references to it are ever made.
    Some(work(unsafe { seat.as_ref() }))
}

/// Calls `work` with the seat of the running green thread, or refuses the call.
#[inline]
#[track_caller]
pub(crate) fn seat<R>(work: impl FnOnce(&Seat) -> R) -> R {
    match try_seat(work) {
        Some(result) => result,
        None => refuse(OutsideRuntime::here()),
    }
}

/// Whether a green thread is running here.
#[inline]
pub(crate) fn in_green_thread() -> bool {
    SEAT.get().is_some()
}

/// Runs `work` as the body of `thread`, whose fiber has these exits, and then
/// the destructors of its thread-locals. The root of every green thread.
pub(crate) fn occupy(exits: Exits, thread: Thread, guard: Range<usize>, work: impl FnOnce(&Task)) {
    let seat = Seat {
        exits,
        thread,
        locals: Locals::default(),
        guard,
        warned: Cell::new(false),
    };
    SEAT.set(Some(NonNull::from(&seat)));
    work(seat.thread.task());
    seat.locals.destroy();
    SEAT.set(None);
}

/// Gives up the CPU, and comes back when the kernel dispatches this thread
/// again, with the signal that it has for it. A kill unwinds from here.
///
/// # Errors
///
/// [`Unwinding`] if the thread unwinds: then it keeps the CPU.
///
/// # Panics
///
/// With [`OutsideRuntime`] where no green thread runs.
// Inlined up to the public function that the program calls. Behind a real
// call, the CPU predicts each return after a switch wrongly: 24 ns a yield
// instead of 11.
#[inline(always)]
#[track_caller]
pub(crate) fn trap(trap: Trap) -> Result<Signal, Unwinding> {
    let Some(seat) = SEAT.get() else {
        refuse(OutsideRuntime::here());
    };
    if std::thread::panicking() {
        return Err(unwinding());
    }
    // SAFETY: see `try_seat`.
    let exits = unsafe { seat.as_ref() }.exits;
    // Its address is the stack pointer but for a few words: aligned as that is.
    let here = MaybeUninit::<u128>::uninit();
    let frame = TrapFrame {
        trap,
        at: Location::caller(),
        sp: (&raw const here).addr(),
    };
    SEAT.set(None);
    // SAFETY: the seat was not empty, so this is the fiber of its exits.
    let signal = unsafe { exits.suspend(&frame) };
    SEAT.set(Some(seat));
    if signal == Signal::Kill {
        panic::unwind_killed();
    }
    Ok(signal)
}

/// Calls `work` on the loop's stack if a green thread is running, whose own
/// stack may be small. While it runs there is no current green thread.
pub(crate) fn on_loop_stack(work: impl FnOnce() + Send) {
    struct SitDown(NonNull<Seat>);
    impl Drop for SitDown {
        fn drop(&mut self) {
            SEAT.set(Some(self.0));
        }
    }

    let Some(seat) = SEAT.take() else {
        return work();
    };
    let _sit_down = SitDown(seat);
    // SAFETY: see `try_seat`.
    let exits = unsafe { seat.as_ref() }.exits;
    // SAFETY: the seat was not empty, so this is the fiber of its exits.
    unsafe { exits.on_loop_stack(work) }
}

/// Tells a thread, once, that it cannot wait now.
#[cold]
fn unwinding() -> Unwinding {
    try_seat(|seat| {
        if !seat.warned.replace(true) {
            let name = &seat.thread;
            log::warn!(
                "{name} unwinds and keeps the CPU: yield, sleep and park return at once, join is refused"
            );
        }
    });
    Unwinding
}
