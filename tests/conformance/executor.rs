//! `ThreadPoolExecutor`, after executor.py, test_thread_pool.py and test_init.py of
//! CPython's Lib/test/test_concurrent_futures: here `pool::ThreadPool`. `map` and
//! `shutdown` have files of their own.
//!
//! Does not apply: processes, `fork`, keyword arguments (a task is a closure), and the
//! log of a failing initializer, which is reported as every panic is.
//!
//! Differs on purpose: workers without a prefix are called `ThreadPool-N_0`.

use std::cell::Cell;
use std::rc::Rc;

use runtime::pool::{self, Pending, SubmitError, TaskError, ThreadPool, Wait};
use runtime::sync::{Event, Semaphore};
use runtime::thread::{self};
use runtime::time::Instant;

use crate::bunch::{SECOND, caught, settle};
use crate::support::{Counter, Journal, OnDrop, run};

/// Tells how many threads a pool has, if nobody else has any.
pub(crate) fn workers() -> usize {
    thread::active_count() - 1
}

#[test]
fn a_task_gives_what_its_function_returns() {
    run(|| {
        let pool = ThreadPool::new(5);
        let power = pool.submit(|| 2_u32.pow(8)).unwrap();
        assert_eq!(power.result().unwrap(), 256);
    });
}

#[test]
fn a_task_takes_along_what_it_needs() {
    run(|| {
        let pool = ThreadPool::new(5);
        let (x, y) = (vec![1], String::from("two"));
        let pair = pool.submit(move || (x, y)).unwrap();
        assert_eq!(pair.result().unwrap(), (vec![1], "two".into()));
    });
}

#[test]
fn a_task_that_panics_takes_no_worker_along() {
    run(|| {
        let pool = ThreadPool::new(1);
        let fails = pool.submit(|| panic!("oh dear")).unwrap();
        let works = pool.submit(|| 5).unwrap();
        assert!(matches!(
            fails.result(),
            Err::<(), _>(TaskError::Panicked(_))
        ));
        assert_eq!((works.result().unwrap(), workers()), (5, 1));
    });
}

#[test]
fn a_pool_keeps_nothing_of_a_task_that_is_done() {
    run(|| {
        let (pool, dropped) = (ThreadPool::new(5), Rc::new(Event::new()));
        let theirs = Rc::clone(&dropped);
        let object = OnDrop(move || theirs.set());
        // Nobody keeps the future.
        drop(pool.submit(move || drop(object)).unwrap());
        assert!(dropped.wait_timeout(SECOND));
        let theirs = Rc::clone(&dropped);
        dropped.clear();
        drop(pool.submit(move || OnDrop(move || theirs.set())).unwrap());
        assert!(dropped.wait_timeout(SECOND), "nor of its result");
    });
}

#[test]
fn a_pool_of_no_workers_is_refused() {
    run(|| {
        let error = pool::Builder::new().max_workers(0).build().unwrap_err();
        assert!(error.to_string().contains("at least 1"));
        assert!(caught(|| ThreadPool::new(0)).is::<pool::NoWorkers>());
    });
}

#[test]
fn a_pool_has_by_default_four_workers_more_than_there_are_cores() {
    run(|| {
        let pool = pool::Builder::new().build().unwrap();
        let cores = thread::available_parallelism().unwrap().get();
        assert_eq!(pool.max_workers(), cores + 4);
    });
}

#[test]
fn a_pool_has_never_more_workers_than_it_may() {
    run(|| {
        let (pool, permits) = (ThreadPool::new(4), Rc::new(Semaphore::new(0)));
        for _ in 0..15 * 4 {
            let permits = Rc::clone(&permits);
            drop(pool.submit(move || permits.acquire().forget()).unwrap());
        }
        assert_eq!(workers(), 4);
        permits.release_n(15 * 4);
        pool.shutdown(Wait::UntilDone, Pending::Finish);
        assert_eq!((workers(), permits.available_permits()), (0, 0));
    });
}

#[test]
fn an_idle_worker_does_the_next_task() {
    run(|| {
        let pool = ThreadPool::new(5);
        for (a, b) in [(21, 2), (6, 7), (3, 14)] {
            assert_eq!(pool.submit(move || a * b).unwrap().result().unwrap(), 42);
        }
        assert_eq!(workers(), 1);
    });
}

#[test]
fn a_worker_is_made_for_each_task_while_none_is_idle() {
    run(|| {
        let (pool, permits) = (ThreadPool::new(5), Rc::new(Semaphore::new(0)));
        for made in 1..=3 {
            let permits = Rc::clone(&permits);
            drop(pool.submit(move || permits.acquire().forget()).unwrap());
            assert_eq!(workers(), made);
            settle();
        }
        permits.release_n(3);
    });
}

#[test]
fn tasks_begin_in_the_order_in_which_they_were_submitted() {
    run(|| {
        let (pool, journal) = (ThreadPool::new(3), Journal::default());
        for number in 0..9 {
            let journal = journal.clone();
            let task = move || {
                journal.write(number.to_string());
                thread::yield_now();
            };
            drop(pool.submit(task).unwrap());
        }
        drop(pool);
        assert_eq!(journal.read().concat(), "012345678");
    });
}

#[test]
fn workers_are_called_after_the_prefix() {
    run(|| {
        let pool = pool::Builder::new().name_prefix("SpecialPool");
        let pool = pool.max_workers(3).build().unwrap();
        drop(pool.map(0..9, |_| thread::yield_now()).unwrap());
        let names: Vec<_> = thread::enumerate()
            .iter()
            .map(|it| it.to_string())
            .collect();
        let workers = ["SpecialPool_0", "SpecialPool_1", "SpecialPool_2"];
        assert_eq!(names[1..], workers);
    });
}

#[test]
fn workers_of_two_pools_without_a_prefix_have_different_names() {
    run(|| {
        let name = || thread::current().to_string();
        let [one, two] = [ThreadPool::new(1), ThreadPool::new(1)];
        let names = [&one, &two].map(|pool| pool.submit(name).unwrap().result().unwrap());
        assert_eq!(names, ["ThreadPool-0_0", "ThreadPool-1_0"]);
    });
}

#[test]
fn each_worker_calls_the_initializer_before_its_first_task() {
    runtime::thread_local!(static STATUS: Cell<&str> = const { Cell::new("uninitialized") });

    run(|| {
        let calls = Counter::default();
        let theirs = calls.clone();
        let pool = pool::Builder::new().max_workers(2).initializer(move || {
            theirs.add();
            STATUS.set("initialized");
        });
        let pool = pool.build().unwrap();
        let look = |_| {
            thread::yield_now();
            STATUS.get()
        };
        let seen: Vec<_> = pool.map(0..6, look).unwrap().map(Result::unwrap).collect();
        assert_eq!(seen, ["initialized"; 6]);
        assert_eq!(calls.get(), 2);
    });
}

#[test]
fn an_initializer_that_panics_breaks_the_pool() {
    run(|| {
        let pool = pool::Builder::new().max_workers(2).initializer(|| {
            thread::sleep(SECOND / 10);
            panic!("error in initializer");
        });
        let pool = pool.build().unwrap();
        let tasks: Vec<_> = (0..5).map(|_| pool.submit(|| ()).unwrap()).collect();
        for task in tasks {
            assert!(matches!(task.result(), Err(TaskError::Broken)));
        }
        assert!(matches!(pool.submit(|| ()), Err(SubmitError::Broken)));
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
    });
}

#[test]
fn a_pool_whose_initializer_has_panicked_once_stays_broken() {
    run(|| {
        let first = Rc::new(Cell::new(true));
        let pool = pool::Builder::new().initializer(move || assert!(!first.take(), "the first"));
        let pool = pool.build().unwrap();
        drop(pool.submit(|| ()).unwrap().result());
        for _ in 0..3 {
            assert!(matches!(pool.submit(|| ()), Err(SubmitError::Broken)));
        }
    });
}

#[test]
fn a_task_may_submit_another_to_its_own_pool() {
    run(|| {
        let pool = Rc::new(ThreadPool::new(1));
        let theirs = Rc::clone(&pool);
        let inner = pool.submit(move || theirs.submit(|| 5).unwrap()).unwrap();
        assert_eq!(inner.result().unwrap().result().unwrap(), 5);
    });
}

#[test]
fn a_task_may_wait_for_another_one_if_a_worker_is_left() {
    run(|| {
        let pool = Rc::new(ThreadPool::new(2));
        let theirs = Rc::clone(&pool);
        let outer = move || theirs.submit(|| 5).unwrap().result().unwrap();
        assert_eq!(pool.submit(outer).unwrap().result().unwrap(), 5);
    });
}

#[test]
fn tasks_that_sleep_share_the_time() {
    run(|| {
        let begin = Instant::now();
        let pool = ThreadPool::new(5);
        let naps = pool.map([1; 10], |n| thread::sleep(SECOND * n)).unwrap();
        assert_eq!(naps.filter(Result::is_ok).count(), 10);
        assert!(begin.elapsed() >= 2 * SECOND);
        assert!(begin.elapsed() < 3 * SECOND);
    });
}

#[test]
fn what_a_pool_shows_says_its_name() {
    run(|| {
        let pool = pool::Builder::new().name_prefix("crawler").build().unwrap();
        assert!(format!("{pool:?}").contains("crawler"));
    });
}

#[test]
fn a_worker_that_is_killed_before_it_has_begun_is_replaced() {
    run(|| {
        let pool = ThreadPool::new(1);
        let task = pool.submit(|| 5).unwrap();
        thread::enumerate()[1].kill();
        assert_eq!(task.result().unwrap(), 5);
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
        assert_eq!(workers(), 0);
    });
}
