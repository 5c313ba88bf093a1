//! A lock that is handed from each to the next, made of `park` and `unpark`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use runtime::thread::{self, Thread, ThreadId};

#[derive(Default)]
pub(super) struct Lock {
    holder: Cell<Option<ThreadId>>,
    line: RefCell<VecDeque<Thread>>,
}

/// What the reader begins with.
mod start {
    use super::{Lock, thread};

    // ANCHOR: start
    pub(super) fn lock(lock: &Lock) {
        while lock.holder.get().is_some() {
            lock.line.borrow_mut().push_back(thread::current());
            thread::park();
        }
        lock.holder.set(Some(thread::current().id()));
    }

    pub(super) fn unlock(lock: &Lock) {
        lock.holder.set(None); // Who gets it?
        if let Some(first) = lock.line.borrow_mut().pop_front() {
            first.unpark();
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Lock, thread};

    // ANCHOR: solution
    pub(super) fn lock(lock: &Lock) {
        let my_id = Some(thread::current().id());
        if lock.holder.get().is_none() {
            lock.holder.set(my_id);
            return;
        }
        lock.line.borrow_mut().push_back(thread::current());
        while lock.holder.get() != my_id {
            thread::park();
        }
    }

    pub(super) fn unlock(lock: &Lock) {
        let first = lock.line.borrow_mut().pop_front();
        lock.holder.set(first.as_ref().map(Thread::id));
        if let Some(first) = first {
            first.unpark();
        }
    }
    // ANCHOR_END: solution

    use super::Thread;
}

pub(super) fn check_start() {
    check(start::lock, start::unlock);
}

pub(super) fn check_solution() {
    check(solution::lock, solution::unlock);
}

/// Three take the lock again and again, and wait while they have it.
fn check(lock: fn(&Lock), unlock: fn(&Lock)) {
    runtime::run(move || {
        let shared: Rc<(Lock, RefCell<String>)> = Rc::default();
        let threads = ["a", "b", "c"].map(|name| {
            let shared = Rc::clone(&shared);
            thread::spawn(move || {
                let (own, turns) = &*shared;
                for _ in 0..3 {
                    lock(own);
                    turns.borrow_mut().push_str(name);
                    thread::yield_now();
                    turns.borrow_mut().push_str(name);
                    unlock(own);
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*shared.1.borrow(), "aabbccaabbccaabbcc");
    });
}
