//! How many items are not done yet, and who waits until all are. It knows
//! nothing of what is in the queue.

use std::cell::Cell;
use std::panic::Location;
use std::time::Duration;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Signal;

use super::error::TaskDoneError;
use crate::error::Refused;
use crate::hint;
use crate::panic::unwind_killed;
use crate::sync::core_bound::Idle;
use crate::sync::last_use::LastUse;
use crate::sync::object::{Object, State};
use crate::sync::wait_queue::{WaitQueue, wake};

/// What was put and is not done.
// ANCHOR: tasks
pub(super) struct Tasks(Object<Unfinished>);

struct Unfinished {
    number: Cell<usize>,
    joiners: WaitQueue,
    last_done: LastUse,
}
// ANCHOR_END: tasks

impl Tasks {
    // ANCHOR: new
    #[track_caller]
    pub(super) const fn new(kind: &'static str, name: Option<&'static str>) -> Self {
        let unfinished = Unfinished {
            number: Cell::new(0),
            joiners: WaitQueue::new(),
            last_done: LastUse::new(),
        };
        Self(Object::new(kind, name, unfinished))
    }
    // ANCHOR_END: new

    /// One more.
    // ANCHOR: add_done
    #[inline(always)]
    #[track_caller]
    pub(super) fn add(&self) {
        self.0
            .with(|tasks| tasks.number.set(tasks.number.get() + 1));
    }

    /// One is done. If it is the last, all who wait go on.
    #[inline]
    #[track_caller]
    pub(super) fn done(&self) -> Result<(), TaskDoneError> {
        let at = Location::caller();
        let done = self.0.with(|tasks| {
            let left = tasks.number.get().checked_sub(1)?;
            tasks.number.set(left);
            tasks.last_done.note(at);
            if left == 0 && !tasks.joiners.is_empty() {
                wake(|waker| waker.all(&tasks.joiners));
            }
            Some(())
        });
        done.ok_or_else(|| TaskDoneError {
            object: self.0.label.to_string(),
        })
    }
    // ANCHOR_END: add_done

    /// Waits until all are done; false if the time was up.
    // ANCHOR: join
    #[track_caller]
    pub(super) fn join(&self, timeout: Option<Duration>) -> bool {
        if self.are_done() {
            return true;
        }
        if timeout == Some(Duration::ZERO) {
            hint::spin_loop();
            return self.are_done();
        }
        match self.0.wait(|tasks| &tasks.joiners, timeout) {
            Ok(Signal::Continue) => true,
            Ok(Signal::TimedOut) => self.are_done(),
            // All were let on: there is nobody to pass it on to.
            Ok(Signal::Kill { .. }) => unwind_killed(),
            Err(Refused::Unwinding) if timeout.is_some() => false,
            Err(why) => self.0.refuse(why),
        }
    }

    #[track_caller]
    fn are_done(&self) -> bool {
        self.0.with(|tasks| tasks.number.get() == 0)
    }
    // ANCHOR_END: join
}

// ANCHOR: idle
impl Idle for Unfinished {
    fn is_idle(&self) -> bool {
        self.joiners.is_empty()
    }

    fn abandon(&self) {
        self.joiners.forget_all();
    }
}

impl State for Unfinished {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let number = match self.number.get() {
            1 => "1 item is not done".into(),
            number => format!("{number} items are not done"),
        };
        let nobody = "nobody has called it yet";
        let last = self
            .last_done
            .describe("the last to call it was", nobody, name);
        format!("whoever calls task_done: {number}, {last}")
    }
}
// ANCHOR_END: idle
