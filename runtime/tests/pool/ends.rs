//! How pools and workers come to their end: shutdown, drop, kill, panic.

use std::panic::resume_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::OutsideRuntime;
use runtime::pool::{Builder, NoWorkers, Pending, SubmitError, TaskError, ThreadPool, Wait};
use runtime::thread;

use super::{SECOND, caught, nap, quietly};
use crate::common::{named, was_killed};
use crate::support::{Counter, OnDrop, current_name, run};

/// A task that takes a second and counts itself at its end.
fn counts(pool: &ThreadPool, done: &Counter) {
    let done = done.clone();
    let task = move || {
        thread::sleep(SECOND);
        done.add();
    };
    drop(pool.submit(task).unwrap());
}

#[test]
fn a_pool_that_is_dropped_waits_until_all_is_done() {
    run(|| {
        let done = Counter::default();
        let pool = ThreadPool::new(2);
        for _ in 0..5 {
            counts(&pool, &done);
        }
        drop(pool);
        assert_eq!((done.get(), thread::active_count()), (5, 1));
    });
}

#[test]
fn shutdown_says_whether_the_workers_have_ended() {
    run(|| {
        let pool = ThreadPool::new(1);
        let futures = [nap(&pool, 2), nap(&pool, 2)];
        assert!(!pool.shutdown(Wait::No, Pending::Finish));
        assert!(matches!(pool.submit(|| ()), Err(SubmitError::ShutDown)));
        assert!(!pool.shutdown(Wait::AtMost(SECOND), Pending::Finish));
        assert!(!pool.shutdown(Wait::AtMost(Duration::ZERO), Pending::Finish));
        assert!(pool.shutdown(Wait::AtMost(Duration::MAX), Pending::Finish));
        assert!(pool.shutdown(Wait::No, Pending::Finish));
        assert!(futures.iter().all(|future| future.is_done()));
    });
}

#[test]
fn what_has_not_begun_is_cancelled_if_the_shutdown_says_so() {
    run(|| {
        let pool = ThreadPool::new(1);
        let [begun, pending] = [nap(&pool, 2), nap(&pool, 2)];
        thread::sleep(SECOND);
        assert!(pool.shutdown(Wait::UntilDone, Pending::Cancel));
        assert_eq!(begun.result().unwrap(), 2);
        assert!(matches!(pending.result(), Err(TaskError::Cancelled)));
    });
}

#[test]
fn a_pool_that_was_never_used_and_an_empty_one_end_at_once() {
    run(|| {
        assert!(ThreadPool::new(1).shutdown(Wait::UntilDone, Pending::Finish));
        drop(ThreadPool::new(7));
        assert_eq!(
            Builder::new().max_workers(0).build().unwrap_err(),
            NoWorkers
        );
    });
}

#[test]
fn the_last_one_to_drop_a_pool_may_be_its_own_worker() {
    run(|| {
        let pool = Rc::new(ThreadPool::new(2));
        let theirs = Rc::clone(&pool);
        let outer = pool.submit(move || {
            thread::sleep(SECOND);
            let inner = theirs.submit(|| 7).unwrap();
            drop(theirs);
            inner
        });
        drop(pool);
        assert_eq!(outer.unwrap().result().unwrap().result().unwrap(), 7);
    });
}

#[test]
fn a_worker_that_shuts_its_pool_down_waits_for_the_others() {
    run(|| {
        let pool = Rc::new(ThreadPool::new(2));
        let theirs = Rc::clone(&pool);
        let closes = pool.submit(move || theirs.shutdown(Wait::UntilDone, Pending::Finish));
        let others = [nap(&pool, 1), nap(&pool, 2)];
        assert!(!closes.unwrap().result().unwrap(), "itself is left");
        assert!(others.iter().all(|other| other.is_done()));
    });
}

#[test]
fn a_pool_that_is_dropped_while_its_thread_panics_is_left_to_do_the_rest() {
    quietly(|| {
        run(|| {
            let done = Counter::default();
            let theirs = done.clone();
            let owner = named("owner", move || {
                let pool = ThreadPool::new(1);
                for _ in 0..3 {
                    counts(&pool, &theirs);
                }
                panic!("with a pool");
            });
            assert!(owner.join().is_err());
            assert_eq!(done.get(), 0);
            thread::sleep(4 * SECOND);
            assert_eq!((done.get(), thread::active_count()), (3, 1));
        });
    });
}

#[test]
fn a_thread_that_is_killed_while_it_drops_its_pool_unwinds_and_the_rest_is_done() {
    run(|| {
        let done = Counter::default();
        let theirs = done.clone();
        let owner = named("owner", move || {
            let pool = ThreadPool::new(1);
            for _ in 0..3 {
                counts(&pool, &theirs);
            }
        });
        thread::sleep(SECOND / 2);
        owner.thread().kill();
        was_killed(owner);
        assert_eq!(done.get(), 0);
        thread::sleep(4 * SECOND);
        assert_eq!((done.get(), thread::active_count()), (3, 1));
    });
}

#[test]
fn a_worker_that_is_killed_loses_its_task_and_another_one_takes_its_place() {
    run(|| {
        let pool = ThreadPool::new(1);
        let worker = pool.submit(thread::current).unwrap();
        let [begun, pending] = [nap(&pool, 2), nap(&pool, 2)];
        let next = pool.submit(current_name).unwrap();
        let worker = worker.result().unwrap();
        thread::sleep(SECOND);
        worker.kill();
        assert!(matches!(begun.result(), Err(TaskError::Killed)));
        assert_eq!(pending.result().unwrap(), 2);
        assert_eq!(next.result().unwrap(), "ThreadPool-0_1");
    });
}

#[test]
fn an_idle_worker_that_is_killed_is_missed_by_nobody() {
    run(|| {
        let pool = ThreadPool::new(1);
        for handed in [false, true] {
            let worker = pool.submit(thread::current).unwrap().result().unwrap();
            thread::yield_now();
            // Before it comes to run it has a task, or none.
            let before = handed.then(|| pool.submit(|| 1).unwrap());
            worker.kill();
            let after = pool.submit(|| 2).unwrap();
            if let Some(before) = before {
                assert_eq!(before.result().unwrap(), 1);
            }
            assert_eq!(after.result().unwrap(), 2);
        }
    });
}

#[test]
fn what_each_worker_does_first_breaks_the_pool_if_it_panics() {
    quietly(|| {
        run(|| {
            let initializer = || {
                thread::sleep(SECOND);
                panic!("no connection");
            };
            let builder = Builder::new().max_workers(2).initializer(initializer);
            let pool = builder.build().unwrap();
            let futures: Vec<_> = (0..3).map(|n| pool.submit(move || n).unwrap()).collect();
            for future in futures {
                assert!(matches!(future.result(), Err(TaskError::Broken)));
            }
            assert!(matches!(pool.submit(|| ()), Err(SubmitError::Broken)));
            assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
        });
    });
}

#[test]
fn each_worker_does_it_first_and_is_named() {
    run(|| {
        let (count, name) = (Counter::default(), String::from("web\0"));
        let theirs = count.clone();
        let builder = Builder::new().name_prefix(name).max_workers(2);
        let pool = builder.initializer(move || theirs.add()).build().unwrap();
        let names = [(); 4].map(|()| {
            let name = || {
                thread::sleep(SECOND);
                current_name()
            };
            pool.submit(name).unwrap()
        });
        let names = names.map(|name| name.result().unwrap());
        assert_eq!(names, ["web_0", "web_1", "web_0", "web_1"]);
        assert_eq!(count.get(), 2);
    });
}

#[test]
fn the_workers_of_a_daemons_pool_are_daemons_and_end_with_the_program() {
    let dropped = Rc::new(std::cell::Cell::new(0));
    let theirs = Rc::clone(&dropped);
    run(move || {
        let daemon = move || {
            let pool = ThreadPool::new(1);
            let count = OnDrop(move || theirs.set(theirs.get() + 1));
            let never = move || {
                let _count = count;
                thread::park();
            };
            drop(pool.submit(never).unwrap());
            drop(nap(&pool, 1));
            thread::park();
        };
        let builder = thread::Builder::new().daemon(true);
        builder.spawn(daemon).unwrap();
        thread::yield_now();
        thread::yield_now();
    });
    assert_eq!(dropped.get(), 1);
}

#[test]
fn an_idle_worker_keeps_no_program_from_its_end() {
    let count = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let theirs = count.clone();
    run(move || {
        let pool = Rc::new(ThreadPool::new(2));
        let daemons = Rc::clone(&pool);
        let daemon = move || {
            let _pool = daemons;
            loop {
                thread::sleep(SECOND);
            }
        };
        thread::Builder::new().daemon(true).spawn(daemon).unwrap();
        nap(&pool, 1).result().unwrap();
        // This one is idle, and gets a task before the main thread ends.
        let task = move || {
            thread::sleep(SECOND);
            theirs.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        };
        drop(pool.submit(task).unwrap());
    });
    assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[test]
fn what_is_submitted_outside_is_refused_and_not_kept() {
    let dropped = Counter::default();
    let pool = run(|| ThreadPool::new(1));
    let task = dropped.on_drop();
    let refused = caught(|| pool.submit(move || drop(task)));
    assert!(refused.is::<OutsideRuntime>());
    assert_eq!(dropped.get(), 1);
    assert!(pool.shutdown(Wait::No, Pending::Finish));
}

/// What it was to inherit cannot be cloned.
#[test]
fn a_task_whose_worker_could_not_be_made_is_not_kept() {
    struct Unique;
    impl Clone for Unique {
        fn clone(&self) -> Self {
            resume_unwind(Box::new("there is one"));
        }
    }
    runtime::thread_local!(inherited static UNIQUE: Unique = Unique);

    run(|| {
        let (dropped, pool) = (Counter::default(), ThreadPool::new(1));
        UNIQUE.with(|_| ());
        let task = dropped.on_drop();
        drop(caught(|| pool.submit(move || drop(task))));
        assert_eq!(dropped.get(), 1);
        assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
    });
}

/// Somebody may have a future all the same.
#[test]
fn a_task_that_is_submitted_when_nothing_may_start_is_refused() {
    let refused = Rc::new(std::cell::Cell::new(false));
    let theirs = Rc::clone(&refused);
    run(move || {
        let daemon = move || {
            let pool = ThreadPool::new(1);
            let submits = OnDrop(move || {
                let submitted = pool.submit(|| ());
                theirs.set(matches!(submitted, Err(SubmitError::NoWorker(_))));
            });
            thread::park();
            drop(submits);
        };
        let builder = thread::Builder::new().daemon(true);
        builder.spawn(daemon).unwrap();
        thread::yield_now();
    });
    assert!(refused.get());
}
