//! Models of a thread's end and of its result: what `join.rs` promises, in
//! every order in which a thread, its handle and those who wait can come.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::thread;

use super::join::{End, Slot};
use crate::explore::{ALL_ORDERS, TWO_PREEMPTIONS, assert_outcomes, note, sleeps};
use crate::os::{Cell, Instant};

/// A thread, as far as its joiners know it.
struct Task {
    /// Stands for all that the thread did. It shows that the orders of `End`
    /// are needed, which the slot does not: it has an order of its own, and in
    /// loom every swap meets the newest value.
    work: Cell<bool>,
    slot: Slot<Counted>,
    end: End,
    drops: Arc<AtomicUsize>,
}

/// A result that is counted when it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Task {
    // loom does not ask for `Send`: its threads take turns on one OS thread.
    #[expect(clippy::arc_with_non_send_sync)]
    fn new() -> Arc<Self> {
        Arc::new(Self {
            work: Cell::new(false),
            slot: Slot::new(),
            end: End::new(),
            drops: Arc::default(),
        })
    }

    /// What a thread does at its end.
    // ANCHOR: finish
    fn finish(&self) {
        self.work.set(true);
        let result = Ok(Counted(Arc::clone(&self.drops)));
        if self.slot.keep(result).is_some() {
            note("the thread drops the result");
        }
        self.end.announce();
    }
    // ANCHOR_END: finish

    /// Another thread that finishes `self`.
    fn start(self: &Arc<Self>) -> thread::JoinHandle<()> {
        let task = Arc::clone(self);
        thread::spawn(move || task.finish())
    }

    /// Another thread that waits for the end of `self`.
    fn start_joiner(self: &Arc<Self>) -> thread::JoinHandle<()> {
        let task = Arc::clone(self);
        thread::spawn(move || {
            task.end.wait();
            task.assert_ended();
        })
    }

    /// Whoever knows of the end sees all that the thread did.
    fn assert_ended(&self) {
        assert!(self.work.get());
        assert!(self.end.has_come(), "there is no end");
    }

    /// What a handle does that has seen the end.
    // ANCHOR: take_result
    fn take_result(&self) {
        self.assert_ended();
        assert!(self.slot.take().is_some(), "no result");
        assert!(self.slot.take().is_none(), "the result is there twice");
    }
    // ANCHOR_END: take_result

    /// What a handle does that has not seen the end. Twice, as when it is
    /// dropped after a join that came to nothing.
    fn give_up(&self) {
        if self.slot.take().is_some() {
            note("the handle drops the result");
        }
        assert!(self.slot.take().is_none(), "the result is there twice");
    }

    /// To be said when nobody is left who could do it.
    fn assert_dropped_once(&self) {
        let drops = self.drops.load(Ordering::Relaxed);
        assert_eq!(drops, 1, "so often the result was dropped");
    }
}

/// Whoever waits for the end, asleep or not, gets the result.
// ANCHOR: join
pub(crate) fn join() {
    let model = || {
        let task = Task::new();
        let thread = task.start();
        task.end.wait();
        task.take_result();
        thread.join().unwrap();
        task.assert_dropped_once();
        note(format!("{} slept", sleeps()));
    };
    assert_outcomes(ALL_ORDERS, model, ["0 slept", "1 slept"]);
}
// ANCHOR_END: join

/// A handle that does not wait leaves the result to the thread, or finds it.
// ANCHOR: detach
pub(crate) fn detach() {
    let model = || {
        let task = Task::new();
        let thread = task.start();
        task.give_up();
        thread.join().unwrap();
        task.assert_dropped_once();
    };
    let both = ["the handle drops the result", "the thread drops the result"];
    assert_outcomes(ALL_ORDERS, model, both);
}
// ANCHOR_END: detach

/// Whoever asks sees the end, and then gets the result, or does not see it yet.
pub(crate) fn is_alive() {
    let model = || {
        let task = Task::new();
        let thread = task.start();
        if task.end.has_come() {
            note("ended");
            task.take_result();
        } else {
            note("alive");
            task.give_up();
        }
        thread.join().unwrap();
        task.assert_dropped_once();
    };
    let all = [
        "alive",
        "ended",
        "the handle drops the result",
        "the thread drops the result",
    ];
    assert_outcomes(ALL_ORDERS, model, all);
}

/// A joiner gives up when its time is over, and one beside it does not.
pub(crate) fn join_timeout() {
    let model = || {
        let task = Task::new();
        let thread = task.start();
        let patient = task.start_joiner();
        if task.end.wait_until(Instant::after(1)) {
            note("ended in time");
            task.take_result();
        } else {
            note("timed out");
            task.give_up();
        }
        thread.join().unwrap();
        patient.join().unwrap();
        task.assert_dropped_once();
    };
    let all = [
        "ended in time",
        "the handle drops the result",
        "the thread drops the result",
        "timed out",
    ];
    assert_outcomes(TWO_PREEMPTIONS, model, all);
}

/// All who wait go on, and whoever comes late does not wait at all.
pub(crate) fn many_joiners() {
    let model = || {
        let task = Task::new();
        let thread = task.start();
        let others = [task.start_joiner(), task.start_joiner()];
        task.end.wait();
        task.assert_ended();
        thread.join().unwrap();
        for other in others {
            other.join().unwrap();
        }
        note(format!("{} slept", sleeps()));
        task.end.wait();
        assert!(task.end.wait_until(Instant::now()));
        task.take_result();
    };
    let all = ["0 slept", "1 slept", "2 slept", "3 slept"];
    assert_outcomes(TWO_PREEMPTIONS, model, all);
}
