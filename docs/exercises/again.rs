//! A lock that its thread may take again, made of one that belongs to nobody.

use std::cell::{Cell, RefCell};

use runtime::sync::{Lock, ReentrantLock};
use runtime::thread::{self, ThreadId};

/// What such a lock consists of.
#[derive(Default)]
struct Again {
    lock: Lock,
    owner: Cell<Option<ThreadId>>,
    depth: Cell<u32>,
}

/// What the reader begins with.
mod start {
    use super::Again;

    // ANCHOR: start
    pub(super) fn enter(again: &Again) {
        again.lock.acquire();
        again.depth.set(again.depth.get() + 1);
    }

    pub(super) fn leave(again: &Again) {
        again.depth.set(again.depth.get() - 1);
        if again.depth.get() == 0 {
            again.lock.release().unwrap();
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Again, thread};

    // ANCHOR: solution
    pub(super) fn enter(again: &Again) {
        let me = Some(thread::current().id());
        if again.owner.get() != me {
            again.lock.acquire();
            again.owner.set(me);
        }
        again.depth.set(again.depth.get() + 1);
    }

    pub(super) fn leave(again: &Again) {
        again.depth.set(again.depth.get() - 1);
        if again.depth.get() == 0 {
            again.owner.set(None);
            again.lock.release().unwrap();
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::enter, start::leave);
}

pub(super) fn check_solution() {
    check(solution::enter, solution::leave);
}

/// Two threads that go in twice, come out once, and so on, and write down their names
/// whenever they are in.
fn names(enter: &dyn Fn(), leave: &dyn Fn()) -> String {
    let book = RefCell::new(String::new());
    let sign = |name: char| {
        thread::yield_now();
        book.borrow_mut().push(name);
    };
    let stay = |name| {
        enter();
        sign(name);
        enter();
        sign(name);
        leave();
        sign(name);
        leave();
    };
    thread::scope(|scope| {
        for name in ['A', 'B'] {
            scope.spawn(move || (0..2).for_each(|_| stay(name)));
        }
    });
    book.into_inner()
}

fn check(enter: fn(&Again), leave: fn(&Again)) {
    runtime::run(move || {
        let (lock, guards) = (ReentrantLock::new(()), RefCell::new(Vec::new()));
        let lock_it = || {
            let guard = lock.lock();
            guards.borrow_mut().push(guard);
        };
        let unlock = || {
            let guard = guards.borrow_mut().pop();
            drop(guard);
        };
        let right = names(&lock_it, &unlock);
        let again = Again::default();
        assert_eq!(names(&|| enter(&again), &|| leave(&again)), right);
    });
}
