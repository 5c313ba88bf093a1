//! A queue whose store fails when it is told to, after `FailingQueueTest` of CPython's
//! Lib/test/test_queue.py.

use std::cell::Cell;
use std::collections::VecDeque;

use runtime::queue::{Buffer, Store};
use runtime::thread;

use crate::bunch::{bunch, caught};
use crate::support::run;

thread_local! {
    static FAIL_NEXT_PUSH: Cell<bool> = const { Cell::new(false) };
    static FAIL_NEXT_POP: Cell<bool> = const { Cell::new(false) };
}

/// A store that fails when it is told to.
struct Failing(VecDeque<u32>);

impl Store for Failing {
    type Item = u32;
    const NAME: &str = "FailingQueue";
    const EMPTY: Self = Failing(VecDeque::new());

    fn push(&mut self, item: u32) {
        assert!(!FAIL_NEXT_PUSH.take(), "you lose");
        self.0.push_back(item);
    }

    fn pop(&mut self) -> Option<u32> {
        assert!(!FAIL_NEXT_POP.take(), "you lose");
        self.0.pop_front()
    }
}

#[test]
fn a_put_that_fails_leaves_the_queue_as_it_was() {
    run(|| {
        let queue = Buffer::<Failing>::bounded(2);
        queue.put(1).unwrap();
        FAIL_NEXT_PUSH.set(true);
        caught(|| queue.try_put(2));
        assert_eq!((queue.len(), queue.is_full()), (1, false));
        queue.put(2).unwrap();
        assert!(queue.is_full());
        assert_eq!([queue.get(), queue.get()], [Ok(1), Ok(2)]);
    });
}

#[test]
fn a_put_that_has_waited_and_fails_leaves_the_place_to_others() {
    run(|| {
        let queue = Buffer::<Failing>::bounded(1);
        queue.put(1).unwrap();
        thread::scope(|scope| {
            bunch(scope, 1, || drop(caught(|| queue.put(2))));
            bunch(scope, 1, || queue.put(3).unwrap());
            FAIL_NEXT_PUSH.set(true);
            assert_eq!(queue.get(), Ok(1));
        });
        assert_eq!(queue.get(), Ok(3));
        assert!(queue.is_empty());
    });
}

#[test]
fn a_get_that_fails_leaves_the_item_to_others() {
    run(|| {
        let queue = Buffer::<Failing>::bounded(2);
        queue.put(1).unwrap();
        FAIL_NEXT_POP.set(true);
        caught(|| queue.get());
        assert_eq!(queue.len(), 1);
        assert_eq!(queue.get(), Ok(1));
        assert!(queue.is_empty());
    });
}

#[test]
fn a_get_that_has_waited_and_fails_leaves_the_item_to_others() {
    run(|| {
        let queue = Buffer::<Failing>::new();
        thread::scope(|scope| {
            bunch(scope, 1, || drop(caught(|| queue.get())));
            FAIL_NEXT_POP.set(true);
            queue.put(1).unwrap();
        });
        assert_eq!((queue.len(), queue.get()), (1, Ok(1)));
    });
}

#[test]
fn a_join_is_not_held_up_by_a_put_that_failed() {
    run(|| {
        let queue = Buffer::<Failing>::new();
        FAIL_NEXT_PUSH.set(true);
        caught(|| queue.put(1));
        queue.join();
        assert!(queue.task_done().is_err());
    });
}
