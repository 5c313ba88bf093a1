//! Who runs what is done once, and who waits for that: the cells of
//! [`Once`](super::Once) that belong to one core at a time.

use std::cell::Cell;
use std::panic::Location;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Owner;

use super::{COMPLETE, POISONED};
use crate::sync::core_bound::Idle;
use crate::sync::exclusive::Holder;
use crate::sync::last_use::LastUse;
use crate::sync::object::State;
use crate::sync::wait_queue::{WaitQueue, wake};

/// Who runs it, and who waits for that.
// ANCHOR: attempt
pub(super) struct Attempt {
    runner: Cell<Option<Holder>>,
    /// Those with a function of their own: one of them is next.
    pub(super) callers: WaitQueue,
    /// Those that only wait.
    pub(super) waiters: WaitQueue,
    /// Those of them whom poison does not concern.
    pub(super) forced_waiters: WaitQueue,
    /// Who was the last to run it.
    last: LastUse,
}
// ANCHOR_END: attempt

impl Attempt {
    // ANCHOR: begin
    pub(super) const fn new() -> Self {
        Self {
            runner: Cell::new(None),
            callers: WaitQueue::new(),
            waiters: WaitQueue::new(),
            forced_waiters: WaitQueue::new(),
            last: LastUse::new(),
        }
    }

    /// The caller runs it, if nobody does. If a caller waits, somebody runs it.
    pub(super) fn begin(&self, at: &'static Location<'static>) -> bool {
        let free = self.runner.get().is_none();
        if free {
            self.sign(at);
        }
        free
    }

    /// Its new runner says so itself.
    pub(super) fn sign(&self, at: &'static Location<'static>) {
        self.runner.set(Some(Holder::here()));
        self.last.note(at);
    }
    // ANCHOR_END: begin

    /// Lets all go on whom that concerns, or hands it to the first that called.
    // ANCHOR: end
    pub(super) fn end(&self, phase: u8) {
        wake(|waker| {
            if phase == COMPLETE {
                waker.all(&self.callers);
                waker.all(&self.waiters);
                waker.all(&self.forced_waiters);
            }
            let next = waker.first(&self.callers);
            self.runner.set(next.map(Holder::handed_to));
            if phase == POISONED {
                waker.all(&self.waiters);
            }
        });
    }
    // ANCHOR_END: end
}

// ANCHOR: state
impl Idle for Attempt {
    fn is_idle(&self) -> bool {
        let lines = [&self.callers, &self.waiters, &self.forced_waiters];
        self.runner.get().is_none() && lines.iter().all(|line| line.is_empty())
    }

    fn abandon(&self) {
        self.callers.forget_all();
        self.waiters.forget_all();
        self.forced_waiters.forget_all();
    }
}

impl State for Attempt {
    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        let runner = self.runner.get();
        if let Some(owner) = runner.and_then(|runner| runner.firm_owner()) {
            visit(owner);
        }
    }

    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let last = |the_last_was| {
            self.last
                .describe(the_last_was, "nobody has tried to", name)
        };
        match self.runner.get() {
            Some(_) => format!("{}, which initialises it", last("only")),
            None => format!("whoever initialises it: {}", last("the last to try was")),
        }
    }

    fn verb(&self, _line: &WaitQueue) -> &'static str {
        "being initialised by"
    }

    fn letting_go(&self) -> &'static str {
        "finishing it"
    }
}
// ANCHOR_END: state
