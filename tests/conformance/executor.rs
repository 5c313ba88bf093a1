//! `ThreadPoolExecutor`, after executor.py, test_thread_pool.py, test_shutdown.py and
//! test_init.py of CPython's Lib/test/test_concurrent_futures: here `pool::ThreadPool`.
//!
//! Does not apply: processes and `chunksize`, `fork`, keyword arguments (a task is a
//! closure), weak references to workers, and the log of a failing initializer, which is
//! reported as every panic is.
//!
//! Differs on purpose:
//!
//! - `map` gives a result for each item, also after one has failed or was not in time.
//!   Python's iterator ends there, and cancels the others; here that is done when it is
//!   dropped.
//! - The timeout of a `map` counts from each step, and not from the call.
//! - Workers without a prefix are called `ThreadPool-N_0`.
//! - A pool that is leaked is never shut down: the report about the deadlock names it.
//!   Python shuts all pools down at the end.

use std::cell::Cell;
use std::mem;
use std::rc::Rc;
use std::time::Duration;

use runtime::pool::{self, Pending, SubmitError, TaskError, ThreadPool, Wait};
use runtime::sync::{Event, Semaphore};
use runtime::thread::{self, Builder};
use runtime::time::Instant;

use crate::bunch::{SECOND, caught, settle};
use crate::support::{Counter, Journal, OnDrop, run};

/// Tells how many threads a pool has, if nobody else has any.
fn workers() -> usize {
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
fn a_pool_that_nobody_shuts_down_is_named_by_the_report_about_the_deadlock() {
    let runtime = runtime::Builder::new().clock(runtime::Clock::Virtual);
    let ended = runtime.run(|| {
        let pool = pool::Builder::new()
            .name_prefix("forgotten")
            .build()
            .unwrap();
        assert_eq!(pool.submit(|| 5).unwrap().result().unwrap(), 5);
        mem::forget(pool);
    });
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("forgotten_0"), "{error}");
}
