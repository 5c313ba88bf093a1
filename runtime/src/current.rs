//! Which runtime and which green thread the code that asks is running on.
//!
//! Two pointers for each OS thread: to the [`Core`] whose `run` stands on this
//! OS thread's stack, and to the [`Seat`] of the green thread that has the
//! CPU. The seat lies on the green thread's own stack. A thread that gets the
//! CPU sits down; the loop clears the seat as soon as it has the CPU itself, so
//! an empty seat means: this is the loop, or no runtime at all. Beside them lies
//! what of the kernel's count a free lock and a yield ask for.
//!
//! Everything that switches stacks goes through [`trap`], so this is the one
//! place that refuses to switch while a thread unwinds.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::panic::Location;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Signal;
use log::{Level, LevelFilter};

use crate::core::Core;
use crate::error::{OutsideRuntime, Unwinding, refuse};
use crate::fiber::Exits;
use crate::hint::unlikely;
use crate::moment::Moment;
use crate::panic;
use crate::place;
use crate::thread::Thread;
use crate::thread::local::Locals;
use crate::thread::task::Task;
use crate::trap::{Trap, TrapFrame};

// ANCHOR: thread_locals
thread_local! {
    static CORE: Cell<Option<NonNull<Core>>> = const { Cell::new(None) };
    static TURN: Turn = const {
        Turn {
            seat: Cell::new(None),
            now: Cell::new(Moment::START),
            alone: Cell::new(false),
            pace: Cell::new(Pace::Untimed),
        }
    };
}

/// Whose turn it is, and which.
struct Turn {
    /// Empty while the loop has the CPU.
    seat: Cell<Option<Seated>>,
    /// As the kernel counts, and readable without borrowing the kernel: a lock
    /// that is free asks for it.
    now: Cell<Moment>,
    /// Whether nobody else was ready when the turn began.
    alone: Cell<bool>,
    /// The same for the whole run.
    pace: Cell<Pace>,
}
// ANCHOR_END: thread_locals

/// What a run has to do with time while a thread has the CPU.
// ANCHOR: pace_kinds
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Nothing.
    Untimed,
    /// Time passes with checkpoints. A turn is as long as it is.
    Counted,
    /// A turn ends at the first safe point after its quantum.
    Timed,
}
// ANCHOR_END: pace_kinds

/// The green thread that has the CPU.
// ANCHOR: seated
#[derive(Clone, Copy)]
struct Seated {
    seat: NonNull<Seat>,
    /// The ways out of its fiber. Not in the seat, because a thread that yields would
    /// touch that for nothing else.
    exits: Exits,
}
// ANCHOR_END: seated

/// What the running green thread has at hand without asking the kernel.
// ANCHOR: seat
pub(crate) struct Seat {
    /// Not counted as a handle: see [`Beginning`].
    pub(crate) thread: ManuallyDrop<Thread>,
    /// The thread's name for the kernel.
    pub(crate) pid: Pid,
    /// When it first got the CPU.
    pub(crate) since: Moment,
    pub(crate) locals: Locals,
    /// The addresses that mean an overflow of this thread's stack.
    pub(crate) guard: Range<usize>,
    /// When it last began to unwind because it was killed.
    pub(crate) last_kill: Cell<Moment>,
    /// Whether the thread was told that it cannot wait while it unwinds.
    warned: Cell<bool>,
}
// ANCHOR_END: seat

/// A thread that gets its first turn.
// ANCHOR: beginning
pub(crate) struct Beginning {
    thread: ManuallyDrop<Thread>,
    guard: Range<usize>,
}

impl Beginning {
    /// `task` is the PCB's.
    #[inline]
    pub(crate) fn new(task: &Arc<Task>, guard: Range<usize>) -> Self {
        // SAFETY: the copy is not dropped, and nobody uses it when the PCB's is: a
        // thread's PCB is there until the thread has left its stack for ever.
        let task = unsafe { ptr::read(task) };
        Self {
            thread: ManuallyDrop::new(Thread::new(task)),
            guard,
        }
    }
}
// ANCHOR_END: beginning

/// Makes `core` this OS thread's runtime until the guard is dropped; `None`
/// if it has one already.
// ANCHOR: enter
pub(crate) fn enter(core: &Core) -> Option<Inside<'_>> {
    if CORE.get().is_some() {
        return None;
    }
    CORE.set(Some(NonNull::from(core)));
    TURN.with(|turn| turn.pace.set(core.pace()));
    place::begin(core.id);
    Some(Inside(core))
}
// ANCHOR_END: enter

/// See [`enter`].
// ANCHOR: inside
pub(crate) struct Inside<'a>(&'a Core);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        CORE.set(None);
        TURN.with(|turn| turn.pace.set(Pace::Untimed));
        place::end(self.0.id);
    }
}
// ANCHOR_END: inside

/// Calls `work` with the runtime of this OS thread, if there is one.
// ANCHOR: core
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
// ANCHOR_END: core

// ANCHOR: sit
#[inline(always)]
fn seated() -> Option<Seated> {
    TURN.with(|turn| turn.seat.get())
}

#[inline(always)]
fn sit(seated: Option<Seated>) {
    TURN.with(|turn| turn.seat.set(seated));
}

/// Calls `work` with the seat of the running green thread, if there is one.
#[inline]
pub(crate) fn try_seat<R>(work: impl FnOnce(&Seat) -> R) -> Option<R> {
    let Some(Seated { seat, .. }) = seated() else {
        unlikely();
        return None;
    };
    // SAFETY: the seat is set only by a green thread that has just got the CPU,
    // to the seat at the bottom of its own stack, and cleared by the loop as
    // soon as that has the CPU. So this code stands on the seat's stack, above
    // the seat, and the seat outlives the call. Only shared references to it
    // are ever made.
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
// ANCHOR_END: sit

/// The running thread gives a `T` to another one. If that may be the guard of a lock,
/// or lead to one, nobody can be sure any more that the thread has its locks.
///
/// A guard has a pointer in it, and so has a reference to one: what is smaller
/// than that is none.
// ANCHOR: gifts
#[inline(always)]
pub(crate) fn gives_away<T>() {
    if size_of::<T>() >= size_of::<NonNull<()>>() {
        note_gift();
    }
}

fn note_gift() {
    try_seat(|seat| {
        let now = now().after_gift();
        TURN.with(|turn| turn.now.set(now));
        seat.thread.task().last_gift.set(now);
    });
}

/// The running thread begins to unwind because it was killed. From now on it is another
/// moment: what it gets later, it has got later.
pub(crate) fn note_kill() {
    let now = now().after_gift();
    TURN.with(|turn| turn.now.set(now));
    try_seat(|seat| seat.last_kill.set(now));
}
// ANCHOR_END: gifts

/// Whether this OS thread's runtime is the one of that id.
// ANCHOR: questions
#[inline]
pub(crate) fn is_core(id: u64) -> bool {
    try_core(|core| core.id == id) == Some(true)
}

/// Calls `work` with the runtime of this OS thread, or with none.
#[inline(always)]
pub(crate) fn core_if_any<R>(work: impl FnOnce(Option<&Core>) -> R) -> R {
    // SAFETY: see `try_core`.
    work(CORE.get().as_ref().map(|core| unsafe { core.as_ref() }))
}

/// Whether a green thread is running here.
#[inline]
pub(crate) fn in_green_thread() -> bool {
    seated().is_some()
}
// ANCHOR_END: questions

/// Runs `work` as the body of the thread, whose fiber has these exits, and then
/// the destructors of its thread-locals. The root of every green thread.
// ANCHOR: occupy
#[inline]
pub(crate) fn occupy(exits: Exits, beginning: Beginning, work: impl FnOnce(&Task)) {
    let Beginning { thread, guard } = beginning;
    let seat = Seat {
        pid: thread.task().pid(),
        since: now(),
        thread,
        locals: Locals::default(),
        guard,
        last_kill: Cell::new(Moment::START),
        warned: Cell::new(false),
    };
    sit(Some(Seated {
        seat: NonNull::from(&seat),
        exits,
    }));
    work(seat.thread.task());
    seat.locals.destroy();
}
// ANCHOR_END: occupy

/// Notes the number of the dispatch by which a thread gets the CPU now, and whether
/// nobody else is ready.
// ANCHOR: turn
#[inline(always)]
pub(crate) fn begin_turn(dispatch: u64, alone: bool) {
    TURN.with(|turn| {
        turn.now.set(Moment::of(dispatch));
        turn.alone.set(alone);
    });
}

/// What the runtime of this OS thread, if there is one, has to do with time.
#[inline(always)]
pub(crate) fn pace() -> Pace {
    TURN.with(|turn| turn.pace.get())
}

/// When it is, as the runtime of this OS thread counts.
#[inline(always)]
pub(crate) fn now() -> Moment {
    TURN.with(|turn| turn.now.get())
}

/// Clears the seat. The loop does so whenever a fiber has given it the CPU:
/// not the fiber itself, which may overflow its stack up to the very switch.
#[inline]
pub(crate) fn clear_seat() {
    sit(None);
}
// ANCHOR_END: turn

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
// ANCHOR: trap
// Inlined up to the public function that the program calls. Behind a real
// call, the CPU predicts each return after a switch wrongly, which costs as
// much as the rest of the switch.
#[inline(always)]
#[track_caller]
pub(crate) fn trap(trap: Trap) -> Result<Signal, Unwinding> {
    match trap_without_unwinding(trap) {
        Ok(Signal::Kill { .. }) => panic::unwind_killed(),
        result => result,
    }
}

/// As [`trap`], but a kill is a signal like the others.
#[inline(always)]
#[track_caller]
pub(crate) fn trap_without_unwinding(trap: Trap) -> Result<Signal, Unwinding> {
    match can_switch() {
        Ok(thread) => Ok(thread.trap(trap)),
        Err(CannotSwitch::Unwinds) => Err(unwinding()),
        Err(CannotSwitch::Outside) => refuse(OutsideRuntime::here()),
    }
}
// ANCHOR_END: trap

/// The running thread, if it is one and may give up the CPU.
// ANCHOR: can_switch
#[inline(always)]
pub(crate) fn can_switch() -> Result<CanSwitch, CannotSwitch> {
    match seated() {
        None => Err(CannotSwitch::Outside),
        Some(_) if std::thread::panicking() => Err(CannotSwitch::Unwinds),
        Some(seated) => Ok(CanSwitch(seated)),
    }
}

/// The running thread, for the code that has asked, and at once: it stands for
/// the thread on whose stack that code runs.
pub(crate) struct CanSwitch(Seated);

/// Why there is no switch.
pub(crate) enum CannotSwitch {
    /// No green thread runs here.
    Outside,
    /// A thread that unwinds keeps the CPU.
    Unwinds,
}
// ANCHOR_END: can_switch

impl CanSwitch {
    // ANCHOR: leave
    #[inline(always)]
    pub(crate) fn pid(&self) -> Pid {
        // SAFETY: see `try_seat`.
        unsafe { self.0.seat.as_ref() }.pid
    }

    /// Gives up the CPU, and comes back with the signal that the kernel has.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn trap(self, trap: Trap) -> Signal {
        if matches!(trap, Trap::Yield)
            && TURN.with(|turn| turn.alone.get())
            && core(|core| core.yields_alone(self.pid()))
        {
            return Signal::Continue;
        }
        let frame = TrapFrame {
            trap,
            at: Location::caller(),
        };
        // SAFETY: the seat was not empty, so this is the fiber of these exits.
        let signal = unsafe { self.0.exits.suspend(&frame) };
        sit(Some(self.0));
        signal
    }
    // ANCHOR_END: leave
}

/// Calls `work` on the loop's stack if a green thread is running, whose own
/// stack may be small. While it runs there is no current green thread.
// ANCHOR: on_loop_stack
pub(crate) fn on_loop_stack(work: impl FnOnce() + Send) {
    struct SitDown(Option<Seated>);
    impl Drop for SitDown {
        fn drop(&mut self) {
            sit(self.0);
        }
    }

    let Some(Seated { exits, .. }) = seated() else {
        return work();
    };
    let work = || {
        let _sit_down = SitDown(TURN.with(|turn| turn.seat.take()));
        work();
    };
    // SAFETY: the seat was not empty, so this is the fiber of its exits.
    unsafe { exits.on_loop_stack(work) }
}
// ANCHOR_END: on_loop_stack

/// Says something about a thread: to the log, and if there is none, to stderr.
/// Loggers need much stack.
// ANCHOR: say
#[cold]
pub(crate) fn say(level: Level, message: String) {
    on_loop_stack(move || match log::max_level() {
        LevelFilter::Off => panic::announce(&message),
        _ => log::log!(level, "{message}"),
    });
}

/// Tells a thread, once, that it cannot wait now.
#[cold]
fn unwinding() -> Unwinding {
    try_seat(|seat| {
        if !seat.warned.replace(true) {
            let what = "yield, sleep and park return at once, join is refused";
            let message = format!("{} unwinds and keeps the CPU: {what}", *seat.thread);
            say(Level::Warn, message);
        }
    });
    Unwinding
}
// ANCHOR_END: say
