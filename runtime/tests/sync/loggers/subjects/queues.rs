//! The ways to wait for a queue.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use runtime::queue::{LifoQueue, PriorityQueue, Queue};

use super::{Subject, ever, pause, three_times};

pub(super) fn getters() -> Subject {
    let queue = ever(Queue::new());
    Subject {
        holds: Box::new(|| {
            pause();
            three_times(|| queue.put(()).unwrap());
        }),
        waits: Box::new(|_| queue.get().unwrap()),
        touches: Box::new(|| {
            assert!(queue.try_get().is_err(), "it is for those that wait");
            None
        }),
        is_well: Box::new(|| assert!(queue.is_empty())),
    }
}

pub(super) fn putters() -> Subject {
    let queue = ever(PriorityQueue::bounded(1));
    let got = ever(Cell::new(0));
    Subject {
        holds: Box::new(|| {
            got.set(0);
            while queue.try_get().is_ok() {}
            queue.put(0).unwrap();
            pause();
            let get_all = || {
                while got.get() < 4 {
                    queue.get().unwrap();
                    got.set(got.get() + 1);
                }
            };
            // An item with which the log panics is not lost.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(get_all)) {
                get_all();
                resume_unwind(payload);
            }
        }),
        waits: Box::new(|number| queue.put(number).unwrap()),
        touches: Box::new(|| {
            // It may be told before the holder has put anything.
            if queue.is_full() {
                assert!(queue.try_put(9).is_err(), "there is no room");
            }
            None
        }),
        is_well: Box::new(|| {
            while queue.try_get().is_ok() {
                got.set(got.get() + 1);
            }
            assert_eq!(got.get(), 4);
            assert!(queue.try_put(0).is_ok());
            assert!(queue.try_put(0).is_err(), "there is room for one");
        }),
    }
}

pub(super) fn joiners() -> Subject {
    let queue = ever(LifoQueue::new());
    Subject {
        holds: Box::new(|| {
            queue.put(()).unwrap();
            pause();
            // One that was killed has left its own.
            while queue.task_done().is_ok() {}
        }),
        waits: Box::new(|_| queue.join()),
        touches: Box::new(|| {
            let _ = queue.len();
            None
        }),
        is_well: Box::new(|| queue.join()),
    }
}

pub(super) fn shutdown() -> Subject {
    let queue = ever(Queue::<u32>::new());
    Subject {
        holds: Box::new(|| {
            pause();
            queue.shutdown();
        }),
        waits: Box::new(|_| assert!(queue.get().is_err())),
        touches: Box::new(|| {
            assert!(queue.try_get().is_err());
            None
        }),
        is_well: Box::new(|| assert!(queue.get().is_err())),
    }
}
