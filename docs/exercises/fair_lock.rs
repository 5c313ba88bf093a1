//! A lock of the reader's own, which is handed from each thread to the next.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use runtime::sync::Mutex;
use runtime::thread::{self, Thread};

/// What such a lock consists of.
#[derive(Default)]
struct Cells {
    taken: Cell<bool>,
    line: RefCell<VecDeque<Thread>>,
}

/// What the reader begins with.
mod start {
    use super::{Cells, thread};

    // ANCHOR: start
    pub(super) fn lock(cells: &Cells) {
        while cells.taken.get() {
            cells.line.borrow_mut().push_back(thread::current());
            thread::park();
        }
        cells.taken.set(true);
    }

    pub(super) fn unlock(cells: &Cells) {
        cells.taken.set(false);
        if let Some(next) = cells.line.borrow_mut().pop_front() {
            next.unpark();
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Cells, thread};

    // ANCHOR: solution
    pub(super) fn lock(cells: &Cells) {
        if cells.taken.replace(true) {
            cells.line.borrow_mut().push_back(thread::current());
            thread::park();
        }
    }

    pub(super) fn unlock(cells: &Cells) {
        match cells.line.borrow_mut().pop_front() {
            Some(next) => next.unpark(),
            None => cells.taken.set(false),
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::lock, start::unlock);
}

pub(super) fn check_solution() {
    check(solution::lock, solution::unlock);
}

/// The order in which two threads sign, who want to do so three times each, and let the
/// other one run while they have the lock.
fn signatures(with_lock: impl Fn(&dyn Fn())) -> String {
    let book = RefCell::new(String::new());
    thread::scope(|scope| {
        for name in ["A", "B"] {
            let (book, with_lock) = (&book, &with_lock);
            scope.spawn(move || {
                for _ in 0..3 {
                    with_lock(&|| {
                        thread::yield_now();
                        book.borrow_mut().push_str(name);
                    });
                }
            });
        }
    });
    book.into_inner()
}

/// The reader's lock goes round as the runtime's does.
fn check(lock: fn(&Cells), unlock: fn(&Cells)) {
    runtime::run(move || {
        let mutex = Mutex::new(());
        let right = signatures(|work| {
            let _guard = mutex.lock().unwrap();
            work();
        });
        let cells = Rc::new(Cells::default());
        let answer = signatures(|work| {
            lock(&cells);
            work();
            unlock(&cells);
        });
        assert_eq!(answer, right);
    });
}
