//! One thread, for all who know it. Its PCB, its seat and its handles share
//! one allocation: what is known of the thread, what it has to do, and what
//! came of it.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use kernel_sim::kernel::pid::Pid;

use super::name::Name;
use crate::core::MAIN;
use crate::join::{End, Slot};
use crate::moment::Moment;
use crate::panic::{as_seen_by_joiner, drop_quietly};
use crate::stack::StackSize;

// ANCHOR: task
pub(crate) struct Task<W: ?Sized = dyn Work> {
    pub(crate) ident: u64,
    /// Empty until the thread's own core has made a PCB.
    pub(crate) pid: Cell<Option<Pid>>,
    /// The run that the thread belongs to.
    pub(crate) core_id: u64,
    pub(crate) name: Name,
    pub(crate) daemon: bool,
    pub(crate) stack_size: StackSize,
    pub(crate) started: AtomicBool,
    /// How many handles there are, as long as the thread is not started.
    pub(crate) handles: AtomicUsize,
    pub(crate) end: End,
    /// When the thread last gave something away that may be a guard, to another
    /// thread. Only for its own core.
    pub(crate) last_gift: Cell<Moment>,
    /// How many payloads there are with which it unwinds as killed.
    pub(crate) kill_unwinds: AtomicU32,
    pub(crate) work: W,
}
// ANCHOR_END: task

// ANCHOR: send
// SAFETY: a task is shared with other OS threads by handles and messages. All
// fields but three may be read and written from anywhere. `pid` and `last_gift`
// are used by the thread's own core alone, except that whoever makes a task
// elsewhere leaves them empty. `work` has the function, which may not be `Send`, and the slot:
// - The function is put in where the task is made, which is on the core unless
//   the function is `Send`. It is taken out on the core, by `run` or `forget`,
//   before the run ends: whatever is in the PCB table is run or forgotten by
//   `Core::shut_down`, and what never got there was made from a `Send` function.
// - The slot is emptied by the handle or by the thread. The handle leaves its OS
//   thread only if the result is `Send`; the thread stays on the core. If a
//   handle is forgotten, so is its share of the task, and nobody drops the slot.
unsafe impl<W: ?Sized> Send for Task<W> {}
// SAFETY: as above.
unsafe impl<W: ?Sized> Sync for Task<W> {}
// ANCHOR_END: send

/// What a thread does from its beginning to its end, for those who need not
/// know what exactly.
// ANCHOR: work
pub(crate) trait Work {
    /// Does it, result and panic included. Called once; does not unwind.
    fn run(&self, start: Start);

    /// Drops it, if nobody has begun.
    fn forget(&self);

    /// The [`Slot`] for the result.
    fn slot(&self) -> &dyn Any;
}

/// How a thread begins.
pub(crate) enum Start {
    /// With what it was made for.
    Run,
    /// At its end: what it was made for is dropped unused, and this is what
    /// the joiner gets.
    Never(Box<dyn Any + Send>),
}
// ANCHOR_END: work

/// A function to be called once, and the place for what it returns.
// ANCHOR: job
pub(crate) struct Job<F, T> {
    function: Cell<Option<F>>,
    slot: Slot<T>,
}

impl<F, T> Job<F, T> {
    pub(crate) fn new(function: F) -> Self {
        Self {
            function: Cell::new(Some(function)),
            slot: Slot::new(),
        }
    }
}
// ANCHOR_END: job

// ANCHOR: job_work
impl<F, T> Work for Job<F, T>
where
    F: FnOnce() -> T,
    T: 'static,
{
    fn run(&self, start: Start) {
        let Some(function) = self.function.take() else {
            return;
        };
        let result = match start {
            Start::Run => catch_unwind(AssertUnwindSafe(function)).map_err(as_seen_by_joiner),
            Start::Never(reason) => {
                drop_quietly(function);
                Err(reason)
            }
        };
        if let Some(unwanted) = self.slot.keep(result) {
            drop_quietly(unwanted);
        }
    }

    fn forget(&self) {
        drop_quietly(self.function.take());
    }

    fn slot(&self) -> &dyn Any {
        &self.slot
    }
}
// ANCHOR_END: job_work

impl Task {
    // ANCHOR: started
    pub(crate) fn is_started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }

    /// Marks the thread as started; false if it was before.
    pub(crate) fn set_started(&self) -> bool {
        !self.started.swap(true, Ordering::Relaxed)
    }
    // ANCHOR_END: started

    /// The runtime ends before the thread had its first turn: drops what it was
    /// made for. Whoever joins it all the same gets no result.
    // ANCHOR: give_up
    pub(crate) fn give_up(&self) {
        self.work.forget();
        if self.is_started() {
            self.end.announce();
        }
    }

    /// Takes the mark back: there is no runtime in which it could start. Who
    /// saw the mark and waits is told to look again.
    pub(crate) fn set_not_started(&self) {
        self.started.store(false, Ordering::Relaxed);
        self.end.announce();
    }

    /// The thread's name for the kernel. Only for its own core.
    #[inline]
    pub(crate) fn pid(&self) -> Pid {
        self.pid.get().expect("the core has made a PCB for it")
    }
    // ANCHOR_END: give_up

    /// Writes the message about an overflow of the thread's stack. Takes no
    /// lock and no memory.
    // ANCHOR: write_overflow
    pub(crate) fn write_overflow(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let kib = self.stack_size.bytes() >> 10;
        let more = 2 * kib;
        // The main thread is made first, by `run`.
        let builder = if self.ident == MAIN {
            "runtime"
        } else {
            "thread"
        };
        out.write_str("\ngreen thread '")?;
        self.name.write_to(out)?;
        write!(
            out,
            "' has overflowed its stack of {kib} KiB\n\
             it was made at {}\n\
             give it more with {builder}::Builder::stack_size({more} * 1024), \
             or give every thread more with RUNTIME_STACK_SIZE={more}K\n",
            self.name.made_at(),
        )
    }
    // ANCHOR_END: write_overflow
}

/// The thread's name.
// ANCHOR: display
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name.get())
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("ident", &self.ident)
            .field("name", &self.name.get())
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: display
