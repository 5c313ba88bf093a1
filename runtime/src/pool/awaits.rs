//! When a run may end that has pools: not before the tasks are done, and without
//! waiting for workers that have nothing to do.
//!
//! So a pool that somebody forgets, or that a daemon has, keeps no program from its
//! end. Python does the same with a hook at its exit.

use crate::current;
use crate::place::{self, Place};

/// As long as this is there, the run waits for one more, or for one less.
pub(super) struct Awaits {
    run: Place,
    more: isize,
}

impl Awaits {
    /// A task is to be done.
    pub(super) fn task() -> Self {
        Self::begin(1)
    }

    /// The running worker, which is no daemon, has nothing to do.
    pub(super) fn not_the_worker() -> Self {
        Self::begin(-1)
    }

    fn begin(more: isize) -> Self {
        count(more);
        let run = place::run();
        Self { run, more }
    }
}

impl Drop for Awaits {
    fn drop(&mut self) {
        // A future may be there longer than its run.
        if self.run == place::run() {
            count(-self.more);
        }
    }
}

fn count(more: isize) {
    current::try_core(|core| {
        let awaited = core.awaited.get();
        core.awaited.set(awaited.wrapping_add_signed(more));
    });
}
