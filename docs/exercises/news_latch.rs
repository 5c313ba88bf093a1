//! A latch: who waits is let on when it is open, and not before.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime::thread::{self, Thread};

/// Whether it is open, and who waits until it is.
#[derive(Default)]
struct Latch {
    open: Cell<bool>,
    waiting: RefCell<Vec<Thread>>,
}

/// What the reader begins with.
mod start {
    use super::{Latch, thread};

    // ANCHOR: start
    pub(super) fn wait(latch: &Latch) {
        latch.waiting.borrow_mut().push(thread::current());
        thread::park();
    }

    pub(super) fn open(latch: &Latch) {
        latch.open.set(true);
        for thread in latch.waiting.take() {
            thread.unpark();
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    pub(super) use super::start::open;
    use super::{Latch, thread};

    // ANCHOR: solution
    pub(super) fn wait(latch: &Latch) {
        while !latch.open.get() {
            latch.waiting.borrow_mut().push(thread::current());
            thread::park();
        }
    }
    // ANCHOR_END: solution
}

type Answer = fn(&Latch);

pub(super) fn check_start() {
    check(start::wait, start::open);
}

pub(super) fn check_solution() {
    check(solution::wait, solution::open);
}

fn check(wait: Answer, open: Answer) {
    // Whoever has been unparked before, for another reason, waits all the same.
    let (early, late) = runtime::run(move || {
        let latch = Rc::new(Latch::default());
        let theirs = Rc::clone(&latch);
        let waiting = thread::spawn(move || {
            thread::current().unpark();
            wait(&theirs);
            theirs.open.get()
        });
        thread::yield_now();
        let early = !waiting.is_alive();
        open(&latch);
        (early, waiting.join().unwrap())
    });
    assert!(!early && late, "it was let on before the latch was open");
    // Who comes late need not wait. If it did, the run would end with a report.
    runtime::Builder::new()
        .run(move || {
            let latch = Latch::default();
            open(&latch);
            wait(&latch);
        })
        .expect("the latch is open");
}
