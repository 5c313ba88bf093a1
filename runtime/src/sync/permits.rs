//! What semaphores count, and who waits for it.

use std::cell::Cell;
use std::panic::Location;

use kernel_sim::kernel::pid::Pid;

use super::core_bound::Idle;
use super::last_use::LastUse;
use super::object::State;
use super::wait_queue::{WaitQueue, wake};

/// The permits of a semaphore. If somebody waits, nothing is free.
// ANCHOR: permits
pub(super) struct Permits {
    /// How many there may be.
    most: usize,
    /// How many there are: those that are free, and those of guards. Whoever
    /// was let on and has not run yet is as good as a guard.
    all: Cell<usize>,
    free: Cell<usize>,
    pub(super) line: WaitQueue,
    pub(super) last_acquire: LastUse,
    last_release: LastUse,
}
// ANCHOR_END: permits

impl Permits {
    // ANCHOR: new_and_take
    pub(super) const fn new(permits: usize, most: usize) -> Self {
        Self {
            most,
            all: Cell::new(permits),
            free: Cell::new(permits),
            line: WaitQueue::new(),
            last_acquire: LastUse::new(),
            last_release: LastUse::new(),
        }
    }

    /// How many could be had now.
    pub(super) fn free(&self) -> usize {
        self.free.get()
    }

    /// Takes one for a guard, if one is free.
    #[inline(always)]
    pub(super) fn take(&self) -> bool {
        let free = self.free.get();
        if free > 0 {
            self.free.set(free - 1);
        }
        free > 0
    }
    // ANCHOR_END: new_and_take

    /// A guard is gone.
    // ANCHOR: give_back
    #[inline(always)]
    pub(super) fn give_back(&self) {
        self.free.set(self.free.get() + 1);
        if !self.line.is_empty() {
            self.hand_over();
        }
    }

    /// A guard is gone, and its permit with it.
    pub(super) fn forget(&self) {
        self.all.set(self.all.get() - 1);
    }
    // ANCHOR_END: give_back

    /// Adds `n`; false, and does not, if those are too many.
    // ANCHOR: release
    pub(super) fn release(&self, n: usize, at: &'static Location<'static>) -> bool {
        let fits = n <= self.most - self.all.get();
        if fits {
            self.last_release.note(at);
            self.all.set(self.all.get() + n);
            self.free.set(self.free.get() + n);
            self.hand_over();
        }
        fits
    }

    fn guards(&self) -> usize {
        self.all.get() - self.free.get()
    }
    // ANCHOR_END: release

    /// Hands what is free to those that wait.
    // ANCHOR: hand_over
    #[inline(never)]
    fn hand_over(&self) {
        wake(|waker| {
            // Taken before: a policy that comes here too finds none that is free.
            while self.take() {
                if waker.first(&self.line).is_none() {
                    self.free.set(self.free.get() + 1);
                    break;
                }
            }
        });
    }
    // ANCHOR_END: hand_over
}

// ANCHOR: idle
impl Idle for Permits {
    fn is_idle(&self) -> bool {
        self.guards() == 0 && self.line.is_empty()
    }

    fn abandon(&self) {
        self.line.forget_all();
    }
}

impl State for Permits {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let guards = match self.guards() {
            0 => "no guard is left".into(),
            1 => "1 guard is left".into(),
            guards => format!("{guards} guards are left"),
        };
        let acquire =
            self.last_acquire
                .describe("the last to acquire was", "nobody has acquired", name);
        let release = self.last_release.describe(
            "the last to call release was",
            "nobody has called release",
            name,
        );
        format!("whoever releases: {guards}, {acquire}, {release}")
    }
}
// ANCHOR_END: idle
