//! `queue.Queue`, `LifoQueue` and `PriorityQueue`, after CPython's Lib/test/test_queue.py:
//! here the same names in `runtime::queue`. What all three have to do is shown for each of
//! them.
//!
//! Does not apply: negative timeouts, `SimpleQueue` (a `Queue` without a bound is one), and
//! that the garbage collector comes in the middle of a call; here a destructor may.
//!
//! Differs on purpose:
//!
//! - A queue without a bound is made by `new`. A `maxsize` of 0 or less, which means that in
//!   Python, is refused.
//! - The item that was not put is in the error.
//! - Those that `join` go on when all is done once, even if somebody puts something before
//!   they run.
//! - Of equal priorities the first one comes first, which Python does not promise.
//! - `shutdown_now` gives what was left.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use runtime::queue::{
    Buffer, GetError, LifoQueue, PriorityQueue, PutError, Queue, ShutDown, Store,
};
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, caught, finished, settle};
use crate::support::{Counter, run};

/// A test that all three kinds of queues have to pass.
macro_rules! for_each_kind {
    ($($demand:ident)*) => {
        $(
            #[test]
            fn $demand() {
                run(all::$demand::<VecDeque<u32>>);
                run(all::$demand::<Vec<u32>>);
                run(all::$demand::<runtime::queue::Sorted<u32>>);
            }
        )*
    };
}

for_each_kind! {
    a_queue_of_some_size_is_full_with_so_many
    a_put_into_a_full_queue_waits_for_a_get
    a_get_from_an_empty_queue_waits_for_a_put
    a_put_or_get_that_does_not_wait_fails_at_once
    a_put_or_get_ends_with_its_timeout
    a_put_or_get_with_a_timeout_ends_when_it_can
    a_queue_can_be_filled_and_emptied_again
    as_many_items_come_out_as_were_put_in
    a_join_waits_until_all_that_was_put_is_done
    a_queue_can_be_joined_again
    task_done_for_more_than_was_put_is_refused
    a_join_of_a_queue_that_was_never_used_returns_at_once
    a_queue_that_is_shut_down_takes_nothing_more
    a_queue_that_is_shut_down_gives_what_is_left
    an_empty_queue_that_is_shut_down_gives_nothing
    a_shutdown_ends_the_gets_that_wait
    a_shutdown_ends_the_puts_that_wait
    a_shutdown_leaves_those_that_join_waiting_for_what_is_left
    an_immediate_shutdown_empties_the_queue
    an_immediate_shutdown_ends_a_join
    a_shutdown_may_be_said_again_and_then_immediately
    a_worker_ends_when_its_queue_is_shut_down
}

/// The demands for any kind.
mod all {
    use super::*;

    type Any<S> = Buffer<S>;

    const SIZE: usize = 5;

    fn full<S: Store<Item = u32>>() -> Any<S> {
        let queue = Any::bounded(SIZE);
        (1..=5).for_each(|item| queue.put(item).unwrap());
        queue
    }

    pub(super) fn a_queue_of_some_size_is_full_with_so_many<S: Store<Item = u32>>() {
        let queue = Any::<S>::bounded(SIZE);
        assert!(queue.is_empty() && !queue.is_full());
        for len in 1..=SIZE {
            queue.put(7).unwrap();
            assert_eq!((queue.len(), queue.is_full()), (len, len == SIZE));
        }
        queue.get().unwrap();
        assert!(!queue.is_empty() && !queue.is_full());
    }

    pub(super) fn a_put_into_a_full_queue_waits_for_a_get<S: Store<Item = u32>>() {
        let queue = full::<S>();
        thread::scope(|scope| {
            let puts = bunch(scope, 1, || queue.put(6).unwrap());
            assert_eq!(finished(&puts), 0);
            queue.get().unwrap();
            settle();
            assert_eq!(finished(&puts), 1);
        });
        assert!(queue.is_full());
    }

    pub(super) fn a_get_from_an_empty_queue_waits_for_a_put<S: Store<Item = u32>>() {
        let queue = Any::<S>::bounded(SIZE);
        thread::scope(|scope| {
            let gets = bunch(scope, 1, || assert_eq!(queue.get(), Ok(6)));
            assert_eq!(finished(&gets), 0);
            queue.put(6).unwrap();
            settle();
            assert_eq!(finished(&gets), 1);
        });
    }

    pub(super) fn a_put_or_get_that_does_not_wait_fails_at_once<S: Store<Item = u32>>() {
        let queue = full::<S>();
        assert_eq!(queue.try_put(6), Err(PutError::Full(6)));
        assert_eq!(queue.len(), SIZE);
        let queue = Any::<S>::new();
        assert_eq!(queue.try_get(), Err(GetError::Empty));
        queue.try_put(6).unwrap();
        assert_eq!(queue.try_get(), Ok(6));
    }

    pub(super) fn a_put_or_get_ends_with_its_timeout<S: Store<Item = u32>>() {
        let (queue, empty) = (full::<S>(), Any::<S>::new());
        for timeout in [Duration::ZERO, SECOND] {
            let begin = Instant::now();
            assert_eq!(queue.put_timeout(6, timeout), Err(PutError::Full(6)));
            assert!(begin.elapsed() >= timeout);
            assert_eq!(empty.get_timeout(timeout), Err(GetError::Empty));
            assert!(begin.elapsed() >= 2 * timeout);
        }
    }

    pub(super) fn a_put_or_get_with_a_timeout_ends_when_it_can<S: Store<Item = u32>>() {
        let (queue, empty) = (full::<S>(), Any::<S>::new());
        let begin = Instant::now();
        thread::scope(|scope| {
            bunch(scope, 1, || queue.put_timeout(6, 10 * SECOND).unwrap());
            bunch(scope, 1, || {
                assert_eq!(empty.get_timeout(10 * SECOND), Ok(7));
            });
            queue.get().unwrap();
            empty.put(7).unwrap();
        });
        assert!(begin.elapsed() < SECOND);
    }

    pub(super) fn a_queue_can_be_filled_and_emptied_again<S: Store<Item = u32>>() {
        let queue = Any::<S>::bounded(SIZE);
        for _ in 0..2 {
            (1..=5).for_each(|item| queue.put(item).unwrap());
            assert_eq!(queue.try_put(6), Err(PutError::Full(6)));
            let mut items: Vec<_> = (1..=5).map(|_| queue.get().unwrap()).collect();
            items.sort_unstable();
            assert_eq!(items, [1, 2, 3, 4, 5]);
            assert_eq!(queue.try_get(), Err(GetError::Empty));
        }
    }

    pub(super) fn as_many_items_come_out_as_were_put_in<S: Store<Item = u32>>() {
        let (queue, next, results) = (Any::<S>::bounded(7), Cell::new(0), Results::new());
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| {
                    while next.get() < 100 {
                        next.set(next.get() + 1);
                        queue.put(next.get()).unwrap();
                        thread::yield_now();
                    }
                });
                scope.spawn(|| {
                    for _ in 0..20 {
                        results.add(queue.get().unwrap());
                    }
                });
            }
        });
        let mut results = results.all();
        results.sort_unstable();
        assert!(results.into_iter().eq(1..=100));
        assert!(queue.is_empty());
    }

    /// Workers sum up what is put, and a join waits for them.
    fn sum_and_join<S: Store<Item = u32>>(queue: &Any<S>) {
        let sum = Cell::new(0);
        thread::scope(|scope| {
            bunch(scope, 2, || {
                while let Some(item) = queue.get().ok().filter(|&item| item > 0) {
                    sum.set(sum.get() + item);
                    thread::sleep(Duration::from_millis(1));
                    queue.task_done().unwrap();
                }
                queue.task_done().unwrap();
            });
            (1..=100).for_each(|item| queue.put(item).unwrap());
            queue.join();
            assert_eq!(sum.get(), 5050);
            // So that the workers end.
            (0..2).for_each(|_| queue.put(0).unwrap());
            queue.join();
        });
    }

    pub(super) fn a_join_waits_until_all_that_was_put_is_done<S: Store<Item = u32>>() {
        sum_and_join(&Any::<S>::new());
    }

    pub(super) fn a_queue_can_be_joined_again<S: Store<Item = u32>>() {
        let queue = Any::<S>::bounded(SIZE);
        sum_and_join(&queue);
        sum_and_join(&queue);
    }

    pub(super) fn task_done_for_more_than_was_put_is_refused<S: Store<Item = u32>>() {
        let queue = Any::<S>::new();
        assert!(queue.task_done().is_err());
        sum_and_join(&queue);
        assert!(queue.task_done().is_err());
    }

    pub(super) fn a_join_of_a_queue_that_was_never_used_returns_at_once<S: Store<Item = u32>>() {
        let begin = Instant::now();
        Any::<S>::new().join();
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }

    pub(super) fn a_queue_that_is_shut_down_takes_nothing_more<S: Store<Item = u32>>() {
        let queue = Any::<S>::bounded(SIZE);
        queue.put(1).unwrap();
        queue.shutdown();
        assert_eq!(queue.put(2), Err(ShutDown(2)));
        assert_eq!(queue.try_put(2), Err(PutError::ShutDown(2)));
        assert_eq!(queue.put_timeout(2, SECOND), Err(PutError::ShutDown(2)));
        assert_eq!(queue.len(), 1);
    }

    pub(super) fn a_queue_that_is_shut_down_gives_what_is_left<S: Store<Item = u32>>() {
        let queue = full::<S>();
        queue.shutdown();
        for _ in 0..2 {
            assert!(queue.get().is_ok());
        }
        assert!(queue.try_get().is_ok());
        for _ in 0..2 {
            assert!(queue.get_timeout(SECOND).is_ok());
        }
        assert_eq!(queue.get(), Err(ShutDown(())));
    }

    pub(super) fn an_empty_queue_that_is_shut_down_gives_nothing<S: Store<Item = u32>>() {
        let queue = Any::<S>::new();
        queue.shutdown();
        let begin = Instant::now();
        assert_eq!(queue.get(), Err(ShutDown(())));
        assert_eq!(queue.try_get(), Err(GetError::ShutDown));
        assert_eq!(queue.get_timeout(SECOND), Err(GetError::ShutDown));
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }

    pub(super) fn a_shutdown_ends_the_gets_that_wait<S: Store<Item = u32>>() {
        let queue = Any::<S>::new();
        thread::scope(|scope| {
            let gets = bunch(scope, 3, || assert_eq!(queue.get(), Err(ShutDown(()))));
            assert_eq!(finished(&gets), 0);
            queue.shutdown();
        });
    }

    pub(super) fn a_shutdown_ends_the_puts_that_wait<S: Store<Item = u32>>() {
        for immediate in [false, true] {
            let queue = full::<S>();
            thread::scope(|scope| {
                let puts = bunch(scope, 3, || assert_eq!(queue.put(6), Err(ShutDown(6))));
                assert_eq!(finished(&puts), 0);
                match immediate {
                    false => queue.shutdown(),
                    true => drop(queue.shutdown_now()),
                }
            });
        }
    }

    pub(super) fn a_shutdown_leaves_those_that_join_waiting_for_what_is_left<
        S: Store<Item = u32>,
    >() {
        let queue = full::<S>();
        thread::scope(|scope| {
            let joins = bunch(scope, 2, || queue.join());
            queue.shutdown();
            for _ in 0..SIZE {
                settle();
                assert_eq!(finished(&joins), 0);
                queue.get().unwrap();
                queue.task_done().unwrap();
            }
        });
    }

    pub(super) fn an_immediate_shutdown_empties_the_queue<S: Store<Item = u32>>() {
        let queue = full::<S>();
        let mut left = queue.shutdown_now();
        left.sort_unstable();
        assert_eq!(left, [1, 2, 3, 4, 5]);
        assert!(queue.is_empty());
        assert_eq!(queue.get(), Err(ShutDown(())));
    }

    pub(super) fn an_immediate_shutdown_ends_a_join<S: Store<Item = u32>>() {
        let queue = full::<S>();
        thread::scope(|scope| {
            let joins = bunch(scope, 2, || queue.join());
            assert_eq!(finished(&joins), 0);
            queue.shutdown_now();
        });
        assert!(queue.task_done().is_err());
    }

    pub(super) fn a_shutdown_may_be_said_again_and_then_immediately<S: Store<Item = u32>>() {
        let queue = full::<S>();
        queue.shutdown();
        queue.shutdown();
        assert_eq!(queue.len(), SIZE);
        assert_eq!(queue.shutdown_now().len(), SIZE);
        // It stays as it is.
        queue.shutdown();
        assert_eq!(queue.get(), Err(ShutDown(())));
        assert_eq!(queue.shutdown_now(), []);
    }

    pub(super) fn a_worker_ends_when_its_queue_is_shut_down<S: Store<Item = u32>>() {
        let (queue, done) = (Any::<S>::bounded(2), Cell::new(0));
        thread::scope(|scope| {
            bunch(scope, 3, || {
                while queue.get().is_ok() {
                    done.set(done.get() + 1);
                    queue.task_done().unwrap();
                    thread::yield_now();
                }
            });
            (0..20).for_each(|item| queue.put(item).unwrap());
            queue.shutdown();
            queue.join();
        });
        assert_eq!(done.get(), 20);
    }
}

#[test]
fn a_queue_gives_first_what_was_put_first() {
    run(|| {
        let queue = Queue::new();
        for item in [111, 333, 222] {
            queue.put(item).unwrap();
        }
        assert_eq!([(); 3].map(|()| queue.get().unwrap()), [111, 333, 222]);
    });
}

#[test]
fn a_lifo_queue_gives_first_what_was_put_last() {
    run(|| {
        let queue = LifoQueue::new();
        for item in [111, 333, 222] {
            queue.put(item).unwrap();
        }
        assert_eq!([(); 3].map(|()| queue.get().unwrap()), [222, 333, 111]);
    });
}

#[test]
fn a_priority_queue_gives_the_lowest_first() {
    run(|| {
        let (queue, highest) = (PriorityQueue::new(), PriorityQueue::new());
        for item in [111, 333, 222] {
            queue.put(item).unwrap();
            highest.put(Reverse(item)).unwrap();
        }
        assert_eq!([(); 3].map(|()| queue.get().unwrap()), [111, 222, 333]);
        assert_eq!([(); 3].map(|()| highest.get().unwrap().0), [333, 222, 111]);
    });
}

#[test]
fn a_queue_without_a_bound_is_never_full() {
    run(|| {
        let queue = Queue::new();
        (0..1000).for_each(|item| queue.try_put(item).unwrap());
        assert_eq!((queue.len(), queue.is_full()), (1000, false));
        assert_eq!(queue.capacity(), None);
    });
}

#[test]
fn items_arrive_in_order_at_one_that_gets_from_one_that_puts() {
    run(|| {
        let (queue, results) = (Queue::bounded(3), Results::new());
        thread::scope(|scope| {
            scope.spawn(|| (0..100).for_each(|item| queue.put(item).unwrap()));
            scope.spawn(|| (0..100).for_each(|_| results.add(queue.get().unwrap())));
        });
        assert!(results.all().into_iter().eq(0..100));
    });
}

#[test]
fn many_that_get_without_waiting_get_each_item_once() {
    run(|| {
        let (queue, results) = (Queue::new(), Results::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                for item in 0..100 {
                    queue.put(item).unwrap();
                    thread::yield_now();
                }
                queue.shutdown();
            });
            bunch(scope, 10, || {
                loop {
                    match queue.try_get() {
                        Ok(item) => results.add(item),
                        Err(GetError::Empty) => thread::yield_now(),
                        Err(GetError::ShutDown) => break,
                    }
                }
            });
        });
        let mut results = results.all();
        results.sort_unstable();
        assert!(results.into_iter().eq(0..100));
    });
}

#[test]
fn a_queue_keeps_nothing_of_an_item_that_was_got() {
    run(|| {
        let (queue, dropped) = (Queue::new(), Counter::default());
        for _ in 0..20 {
            queue.put(dropped.on_drop()).unwrap();
        }
        for gone in 1..=20 {
            drop(queue.get().unwrap());
            assert_eq!(dropped.get(), gone);
        }
    });
}

#[test]
fn a_queue_that_is_dropped_drops_what_is_in_it() {
    run(|| {
        let (queue, dropped) = (Queue::new(), Counter::default());
        queue.put(dropped.on_drop()).unwrap();
        drop(queue);
        assert_eq!(dropped.get(), 1);
    });
}

#[test]
fn a_destructor_of_an_item_may_use_its_queue() {
    struct Puts(Option<Rc<Queue<Puts>>>);

    impl Drop for Puts {
        fn drop(&mut self) {
            if let Some(queue) = self.0.take() {
                queue.put(Puts(None)).unwrap();
            }
        }
    }

    run(|| {
        let queue = Rc::new(Queue::new());
        queue.put(Puts(Some(Rc::clone(&queue)))).unwrap();
        drop(queue.get().unwrap());
        assert_eq!(queue.len(), 1);
    });
}

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
