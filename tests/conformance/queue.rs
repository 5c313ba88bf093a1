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

mod any;
mod failing;

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::rc::Rc;

use runtime::queue::{GetError, LifoQueue, PriorityQueue, Queue};
use runtime::thread;

use crate::bunch::{Results, bunch};
use crate::support::{Counter, run};

/// A test that all three kinds of queues have to pass.
macro_rules! for_each_kind {
    ($($demand:ident)*) => {
        $(
            #[test]
            fn $demand() {
                run(any::$demand::<VecDeque<u32>>);
                run(any::$demand::<Vec<u32>>);
                run(any::$demand::<runtime::queue::Sorted<u32>>);
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
