//! Those who wait for a [`Condvar`](super::Condvar), and what becomes of a
//! notification.

use std::cell::Cell;
use std::panic::Location;

use kernel_sim::kernel::pid::Pid;

use crate::sync::core_bound::Idle;
use crate::sync::last_use::LastUse;
use crate::sync::object::{Object, State};
use crate::sync::wait_queue::{WaitQueue, wake};

/// Those who wait to be notified.
// ANCHOR: waiters
pub(super) struct Waiters {
    pub(super) line: WaitQueue,
    /// The address of the mutex with which they came.
    mutex: Cell<usize>,
    /// The number of their group. Whoever finds nobody waiting begins a new one.
    group: Cell<u64>,
    last_notified: LastUse,
}
// ANCHOR_END: waiters

impl Waiters {
    // ANCHOR: come_and_notify
    pub(super) const fn new() -> Self {
        Self {
            line: WaitQueue::new(),
            mutex: Cell::new(0),
            group: Cell::new(0),
            last_notified: LastUse::new(),
        }
    }

    /// Somebody comes to wait, with the mutex at that address. Gives the number
    /// of its group; `None` if those who wait have come with another mutex.
    #[inline(always)]
    pub(super) fn come(&self, mutex: usize) -> Option<u64> {
        if self.line.is_empty() {
            self.mutex.set(mutex);
            self.group.set(self.group.get() + 1);
        }
        (self.mutex.get() == mutex).then_some(self.group.get())
    }

    /// Lets the first `n` go on, or all if they are fewer.
    #[inline]
    pub(super) fn notify(&self, n: usize, at: &'static Location<'static>) {
        self.last_notified.note(at);
        if !self.line.is_empty() {
            wake(|waker| (0..n).all(|_| waker.first(&self.line).is_some()));
        }
    }
    // ANCHOR_END: come_and_notify
}

// ANCHOR: idle
impl Idle for Waiters {
    fn is_idle(&self) -> bool {
        self.line.is_empty()
    }

    fn abandon(&self) {
        self.line.forget_all();
    }
}

impl State for Waiters {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let nobody = "nobody has done so";
        let last = self
            .last_notified
            .describe("the last to do so was", nobody, name);
        format!("whoever notifies it: {last}")
    }
}
// ANCHOR_END: idle

/// A notification whose thread has not come back from its wait yet. Dropped, it
/// is passed on, because the thread will never come back.
// ANCHOR: notified
pub(super) struct Notified<'a> {
    waiters: &'a Object<Waiters>,
    group: u64,
}

impl<'a> Notified<'a> {
    /// For a thread that came with that group.
    pub(super) fn new(waiters: &'a Object<Waiters>, group: u64) -> Self {
        Self { waiters, group }
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        self.waiters.with_held(|waiters| {
            // All of another group have come after the notification.
            if waiters.group.get() == self.group {
                wake(|waker| waker.first(&waiters.line));
            }
        });
    }
}
// ANCHOR_END: notified
