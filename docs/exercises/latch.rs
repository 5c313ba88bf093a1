//! A latch: nobody gets past it until it was counted down to zero.

use std::rc::Rc;

use runtime::sync::{Condvar, Mutex};
use runtime::thread::{self, Builder, JoinHandle};

struct Latch {
    left: Mutex<u32>,
    changed: Condvar,
}

/// What the reader begins with.
mod start {
    use super::Latch;

    // ANCHOR: start
    pub(super) fn count_down(latch: &Latch) {
        *latch.left.lock().unwrap() -= 1;
        latch.changed.notify_one();
    }

    pub(super) fn wait(latch: &Latch) {
        let left = latch.left.lock().unwrap();
        if *left > 0 {
            drop(latch.changed.wait(left));
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::Latch;

    // ANCHOR: solution
    pub(super) fn count_down(latch: &Latch) {
        let mut left = latch.left.lock().unwrap();
        *left -= 1;
        if *left == 0 {
            latch.changed.notify_all();
        }
    }

    pub(super) fn wait(latch: &Latch) {
        let left = latch.left.lock().unwrap();
        drop(latch.changed.wait_while(left, |left| *left > 0));
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::count_down, start::wait);
}

pub(super) fn check_solution() {
    check(solution::count_down, solution::wait);
}

/// How many of them have come past the latch.
fn past(threads: &[JoinHandle<()>]) -> usize {
    for _ in 0..3 {
        thread::yield_now();
    }
    threads.iter().filter(|thread| thread.is_finished()).count()
}

/// Three threads that wait, and a fourth that comes too late to have to.
fn check(count_down: fn(&Latch), wait: fn(&Latch)) {
    runtime::run(move || {
        let latch = Rc::new(Latch {
            left: Mutex::new(2),
            changed: Condvar::new(),
        });
        let waiter = || {
            let latch = Rc::clone(&latch);
            let builder = Builder::new().daemon(true);
            builder.spawn(move || wait(&latch)).unwrap()
        };
        let threads = [waiter(), waiter(), waiter()];
        assert_eq!(past(&threads), 0);
        count_down(&latch);
        assert_eq!(past(&threads), 0, "it was counted down once");
        latch.changed.notify_all();
        assert_eq!(past(&threads), 0, "nothing has changed");
        count_down(&latch);
        assert_eq!(past(&threads), 3);
        assert_eq!(past(&[waiter()]), 1);
    });
}
