//! One thread, for all who know it. Its PCB, its seat and its handles share
//! one allocation: what is known of the thread, what it has to do, and what
//! came of it.

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use kernel_sim::kernel::pid::Pid;

use super::name::Name;
use crate::join::{End, Slot};
use crate::panic::as_seen_by_joiner;
use crate::stack::StackSize;

pub(crate) struct Task<W: ?Sized = dyn Work> {
    pub(crate) pid: Pid,
    /// The run that the thread belongs to.
    pub(crate) core_id: u64,
    pub(crate) name: Name,
    pub(crate) daemon: bool,
    pub(crate) stack_size: StackSize,
    pub(crate) started: AtomicBool,
    pub(crate) end: End,
    pub(crate) work: W,
}

/// What a thread does from its beginning to its end, for those who need not
/// know what exactly.
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

/// A function to be called once, and the place for what it returns.
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
                // The panic hook has reported what a destructor has to say.
                let _ = catch_unwind(AssertUnwindSafe(|| drop(function)));
                Err(reason)
            }
        };
        if let Some(unwanted) = self.slot.keep(result) {
            // Nobody will join. The result's destructor may panic as well.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(unwanted)));
        }
    }

    fn forget(&self) {
        drop(self.function.take());
    }

    fn slot(&self) -> &dyn Any {
        &self.slot
    }
}

impl Task {
    pub(crate) fn is_started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }

    pub(crate) fn set_started(&self) {
        self.started.store(true, Ordering::Relaxed);
    }

    /// Writes the message about an overflow of the thread's stack. Takes no
    /// lock and no memory.
    pub(crate) fn write_overflow(&self, out: &mut impl fmt::Write) -> fmt::Result {
        let kib = self.stack_size.bytes() >> 10;
        out.write_str("\ngreen thread '")?;
        self.name.write_to(out)?;
        write!(
            out,
            "' has overflowed its stack of {kib} KiB\n\
             it was made at {}\n\
             give it more with thread::Builder::stack_size({} * 1024), \
             or give every thread more with RUNTIME_STACK_SIZE={}K\n",
            self.name.made_at(),
            2 * kib,
            2 * kib,
        )
    }
}

/// The thread's name.
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name.get())
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("ident", &self.pid.ident())
            .field("name", &self.name.get())
            .finish_non_exhaustive()
    }
}
