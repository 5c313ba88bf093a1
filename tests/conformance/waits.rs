//! `wait` and `as_completed`, after test_wait.py and test_as_completed.py of CPython's
//! Lib/test/test_concurrent_futures: here `pool::wait` and `pool::as_completed`.
//!
//! Does not apply: duplicates among the futures that are waited for. There is one future
//! for each task.
//!
//! Differs on purpose:
//!
//! - A future that was cancelled is done at once. In Python `wait` leaves it among those
//!   that are not done until a worker has come across it.
//! - The timeout of `as_completed` counts from each step, and says nothing of how many
//!   are left: `len` does.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use runtime::pool::{Future, ReturnWhen, ThreadPool, as_completed, wait, wait_timeout};
use runtime::sync::Event;
use runtime::thread;
use runtime::time::Instant;

use crate::bunch::{SECOND, settle};
use crate::futures::{when, with_each};
use crate::support::{Journal, OnDrop, run};

/// What came of those that are done, in order.
fn values(futures: Vec<Future<u32>>) -> Vec<u32> {
    futures.into_iter().map(|it| it.result().unwrap()).collect()
}

#[test]
fn a_wait_for_all_waits_for_all() {
    with_each(|each| {
        let pool = ThreadPool::new(5);
        let quotients = [0, 1].map(|n: u32| pool.submit(move || 42 / n).unwrap());
        let [fails, works] = quotients;
        let futures = [each.succeeded, each.cancelled, each.failed, fails, works];
        let waited = wait(futures, ReturnWhen::AllCompleted);
        assert_eq!((waited.done.len(), waited.not_done.len()), (5, 0));
    });
}

#[test]
fn a_wait_for_the_first_ends_when_one_is_done() {
    run(|| {
        let (pool, finish) = (ThreadPool::new(5), Rc::new(Event::new()));
        let futures = [pool.submit(|| 42).unwrap(), when(&pool, &finish, 1)];
        let waited = wait(futures, ReturnWhen::FirstCompleted);
        assert_eq!(values(waited.done), [42]);
        finish.set();
        assert_eq!(values(waited.not_done), [1]);
    });
}

#[test]
fn a_wait_for_the_first_gives_all_that_are_done_already() {
    with_each(|each| {
        let begin = Instant::now();
        let futures = [each.cancelled, each.succeeded, each.running];
        let waited = wait(futures, ReturnWhen::FirstCompleted);
        assert_eq!((waited.done.len(), waited.not_done.len()), (2, 1));
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_wait_for_the_first_panic_goes_on_after_one_that_succeeds() {
    run(|| {
        let (pool, finish) = (ThreadPool::new(5), Rc::new(Event::new()));
        let fails = || {
            thread::sleep(SECOND);
            panic!("this is a panic")
        };
        let futures = [
            pool.submit(|| 42).unwrap(),
            pool.submit(fails).unwrap(),
            when(&pool, &finish, 1),
        ];
        let begin = Instant::now();
        let waited = wait(futures, ReturnWhen::FirstPanicked);
        assert!(begin.elapsed() >= SECOND);
        assert_eq!((waited.done.len(), waited.not_done.len()), (2, 1));
        finish.set();
    });
}

#[test]
fn a_wait_for_the_first_panic_takes_no_cancellation_for_one() {
    with_each(|each| {
        let pool = ThreadPool::new(1);
        let fails = pool.submit(|| {
            thread::sleep(SECOND);
            panic!("this is a panic")
        });
        let futures = [each.succeeded, each.cancelled, fails.unwrap(), each.running];
        let waited = wait(futures, ReturnWhen::FirstPanicked);
        assert_eq!((waited.done.len(), waited.not_done.len()), (3, 1));
    });
}

#[test]
fn a_wait_for_the_first_panic_ends_at_once_if_there_was_one() {
    with_each(|each| {
        let begin = Instant::now();
        let waited = wait([each.failed, each.running], ReturnWhen::FirstPanicked);
        assert_eq!((waited.done.len(), waited.not_done.len()), (1, 1));
        assert_eq!(begin.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_wait_for_the_first_panic_waits_for_all_if_there_is_none() {
    run(|| {
        let pool = ThreadPool::new(2);
        let futures = [1, 2].map(|n| {
            let nap = move || thread::sleep(SECOND * n);
            pool.submit(nap).unwrap()
        });
        let waited = wait(futures, ReturnWhen::FirstPanicked);
        assert_eq!((waited.done.len(), waited.not_done.len()), (2, 0));
    });
}

#[test]
fn a_wait_with_a_timeout_gives_what_is_done_by_then() {
    with_each(|each| {
        let begin = Instant::now();
        let futures = [each.cancelled, each.failed, each.succeeded, each.running];
        let waited = wait_timeout(futures, ReturnWhen::AllCompleted, SECOND);
        assert_eq!((waited.done.len(), waited.not_done.len()), (3, 1));
        assert!(begin.elapsed() >= SECOND);
    });
}

#[test]
fn a_wait_for_nothing_ends_at_once() {
    run(|| {
        for return_when in [
            ReturnWhen::FirstCompleted,
            ReturnWhen::FirstPanicked,
            ReturnWhen::AllCompleted,
        ] {
            let waited = wait(Vec::<Future<()>>::new(), return_when);
            assert!(waited.done.is_empty() && waited.not_done.is_empty());
        }
    });
}

#[test]
fn a_wait_for_very_many_misses_none() {
    run(|| {
        let (pool, go) = (ThreadPool::new(10), Rc::new(Event::new()));
        let futures: Vec<_> = (0..100).map(|n| when(&pool, &go, n)).collect();
        settle();
        go.set();
        let waited = wait(futures, ReturnWhen::AllCompleted);
        assert!(values(waited.done).into_iter().eq(0..100));
    });
}

#[test]
fn a_wait_that_may_take_for_ever_returns_at_once_while_its_thread_unwinds() {
    run(|| {
        let (pool, finish) = (ThreadPool::new(1), Rc::new(Event::new()));
        let [one, two] = [1, 2].map(|n| when(&pool, &finish, n));
        let left = Rc::new(Cell::new(0));
        let (theirs, slot) = (Rc::clone(&left), RefCell::new(Some((one, two))));
        let unwinds = thread::spawn(move || {
            let _while_unwinding = OnDrop(|| {
                let (one, two) = slot.take().unwrap();
                let waited = wait_timeout([one], ReturnWhen::AllCompleted, Duration::MAX);
                let mut completed = as_completed([two]);
                assert!(completed.next_timeout(Duration::MAX).is_none());
                theirs.set(waited.not_done.len() + completed.len());
            });
            panic!("oh dear");
        });
        unwinds.join().map(|(): ()| ()).unwrap_err();
        finish.set();
        assert_eq!(left.get(), 2);
    });
}

#[test]
fn all_come_out_as_they_are_completed() {
    with_each(|each| {
        let pool = ThreadPool::new(5);
        let [one, two] = [2, 1].map(|n| {
            let nap = move || {
                thread::sleep(SECOND * n);
                n
            };
            pool.submit(nap).unwrap()
        });
        let completed = as_completed([one, each.cancelled, two, each.failed, each.succeeded]);
        let results: Vec<_> = completed.map(|it| it.result().ok()).collect();
        assert_eq!(results, [None, None, Some(42), Some(1), Some(2)]);
    });
}

#[test]
fn those_that_are_completed_come_out_before_the_time_is_up() {
    for timeout in [Duration::ZERO, SECOND / 10] {
        with_each(move |each| {
            let futures = [each.running, each.cancelled, each.failed, each.succeeded];
            let mut completed = as_completed(futures);
            for left in [3, 2, 1] {
                assert!(completed.next_timeout(timeout).unwrap().is_done());
                assert_eq!(completed.len(), left);
            }
            assert!(completed.next_timeout(timeout).is_none());
            assert_eq!(completed.len(), 1);
        });
    }
}

#[test]
fn nothing_is_kept_of_a_future_that_has_come_out() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let tasks: Vec<_> = ["a", "b"]
            .into_iter()
            .map(|name| {
                let journal = journal.clone();
                pool.submit(move || journal.on_drop(name)).unwrap()
            })
            .collect();
        let mut completed = as_completed(tasks);
        for name in ["a", "b"] {
            drop(completed.next().unwrap().result());
            assert_eq!(journal.read(), [name]);
        }
        assert!(completed.next().is_none());
    });
}

#[test]
fn an_iterator_that_is_dropped_leaves_the_tasks_alone() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let theirs = journal.clone();
        let tasks = [1, 2].map(|n| {
            let journal = theirs.clone();
            let task = move || journal.write(n.to_string());
            pool.submit(task).unwrap()
        });
        let mut completed = as_completed(tasks);
        completed.next().unwrap().result().unwrap();
        drop(completed);
        drop(pool);
        assert_eq!(journal.read(), ["1", "2"]);
    });
}
