//! The end of a `ThreadPoolExecutor`, after test_shutdown.py of CPython's
//! Lib/test/test_concurrent_futures: here `pool::ThreadPool`.
//!
//! Does not apply: processes, and weak references to workers.

use std::cell::Cell;
use std::mem;
use std::rc::Rc;

use runtime::pool::{Pending, SubmitError, TaskError, ThreadPool, Wait};
use runtime::sync::{Event, Semaphore};
use runtime::thread::{self, Builder};

use crate::bunch::{SECOND, settle};
use crate::executor::workers;
use crate::futures::when;
use crate::support::{Journal, OnDrop, run};

#[test]
fn nothing_is_taken_after_the_shutdown() {
    run(|| {
        let pool = ThreadPool::new(5);
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
        assert!(matches!(pool.submit(|| ()), Err(SubmitError::ShutDown)));
        assert!(matches!(pool.map([1], |n| n), Err(SubmitError::ShutDown)));
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish), "again");
    });
}

#[test]
fn a_shutdown_waits_until_all_is_done() {
    run(|| {
        let pool = ThreadPool::new(5);
        let nap = || thread::sleep(SECOND / 10);
        let naps: Vec<_> = (0..50).map(|_| pool.submit(nap).unwrap()).collect();
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
        assert!(naps.iter().all(|nap| nap.is_done()));
        assert_eq!(workers(), 0);
        naps.into_iter().for_each(|nap| nap.result().unwrap());
    });
}

#[test]
fn a_shutdown_that_cancels_lets_finish_what_has_begun() {
    run(|| {
        let pool = ThreadPool::new(5);
        let nap = || thread::sleep(SECOND / 10);
        let naps: Vec<_> = (0..50).map(|_| pool.submit(nap).unwrap()).collect();
        settle();
        pool.shutdown(Wait::UntilDone, Pending::Cancel);
        let (cancelled, others): (Vec<_>, _) = naps.into_iter().partition(|it| it.is_cancelled());
        assert_eq!((cancelled.len(), others.len()), (45, 5));
        for nap in others {
            assert!(nap.is_done());
            nap.result().unwrap();
        }
    });
}

#[test]
fn a_shutdown_that_does_not_wait_lets_all_finish() {
    run(|| {
        let pool = ThreadPool::new(5);
        let absolute = pool.map(-5..5_i32, i32::abs).unwrap();
        assert!(!pool.shutdown(Wait::No, Pending::Finish));
        let absolute: Vec<_> = absolute.map(Result::unwrap).collect();
        assert_eq!(absolute, [5, 4, 3, 2, 1, 0, 1, 2, 3, 4]);
        settle();
        assert_eq!(workers(), 0);
    });
}

#[test]
fn a_shutdown_ends_idle_workers() {
    run(|| {
        let (pool, permits) = (ThreadPool::new(5), Rc::new(Semaphore::new(0)));
        for _ in 0..3 {
            let permits = Rc::clone(&permits);
            drop(pool.submit(move || permits.acquire().forget()).unwrap());
        }
        permits.release_n(3);
        settle();
        assert_eq!(workers(), 3);
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
        assert_eq!(workers(), 0);
    });
}

#[test]
fn a_shutdown_is_not_held_up_by_a_task_that_was_cancelled_just_before() {
    run(|| {
        let pool = ThreadPool::new(1);
        pool.submit(|| ()).unwrap().result().unwrap();
        assert!(pool.submit(|| ()).unwrap().cancel());
        assert!(pool.shutdown(Wait::AtMost(5 * SECOND), Pending::Finish));
    });
}

#[test]
fn a_shutdown_is_not_held_up_by_more_tasks_than_workers() {
    run(|| {
        let pool = ThreadPool::new(5);
        drop(pool.map([2; 6], |n: u32| n.to_string()).unwrap());
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
    });
}

#[test]
fn the_end_of_its_scope_shuts_a_pool_down_and_waits() {
    run(|| {
        let sleepers = {
            let pool = ThreadPool::new(5);
            let absolute = pool.map(-5..5_i32, i32::abs).unwrap();
            let absolute: Vec<_> = absolute.map(Result::unwrap).collect();
            assert_eq!(absolute, [5, 4, 3, 2, 1, 0, 1, 2, 3, 4]);
            pool.submit(|| thread::sleep(SECOND)).unwrap()
        };
        assert!(sleepers.is_done());
        assert_eq!(workers(), 0);
    });
}

#[test]
fn results_outlive_the_pool() {
    run(|| {
        let absolute = ThreadPool::new(5).map(-5..5_i32, i32::abs).unwrap();
        assert_eq!(absolute.map(Result::unwrap).sum::<i32>(), 25);
    });
}

#[test]
fn the_program_waits_for_tasks_that_were_submitted() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let pool = ThreadPool::new(3);
        let task = move || {
            thread::sleep(SECOND);
            theirs.write("apple");
        };
        drop(pool.submit(task).unwrap());
        pool.shutdown(Wait::No, Pending::Finish);
        // So that nobody waits for it but the end of the program.
        mem::forget(pool);
    });
    assert_eq!(journal.read(), ["apple"]);
}

#[test]
fn the_program_ends_after_a_shutdown_that_cancels_and_does_not_wait() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let pool = ThreadPool::new(1);
        for fruit in ["apple", "pear"] {
            let journal = theirs.clone();
            let task = move || {
                thread::sleep(SECOND);
                journal.write(fruit);
            };
            drop(pool.submit(task).unwrap());
        }
        settle();
        pool.shutdown(Wait::No, Pending::Cancel);
        mem::forget(pool);
    });
    assert_eq!(journal.read(), ["apple"]);
}

#[test]
fn a_task_that_comes_when_the_program_is_over_is_refused() {
    let refused = Rc::new(Cell::new(false));
    let theirs = Rc::clone(&refused);
    run(move || {
        let body = move || {
            let pool = ThreadPool::new(5);
            let _at_the_end = OnDrop(move || theirs.set(pool.submit(|| ()).is_err()));
            thread::park();
        };
        Builder::new().daemon(true).spawn(body).unwrap();
        thread::yield_now();
    });
    assert!(refused.get());
}

#[test]
fn a_pool_that_nobody_shuts_down_has_done_its_tasks_at_the_end_of_the_program() {
    let done = Rc::new(Cell::new(0));
    let theirs = Rc::clone(&done);
    run(move || {
        let pool = ThreadPool::new(2);
        for _ in 0..5 {
            let done = Rc::clone(&theirs);
            let task = move || {
                thread::sleep(SECOND);
                done.set(done.get() + 1);
            };
            drop(pool.submit(task).unwrap());
        }
        mem::forget(pool);
    });
    assert_eq!(done.get(), 5);
}

#[test]
fn who_is_killed_in_a_callback_of_a_shutdown_leaves_nobody_waiting() {
    run(|| {
        let (pool, finish) = (Rc::new(ThreadPool::new(1)), Rc::new(Event::new()));
        let first = when(&pool, &finish, 1);
        let [second, third] = [2, 3].map(|n| pool.submit(move || n).unwrap());
        settle();
        second.add_done_callback(|_| thread::sleep(SECOND));
        let theirs = Rc::clone(&pool);
        let closes = thread::spawn(move || theirs.shutdown(Wait::No, Pending::Cancel));
        settle();
        closes.thread().kill();
        closes.join().unwrap_err();
        assert!(matches!(third.result(), Err(TaskError::Cancelled)));
        finish.set();
        assert_eq!(first.result().unwrap(), 1);
    });
}

#[test]
fn every_callback_is_called_when_the_program_is_over() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let body = move || {
            let pool = ThreadPool::new(1);
            let tasks = ["begun", "pending", "last"].map(|name| {
                let (task, journal) = (pool.submit(thread::park).unwrap(), theirs.clone());
                task.add_done_callback(move |result| {
                    journal.write(format!("{name}: {:?}", result.as_ref().unwrap_err()));
                });
                task
            });
            thread::park();
            drop(tasks);
        };
        thread::Builder::new().daemon(true).spawn(body).unwrap();
        settle();
    });
    let [killed, cancelled] = [
        "the worker was killed while it did the task",
        "the task was cancelled before it began",
    ];
    let expected = [
        ("begun", killed),
        ("pending", cancelled),
        ("last", cancelled),
    ];
    assert_eq!(
        journal.read(),
        expected.map(|(name, how)| format!("{name}: {how}"))
    );
}
