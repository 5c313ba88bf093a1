//! When a run may end that has pools: not before the tasks are done, and without
//! waiting for workers that have nothing to do.
//!
//! So a pool that somebody forgets, or that a daemon has, keeps no program from its
//! end. Python does the same with a hook at its exit.

use std::cell::Cell;

use crate::current;
use crate::place::{self, Place};

/// The run waits for one task more, until it is done or dropped.
// ANCHOR: awaited_task
pub(super) struct AwaitedTask {
    /// 0 if none does, or does any more.
    run: Cell<Place>,
}
// ANCHOR_END: awaited_task

/// The run does not wait for the running worker, which has nothing to do.
// ANCHOR: idle_worker
pub(super) struct IdleWorker {
    run: Place,
}
// ANCHOR_END: idle_worker

// ANCHOR: awaited_task_impl
impl AwaitedTask {
    /// No run waits for the task of a daemon's pool.
    pub(super) fn new(is_daemons: bool) -> Self {
        let run = match is_daemons {
            true => 0,
            false => place::run(),
        };
        if run != 0 {
            count(1);
        }
        Self {
            run: Cell::new(run),
        }
    }

    pub(super) fn done(&self) {
        let run = self.run.replace(0);
        // A future may be there longer than its run.
        if run != 0 && run == place::run() {
            count(-1);
        }
    }
}

impl Drop for AwaitedTask {
    fn drop(&mut self) {
        self.done();
    }
}
// ANCHOR_END: awaited_task_impl

// ANCHOR: idle_worker_impl
impl IdleWorker {
    pub(super) fn new() -> Self {
        count(-1);
        let run = place::run();
        Self { run }
    }
}

impl Drop for IdleWorker {
    fn drop(&mut self) {
        if self.run == place::run() {
            count(1);
        }
    }
}

fn count(more: isize) {
    current::try_core(|core| {
        let awaited = core.awaited.get();
        core.awaited.set(awaited.wrapping_add_signed(more));
    });
}
// ANCHOR_END: idle_worker_impl
