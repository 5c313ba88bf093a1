//! `Executor.map`, after executor.py and test_thread_pool.py of CPython's
//! Lib/test/test_concurrent_futures: here `pool::ThreadPool::map`.
//!
//! Does not apply: `chunksize`, and more than one iterator.
//!
//! Differs on purpose:
//!
//! - A map gives a result for each item, also after one has failed or was not in time.
//!   Python's iterator ends there, and cancels the others; here that is done when it is
//!   dropped.
//! - The timeout counts from each step, and not from the call.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::pool::{Pending, TaskError, ThreadPool, Wait};
use runtime::sync::Event;
use runtime::thread;

use crate::bunch::SECOND;
use crate::executor::workers;
use crate::support::{Counter, Journal, run};

#[test]
fn a_map_gives_results_in_the_order_of_the_items() {
    run(|| {
        let pool = ThreadPool::new(5);
        let slow_first = |n: u32| {
            thread::sleep(SECOND / (n + 1));
            n.pow(n)
        };
        let powers = pool.map(0..10, slow_first).unwrap();
        let powers: Vec<_> = powers.map(Result::unwrap).collect();
        assert_eq!(powers, (0..10).map(|n: u32| n.pow(n)).collect::<Vec<_>>());
    });
}

#[test]
fn a_map_gives_the_panic_of_an_item_in_its_place() {
    run(|| {
        let pool = ThreadPool::new(5);
        let items = [(1, 2), (1, 3), (1, 0), (1, 5)];
        let mut quotients = pool.map(items, |(a, b): (i32, i32)| a / b).unwrap();
        for _ in 0..2 {
            assert_eq!(quotients.next().unwrap().unwrap(), 0);
        }
        let third = quotients.next().unwrap();
        assert!(matches!(third, Err(TaskError::Panicked(_))));
    });
}

#[test]
fn a_map_with_a_timeout_gives_what_is_done_in_time() {
    run(|| {
        let pool = ThreadPool::new(5);
        let nap = |seconds| thread::sleep(SECOND * seconds);
        let mut naps = pool.map([0, 0, 6], nap).unwrap();
        for _ in 0..2 {
            assert!(naps.next_timeout(5 * SECOND).unwrap().is_ok());
        }
        let third = naps.next_timeout(5 * SECOND).unwrap();
        assert!(matches!(third, Err(TaskError::TimedOut)));
    });
}

#[test]
fn a_map_submits_all_even_if_nobody_takes_the_results() {
    run(|| {
        let (pool, done) = (ThreadPool::new(5), Journal::default());
        let theirs = done.clone();
        let write = move |n: u32| theirs.write(n.to_string());
        drop(pool.map(0..10, write).unwrap());
        pool.shutdown(Wait::UntilDone, Pending::Finish);
        let mut done = done.read();
        done.sort();
        assert_eq!(done, (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}

#[test]
fn a_map_over_nothing_gives_nothing() {
    run(|| {
        let pool = ThreadPool::new(5);
        let mut none = pool.map([0; 0], |n| n).unwrap();
        assert!(none.next().is_none());
        assert_eq!(workers(), 0);
    });
}

#[test]
fn a_map_that_is_given_up_cancels_what_has_not_begun() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(1), Journal::default());
        let stop = Rc::new(Event::new());
        let log_and_wait = {
            let (journal, stop) = (journal.clone(), Rc::clone(&stop));
            move |name: &str| {
                journal.write(format!("{name} begins"));
                stop.wait();
                journal.write(format!("{name} ends"));
            }
        };
        let theirs = log_and_wait.clone();
        let first = pool.submit(move || theirs("first")).unwrap();
        let mut others = pool.map(["second", "third"], log_and_wait).unwrap();
        let second = others.next_timeout(Duration::ZERO).unwrap();
        assert!(matches!(second, Err(TaskError::TimedOut)));
        drop(others);
        stop.set();
        first.result().unwrap();
        drop(pool);
        assert_eq!(journal.read(), ["first begins", "first ends"]);
    });
}

#[test]
fn a_map_with_a_buffer_takes_no_more_items_than_that_ahead() {
    run(|| {
        let (pool, taken) = (ThreadPool::new(2), Rc::new(Cell::new(0)));
        let theirs = Rc::clone(&taken);
        let items = (0..).inspect(move |_| theirs.set(theirs.get() + 1));
        let mut results = pool.map_ahead(4, items, |n: u32| n).unwrap();
        assert_eq!(taken.get(), 4);
        for n in 0..3 {
            assert_eq!(results.next().unwrap().unwrap(), n);
        }
        assert_eq!(taken.get(), 7);
    });
}

#[test]
fn a_map_with_a_buffer_gives_all_results_in_order() {
    run(|| {
        let pool = ThreadPool::new(2);
        for ahead in [1, 3, 100] {
            let results = pool.map_ahead(ahead, 0..10, |n: u32| n * n).unwrap();
            let results: Vec<_> = results.map(Result::unwrap).collect();
            assert_eq!(results, (0..10).map(|n| n * n).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_map_keeps_no_result_that_was_taken() {
    run(|| {
        let (pool, dropped) = (ThreadPool::new(2), Counter::default());
        let theirs = dropped.clone();
        let made = pool.map(0..10, move |_: u32| theirs.on_drop()).unwrap();
        for (taken, value) in made.enumerate() {
            assert_eq!(dropped.get() as usize, taken);
            drop(value);
            assert_eq!(dropped.get() as usize, taken + 1);
        }
    });
}
