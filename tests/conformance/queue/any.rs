//! The demands that each kind of queue has to meet, whatever it gives first.

use std::cell::Cell;
use std::time::Duration;

use runtime::queue::{Buffer, GetError, PutError, ShutDown, Store};
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{Results, SECOND, bunch, finished, settle};

const SIZE: usize = 5;

fn full<S: Store<Item = u32>>() -> Buffer<S> {
    let queue = Buffer::bounded(SIZE);
    (1..=5).for_each(|item| queue.put(item).unwrap());
    queue
}

pub(super) fn a_queue_of_some_size_is_full_with_so_many<S: Store<Item = u32>>() {
    let queue = Buffer::<S>::bounded(SIZE);
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
    let queue = Buffer::<S>::bounded(SIZE);
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
    let queue = Buffer::<S>::new();
    assert_eq!(queue.try_get(), Err(GetError::Empty));
    queue.try_put(6).unwrap();
    assert_eq!(queue.try_get(), Ok(6));
}

pub(super) fn a_put_or_get_ends_with_its_timeout<S: Store<Item = u32>>() {
    let (queue, empty) = (full::<S>(), Buffer::<S>::new());
    for timeout in [Duration::ZERO, SECOND] {
        let begin = Instant::now();
        assert_eq!(queue.put_timeout(6, timeout), Err(PutError::Full(6)));
        assert!(begin.elapsed() >= timeout);
        assert_eq!(empty.get_timeout(timeout), Err(GetError::Empty));
        assert!(begin.elapsed() >= 2 * timeout);
    }
}

pub(super) fn a_put_or_get_with_a_timeout_ends_when_it_can<S: Store<Item = u32>>() {
    let (queue, empty) = (full::<S>(), Buffer::<S>::new());
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
    let queue = Buffer::<S>::bounded(SIZE);
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
    let (queue, next, results) = (Buffer::<S>::bounded(7), Cell::new(0), Results::new());
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
fn sum_and_join<S: Store<Item = u32>>(queue: &Buffer<S>) {
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
    sum_and_join(&Buffer::<S>::new());
}

pub(super) fn a_queue_can_be_joined_again<S: Store<Item = u32>>() {
    let queue = Buffer::<S>::bounded(SIZE);
    sum_and_join(&queue);
    sum_and_join(&queue);
}

pub(super) fn task_done_for_more_than_was_put_is_refused<S: Store<Item = u32>>() {
    let queue = Buffer::<S>::new();
    assert!(queue.task_done().is_err());
    sum_and_join(&queue);
    assert!(queue.task_done().is_err());
}

pub(super) fn a_join_of_a_queue_that_was_never_used_returns_at_once<S: Store<Item = u32>>() {
    let begin = Instant::now();
    Buffer::<S>::new().join();
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

pub(super) fn a_queue_that_is_shut_down_takes_nothing_more<S: Store<Item = u32>>() {
    let queue = Buffer::<S>::bounded(SIZE);
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
    let queue = Buffer::<S>::new();
    queue.shutdown();
    let begin = Instant::now();
    assert_eq!(queue.get(), Err(ShutDown(())));
    assert_eq!(queue.try_get(), Err(GetError::ShutDown));
    assert_eq!(queue.get_timeout(SECOND), Err(GetError::ShutDown));
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

pub(super) fn a_shutdown_ends_the_gets_that_wait<S: Store<Item = u32>>() {
    let queue = Buffer::<S>::new();
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

pub(super) fn a_shutdown_leaves_those_that_join_waiting_for_what_is_left<S: Store<Item = u32>>() {
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
    let (queue, done) = (Buffer::<S>::bounded(2), Cell::new(0));
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
